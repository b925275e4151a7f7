/**
 * Attack: uid inheritance. A newcomer takes the uid of a pruned miner, hoping for the weights that were meant for it.
 * Claim: nothing that was set, committed or locked before its registration ever counts for it, in whatever order commits,
 * registration and reveals come.
 */
import { type AccountId, hexToBytes } from '@neurite/primitives/bytes'
import { encode } from '@neurite/primitives/scale'
import {
  beaconPublicKey,
  ENTROPY_LENGTH,
  encrypt,
  QUICKNET,
  signPulse,
  weightsPayload,
} from '@neurite/primitives/timelock'
import type { RuntimeCall } from '@neurite/runtime'
import { calls as admin } from '@neurite/runtime/pallets/admin-utils'
import { calls, storage } from '@neurite/runtime/pallets/subtensor'
import { describe, expect, test } from 'vitest'
import { commitHash } from '../../packages/runtime/src/pallets/subtensor/weights/commit.ts'
import { FIXED_SEEDS, FRESH_SEED, randomFrom, SEEDS, UNHURRIED } from './seeds.ts'
import { CONSENSUS, type Consensus, type Neuron, Subnet } from './subnet.ts'
import { percents, Table } from './table.ts'
import { account, type Sent } from './world.ts'

const BEACON_SEED = new TextEncoder().encode('the beacon of the heirs')
const BEACON = { ...QUICKNET, publicKey: beaconPublicKey(BEACON_SEED) }
const ROUND = 1000n

const HEIR = account('heir')
const HEIR_COLD = account('heir cold')

type Way = 'plain' | 'hash' | 'time lock'

/** A full subnet whose next newcomer takes the uid of a certain miner. */
class Estate {
  readonly subnet: Subnet
  private readonly way: Way
  private readonly random: () => number
  private readonly weights: readonly number[]

  constructor({ way, seed, consensus = 'Yuma3', period = 1n }: EstateOptions) {
    this.way = way
    this.random = randomFrom(seed)
    const draw = (least: number, most: number): number => Math.floor(least + this.random() * (most - least))
    this.weights = [65_535, draw(1, 65_535)]
    this.subnet = new Subnet({
      stakes: [0, 1, 2].map(() => draw(30_000, 60_000)),
      miners: 6,
      tempo: 20,
      consensus,
      commitReveal: way !== 'plain',
      genesis: { beacon: BEACON },
      funds: { 'heir cold': 20n },
    })
    const { netuid, world } = this.subnet
    const n = storage.SubnetworkN.get(world.ctx, { netuid })
    world.sudo(
      admin.sudo_set_commit_reveal_weights_interval({ netuid, interval: period }),
      // Full, and nobody is too young to go.
      admin.sudo_set_immunity_period({ netuid, immunity_period: 0 }),
      admin.sudo_set_min_non_immune_uids({ netuid, min: 0 }),
      admin.sudo_set_min_allowed_uids({ netuid, min_allowed_uids: 1 }),
      admin.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: n }),
    )
    this.subnet.toEpoch()
  }

  private get victim(): Neuron {
    return this.subnet.miners[0]!
  }

  private get uids(): number[] {
    return [this.victim.uid, this.subnet.miners[5]!.uid]
  }

  /** Some blocks, so that the order of things is all that counts. */
  private wait(): void {
    this.subnet.world.blocks(Math.floor(this.random() * 3))
  }

  /** All validators weigh the victim's uid and another, in the way of this subnet; `salt` tells commits apart. */
  weigh(salt: number): void {
    const { netuid, validators, world } = this.subnet
    this.wait()
    world.run(
      ...validators.map(({ hotkey }): Sent => {
        if (this.way === 'plain') return [hotkey, this.subnet.weigh(this.uids, this.weights)]
        if (this.way === 'hash') {
          const revealed = { uids: this.uids, values: this.weights, salt: [salt], versionKey: 0n }
          return [hotkey, calls.commit_weights({ netuid, commit_hash: commitHash(hotkey, netuid, revealed) })]
        }
        return [hotkey, this.lock(hotkey, salt, this.uids, this.weights)]
      }),
    )
  }

  /** A commit that gives the uid nothing, and makes the validators' last update younger than the heir. */
  commitElsewhere(): void {
    const { netuid, validators, world } = this.subnet
    this.wait()
    world.run(
      ...validators.map(({ hotkey }): Sent => {
        if (this.way === 'time lock') return [hotkey, this.lock(hotkey, 99, [this.uids[1]!], [1])]
        return [hotkey, calls.commit_weights({ netuid, commit_hash: `0x${'99'.repeat(32)}` })]
      }),
    )
  }

  private lock(hotkey: AccountId, salt: number, uids: readonly number[], values: readonly number[]): RuntimeCall {
    const message = encode(weightsPayload, { hotkey: hexToBytes(hotkey), uids, values, version_key: 0n })
    const commit = encrypt(message, ROUND, BEACON.publicKey, new Uint8Array(ENTROPY_LENGTH).fill(salt))
    const { netuid } = this.subnet
    return calls.commit_timelocked_weights({ netuid, commit, reveal_round: ROUND, commit_reveal_version: 4 })
  }

  /** Shows the commits made with `salt`. Those in time locks show themselves. */
  reveal(salt: number): void {
    if (this.way !== 'hash') return
    const { netuid, validators, world } = this.subnet
    this.wait()
    const shown = { netuid, uids: this.uids, values: [...this.weights], salt: [salt], version_key: 0n }
    world.run(...validators.map(({ hotkey }): Sent => [hotkey, calls.reveal_weights(shown)]))
  }

  pulse(): void {
    if (this.way === 'time lock') this.subnet.world.pulse(signPulse(BEACON_SEED, ROUND))
  }

  inherit(): void {
    this.wait()
    this.subnet.world.run([HEIR_COLD, this.subnet.join(HEIR)])
    if (this.subnet.uidOf(HEIR) !== this.victim.uid) throw new Error('the heir got another uid')
  }

  /** What the victim's uid was paid in the next epoch, whoever has it. @unit alpha-rao */
  epochPay(): bigint {
    const { netuid, world } = this.subnet
    const holder = storage.Keys.get(world.ctx, { netuid, uid: this.victim.uid })
    const before = this.subnet.alphaOf(holder)
    this.subnet.toEpoch()
    return this.subnet.alphaOf(holder) - before
  }
}

