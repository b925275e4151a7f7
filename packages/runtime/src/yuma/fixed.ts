/**
 * I32F32 arithmetic on doubles.
 *
 * A value is the raw bits of upstream's I32F32: an integer X that stands for X / 2^32. All values of an epoch are
 * proportions or short sums of them, so X stays below 2^53 and a double carries it exactly; a BigInt costs about 30
 * times as much. Products and quotients do not fit, and are made exact as follows.
 *
 * Scaling by 2^32 is exact and rounding is monotone, so a rounded result that is not an integer has the right floor.
 * One that is an integer may have been rounded up to it; the sign of the error decides. The error is smaller than 2^31
 * (see the bounds below), so it can be read from its low 32 bits, which `Math.imul` gives.
 *
 * Semantics: subtensor 14bc6f9 uses substrate-fixed, where a product is floored and a quotient truncated.
 */

/** Bits of the number 1. */
export const ONE = 2 ** 32
export const HALF = 2 ** 31
const SCALE_DOWN = 2 ** -32

/** Floor of a * b / 2^32 for integers a, b >= 0 with a * b < 2^84. */
export function mulFloor(a: number, b: number): number {
  const rounded = a * b * SCALE_DOWN
  const floor = Math.floor(rounded)
  if (floor !== rounded) return floor
  return Math.imul(a, b) < 0 ? floor - 1 : floor
}

/** What the high part of a number counts, see {@link mulFloorByParts}. */
export const LOW = 2 ** 16
const LOW_DOWN = 2 ** -16

export function highPart(b: number): number {
  return Math.floor(b * LOW_DOWN)
}

/**
 * Floor of a * b / 2^32 for integers a >= 0 and b = high * 2^16 + low, a below 2^35 and |b| below 2^34.
 *
 * Both products are exact, and a floor within a floor is one floor. PERF: without a branch; for a `b` that many have in
 * common, as the parts are made once.
 */
export function mulFloorByParts(a: number, high: number, low: number): number {
  return Math.floor((a * high + Math.floor(a * low * LOW_DOWN)) * LOW_DOWN)
}

/** The smaller of two integers from 0 whose sum is below 2^53. PERF: without a branch, which would be a coin toss. */
export function smaller(a: number, b: number): number {
  return (a + b - Math.abs(a - b)) * 0.5
}

/** Ceiling of a * b / 2^32, same domain as {@link mulFloor}. */
export function mulCeil(a: number, b: number): number {
  const rounded = a * b * SCALE_DOWN
  const ceiling = Math.ceil(rounded)
  if (ceiling !== rounded) return ceiling
  return Math.imul(a, b) > 0 ? ceiling + 1 : ceiling
}

/** {@link mulFloor} for an `a` of either sign: the floor goes toward minus infinity. */
export function mulFloorSigned(a: number, b: number): number {
  return a < 0 ? -mulCeil(-a, b) : mulFloor(a, b)
}

/** Floor of a * 2^32 / b for integers 0 <= a < 2^51, 0 < b < 2^53, quotient below 2^53. */
export function divFloor(a: number, b: number): number {
  const rounded = (a * ONE) / b
  const floor = Math.floor(rounded)
  if (floor !== rounded) return floor
  return Math.imul(floor, b) > 0 ? floor - 1 : floor
}

/** Bits of `value` / 65535: exactly {@link ONE} at 65535. @unit value: u16 fraction */
export function fromU16Fraction(value: number): number {
  // 2^32 = 65535 * 65537 + 1.
  return value * 65_537 + (value === 65_535 ? 1 : 0)
}

/** u16 fraction of a proportion, floored and saturated. Upstream: fixed_proportion_to_u16. */
export function fixedProportionToU16(bits: number): number {
  if (bits <= 0) return 0
  return bits >= ONE ? 65_535 : Math.floor(bits * 65_535 * SCALE_DOWN)
}

/** Exact sum; the order does not matter. */
export function sum(values: Float64Array): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}

/** Divides every value by `total`, in place; leaves all as they are when it is 0. Upstream: inplace_normalize_using_sum. */
export function inplaceNormalizeUsingSum(values: Float64Array, total: number): void {
  if (total === 0) return
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value !== 0) values[i] = divFloor(value, total)
  }
}

/** Divides every value by the sum, in place; leaves zeros as they are. Upstream: inplace_normalize. */
export function inplaceNormalize(values: Float64Array): void {
  inplaceNormalizeUsingSum(values, sum(values))
}

/** Products element by element, each floored. Upstream: vec_mul. */
export function vecMul(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(Math.min(a.length, b.length))
  for (let i = 0; i < out.length; i++) out[i] = mulFloor(a[i]!, b[i]!)
  return out
}
