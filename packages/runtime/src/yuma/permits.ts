/** Who may set weights: the uids with the most stake. Reference: subtensor 14bc6f9 epoch/math.rs is_topk_nonzero. */

/** 1 for the `k` largest values; at a tie on the boundary the higher index wins. */
export function isTopk(values: Float64Array, k: number): Uint8Array {
  const result = new Uint8Array(values.length)
  if (k <= 0) return result
  // What is above the smallest of the largest counts, and of what equals it as many as are left.
  const boundary = k < values.length ? smallestOfLargest(values, k) : Number.NEGATIVE_INFINITY
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

/** The smallest of the `k` largest values. PERF: the largest so far are a heap, so that most values cost one comparison. */
function smallestOfLargest(values: Float64Array, k: number): number {
  const heap = values.slice(0, k)
  for (let at = (k >> 1) - 1; at >= 0; at--) sink(heap, at)
  for (let i = k; i < values.length; i++) {
    if (values[i]! <= heap[0]!) continue
    heap[0] = values[i]!
    sink(heap, 0)
  }
  return heap[0]!
}

/** Moves the value at `from` down to where none below it is smaller. */
function sink(heap: Float64Array, from: number): void {
  const value = heap[from]!
  let at = from
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++
    if (heap[child]! >= value) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = value
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