interface EstateOptions {
  readonly way: Way
  readonly seed: number
  readonly consensus?: Consensus
  /** Epochs from commit to reveal. */
  readonly period?: bigint
}

/** What the weights pay once they count and nobody came between. */
function honestPay(options: EstateOptions): bigint {
  const estate = new Estate(options)
  estate.weigh(1)
  estate.pulse()
  let most = 0n
  for (let epoch = 0; epoch < 4; epoch++) {
    if (epoch === Number(options.period ?? 1n)) estate.reveal(1)
    const pay = estate.epochPay()
    if (pay > most) most = pay
  }
  return most
}

interface Order {
  readonly way: Way
  readonly order: string
  readonly period?: bigint
  /** Pay of the heir in each epoch until somebody weighs it on purpose. */
  readonly live: (estate: Estate) => readonly bigint[]
}

const ORDERS: readonly Order[] = [
  {
    way: 'plain',
    order: 'set, registered',
    live(estate) {
      estate.weigh(1)
      estate.inherit()
      return [estate.epochPay(), estate.epochPay()]
    },
  },
  {
    way: 'hash',
    order: 'committed, registered, revealed',
    live(estate) {
      estate.weigh(1)
      estate.inherit()
      const first = estate.epochPay()
      estate.reveal(1)
      return [first, estate.epochPay(), estate.epochPay()]
    },
  },
  {
    way: 'hash',
    order: 'committed, registered, committed anew, revealed',
    live(estate) {
      estate.weigh(1)
      estate.inherit()
      const first = estate.epochPay()
      estate.commitElsewhere()
      estate.reveal(1)
      return [first, estate.epochPay(), estate.epochPay()]
    },
  },
  {
    way: 'hash',
    order: 'committed, revealed, registered',
    live(estate) {
      estate.weigh(1)
      const first = estate.epochPay()
      estate.reveal(1)
      estate.inherit()
      return [first, estate.epochPay(), estate.epochPay()]
    },
  },
  {
    way: 'time lock',
    order: 'locked, registered, opened',
    live(estate) {
      estate.weigh(1)
      estate.pulse()
      estate.inherit()
      return [estate.epochPay(), estate.epochPay()]
    },
  },
  {
    way: 'time lock',
    order: 'locked, registered, locked anew, opened',
    period: 2n,
    live(estate) {
      estate.weigh(1)
      estate.pulse()
      const first = estate.epochPay()
      estate.inherit()
      estate.commitElsewhere()
      return [first, estate.epochPay(), estate.epochPay()]
    },
  },
]

const table = new Table('uid inheritance', [
  'weights',
  'order',
  "heir's pay, predecessor = 100 %",
  'once weighed on purpose',
])

describe('uid inheritance', UNHURRIED, () => {
  test.each(ORDERS)('$way weights: $order: the heir gets nothing', ({ way, order, period = 1n, live }) => {
    const inherited: number[] = []
    const own: number[] = []
    // Time locks cost a pairing for each commit and each opening.
    const seeds = way === 'time lock' ? [FIXED_SEEDS[0]!, FRESH_SEED] : SEEDS
    for (const [i, seed] of seeds.entries()) {
      const options = { way, seed, period, consensus: CONSENSUS[i % CONSENSUS.length]! }
      const full = honestPay(options)
      expect(full, `seed ${seed}: the weights pay`).toBeGreaterThan(0n)
      const estate = new Estate(options)
      const pays = live(estate)
      expect(pays, `seed ${seed}`).toEqual(pays.map(() => 0n))
      // Weights that were meant for the heir do count: it was not hidden for good.
      estate.weigh(5)
      let most = 0n
      for (let epoch = 0n; epoch <= period; epoch++) {
        if (epoch === period) estate.reveal(5)
        const pay = estate.epochPay()
        if (pay > most) most = pay
      }
      inherited.push(Number(pays.reduce((sum, pay) => sum + pay, 0n)) / Number(full))
      own.push(Number(most) / Number(full))
      expect(own.at(-1), `seed ${seed}`).toBeGreaterThan(0.99)
    }
    table.row(way, order, percents(inherited.slice(0, -1)), percents(own.slice(0, -1)))
  })

  test('table', () => table.publish())
})
