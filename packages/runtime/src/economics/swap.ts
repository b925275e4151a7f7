/**
 * One swap against the pool: fee, price limit, refund. Pure; the caller moves the reserves.
 *
 * subtensor 14bc6f9 pallets/swap/src/pallet/{swap_step,impls}.rs
 */
import { addU64, minBig, mulU64, subU64, toU64, U64_MAX, U64F64, u16Ratio } from '@neurite/primitives/fixed'
import { RAO_PER_TAO } from '@neurite/primitives/units'
import { alphaInToPrice, alphaOut, type Pool, poolPrice, taoInToPrice, taoOut } from './pool.ts'

/** A swap may not bring in more than this many times the reserve it pays into. */
export const MAX_INPUT_PER_RESERVE = 1000n
/** Price limits used when the caller gives none. @unit rao per alpha */
export const MIN_SWAP_PRICE = 1000n
export const MAX_SWAP_PRICE = 1_000_000_000_000_000n
/** The reserve paid from must hold at least this. @unit rao or alpha-rao */
export const MINIMUM_RESERVE = 1_000_000n
/** Default fee of a subnet. @unit u16 fraction */
export const DEFAULT_FEE_RATE = 33
/** Largest fee that can be set. @unit u16 fraction */
export const MAX_FEE_RATE = 10_000

export type SwapSide = 'buy' | 'sell'

export type SwapErrorName = 'SwapInputTooLarge' | 'ReservesTooLow' | 'PriceLimitExceeded' | 'InsufficientLiquidity'

export interface SwapOptions {
  readonly pool: Pool
  /** `buy` pays TAO for alpha, `sell` pays alpha for TAO. */
  readonly side: SwapSide
  /** What the user offers, fee included. @unit rao (buy) or alpha-rao (sell) */
  readonly amount: bigint
  /** The price may not pass this. @unit rao per alpha */
  readonly limit: bigint
  /** 0 for swaps without fee. @unit u16 fraction */
  readonly feeRate: number
  readonly minimumReserve?: bigint
}

export interface SwapQuote {
  readonly error?: undefined
  /** Enters the pool. @unit as the input */
  readonly paidIn: bigint
  /** Leaves the pool. */
  readonly paidOut: bigint
  /** Taken from the input besides `paidIn`. The rest of the input stays with the user. */
  readonly fee: bigint
}

export interface SwapFailure {
  readonly error: SwapErrorName
}

/** Floor of amount * rate / 65535, the ratio floored to 2^-64 first. */
export function swapFee(amount: bigint, feeRate: number): bigint {
  if (feeRate === 0) return 0n
  return U64F64.toU64(U64F64.mul(U64F64.fromInt(amount), u16Ratio(U64F64, feeRate)))
}

/** The fee on top of a net amount: floor of amount * rate / (65535 - rate). */
function feeOnTop(amount: bigint, feeRate: number): bigint {
  const rate = U64F64.fromInt(feeRate)
  return U64F64.toU64(
    U64F64.mul(U64F64.fromInt(amount), U64F64.safeDiv(rate, U64F64.sub(U64F64.fromInt(65_535), rate))),
  )
}

/** A limit in rao per alpha as a U64F64 price. */
export function limitToPrice(limit: bigint): bigint {
  return U64F64.fromRatio(limit, RAO_PER_TAO)
}

/** What the swap would do, or the error that stops it. */
export function quoteSwap(options: SwapOptions): SwapQuote | SwapFailure {
  const { pool, side, amount, limit, feeRate, minimumReserve = MINIMUM_RESERVE } = options
  const buy = side === 'buy'
  const reserveIn = buy ? pool.tao : pool.alpha
  const reserveOut = buy ? pool.alpha : pool.tao
  const output = (input: bigint) => (buy ? alphaOut(pool, input) : taoOut(pool, input))

  let fee = swapFee(amount, feeRate)
  const net = subU64(amount, fee)
  if (net > mulU64(reserveIn, MAX_INPUT_PER_RESERVE)) return { error: 'SwapInputTooLarge' }
  if (reserveOut < minimumReserve) return { error: 'ReservesTooLow' }

  const price = poolPrice(pool)
  const limitPrice = limitToPrice(limit)
  if (buy ? price >= limitPrice : price <= limitPrice) return { error: 'PriceLimitExceeded' }

  let paidIn = net
  let paidOut = output(net)
  const after = buy ? moved(pool, -paidOut, net) : moved(pool, net, -paidOut)
  const target = poolPrice(after)
  // A buy that would empty the pool has no price; upstream reads it as 0 and lets it pass any limit.
  const passed = buy ? target > limitPrice || after.alpha === 0n : target < limitPrice
  if (passed) {
    const toLimit = buy ? taoInToPrice(pool, price, limitPrice) : alphaInToPrice(pool, price, limitPrice)
    paidIn = minBig(toLimit, net)
    paidOut = output(paidIn)
    fee = minBig(feeOnTop(paidIn, feeRate), amount - paidIn)
  }
  if (paidIn !== 0n && paidOut === 0n) return { error: 'ReservesTooLow' }
  if (paidOut > reserveOut) return { error: 'InsufficientLiquidity' }
  return { paidIn, paidOut, fee }
}

/** The largest input, fee included, that the pool takes before the price passes `limit`. */
export function maxInputAtLimit(options: Omit<SwapOptions, 'amount'>): bigint | SwapFailure {
  const reserve = options.side === 'buy' ? options.pool.tao : options.pool.alpha
  const quote = quoteSwap({ ...options, amount: mulU64(reserve, MAX_INPUT_PER_RESERVE) })
  if (quote.error !== undefined) return quote
  return addU64(quote.paidIn, quote.fee)
}

/**
 * Alpha that can move between two pools until origin price / destination price falls to `limit` rao per TAO.
 * Closed form for equal weights; only approximate for others, like upstream.
 */
export function maxMoveAtLimit(origin: Pool, destination: Pool, limit: bigint): bigint {
  if (origin.tao === 0n || destination.tao === 0n || origin.alpha === 0n || destination.alpha === 0n) return 0n
  const limitPrice = limitToPrice(limit)
  if (limitPrice > U64F64.safeDiv(poolPrice(origin), poolPrice(destination))) return 0n
  if (limit === 0n) return U64_MAX
  const [tao1, tao2] = [U64F64.fromInt(origin.tao), U64F64.fromInt(destination.tao)]
  const sum = U64F64.add(tao1, tao2)
  const [share1, share2] = [U64F64.safeDiv(tao1, sum), U64F64.safeDiv(tao2, sum)]
  const reached = U64F64.safeDiv(U64F64.mul(U64F64.fromInt(destination.alpha), share1), limitPrice)
  return U64F64.toU64(U64F64.sub(reached, U64F64.mul(U64F64.fromInt(origin.alpha), share2)))
}

function moved(pool: Pool, alphaDelta: bigint, taoDelta: bigint): Pool {
  return { alpha: toU64(pool.alpha + alphaDelta), tao: toU64(pool.tao + taoDelta), quoteWeight: pool.quoteWeight }
}
