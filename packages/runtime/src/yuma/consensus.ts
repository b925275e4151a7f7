/**
 * Consensus: for every target the highest weight that a κ-majority of stake supports.
 *
 * Upstream (subtensor 14bc6f9 epoch/math.rs weighted_median_col_sparse) fills a dense table and bisects with pivots.
 * All its additions are exact, so the result is simply the smallest score whose cumulative stake exceeds the minority,
 * or the largest score if none does. PERF: only non-zero entries are visited; absent rows form one block of score 0.
 */
import { inplaceNormalize, sum } from './fixed.ts'
import { isAscending, scatterRow } from './sparse.ts'
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

  const { start, end, scores, stakes } = columnsOf(score, voters, useStake, columnCount)
  for (let column = 0; column < columnCount; column++) {
    const from = start[column]!
    const to = end[column]!
    let scoredStake = 0
    for (let k = from; k < to; k++) scoredStake += stakes[k]!
    const zeroStake = stakeSum - scoredStake
    const hasZero = to - from < voters.length
    if (to === from || (hasZero && zeroStake > minority)) continue
    median[column] = weightedSelect(scores, stakes, from, to, minority - zeroStake)
  }
  return median
}

/** The scores of column j and the stakes behind them are at [start[j], end[j]). */
interface Columns {
  readonly start: Uint32Array
  readonly end: Uint32Array
  readonly scores: Float64Array
  readonly stakes: Float64Array
}

/** The voters' non-zero entries by column. A column repeated within a row counts once, with its last value. */
function columnsOf(score: SparseFixed, voters: number[], useStake: Float64Array, columnCount: number): Columns {
  const { rowStart, columns, values } = score
  const start = new Uint32Array(columnCount + 1)
  for (const row of voters) {
    const rowEnd = rowStart[row + 1]!
    for (let k = rowStart[row]!; k < rowEnd; k++) if (columns[k]! < columnCount) start[columns[k]! + 1]!++
  }
  for (let column = 0; column < columnCount; column++) start[column + 1]! += start[column]!
  const end = start.slice(0, columnCount)
  const scores = new Float64Array(start[columnCount]!)
  const stakes = new Float64Array(start[columnCount]!)
  const last = new Float64Array(columnCount)
  for (let voter = 0; voter < voters.length; voter++) {
    const row = voters[voter]!
    const stake = useStake[voter]!
    const rowEnd = rowStart[row + 1]!
    const unordered = !isAscending(score, row)
    if (unordered) scatterRow(score, row, last)
    for (let k = rowStart[row]!; k < rowEnd; k++) {
      const column = columns[k]!
      if (column >= columnCount) continue
      let value = values[k]!
      if (unordered) {
        value = last[column]!
        last[column] = 0
      }
      if (value === 0) continue
      const at = end[column]!
      scores[at] = value
      stakes[at] = stake
      end[column] = at + 1
    }
  }
  return { start, end, scores, stakes }
}

/** Weighted median of one list of scores: smallest score whose cumulative stake exceeds `minority`; 0 without scores. */
export function weightedMedian(stakes: Float64Array, scores: Float64Array, minority: number): number {
  if (scores.length === 0) return 0
  return weightedSelect(scores.slice(), stakes.slice(), 0, scores.length, minority)
}

/** Lists up to this length are sorted; longer ones are cut down by buckets first. */
const SORTED_LENGTH = 8
const BUCKETS = 64
const bucketStake = new Float64Array(BUCKETS)

/**
 * Smallest score whose cumulative stake exceeds `bound`, else the largest score. Reorders the range.
 *
 * PERF: the range of scores is divided into equal buckets, and only the bucket in which the stake passes the bound is
 * looked at again. Nothing is swapped and no branch depends on how two scores compare, which is what a quickselect
 * spends its time on. Each round narrows the range 63-fold, so six rounds tell all scores apart.
 */
function weightedSelect(scores: Float64Array, stakes: Float64Array, from: number, to: number, bound: number): number {
  let end = to
  let below = 0
  while (end - from > SORTED_LENGTH) {
    let lowest = scores[from]!
    let highest = lowest
    for (let k = from + 1; k < end; k++) {
      const score = scores[k]!
      if (score < lowest) lowest = score
      if (score > highest) highest = score
    }
    if (lowest === highest) return lowest
    // The factor is the same for every score and multiplication keeps their order, so buckets are in order, too.
    const scale = (BUCKETS - 1) / (highest - lowest)
    bucketStake.fill(0)
    for (let k = from; k < end; k++) bucketStake[Math.floor((scores[k]! - lowest) * scale)]! += stakes[k]!
    let chosen = 0
    let stake = bucketStake[0]!
    while (below + stake <= bound) {
      below += stake
      chosen++
      if (chosen === BUCKETS) return highest
      stake = bucketStake[chosen]!
    }
    let kept = from
    for (let k = from; k < end; k++) {
      const score = scores[k]!
      if (Math.floor((score - lowest) * scale) !== chosen) continue
      scores[kept] = score
      stakes[kept] = stakes[k]!
      kept++
    }
    end = kept
  }
  return selectSorted(scores, stakes, from, end, bound - below)
}

/** The same by insertion sort. */
function selectSorted(scores: Float64Array, stakes: Float64Array, from: number, to: number, bound: number): number {
  for (let k = from + 1; k < to; k++) {
    const score = scores[k]!
    const stake = stakes[k]!
    let at = k - 1
    for (; at >= from && scores[at]! > score; at--) {
      scores[at + 1] = scores[at]!
      stakes[at + 1] = stakes[at]!
    }
    scores[at + 1] = score
    stakes[at + 1] = stake
  }
  let cumulative = 0
  for (let k = from; k < to; k++) {
    cumulative += stakes[k]!
    if (cumulative > bound) return scores[k]!
  }
  return scores[to - 1]!
}
