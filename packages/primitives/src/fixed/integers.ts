/**
 * Saturating integer arithmetic. Balances are unsigned 64-bit counts of rao that stop at their bounds instead of
 * wrapping or failing.
 */
export const U64_MAX = 0xffff_ffff_ffff_ffffn
export const U128_MAX = (1n << 128n) - 1n

export function minBig(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

export function maxBig(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

/** `value` moved into `low`..`high`. */
export function clampBig(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value
}

/** `value` as u64: below zero gives 0, above the range gives 2^64 - 1. */
export function toU64(value: bigint): bigint {
  return clampBig(value, 0n, U64_MAX)
}

/** `value` as u128: below zero gives 0, above the range gives 2^128 - 1. */
export function toU128(value: bigint): bigint {
  return clampBig(value, 0n, U128_MAX)
}

export function addU64(a: bigint, b: bigint): bigint {
  return toU64(a + b)
}

export function subU64(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n
}

export function mulU64(a: bigint, b: bigint): bigint {
  return toU64(a * b)
}

/** Floor of a / b; 0 when `b` is 0. */
export function safeDivU64(a: bigint, b: bigint): bigint {
  return b === 0n ? 0n : a / b
}

const double = new DataView(new ArrayBuffer(8))
/** Where the exponent of a double stands, and what is added to it. */
const EXPONENT_SHIFT = 20
const EXPONENT_BIAS = 1023
/** The mantissa's part of the upper half. */
const UPPER_MANTISSA = 0xf_ffff

/** Bits needed to write `value` (0 for 0); `value` must not be negative. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0
  double.setFloat64(0, Number(value))
  const upper = double.getUint32(0)
  const bits = (upper >>> EXPONENT_SHIFT) - EXPONENT_BIAS + 1
  if (bits > EXPONENT_BIAS + 1) return bitLength(value >> BigInt(EXPONENT_BIAS)) + EXPONENT_BIAS
  // The nearest double of a number just below a power of two is that power.
  const isPower = (upper & UPPER_MANTISSA) === 0 && double.getUint32(4) === 0
  return isPower && value >> BigInt(bits - 1) === 0n ? bits - 1 : bits
}

/** Greatest common divisor of two non-negative numbers. */
export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}
