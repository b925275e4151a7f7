/**
 * The exponential of substrate-fixed, bit for bit: a series of 31 terms, each floored.
 *
 * Reference: encointer/substrate-fixed v0.6.0 src/transcendental.rs; subtensor 14bc6f9
 * pallets/subtensor/src/epoch/math.rs exp_safe, sigmoid_safe. Values are I32F32 bits.
 */
import { divFloor, mulFloor, ONE } from './fixed.ts'

const ONE_BIG = 1n << 32n
const MAX_I32F32 = (1n << 63n) - 1n
/** e as the library stores it, with only 23 fraction bits: the result for an argument of exactly 1. */
const E_BITS = 22_802_600n * 512n
const LIMIT = 20n * ONE_BIG

/** Above this argument a term of the series could leave the doubles. */
const MAX_DOUBLE_ARGUMENT = 12 * ONE
/** Up to this argument a term estimated with reciprocals is off by less than {@link ESTIMATE_MARGIN}. */
const MAX_ESTIMATED_ARGUMENT = 6 * ONE
const ESTIMATE_MARGIN = 2 ** -13
const LAST_TERM = 31
const RECIPROCALS = Float64Array.from({ length: LAST_TERM + 1 }, (_, i) => 1 / (Math.max(1, i) * ONE))

/** exp(x) for any I32F32 `x`, clamped to [-20, 20] first. */
export function expSafe(x: bigint): bigint {
  const clamped = x < -LIMIT ? -LIMIT : x > LIMIT ? LIMIT : x
  if (clamped === 0n) return ONE_BIG
  if (clamped === ONE_BIG) return E_BITS
  const y = clamped < 0n ? -clamped : clamped
  let result = ONE_BIG + y
  let term = y
  for (let i = 2n; i <= BigInt(LAST_TERM); i++) {
    term = ((term * y) >> 32n) / i
    result += term
  }
  return clamped < 0n ? (ONE_BIG * ONE_BIG) / result : result
}

/** 1 / (1 + exp(-rho * (input - kappa))). */
export function sigmoidSafe(input: bigint, rho: bigint, kappa: bigint): bigint {
  const exponential = expSafe((-rho * (input - kappa)) >> 32n)
  const denominator = exponential + ONE_BIG > MAX_I32F32 ? MAX_I32F32 : exponential + ONE_BIG
  return (ONE_BIG * ONE_BIG) / denominator
}

/** 1 / (1 + exp(x)) for an integer `x` of I32F32 bits, clamped to [-20, 20]; without BigInt up to |x| = 12. */
export function oneOverOnePlusExp(x: number): number {
  const y = Math.abs(x)
  if (y > MAX_DOUBLE_ARGUMENT) {
    if (x >= 20 * ONE) return AT_LIMIT
    if (x <= -20 * ONE) return AT_MINUS_LIMIT
    return oneOverOnePlusExpBig(BigInt(x))
  }
  if (x === ONE) return divFloor(ONE, ONE + Number(E_BITS))
  const series = seriesOf(y)
  return divFloor(ONE, ONE + (x < 0 ? divFloor(ONE, series) : series))
}

function oneOverOnePlusExpBig(x: bigint): number {
  return Number((ONE_BIG * ONE_BIG) / (ONE_BIG + expSafe(x)))
}

/**
 * How far {@link estimatedSigmoid} may be from {@link oneOverOnePlusExp}, in bits, except next to an argument of 1.
 * The floors of the series take at most 1.46 from the quotient (the worst is at 0.35, where ten terms each lose less
 * than 1 and the slope is 1/5.9), the last floor 1, the floor of the argument 0.25, the missing terms 0.2 (at 16), the
 * polynomial and doubles 0.02.
 */
export const SIGMOID_ERROR = 3

const STEPS_PER_UNIT = 128
const MAX_ESTIMATED = 20

/** 1 / (1 + exp(x)) of a plain number, without floors. PERF: the table is held by a closure, see room.ts. */
export const estimatedSigmoid = (() => {
  /** e^(i / 128) up to e^20, as the sum of its series. */
  const powers = Float64Array.from({ length: MAX_ESTIMATED * STEPS_PER_UNIT + 1 }, (_, i) => {
    let term = 1
    let power = 1
    for (let k = 1; k <= MAX_ESTIMATED || power + term !== power; k++) {
      term *= i / STEPS_PER_UNIT / k
      power += term
    }
    return power
  })

  return (x: number): number => {
    let y = Math.abs(x)
    if (y > MAX_ESTIMATED) y = MAX_ESTIMATED
    const step = (y * STEPS_PER_UNIT + 0.5) | 0
    const rest = y - step * (1 / STEPS_PER_UNIT)
    const power = powers[step]! * (1 + rest + rest * rest * (1 / 2 + rest * (1 / 6)))
    return x < 0 ? power / (1 + power) : 1 / (1 + power)
  }
})()

/** A steep sigmoid is flat almost everywhere, so its two ends are kept. */
const AT_LIMIT = oneOverOnePlusExpBig(LIMIT)
const AT_MINUS_LIMIT = oneOverOnePlusExpBig(-LIMIT)

/** 1 + y + y^2/2! + … + y^31/31! for 0 <= y <= 12, each term floored twice (product, then quotient). */
export function seriesOf(y: number): number {
  const estimate = y <= MAX_ESTIMATED_ARGUMENT
  let result = ONE + y
  let term = y
  for (let i = 2; i <= LAST_TERM && term !== 0; i++) {
    // Two floors in a row equal one floor of the quotient; the estimate settles it unless it is close to an integer.
    const quotient = term * y * RECIPROCALS[i]!
    const floor = Math.floor(quotient)
    const rest = quotient - floor
    term = estimate && rest > ESTIMATE_MARGIN && rest < 1 - ESTIMATE_MARGIN ? floor : Math.floor(mulFloor(term, y) / i)
    result += term
  }
  return result
}
