/**
 * States of the past: for every key a block changed, the value it had before.
 *
 * The value at block M is that of the first entry after M, else the one at the head. An entry's key is the raw key, made
 * self-delimiting without losing its order (each 0x00 becomes 0x00 0xff, the end is 0x00 0x00), then the block.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { blockKey, blockOfKey, type Table } from './keyValue.ts'

const END = '\0\0'
const ABSENT = Uint8Array.of(0)

function delimit(key: ByteString): ByteString {
  return key.includes('\0') ? key.replaceAll('\0', '\0\xff') : key
}

export function historyKey(key: ByteString, block: number): ByteString {
  return delimit(key) + END + blockKey(block)
}

/** The least entry of any key `>= key`. */
function historyStart(key: ByteString): ByteString {
  return delimit(key)
}

/** Above all entries of `key`, below those of any greater key. */
function historyEnd(key: ByteString): ByteString {
  return `${delimit(key)}\0\x01`
}

function keyOfHistory(entry: ByteString): ByteString {
  const escaped = entry.slice(0, -6)
  return escaped.includes('\0') ? escaped.replaceAll('\0\xff', '\0') : escaped
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

/** Value of `key` at `block`. */
export function valueAt(state: Table, history: Table, key: ByteString, block: number): Uint8Array | undefined {
  const later = history.entries(historyKey(key, block + 1), historyEnd(key), 1)[0]
  return later === undefined ? state.get(key) : decodeBefore(later[1])
}

/** Keys at `block` from `start` on and below `end`, with the place from which to read on; undefined at the end. */
export function keysAt(
  state: Table,
  history: Table,
  start: ByteString,
  end: ByteString | undefined,
  limit: number,
  block: number,
): { keys: ByteString[]; next: ByteString | undefined } {
  const present = state.keys(start, end, limit)
  // Beyond the last key of a full page the state is not known yet, so the past is merged up to there only.
  const next = present.length < limit ? undefined : `${present[present.length - 1]!}\0`
  const stop = next ?? end
  const past = changedAfter(history, start, stop, block)
  if (past.size === 0) return { keys: present, next }
  const keys = new Set(present)
  for (const [key, existed] of past) {
    if (existed) keys.add(key)
    else keys.delete(key)
  }
  return { keys: [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)), next }
}

/** Keys changed after `block`, with whether they had a value at it. */
function changedAfter(
  history: Table,
  start: ByteString,
  end: ByteString | undefined,
  block: number,
): Map<ByteString, boolean> {
  const found = new Map<ByteString, boolean>()
  const stop = end === undefined ? undefined : historyStart(end)
  let from = historyStart(start)
  for (;;) {
    const entry = history.entries(from, stop, 1)[0]
    if (entry === undefined) return found
    const [entryKey, stored] = entry
    const key = keyOfHistory(entryKey)
    if (blockOfKey(entryKey, entryKey.length - 4) <= block) from = historyKey(key, block + 1)
    else {
      found.set(key, stored[0] === 1)
      from = historyEnd(key)
    }
  }
}
