/**
 * Liquid alpha: how fast one bond follows its weight, from a sigmoid of how far both are from consensus.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/run_epoch.rs alpha_sigmoid.
 */
import { estimatedSigmoid, oneOverOnePlusExp, SIGMOID_ERROR } from './exp.ts'
import { fromU16Fraction, HALF, highPart, LOW, mulFloor, mulFloorByParts, mulFloorSigned, ONE } from './fixed.ts'
import type { EpochParams } from './types.ts'

const CACHE_SIZE = 4096
const SCALE_DOWN = 1 / ONE

/** Moving-average factor for a difference from consensus, all I32F32 bits in [0, 1]. */
export type LiquidAlpha = (difference: number) => number

/**
 * A bond after one step toward its weight. `seenWeight` and `seenBond` decide on the speed and may be 0 where `weight`
 * and `bond` are not.
 */
export type MoveBond = (consensus: number, seenWeight: number, seenBond: number, weight: number, bond: number) => number

/** alpha * weight + (1 - alpha) * bond, each product floored, at most 1. */
export function movedBond(alpha: number, weight: number, bond: number): number {
  return Math.min(ONE, mulFloor(ONE - alpha, bond) + mulFloor(alpha, weight))
}

/** How far a weight or a bond is from consensus. */
export function combinedDifference(consensus: number, weight: number, bond: number): number {
  return Math.min(ONE, weight >= bond ? Math.max(0, weight - consensus) : bond - weight)
}

interface Sigmoid {
  readonly low: number
  readonly width: number
  /** I32F32 bits. */
  readonly steepness: number
}

/** Undefined when the range is empty or upside-down: clamping to it gives its lower bound, whatever the sigmoid says. */
function createSigmoid({ alphaLow, alphaHigh, alphaSigmoidSteepness }: EpochParams): Sigmoid | undefined {
  if (alphaHigh <= alphaLow) return undefined
  const low = fromU16Fraction(alphaLow)
  return {
    low,
    width: fromU16Fraction(alphaHigh) - low,
    steepness: Math.trunc((alphaSigmoidSteepness * ONE) / -100),
  }
}

export function createLiquidAlpha(params: EpochParams): LiquidAlpha {
  const sigmoid = createSigmoid(params)
  if (sigmoid === undefined) {
    const constant = fromU16Fraction(params.alphaLow)
    return () => constant
  }
  const { low, width, steepness } = sigmoid
  const magnitude = Math.abs(steepness)
  // The exponential costs a series of 31 terms; many differences occur more than once, above all 0.
  const cachedDifference = new Float64Array(CACHE_SIZE).fill(-1)
  const cachedAlpha = new Float64Array(CACHE_SIZE)
  return (difference) => {
    const slot = difference & (CACHE_SIZE - 1)
    if (cachedDifference[slot] !== difference) {
      const argument = mulFloorSigned(steepness < 0 ? HALF - difference : difference - HALF, magnitude)
      cachedDifference[slot] = difference
      cachedAlpha[slot] = low + mulFloor(oneOverOnePlusExp(argument), width)
    }
    return cachedAlpha[slot]!
  }
}

/** At an argument of exactly 1 the library's exponential has only 23 fraction bits, so there nothing is estimated. */
const AROUND_ONE = 2 ** -30

/**
 * {@link movedBond} at the speed of liquid alpha.
 *
 * PERF: a bond needs only the floors of two products, and a speed that is known to a few bits gives both unless one is
 * next to an integer. So the speed is estimated, and its series is summed only where the estimate leaves a doubt.
 */
export function createMoveBond(params: EpochParams): MoveBond {
  const alphaOf = createLiquidAlpha(params)
  const sigmoid = createSigmoid(params)
  if (sigmoid === undefined) {
    const constant = alphaOf(0)
    return (_consensus, _seenWeight, _seenBond, weight, bond) => movedBond(constant, weight, bond)
  }
  const { low, width } = sigmoid
  const slope = sigmoid.steepness * SCALE_DOWN * SCALE_DOWN
  // The estimate's error, the floor of the speed, and the doubles' own rounding.
  const doubt = ((SIGMOID_ERROR * width) / ONE + 1 + 2 ** -16) * SCALE_DOWN

  const alpha = alphaOf(0)
  const alphaHigh = highPart(alpha)
  const alphaLow = alpha - alphaHigh * LOW
  const keptHigh = highPart(ONE - alpha)
  const keptLow = ONE - alpha - keptHigh * LOW

  return (consensus, seenWeight, seenBond, weight, bond) => {
    const difference = combinedDifference(consensus, seenWeight, seenBond)
    // PERF: the most common difference by far. A weight that was clipped is never above consensus.
    if (difference === 0) {
      const added = mulFloorByParts(weight, alphaHigh, alphaLow)
      return Math.min(ONE, mulFloorByParts(bond, keptHigh, keptLow) + added)
    }
    const argument = slope * (difference - HALF)
    if (argument < 1 - AROUND_ONE || argument > 1 + AROUND_ONE) {
      const alpha = low + width * estimatedSigmoid(argument)
      const kept = (ONE - alpha) * bond * SCALE_DOWN
      const added = alpha * weight * SCALE_DOWN
      const keptFloor = Math.floor(kept)
      const addedFloor = Math.floor(added)
      const keptDoubt = doubt * bond
      const addedDoubt = doubt * weight
      if (
        kept - keptFloor >= keptDoubt &&
        kept - keptFloor + keptDoubt < 1 &&
        added - addedFloor >= addedDoubt &&
        added - addedFloor + addedDoubt < 1
      ) {
        return keptFloor + addedFloor
      }
    }
    return movedBond(alphaOf(difference), weight, bond)
  }
}
