/**
 * What a block changed in the state, in one run of bytes: committed with the block, so that the rest of it (records, what
 * they replaced, their places in the tables) may come later, from here if the process ends before.
 *
 * An entry is the number of bytes its key shares with the one before, the number of the others, these bytes, the length of
 * the value plus one (0 = removed), the value; numbers are LEB128. The run is cut into pieces.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import type { KeyChanges } from '@neurite/primitives/trie'
import { type Batch, blockKey, blockOfKey, type Table } from './keyValue.ts'
import { ByteReader, ByteWriter, sharedLength } from './records.ts'

/** Bytes of a piece: four pages of 4096 without their head. */
const PIECE_BYTES = 4 * 4096 - 64

/** Keys, ascending, and what they hold now. */
export type Changed = Pick<KeyChanges, 'keys' | 'after'>

const writer = new ByteWriter()

export function putRedo(batch: Batch, block: number, { keys, after }: Changed): void {
  writer.clear()
  let last = ''
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!
    const value = after[index]
    const shared = sharedLength(last, key)
    writer.number(shared)
    writer.number(key.length - shared)
    writer.text(key, shared)
    writer.number(value === undefined ? 0 : value.length + 1)
    if (value !== undefined) writer.bytes(value)
    last = key
  }
  const bytes = writer.take()
  for (let at = 0, piece = 0; at < bytes.length; at += PIECE_BYTES, piece++) {
    batch.put('redo', blockKey(block) + blockKey(piece), bytes.subarray(at, at + PIECE_BYTES))
  }
}

/** What is there of blocks and their changes, by block, ascending. */
export function readRedo(redo: Table): Map<number, Changed> {
  const pieces = new Map<number, Uint8Array[]>()
  for (const [key, piece] of redo.entries('', undefined, Number.POSITIVE_INFINITY)) {
    const block = blockOfKey(key)
    const known = pieces.get(block)
    if (known === undefined) pieces.set(block, [piece])
    else known.push(piece)
  }
  return new Map([...pieces].map(([block, list]) => [block, decode(Buffer.concat(list))]))
}

function decode(bytes: Uint8Array): Changed {
  const keys: ByteString[] = []
  const after: (Uint8Array | undefined)[] = []
  const reader = new ByteReader(bytes)
  let last = ''
  while (!reader.atEnd) {
    const shared = reader.number()
    last = last.slice(0, shared) + reader.text(reader.number())
    const length = reader.number()
    keys.push(last)
    after.push(length === 0 ? undefined : reader.bytes(length - 1))
  }
  return { keys, after }
}

/** Forgets the blocks `from` to `to`. */
export function removeRedo(batch: Batch, redo: Table, from: number, to: number): void {
  if (to < from) return
  for (const key of redo.keys(blockKey(from), blockKey(to + 1), Number.POSITIVE_INFINITY)) batch.remove('redo', key)
}
