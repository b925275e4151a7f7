/**
 * Attack: stake moved between snapshot and epoch. There is no snapshot: an epoch reads the stake as it is then.
 * Claims: stake counts once, wherever it is at the moment of the epoch, so moving it within a subnet gains nothing. But
 * whoever buys one block before an epoch and sells one block after it is paid for the whole epoch, and whoever carries
 * stake from subnet to subnet is paid on each: what that costs is two swaps. Where an epoch pays less than they cost, it
 * is a loss.
 */
import { calls } from '@neurite/runtime/pallets/subtensor'
import { describe, expect, test } from 'vitest'
import { FIXED_SEEDS, FRESH_SEED, randomFrom, SEEDS, UNHURRIED } from './seeds.ts'
import { fundsOf, type Neuron, Subnet, type SubnetOptions } from './subnet.ts'
import { span, Table } from './table.ts'
import { account, type Sent, TAO, World } from './world.ts'

const ATTACKER = account('attacker cold')
const BAG = { 'attacker cold': 5000n }
const MINERS = 3

const table = new Table('stake moved before the epoch', [
  'attack',
  'an epoch pays per stake',
  'result',
  'without the attack',
])

function weigh(subnet: Subnet): void {
  const uids = subnet.miners.map(({ uid }) => uid)
  subnet.world.run(...subnet.validators.map(({ hotkey }): Sent => [hotkey, subnet.weigh(uids, [3, 2, 1])]))
}

const buy = ({ netuid }: Subnet, { hotkey }: Neuron, tao: bigint): Sent => [
  ATTACKER,
  calls.add_stake({ hotkey, netuid, amount_staked: tao }),
]
/** All of it. */
const sell = ({ netuid }: Subnet, { hotkey }: Neuron): Sent => [
  ATTACKER,
  calls.remove_stake_full_limit({ hotkey, netuid, limit_price: undefined }),
]

describe('stake', UNHURRIED, () => {
  /** Alpha that the attacker's stake grows by in some epochs, when it changes hotkeys before each, or stays. */
  function withinSubnet(seed: number, hops: boolean) {
    const random = randomFrom(seed)
    const stake = 20_000 + Math.floor(random() * 40_000)
    const subnet = new Subnet({ stakes: [stake, stake], miners: MINERS, funds: BAG })
    const { world } = subnet
    const [a, b] = subnet.validators as [Neuron, Neuron]
    world.run(buy(subnet, a, 300n * TAO))
    subnet.toEpoch()
    const start = subnet.stakeOf(a.hotkey, ATTACKER)
    const free = world.free(ATTACKER)
    let [at, other] = [a, b]
    for (let epoch = 0; epoch < 8; epoch++) {
      weigh(subnet)
      subnet.toEveOfEpoch(2)
      const total = subnet.alphaOf(a.hotkey) + subnet.alphaOf(b.hotkey)
      if (hops) {
        const all = subnet.stakeOf(at.hotkey, ATTACKER)
        world.run([ATTACKER, subnet.move(at.hotkey, other.hotkey, all)])
        expect(subnet.stakeOf(at.hotkey, ATTACKER)).toBeLessThan(10n)
        ;[at, other] = [other, at]
      }
      // What the epoch sees is what there is.
      expect(subnet.alphaOf(a.hotkey) + subnet.alphaOf(b.hotkey)).toBe(total)
      subnet.toEpoch()
    }
    const grown = subnet.stakeOf(a.hotkey, ATTACKER) + subnet.stakeOf(b.hotkey, ATTACKER) - start
    return { grown: Number(grown) / Number(TAO), fees: Number(free - world.free(ATTACKER)) / Number(TAO) }
  }

  test('that changes hotkeys before every epoch counts once, and earns no more', () => {
    const results = SEEDS.map((seed) => [withinSubnet(seed, true), withinSubnet(seed, false)] as const)
    for (const [i, [hopped, stayed]] of results.entries()) {
      expect(hopped.grown / stayed.grown, `seed ${SEEDS[i]}`).toBeLessThan(1.0001)
      expect(hopped.fees, `seed ${SEEDS[i]}`).toBeGreaterThan(0)
    }
    const fixed = results.slice(0, FIXED_SEEDS.length)
    const hopped = `${span(
      fixed.map(([{ grown }]) => grown),
      4,
    )} alpha, ${span(
      fixed.map(([{ fees }]) => fees),
      4,
    )} TAO of fees`
    table.row(
      'another hotkey before each of 8 epochs',
      '',
      hopped,
      `${span(
        fixed.map(([, { grown }]) => grown),
        4,
      )} alpha`,
    )
  })
})

