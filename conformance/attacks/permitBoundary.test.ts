/**
 * Attack: the permit boundary. Only the validators with the most stake may weigh; somebody puts stake just above the last
 * of them, for one block, to throw it out.
 * Claims: five thousandths of an alpha decide, and among equals the higher uid; what happens between epochs does not matter; who is
 * thrown out for one epoch is paid once more, then loses an epoch and all its bonds, which Yuma2 and Yuma3 give back over
 * many epochs and liquid alpha over a few. The attacker needs more stake than its victim and loses one epoch's dividends
 * of it; with slow bonds its part of what the victim loses is more.
 */
import { storage } from '@neurite/runtime/pallets/subtensor'
import { describe, expect, test } from 'vitest'
import { measured, qualities } from './markets.ts'
import { FIXED_SEEDS, FRESH_SEED, randomFrom, UNHURRIED } from './seeds.ts'
import { CONSENSUS, type Consensus, type Neuron, Subnet } from './subnet.ts'
import { percents, span, Table } from './table.ts'
import type { Sent } from './world.ts'

/** Many, so that none of them earns its way to a permit while the attack lasts. */
const MINERS = 16
const MILLI = 1_000_000n

const hasPermit = ({ world, netuid }: Subnet, { uid }: Neuron): boolean =>
  storage.ValidatorPermit.get(world.ctx, { netuid })[uid] === true

const bondsOf = ({ world, netuid }: Subnet, { uid }: Neuron) => storage.Bonds.get(world.ctx, { index: netuid, uid })

describe('permit boundary', UNHURRIED, () => {
  const atBoundary = (...last: number[]): Subnet =>
    new Subnet({ stakes: [50_000, 40_000, ...last], miners: MINERS, maxValidators: 3 })

  test('among equals the higher uid holds the permit', () => {
    const subnet = atBoundary(30_000, 30_000, 30_000)
    subnet.toEpoch()
    expect(subnet.validators.map((validator) => hasPermit(subnet, validator))).toEqual([true, true, false, false, true])
  })

  test('five thousandths of an alpha win it', () => {
    const subnet = atBoundary(30_000, 30_000)
    const [first, , third, fourth] = subnet.validators as [Neuron, Neuron, Neuron, Neuron]
    subnet.world.run([first.coldkey, subnet.move(first.hotkey, third.hotkey, 5n * MILLI)])
    subnet.toEpoch()
    expect([third, fourth].map((validator) => hasPermit(subnet, validator))).toEqual([true, false])
  })

  test('stake that is away between epochs and back in time changes nothing', () => {
    const run = (away: boolean): bigint[] => {
      const subnet = atBoundary(30_000, 20_000)
      const [first, , third] = subnet.validators as [Neuron, Neuron, Neuron]
      subnet.toEpoch()
      const uids = subnet.miners.map(({ uid }) => uid)
      subnet.world.run(
        ...subnet.validators.slice(0, 3).map(
          ({ hotkey }): Sent => [
            hotkey,
            subnet.weigh(
              uids,
              uids.map((_, i) => 1 + i),
            ),
          ],
        ),
      )
      const all = subnet.alphaOf(third.hotkey)
      if (away) {
        subnet.world.run([third.coldkey, subnet.move(third.hotkey, first.hotkey, all - MILLI)])
        subnet.world.blocks(2)
        subnet.world.run([third.coldkey, subnet.move(first.hotkey, third.hotkey, all - MILLI)])
      }
      expect(hasPermit(subnet, third)).toBe(true)
      const pay = subnet.toEpoch()
      expect(hasPermit(subnet, third)).toBe(true)
      return subnet.validators.map(({ hotkey }) => pay.get(hotkey)!)
    }
    const [stayed, moved] = [run(false), run(true)]
    for (const [i, pay] of stayed.entries())
      expect(Number(moved[i]) / Math.max(1, Number(pay))).toBeCloseTo(pay === 0n ? 0 : 1, 6)
  })
})

const BEFORE = 20
const AFTER = 20

interface Ousting {
  /** Dividends of the victim in each epoch from the attack on, those without the attack being 1. */
  readonly victim: readonly number[]
  /** What the attacker's stake earned in all these epochs, without the attack being 1. */
  readonly attacker: number
}

