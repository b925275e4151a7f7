/**
 * Damaged frames for every reader that strangers can reach. A reader takes a frame or refuses it with an error that it
 * declares; it does not crash, does not hang and keeps nothing.
 *
 * `NEURITE_FUZZ_CASES` sets the cases in all (the full CI runs over a million), `NEURITE_FUZZ_SEED` repeats a run.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axonTargets } from './axonTargets.ts'
import { chainTargets } from './chainTargets.ts'
import { createSessionTarget, rpcTargets } from './rpcTargets.ts'
import { type FuzzReport, fuzz, type Target } from './run.ts'

const total = Number(process.env['NEURITE_FUZZ_CASES'] ?? 6_000)
const seed = Number(process.env['NEURITE_FUZZ_SEED'] ?? 1)
/** A case that takes this long is a hang: an honest one takes under a millisecond, a slow machine a hundred. */
const HANG_MS = 10_000
/** Caches fill up to their limits; a leak of 100 bytes a case shows in a million cases. */
const HEAP_GROWTH = 24 * 2 ** 20 + 16 * total

let sessions: Awaited<ReturnType<typeof createSessionTarget>>
const targets: Target[] = [...chainTargets, ...rpcTargets, ...axonTargets]
beforeAll(async () => {
  sessions = await createSessionTarget()
})
afterAll(() => sessions.close())

const weights = [...targets, { every: 25 }].reduce((sum, target) => sum + 1 / (target.every ?? 1), 0)
const casesOf = (target: { every?: number }) => Math.ceil(total / weights / (target.every ?? 1))

function judge(report: FuzzReport): void {
  expect(report.taken + report.refused).toBe(report.cases)
  expect(report.refused, 'no frame was refused: the damage does nothing').toBeGreaterThan(0)
  expect(report.slowestMs, `the case with seed ${report.slowestSeed} hangs`).toBeLessThan(HANG_MS)
  expect(report.heapGrowth, 'the heap grows with the cases').toBeLessThan(HEAP_GROWTH)
  if (process.env['NEURITE_FUZZ_REPORT'] !== undefined) console.log(JSON.stringify(report))
}

describe('fuzz', () => {
  for (const target of targets) {
    test(`property: ${target.name} are taken or refused`, { timeout: 3_600_000 }, async () => {
      judge(await fuzz(target, { cases: casesOf(target), seed }))
    })
  }
  test('property: JSON-RPC sessions answer at most once, in JSON', { timeout: 3_600_000 }, async () => {
    judge(await fuzz(sessions.target, { cases: casesOf(sessions.target), seed }))
  })
  test('behavior: whole frames of calls, arguments and stored values are read', async () => {
    for (const target of chainTargets.slice(0, 3)) {
      const report = await fuzz({ ...target, run: (random) => target.run(random, true) }, { cases: 300, seed })
      // Shapes do not tell how long a bounded list may be, so a few are too long.
      expect(report.refused, target.name).toBeLessThan(report.cases / 20)
    }
  })
})
