/**
 * How much can be traded before a price passes a limit.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/staking/{add_stake,remove_stake,move_stake}.rs get_max_amount_*
 */
import { U64_MAX, U64F64 } from '@neurite/primitives/fixed'
import { RAO_PER_TAO } from '@neurite/primitives/units'
import { maxInputAtLimit, maxMoveAtLimit, type SwapSide } from '../../../economics/index.ts'
import type { Ctx } from '../../../frame/index.ts'
import * as swap from '../../swap/index.ts'
import { ROOT_NETUID } from './shares.ts'

/** Root and stable subnets trade one to one, without a pool. */
function hasPool(ctx: Ctx, netuid: number): boolean {
  return netuid !== ROOT_NETUID && swap.isDynamic(ctx, netuid)
}

function maxAtLimit(ctx: Ctx, netuid: number, side: SwapSide, limit: bigint): bigint {
  const feeRate = swap.storage.FeeRate.get(ctx, { netuid })
  const max = maxInputAtLimit({ pool: swap.readPool(ctx, netuid), side, limit, feeRate })
  if (typeof max !== 'bigint') throw swap.errors[max.error]
  return max
}

/** Most rao that can be staked while alpha costs at most `limit` rao. */
export function maxStakeAtLimit(ctx: Ctx, netuid: number, limit: bigint): bigint {
  if (!hasPool(ctx, netuid)) return limit >= RAO_PER_TAO ? U64_MAX : 0n
  return maxAtLimit(ctx, netuid, 'buy', limit)
}

/** Most alpha-rao that can be sold while alpha brings at least `limit` rao. */
export function maxUnstakeAtLimit(ctx: Ctx, netuid: number, limit: bigint): bigint {
  if (!hasPool(ctx, netuid)) return limit <= RAO_PER_TAO ? U64_MAX : 0n
  return maxAtLimit(ctx, netuid, 'sell', limit)
}

/** Most alpha-rao that can move while origin price / destination price stays at `limit` rao per TAO or above. */
export function maxMoveBetween(ctx: Ctx, origin: number, destination: number, limit: bigint): bigint {
  if (!hasPool(ctx, origin)) {
    if (!hasPool(ctx, destination)) return limit > RAO_PER_TAO ? 0n : U64_MAX
    if (limit === 0n) return U64_MAX
    // The limit is origin / destination, so the destination's own price limit is its inverse.
    const tao = U64F64.fromInt(RAO_PER_TAO)
    const inverse = U64F64.toU64(U64F64.mul(U64F64.safeDiv(tao, U64F64.fromInt(limit)), tao))
    return maxStakeAtLimit(ctx, destination, inverse)
  }
  if (!hasPool(ctx, destination)) return maxUnstakeAtLimit(ctx, origin, limit)
  return maxMoveAtLimit(swap.readPool(ctx, origin), swap.readPool(ctx, destination), limit)
}
