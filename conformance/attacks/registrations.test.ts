/**
 * Attack: registrations. Somebody registers 10,000 hotkeys to push a good miner off a full subnet.
 * Claims: the miner survives all of them, also at any pace; the price makes a fast attack ruinous and a slow one harmless.
 * What a fast one does reach: of those who earn, only the ten best that are past their immunity are sure of their place,
 * because newcomers are immune; a larger `MinNonImmuneUids` closes this.
 */
import { FAST_PROFILE, type RuntimeProfile } from '@neurite/runtime'
import { calls as admin } from '@neurite/runtime/pallets/admin-utils'
import { calls, storage } from '@neurite/runtime/pallets/subtensor'
import { describe, expect, test } from 'vitest'
import { FRESH_SEED, randomFrom, UNHURRIED } from './seeds.ts'
import { type Neuron, Subnet } from './subnet.ts'
import { Table } from './table.ts'
import { account, type Receipt, type Sent, TAO } from './world.ts'

const PLACES = 64
const VALIDATORS = 3
const EARNERS = 12
const IMMUNITY = 200
/** As many as an attacker puts into one block. */
const PER_BLOCK = 50
/** Many coldkeys: each keeps a list of its hotkeys. */
const PURSES = 100
const FUNDS = Object.fromEntries(Array.from({ length: PURSES }, (_, i) => [`attacker cold ${i}`, 15_000n]))
const purse = (number: number): string => `attacker cold ${number % PURSES}`
/** What the reference gives to a new subnet. */
const MAX_BURN = 100n * TAO
const BURN_FACTOR = 0x1_428f_5c28_f5c2_9000n

interface Siege {
  readonly subnet: Subnet
  readonly earners: readonly Neuron[]
  /** Validators weigh the earners again, the first of them most, so that they stay active. */
  weigh(): void
}

/** A full subnet: some who earn, the best first, and idle ones in all other places. Nobody is immune any more. */
function besieged(options: {
  readonly tempo: number
  readonly minNonImmune?: number
  readonly profile?: RuntimeProfile
}): Siege {
  const { tempo, minNonImmune, profile = FAST_PROFILE } = options
  // The owner's and the whale's places are the other two.
  const miners = PLACES - VALIDATORS - 2
  const subnet = new Subnet({ stakes: Array(VALIDATORS).fill(60_000), miners, tempo, profile, funds: FUNDS })
  const { netuid, world } = subnet
  world.sudo(
    admin.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: PLACES }),
    admin.sudo_set_immunity_period({ netuid, immunity_period: IMMUNITY }),
    admin.sudo_set_burn_increase_mult({ netuid, burn_increase_mult: BURN_FACTOR }),
    admin.sudo_set_max_burn({ netuid, max_burn: MAX_BURN }),
    admin.sudo_set_max_registrations_per_block({ netuid, max_registrations_per_block: 1 }),
    admin.sudo_set_target_registrations_per_interval({ netuid, target_registrations_per_interval: 2 }),
    ...(minNonImmune === undefined ? [] : [admin.sudo_set_min_non_immune_uids({ netuid, min: minNonImmune })]),
  )
  const earners = subnet.miners.slice(0, EARNERS)
  const siege: Siege = {
    subnet,
    earners,
    weigh() {
      const uids = earners.filter(({ hotkey }) => subnet.uidOf(hotkey) !== undefined).map(({ uid }) => uid)
      const weights = uids.map((_, i) => 65_535 - 4000 * i)
      world.run(...subnet.validators.map(({ hotkey }): Sent => [hotkey, subnet.weigh(uids, weights)]))
    },
  }
  // The first epoch gives the permits.
  subnet.toEpoch()
  for (let spent = 0; spent <= IMMUNITY; spent += tempo) {
    siege.weigh()
    subnet.toEpoch()
  }
  expect(storage.SubnetworkN.get(world.ctx, { netuid })).toBe(PLACES)
  return siege
}

const survivors = ({ subnet, earners }: Siege): number[] =>
  earners.flatMap(({ hotkey }, rank) => (subnet.uidOf(hotkey) === undefined ? [] : [rank + 1]))

/** A registration of the attacker's `number`-th hotkey. */
const registration = ({ netuid }: Subnet, number: number): Sent => [
  account(purse(number)),
  calls.burned_register({ netuid, hotkey: account(`attacker ${number}`) }),
]

/** What the attacker has left. @unit rao */
const funds = ({ world }: Subnet): bigint =>
  Object.keys(FUNDS).reduce((sum, name) => sum + world.free(account(name)), 0n)

const accepted = (receipts: readonly Receipt[]): number => receipts.filter(({ ok }) => ok).length

const table = new Table('registrations', [
  'attack',
  'subnet',
  'registrations',
  'blocks',
  'cost in TAO',
  'good miner',
  'of 12 who earn, kept',
])

