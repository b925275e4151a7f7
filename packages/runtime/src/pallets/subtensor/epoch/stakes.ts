/**
 * Stake that each neuron of a subnet votes with: its own, less what it lends to children, plus what parents lend to it.
 * subtensor 14bc6f9 pallets/subtensor/src/staking/stake_utils.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import { inheritStake, taoWeightBits } from '../../../yuma/index.ts'
import { storage } from '../storage/index.ts'

const ROOT = 0
const U32_BITS = 32n

export interface VotingStake {
  /** Alpha on the subnet, inheritance applied. @unit alpha-rao */
  readonly alpha: bigint
  /** TAO on the root subnet, inheritance of the subnet applied. @unit rao */
  readonly tao: bigint
}

/** The stake that `hotkey` votes with on `netuid`. Both kinds are lent along the links of that subnet. */
export function votingStake(ctx: Ctx, hotkey: AccountId, netuid: number): VotingStake {
  const key = { hotkey, netuid }
  const alpha = storage.TotalHotkeyAlpha.get(ctx, key)
  const tao = storage.TotalHotkeyAlpha.get(ctx, { hotkey, netuid: ROOT })
  const children = storage.ChildKeys.get(ctx, key)
  const parents = storage.ParentKeys.get(ctx, key)
  if (children.length === 0 && parents.length === 0) return { alpha, tao }
  return {
    // Alpha on the root subnet itself is not lent.
    alpha: netuid === ROOT ? alpha : inherited(ctx, alpha, netuid, children, parents),
    tao: inherited(ctx, tao, ROOT, children, parents),
  }
}

type Links = readonly (readonly [proportion: bigint, hotkey: AccountId])[]

/** What is left of the stake `own` on a subnet, with what parents have there. */
function inherited(ctx: Ctx, own: bigint, on: number, children: Links, parents: Links): bigint {
  return inheritStake({
    stake: own,
    children: children.map(([proportion]) => proportion),
    parents: parents.map(([proportion, parent]) => ({
      proportion,
      stake: storage.TotalHotkeyAlpha.get(ctx, { hotkey: parent, netuid: on }),
    })),
  })
}

/** Alpha plus weighted root TAO, floored; before any threshold. @unit rao */
export function stakeWeight(ctx: Ctx, hotkey: AccountId, netuid: number): bigint {
  const { alpha, tao } = votingStake(ctx, hotkey, netuid)
  return ((alpha << U32_BITS) + tao * taoWeightBits(storage.TaoWeight.get(ctx))) >> U32_BITS
}
