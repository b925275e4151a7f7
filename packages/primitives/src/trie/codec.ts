/**
 * Byte layout of trie nodes, the one all Substrate chains use (sp-trie `NodeCodec`; base 16, no extension nodes).
 *
 * node  = header, partial key, then for a leaf its value, for a branch: bitmap (u16), value if any, children
 * value = compact length and bytes, or the 32-byte hash of the bytes when the header says so
 * child = compact length and either the whole encoding (under 32 bytes) or its hash (32 bytes)
 */

import type { ByteString } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'
import { blake2_256 } from '../hash/index.ts'
import { nibbleAt } from './nibbles.ts'

/** State version: in 1, values longer than 32 bytes enter their node as a hash; in 0 they enter whole. */
export type StateVersion = 0 | 1

/** Values longer than this are hashed in state version 1. */
export const MAX_INLINE_VALUE = 32

/** Encodings of this length and more are named by their hash. */
export const HASH_LENGTH = 32

export const EMPTY_NODE = Uint8Array.of(0)

/** Header prefix and the number of partial-key nibbles that fit into its low bits. */
const LEAF = { prefix: 0x40, max: 63 } as const
const BRANCH = { prefix: 0x80, max: 63 } as const
const BRANCH_WITH_VALUE = { prefix: 0xc0, max: 63 } as const
const HASHED_LEAF = { prefix: 0x20, max: 31 } as const
const HASHED_BRANCH = { prefix: 0x10, max: 15 } as const
type Header = { readonly prefix: number; readonly max: number }

/** How a branch holds its own value. */
export type BranchValue = 'none' | 'inline' | 'hashed'
const BRANCH_HEADERS = { none: BRANCH, inline: BRANCH_WITH_VALUE, hashed: HASHED_BRANCH } as const

/**
 * A stored branch: two bytes telling which children are leaves (u16, little-endian), then the node's encoding. Leaves
 * are not stored: their key and value are in the flat state.
 */
export type BranchRecord = Uint8Array
export const RECORD_PREFIX = 2

// One output buffer for the process: encoding is synchronous and every result is copied or hashed before the next.
let out = new Uint8Array(4096)
let length = 0

// Records are cut from shared pieces of memory: an ArrayBuffer for each would cost more than its hash.
const PIECE = 8192
let piece = new ArrayBuffer(PIECE)
let pieceUsed = 0

/** A lasting copy of `bytes`. */
export function copyRecord(bytes: Uint8Array): Uint8Array {
  const size = bytes.length
  if (size > PIECE / 4) return bytes.slice()
  if (pieceUsed + size > PIECE) {
    piece = new ArrayBuffer(PIECE)
    pieceUsed = 0
  }
  const copy = new Uint8Array(piece, pieceUsed, size)
  copy.set(bytes)
  pieceUsed += size
  return copy
}

function reserve(more: number): void {
  if (length + more <= out.length) return
  const grown = new Uint8Array(2 * (length + more))
  grown.set(out.subarray(0, length))
  out = grown
}

function putBytes(bytes: Uint8Array): void {
  reserve(bytes.length)
  out.set(bytes, length)
  length += bytes.length
}

function putCompact(value: number): void {
  reserve(4)
  if (value < 64) out[length++] = value << 2
  else if (value < 0x4000) {
    out[length++] = ((value << 2) | 1) & 255
    out[length++] = value >> 6
  } else {
    // Lengths only: a value over a gigabyte does not reach a trie.
    out[length++] = ((value << 2) | 2) & 255
    out[length++] = (value >> 6) & 255
    out[length++] = (value >> 14) & 255
    out[length++] = (value >> 22) & 255
  }
}

function putHeader({ prefix, max }: Header, nibbles: number): void {
  reserve(2 + nibbles)
  if (nibbles < max) {
    out[length++] = prefix | nibbles
    return
  }
  out[length++] = prefix | max
  let rest = nibbles - max
  for (; rest >= 255; rest -= 255) out[length++] = 255
  out[length++] = rest
}

function putPartial(key: ByteString, from: number, to: number): void {
  reserve(1 + ((to - from) >> 1))
  let at = from
  if ((to - from) & 1) out[length++] = nibbleAt(key, at++)
  if (at & 1) {
    for (; at < to; at += 2) {
      const index = at >> 1
      out[length++] = ((key.charCodeAt(index) & 15) << 4) | (key.charCodeAt(index + 1) >> 4)
    }
  } else for (; at < to; at += 2) out[length++] = key.charCodeAt(at >> 1)
}

