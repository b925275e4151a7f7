/**
 * What a block replaced: the former record of every key it changed.
 *
 * The keys of a block, ascending, lie in pieces that fit half a page; a piece's own key is the block and its last key, so
 * one read in order finds the piece of a key. An entry is the number of bytes its key shares with the one before, the
 * number of the others, these bytes, the length of the record (all LEB128), the record.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { type Batch, blockKey, type Table } from './keyValue.ts'
import type { StateRecord } from './record.ts'

/** Bytes of a piece with its key: two of them and their heads fill a page of 4096. */
const PIECE_BYTES = 1990
/** Bytes of three LEB128 numbers at most. */
const ENTRY_HEAD = 15

let scratch = Buffer.alloc(4096)

function reserve(length: number): void {
  if (length <= scratch.length) return
  const grown = Buffer.alloc(2 * length)
  grown.set(scratch)
  scratch = grown
}

function putNumber(value: number, at: number): number {
  let rest = value
  let place = at
  for (; rest >= 128; rest >>>= 7) scratch[place++] = (rest & 127) | 128
  scratch[place++] = rest
  return place
}

function sharedLength(a: ByteString, b: ByteString): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return length
}

/** Writes what `block` replaced. @param keys ascending. */
export function putUndo(
  batch: Batch,
  block: number,
  keys: readonly ByteString[],
  records: readonly StateRecord[],
): void {
  const prefix = blockKey(block)
  let length = 0
  let last = ''
  const close = (): void => {
    batch.put('undo', prefix + last, new Uint8Array(scratch.subarray(0, length)))
    length = 0
    last = ''
  }
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!
    const record = records[index]!
    const most = ENTRY_HEAD + key.length + record.length
    if (length > 0 && length + most - sharedLength(last, key) + prefix.length + key.length > PIECE_BYTES) close()
    reserve(length + most)
    const shared = sharedLength(last, key)
    length = putNumber(key.length - shared, putNumber(shared, length))
    for (let at = shared; at < key.length; at++) scratch[length++] = key.charCodeAt(at)
    length = putNumber(record.length, length)
    scratch.set(record, length)
    length += record.length
    last = key
  }
  if (length > 0) close()
}

/** Where the entries of a piece are read; the numbers advance it. */
interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

function takeNumber(cursor: Cursor): number {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = cursor.bytes[cursor.at++]!
    value |= (byte & 127) << shift
    if (byte < 128) return value
  }
}

/** The record of `key` in a piece. */
function findRecord(bytes: Uint8Array, key: ByteString): StateRecord | undefined {
  const cursor: Cursor = { bytes, at: 0 }
  // Bytes of `key` that the entry before starts with; it is below `key`, so one that shares more with it is too.
  let matched = 0
  while (cursor.at < bytes.length) {
    const shared = takeNumber(cursor)
    const own = takeNumber(cursor)
    const start = cursor.at
    cursor.at += own
    const length = takeNumber(cursor)
    const from = cursor.at
    cursor.at += length
    if (shared > matched) continue
    if (shared < matched) return undefined
    const most = Math.min(own, key.length - matched)
    let same = 0
    while (same < most && bytes[start + same] === key.charCodeAt(matched + same)) same++
    if (same === own) {
      matched += same
      if (matched === key.length) return bytes.slice(from, from + length)
    } else if (matched + same === key.length || bytes[start + same]! > key.charCodeAt(matched + same)) return undefined
    else matched += same
  }
  return undefined
}

/** What `block` replaced under `key`; undefined when it did not change it. */
export function undoOf(undo: Table, block: number, key: ByteString): StateRecord | undefined {
  const piece = undo.entries(blockKey(block) + key, blockKey(block + 1), 1)[0]
  return piece && findRecord(piece[1], key)
}

/** Pieces read at once. */
const PAGE = 64

/** Everything that `block` replaced, ascending. */
export function* undoEntries(undo: Table, block: number): Generator<[ByteString, StateRecord]> {
  const end = blockKey(block + 1)
  for (let start: ByteString = blockKey(block); ; ) {
    const pieces = undo.entries(start, end, PAGE)
    for (const [, bytes] of pieces) yield* entriesOf(bytes)
    if (pieces.length < PAGE) return
    start = `${pieces[pieces.length - 1]![0]}\0`
  }
}

function* entriesOf(bytes: Uint8Array): Generator<[ByteString, StateRecord]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const cursor: Cursor = { bytes, at: 0 }
  let key = ''
  while (cursor.at < bytes.length) {
    const shared = takeNumber(cursor)
    const own = takeNumber(cursor)
    key = key.slice(0, shared) + buffer.toString('latin1', cursor.at, cursor.at + own)
    cursor.at += own
    const length = takeNumber(cursor)
    yield [key, bytes.slice(cursor.at, cursor.at + length)]
    cursor.at += length
  }
}

export function removeUndo(batch: Batch, undo: Table, block: number): void {
  const end = blockKey(block + 1)
  for (let start: ByteString = blockKey(block); ; ) {
    const keys = undo.keys(start, end, PAGE)
    for (const key of keys) batch.remove('undo', key)
    if (keys.length < PAGE) return
    start = `${keys[keys.length - 1]!}\0`
  }
}