describe('stake for one epoch', UNHURRIED, () => {
  /** Part of the TAO won by buying one block before an epoch and selling one after it; or both in the same block. */
  function justInTime(options: SubnetOptions, tao: bigint, withEpoch: boolean) {
    const subnet = new Subnet({ ...options, funds: BAG })
    const { world } = subnet
    const [validator] = subnet.validators as [Neuron]
    subnet.toEpoch()
    weigh(subnet)
    subnet.toEpoch()
    weigh(subnet)
    const before = world.free(ATTACKER)
    if (!withEpoch) {
      world.run(buy(subnet, validator, tao), sell(subnet, validator))
      return { won: Number(world.free(ATTACKER) - before) / Number(tao), paid: 0 }
    }
    subnet.toEveOfEpoch(2)
    world.run(buy(subnet, validator, tao))
    const held = subnet.alphaOf(validator.hotkey)
    subnet.toEpoch()
    const paid = Number(subnet.alphaOf(validator.hotkey) - held) / Number(held)
    world.run(sell(subnet, validator))
    return { won: Number(world.free(ATTACKER) - before) / Number(tao), paid }
  }

  const RICH: SubnetOptions = { stakes: [30_000, 30_000, 30_000], miners: MINERS, tempo: 20 }
  const POOR: SubnetOptions = { stakes: [280_000, 280_000, 280_000], miners: MINERS, tempo: 1 }

  test('is paid for all of it where the epoch pays more than two swaps cost', () => {
    const results = SEEDS.map((seed) => {
      const tao = BigInt(10 + Math.floor(randomFrom(seed)() * 90)) * TAO
      return { ...justInTime(RICH, tao, true), cost: justInTime(RICH, tao, false).won }
    })
    for (const [i, { won, cost, paid }] of results.entries()) {
      expect(won, `seed ${SEEDS[i]}`).toBeGreaterThan(0)
      expect(cost, `seed ${SEEDS[i]}`).toBeLessThan(-0.0009)
      expect(cost, `seed ${SEEDS[i]}`).toBeGreaterThan(-0.01)
      expect(won, `seed ${SEEDS[i]}`).toBeLessThan(paid)
    }
    const fixed = results.slice(0, FIXED_SEEDS.length)
    const percent = (values: number[]): string =>
      `${span(
        values.map((value) => value * 100),
        3,
      )} %`
    table.row(
      'bought a block before the epoch, sold a block after',
      percent(fixed.map(({ paid }) => paid)),
      `${percent(fixed.map(({ won }) => won))} of the TAO`,
      `${percent(fixed.map(({ cost }) => cost))}: two swaps`,
    )
  })

  test('is a loss where it pays less', () => {
    const results = SEEDS.map((seed) => justInTime(POOR, BigInt(10 + Math.floor(randomFrom(seed)() * 90)) * TAO, true))
    for (const [i, { won, paid }] of results.entries()) {
      expect(paid, `seed ${SEEDS[i]}`).toBeGreaterThan(0)
      expect(won, `seed ${SEEDS[i]}`).toBeLessThan(0)
    }
    const fixed = results.slice(0, FIXED_SEEDS.length)
    const percent = (values: number[]): string =>
      `${span(
        values.map((value) => value * 100),
        3,
      )} %`
    table.row(
      'the same, on a subnet that pays less',
      percent(fixed.map(({ paid }) => paid)),
      `${percent(fixed.map(({ won }) => won))} of the TAO`,
      '0',
    )
  })
})

describe('stake on two subnets', UNHURRIED, () => {
  /** TAO at the end of some tempos, of what was bought with: carried to each epoch, or left on one subnet. */
  function carry(seed: number, hops: boolean): number {
    const options: SubnetOptions = { stakes: [30_000, 30_000], miners: MINERS, tempo: 40 }
    const second = { ...options, label: 'second ' }
    const world = new World({ funds: { ...fundsOf(options), ...fundsOf(second), ...BAG } })
    const [x, y] = [new Subnet({ ...options, world }), new Subnet({ ...second, world })]
    for (const subnet of [x, y]) {
      subnet.toEpoch()
      weigh(subnet)
    }
    const tao = BigInt(20 + Math.floor(randomFrom(seed)() * 60)) * TAO
    const before = world.free(ATTACKER)
    world.run(buy(x, x.validators[0]!, tao))
    let at = x
    for (let tempos = 0; tempos < 4; tempos++) {
      for (const subnet of [x, y].sort((a, b) => a.untilEpoch - b.untilEpoch)) {
        subnet.toEveOfEpoch(2)
        if (hops && at !== subnet) {
          const { hotkey } = at.validators[0]!
          world.run([
            ATTACKER,
            calls.move_stake({
              origin_hotkey: hotkey,
              destination_hotkey: subnet.validators[0]!.hotkey,
              origin_netuid: at.netuid,
              destination_netuid: subnet.netuid,
              alpha_amount: at.stakeOf(hotkey, ATTACKER),
            }),
          ])
          at = subnet
        }
        const stakes = [x, y].map((each) => each.stakeOf(each.validators[0]!.hotkey, ATTACKER))
        expect(stakes.filter((stake) => stake > 10n)).toHaveLength(1)
        subnet.toEpoch()
        weigh(subnet)
      }
    }
    world.run(sell(at, at.validators[0]!))
    return Number(world.free(ATTACKER) - before) / Number(tao)
  }

  test('is never on both, and is paid on each to whose epoch it is carried', () => {
    const results = [FIXED_SEEDS[0]!, FRESH_SEED].map((seed) => [carry(seed, true), carry(seed, false)] as const)
    for (const [carried, stayed] of results) expect(carried).toBeGreaterThan(stayed)
    const percent = (value: number): string => `${(value * 100).toFixed(1)} % in 4 tempos`
    const [[carried, stayed]] = results as [readonly [number, number]]
    table.row('carried to the epoch of another subnet and back', '', percent(carried), percent(stayed))
  })

  test('table', () => table.publish())
})
