/** The pool of a subnet in the state: its price, swaps, injections, start and end. */
import { U64F64 } from '@neurite/primitives/fixed'
import {
  MAX_SWAP_PRICE,
  MIN_SWAP_PRICE,
  type Pool,
  poolPrice,
  quoteSwap,
  quoteWeightAfterInjection,
  type SwapQuote,
  type SwapSide,
  sqrtPrice,
  swapFee,
} from '../../economics/index.ts'
import type { Ctx } from '../../frame/index.ts'
import { storage as subtensor } from '../subtensor/storage/index.ts'
import { allNetuids } from '../subtensor/subnets.ts'
import { errors } from './errors.ts'
import { storage } from './storage.ts'

/** Mechanism of subnets with a pool; all others, and root, exchange one to one. */
export const DYNAMIC = 1

export function isDynamic(ctx: Ctx, netuid: number): boolean {
  return subtensor.SubnetMechanism.get(ctx, { netuid }) === DYNAMIC
}

export function readPool(ctx: Ctx, netuid: number): Pool {
  return {
    alpha: subtensor.SubnetAlphaIn.get(ctx, { netuid }),
    tao: subtensor.SubnetTAO.get(ctx, { netuid }),
    quoteWeight: storage.SwapBalancer.get(ctx, { netuid }).quote,
  }
}

/** TAO per alpha, 1 where there is no pool. @unit U64F64 */
export function alphaPrice(ctx: Ctx, netuid: number): bigint {
  return isDynamic(ctx, netuid) ? poolPrice(readPool(ctx, netuid)) : U64F64.one
}

export interface SwapRequest {
  readonly netuid: number
  /** `buy` pays TAO for alpha, `sell` pays alpha for TAO. */
  readonly side: SwapSide
  /** @unit rao or alpha-rao */
  readonly amount: bigint
  /** @unit rao per alpha; without it the widest the side allows */
  readonly limit?: bigint | undefined
  readonly withoutFee?: boolean
}

/**
 * What a swap would do, without changing anything.
 * @throws DispatchError of this pallet when it cannot be done.
 */
export function simulateSwap(ctx: Ctx, request: SwapRequest): SwapQuote {
  const { netuid, side, amount } = request
  if (!isDynamic(ctx, netuid)) {
    return { paidIn: amount, paidOut: amount, fee: 0n }
  }
  const quote = quoteSwap({
    pool: readPool(ctx, netuid),
    side,
    amount,
    limit: request.limit ?? (side === 'buy' ? MAX_SWAP_PRICE : MIN_SWAP_PRICE),
    feeRate: request.withoutFee ? 0 : storage.FeeRate.get(ctx, { netuid }),
  })
  if (quote.error !== undefined) throw errors[quote.error]
  return quote
}

/** As {@link simulateSwap}, and notes that the pool has traded. The caller moves the reserves. */
export function swap(ctx: Ctx, request: SwapRequest): SwapQuote {
  const quote = simulateSwap(ctx, request)
  if (isDynamic(ctx, request.netuid)) initPool(ctx, request.netuid)
  return quote
}

/** What a user gets for `amount` with the widest limit; nothing moves on a subnet that does not exist. */
export function previewSwap(ctx: Ctx, netuid: number, side: SwapSide, amount: bigint): SwapQuote {
  const exists = isDynamic(ctx, netuid) || subtensor.NetworksAdded.get(ctx, { netuid })
  return exists ? simulateSwap(ctx, { netuid, side, amount }) : { paidIn: 0n, paidOut: 0n, fee: 0n }
}

/** Fee a swap of `amount` pays. @unit as the amount */
export function approximateFee(ctx: Ctx, netuid: number, amount: bigint): bigint {
  return isDynamic(ctx, netuid) ? swapFee(amount, storage.FeeRate.get(ctx, { netuid })) : 0n
}

/** Starts the pool with equal weights, once. */
export function initPool(ctx: Ctx, netuid: number): void {
  if (storage.PalSwapInitialized.get(ctx, { netuid })) return
  if (!storage.SwapBalancer.has(ctx, { netuid })) {
    storage.SwapBalancer.set(ctx, { netuid }, storage.SwapBalancer.get(ctx, { netuid }))
  }
  storage.PalSwapInitialized.set(ctx, { netuid }, true)
}

/**
 * Moves the weights so that adding both amounts leaves the price as it is; the caller adds them.
 * False, with nothing changed, when a weight would leave its bounds.
 */
export function makeRoomForInjection(ctx: Ctx, netuid: number, tao: bigint, alpha: bigint): boolean {
  const quote = quoteWeightAfterInjection(readPool(ctx, netuid), tao, alpha)
  if (quote === undefined) return false
  storage.SwapBalancer.set(ctx, { netuid }, { quote })
  return true
}

/** Removes everything the pallet keeps for a subnet. The reserves must have been paid out before. */
export function clearPool(ctx: Ctx, netuid: number): void {
  storage.PalSwapInitialized.remove(ctx, { netuid })
  storage.FeeRate.remove(ctx, { netuid })
  storage.SwapBalancer.remove(ctx, { netuid })
  storage.ScrapReservoirAlpha.remove(ctx, { netuid })
  storage.AlphaSqrtPrice.remove(ctx, { netuid })
}

/** Brings the mirror of square-root prices up to date. Runs at the end of every block. */
export function mirrorPrices(ctx: Ctx): void {
  for (const netuid of allNetuids(ctx)) {
    if (!isDynamic(ctx, netuid) || !storage.PalSwapInitialized.get(ctx, { netuid })) continue
    const root = sqrtPrice(alphaPrice(ctx, netuid))
    if (root !== storage.AlphaSqrtPrice.get(ctx, { netuid })) storage.AlphaSqrtPrice.set(ctx, { netuid }, root)
  }
}

/** Alpha worth `tao` rao at the current price, ignoring slippage. @unit alpha-rao */
export function alphaWorth(ctx: Ctx, netuid: number, tao: bigint): bigint {
  if (!isDynamic(ctx, netuid)) return tao
  return U64F64.toU64(U64F64.safeDiv(U64F64.fromInt(tao), alphaPrice(ctx, netuid)))
}

/** Rao worth `alpha` alpha-rao at the current price, ignoring slippage. @unit rao */
export function taoWorth(ctx: Ctx, netuid: number, alpha: bigint): bigint {
  return U64F64.toU64(U64F64.mul(alphaPrice(ctx, netuid), U64F64.fromInt(alpha)))
}
