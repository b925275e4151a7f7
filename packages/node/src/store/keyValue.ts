/** The ordered tables under a chain store. */
import type { ByteString } from '@neurite/primitives/bytes'

/**
 * state    raw key -> record (see record.ts) at the head
 * gone     raw key that is not in the state -> record
 * goneAt   block -> raw keys it removed
 * undo     block and raw key -> records before that block (see undo.ts)
 * header   block -> hash and header
 * body     block -> extrinsics
 * blob     block and name -> bytes
 * number   hash -> block
 * redo     block and piece -> what the block changed in the state (see redo.ts)
 * meta     name -> bytes
 */
export const TABLES = ['state', 'gone', 'goneAt', 'undo', 'redo', 'header', 'body', 'blob', 'number', 'meta'] as const
export type TableName = (typeof TABLES)[number]

/** Tables whose keys start with a block and are put in their order, each above all that are there. */
export const GROWING: ReadonlySet<TableName> = new Set(['goneAt', 'undo', 'redo', 'header', 'body'])

/** Values belong to the table: whoever hands one out of the store copies it. */
export interface Table {
  get(key: ByteString): Uint8Array | undefined
  /** At most `limit` keys from `start` on and below `end`, ascending in byte order. */
  keys(start: ByteString, end: ByteString | undefined, limit: number): ByteString[]
  /** The same with values. */
  entries(start: ByteString, end: ByteString | undefined, limit: number): [ByteString, Uint8Array][]
  count(): number
}

export interface Batch {
  put(table: TableName, key: ByteString, value: Uint8Array): void
  remove(table: TableName, key: ByteString): void
}

export interface KeyValue {
  readonly tables: Readonly<Record<TableName, Table>>
  /**
   * Applies what `fill` puts and removes: all of it or, if it throws, nothing. The tables show it when the call returns;
   * it is durable when the promise resolves. Throws at once when it fails at once.
   */
  write(fill: (batch: Batch) => void): Promise<void>
  /**
   * As {@link write}, but it reaches the disk later: a part of it with the next write or `settle`, the rest over the next
   * `lag` calls of this, all of a key at once. Between two calls there is a write or `settle`. A process that ends before
   * has lost what is not there; whoever defers knows how to do it again.
   */
  defer(fill: (batch: Batch) => void): void
  /** Calls of `defer` after which a write or `settle` leaves nothing over of what one before them deferred. */
  readonly lag: number
  /** Brings to the disk what is due of what was deferred. */
  settle(): Promise<void>
  diskBytes(): number
  close(): Promise<void>
}

/** Smallest key above all that start with `prefix`; undefined when there is none. */
export function endOfPrefix(prefix: ByteString): ByteString | undefined {
  for (let at = prefix.length - 1; at >= 0; at--) {
    const byte = prefix.charCodeAt(at)
    if (byte < 255) return prefix.slice(0, at) + String.fromCharCode(byte + 1)
  }
  return undefined
}

/** Big-endian block number: its byte order is the order of blocks. */
export function blockKey(number: number): ByteString {
  return String.fromCharCode(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255)
}

export function blockOfKey(key: ByteString): number {
  return key.charCodeAt(0) * 0x1000000 + ((key.charCodeAt(1) << 16) | (key.charCodeAt(2) << 8) | key.charCodeAt(3))
}
