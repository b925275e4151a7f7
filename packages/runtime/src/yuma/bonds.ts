/**
 * Bonds: what a validator has invested in each target, a moving average over epochs; dividends follow from them.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/run_epoch.rs, section "Bonds and Dividends", and
 * epoch/math.rs mat_ema_sparse, mat_ema_alpha_sparse.
 */
import {
  fromU16Fraction,
  highPart,
  inplaceNormalize,
  LOW,
  mulFloor,
  mulFloorByParts,
  mulFloorSigned,
  ONE,
  vecMul,
} from './fixed.ts'
import { createMoveBond, type MoveBond } from './liquid-alpha.ts'
import { ownRoom, type Room } from './room.ts'
import {
  createRowBuffer,
  finishRows,
  inplaceColMaxUpscaleSparse,
  inplaceColNormalizeSparse,
  isAscending,
  matmulTransposeOfShares,
  matmulTransposeSparse,
  rowHadamardSparse,
  withOrder,
} from './sparse.ts'
import type { EpochInput, SparseFixed, SparseU16 } from './types.ts'

/** Most that a u16 can name, and most entries of a row without repetitions. */
const MAX_UIDS = 65_536

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

/** alpha * target + (1 - alpha) * held per row, each product floored; positive results in ascending order. */
export function matEmaSparse(
  target: SparseFixed,
  held: SparseFixed,
  columnCount: number,
  alpha: number,
  room = ownRoom,
): SparseFixed {
  const rows = target.rowStart.length - 1
  const kept = ONE - alpha
  const { columns: targetColumns, values: targetValues } = target
  const { columns: heldColumns, values: heldValues } = held
  const out = createRowBuffer(rows, emaCapacity(target, held, columnCount), room)
  const { columns, values } = out
  let length = 0
  const dense = new Float64Array(columnCount)
  for (let row = 0; row < rows; row++) {
    let at = target.rowStart[row]!
    let atHeld = held.rowStart[row]!
    const end = target.rowStart[row + 1]!
    const endHeld = held.rowStart[row + 1]!
    if (isAscending(target, row) && isAscending(held, row)) {
      // Both rows in order: one walk over both.
      const count = ascendingAverage(target, held, row, columnCount, alpha, out, length)
      length += count
    } else {
      for (; at < end; at++) {
        const column = targetColumns[at]!
        if (column < columnCount) dense[column]! += mulFloorSigned(alpha, targetValues[at]!)
      }
      for (; atHeld < endHeld; atHeld++) {
        const column = heldColumns[atHeld]!
        if (column < columnCount) dense[column]! += mulFloor(kept, heldValues[atHeld]!)
      }
      for (let column = 0; column < columnCount; column++) {
        const value = dense[column]!
        if (value === 0) continue
        dense[column] = 0
        if (value < 0) continue
        columns[length] = column
        values[length] = value
        length++
      }
    }
    out.rowStart[row + 1] = length
  }
  return finishRows(out)
}

/**
 * A row of {@link matEmaSparse} whose columns only go up in both matrices, written to `out` at `to`; gives its length.
 *
 * PERF: what a closure holds is constant to the compiler, see `heldArrays` in room.ts.
 */
const ascendingAverage = (() => {
  const targetColumns = new Uint16Array(MAX_UIDS)
  const targetValues = new Float64Array(MAX_UIDS)
  const heldColumns = new Uint16Array(MAX_UIDS)
  const heldValues = new Float64Array(MAX_UIDS)
  const columns = new Uint16Array(MAX_UIDS)
  const values = new Float64Array(MAX_UIDS)

  const merge = (end: number, endHeld: number, columnCount: number, alpha: number): number => {
    const kept = ONE - alpha
    const alphaHigh = highPart(alpha)
    const alphaLow = alpha - alphaHigh * LOW
    const keptHigh = highPart(kept)
    const keptLow = kept - keptHigh * LOW
    let length = 0
    let at = 0
    let atHeld = 0
    for (;;) {
      const next = at < end ? targetColumns[at]! : columnCount
      const nextHeld = atHeld < endHeld ? heldColumns[atHeld]! : columnCount
      const column = next < nextHeld ? next : nextHeld
      if (column >= columnCount) return length
      let value = 0
      if (next === column) {
        value = mulFloorByParts(targetValues[at]!, alphaHigh, alphaLow)
        at++
      }
      if (nextHeld === column) {
        value += mulFloorByParts(heldValues[atHeld]!, keptHigh, keptLow)
        atHeld++
      }
      if (value <= 0) continue
      columns[length] = column
      values[length] = value
      length++
    }
  }

  return (
    target: SparseFixed,
    held: SparseFixed,
    row: number,
    columnCount: number,
    alpha: number,
    out: SparseFixed,
    to: number,
  ): number => {
    const end = rowLength(target, row)
    const endHeld = rowLength(held, row)
    if (end + endHeld === 0) return 0
    const from = target.rowStart[row]!
    const fromHeld = held.rowStart[row]!
    targetColumns.set(target.columns.subarray(from, from + end))
    targetValues.set(target.values.subarray(from, from + end))
    heldColumns.set(held.columns.subarray(fromHeld, fromHeld + endHeld))
    heldValues.set(held.values.subarray(fromHeld, fromHeld + endHeld))
    const length = merge(end, endHeld, columnCount, alpha)
    out.columns.set(columns.subarray(0, length), to)
    out.values.set(values.subarray(0, length), to)
    return length
  }
})()

