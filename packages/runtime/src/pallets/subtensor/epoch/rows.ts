/**
 * Weights and bonds between storage and the kernel's arrays, without a list for every pair in between: a full subnet has
 * tens of thousands of them.
 */
import { Reader, ScaleError, Writer } from '@neurite/primitives/scale'
import type { Ctx } from '../../../frame/index.ts'
import type { SparseU16 } from '../../../yuma/index.ts'
import { storage } from '../storage/index.ts'

type RowItem = typeof storage.Weights

/** Bytes of one pair of uid and value, each a little-endian u16. */
const PAIR = 4

/** Rows as they are stored. */
export interface StoredRows extends SparseU16 {
  /** By uid: 1 where there is a row, if only an empty one. */
  readonly isStored: Uint8Array
}

/** All rows of `item` at a storage index, those of the first `n` uids. */
export function readRows(ctx: Ctx, item: RowItem, index: number, n: number): StoredRows {
  const rows: (Reader | undefined)[] = new Array(n)
  const rowStart = new Uint32Array(n + 1)
  const isStored = new Uint8Array(n)
  for (const { key, raw, bytes } of item.rawEntries(ctx, { index })) {
    const { uid } = key
    if (uid >= n) continue
    if (item.isKeyOf(raw, key)) isStored[uid] = 1
    const reader = new Reader(bytes)
    const length = readLength(reader)
    if (length === undefined) continue
    rows[uid] = reader
    rowStart[uid + 1] = length
  }
  for (let uid = 0; uid < n; uid++) rowStart[uid + 1]! += rowStart[uid]!
  const columns = new Uint16Array(rowStart[n]!)
  const values = new Uint16Array(rowStart[n]!)
  for (let uid = 0; uid < n; uid++) {
    const reader = rows[uid]
    if (reader === undefined) continue
    const { buffer, byteOffset } = reader.data
    const view = new DataView(buffer, byteOffset)
    let { at } = reader
    for (let k = rowStart[uid]!; k < rowStart[uid + 1]!; k++, at += PAIR) {
      const pair = view.getUint32(at, true)
      columns[k] = pair & 0xffff
      values[k] = pair >>> 16
    }
  }
  return { rowStart, columns, values, isStored }
}

/** Pairs of the row that `reader` stands at; undefined for bytes that are no row, which count as none. */
function readLength(reader: Reader): number | undefined {
  try {
    const length = reader.compact()
    return length * PAIR <= reader.remaining ? length : undefined
  } catch (error) {
    if (error instanceof ScaleError) return undefined
    throw error
  }
}

/**
 * Writes the rows of bonds that are not as they were: most neurons are miners and hold none. They have an empty row all
 * the same, for whoever lists the bonds.
 */
export function writeBonds(ctx: Ctx, index: number, old: StoredRows, next: SparseU16): void {
  for (let uid = 0; uid + 1 < next.rowStart.length; uid++) {
    if (old.isStored[uid] === 1 && isSameRow(old, next, uid)) continue
    storage.Bonds.at(ctx, { index, uid }).setRaw(encodeRow(next, uid))
  }
}

function isSameRow(a: SparseU16, b: SparseU16, uid: number): boolean {
  const [from, start] = [a.rowStart[uid]!, b.rowStart[uid]!]
  const length = b.rowStart[uid + 1]! - start
  if (a.rowStart[uid + 1]! - from !== length) return false
  for (let k = 0; k < length; k++) {
    if (a.columns[from + k] !== b.columns[start + k] || a.values[from + k] !== b.values[start + k]) return false
  }
  return true
}

const EMPTY_ROW = Uint8Array.of(0)

/** The bytes that `sparseRow` writes. */
function encodeRow({ rowStart, columns, values }: SparseU16, uid: number): Uint8Array {
  const [start, end] = [rowStart[uid]!, rowStart[uid + 1]!]
  if (start === end) return EMPTY_ROW
  const writer = new Writer(4 + (end - start) * PAIR)
  writer.compact(end - start)
  for (let k = start; k < end; k++) writer.u32(columns[k]! + values[k]! * 0x1_0000)
  return writer.since(0)
}
