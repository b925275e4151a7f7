/**
 * Sparse matrix steps, named after their counterparts in subtensor 14bc6f9 pallets/subtensor/src/epoch/math.rs.
 *
 * Entries keep their stored order and explicit zeros are entries: both are visible in the results. Column indices
 * outside the matrix are carried along untouched, as upstream does.
 */
import { divFloor, highPart, LOW, mulFloor, mulFloorByParts, mulFloorSigned, ONE, smaller } from './fixed.ts'
import { AT_ONCE, MAX_UIDS, ownRoom, type Room } from './room.ts'
import type { SparseFixed } from './types.ts'

/** PERF: all matrices have the same fields, so that the steps are compiled for one kind of object. */
function matrixOf(
  rowStart: Uint32Array,
  columns: Uint16Array,
  values: Float64Array,
  ascending: Uint8Array | undefined,
): SparseFixed {
  return { rowStart, columns, values, ascending }
}

/** The same shape with new values. */
function withValues(matrix: SparseFixed, values: Float64Array): SparseFixed {
  return matrixOf(matrix.rowStart, matrix.columns, values, matrix.ascending)
}

/**
 * A matrix under construction, rows in order. PERF: the hot loops write its arrays directly, with their own `length`;
 * a method call per entry costs as much as the arithmetic.
 */
export interface RowBuffer {
  readonly rowStart: Uint32Array
  readonly columns: Uint16Array
  readonly values: Float64Array
}

/** Room for `capacity` entries. */
export function createRowBuffer(rows: number, capacity: number, room: Room): RowBuffer {
  return { rowStart: new Uint32Array(rows + 1), columns: room.uint16(capacity), values: room.float64(capacity) }
}

/** The matrix, cut to the entries that were written. */
export function finishRows({ rowStart, columns, values }: RowBuffer, ascending?: Uint8Array): SparseFixed {
  const length = rowStart[rowStart.length - 1]!
  return matrixOf(rowStart, columns.subarray(0, length), values.subarray(0, length), ascending)
}

/** Whether the row's columns only go up; then none is repeated. */
export function isAscending({ rowStart, columns, ascending }: SparseFixed, row: number): boolean {
  if (ascending !== undefined) return ascending[row] === 1
  const end = rowStart[row + 1]!
  let last = -1
  for (let from = rowStart[row]!; from < end && last < MAX_UIDS; from += AT_ONCE) {
    last = lastAscending(columns.subarray(from, Math.min(end, from + AT_ONCE)), last)
  }
  return last < MAX_UIDS
}

/** The last of at most so many columns if they only go up from `before`, else {@link MAX_UIDS}. PERF: see room.ts. */
const lastAscending = (() => {
  const held = new Uint16Array(AT_ONCE)
  const walk = (count: number, before: number): number => {
    let last = before
    for (let k = 0; k < count; k++) {
      const column = held[k]!
      if (column <= last) return MAX_UIDS
      last = column
    }
    return last
  }
  return (columns: Uint16Array, before: number): number => {
    held.set(columns)
    return walk(columns.length, before)
  }
})()

/** The matrix with what {@link isAscending} says of its rows, for steps that ask again. */
export function withOrder(matrix: SparseFixed): SparseFixed {
  const ascending = new Uint8Array(matrix.rowStart.length - 1)
  for (let row = 0; row < ascending.length; row++) ascending[row] = isAscending(matrix, row) ? 1 : 0
  return matrixOf(matrix.rowStart, matrix.columns, matrix.values, ascending)
}

/** Divides each row by its sum, in place; a row of zeros stays. */
export function inplaceRowNormalizeSparse(matrix: SparseFixed): void {
  const { rowStart, values } = matrix
  for (let row = 0; row + 1 < rowStart.length; row++) {
    const end = rowStart[row + 1]!
    let total = 0
    for (let k = rowStart[row]!; k < end; k++) total += values[k]!
    if (total === 0) continue
    for (let from = rowStart[row]!; from < end; from += AT_ONCE)
      divide(values.subarray(from, Math.min(end, from + AT_ONCE)), total)
  }
}

/** Divides at most so many values, in place. PERF: see room.ts. */
const divide = (() => {
  const held = new Float64Array(AT_ONCE)
  const quotients = (count: number, divisor: number): void => {
    for (let k = 0; k < count; k++) held[k] = divFloor(held[k]!, divisor)
  }
  return (values: Float64Array, divisor: number): void => {
    held.set(values)
    quotients(values.length, divisor)
    values.set(values.length === AT_ONCE ? held : held.subarray(0, values.length))
  }
})()