function emaCapacity(target: SparseFixed, held: SparseFixed, columnCount: number): number {
  let capacity = 0
  for (let row = 0; row + 1 < target.rowStart.length; row++) {
    capacity += Math.min(columnCount, rowLength(target, row) + rowLength(held, row))
  }
  return capacity
}

/**
 * The moving average with a speed per entry. Only entries of `target` come out, in its order: a bond without a current
 * weight is lost, and one with an explicit zero weight decays.
 *
 * Upstream looks weights and bonds up for the speed by walking each row once, forward only. In a row that is not
 * sorted, an entry is seen only if its column exceeds all columns before it; an unseen one counts as 0 for the speed,
 * though it keeps its value in the average.
 */
export function matEmaAlphaSparse(
  target: SparseFixed,
  held: SparseFixed,
  consensus: Float64Array,
  moveBond: MoveBond,
  room = ownRoom,
): SparseFixed {
  const rows = target.rowStart.length - 1
  const columnCount = consensus.length
  const { columns: targetColumns, values: targetValues } = target
  const { columns: heldColumns, values: heldValues } = held
  const out = createRowBuffer(rows, targetValues.length, room)
  const { columns, values } = out
  let length = 0
  const heldValue = new Float64Array(columnCount)
  const seenHeld = new Float64Array(columnCount)
  const seenTarget = new Float64Array(columnCount)
  for (let row = 0; row < rows; row++) {
    const end = target.rowStart[row + 1]!
    if (isAscending(target, row) && isAscending(held, row)) {
      // Both rows in order: everything is seen, and one walk over both is enough.
      let atHeld = held.rowStart[row]!
      const endHeld = held.rowStart[row + 1]!
      for (let k = target.rowStart[row]!; k < end; k++) {
        const column = targetColumns[k]!
        if (column >= columnCount) break
        while (atHeld < endHeld && heldColumns[atHeld]! < column) atHeld++
        const bond = atHeld < endHeld && heldColumns[atHeld] === column ? heldValues[atHeld]! : 0
        const weight = targetValues[k]!
        const value = moveBond(consensus[column]!, weight, bond, weight, bond)
        if (value === 0) continue
        columns[length] = column
        values[length] = value
        length++
      }
    } else {
      scatterSeen(held, row, heldValue, seenHeld)
      scatterSeen(target, row, undefined, seenTarget)
      for (let k = target.rowStart[row]!; k < end; k++) {
        const column = targetColumns[k]!
        if (column >= columnCount) continue
        const weight = targetValues[k]!
        const value = moveBond(consensus[column]!, seenTarget[column]!, seenHeld[column]!, weight, heldValue[column]!)
        if (value === 0) continue
        columns[length] = column
        values[length] = value
        length++
      }
      clearRow(held, row, heldValue)
      clearRow(held, row, seenHeld)
      clearRow(target, row, seenTarget)
    }
    out.rowStart[row + 1] = length
  }
  return finishRows(out)
}

/** Spreads a row over dense arrays: `last` gets the last value per column, `seen` what a forward walk finds. */
function scatterSeen(matrix: SparseFixed, row: number, last: Float64Array | undefined, seen: Float64Array): void {
  let highest = -1
  for (let k = matrix.rowStart[row]!; k < matrix.rowStart[row + 1]!; k++) {
    const column = matrix.columns[k]!
    if (column > highest) {
      highest = column
      if (column < seen.length) seen[column] = matrix.values[k]!
    }
    if (last !== undefined && column < last.length) last[column] = matrix.values[k]!
  }
}

function clearRow(matrix: SparseFixed, row: number, dense: Float64Array): void {
  for (let k = matrix.rowStart[row]!; k < matrix.rowStart[row + 1]!; k++) {
    if (matrix.columns[k]! < dense.length) dense[matrix.columns[k]!] = 0
  }
}

function rowLength(matrix: SparseFixed, row: number): number {
  return matrix.rowStart[row + 1]! - matrix.rowStart[row]!
}
