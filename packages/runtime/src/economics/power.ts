/**
 * Powers with rational base and exponent, as integers, rounded down exactly.
 *
 * The logarithm and the exponential are evaluated in binary fixed point with a proven error bound. When the bound
 * leaves two candidates for the floor, they are told apart by an exact integer comparison (small exponents) or by
 * doubling the precision, so the result never depends on the precision that was chosen.
 *
 * Upstream: safe-bigmath 013c499 SafeInt::pow_ratio_scaled. Same floor wherever that series converges.
 */
import { bitLength, gcd } from '@neurite/primitives/fixed'

/** Exponents whose reduced numerator and denominator stay within this are settled exactly. */
export const MAX_EXACT_EXPONENT = 1024n

/** Bits beyond what tells integers apart, so that the bound leaves two candidates once in many million results. */
const SPARE_BITS = 24
/** Precisions are multiples of this: what a digit of a bigint holds. */
const DIGIT_BITS = 64
const MAX_FRACTION_BITS = 4096
/** Covers the rounding of every series term: the true values lie within 2^GUARD_BITS units of the last place. */
const GUARD_BITS = 40

const LN2_BY_FRACTION = new Map<number, bigint>()

/** 2 * atanh(n / d) scaled by 2^fraction, for 0 <= |n / d| < 1/2. */
function twoAtanh(n: bigint, d: bigint, fraction: bigint): bigint {
  const z = (n << fraction) / d
  const square = (z * z) >> fraction
  let power = z
  let sum = z
  for (let k = 3n; power !== 0n; k += 2n) {
    power = (power * square) >> fraction
    if (power === -1n) break // an arithmetic shift of a negative number ends at -1, not at 0
    sum += power / k
  }
  return 2n * sum
}

function ln2(fraction: number): bigint {
  let value = LN2_BY_FRACTION.get(fraction)
  if (value === undefined) {
    value = twoAtanh(1n, 3n, BigInt(fraction))
    LN2_BY_FRACTION.set(fraction, value)
  }
  return value
}

/** ln(n / d) scaled by 2^fraction; the error is below 2^20 units of the last place for operands under 2^1024. */
function lnRatio(n: bigint, d: bigint, fraction: number): bigint {
  // Bring the ratio into (0.66, 1.5] by a power of two, where the series converges quickly.
  let exponent = bitLength(n) - bitLength(d)
  let top = exponent < 0 ? n << BigInt(-exponent) : n
  let bottom = exponent > 0 ? d << BigInt(exponent) : d
  if (2n * top > 3n * bottom) {
    bottom *= 2n
    exponent++
  } else if (3n * top < 2n * bottom) {
    top *= 2n
    exponent--
  }
  return twoAtanh(top - bottom, top + bottom, BigInt(fraction)) + BigInt(exponent) * ln2(fraction)
}

/** Below this, in bits after the point, the terms of the exponential fall off quickly. */
const SMALL_ARGUMENT_BITS = 8

/** exp(x) as {mantissa, exponent}: mantissa * 2^exponent, mantissa scaled by 2^fraction. */
function expFixed(x: bigint, fraction: number): { mantissa: bigint; exponent: bigint } {
  const shift = BigInt(fraction)
  const unit = 1n << shift
  const log = ln2(fraction)
  const exponent = (2n * x + log) / (2n * log) - (2n * x + log < 0n ? 1n : 0n)
  // |r| <= ln 2. It is halved until it is below 2^-8, and the result squared as often.
  let r = x - exponent * log
  const bits = bitLength(r < 0n ? -r : r)
  const halvings = Math.max(0, bits + SMALL_ARGUMENT_BITS - fraction)
  r >>= BigInt(halvings)
  let term = unit
  let sum = unit
  for (let k = 1n; ; k++) {
    term = ((term * r) >> shift) / k
    if (term === 0n) break
    sum += term
  }
  for (let i = 0; i < halvings; i++) sum = (sum * sum) >> shift
  return { mantissa: sum, exponent }
}

