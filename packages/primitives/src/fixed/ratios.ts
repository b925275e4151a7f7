/** Fractions stored as integers: u16 of 65535, u64 of 2^64 - 1, parts per 10^18 and 100. */
import type { Fixed } from './fixed.ts'
import { U64_MAX } from './integers.ts'

/** Parts that make 1 in a Perquintill. */
export const PERQUINTILL = 1_000_000_000_000_000_000n
const HALF_PERQUINTILL = PERQUINTILL / 2n

/** The u16 fraction `value` / 65535 in `format`. */
export function u16Ratio(format: Fixed, value: number): bigint {
  return format.safeDiv(format.fromInt(value), format.fromInt(65_535))
}

/** The u64 fraction `value` / (2^64 - 1) in `format`. */
export function u64Ratio(format: Fixed, value: bigint): bigint {
  return format.safeDiv(format.fromInt(value), format.fromInt(U64_MAX))
}

/** Parts per 10^18 of `part / whole`, floored; all of them when `whole` is 0 or smaller than `part`. */
export function perquintillFromRatio(part: bigint, whole: bigint): bigint {
  return whole === 0n || part > whole ? PERQUINTILL : (part * PERQUINTILL) / whole
}

/** `value` times `parts` / 10^18, rounded to the nearest integer, halves up. */
export function mulPerquintillRound(parts: bigint, value: bigint): bigint {
  return (value * parts + HALF_PERQUINTILL) / PERQUINTILL
}
