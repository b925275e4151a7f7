/**
 * Bonds: what a validator has invested in each target, a moving average over epochs; dividends follow from them.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/run_epoch.rs, section "Bonds and Dividends".
 */
import { fromU16Fraction, inplaceNormalize, ONE, vecMul } from './fixed.ts'
import { createMoveBond } from './liquid-alpha.ts'
import { matEmaAlphaSparse, matEmaSparse } from './moving-average.ts'
import { MAX_UIDS, type Room } from './room.ts'
import {
  createRowBuffer,
  finishRows,
  inplaceColMaxUpscaleSparse,
  inplaceColNormalizeSparse,
  matmulTransposeOfShares,
  matmulTransposeSparse,
  rowHadamardSparse,
  withOrder,
} from './sparse.ts'
import type { EpochInput, SparseFixed, SparseU16 } from './types.ts'

/** Values above this have no meaning (negative speed) and are beyond what the doubles here carry. @unit millionths */
const MAX_BONDS_MOVING_AVERAGE = 2_000_000

export interface BondsResult {
  /** Bonds to store, I32F32 bits. */
  readonly bonds: SparseFixed
  /** Share of the validators' reward, I32F32 bits. */
  readonly dividends: Float64Array
}

/** Old Yuma: bonds are shares of a column; a validator buys a part of each target with weight times stake. */
export function yuma2Bonds(
  input: EpochInput,
  weightsForBonds: SparseFixed,
  activeStake: Float64Array,
  incentive: Float64Array,
  room: Room,
): BondsResult {
  const { n, params } = input
  const held = storedBonds(input, (value) => value, room)
  inplaceColNormalizeSparse(held, n)
  const bought = rowHadamardSparse(weightsForBonds, activeStake, room)
  inplaceColNormalizeSparse(bought, n)
  const bonds = matEmaSparse(bought, held, n, bondsAlpha(params.bondsMovingAverage), room)
  inplaceColNormalizeSparse(bonds, n)
  const dividends = matmulTransposeSparse(bonds, incentive)
  inplaceNormalize(dividends)
  inplaceColMaxUpscaleSparse(bonds, n)
  return { bonds, dividends }
}

/** Yuma3: each bond is a value in [0, 1] of its own, moving toward the weight; stake enters at the dividends only. */
export function yuma3Bonds(
  input: EpochInput,
  weightsForBonds: SparseFixed,
  consensus: Float64Array,
  activeStake: Float64Array,
  incentive: Float64Array,
  room: Room,
): BondsResult {
  const { n, params } = input
  const held = storedBonds(input, fromU16Fraction, room)
  const liquid = params.liquidAlphaOn && consensus.some((value) => value !== 0)
  const bonds = liquid
    ? matEmaAlphaSparse(weightsForBonds, held, consensus, createMoveBond(params), room)
    : matEmaSparse(weightsForBonds, held, n, bondsAlpha(params.bondsMovingAverage), room)
  const dividends = vecMul(matmulTransposeOfShares(bonds, incentive), activeStake)
  inplaceNormalize(dividends)
  return { bonds, dividends }
}

/** Bonds toward uids registered in this block or later are forgotten. */
export function bondsStart({ block, tempo, lastMechanismStepBlock }: EpochInput): number {
  return lastMechanismStepBlock === 0 ? Math.max(0, block - tempo) : lastMechanismStepBlock + 1
}

/** Stored bonds without those toward uids registered since the last epoch. */
function storedBonds(input: EpochInput, toValue: (stored: number) => number, room: Room): SparseFixed {
  const { n, bonds } = input
  const out = createRowBuffer(n, bonds.values.length, room)
  const { columns, values } = out
  let length = 0
  remembered.begin(input)
  for (let uid = 0; uid < n; uid++) {
    const end = bonds.rowStart[uid + 1]!
    for (let from = bonds.rowStart[uid]!; from < end; from += MAX_UIDS) {
      length += remembered.copy(bonds, from, Math.min(end, from + MAX_UIDS), toValue, columns, values, length)
    }
    out.rowStart[uid + 1] = length
  }
  return withOrder(finishRows(out))
}

/** PERF: what a closure holds is constant to the compiler, see room.ts. */
const remembered = (() => {
  const isForgotten = new Uint8Array(MAX_UIDS)
  const columns = new Uint16Array(MAX_UIDS)
  const stored = new Uint16Array(MAX_UIDS)
  const values = new Float64Array(MAX_UIDS)

  const select = (count: number, toValue: (stored: number) => number): number => {
    let length = 0
    for (let k = 0; k < count; k++) {
      const target = columns[k]!
      if (isForgotten[target] === 1) continue
      columns[length] = target
      values[length] = toValue(stored[k]!)
      length++
    }
    return length
  }

  return {
    begin(input: EpochInput): void {
      const start = bondsStart(input)
      // A uid that does not exist counts as registered in block 0.
      isForgotten.fill(start <= 0 ? 1 : 0)
      for (let uid = 0; uid < input.n; uid++) isForgotten[uid] = start <= input.registeredAt[uid]! ? 1 : 0
    },

    /** Writes what is kept of the stored entries [from, to) to both arrays at `at`; gives how many that are. */
    copy(
      bonds: SparseU16,
      from: number,
      to: number,
      toValue: (stored: number) => number,
      outColumns: Uint16Array,
      outValues: Float64Array,
      at: number,
    ): number {
      columns.set(bonds.columns.subarray(from, to))
      stored.set(bonds.values.subarray(from, to))
      const length = select(to - from, toValue)
      outColumns.set(columns.subarray(0, length), at)
      outValues.set(values.subarray(0, length), at)
      return length
    },
  }
})()

/** Speed of the moving average, I32F32 bits: 1 minus the part that is kept. */
export function bondsAlpha(bondsMovingAverage: number): number {
  const kept = Math.min(bondsMovingAverage, MAX_BONDS_MOVING_AVERAGE)
  return ONE - Math.floor((kept * ONE) / 1_000_000)
}
