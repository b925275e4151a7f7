/**
 * What set_weights does to the numbers it is given.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/math.rs vec_max_upscale_to_u16, check_vec_max_limited.
 */
import { divFloor, fromU16Fraction, HALF, ONE } from './fixed.ts'

const U16_MAX = 65535

/** Weights stretched so that the largest is 65535; zeros stay zeros. */
export function vecU16MaxUpscaleToU16(weights: ArrayLike<number>): Uint16Array {
  return vecMaxUpscaleToU16(Float64Array.from(weights, (weight) => weight * ONE))
}

/**
 * {@link vecU16MaxUpscaleToU16} for I32F32 bits up to 65535. Above 32768 the factor is rounded down before it is
 * applied, below only the result is: two different roundings.
 */
export function vecMaxUpscaleToU16(weights: ArrayLike<number>): Uint16Array {
  let largest = 0
  for (let i = 0; i < weights.length; i++) largest = Math.max(largest, weights[i]!)
  const out = new Uint16Array(weights.length)
  if (largest === 0) return out
  const factor = largest > 32768 * ONE ? BigInt(divFloor(U16_MAX * ONE, largest)) : undefined
  for (let i = 0; i < out.length; i++) {
    const weight = BigInt(weights[i]!)
    const scaled =
      factor === undefined ? ((weight * BigInt(U16_MAX)) << 32n) / BigInt(largest) : (weight * factor) >> 32n
    // Nearest integer; ties go up.
    out[i] = Number(minBig((scaled + BigInt(HALF)) >> 32n, BigInt(U16_MAX)))
  }
  return out
}

/** True if no weight exceeds `maxLimit` of the sum. @unit maxLimit: u16 fraction */
export function checkVecMaxLimited(weights: ArrayLike<number>, maxLimit: number): boolean {
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
  let total = 0
  for (let i = 0; i < weights.length; i++) total += weights[i]!
  return Uint16Array.from(weights, (weight) => (total === 0 ? weight : Math.floor((weight * U16_MAX) / total)))
}

function minBig(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
