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
import { ByteReader, ByteWriter, sharedLength } from './records.ts'

/** Bytes of a piece with its key: two of them and their heads fill a page of 4096. */
const PIECE_BYTES = 1990
/** Bytes of three LEB128 numbers at most. */
const ENTRY_HEAD = 15

const writer = new ByteWriter()

/** Writes what `block` replaced. @param keys ascending. */
export function putUndo(
  batch: Batch,
  block: number,
  keys: readonly ByteString[],
  records: readonly StateRecord[],
): void {
  const prefix = blockKey(block)
  let last = ''
  const close = (): void => {
    batch.put('undo', prefix + last, writer.take())
    last = ''
  }
  writer.clear()
  keys.forEach((key, index) => {
    const record = records[index]!
    let shared = sharedLength(last, key)
    const more = ENTRY_HEAD + key.length - shared + record.length
    if (writer.length > 0 && writer.length + more + prefix.length + key.length > PIECE_BYTES) {
      close()
      shared = 0
    }
    writer.number(shared)
    writer.number(key.length - shared)
    writer.text(key, shared)
    writer.number(record.length)
    writer.bytes(record)
    last = key
  })
  if (writer.length > 0) close()
}

/** The record of `key` in a piece. */
function findRecord(bytes: Uint8Array, key: ByteString): StateRecord | undefined {
  const reader = new ByteReader(bytes)
  // Bytes of `key` that the entry before starts with; it is below `key`, so one that shares more with it is too.
  let matched = 0
  while (!reader.atEnd) {
    const shared = reader.number()
    const own = reader.number()
    const start = reader.at
    reader.at += own
    const length = reader.number()
    const from = reader.at
    reader.at += length
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
  const reader = new ByteReader(bytes)
  let key = ''
  while (!reader.atEnd) {
    const shared = reader.number()
    key = key.slice(0, shared) + reader.text(reader.number())
    yield [key, reader.bytes(reader.number())]
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
