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

/** The u16 weights that count, as plain integers in stored order. */
export function maskWeights(input: EpochInput, permits: Uint8Array): SparseFixed {
  const { n, ownerUid, weights, lastUpdate, registeredAt, earliestCommit } = input
  const out = createRowBuffer(n, weights.values.length)
  let length = 0
  for (let uid = 0; uid < n; uid++) {
    if (permits[uid] === 1) {
      const updated = lastUpdate[uid]!
      const committed = earliestCommit === undefined ? Number.POSITIVE_INFINITY : earliestCommit[uid]!
      const end = weights.rowStart[uid + 1]!
      for (let k = weights.rowStart[uid]!; k < end; k++) {
        const target = weights.columns[k]!
        if (target >= n) continue
        if (target === uid && uid !== ownerUid) continue
        const registered = registeredAt[target]!
        // Weights set no later than the target's registration meant whoever held the uid before.
        if (updated <= registered) continue
        // The same for weights committed before it and revealed after; here the very block still counts.
        if (committed < registered) continue
        out.columns[length] = target
        out.values[length] = weights.values[k]!
        length++
      }
    }
    out.rowStart[uid + 1] = length
  }
  return finishRows(out)
}
