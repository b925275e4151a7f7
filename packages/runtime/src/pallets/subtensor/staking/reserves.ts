/**
 * Swaps against the pool of a subnet, with its reserves moved. TAO itself moves elsewhere: callers pay the pool's
 * account before a purchase and from it after a sale.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/staking/stake_utils.rs swap_tao_for_alpha, swap_alpha_for_tao
 */
import { addU64, subU64, toU128 } from '@neurite/primitives/fixed'
import type { SwapQuote } from '../../../economics/index.ts'
import type { Ctx } from '../../../frame/index.ts'
import { swap } from '../../swap/index.ts'
import { storage } from '../storage/index.ts'

export interface ReserveSwap {
  readonly netuid: number
  /** Offered, fee included. @unit rao (purchase) or alpha-rao (sale) */
  readonly amount: bigint
  /** @unit rao per alpha */
  readonly limit?: bigint | undefined
  readonly withoutFee?: boolean
}

/** Buys alpha. `TotalStake` grows by what enters the pool, so that it stays the sum of the pools. */
export function buyAlpha(ctx: Ctx, request: ReserveSwap): SwapQuote {
  const { netuid, amount } = request
  const quote = swap(ctx, { side: 'buy', ...request })
  if (quote.paidOut > 0n) {
    storage.SubnetAlphaIn.mutate(ctx, { netuid }, (alpha) => subU64(alpha, quote.paidOut))
    storage.SubnetAlphaOut.mutate(ctx, { netuid }, (alpha) => addU64(alpha, quote.paidOut))
  }
  if (quote.paidIn > 0n) {
    storage.SubnetTAO.mutate(ctx, { netuid }, (tao) => addU64(tao, quote.paidIn))
    storage.TotalStake.mutate(ctx, (tao) => addU64(tao, quote.paidIn))
  }
  storage.SubnetVolume.mutate(ctx, { netuid }, (volume) => toU128(volume + amount))
  return quote
}

/** Sells alpha. The fee stays outside the pool, with the caller. */
export function sellAlpha(ctx: Ctx, request: ReserveSwap): SwapQuote {
  const { netuid } = request
  const quote = swap(ctx, { side: 'sell', ...request })
  if (quote.paidIn > 0n) {
    storage.SubnetAlphaIn.mutate(ctx, { netuid }, (alpha) => addU64(alpha, quote.paidIn))
    storage.SubnetAlphaOut.mutate(ctx, { netuid }, (alpha) => subU64(alpha, quote.paidIn))
  }
  if (quote.paidOut > 0n) {
    storage.SubnetTAO.mutate(ctx, { netuid }, (tao) => subU64(tao, quote.paidOut))
    storage.TotalStake.mutate(ctx, (tao) => subU64(tao, quote.paidOut))
  }
  storage.SubnetVolume.mutate(ctx, { netuid }, (volume) => toU128(volume + quote.paidOut))
  return quote
}