/**
 * (n / d)^(p / q) scaled by 2^fraction, for a base so near to 1 that two terms of a series are enough; undefined for
 * others. The relative error is below 2^(GUARD_BITS - fraction), besides what p / q makes of the rounding of z.
 *
 * With a = p / q and z = (n - d) / (n + d) the power is (1 + t) / (1 - t), where t = tanh(a atanh z)
 * = az + az (z^2 - (az)^2) / 3 + ..., and the rest of the series is below m^5 for m = max(|z|, |az|) < 2^-10.
 *
 * PERF: most swaps are tiny beside the pool, and logarithm and exponential take twice as long.
 */
function powNearOne(n: bigint, d: bigint, p: bigint, q: bigint, fraction: number): bigint | undefined {
  const shift = BigInt(fraction)
  const one = 1n << shift
  const z = ((n - d) << shift) / (n + d)
  const az = (z * p) / q
  // m^5 has to stay below 2^(GUARD_BITS - fraction - 2): an error of t counts a little more than twice.
  const limit = 1n << BigInt(fraction - Math.ceil((fraction - GUARD_BITS + 2) / 5))
  if (z >= limit || -z >= limit || az >= limit || -az >= limit) return undefined
  const t = az + (((z * z - az * az) >> shift) * az) / (3n * one)
  return ((one + t) << shift) / (one - t)
}

/**
 * Floor of scale * (baseNumerator / baseDenominator)^(exponentNumerator / exponentDenominator).
 * Undefined when a denominator is 0. All arguments must not be negative.
 */
export function powRatioScaled(
  baseNumerator: bigint,
  baseDenominator: bigint,
  exponentNumerator: bigint,
  exponentDenominator: bigint,
  scale: bigint,
): bigint | undefined {
  if (baseDenominator === 0n || exponentDenominator === 0n) return undefined
  if (baseNumerator === 0n) return 0n
  if (exponentNumerator === 0n || baseNumerator === baseDenominator) return scale
  const [n, d, p, q] = [baseNumerator, baseDenominator, exponentNumerator, exponentDenominator]
  if (p % q === 0n && p / q <= MAX_EXACT_EXPONENT) return (scale * n ** (p / q)) / d ** (p / q)

  const exponentBits = Math.max(0, bitLength(p) - bitLength(q) + 1)
  // Upper bound for the integer bits of the result, from |log2 base| <= difference of the bit lengths + 1.
  const baseBits = n > d ? bitLength(n) - bitLength(d) + 1 : 0
  const resultBits = bitLength(scale) + baseBits * 2 ** exponentBits
  const needed = resultBits + exponentBits + GUARD_BITS + SPARE_BITS
  let fraction = Math.ceil(needed / DIGIT_BITS) * DIGIT_BITS
  for (;;) {
    const near = powNearOne(n, d, p, q, fraction)
    const { mantissa, exponent } =
      near === undefined ? expFixed((lnRatio(n, d, fraction) * p) / q, fraction) : { mantissa: near, exponent: 0n }
    // Relative error below 2^(GUARD_BITS + exponentBits - fraction).
    const value = mantissa * scale
    const error = (value >> BigInt(fraction - GUARD_BITS - exponentBits)) + 1n
    const shift = BigInt(fraction) - exponent
    const low = (value - error) >> shift
    const high = (value + error) >> shift
    if (low === high) return low
    const exact = exactFloor(high, { n, d, p, q, scale })
    if (exact !== undefined) return exact
    if (fraction >= MAX_FRACTION_BITS) return high
    fraction *= 2
  }
}

/** Which of `high` and the integer before it is the floor; undefined when the reduced exponent is too large to tell so. */
function exactFloor(
  high: bigint,
  power: Readonly<Record<'n' | 'd' | 'p' | 'q' | 'scale', bigint>>,
): bigint | undefined {
  const exponent = gcd(power.p, power.q)
  const [p, q] = [power.p / exponent, power.q / exponent]
  if (p > MAX_EXACT_EXPONENT || q > MAX_EXACT_EXPONENT) return undefined
  const base = gcd(power.n, power.d)
  const [n, d] = [power.n / base, power.d / base]
  return high ** q * d ** p <= power.scale ** q * n ** p ? high : high - 1n
}
