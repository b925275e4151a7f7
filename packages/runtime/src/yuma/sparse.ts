/**
 * Sparse matrix steps, named after their counterparts in subtensor 14bc6f9 pallets/subtensor/src/epoch/math.rs.
 *
 * Entries keep their stored order and explicit zeros are entries: both are visible in the results. Column indices
 * outside the matrix are carried along untouched, as upstream does.
 */
import { divFloor, mulFloor, mulFloorSigned, ONE } from './fixed.ts'
import type { SparseFixed } from './types.ts'

/** The same shape with new values. */
function withValues(matrix: SparseFixed, values: Float64Array): SparseFixed {
  return { rowStart: matrix.rowStart, columns: matrix.columns, values }
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
export function createRowBuffer(rows: number, capacity: number): RowBuffer {
  return { rowStart: new Uint32Array(rows + 1), columns: new Uint16Array(capacity), values: new Float64Array(capacity) }
}

/** The matrix, cut to the entries that were written. */
export function finishRows({ rowStart, columns, values }: RowBuffer): SparseFixed {
  const length = rowStart[rowStart.length - 1]!
  return { rowStart, columns: columns.subarray(0, length), values: values.subarray(0, length) }
}

/** Whether the row's columns only go up; then none is repeated. */
export function isAscending({ rowStart, columns }: SparseFixed, row: number): boolean {
  const end = rowStart[row + 1]!
  for (let k = rowStart[row]! + 1; k < end; k++) if (columns[k]! <= columns[k - 1]!) return false
  return true
}

/** Divides each row by its sum, in place; a row of zeros stays. */
export function inplaceRowNormalizeSparse(matrix: SparseFixed): void {
  const { rowStart, values } = matrix
  for (let row = 0; row + 1 < rowStart.length; row++) {
    const end = rowStart[row + 1]!
    let total = 0
    for (let k = rowStart[row]!; k < end; k++) total += values[k]!
    if (total > 0) for (let k = rowStart[row]!; k < end; k++) values[k] = divFloor(values[k]!, total)
  }
}

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
export function rowHadamardSparse(matrix: SparseFixed, factors: Float64Array): SparseFixed {
  const { rowStart, values } = matrix
  const products = new Float64Array(values.length)
  for (let row = 0; row + 1 < rowStart.length; row++) {
    const factor = factors[row]!
    if (factor === 0) continue
    for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) products[k] = mulFloor(values[k]!, factor)
  }
  return withValues(matrix, products)
}

/** {@link matmulTransposeSparse} of the matrix with each column divided by its sum, which is not kept. */
export function matmulTransposeOfShares(matrix: SparseFixed, vector: Float64Array): Float64Array {
  const { rowStart, columns, values } = matrix
  const sums = colSumSparse(matrix, vector.length)
  const result = new Float64Array(rowStart.length - 1)
  for (let row = 0; row < result.length; row++) {
    const end = rowStart[row + 1]!
    let total = 0
    for (let k = rowStart[row]!; k < end; k++) {
      const column = columns[k]!
      const value = values[k]!
      // A column with a sum of 0 has only zeros.
      if (column < vector.length && value !== 0) total += mulFloor(vector[column]!, divFloor(value, sums[column]!))
    }
    result[row] = total
  }
  return result
}

export interface Clipped {
  /** Values above their column's threshold lowered to it; dropped where the threshold is 0. */
  readonly clipped: SparseFixed
  /** Sum of each clipped row. */
  readonly rowSums: Float64Array
  /** Sum over the clipped rows of factor_i * value_ij, each product floored. */
  readonly colTotals: Float64Array
}

/** Upstream's col_clip_sparse, row_sum_sparse and matmul_sparse, in one pass. */
export function clipAndSum(matrix: SparseFixed, thresholds: Float64Array, factors: Float64Array): Clipped {
  const { rowStart, columns, values } = matrix
  const rows = rowStart.length - 1
  const out = createRowBuffer(rows, values.length)
  const { columns: keptColumns, values: keptValues } = out
  const rowSums = new Float64Array(rows)
  const colTotals = new Float64Array(thresholds.length)
  let length = 0
  for (let row = 0; row < rows; row++) {
    const end = rowStart[row + 1]!
    const factor = factors[row]!
    let total = 0
    for (let k = rowStart[row]!; k < end; k++) {
      const column = columns[k]!
      const inside = column < thresholds.length
      const threshold = inside ? thresholds[column]! : 0
      let value = values[k]!
      if (threshold < value) {
        if (threshold === 0) continue
        value = threshold
      }
      keptColumns[length] = column
      keptValues[length] = value
      length++
      total += value
      if (inside) colTotals[column]! += mulFloor(factor, value)
    }
    rowSums[row] = total
    out.rowStart[row + 1] = length
  }
  return { clipped: finishRows(out), rowSums, colTotals }
}

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
): SparseFixed {
  if (ratio === 0) return plain
  if (ratio === ONE) return clipped
  const rows = plain.rowStart.length - 1
  const out = createRowBuffer(rows, plain.values.length + clipped.values.length)
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
