/** Random subnets: inherited stake, one or several mechanisms with their parts of the emission, a reset of bonds. */
import type { EpochInput, InheritStakeParameters } from '@neurite/runtime/yuma'
import { inheritByOracle, splitByOracle } from './oracle-around.ts'
import { createRandom, type RandomStateOptions, randomEpochInput } from './random-state.ts'

const U64_MAX = (1n << 64n) - 1n

export interface RandomSubnet {
  /** The first uids hold what these give. */
  readonly inheritance: readonly InheritStakeParameters[]
  readonly mechanisms: readonly EpochInput[]
  /** For all mechanisms. @unit alpha-rao */
  readonly amount: bigint
  readonly amounts: readonly bigint[]
  /** @unit u16 fractions */
  readonly split: readonly number[] | undefined
  /** Uid whose bonds are to be reset. */
  readonly reset: number | undefined
}

export function randomSubnet({ seed, entryBudget }: Omit<RandomStateOptions, 'sibling'>): RandomSubnet {
  const random = createRandom(seed ^ 0x5bd1e995)
  const below = (limit: number) => Math.floor(random() * limit)
  const chance = (probability: number) => random() < probability
  const pick = <V>(...values: V[]): V => values[below(values.length)]!

  const plain = randomEpochInput({ seed, entryBudget })
  const share = (): bigint =>
    pick(U64_MAX, U64_MAX / 2n, U64_MAX / 3n, 1n << 63n, 1n, BigInt(Math.floor(random() * 2 ** 53)) << 11n)
  const stakeOf = (): bigint => BigInt(Math.floor(10 ** (random() * 15)))
  const inheritance = Array.from({ length: chance(0.1) ? Math.min(plain.n, 1 + below(4)) : 0 }, () => ({
    stake: chance(0.2) ? 0n : stakeOf(),
    children: Array.from({ length: below(3) }, share),
    parents: Array.from({ length: below(3) }, () => ({ proportion: share(), stake: stakeOf() })),
  }))
  const alphaStake = plain.alphaStake.slice()
  for (const [uid, each] of inheritance.entries()) alphaStake[uid] = inheritByOracle(each)
  const first = { ...plain, alphaStake }

  const count = chance(0.13) ? 2 + below(2) : 1
  const split = count > 1 && chance(0.5) ? randomSplit(pick(count, count, count - 1), random) : undefined
  const amount = plain.emission
  const amounts = splitByOracle(amount, count, split)
  const mechanisms = amounts.map((emission, m): EpochInput => {
    if (m === 0) return { ...first, emission }
    return { ...randomEpochInput({ seed: seed + m * 7919, entryBudget, sibling: first }), emission }
  })
  return {
    inheritance,
    mechanisms,
    amount,
    amounts,
    split,
    reset: plain.n > 0 && chance(0.1) ? below(plain.n) : undefined,
  }
}

/** Parts of 65535. */
function randomSplit(count: number, random: () => number): number[] {
  const cuts = Array.from({ length: count - 1 }, () => Math.floor(random() * 65536)).sort((a, b) => a - b)
  return [...cuts, 65535].map((cut, m) => Math.max(0, cut - (cuts[m - 1] ?? 0)))
}