/** Stake of the attacker waits with the first validator, and goes to the fourth for one epoch. */
function oust(seed: number, consensus: Consensus): Ousting {
  const run = (attacks: boolean) => {
    const random = randomFrom(seed)
    const subnet = new Subnet({ stakes: [50_000, 40_000, 30_000, 40_000], miners: MINERS, maxValidators: 3, consensus })
    const { world } = subnet
    const [first, second, victim, attacker] = subnet.validators as [Neuron, Neuron, Neuron, Neuron]
    const uids = subnet.miners.map(({ uid }) => uid)
    const [quality] = qualities(random, MINERS, 1, false) as [number[]]
    const parked = subnet.alphaOf(attacker.hotkey)
    world.run([attacker.coldkey, subnet.move(attacker.hotkey, first.hotkey, parked)])
    const weigh = (): void => {
      const able = [first, second, victim].filter((validator) => hasPermit(subnet, validator))
      world.run(...able.map(({ hotkey }): Sent => [hotkey, subnet.weigh(uids, measured(random, quality))]))
    }
    subnet.toEpoch()
    for (let epoch = 0; epoch < BEFORE; epoch++) {
      weigh()
      subnet.toEpoch()
    }
    expect(bondsOf(subnet, victim).length).toBe(MINERS)
    const mine = subnet.stakeOf(first.hotkey, attacker.coldkey)
    const pays: number[] = []
    for (let epoch = 0; epoch < AFTER; epoch++) {
      weigh()
      if (!attacks || epoch > 0) {
        pays.push(Number(subnet.toEpoch().get(victim.hotkey)!))
        continue
      }
      // In the last block before the epoch, and back in the first one after it.
      subnet.toEveOfEpoch(2)
      world.run([attacker.coldkey, subnet.move(first.hotkey, attacker.hotkey, mine)])
      pays.push(Number(subnet.toEpoch().get(victim.hotkey)!))
      expect(hasPermit(subnet, victim)).toBe(false)
      expect(bondsOf(subnet, victim)).toEqual([])
      world.run([attacker.coldkey, subnet.move(attacker.hotkey, first.hotkey, mine)])
    }
    return { pays, attacker: Number(subnet.stakeOf(first.hotkey, attacker.coldkey) - mine) }
  }
  const [calm, attacked] = [run(false), run(true)]
  return {
    victim: attacked.pays.map((pay, epoch) => pay / calm.pays[epoch]!),
    attacker: attacked.attacker / calm.attacker,
  }
}

const table = new Table('permit boundary', [
  'consensus',
  "victim's dividends in the epoch of the attack, usual = 100 %",
  'the next',
  'five later',
  'lost in 20 epochs',
  'won by the attacker in them',
])

/** How many epochs' dividends the victim loses, at least and at most, and whether the attack pays. */
const LOSSES: Readonly<Record<Consensus, { readonly least: number; readonly most: number; readonly pays: boolean }>> = {
  Yuma2: { least: 4, most: 12, pays: true },
  Yuma3: { least: 4, most: 12, pays: true },
  // Bonds follow the weights at once.
  'Yuma3 liquid': { least: 0.5, most: 2, pays: false },
}

describe('ousting a validator for one epoch', UNHURRIED, () => {
  test.each(CONSENSUS)('takes its bonds (%s)', (consensus) => {
    const seeds = [FIXED_SEEDS[0]!, FRESH_SEED]
    const results = seeds.map((seed) => oust(seed, consensus))
    const lost = ({ victim }: Ousting): number => victim.reduce((sum, part) => sum + 1 - part, 0)
    for (const [i, result] of results.entries()) {
      const [during, next] = result.victim as [number, number]
      // The permits of the epoch before still count; others earn less, because stake was moved away from them.
      expect(during, `seed ${seeds[i]}`).toBeGreaterThanOrEqual(0.99)
      expect(next, `seed ${seeds[i]}`).toBe(0)
      const { least, most, pays } = LOSSES[consensus]
      expect(lost(result), `seed ${seeds[i]}`).toBeGreaterThan(least)
      expect(lost(result), `seed ${seeds[i]}`).toBeLessThan(most)
      expect(result.attacker > 1, `seed ${seeds[i]}: ${result.attacker}`).toBe(pays)
    }
    const fixed = results.slice(0, -1)
    const at = (epoch: number): string => percents(fixed.map(({ victim }) => victim[epoch]!))
    const attacker = fixed.map((result) => (result.attacker - 1) * AFTER)
    table.row(consensus, at(0), at(1), at(6), `${span(fixed.map(lost))} epochs`, `${span(attacker)} epochs`)
  })

  test('table', () => table.publish())
})
