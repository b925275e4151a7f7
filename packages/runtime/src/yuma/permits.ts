/** Who may set weights: the uids with the most stake. Reference: subtensor 14bc6f9 epoch/math.rs is_topk_nonzero. */

/** 1 for the `k` largest values; at a tie on the boundary the higher index wins. */
export function isTopk(values: Float64Array, k: number): Uint8Array {
  const result = new Uint8Array(values.length)
  if (k <= 0) return result
  // The smallest of the largest: what is above it counts, and of what equals it as many as are left.
  const boundary = k < values.length ? values.slice().sort()[values.length - k]! : Number.NEGATIVE_INFINITY
  let left = k
  for (let i = 0; i < values.length; i++) {
    if (values[i]! <= boundary) continue
    result[i] = 1
    left--
  }
  for (let i = values.length - 1; i >= 0 && left > 0; i--) {
    if (values[i] !== boundary) continue
    result[i] = 1
    left--
  }
  return result
}

/** {@link isTopk} of values that are not negative, but zeros never count. */
export function isTopkNonzero(values: Float64Array, k: number): Uint8Array {
  const result = isTopk(values, k)
  for (let i = 0; i < result.length; i++) if (values[i] === 0) result[i] = 0
  return result
}

/** The permits that mask this epoch: those held, and always the owner's. */
export function heldPermits(permits: Uint8Array, ownerUid: number | undefined): Uint8Array {
  const held = new Uint8Array(permits.length)
  for (let uid = 0; uid < held.length; uid++) held[uid] = permits[uid] === 0 ? 0 : 1
  return withOwner(held, ownerUid)
}

/** The permits given out by this epoch; they take effect in the next one. */
export function newPermits(
  stake: Float64Array,
  maxAllowedValidators: number,
  ownerUid: number | undefined,
): Uint8Array {
  return withOwner(isTopkNonzero(stake, maxAllowedValidators), ownerUid)
}

function withOwner(permits: Uint8Array, ownerUid: number | undefined): Uint8Array {
  if (ownerUid !== undefined && ownerUid < permits.length) permits[ownerUid] = 1
  return permits
}