/** Divides each column by its sum, in place; a column of zeros stays. */
export function inplaceColNormalizeSparse(matrix: SparseFixed, columnCount: number): void {
  divideByColumn(matrix, colSumSparse(matrix, columnCount))
}

function colSumSparse({ columns, values }: SparseFixed, columnCount: number): Float64Array {
  const sums = new Float64Array(columnCount)
  for (let k = 0; k < values.length; k++) {
    const column = columns[k]!
    if (column < columnCount) sums[column]! += values[k]!
  }
  return sums
}

/** Divides each column by its largest value, in place, so that it becomes exactly 1. */
export function inplaceColMaxUpscaleSparse(matrix: SparseFixed, columnCount: number): void {
  const { columns, values } = matrix
  const largest = new Float64Array(columnCount)
  for (let k = 0; k < values.length; k++) {
    const column = columns[k]!
    if (column < columnCount && largest[column]! < values[k]!) largest[column] = values[k]!
  }
  divideByColumn(matrix, largest)
}

function divideByColumn({ columns, values }: SparseFixed, divisors: Float64Array): void {
  for (let k = 0; k < values.length; k++) {
    const column = columns[k]!
    const divisor = column < divisors.length ? divisors[column]! : 0
    if (divisor !== 0) values[k] = divFloor(values[k]!, divisor)
  }
}

/** Each row times its own factor, products floored. */
export function rowHadamardSparse(matrix: SparseFixed, factors: Float64Array, room = ownRoom): SparseFixed {
  const { rowStart, values } = matrix
  const products = room.float64(values.length)
  for (let row = 0; row + 1 < rowStart.length; row++) {
    const factor = factors[row]!
    for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) products[k] = mulFloor(values[k]!, factor)
  }
  return withValues(matrix, products)
}

/** {@link matmulTransposeSparse} of a matrix without columns outside, each column divided by its sum. */
export function matmulTransposeOfShares(matrix: SparseFixed, vector: Float64Array): Float64Array {
  const { rowStart, columns, values } = matrix
  shares.begin(vector)
  for (let from = 0; from < values.length; from += AT_ONCE) {
    shares.addToSums(columns, values, from, Math.min(values.length, from + AT_ONCE))
  }
  const result = new Float64Array(rowStart.length - 1)
  for (let row = 0; row < result.length; row++) {
    const end = rowStart[row + 1]!
    for (let from = rowStart[row]!; from < end; from += AT_ONCE) {
      result[row]! += shares.product(columns, values, from, Math.min(end, from + AT_ONCE))
    }
  }
  return result
}

/** PERF: what a closure holds is constant to the compiler, see room.ts. */
const shares = (() => {
  /** By column. */
  const factors = new Float64Array(MAX_UIDS)
  const sums = new Float64Array(MAX_UIDS)
  const columns = new Uint16Array(AT_ONCE)
  const values = new Float64Array(AT_ONCE)

  const load = (fromColumns: Uint16Array, fromValues: Float64Array, from: number, to: number): void => {
    columns.set(fromColumns.subarray(from, to))
    values.set(fromValues.subarray(from, to))
  }
  const add = (count: number): void => {
    for (let k = 0; k < count; k++) sums[columns[k]!]! += values[k]!
  }
  const multiply = (count: number): number => {
    let total = 0
    for (let k = 0; k < count; k++) {
      const column = columns[k]!
      const value = values[k]!
      // A column with a sum of 0 has only zeros.
      if (value !== 0) total += mulFloor(factors[column]!, divFloor(value, sums[column]!))
    }
    return total
  }

  return {
    begin(vector: Float64Array): void {
      sums.fill(0, 0, vector.length)
      factors.set(vector)
    },

    addToSums(fromColumns: Uint16Array, fromValues: Float64Array, from: number, to: number): void {
      load(fromColumns, fromValues, from, to)
      add(to - from)
    },

    product(fromColumns: Uint16Array, fromValues: Float64Array, from: number, to: number): number {
      load(fromColumns, fromValues, from, to)
      return multiply(to - from)
    },
  }
})()

export interface Clipped {
  /** Values above their column's threshold lowered to it; dropped where the threshold is 0. */
  readonly clipped: SparseFixed
  /** Sum of each clipped row. */
  readonly rowSums: Float64Array
  /** Sum over the clipped rows of factor_i * value_ij, each product floored. */
  readonly colTotals: Float64Array
}

