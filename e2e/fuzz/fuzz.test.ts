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
import { fuzz, type Target } from './run.ts'
import { judge, seed, shares, testTargets } from './suite.ts'

let sessions: Awaited<ReturnType<typeof createSessionTarget>>
const targets: Target[] = [...chainTargets, ...rpcTargets, ...axonTargets]
beforeAll(async () => {
  sessions = await createSessionTarget()
})
afterAll(() => sessions.close())

describe('fuzz', () => {
  const casesOf = shares([...targets, { every: 25 }])
  testTargets(targets, casesOf)
  test('property: JSON-RPC sessions answer at most once, in JSON', { timeout: 3_600_000 }, async () => {
    judge(sessions.target.name, await fuzz(sessions.target, { cases: casesOf(sessions.target), seed }))
  })
  test('behavior: whole frames of calls, arguments and stored values are read', async () => {
    for (const target of chainTargets.slice(0, 3)) {
      const report = await fuzz({ ...target, run: (random) => target.run(random, true) }, { cases: 300, seed })
      // Shapes do not tell how long a bounded list may be, so a few are too long.
      expect(report.refused, target.name).toBeLessThan(report.cases / 20)
    }
  })
})
