/** The ordered tables under a chain store. */
import type { ByteString } from '@neurite/primitives/bytes'

/**
 * state    raw key -> value at the head
 * history  raw key and block (see history.ts) -> value before that block
 * journal  block -> raw keys it changed
 * trie     path -> branch
 * header   block -> hash and header
 * body     block -> extrinsics
 * blob     block and name -> bytes
 * number   hash -> block
 * meta     name -> bytes
 */
export const TABLES = ['state', 'history', 'journal', 'trie', 'header', 'body', 'blob', 'number', 'meta'] as const
export type TableName = (typeof TABLES)[number]

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

export function blockOfKey(key: ByteString, at = 0): number {
  return (
    key.charCodeAt(at) * 0x1000000 +
    ((key.charCodeAt(at + 1) << 16) | (key.charCodeAt(at + 2) << 8) | key.charCodeAt(at + 3))
  )
}
