/**
 * Weights and bonds between storage and the kernel's arrays, without a list for every pair in between: a full subnet has
 * tens of thousands of them.
 */
import { Reader, ScaleError, Writer } from '@neurite/primitives/scale'
import type { Ctx } from '../../../frame/index.ts'
import type { SparseU16 } from '../../../yuma/index.ts'
import { storage } from '../storage/index.ts'
import { joinPairs, PAIR, splitPairs } from './pairs.ts'

type RowItem = typeof storage.Weights

/** Rows as they are stored. */
export interface StoredRows extends SparseU16 {
  /** By uid: 1 where there is a row, if only an empty one. */
  readonly isStored: Uint8Array
}

/** All rows of `item` at a storage index, those of the first `n` uids. */
export function readRows(ctx: Ctx, item: RowItem, index: number, n: number): StoredRows {
  const rows: (Uint8Array | undefined)[] = new Array(n)
  const rowStart = new Uint32Array(n + 1)
  const isStored = new Uint8Array(n)
  item.visitRows(ctx, { index }, (uid, bytes, isExact) => {
    if (uid >= n) return
    if (isExact) isStored[uid] = 1
    const pairs = pairsOf(bytes)
    if (pairs === undefined) return
    rows[uid] = pairs
    rowStart[uid + 1] = pairs.length / PAIR
  })
  for (let uid = 0; uid < n; uid++) rowStart[uid + 1]! += rowStart[uid]!
  const out = {
    rowStart,
    columns: new Uint16Array(rowStart[n]!),
    values: new Uint16Array(rowStart[n]!),
    isStored,
  }
  splitPairs(rows, out)
  return out
}

const NO_PAIRS = new Uint8Array(0)

/** The pairs of a stored row, as bytes; undefined for bytes that are no row, which count as none. */
function pairsOf(bytes: Uint8Array): Uint8Array | undefined {
  const reader = new Reader(bytes)
  try {
    const size = reader.compact() * PAIR
    if (size === 0) return NO_PAIRS
    return size <= reader.remaining ? bytes.subarray(reader.at, reader.at + size) : undefined
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
  const n = next.rowStart.length - 1
  const writer = new Writer(n * LENGTH + next.columns.length * PAIR)
  for (let uid = 0; uid < n; uid++) {
    if (old.isStored[uid] === 1 && isSameRow(old, next, uid)) continue
    storage.Bonds.at(ctx, { index, uid }).setRaw(encodeRow(next, uid, writer))
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
/** Most bytes that the length of a row takes. */
const LENGTH = 4
/** What is remembered of rows from block to block is shorter, and must not keep the others' bytes in memory. */
const SHORT_ROW = 1024

/** The bytes that `sparseRow` writes, long ones in the writer's memory. */
function encodeRow(rows: SparseU16, uid: number, writer: Writer): Uint8Array {
  const [start, end] = [rows.rowStart[uid]!, rows.rowStart[uid + 1]!]
  if (start === end) return EMPTY_ROW
  const at = writer.length
  writer.compact(end - start)
  joinPairs(rows, start, end, (bytes) => {
    writer.bytes(bytes)
  })
  const row = writer.since(at)
  return row.length < SHORT_ROW ? row.slice() : row
}
