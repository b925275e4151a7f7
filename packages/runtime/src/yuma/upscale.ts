/**
 * What set_weights does to the numbers it is given.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/math.rs vec_max_upscale_to_u16, check_vec_max_limited.
 */
import { checkAmount, checkU16s } from './check.ts'
import { divFloor, fromU16Fraction, HALF, ONE } from './fixed.ts'

const U16_MAX = 65535
const I64_MAX = (1n << 63n) - 1n

/**
 * Weights stretched so that the largest is 65535; zeros stay zeros.
 *
 * Above 32768 the factor is rounded down before it is applied, below only the result is: two different roundings,
 * because upstream avoids an overflow. Nearest integer in both, ties up.
 */
export function vecU16MaxUpscaleToU16(weights: ArrayLike<number>): Uint16Array {
  checkU16s(weights)
  let largest = 0
  for (let i = 0; i < weights.length; i++) largest = Math.max(largest, weights[i]!)
  const out = new Uint16Array(weights.length)
  if (largest === 0) return out
  const factor = divFloor(U16_MAX, largest)
  for (let i = 0; i < out.length; i++) {
    const weight = weights[i]!
    const scaled = largest > 32768 ? weight * factor : divFloor(weight * U16_MAX, largest)
    out[i] = Math.floor((scaled + HALF) / ONE)
  }
  return out
}

/** {@link vecU16MaxUpscaleToU16} for non-negative I32F32 bits. */
export function vecMaxUpscaleToU16(weights: readonly bigint[]): Uint16Array {
  for (const [i, weight] of weights.entries()) checkAmount(`weight ${i}`, weight, I64_MAX)
  const out = new Uint16Array(weights.length)
  const largest = weights.reduce((a, b) => (a > b ? a : b), 0n)
  if (largest === 0n) return out
  const factor = (BigInt(U16_MAX) << 64n) / largest
  for (let i = 0; i < out.length; i++) {
    const weight = weights[i]!
    const scaled = largest > 32768n << 32n ? (weight * factor) >> 32n : ((weight * BigInt(U16_MAX)) << 32n) / largest
    const nearest = (scaled + BigInt(HALF)) >> 32n
    out[i] = Number(nearest > U16_MAX ? U16_MAX : nearest)
  }
  return out
}

/** True if no weight exceeds `maxLimit` of the sum. @unit maxLimit: u16 fraction */
export function checkVecMaxLimited(weights: ArrayLike<number>, maxLimit: number): boolean {
  checkU16s(weights)
  let total = 0
  let largest = 0
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!
    largest = Math.max(largest, weights[i]!)
  }
  return total === 0 || divFloor(largest, total) <= fromU16Fraction(maxLimit)
}

/** Weights scaled so that they add up to at most 65535, floored. */
export function normalizeWeights(weights: ArrayLike<number>): Uint16Array {
  checkU16s(weights)
  let total = 0
  for (let i = 0; i < weights.length; i++) total += weights[i]!
  return Uint16Array.from(weights, (weight) => (total === 0 ? weight : Math.floor((weight * U16_MAX) / total)))
}
