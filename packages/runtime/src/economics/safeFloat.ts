/**
 * Decimal floating point with 21 digits, the unit of stake shares.
 *
 * Wide enough that one rao is visible in a pool of any size, narrow enough that fractions of a rao are not.
 * A normalised value has 10^20 < mantissa <= 10^21, or is {0, 0}.
 *
 * subtensor 14bc6f9 primitives/share-pool/src/lib.rs
 */
import { clampBig, U64_MAX } from '@neurite/primitives/fixed'

export interface SafeFloat {
  readonly mantissa: bigint
  /** Power of ten. */
  readonly exponent: bigint
}

export const SAFE_FLOAT_MAX = 10n ** 21n
const SAFE_FLOAT_MIN = 10n ** 20n
const SAFE_FLOAT_DIGITS = 21n
const MAX_I64 = (1n << 63n) - 1n
const MIN_I64 = -(1n << 63n)
const MAX_U256 = (1n << 256n) - 1n

export const SAFE_FLOAT_ZERO: SafeFloat = { mantissa: 0n, exponent: 0n }

function inI64(value: bigint): boolean {
  return value >= MIN_I64 && value <= MAX_I64
}

/** Powers of ten with up to 22 zeros. */
const POWERS = Array.from({ length: Number(SAFE_FLOAT_DIGITS) + 2 }, (_, zeros) => 10n ** BigInt(zeros))

/** Digits beyond 22 never matter, so powers stop there. */
function cappedPow10(exponent: bigint): bigint {
  return POWERS[exponent > SAFE_FLOAT_DIGITS ? POWERS.length - 1 : Number(exponent)]!
}

/** mantissa * 10^exponent with 21 digits, the rest truncated; undefined when the exponent leaves i64. */
function normalize(mantissa: bigint, exponent: bigint): SafeFloat | undefined {
  if (mantissa === 0n) return SAFE_FLOAT_ZERO
  let m = mantissa
  let e = exponent
  while (m > SAFE_FLOAT_MAX) {
    m /= 10n
    e++
  }
  if (m <= SAFE_FLOAT_MIN) {
    // Counted first, so that one product does it.
    let missing = 1
    while (missing < 21 && m <= POWERS[20 - missing]!) missing++
    m *= POWERS[missing]!
    e -= BigInt(missing)
  }
  return inI64(e) ? { mantissa: m, exponent: e } : undefined
}

/** mantissa * 10^exponent; undefined when the mantissa is above 10^21 or the exponent leaves i64. */
export function safeFloat(mantissa: bigint, exponent = 0n): SafeFloat | undefined {
  return mantissa > SAFE_FLOAT_MAX ? undefined : normalize(mantissa, exponent)
}

/** An integer of at most 64 bits. */
export function safeFloatFromInt(value: bigint): SafeFloat {
  return safeFloat(value) ?? SAFE_FLOAT_ZERO
}

export function isZeroFloat(value: SafeFloat): boolean {
  return value.mantissa === 0n
}

function largerExponent(a: SafeFloat, b: SafeFloat): bigint {
  return a.exponent > b.exponent ? a.exponent : b.exponent
}

/** Mantissa of the value at an exponent that is not below its own, truncated. */
function mantissaAt({ mantissa, exponent }: SafeFloat, at: bigint): bigint {
  return exponent === at ? mantissa : mantissa / cappedPow10(at - exponent)
}

export function addFloat(a: SafeFloat, b: SafeFloat): SafeFloat | undefined {
  if (isZeroFloat(a)) return b
  if (isZeroFloat(b)) return a
  const exponent = largerExponent(a, b)
  return normalize(mantissaAt(a, exponent) + mantissaAt(b, exponent), exponent)
}

/** a - b, 0 when b is larger; undefined when only `a` is 0. */
export function subFloat(a: SafeFloat, b: SafeFloat): SafeFloat | undefined {
  if (isZeroFloat(a)) return isZeroFloat(b) ? SAFE_FLOAT_ZERO : undefined
  if (isZeroFloat(b)) return a
  const exponent = largerExponent(a, b)
  const [left, right] = [mantissaAt(a, exponent), mantissaAt(b, exponent)]
  return normalize(left > right ? left - right : 0n, exponent)
}

export function divFloat(a: SafeFloat, b: SafeFloat): SafeFloat | undefined {
  if (isZeroFloat(b)) return undefined
  const exponent = a.exponent - b.exponent - SAFE_FLOAT_DIGITS
  return inI64(exponent) ? normalize((a.mantissa * SAFE_FLOAT_MAX) / b.mantissa, exponent) : undefined
}

/** a * b / c with the whole product kept before the division. */
export function mulDivFloat(a: SafeFloat, b: SafeFloat, c: SafeFloat): SafeFloat | undefined {
  if (isZeroFloat(c) || !inI64(a.exponent + b.exponent)) return undefined
  const exponent = a.exponent + b.exponent - c.exponent
  return inI64(exponent) ? normalize((a.mantissa * b.mantissa) / c.mantissa, exponent) : undefined
}

/** Exponents within this are far enough from the bounds of i64 for those not to matter. */
const ORDINARY_EXPONENT = 1_000n

/**
 * PERF: `a + amount * a / total` as {@link addFloat} and {@link mulDivFloat} give it, for an `amount` of at most `total`;
 * undefined for values so unusual that those have to be asked.
 *
 * The part that is added is not above `a`, so it ends up at the exponent of `a`. On its way it is only scaled by powers
 * of ten and floored, and such floors one inside the other are the last one alone: floor(amount * a / total).
 */
export function growFloat({ mantissa, exponent }: SafeFloat, amount: bigint, total: bigint): SafeFloat | undefined {
  const isNormalised = mantissa > SAFE_FLOAT_MIN && mantissa <= SAFE_FLOAT_MAX
  return isNormalised && exponent < ORDINARY_EXPONENT && exponent > -ORDINARY_EXPONENT && amount <= total && amount > 0n
    ? normalize(mantissa + (amount * mantissa) / total, exponent)
    : undefined
}

/** Whether a > b; both must be normalised. */
export function isFloatGreater(a: SafeFloat, b: SafeFloat): boolean {
  const difference = a.exponent - b.exponent
  if (difference === 0n) return a.mantissa > b.mantissa
  if (difference > 0n) return difference > 1n || 10n * a.mantissa > b.mantissa
  return difference === -1n && a.mantissa > 10n * b.mantissa
}

/** Floor as u64, saturating. */
export function safeFloatToU64(value: SafeFloat): bigint {
  const { mantissa, exponent } = value
  const scale = cappedPow10(exponent < 0n ? -exponent : exponent)
  const integer = exponent > 0n ? clampBig(mantissa * scale, 0n, MAX_U256) : mantissa / scale
  return clampBig(integer, 0n, U64_MAX)
}

/** Double nearest to the value; for tests and displays. */
export function safeFloatToNumber(value: SafeFloat): number {
  return Number(`${value.mantissa}e${value.exponent}`)
}
