/** Who may set weights: the uids with the most stake. Reference: subtensor 14bc6f9 epoch/math.rs is_topk_nonzero. */

/** 1 for the `k` largest values; at a tie on the boundary the higher index wins. */
export function isTopk(values: Float64Array, k: number): Uint8Array {
  return largest(values, k, () => true)
}

/** {@link isTopk} of values that are not negative, but zeros never count. */
export function isTopkNonzero(values: Float64Array, k: number): Uint8Array {
  return largest(values, k, (value) => value !== 0)
}

/** The `k` largest of the values that count. PERF: what does not count is smallest, so it need not be sorted. */
function largest(values: Float64Array, k: number, counts: (value: number) => boolean): Uint8Array {
  const result = new Uint8Array(values.length)
  const order: number[] = []
  for (let i = 0; i < values.length; i++) if (counts(values[i]!)) order.push(i)
  if (order.length > k) order.sort((a, b) => values[a]! - values[b]! || a - b)
  for (let at = Math.max(0, order.length - k); at < order.length; at++) result[order[at]!] = 1
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
