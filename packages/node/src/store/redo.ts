/**
 * The changes of a batch to the deferred tables, in one run of bytes: what is not in the tables yet when a process ends is
 * read from here by the next.
 *
 * An entry is the number of the table, the number of bytes its key shares with the one before, the number of the others,
 * these bytes, the length of the value plus one (0 = removed), the value; numbers are LEB128.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { blockKey } from './keyValue.ts'
import { ByteReader, ByteWriter, sharedLength } from './records.ts'
import { createLayer, DEFERRED, type Layer } from './unwritten.ts'

/** Bytes of a piece: four pages of 4096 without their head. */
const PIECE_BYTES = 4 * 4096 - 64

const writer = new ByteWriter()

/** The deferred part of a batch, in pieces; none when there is nothing. */
export function encodeRedo(layer: Layer): Uint8Array[] {
  writer.clear()
  DEFERRED.forEach((name, table) => {
    let last = ''
    const { keys, values } = layer[name]
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!
      const value = values[index]
      const shared = sharedLength(last, key)
      writer.number(table)
      writer.number(shared)
      writer.number(key.length - shared)
      writer.text(key, shared)
      writer.number(value === undefined ? 0 : value.length + 1)
      if (value !== undefined) writer.bytes(value)
      last = key
    }
  })
  const bytes = writer.take()
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) pieces.push(bytes.subarray(at, at + PIECE_BYTES))
  return pieces
}

export function decodeRedo(pieces: readonly Uint8Array[]): Layer {
  const layer = createLayer()
  const reader = new ByteReader(Buffer.concat(pieces))
  let last = ''
  let lastTable = 0
  while (!reader.atEnd) {
    const table = reader.number()
    if (table !== lastTable) last = ''
    lastTable = table
    const shared = reader.number()
    const key = last.slice(0, shared) + reader.text(reader.number())
    const length = reader.number()
    const name = DEFERRED[table]
    const value = length === 0 ? undefined : reader.bytes(length - 1)
    // The trie was on disk once, as a third table; it is made anew now.
    if (name !== undefined) layer[name].add(key, value)
    last = key
  }
  return layer
}

/** Key of piece `index` of batch `number`. */
export function redoKey(number: number, index: number): ByteString {
  return blockKey(number) + blockKey(index)
}
