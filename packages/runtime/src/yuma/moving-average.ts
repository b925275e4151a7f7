/**
 * Moving averages of sparse matrices: of bonds toward weights.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/math.rs mat_ema_sparse, mat_ema_alpha_sparse.
 */
import { highPart, LOW, mulFloor, mulFloorByParts, mulFloorSigned, ONE } from './fixed.ts'
import type { MoveBond } from './liquid-alpha.ts'
import { MAX_UIDS, ownRoom } from './room.ts'
import { createRowBuffer, finishRows, isAscending, type RowBuffer } from './sparse.ts'
import type { SparseFixed } from './types.ts'

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
    if (at === end && atHeld === endHeld) {
      // Most uids are miners, who hold no bonds.
      out.rowStart[row + 1] = length
      continue
    }
    if (isAscending(target, row) && isAscending(held, row)) {
      length += inOrder.give(inOrder.average(target, held, row, columnCount, alpha), out, length)
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

/** Rows whose columns only go up in both matrices. PERF: what a closure holds is constant to the compiler, see room.ts. */
const inOrder = (() => {
  const targetColumns = new Uint16Array(MAX_UIDS)
  const targetValues = new Float64Array(MAX_UIDS)
  const heldColumns = new Uint16Array(MAX_UIDS)
  const heldValues = new Float64Array(MAX_UIDS)
  const columns = new Uint16Array(MAX_UIDS)
  const values = new Float64Array(MAX_UIDS)
  /** By column. */
  const consensus = new Float64Array(MAX_UIDS)

  const average = (end: number, endHeld: number, columnCount: number, alpha: number): number => {
    const kept = ONE - alpha
    const alphaHigh = highPart(alpha)
    const alphaLow = alpha - alphaHigh * LOW
    const keptHigh = highPart(kept)
    const keptLow = kept - keptHigh * LOW
    let length = 0
    let at = 0
    // Most validators name in each epoch whom they named in the last one.
    for (; at < end && at < endHeld; at++) {
      const column = targetColumns[at]!
      if (heldColumns[at] !== column || column >= columnCount) break
      const value =
        mulFloorByParts(targetValues[at]!, alphaHigh, alphaLow) + mulFloorByParts(heldValues[at]!, keptHigh, keptLow)
      if (value <= 0) continue
      columns[length] = column
      values[length] = value
      length++
    }
    let atHeld = at
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

  const move = (end: number, endHeld: number, columnCount: number, moveBond: MoveBond): number => {
    let length = 0
    let atHeld = 0
    for (let at = 0; at < end; at++) {
      const column = targetColumns[at]!
      if (column >= columnCount) break
      while (atHeld < endHeld && heldColumns[atHeld]! < column) atHeld++
      const bond = atHeld < endHeld && heldColumns[atHeld] === column ? heldValues[atHeld]! : 0
      const weight = targetValues[at]!
      // All is seen.
      const value = moveBond(consensus[column]!, weight, bond, weight, bond)
      if (value === 0) continue
      columns[length] = column
      values[length] = value
      length++
    }
    return length
  }

  const load = (target: SparseFixed, held: SparseFixed, row: number): void => {
    const from = target.rowStart[row]!
    const to = target.rowStart[row + 1]!
    targetColumns.set(target.columns.subarray(from, to))
    targetValues.set(target.values.subarray(from, to))
    const fromHeld = held.rowStart[row]!
    const toHeld = held.rowStart[row + 1]!
    heldColumns.set(held.columns.subarray(fromHeld, toHeld))
    heldValues.set(held.values.subarray(fromHeld, toHeld))
  }

  const give = (length: number, out: RowBuffer, to: number): number => {
    out.columns.set(columns.subarray(0, length), to)
    out.values.set(values.subarray(0, length), to)
    return length
  }

  return {
    /** The row's average, written to `out` at `to`; gives its length. */
    average(target: SparseFixed, held: SparseFixed, row: number, columnCount: number, alpha: number) {
      load(target, held, row)
      return average(rowLength(target, row), rowLength(held, row), columnCount, alpha)
    },

    see(all: Float64Array): void {
      consensus.set(all)
    },

    /** The row's bonds after their moves, written to `out` at `to`; gives its length. */
    move(target: SparseFixed, held: SparseFixed, row: number, columnCount: number, moveBond: MoveBond) {
      load(target, held, row)
      return move(rowLength(target, row), rowLength(held, row), columnCount, moveBond)
    },

    give,
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
  const out = createRowBuffer(rows, targetValues.length, room)
  const { columns, values } = out
  let length = 0
  const heldValue = new Float64Array(columnCount)
  const seenHeld = new Float64Array(columnCount)
  const seenTarget = new Float64Array(columnCount)
  inOrder.see(consensus)
  for (let row = 0; row < rows; row++) {
    const end = target.rowStart[row + 1]!
    if (target.rowStart[row] === end) {
      out.rowStart[row + 1] = length
      continue
    }
    if (isAscending(target, row) && isAscending(held, row)) {
      // Everything is seen, and one walk over both is enough.
      length += inOrder.give(inOrder.move(target, held, row, columnCount, moveBond), out, length)
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
