/**
 * A subnet as the views read it. Views are tables of fields, each a function of this; what several fields need is read
 * once.
 */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import { mechanismStorageIndex, taoWeightBits } from '../../../yuma/index.ts'
import { votingStake } from '../epoch/stakes.ts'
import { storage } from '../storage/index.ts'

/** Fraction bits of a total stake: those of the weight of TAO. */
const FRACTION_BITS = 32n

/** What a neuron votes with, inheritance applied, before any threshold. */
export interface Stake {
  /** @unit alpha-rao */
  readonly alpha: bigint
  /** @unit rao */
  readonly tao: bigint
  /** Alpha plus weighted TAO. @unit rao times 2^32 */
  readonly totalBits: bigint
}

export interface SubnetView {
  readonly ctx: Ctx
  readonly netuid: number
  /** Index of what the mechanism's own epochs write: incentives and the blocks of weights. */
  readonly index: number
  /** By uid; the zero account for a place without a neuron. */
  readonly hotkeys: () => readonly AccountId[]
  /** By uid. */
  readonly coldkeys: () => readonly AccountId[]
  /** By uid. */
  readonly stakes: () => readonly Stake[]
}

/** Fields of a view, each read from the subnet. */
export type Fields<S> = { readonly [K in keyof S]-?: (view: SubnetView) => S[K] }

export function viewSubnet(ctx: Ctx, netuid: number, mecid = 0): SubnetView {
  const hotkeys = once(() =>
    Array.from({ length: storage.SubnetworkN.get(ctx, { netuid }) }, (_, uid) =>
      storage.Keys.get(ctx, { netuid, uid }),
    ),
  )
  return {
    ctx,
    netuid,
    index: mechanismStorageIndex(netuid, mecid),
    hotkeys,
    coldkeys: once(() => hotkeys().map((hotkey) => storage.Owner.get(ctx, { hotkey }))),
    stakes: once(() => {
      const taoWeight = taoWeightBits(storage.TaoWeight.get(ctx))
      return hotkeys().map((hotkey) => stakeOfNeuron(ctx, hotkey, netuid, taoWeight))
    }),
  }
}

function stakeOfNeuron(ctx: Ctx, hotkey: AccountId, netuid: number, taoWeight: bigint): Stake {
  const { alpha, tao } = votingStake(ctx, hotkey, netuid)
  return { alpha, tao, totalBits: (alpha << FRACTION_BITS) + tao * taoWeight }
}

/** Whole rao of the total. */
export function totalStake({ totalBits }: Stake): bigint {
  return totalBits >> FRACTION_BITS
}

/** Whether the total is more than `threshold` rao; a fraction above it counts. */
export function exceeds({ totalBits }: Stake, threshold: bigint): boolean {
  return totalBits > threshold << FRACTION_BITS
}

/** The fields named in `table`, read from the subnet. */
export function readFields<S>(view: SubnetView, table: Fields<S>): S {
  const out: Partial<S> = {}
  for (const [name, read] of Object.entries(table) as [keyof S, (view: SubnetView) => S[keyof S]][]) {
    out[name] = read(view)
  }
  return out as S
}

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined
  return () => {
    known ??= { value: read() }
    return known.value
  }
}
