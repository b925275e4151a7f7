/** A subnet with validators of exactly known stake and some miners, made and run by extrinsics. */
import type { AccountId } from '@neurite/primitives/bytes'
import type { GenesisOptions, RuntimeCall, RuntimeProfile } from '@neurite/runtime'
import { calls as admin } from '@neurite/runtime/pallets/admin-utils'
import { calls, storage } from '@neurite/runtime/pallets/subtensor'
import { stakeOf } from '../../packages/runtime/src/pallets/subtensor/staking/index.ts'
import { account, type Sent, TAO, World } from './world.ts'

/** Versions of the consensus; `liquid` is Yuma3 with liquid alpha. */
export type Consensus = 'Yuma2' | 'Yuma3' | 'Yuma3 liquid'
export const CONSENSUS: readonly Consensus[] = ['Yuma2', 'Yuma3', 'Yuma3 liquid']

export interface Neuron {
  readonly name: string
  readonly hotkey: AccountId
  readonly coldkey: AccountId
  readonly uid: number
}

type Keys = Omit<Neuron, 'uid'>

export interface SubnetOptions {
  /** Alpha of each validator, in thousandths. */
  readonly stakes: readonly number[]
  readonly miners: number
  /** @unit blocks */
  readonly tempo?: number
  readonly consensus?: Consensus
  readonly commitReveal?: boolean
  /** @unit u16 fraction */
  readonly bondsPenalty?: number
  readonly maxValidators?: number
  readonly profile?: RuntimeProfile
  readonly genesis?: GenesisOptions
  /** More TAO at genesis, by name. */
  readonly funds?: Readonly<Record<string, bigint>>
  /** Before the names of all its accounts, so that one chain can have several. */
  readonly label?: string
  /** A chain with the {@link fundsOf} this subnet. */
  readonly world?: World
}

/** TAO that a subnet needs at genesis, by name. */
export function fundsOf({ stakes, miners, label = '' }: SubnetOptions): Readonly<Record<string, bigint>> {
  const names = [...stakes.map((_, i) => `validator ${i}`), ...Array.from({ length: miners }, (_, i) => `miner ${i}`)]
  const each = names.map((name): [string, bigint] => [`${label}${name} cold`, 20n])
  return { [`${label}owner cold`]: 5000n, [`${label}whale cold`]: 300_000n, ...Object.fromEntries(each) }
}

/** One alpha in thousandths, as stakes are given. */
const MILLI = TAO / 1000n
/** Registering is not what most of these attacks are about: it stays cheap. @unit rao */
const CHEAP = 100_000_000n

export class Subnet {
  readonly world: World
  readonly netuid: number
  readonly validators: readonly Neuron[]
  readonly miners: readonly Neuron[]

  private readonly owner: Keys
  private readonly whale: Keys

  constructor(options: SubnetOptions) {
    const { label = '' } = options
    const validators = options.stakes.map((_, i) => keysOf(`${label}validator ${i}`))
    const miners = Array.from({ length: options.miners }, (_, i) => keysOf(`${label}miner ${i}`))
    this.owner = keysOf(`${label}owner`)
    this.whale = keysOf(`${label}whale`)
    this.world =
      options.world ??
      new World({
        ...(options.profile && { profile: options.profile }),
        ...(options.genesis && { genesis: options.genesis }),
        funds: { ...fundsOf(options), ...options.funds },
      })
    this.netuid = this.register()
    this.configure(options)
    this.world.run([this.owner.coldkey, calls.start_call({ netuid: this.netuid })])
    const neurons = [...validators, ...miners]
    this.world.run(...neurons.map(({ hotkey, coldkey }): Sent => [coldkey, this.join(hotkey)]))
    const placed = neurons.map((neuron): Neuron => ({ ...neuron, uid: this.uidOf(neuron.hotkey)! }))
    this.validators = placed.slice(0, validators.length)
    this.miners = placed.slice(validators.length)
    this.giveStake(options.stakes)
    this.world.sudo(admin.sudo_set_tempo({ netuid: this.netuid, tempo: options.tempo ?? 10 }))
  }

  private register(): number {
    this.world.run([this.owner.coldkey, calls.register_network({ hotkey: this.owner.hotkey })])
    const { ctx } = this.world
    const netuid = [...storage.SubnetOwner.entries(ctx)].find(([, owner]) => owner === this.owner.coldkey)![0].netuid
    return netuid
  }

