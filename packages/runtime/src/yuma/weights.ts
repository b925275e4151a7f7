/**
 * The weights that count in this epoch: all masks of upstream in one pass, then rows that add up to 1.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/run_epoch.rs, section "Weights".
 */
import { AT_ONCE, ownRoom, type Room } from './room.ts'
import { createRowBuffer, finishRows, inplaceRowNormalizeSparse, type RowBuffer, withOrder } from './sparse.ts'
import type { EpochInput, SparseFixed, SparseU16 } from './types.ts'

/** Rows of the weights that count, each adding up to 1. */
export function maskedWeights(input: EpochInput, permits: Uint8Array, room: Room): SparseFixed {
  const weights = withOrder(maskWeights(input, permits, room))
  inplaceRowNormalizeSparse(weights)
  return weights
}

/** Why a weight does not count; 0 when it does. In the order in which they are looked at. */
export const MASK = { none: 0, noPermit: 1, outOfRange: 2, selfWeight: 3, outdated: 4, committedBefore: 5 } as const
export type Mask = (typeof MASK)[keyof typeof MASK]

/** What the masks compare, of one validator. */
export interface Masker {
  readonly uid: number
  readonly n: number
  readonly ownerUid: number | undefined
  readonly registeredAt: Float64Array
  /** Block of its last weights. */
  readonly updated: number
  /** Block of its oldest commit that waits; Infinity for none. */
  readonly committed: number
}

export function maskerOf({ n, ownerUid, registeredAt, lastUpdate, earliestCommit }: EpochInput, uid: number): Masker {
  const committed = earliestCommit === undefined ? Number.POSITIVE_INFINITY : earliestCommit[uid]!
  return { uid, n, ownerUid, registeredAt, updated: lastUpdate[uid]!, committed }
}

/** Which mask hides the weight on `target` of a validator with a permit. PERF: called for every entry. */
export function maskOf({ uid, n, ownerUid, registeredAt, updated, committed }: Masker, target: number): Mask {
  if (target >= n) return MASK.outOfRange
  if (target === uid && uid !== ownerUid) return MASK.selfWeight
  const registered = registeredAt[target]!
  // Weights set no later than the target's registration meant whoever held the uid before.
  if (updated <= registered) return MASK.outdated
  // The same for weights committed before it and revealed after; here the very block still counts.
  if (committed < registered) return MASK.committedBefore
  return MASK.none
}

/** The u16 weights that count, as plain integers in stored order. */
export function maskWeights(input: EpochInput, permits: Uint8Array, room = ownRoom): SparseFixed {
  const { n } = input
  const { rowStart } = input.weights
  const out = createRowBuffer(n, input.weights.values.length, room)
  let length = 0
  for (let uid = 0; uid < n; uid++) {
    if (permits[uid] === 1) {
      const masker = maskerOf(input, uid)
      const end = rowStart[uid + 1]!
      for (let from = rowStart[uid]!; from < end; from += AT_ONCE) {
        length += maskPart(masker, input.weights, from, Math.min(end, from + AT_ONCE), out, length)
      }
    }
    out.rowStart[uid + 1] = length
  }
  return finishRows(out)
}

/** Writes what counts of the stored entries [from, to) to `out` at `at`; gives how many that are. PERF: see room.ts. */
const maskPart = (() => {
  const columns = new Uint16Array(AT_ONCE)
  const stored = new Uint16Array(AT_ONCE)
  const values = new Float64Array(AT_ONCE)
  const select = (masker: Masker, count: number): number => {
    let length = 0
    for (let k = 0; k < count; k++) {
      const target = columns[k]!
      if (maskOf(masker, target) !== MASK.none) continue
      columns[length] = target
      values[length] = stored[k]!
      length++
    }
    return length
  }
  return (masker: Masker, weights: SparseU16, from: number, to: number, out: RowBuffer, at: number): number => {
    columns.set(weights.columns.subarray(from, to))
    stored.set(weights.values.subarray(from, to))
    const length = select(masker, to - from)
    out.columns.set(columns.subarray(0, length), at)
    out.values.set(values.subarray(0, length), at)
    return length
  }
})()