/** Upstream's col_clip_sparse, row_sum_sparse and matmul_sparse, in one pass; of a matrix without columns outside. */
export function clipAndSum(
  matrix: SparseFixed,
  thresholds: Float64Array,
  factors: Float64Array,
  room = ownRoom,
): Clipped {
  const { rowStart, columns, values } = matrix
  const rows = rowStart.length - 1
  const out = createRowBuffer(rows, values.length, room)
  const rowSums = new Float64Array(rows)
  clip.begin(thresholds)
  let length = 0
  for (let row = 0; row < rows; row++) {
    const end = rowStart[row + 1]!
    for (let from = rowStart[row]!; from < end; from += AT_ONCE) {
      const part = clip.take(columns, values, from, Math.min(end, from + AT_ONCE), factors[row]!)
      rowSums[row]! += part
      length = clip.give(out.columns, out.values, length)
    }
    out.rowStart[row + 1] = length
  }
  const colTotals = clip.totals(thresholds.length)
  // What is left of a row is in order if the row was.
  return { clipped: finishRows(out, matrix.ascending), rowSums, colTotals }
}

/** PERF: what a closure holds is constant to the compiler, see room.ts. */
const clip = (() => {
  const limits = new Float64Array(MAX_UIDS)
  const sums = new Float64Array(MAX_UIDS)
  const columns = new Uint16Array(AT_ONCE)
  const values = new Float64Array(AT_ONCE)
  let kept = 0

  const lower = (count: number, factor: number): number => {
    const high = highPart(factor)
    const low = factor - high * LOW
    let length = 0
    let total = 0
    for (let k = 0; k < count; k++) {
      const column = columns[k]!
      const limit = limits[column]!
      const value = values[k]!
      if (limit === 0 && value !== 0) continue
      const clipped = smaller(value, limit)
      columns[length] = column
      values[length] = clipped
      length++
      total += clipped
      sums[column]! += mulFloorByParts(clipped, high, low)
    }
    kept = length
    return total
  }

  return {
    begin(thresholds: Float64Array): void {
      limits.set(thresholds)
      sums.fill(0, 0, thresholds.length)
    },

    /** Clips the entries [from, to) of a row, adds them to the columns' totals, and gives their sum. */
    take(fromColumns: Uint16Array, fromValues: Float64Array, from: number, to: number, factor: number): number {
      columns.set(fromColumns.subarray(from, to))
      values.set(fromValues.subarray(from, to))
      return lower(to - from, factor)
    },

    /** Writes what was kept to both arrays at `at`; gives where it ends. */
    give(toColumns: Uint16Array, toValues: Float64Array, at: number): number {
      toColumns.set(columns.subarray(0, kept), at)
      toValues.set(values.subarray(0, kept), at)
      return at + kept
    },

    totals(count: number): Float64Array {
      return sums.slice(0, count)
    },
  }
})()

/** result_i = sum over columns of vector_j * matrix_ij, each product floored. */
export function matmulTransposeSparse({ rowStart, columns, values }: SparseFixed, vector: Float64Array): Float64Array {
  const result = new Float64Array(rowStart.length - 1)
  for (let row = 0; row < result.length; row++) {
    let total = 0
    for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) {
      const column = columns[k]!
      if (column < vector.length) total += mulFloor(vector[column]!, values[k]!)
    }
    result[row] = total
  }
  return result
}

/**
 * plain + ratio * (clipped - plain). At ratio 0 the plain matrix as it is, at 1 the clipped one; in between rows come
 * out in ascending order without zeros, so explicit zeros vanish there.
 */
export function interpolateSparse(
  plain: SparseFixed,
  clipped: SparseFixed,
  columnCount: number,
  ratio: number,
  room = ownRoom,
): SparseFixed {
  if (ratio === 0) return plain
  if (ratio === ONE) return clipped
  const rows = plain.rowStart.length - 1
  const out = createRowBuffer(rows, plain.values.length + clipped.values.length, room)
  let length = 0
  const from = new Float64Array(columnCount)
  const to = new Float64Array(columnCount)
  for (let row = 0; row < rows; row++) {
    if (plain.rowStart[row] !== plain.rowStart[row + 1] || clipped.rowStart[row] !== clipped.rowStart[row + 1]) {
      from.fill(0)
      to.fill(0)
      scatterRow(plain, row, from)
      scatterRow(clipped, row, to)
      for (let column = 0; column < columnCount; column++) {
        const start = from[column]!
        const value = start + mulFloorSigned(to[column]! - start, ratio)
        if (value <= 0) continue
        out.columns[length] = column
        out.values[length] = value
        length++
      }
    }
    out.rowStart[row + 1] = length
  }
  return finishRows(out)
}

/** Writes the row into a dense array; the last of repeated columns wins. */
export function scatterRow({ rowStart, columns, values }: SparseFixed, row: number, dense: Float64Array): void {
  for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) {
    const column = columns[k]!
    if (column < dense.length) dense[column] = values[k]!
  }
}
