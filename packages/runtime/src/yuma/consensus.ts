/**
 * Consensus: for every target the highest weight that a κ-majority of stake supports.
 *
 * Upstream (subtensor 14bc6f9 epoch/math.rs weighted_median_col_sparse) fills a dense table and bisects with pivots.
 * All its additions are exact, so the result is simply the smallest score whose cumulative stake exceeds the minority,
 * or the largest score if none does. PERF: absent rows form one block of score 0. The voters' rows are walked side by
 * side, so a column costs one look at each voter (is its next entry here?) and the work on those that name it; to spread
 * the rows over the columns first would be a miss per entry.
 */
import { inplaceNormalize, sum } from './fixed.ts'
import { MAX_UIDS, ownRoom } from './room.ts'
import { createRowBuffer, finishRows, isAscending, scatterRow } from './sparse.ts'
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

  const rows = ascendingRows(score, voters, columnCount)
  list.open(rows, voters, useStake)
  for (let column = 0; column < columnCount; column++) {
    const length = list.collect(rows.columns, rows.values, column, voters.length)
    if (length === 0) continue
    const zeroStake = length < voters.length ? stakeSum - list.stakeOf(length) : 0
    if (length < voters.length && zeroStake > minority) continue
    median[column] = list.select(length, minority - zeroStake)
  }
  return median
}

/** The voters' rows in the order of their columns. A column repeated within a row counts once, with its last value. */
function ascendingRows(score: SparseFixed, voters: readonly number[], columnCount: number): SparseFixed {
  if (voters.every((row) => isAscending(score, row))) return score
  const { rowStart, values } = score
  const out = createRowBuffer(rowStart.length - 1, values.length, ownRoom)
  const dense = new Float64Array(columnCount)
  let length = 0
  for (let row = 0; row + 1 < rowStart.length; row++) {
    if (rowStart[row] !== rowStart[row + 1]) {
      dense.fill(0)
      scatterRow(score, row, dense)
      for (let column = 0; column < columnCount; column++) {
        if (dense[column] === 0) continue
        out.columns[length] = column
        out.values[length] = dense[column]!
        length++
      }
    }
    out.rowStart[row + 1] = length
  }
  return finishRows(out)
}

/** Weighted median of one list of scores: smallest score whose cumulative stake exceeds `minority`; 0 without scores. */
export function weightedMedian(stakes: Float64Array, scores: Float64Array, minority: number): number {
  if (scores.length === 0) return 0
  for (let k = 0; k < scores.length; k++) list.set(k, scores[k]!, stakes[k]!)
  return list.select(scores.length, minority)
}

/** Lists up to this length are sorted; longer ones are cut down by buckets first. */
const SORTED_LENGTH = 8
const BUCKETS = 64
/** In place of a column: the row is at its end. */
const AT_END = -1

/**
 * The scores of one column and the stakes behind them, collected from rows that are walked side by side.
 *
 * PERF: what a closure holds is constant to the compiler, see room.ts.
 */
function createList() {
  const scores = new Float64Array(MAX_UIDS)
  const stakes = new Float64Array(MAX_UIDS)
  const bucketOf = new Uint8Array(MAX_UIDS)
  const bucketStake = new Float64Array(BUCKETS)
  /** By voter: its stake, its next entry and that one's column, the end of its row. */
  const stakeOf = new Float64Array(MAX_UIDS)
  const at = new Int32Array(MAX_UIDS)
  const next = new Int32Array(MAX_UIDS)
  const end = new Int32Array(MAX_UIDS)

  const lowestOf = (count: number): number => {
    let lowest = scores[0]!
    for (let k = 1; k < count; k++) if (scores[k]! < lowest) lowest = scores[k]!
    return lowest
  }
  const highestOf = (count: number): number => {
    let highest = scores[0]!
    for (let k = 1; k < count; k++) if (scores[k]! > highest) highest = scores[k]!
    return highest
  }

  return {
    open({ rowStart, columns }: SparseFixed, voters: readonly number[], useStake: Float64Array): void {
      for (let voter = 0; voter < voters.length; voter++) {
        const row = voters[voter]!
        stakeOf[voter] = useStake[voter]!
        at[voter] = rowStart[row]!
        end[voter] = rowStart[row + 1]!
        next[voter] = at[voter]! < end[voter]! ? columns[at[voter]!]! : AT_END
      }
    },

    /** Takes the entries of the next column that are not 0; returns how many. */
    collect(columns: Uint16Array, values: Float64Array, column: number, voters: number): number {
      let length = 0
      for (let voter = 0; voter < voters; voter++) {
        if (next[voter] !== column) continue
        const k = at[voter]!
        const value = values[k]!
        at[voter] = k + 1
        next[voter] = k + 1 < end[voter]! ? columns[k + 1]! : AT_END
        if (value === 0) continue
        scores[length] = value
        stakes[length] = stakeOf[voter]!
        length++
      }
      return length
    },

    set(k: number, score: number, stake: number): void {
      scores[k] = score
      stakes[k] = stake
    },

    stakeOf(length: number): number {
      let total = 0
      for (let k = 0; k < length; k++) total += stakes[k]!
      return total
    },

    /**
     * Smallest score whose cumulative stake exceeds `bound`, else the largest score. Reorders the list.
     *
     * PERF: the range of scores is divided into equal buckets, and only the bucket in which the stake passes the bound
     * is looked at again. Nothing is swapped and no branch depends on how two scores compare, which is what a
     * quickselect spends its time on. From the second round on, each narrows the range 63-fold, so seven tell all apart.
     */
    select(count: number, bound: number): number {
      // Whatever the stakes are; below, the first bucket may be empty.
      if (bound < 0) return lowestOf(count)
      let length = count
      let below = 0
      let lowest = 0
      let highest = highestOf(count)
      while (length > SORTED_LENGTH) {
        if (lowest === highest) return lowest
        // The factor is the same for every score and multiplication keeps their order, so buckets are in order, too.
        const scale = (BUCKETS - 1) / (highest - lowest)
        for (let bucket = 0; bucket < BUCKETS; bucket++) bucketStake[bucket] = 0
        for (let k = 0; k < length; k++) bucketOf[k] = ((scores[k]! - lowest) * scale) | 0
        for (let k = 0; k < length; k++) bucketStake[bucketOf[k]!]! += stakes[k]!
        let chosen = 0
        let stake = bucketStake[0]!
        while (below + stake <= bound) {
          below += stake
          chosen++
          if (chosen === BUCKETS) return highest
          stake = bucketStake[chosen]!
        }
        let kept = 0
        lowest = Number.POSITIVE_INFINITY
        highest = 0
        for (let k = 0; k < length; k++) {
          if (bucketOf[k] !== chosen) continue
          const score = scores[k]!
          if (score < lowest) lowest = score
          if (score > highest) highest = score
          scores[kept] = score
          stakes[kept] = stakes[k]!
          kept++
        }
        length = kept
      }
      // The same by insertion sort.
      for (let k = 1; k < length; k++) {
        const score = scores[k]!
        const stake = stakes[k]!
        let place = k - 1
        for (; place >= 0 && scores[place]! > score; place--) {
          scores[place + 1] = scores[place]!
          stakes[place + 1] = stakes[place]!
        }
        scores[place + 1] = score
        stakes[place + 1] = stake
      }
      for (let k = 0; k < length; k++) {
        below += stakes[k]!
        if (below > bound) return scores[k]!
      }
      return scores[length - 1]!
    },
  }
}

const list = createList()
