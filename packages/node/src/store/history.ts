/**
 * States of the past: for every key a block changed, the value it had before.
 *
 * The value at block M is that of the first entry after M, else the one at the head. An entry's key is its segment (a run
 * of blocks), the raw key, made self-delimiting without losing its order (each 0x00 becomes 0x00 0xff, the end is
 * 0x00 0x00), then the block. A segment keeps a block's entries close together on disk, so that writing them touches few
 * pages, and goes as a whole; a read looks into every segment from the block to the head.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { blockKey, blockOfKey, type Table } from './keyValue.ts'

/** Blocks in a segment of a pruned store. */
export const SEGMENT_BLOCKS = 16
/** An archive has one segment for all blocks: reads of any age look into it once. */
export const ONE_SEGMENT = 2 ** 32

const END = '\0\0'
const SEGMENT_LENGTH = 4
const BLOCK_LENGTH = 4
const ABSENT = Uint8Array.of(0)

/** Keeps the order of keys and lets none be the start of another. */
function delimit(key: ByteString): ByteString {
  return key.includes('\0') ? key.replaceAll('\0', '\0\xff') : key
}

export function encodeBefore(value: Uint8Array | undefined): Uint8Array {
  if (value === undefined) return ABSENT
  const out = new Uint8Array(1 + value.length)
  out[0] = 1
  out.set(value, 1)
  return out
}

export function decodeBefore(stored: Uint8Array): Uint8Array | undefined {
  return stored[0] === 1 ? stored.slice(1) : undefined
}

export interface History {
  keyOf(key: ByteString, block: number): ByteString
  valueAt(key: ByteString, block: number, head: number): Uint8Array | undefined
  /** Keys at `block` from `start` on and below `end`, with the place from which to read on; undefined at the end. */
  keysAt(
    start: ByteString,
    end: ByteString | undefined,
    limit: number,
    block: number,
    head: number,
  ): { readonly keys: ByteString[]; readonly next: ByteString | undefined }
  /** At most `limit` entries that no kept state needs any more, those of `oldest` and later being kept. */
  dead(oldest: number, limit: number): ByteString[]
}

/** @param segmentBlocks blocks in a segment; the same for the whole life of the store. */
export function createHistory(state: Table, history: Table, segmentBlocks: number): History {
  const segmentOf = (block: number): number => Math.floor(block / segmentBlocks)
  const keyOf = (key: ByteString, block: number): ByteString =>
    blockKey(segmentOf(block)) + delimit(key) + END + blockKey(block)

  /** Keys changed after `block`, with whether they had a value at it. */
  function changedAfter(start: ByteString, end: ByteString | undefined, block: number, head: number) {
    const found = new Map<ByteString, boolean>()
    for (let segment = segmentOf(block + 1); segment <= segmentOf(head); segment++) {
      const prefix = blockKey(segment)
      const stop = end === undefined ? blockKey(segment + 1) : prefix + delimit(end)
      for (let from = prefix + delimit(start); ; ) {
        const entry = history.entries(from, stop, 1)[0]
        if (entry === undefined) break
        const [entryKey, stored] = entry
        const delimited = entryKey.slice(SEGMENT_LENGTH, -(END.length + BLOCK_LENGTH))
        if (blockOfKey(entryKey, entryKey.length - BLOCK_LENGTH) <= block) {
          from = prefix + delimited + END + blockKey(block + 1)
          continue
        }
        const key = delimited.includes('\0') ? delimited.replaceAll('\0\xff', '\0') : delimited
        if (!found.has(key)) found.set(key, stored[0] === 1)
        from = `${prefix}${delimited}\0\x01`
      }
    }
    return found
  }

  return {
    keyOf,
    valueAt(key, block, head) {
      const delimited = delimit(key)
      for (let segment = segmentOf(block + 1); segment <= segmentOf(head); segment++) {
        const prefix = blockKey(segment) + delimited
        const later = history.entries(prefix + END + blockKey(block + 1), `${prefix}\0\x01`, 1)[0]
        if (later !== undefined) return decodeBefore(later[1])
      }
      return state.get(key)
    },
    keysAt(start, end, limit, block, head) {
      const present = state.keys(start, end, limit)
      // Beyond the last key of a full page the state is not known yet, so the past is merged up to there only.
      const next = present.length < limit ? undefined : `${present[present.length - 1]!}\0`
      const past = changedAfter(start, next ?? end, block, head)
      if (past.size === 0) return { keys: present, next }
      const keys = new Set(present)
      for (const [key, existed] of past) {
        if (existed) keys.add(key)
        else keys.delete(key)
      }
      return { keys: [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)), next }
    },
    // Entries of a block serve the states before it, so those up to `oldest` itself are dead.
    dead: (oldest, limit) => history.keys('', blockKey(segmentOf(oldest + 1)), limit),
  }
}
