/**
 * The weighted pool between TAO and the alpha of one subnet.
 *
 * With x alpha, y TAO and weights w1 + w2 = 1, a swap keeps x^w1 * y^w2; the price of one alpha is (w1 y) / (w2 x) TAO.
 * Emission changes the weights instead of the price. Equal weights make it the plain constant-product pool.
 *
 * subtensor 14bc6f9 pallets/swap/src/pallet/balancer.rs
 */
import {
  addU64,
  minBig,
  mulPerquintillRound,
  PERQUINTILL,
  perquintillFromRatio,
  subU64,
  toU64,
  toU128,
  U64F64,
} from '@neurite/primitives/fixed'
import { powRatioScaled } from './power.ts'

/** Both weights stay at or above this. @unit parts per 10^18 */
export const MIN_WEIGHT = PERQUINTILL / 100n
/** Weight of a new pool's TAO side. @unit parts per 10^18 */
export const DEFAULT_QUOTE_WEIGHT = PERQUINTILL / 2n

/** Integers below this have a double near them. */
const MAX_DOUBLE = 1n << 1000n

export interface Pool {
  /** x. @unit alpha-rao */
  readonly alpha: bigint
  /** y. @unit rao */
  readonly tao: bigint
  /** w2, the weight of the TAO side. @unit parts per 10^18 */
  readonly quoteWeight: bigint
}

/** w1, the weight of the alpha side. @unit parts per 10^18 */
export function baseWeight(pool: Pool): bigint {
  return subU64(PERQUINTILL, pool.quoteWeight)
}

export function isWeightInBounds(quoteWeight: bigint): boolean {
  return quoteWeight >= MIN_WEIGHT && PERQUINTILL - quoteWeight >= MIN_WEIGHT
}

/** TAO per alpha as U64F64 bits; 0 when the pool has no alpha. */
export function poolPrice(pool: Pool): bigint {
  const weights = U64F64.fromRatio(baseWeight(pool), pool.quoteWeight)
  return U64F64.mul(weights, U64F64.fromRatio(pool.tao, pool.alpha))
}

/** reserve / (reserve + delta) to the power of top / bottom, floored to 18 decimals, as U64F64 bits. */
function remainingShare(reserve: bigint, delta: bigint, top: bigint, bottom: bigint): bigint {
  const after = delta >= 0n ? addU64(reserve, delta) : subU64(reserve, -delta)
  if (after === 0n) return 0n
  const scaled = powRatioScaled(reserve, after, top, bottom, PERQUINTILL)
  if (scaled === undefined || scaled !== toU64(scaled)) return 0n
  const share = U64F64.fromRatio(scaled, PERQUINTILL)
  return delta >= 0n ? minBig(share, U64F64.one) : share
}

/** Floor of reserve * (1 - share). */
function payout(reserve: bigint, share: bigint): bigint {
  return U64F64.toU64(U64F64.mul(U64F64.fromInt(reserve), U64F64.sub(U64F64.one, share)))
}

/** Alpha paid for `taoIn` rao, without fee or limit. @unit alpha-rao */
export function alphaOut(pool: Pool, taoIn: bigint): bigint {
  return payout(pool.alpha, remainingShare(pool.tao, taoIn, pool.quoteWeight, baseWeight(pool)))
}

/** TAO paid for `alphaIn` alpha-rao, without fee or limit. @unit rao */
export function taoOut(pool: Pool, alphaIn: bigint): bigint {
  return payout(pool.tao, remainingShare(pool.alpha, alphaIn, baseWeight(pool), pool.quoteWeight))
}

/** Floor of reserve * ((top / bottom)^weight - 1), 0 when the ratio is below 1. */
function amountToRatio(reserve: bigint, top: bigint, bottom: bigint, weight: bigint): bigint {
  const scaled = powRatioScaled(top, bottom, weight, PERQUINTILL, PERQUINTILL)
  if (scaled === undefined) return 0n
  const factor = U64F64.fromRatio(toU64(scaled), PERQUINTILL)
  return U64F64.toU64(U64F64.mul(U64F64.fromInt(reserve), U64F64.sub(factor, U64F64.one)))
}

/** TAO to pay until the price rises from `price` to `target` (U64F64); 0 when the target is below. @unit rao */
export function taoInToPrice(pool: Pool, price: bigint, target: bigint): bigint {
  return amountToRatio(pool.tao, target, price, baseWeight(pool))
}

/** Alpha to sell until the price falls from `price` to `target` (U64F64); 0 when the target is above. @unit alpha-rao */
export function alphaInToPrice(pool: Pool, price: bigint, target: bigint): bigint {
  return amountToRatio(pool.alpha, price, target, pool.quoteWeight)
}

/** Alpha to sell to receive `tao` rao, floored. @unit alpha-rao */
export function alphaInForTaoOut(pool: Pool, tao: bigint): bigint {
  const growth = remainingShare(pool.tao, -tao, pool.quoteWeight, baseWeight(pool))
  return U64F64.toU64(U64F64.mul(U64F64.fromInt(pool.alpha), U64F64.sub(growth, U64F64.one)))
}

/** TAO weight after adding both amounts with the price unchanged; undefined when a weight would leave its bounds. */
export function quoteWeightAfterInjection(pool: Pool, taoDelta: bigint, alphaDelta: bigint): bigint | undefined {
  const base = mulPerquintillRound(baseWeight(pool), toU128(pool.tao * (pool.alpha + alphaDelta)))
  const quote = mulPerquintillRound(pool.quoteWeight, toU128(pool.alpha * (pool.tao + taoDelta)))
  const sum = toU128(base + quote)
  const weight = sum === 0n ? DEFAULT_QUOTE_WEIGHT : perquintillFromRatio(quote, sum)
  return isWeightInBounds(weight) ? weight : undefined
}

/** TAO weight that gives existing reserves the `price` (U64F64); undefined when they are empty or it is out of bounds. */
export function quoteWeightForPrice(tao: bigint, alpha: bigint, price: bigint): bigint | undefined {
  const high = U64F64.toInt(price) * alpha
  const low = U64F64.toInt(U64F64.mul(U64F64.fromInt(alpha), price & (U64F64.one - 1n)))
  const sum = toU128(high + low + tao)
  if (sum === 0n) return undefined
  const weight = perquintillFromRatio(tao, sum)
  return isWeightInBounds(weight) ? weight : undefined
}

/** Square root of a U64F64 price, floored, as U64F64 bits. */
export function sqrtPrice(price: bigint): bigint {
  return sqrtFloor(price << 64n)
}

/** Largest integer whose square is not above `value`. */
export function sqrtFloor(value: bigint): bigint {
  if (value < 2n) return value
  // One step from anywhere lands at the root or above, and from there each step falls until it is reached.
  const near = value < MAX_DOUBLE ? BigInt(Math.floor(Math.sqrt(Number(value)))) : value
  let x = (near + value / near + 1n) >> 1n
  for (;;) {
    const next = (x + value / x) >> 1n
    if (next >= x) return x
    x = next
  }
}
