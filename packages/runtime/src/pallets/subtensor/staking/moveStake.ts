/** Moving stake between hotkeys, coldkeys and subnets. subtensor 14bc6f9 pallets/subtensor/src/staking/move_stake.rs */
import { minBig } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { transferTao } from '../issuance/index.ts'
import type { LimitOptions } from './addStake.ts'
import { ensureDelegate, ownerOf } from './hotkeys.ts'
import { maxMoveBetween } from './limits.ts'
import { ROOT_NETUID, stakeOf } from './shares.ts'
import { stakeInto, transferWithinSubnet, unstakeFrom } from './transfers.ts'
import { minStake, type StakeMove, validateMove } from './validate.ts'

/**
 * Moves stake; returns what it was worth on the way. @unit rao
 * Across subnets it is sold and bought, with one fee: on the first leg, or on the second when it starts on root.
 */
export function moveStake(ctx: Ctx, move: StakeMove, terms?: LimitOptions): bigint {
  const { from, to } = move
  const crossing = from.netuid !== to.netuid
  const alpha = minBig(move.alpha, stakeOf(ctx, from.hotkey, from.coldkey, from.netuid))
  const max = crossing && terms ? maxMoveBetween(ctx, from.netuid, to.netuid, terms.limit) : alpha
  validateMove(ctx, { ...move, alpha }, terms && { max, allowPartial: terms.allowPartial })
  const amount = minBig(alpha, max)
  if (!crossing) return transferWithinSubnet(ctx, from, to, from.netuid, amount)

  const feeOnSecondLeg = from.netuid === ROOT_NETUID
  const tao = unstakeFrom(ctx, from, amount, { withoutFee: feeOnSecondLeg })
  if (from.coldkey !== to.coldkey) transferTao(ctx, from.coldkey, to.coldkey, tao)
  // After the fee too little may be left to stake; it then stays with the coldkey as TAO.
  if (tao >= minStake(ctx)) {
    if (ownerOf(ctx, to.hotkey) !== to.coldkey) ensureDelegate(ctx, to.hotkey)
    stakeInto(ctx, to, tao, { withoutFee: !feeOnSecondLeg })
  }
  return tao
}
