/**
 * Consensus: for every target the highest weight that a κ-majority of stake supports.
 *
 * Upstream (subtensor 14bc6f9 epoch/math.rs weighted_median_col_sparse) fills a dense table and bisects with pivots.
 * All its additions are exact, so the result is simply the smallest score whose cumulative stake exceeds the minority,
 * or the largest score if none does. PERF: only non-zero entries are visited; absent rows form one block of score 0.
 */
import { inplaceNormalize, sum } from './fixed.ts'
import type { SparseFixed } from './types.ts'

/** Weighted median of every column over the rows with stake; 0 everywhere when no row has any. */
export function weightedMedianColSparse(
  stake: Float64Array,
  score: SparseFixed,
  columnCount: number,
  majority: number,
): Float64Array {
  const median = new Float64Array(columnCount)
  const voters: number[] = []
  for (let row = 0; row < stake.length; row++) if (stake[row]! > 0) voters.push(row)
  if (voters.length === 0) return median
  const useStake = Float64Array.from(voters, (row) => stake[row]!)
  inplaceNormalize(useStake)
  const stakeSum = sum(useStake)
  const minority = stakeSum - majority

  const { start, length, scores, stakes } = columnsOf(score, voters, useStake, columnCount)
  for (let column = 0; column < columnCount; column++) {
    const from = start[column]!
    const end = dropZeros(scores, stakes, from, from + length[column]!)
    let scoredStake = 0
    for (let k = from; k < end; k++) scoredStake += stakes[k]!
    const zeroStake = stakeSum - scoredStake
    const hasZero = end - from < voters.length
    if (end === from || (hasZero && zeroStake > minority)) continue
    median[column] = weightedSelect(scores, stakes, from, end, minority - zeroStake)
  }
  return median
}

interface Columns {
  readonly start: Uint32Array
  readonly length: Uint32Array
  readonly scores: Float64Array
  readonly stakes: Float64Array
}

/** The voters' entries by column. A column repeated within a row counts once, with its last value. */
function columnsOf(score: SparseFixed, voters: number[], useStake: Float64Array, columnCount: number): Columns {
  const { rowStart, columns, values } = score
  const start = new Uint32Array(columnCount + 1)
  for (const row of voters) {
    for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) {
      if (columns[k]! < columnCount) start[columns[k]! + 1]!++
    }
  }
  for (let column = 0; column < columnCount; column++) start[column + 1]! += start[column]!
  const capacity = start[columnCount]!
  const length = new Uint32Array(columnCount)
  const lastVoter = new Int32Array(columnCount).fill(-1)
  const scores = new Float64Array(capacity)
  const stakes = new Float64Array(capacity)
  for (let voter = 0; voter < voters.length; voter++) {
    const row = voters[voter]!
    const weight = useStake[voter]!
    for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) {
      const column = columns[k]!
      if (column >= columnCount) continue
      const repeated = lastVoter[column] === voter
      const at = start[column]! + (repeated ? length[column]! - 1 : length[column]!++)
      lastVoter[column] = voter
      scores[at] = values[k]!
      stakes[at] = weight
    }
  }
  return { start, length, scores, stakes }
}

/** Moves the non-zero scores of a range to its front; returns where they end. */
function dropZeros(scores: Float64Array, stakes: Float64Array, from: number, to: number): number {
  let end = from
  for (let k = from; k < to; k++) {
    if (scores[k] === 0) continue
    scores[end] = scores[k]!
    stakes[end] = stakes[k]!
    end++
  }
  return end
}

/** Weighted median of one list of scores: smallest score whose cumulative stake exceeds `minority`; 0 without scores. */
export function weightedMedian(stakes: Float64Array, scores: Float64Array, minority: number): number {
  if (scores.length === 0) return 0
  return weightedSelect(scores.slice(), stakes.slice(), 0, scores.length, minority)
}

/** Smallest score whose cumulative stake exceeds `bound`, else the largest score. Reorders the range. */
function weightedSelect(scores: Float64Array, stakes: Float64Array, from: number, to: number, bound: number): number {
  let low = from
  let high = to
  let below = 0
  while (true) {
    const pivot = scores[(low + high) >>> 1]!
    // Three-way partition: [low, lower) < pivot, [lower, upper) = pivot, [upper, high) > pivot.
    let lower = low
    let upper = high
    let lowerStake = 0
    let equalStake = 0
    for (let k = low; k < upper; ) {
      const score = scores[k]!
      const stake = stakes[k]!
      if (score < pivot) {
        scores[k] = scores[lower]!
        stakes[k] = stakes[lower]!
        scores[lower] = score
        stakes[lower] = stake
        lowerStake += stake
        lower++
        k++
      } else if (score > pivot) {
        upper--
        scores[k] = scores[upper]!
        stakes[k] = stakes[upper]!
        scores[upper] = score
        stakes[upper] = stake
      } else {
        equalStake += stake
        k++
      }
    }
    if (lower > low && below + lowerStake > bound) high = lower
    else if (upper < high && below + lowerStake + equalStake <= bound) {
      below += lowerStake + equalStake
      low = upper
    } else return pivot
  }
}