function putNibbles(nibbles: readonly number[]): void {
  reserve(1 + (nibbles.length >> 1))
  let at = 0
  if (nibbles.length & 1) out[length++] = nibbles[at++]!
  for (; at < nibbles.length; at += 2) out[length++] = (nibbles[at]! << 4) | nibbles[at + 1]!
}

export function isHashedValue(value: Uint8Array, version: StateVersion): boolean {
  return version === 1 && value.length > MAX_INLINE_VALUE
}

function putValue(value: Uint8Array, version: StateVersion): void {
  if (isHashedValue(value, version)) putBytes(blake2_256(value))
  else {
    putCompact(value.length)
    putBytes(value)
  }
}

/** Name of a node in its parent: the encoding itself when shorter than 32 bytes, else its hash. */
export function merkleValue(encoding: Uint8Array): Uint8Array {
  return encoding.length < HASH_LENGTH ? encoding.slice() : blake2_256(encoding)
}

function leafInBuffer(key: ByteString, depth: number, value: Uint8Array, version: StateVersion): Uint8Array {
  length = 0
  putHeader(isHashedValue(value, version) ? HASHED_LEAF : LEAF, 2 * key.length - depth)
  putPartial(key, depth, 2 * key.length)
  putValue(value, version)
  return out.subarray(0, length)
}

/** Encoding of the leaf of `key` that hangs `depth` nibbles deep. */
export function encodeLeaf(key: ByteString, depth: number, value: Uint8Array, version: StateVersion): Uint8Array {
  return leafInBuffer(key, depth, value, version).slice()
}

export function leafMerkleValue(key: ByteString, depth: number, value: Uint8Array, version: StateVersion): Uint8Array {
  return merkleValue(leafInBuffer(key, depth, value, version))
}

/** A branch's own value, ready to be written: as it stood in the old record, or encoded anew. */
export interface EncodedValue {
  readonly kind: BranchValue
  readonly bytes: Uint8Array
}

export const NO_VALUE: EncodedValue = { kind: 'none', bytes: new Uint8Array(0) }

export function encodeValue(value: Uint8Array, version: StateVersion): EncodedValue {
  length = 0
  putValue(value, version)
  return { kind: isHashedValue(value, version) ? 'hashed' : 'inline', bytes: out.slice(0, length) }
}

export type ChildRefs = (Uint8Array | undefined)[]

function putBranchTail(value: EncodedValue, children: ChildRefs): void {
  let bitmap = 0
  for (let nibble = 0; nibble < 16; nibble++) if (children[nibble] !== undefined) bitmap |= 1 << nibble
  reserve(2)
  out[length++] = bitmap & 255
  out[length++] = bitmap >> 8
  putBytes(value.bytes)
  for (let nibble = 0; nibble < 16; nibble++) {
    const child = children[nibble]
    if (child === undefined) continue
    reserve(33)
    out[length++] = child.length << 2
    out.set(child, length)
    length += child.length
  }
}

function startRecord(leaves: number): void {
  length = 0
  out[length++] = leaves & 255
  out[length++] = leaves >> 8
}

/** Record of the branch whose partial key is the nibbles `from` to `to` of `key`. */
export function encodeBranch(
  key: ByteString,
  from: number,
  to: number,
  value: EncodedValue,
  children: ChildRefs,
  leaves: number,
): BranchRecord {
  startRecord(leaves)
  putHeader(BRANCH_HEADERS[value.kind], to - from)
  putPartial(key, from, to)
  putBranchTail(value, children)
  return copyRecord(out.subarray(0, length))
}

/** The same branch under another partial key. */
export function withPartial(branch: Branch, nibbles: readonly number[]): BranchRecord {
  startRecord(branch.leaves)
  putHeader(BRANCH_HEADERS[branch.valueKind], nibbles.length)
  putNibbles(nibbles)
  putBytes(branch.record.subarray(branch.bitmapAt))
  return out.slice(0, length)
}

/** A record with the places of its parts. */
export interface Branch {
  readonly record: BranchRecord
  readonly leaves: number
  readonly bitmap: number
  readonly nibbles: number
  /** Offset of the partial key, of the bitmap and of the value. */
  readonly partialAt: number
  readonly bitmapAt: number
  readonly valueKind: BranchValue
  readonly valueEnd: number
}

function malformed(what: string): NeuriteError<'MalformedTrieNode'> {
  return new NeuriteError('MalformedTrieNode', `A trie node is malformed: ${what}.`, {
    details: ['The store is damaged or the proof was not made for this state.'],
  })
}

