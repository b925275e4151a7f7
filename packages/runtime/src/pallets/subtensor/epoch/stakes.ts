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
  const own = (on: number): bigint => storage.TotalHotkeyAlpha.get(ctx, { hotkey, netuid: on })
  const childKeys = storage.ChildKeys.get(ctx, { hotkey, netuid })
  const parents = storage.ParentKeys.get(ctx, { hotkey, netuid })
  if (childKeys.length === 0 && parents.length === 0) return { alpha: own(netuid), tao: own(ROOT) }
  const children = childKeys.map(([proportion]) => proportion)
  const inherited = (on: number): bigint =>
    inheritStake({
      stake: own(on),
      children,
      parents: parents.map(([proportion, parent]) => ({
        proportion,
        stake: storage.TotalHotkeyAlpha.get(ctx, { hotkey: parent, netuid: on }),
      })),
    })
  // Alpha on the root subnet itself is not lent.
  const alpha = netuid === ROOT ? own(netuid) : inherited(netuid)
  return { alpha, tao: inherited(ROOT) }
}

/** Alpha plus weighted root TAO, floored; before any threshold. @unit rao */
export function stakeWeight(ctx: Ctx, hotkey: AccountId, netuid: number): bigint {
  const { alpha, tao } = votingStake(ctx, hotkey, netuid)
  return ((alpha << U32_BITS) + tao * taoWeightBits(storage.TaoWeight.get(ctx))) >> U32_BITS
}
