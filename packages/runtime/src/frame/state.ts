/** What the runtime needs from a store, and what it hands back. */
import type { ByteString } from '@neurite/primitives/bytes'

/** Read-only, synchronous view of the state at one block, by raw key. */
export interface StateReader {
  get(key: ByteString): Uint8Array | undefined
  /** Keys that start with `prefix` and are greater than `after` (if given), ascending in byte order, lazily. */
  keys(prefix: ByteString, after?: ByteString): Iterable<ByteString>
}

/** What a block changed: new bytes by raw key; undefined = removed. */
export type StateChanges = ReadonlyMap<ByteString, Uint8Array | undefined>