/** Length of the compact number at `at`, in the low bits its own width in bytes: `value * 8 + width`. */
function readCompact(bytes: Uint8Array, at: number): number {
  const first = bytes[at]
  if (first === undefined) throw malformed('it ends inside a length')
  if ((first & 3) === 0) return (first >> 2) * 8 + 1
  if ((first & 3) === 1) return ((first >> 2) | (bytes[at + 1]! << 6)) * 8 + 2
  if ((first & 3) === 2) {
    return ((first >> 2) + bytes[at + 1]! * 64 + bytes[at + 2]! * 0x4000 + bytes[at + 3]! * 0x400000) * 8 + 4
  }
  throw malformed('a length is over a gigabyte')
}

export interface NodeHead {
  readonly type: 'empty' | 'leaf' | 'branch'
  readonly value: BranchValue
  readonly nibbles: number
  readonly partialAt: number
  readonly partialEnd: number
}

/** Header of the encoding that starts at `at`. */
export function readHead(bytes: Uint8Array, at: number): NodeHead {
  const first = bytes[at]
  if (first === undefined) throw malformed('it has no bytes')
  if (first === 0) return { type: 'empty', value: 'none', nibbles: 0, partialAt: at + 1, partialEnd: at + 1 }
  let type: 'leaf' | 'branch' = 'branch'
  let value: BranchValue = 'none'
  let max = 63
  if (first >= 0xc0) value = 'inline'
  else if (first >= 0x80) value = 'none'
  else if (first >= 0x40) {
    type = 'leaf'
    value = 'inline'
  } else if (first >= 0x20) {
    type = 'leaf'
    value = 'hashed'
    max = 31
  } else if (first >= 0x10) {
    value = 'hashed'
    max = 15
  } else throw malformed(`header \`${first}\` is unknown`)
  let nibbles = first & max
  let end = at + 1
  if (nibbles === max) {
    for (;;) {
      const more = bytes[end++]
      if (more === undefined) throw malformed('it ends inside the header')
      nibbles += more
      if (more < 255) break
    }
  }
  return { type, value, nibbles, partialAt: end, partialEnd: end + ((nibbles + 1) >> 1) }
}

/** Parts of the branch whose encoding starts at `at` of `record`. */
export function readBranch(record: Uint8Array, at = RECORD_PREFIX): Branch {
  const { type, value, nibbles, partialAt, partialEnd } = readHead(record, at)
  if (type !== 'branch') throw malformed('it is no branch')
  const bitmap = record[partialEnd]! | (record[partialEnd + 1]! << 8)
  let cursor = partialEnd + 2
  if (value === 'hashed') cursor += HASH_LENGTH
  else if (value === 'inline') {
    const compact = readCompact(record, cursor)
    cursor += (compact & 7) + Math.floor(compact / 8)
  }
  const leaves = at === RECORD_PREFIX ? record[0]! | (record[1]! << 8) : 0
  return { record, leaves, bitmap, nibbles, partialAt, bitmapAt: partialEnd, valueKind: value, valueEnd: cursor }
}

/** Offset of a child's merkle value (behind its length byte); 0 where there is none. */
export function childPlace({ record, bitmap, valueEnd }: Branch, nibble: number): number {
  if ((bitmap & (1 << nibble)) === 0) return 0
  let at = valueEnd
  for (let before = bitmap & ((1 << nibble) - 1); before !== 0; before &= before - 1) at += 1 + (record[at]! >> 2)
  const size = record[at]
  if (size === undefined || (size & 3) !== 0 || at + (size >> 2) >= record.length) {
    throw malformed('a child has a wrong length')
  }
  return at + 1
}

/** Merkle value of a child, as a view into the record. */
export function childRef(branch: Branch, nibble: number): Uint8Array | undefined {
  const at = childPlace(branch, nibble)
  return at === 0 ? undefined : branch.record.subarray(at, at + (branch.record[at - 1]! >> 2))
}

/** Nibble `index` of the partial key that starts at `partialAt` and has `nibbles` nibbles. */
export function partialNibble(bytes: Uint8Array, partialAt: number, nibbles: number, index: number): number {
  const place = index + (nibbles & 1)
  const byte = bytes[partialAt + (place >> 1)]!
  return place & 1 ? byte & 15 : byte >> 4
}

/** Bytes of the value whose compact length is at `at`, as a view. */
export function readInlineValue(bytes: Uint8Array, at: number): Uint8Array {
  const compact = readCompact(bytes, at)
  const start = at + (compact & 7)
  const end = start + Math.floor(compact / 8)
  if (end > bytes.length) throw malformed('it ends inside its value')
  return bytes.subarray(start, end)
}
