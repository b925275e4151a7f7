/**
 * Liquid alpha: how fast one bond follows its weight, from a sigmoid of how far both are from consensus.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/run_epoch.rs alpha_sigmoid.
 * PERF: the sigmoid costs a series of 31 terms, so results are kept by difference; most entries share the difference 0.
 */
import { oneOverOnePlusExp } from './exp.ts'
import { fromU16Fraction, HALF, mulFloor, mulFloorSigned, ONE } from './fixed.ts'
import type { EpochParams } from './types.ts'

const CACHE_SIZE = 4096

/** Moving-average factor for a consensus value, a weight and a bond, all I32F32 bits in [0, 1]. */
export type LiquidAlpha = (consensus: number, weight: number, bond: number) => number

export function createLiquidAlpha({ alphaLow, alphaHigh, alphaSigmoidSteepness }: EpochParams): LiquidAlpha {
  const low = fromU16Fraction(alphaLow)
  const high = fromU16Fraction(alphaHigh)
  // Clamping to an upside-down range gives its lower bound, whatever the sigmoid says.
  if (high <= low) return () => low
  const steepness = Math.trunc((alphaSigmoidSteepness * ONE) / -100)
  const magnitude = Math.abs(steepness)

  const cachedDifference = new Float64Array(CACHE_SIZE).fill(-1)
  const cachedAlpha = new Float64Array(CACHE_SIZE)

  function alphaOf(difference: number): number {
    const offset = steepness < 0 ? HALF - difference : difference - HALF
    const sigmoid = oneOverOnePlusExp(mulFloorSigned(offset, magnitude))
    return Math.min(high, low + mulFloor(sigmoid, high - low))
  }

  return (consensus, weight, bond) => {
    const difference = Math.min(ONE, weight >= bond ? Math.max(0, weight - consensus) : bond - weight)
    const slot = difference & (CACHE_SIZE - 1)
    if (cachedDifference[slot] !== difference) {
      cachedDifference[slot] = difference
      cachedAlpha[slot] = alphaOf(difference)
    }
    return cachedAlpha[slot]!
  }
}