describe('10,000 registrations', UNHURRIED, () => {
  /** As fast as blocks take them. */
  function burst(total: number, minNonImmune: number | undefined) {
    const siege = besieged({ tempo: 20, ...(minNonImmune !== undefined && { minNonImmune }) })
    const { subnet } = siege
    const { world } = subnet
    const [free, start] = [funds(subnet), world.best.number]
    const [good] = siege.earners as [Neuron]
    let done = 0
    let first: number | undefined
    while (done < total) {
      const count = Math.min(PER_BLOCK, total - done)
      const receipts = world.block(Array.from({ length: count }, (_, i) => registration(subnet, done + i)))
      expect(accepted(receipts), receipts.find(({ ok }) => !ok)?.error).toBe(count)
      done += count
      expect(subnet.uidOf(good.hotkey), `after ${done} registrations`).toBe(good.uid)
      if (survivors(siege).length < EARNERS) first ??= done
      if (world.best.number % 40 === 0) siege.weigh()
    }
    const spent = Number((free - funds(subnet)) / TAO)
    return { siege, spent, blocks: world.best.number - start, kept: survivors(siege), first }
  }

  test('at once do not move the good miner, and cost more than there is in most networks', () => {
    const { spent, blocks, kept, first } = burst(10_000, undefined)
    expect(spent).toBeGreaterThan(900_000)
    // The ten who may go last: three validators and the seven best miners.
    expect(kept).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(first).toBeGreaterThan(PLACES - VALIDATORS - 2 - EARNERS)
    table.row('at once', 'as made', '10,000', String(blocks), String(spent), 'stays', `${kept.length}: the best`)
  })

  test('at once move nobody who earns where more non-immune neurons are kept', () => {
    const { spent, blocks, kept } = burst(1000, 20)
    expect(kept).toHaveLength(EARNERS)
    table.row('at once', 'MinNonImmuneUids 20', '1,000', String(blocks), String(spent), 'stays', `${kept.length}`)
  })
})

describe('registrations', UNHURRIED, () => {
  /** Whenever the price is down again: one in the time in which it falls by what one raises it. */
  function patient(count: number, seed: number) {
    const random = randomFrom(seed)
    const siege = besieged({ tempo: 50 })
    const { subnet } = siege
    const { world, netuid } = subnet
    const floor = storage.MinBurn.get(world.ctx, { netuid })
    while (storage.Burn.get(world.ctx, { netuid }) > floor) {
      siege.weigh()
      world.blocks(100)
    }
    const [free, start] = [funds(subnet), world.best.number]
    for (let done = 0; done < count; done++) {
      world.run(registration(subnet, done))
      while (storage.Burn.get(world.ctx, { netuid }) > floor) world.block()
      world.blocks(Math.floor(random() * 5))
      siege.weigh()
      subnet.toEveOfEpoch()
    }
    return {
      spent: Number(free - funds(subnet)) / Number(TAO),
      blocks: world.best.number - start,
      kept: survivors(siege),
    }
  }

  test('one by one cost little, take for ever and replace only those who earn nothing', () => {
    const { spent, blocks, kept } = patient(25, 1)
    expect(kept).toHaveLength(EARNERS)
    expect(spent).toBeLessThan(1)
    // 10,000 at this pace: more than four months of twelve-second blocks.
    expect((blocks / 25) * 10_000 * 12).toBeGreaterThan(120 * 86_400)
    table.row('one by one', 'as made', '25', String(blocks), spent.toFixed(3), 'stays', `${kept.length}`)
    expect(patient(6, FRESH_SEED).kept).toHaveLength(EARNERS)
  })

  test('are capped for each block and interval where the network admits by work', () => {
    const siege = besieged({ tempo: 20, profile: { ...FAST_PROFILE, registration: 'work' } })
    const { subnet } = siege
    const { world, netuid } = subnet
    const [free, start] = [funds(subnet), world.best.number]
    const most = storage.MaxRegistrationsPerBlock.get(world.ctx, { netuid })
    let done = 0
    for (let block = 0; block < 400; block++) {
      const taken = accepted(world.block([0, 1, 2].map((i) => registration(subnet, 3 * block + i))))
      expect(taken).toBeLessThanOrEqual(most)
      done += taken
      if (block % 40 === 0) siege.weigh()
    }
    const kept = survivors(siege)
    expect(kept).toHaveLength(EARNERS)
    const interval = storage.AdjustmentInterval.get(world.ctx, { netuid })
    const allowed = 3 * storage.TargetRegistrationsPerInterval.get(world.ctx, { netuid })
    const intervals = Math.ceil((world.best.number - start) / interval) + 1
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThanOrEqual(intervals * allowed)
    const spent = Number(free - funds(subnet)) / Number(TAO)
    const blocks = String(world.best.number - start)
    table.row(
      'at once',
      'registration by work',
      `${done} of 1200 sent`,
      blocks,
      spent.toFixed(1),
      'stays',
      `${kept.length}`,
    )
  })

  test('table', () => table.publish())
})
