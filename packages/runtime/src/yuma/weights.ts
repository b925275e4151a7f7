/**
 * The weights that count in this epoch: all masks of upstream in one pass, then rows that add up to 1.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/run_epoch.rs, section "Weights".
 */
import { createRowBuffer, finishRows, inplaceRowNormalizeSparse } from './sparse.ts'
import type { EpochInput, SparseFixed } from './types.ts'

/** Rows of the weights that count, each adding up to 1. */
export function maskedWeights(input: EpochInput, permits: Uint8Array): SparseFixed {
  const weights = maskWeights(input, permits)
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
export function maskWeights(input: EpochInput, permits: Uint8Array): SparseFixed {
  const { n } = input
  const { rowStart, columns: storedColumns, values: storedValues } = input.weights
  const out = createRowBuffer(n, storedValues.length)
  const { columns, values } = out
  let length = 0
  for (let uid = 0; uid < n; uid++) {
    if (permits[uid] === 1) {
      const masker = maskerOf(input, uid)
      const end = rowStart[uid + 1]!
      for (let k = rowStart[uid]!; k < end; k++) {
        const target = storedColumns[k]!
        if (maskOf(masker, target) !== MASK.none) continue
        columns[length] = target
        values[length] = storedValues[k]!
        length++
      }
    }
    out.rowStart[uid + 1] = length
  }
  return finishRows(out)
}
