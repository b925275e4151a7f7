/**
 * What a key holds, with the blocks that changed it.
 *
 * record   = first byte, versions, value
 * first    = length of the versions; the highest bit says that the key holds nothing (then no value follows)
 * versions = the block that made the key what it is, then earlier blocks that changed it, as LEB128: the first as it is,
 *            each of the others as its distance from the one before
 *
 * Of the earlier changes the last before each multiple of 16, 256, 4096 … below the block is named. That is enough to get
 * from any change to any earlier one in at most 15 steps of each size, however often the key changes, and what a new
 * record names follows from the record before it alone.
 */

/** The record of a key at one block, or before it. */
export type StateRecord = Uint8Array

const ABSENT_BIT = 0x80
const STEP = 16

/** A key that was never there, as far as is known. */
export const NEVER: StateRecord = Uint8Array.of(ABSENT_BIT)

// Reading and writing are synchronous, so one place for the blocks of a record serves all.
const known = new Float64Array(16)
const made = new Float64Array(16)

function readVersions(record: StateRecord): number {
  const end = 1 + (record[0]! & ~ABSENT_BIT)
  let count = 0
  for (let at = 1; at < end; ) {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = record[at++]!
      value += (byte & 127) * scale
      if (byte < 128) break
    }
    known[count] = count === 0 ? value : known[count - 1]! - value
    count++
  }
  return count
}

/** The blocks that the record made by `block` on top of `before` names; how many. */
function nextVersions(before: StateRecord, block: number, oldest: number): number {
  const count = readVersions(before)
  made[0] = block
  let length = 1
  let at = 0
  for (let size = STEP; size <= block; size *= STEP) {
    const start = block - (block % size)
    while (at < count && known[at]! >= start) at++
    // What no reader may ask for needs no name.
    if (at === count || known[at]! <= oldest) break
    if (made[length - 1] !== known[at]) made[length++] = known[at]!
  }
  return length
}

function sizeOf(value: number): number {
  return value < 128 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5
}

// Records are cut from shared pieces of memory: lmdb asks for the address of every ArrayBuffer it is given.
const PIECE = 8192
let piece = new ArrayBuffer(PIECE)
let pieceUsed = 0

/** Memory for a record, not filled with anything. */
export function takeBytes(size: number): Uint8Array {
  if (size > PIECE / 4) return new Uint8Array(size)
  if (pieceUsed + size > PIECE) {
    piece = new ArrayBuffer(PIECE)
    pieceUsed = 0
  }
  const bytes = new Uint8Array(piece, pieceUsed, size)
  pieceUsed += size
  return bytes
}

/**
 * The record of a key to which `block` gave `value` (undefined = removed).
 * @param before the key's record until then.
 * @param oldest the oldest block whose state is kept.
 */
export function nextRecord(
  before: StateRecord,
  block: number,
  oldest: number,
  value: Uint8Array | undefined,
): StateRecord {
  const count = nextVersions(before, block, oldest)
  let length = 0
  for (let index = count - 1; index > 0; index--) made[index] = made[index - 1]! - made[index]!
  for (let index = 0; index < count; index++) length += sizeOf(made[index]!)
  const record = takeBytes(1 + length + (value === undefined ? 0 : value.length))
  record[0] = value === undefined ? length | ABSENT_BIT : length
  let at = 1
  for (let index = 0; index < count; index++) {
    let rest = made[index]!
    for (; rest >= 128; rest = Math.floor(rest / 128)) record[at++] = (rest % 128) | 128
    record[at++] = rest
  }
  if (value !== undefined) record.set(value, at)
  return record
}

/** The value where it lies in the record; undefined when the key holds nothing. */
export function viewOf(record: StateRecord): Uint8Array | undefined {
  const first = record[0]!
  return first >= ABSENT_BIT ? undefined : record.subarray(1 + first)
}

/** The value, in memory of its own; undefined when the key holds nothing. */
export function heldBy(record: StateRecord): Uint8Array | undefined {
  return viewOf(record)?.slice()
}

/** Whether the record's value is `value`. */
export function holds(record: StateRecord, value: Uint8Array): boolean {
  const start = 1 + record[0]!
  if (record[0]! >= ABSENT_BIT || record.length - start !== value.length) return false
  for (let index = 0; index < value.length; index++) if (record[start + index] !== value[index]) return false
  return true
}

export function isAbsent(record: StateRecord): boolean {
  return record[0]! >= ABSENT_BIT
}

/** The block that made the record; undefined when that is not known any more. */
export function madeBy(record: StateRecord): number | undefined {
  return readVersions(record) === 0 ? undefined : known[0]
}

/** The earliest of the named changes that came after `block`; undefined when there is none. */
export function changeAfter(record: StateRecord, block: number): number | undefined {
  for (let index = readVersions(record) - 1; index >= 0; index--) if (known[index]! > block) return known[index]
  return undefined
}