  private configure(options: SubnetOptions): void {
    const { netuid, world } = this
    const { consensus = 'Yuma3', commitReveal = false, bondsPenalty = 65_535, maxValidators } = options
    world.sudo(
      admin.sudo_set_admin_freeze_window({ window: 0 }),
      admin.sudo_set_subnet_emission_enabled({ netuid, enabled: true }),
      // The owner's cut would give a neuron that never weighs a vote of its own.
      admin.sudo_set_owner_cut_enabled({ netuid, enabled: false }),
      // No epoch pays anybody while the stakes are handed out.
      admin.sudo_set_tempo({ netuid, tempo: 0 }),
      admin.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 0n }),
      admin.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: commitReveal }),
      admin.sudo_set_yuma3_enabled({ netuid, enabled: consensus !== 'Yuma2' }),
      admin.sudo_set_liquid_alpha_enabled({ netuid, enabled: consensus === 'Yuma3 liquid' }),
      admin.sudo_set_bonds_penalty({ netuid, bonds_penalty: bondsPenalty }),
      ...(maxValidators
        ? [admin.sudo_set_max_allowed_validators({ netuid, max_allowed_validators: maxValidators })]
        : []),
      admin.sudo_set_burn_increase_mult({ netuid, burn_increase_mult: 1n << 64n }),
      admin.sudo_set_max_burn({ netuid, max_burn: CHEAP + 1n }),
      admin.sudo_set_max_registrations_per_block({ netuid, max_registrations_per_block: 256 }),
      admin.sudo_set_target_registrations_per_interval({ netuid, target_registrations_per_interval: 256 }),
    )
  }

  /** One purchase, then exact parts of it to each validator: moves within a subnet cost no alpha. */
  private giveStake(stakes: readonly number[]): void {
    const { netuid, world } = this
    const all = stakes.reduce((sum, stake) => sum + stake, 0)
    if (all === 0) return
    world.run([this.whale.coldkey, calls.burned_register({ netuid, hotkey: this.whale.hotkey })])
    // More than enough; what is left over is sold again, so that it does not vote.
    world.run([this.whale.coldkey, calls.add_stake({ hotkey: this.whale.hotkey, netuid, amount_staked: 9_000n * TAO })])
    const owned = this.alphaOf(this.whale.hotkey)
    if (owned < BigInt(all) * MILLI) throw new Error(`${owned} alpha-rao are too few for stakes of ${all} thousandths`)
    for (const [i, { hotkey, coldkey }] of this.validators.entries()) {
      const amount = BigInt(stakes[i]!) * MILLI
      if (amount === 0n) continue
      world.run(
        [
          this.whale.coldkey,
          calls.transfer_stake({
            destination_coldkey: coldkey,
            hotkey: this.whale.hotkey,
            origin_netuid: netuid,
            destination_netuid: netuid,
            alpha_amount: amount,
          }),
        ],
        [coldkey, this.move(this.whale.hotkey, hotkey, amount)],
      )
    }
    const rest = this.alphaOf(this.whale.hotkey)
    if (rest > 0n)
      world.run([this.whale.coldkey, calls.remove_stake({ hotkey: this.whale.hotkey, netuid, amount_unstaked: rest })])
  }

  join(hotkey: AccountId): RuntimeCall {
    return calls.burned_register({ netuid: this.netuid, hotkey })
  }

  /** Moves stake between hotkeys of the subnet. @param amount alpha-rao */
  move(from: AccountId, to: AccountId, amount: bigint): RuntimeCall {
    const { netuid } = this
    return calls.move_stake({
      origin_hotkey: from,
      destination_hotkey: to,
      origin_netuid: netuid,
      destination_netuid: netuid,
      alpha_amount: amount,
    })
  }

  /** Weights in the order of uids; the largest of `weights` counts fully. */
  weigh(uids: readonly number[], weights: readonly number[]): RuntimeCall {
    return calls.set_weights({ netuid: this.netuid, dests: [...uids], weights: [...weights], version_key: 0n })
  }

  uidOf(hotkey: AccountId): number | undefined {
    return storage.Uids.get(this.world.ctx, { netuid: this.netuid, hotkey })
  }

  /** All alpha with a hotkey. @unit alpha-rao */
  alphaOf(hotkey: AccountId): bigint {
    return storage.TotalHotkeyAlpha.get(this.world.ctx, { hotkey, netuid: this.netuid })
  }

  /** Alpha of one coldkey with a hotkey. @unit alpha-rao */
  stakeOf(hotkey: AccountId, coldkey: AccountId): bigint {
    return stakeOf(this.world.ctx, hotkey, coldkey, this.netuid)
  }

  weightsOf({ uid }: Neuron): readonly (readonly [number, number])[] {
    return storage.Weights.get(this.world.ctx, { index: this.netuid, uid })
  }

  get epoch(): bigint {
    return storage.SubnetEpochIndex.get(this.world.ctx, { netuid: this.netuid })
  }

  /** Blocks until the one with the next epoch. */
  get untilEpoch(): number {
    const { ctx } = this.world
    const last = storage.LastEpochBlock.get(ctx, { netuid: this.netuid })
    return Number(last + BigInt(storage.Tempo.get(ctx, { netuid: this.netuid })) - ctx.block)
  }

  /** Runs blocks so that the epoch is so many blocks ahead: in the next one, whatever extrinsics that will have. */
  toEveOfEpoch(blocks = 1): void {
    while (this.untilEpoch > blocks) this.world.block()
  }

  /** Runs blocks up to and with the next epoch; returns what it paid each neuron. @unit alpha-rao */
  toEpoch(): ReadonlyMap<AccountId, bigint> {
    this.toEveOfEpoch()
    const before = this.epoch
    const everybody = [...this.validators, ...this.miners]
    const held = new Map(everybody.map(({ hotkey }) => [hotkey, this.alphaOf(hotkey)]))
    this.world.block()
    if (this.epoch !== before + 1n) throw new Error('no epoch ran in its block')
    return new Map(everybody.map(({ hotkey }) => [hotkey, this.alphaOf(hotkey) - held.get(hotkey)!]))
  }
}

function keysOf(name: string): Keys {
  return { name, hotkey: account(name), coldkey: account(`${name} cold`) }
}
