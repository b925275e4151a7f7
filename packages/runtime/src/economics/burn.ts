/**
 * The price of a neuron slot: it decays with a half-life and jumps with every registration.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/utils/misc.rs (Q32 helpers), src/subnets/registration.rs
 */
import { maxBig, minBig, toU64, U64F64 } from '@neurite/primitives/fixed'

const ONE_Q32 = 1n << 32n
const HALF_Q32 = 1n << 31n

/** Floor of value * factor, the factor with 32 fraction bits. */
export function mulByQ32(value: bigint, factor: bigint): bigint {
  return toU64((value * factor) >> 32n)
}

/** base^exponent with 32 fraction bits, floored at every step of square and multiply. */
export function powQ32(base: bigint, exponent: number): bigint {
  let result = ONE_Q32
  let factor = base
  for (let power = exponent; power > 0; power = Math.floor(power / 2)) {
    if (power % 2 === 1) result = mulByQ32(result, factor)
    if (power > 1) factor = mulByQ32(factor, factor)
  }
  return result
}

const DECAY_BY_HALF_LIFE = new Map<number, bigint>()

/**
 * Largest factor with 32 fraction bits whose power `halfLife` is at most one half; 1 when `halfLife` is 0.
 * @param halfLife blocks
 */
export function decayFactorQ32(halfLife: number): bigint {
  if (halfLife === 0) return ONE_Q32
  let factor = DECAY_BY_HALF_LIFE.get(halfLife)
  if (factor === undefined) {
    let low = 0n
    let high = ONE_Q32
    while (low + 1n < high) {
      const middle = low + (high - low) / 2n
      if (powQ32(middle, halfLife) > HALF_Q32) high = middle
      else low = middle
    }
    factor = low
    DECAY_BY_HALF_LIFE.set(halfLife, factor)
  }
  return factor
}

export interface BurnBounds {
  /** @unit rao */
  readonly min: bigint
  /** @unit rao */
  readonly max: bigint
}

/** `burn` moved up to the minimum, then down to the maximum. */
function bounded(burn: bigint, { min, max }: BurnBounds): bigint {
  return minBig(maxBig(burn, min), max)
}

/** Price one block later. The first block of a chain decays nothing. @unit rao */
export function decayBurn(burn: bigint, halfLife: number, bounds: BurnBounds, block: bigint): bigint {
  const decayed = halfLife > 0 && block > 1n ? mulByQ32(burn, decayFactorQ32(halfLife)) : burn
  return bounded(decayed, bounds)
}

/** Price after one registration; `multiplier` is U64F64 and counts as at least 1. @unit rao */
export function raiseBurn(burn: bigint, multiplier: bigint, bounds: BurnBounds): bigint {
  const factor = maxBig(multiplier, U64F64.one)
  return bounded(U64F64.toU64(U64F64.mul(U64F64.fromInt(burn), factor)), bounds)
}
