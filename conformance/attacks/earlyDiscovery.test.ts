/**
 * Attack: waiting for others to discover. A minority finds a good new miner first; the majority copies it some epochs later.
 * Claims: with the bonds penalty that subnets start with (all of it) the discoverer pays for being early and has no head
 * start. Without it, its bonds grow before the others agree and it earns more once they do: most with Yuma2, where bonds
 * are shares of a miner; next to nothing with liquid alpha, which gives everybody bonds at once.
 */
import { describe, expect, test } from 'vitest'
import { FIXED_SEEDS, FRESH_SEED, randomFrom, UNHURRIED } from './seeds.ts'
import { CONSENSUS, type Consensus, Subnet } from './subnet.ts'
import { percents, Table } from './table.ts'
import type { Sent } from './world.ts'

const OLD = 4
const FOLLOWERS = 3
const SETTLED = 15
const LAG = 5
const LATER = 10

interface Discovery {
  /** Dividends for the stake while the discoverer is alone, those of the others being 1. */
  readonly alone: number
  /** And from when the others have followed. */
  readonly after: number
}

function discover(seed: number, consensus: Consensus, bondsPenalty: number): Discovery {
  const random = randomFrom(seed)
  const stakes = Array(FOLLOWERS + 1).fill(60_000)
  const subnet = new Subnet({ stakes, miners: OLD + 1, consensus, bondsPenalty })
  const { world, validators } = subnet
  const [discoverer, ...followers] = validators
  const known = subnet.miners.slice(0, OLD).map(({ uid }) => uid)
  const found = subnet.miners[OLD]!.uid
  const base = known.map(() => 6000 + Math.floor(random() * 10_000))
  // The new one deserves half of everything.
  const half = base.reduce((sum, weight) => sum + weight, 0)
  const before = (hotkey: `0x${string}`): Sent => [hotkey, subnet.weigh(known, base)]
  const after = (hotkey: `0x${string}`): Sent => [hotkey, subnet.weigh([...known, found], [...base, half])]
  const perStake = (): number => {
    const held = new Map(validators.map(({ hotkey }) => [hotkey, Number(subnet.alphaOf(hotkey))]))
    const pay = subnet.toEpoch()
    const gain = ({ hotkey }: { readonly hotkey: `0x${string}` }): number =>
      Number(pay.get(hotkey)!) / held.get(hotkey)!
    return gain(discoverer!) / (followers.reduce((sum, follower) => sum + gain(follower), 0) / FOLLOWERS)
  }
  const mean = (epochs: number, send: () => readonly Sent[]): number => {
    let sum = 0
    for (let epoch = 0; epoch < epochs; epoch++) {
      world.run(...send())
      sum += perStake()
    }
    return sum / epochs
  }
  subnet.toEpoch()
  mean(SETTLED, () => validators.map(({ hotkey }) => before(hotkey)))
  const alone = mean(LAG, () => [after(discoverer!.hotkey), ...followers.map(({ hotkey }) => before(hotkey))])
  return { alone, after: mean(LATER, () => validators.map(({ hotkey }) => after(hotkey))) }
}

const table = new Table('early discovery', [
  'consensus',
  'bonds penalty',
  "discoverer's dividends per stake while it is alone, followers = 100 %",
  'in the 10 epochs after they follow',
])

const FULL = 65_535

interface Case {
  readonly consensus: Consensus
  readonly penalty: number
  /** What the discoverer earns once the others follow. */
  readonly least: number
  readonly most: number
}

const CASES: readonly Case[] = [
  ...CONSENSUS.map((consensus): Case => ({ consensus, penalty: FULL, least: 0.85, most: 0.99 })),
  { consensus: 'Yuma2', penalty: 0, least: 2, most: 3 },
  { consensus: 'Yuma3', penalty: 0, least: 1.2, most: 1.4 },
  { consensus: 'Yuma3 liquid', penalty: 0, least: 1, most: 1.05 },
]

describe('early discovery', UNHURRIED, () => {
  test.each(CASES)('$consensus with bonds penalty $penalty', ({ consensus, penalty, least, most }) => {
    const seeds = [FIXED_SEEDS[0]!, FRESH_SEED]
    const results = seeds.map((seed) => discover(seed, consensus, penalty))
    for (const [i, { alone, after }] of results.entries()) {
      // Half of its weights are beyond the consensus.
      expect(alone, `seed ${seeds[i]}`).toBeLessThan(0.9)
      expect(after, `seed ${seeds[i]}`).toBeGreaterThan(least)
      expect(after, `seed ${seeds[i]}`).toBeLessThan(most)
    }
    const fixed = results.slice(0, -1)
    const percent = penalty === FULL ? '100 %' : '0 %'
    table.row(consensus, percent, percents(fixed.map(({ alone }) => alone)), percents(fixed.map(({ after }) => after)))
  })

  test('table', () => table.publish())
})
