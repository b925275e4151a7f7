/** Runs targets with their share of the cases, and judges what came out. */
import { expect, test } from 'vitest'
import { type FuzzReport, fuzz, type Target } from './run.ts'

/** Cases in all; each file of targets gets as many. The full CI runs over a million. */
export const total = Number(process.env['NEURITE_FUZZ_CASES'] ?? 6_000)
/** Repeats a run. */
export const seed = Number(process.env['NEURITE_FUZZ_SEED'] ?? 1)
/** A case that takes this long is a hang: an honest one takes under a millisecond, a slow machine a hundred. */
const HANG_MS = 10_000
/** Caches fill up to their limits; a leak of 100 bytes a case shows in a million cases. */
const HEAP_GROWTH = 24 * 2 ** 20 + 16 * total

/** Cases after which both outcomes must have occurred. */
const ENOUGH = 200

/** How many cases of the total each target gets. */
export function shares(targets: readonly { readonly every?: number }[]): (target: { every?: number }) => number {
  const weights = targets.reduce((sum, target) => sum + 1 / (target.every ?? 1), 0)
  return (target) => Math.ceil(total / weights / (target.every ?? 1))
}

export function judge(name: string, report: FuzzReport): void {
  expect(report.taken + report.refused).toBe(report.cases)
  if (report.cases >= ENOUGH) {
    expect(report.refused, 'no frame was refused: the damage does nothing').toBeGreaterThan(0)
    expect(report.taken, 'no frame was taken: the rest of the way is never gone').toBeGreaterThan(0)
  }
  expect(report.slowestMs, `the case with seed ${report.slowestSeed} hangs`).toBeLessThan(HANG_MS)
  expect(report.heapGrowth, 'the heap grows with the cases').toBeLessThan(HEAP_GROWTH)
  if (process.env['NEURITE_FUZZ_REPORT'] !== undefined) console.log(JSON.stringify({ target: name, ...report }))
}

/** A test for each target. */
export function testTargets(targets: readonly Target[], casesOf = shares(targets)): void {
  for (const target of targets) {
    test(`property: ${target.name} are taken or refused`, { timeout: 3_600_000 }, async () => {
      judge(target.name, await fuzz(target, { cases: casesOf(target), seed }))
    })
  }
}
