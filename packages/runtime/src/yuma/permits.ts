/** Who may set weights: the uids with the most stake. Reference: subtensor 14bc6f9 epoch/math.rs is_topk_nonzero. */

/** 1 for the `k` largest values; at a tie on the boundary the higher index wins. */
export function isTopk(values: Float64Array, k: number): Uint8Array {
  const result = new Uint8Array(values.length).fill(1)
  clearSmallest(values, k, result)
  return result
}

/** {@link isTopk}, but zeros never count. */
export function isTopkNonzero(values: Float64Array, k: number): Uint8Array {
  const result = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) result[i] = values[i] === 0 ? 0 : 1
  clearSmallest(values, k, result)
  return result
}

function clearSmallest(values: Float64Array, k: number, result: Uint8Array): void {
  const surplus = values.length - k
  if (surplus <= 0) return
  const order = Uint16Array.from(values, (_, i) => i)
  order.sort((a, b) => values[a]! - values[b]! || a - b)
  for (let i = 0; i < surplus; i++) result[order[i]!] = 0
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
