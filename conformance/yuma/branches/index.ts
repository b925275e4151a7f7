/**
 * The branches of the specification that random states must reach, and the count of those that they did. Whether a state
 * reaches one is read from what the oracle computed, not from how the state was made.
 */
import { averaging, heldBonds, liquidAlpha, reset, weightsForBonds, yumas } from './bonds.ts'
import { degenerate, emission, mechanisms, quantisation } from './pay.ts'
import { activeStake, activity, permits, sizes, stake } from './stake.ts'
import type { Branch, View } from './view.ts'
import { consensus, incentive, masks } from './weights.ts'

export { type View, viewOf } from './view.ts'

export const BRANCHES: readonly Branch[] = [
  sizes,
  activity,
  stake,
  permits,
  activeStake,
  masks,
  consensus,
  incentive,
  weightsForBonds,
  heldBonds,
  averaging,
  yumas,
  liquidAlpha,
  reset,
  emission,
  quantisation,
  mechanisms,
  degenerate,
].flat()

/** How often each must be reached. */
export const BRANCH_QUOTA = 100

/** Sizes of states, with the part of all states that must have them. */
export const SIZE_QUOTAS: readonly (Pick<Branch, 'name' | 'reached'> & { readonly part: number })[] = [
  { name: '32 uids or more', part: 0.2, reached: ({ input }) => input.n >= 32 },
  {
    name: '256 uids or more, 32 of them validators with weights',
    part: 0.01,
    reached: ({ input, steps, voters }) =>
      input.n >= 256 && voters.filter((uid) => steps.weights[uid]!.length > 0).length >= 32,
  },
]

/** Hits by name: states, not epochs, so a subnet of several mechanisms counts once. */
export type Hits = Map<string, number>

export function countHits(hits: Hits, views: readonly View[]): void {
  for (const { name, reached } of [...BRANCHES, ...SIZE_QUOTAS]) {
    hits.set(name, (hits.get(name) ?? 0) + (views.some(reached) ? 1 : 0))
  }
}

/** The table of hits, and what is wrong with it. */
export function reportOf(hits: Hits, states: number): { readonly lines: string[]; readonly failures: string[] } {
  const rows = [
    ...SIZE_QUOTAS.map(({ name, part }) => ({ name, quota: Math.ceil(part * states), impossible: false })),
    ...BRANCHES.map(({ name, impossible = false }) => ({ name, quota: impossible ? 0 : BRANCH_QUOTA, impossible })),
  ]
  const lines: string[] = []
  const failures: string[] = []
  for (const { name, quota, impossible } of rows) {
    const count = hits.get(name) ?? 0
    const missed = impossible ? count > 0 : count < quota
    const wanted = impossible ? 'never' : `at least ${quota}`
    lines.push(
      `${String(count).padStart(8)}  ${name}${impossible ? ' (cannot occur)' : ''}${missed ? `  MISSED: ${wanted}` : ''}`,
    )
    if (missed) failures.push(`${name}: ${count}, expected ${wanted}`)
  }
  return { lines, failures }
}
