/**
 * Byte layout of trie nodes, the one all Substrate chains use (sp-trie `NodeCodec`; base 16, no extension nodes).
 *
 * node  = header, partial key, then for a leaf its value, for a branch: bitmap (u16), value if any, children
 * value = compact length and bytes, or the 32-byte hash of the bytes when the header says so
 * child = compact length and either the whole encoding (under 32 bytes) or its hash (32 bytes)
 */

import type { ByteString } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'
import { blake2_256, blake2_256Into } from '../hash/index.ts'
import { countBits, nibbleAt } from './nibbles.ts'

/** State version: in 1, values longer than 32 bytes enter their node as a hash; in 0 they enter whole. */
export type StateVersion = 0 | 1

/** Values longer than this are hashed in state version 1. */
export const MAX_INLINE_VALUE = 32

/** Encodings of this length and more are named by their hash. */
export const HASH_LENGTH = 32

/** Bytes from one child to the next where both are named by hashes. */
export const HASH_STEP = 1 + HASH_LENGTH

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

// One output buffer for the process: encoding is synchronous and every result is copied or hashed before the next.
let out = new Uint8Array(4096)
let length = 0

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

function putLeaf(key: ByteString, depth: number, value: Uint8Array, version: StateVersion): void {
  length = 0
  putHeader(isHashedValue(value, version) ? HASHED_LEAF : LEAF, 2 * key.length - depth)
  putPartial(key, depth, 2 * key.length)
  putValue(value, version)
}

/** Encoding of the leaf of `key` that hangs `depth` nibbles deep, until the next call of this module. */
export function leafEncoding(key: ByteString, depth: number, value: Uint8Array, version: StateVersion): Uint8Array {
  putLeaf(key, depth, value, version)
  return out.subarray(0, length)
}

/**
 * Puts the name of the node whose encoding is the bytes `from` to `to` of `data` over the child at `at`, its length
 * included; false, and nothing written, when that has another length.
 */
export function putName(target: Uint8Array, at: number, data: Uint8Array, from: number, to: number): boolean {
  const size = to - from
  if (target[at] !== Math.min(size, HASH_LENGTH) << 2) return false
  if (size >= HASH_LENGTH) blake2_256Into(target, at + 1, data, from, to)
  else for (let index = 0; index < size; index++) target[at + 1 + index] = data[from + index]!
  return true
}

/** As {@link putName}, of a leaf. */
export function putLeafName(
  target: Uint8Array,
  at: number,
  key: ByteString,
  depth: number,
  value: Uint8Array,
  version: StateVersion,
): boolean {
  putLeaf(key, depth, value, version)
  return putName(target, at, out, 0, length)
}

/** Offset of the child after `count` others, the first of which is at `at`. */
export function childAfter(bytes: Uint8Array, at: number, count: number): number {
  let place = at
  for (let index = 0; index < count; index++) place += 1 + (bytes[place]! >> 2)
  return place
}

export function leafMerkleValue(key: ByteString, depth: number, value: Uint8Array, version: StateVersion): Uint8Array {
  return merkleValue(leafEncoding(key, depth, value, version))
}

/** A branch's own value, as it stands in its encoding. */
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

/** Merkle values of the children by nibble. */
export type ChildRefs = (Uint8Array | undefined)[]

export interface BranchEncoding {
  /** Until the next call of this module. */
  readonly bytes: Uint8Array
  readonly bitmap: number
  /** Offset of the first child. */
  readonly childrenAt: number
}

export function branchEncoding(partial: readonly number[], value: EncodedValue, children: ChildRefs): BranchEncoding {
  length = 0
  putHeader(BRANCH_HEADERS[value.kind], partial.length)
  putNibbles(partial)
  let bitmap = 0
  for (let nibble = 0; nibble < 16; nibble++) if (children[nibble] !== undefined) bitmap |= 1 << nibble
  reserve(2)
  out[length++] = bitmap & 255
  out[length++] = bitmap >> 8
  putBytes(value.bytes)
  const childrenAt = length
  for (let nibble = 0; nibble < 16; nibble++) {
    const child = children[nibble]
    if (child === undefined) continue
    reserve(33)
    out[length++] = child.length << 2
    out.set(child, length)
    length += child.length
  }
  return { bytes: out.subarray(0, length), bitmap, childrenAt }
}

/** How the branch whose encoding starts with `first` holds its own value. */
export function branchValueKind(first: number): BranchValue {
  return first >= BRANCH_WITH_VALUE.prefix ? 'inline' : first >= BRANCH.prefix ? 'none' : 'hashed'
}

/** Bytes in front of the partial key of a branch. */
export function branchHeaderLength(first: number, nibbles: number): number {
  const { max } = BRANCH_HEADERS[branchValueKind(first)]
  return nibbles < max ? 1 : 2 + Math.floor((nibbles - max) / 255)
}

/** The places of a branch's parts in its encoding. */
export interface Branch {
  readonly encoding: Uint8Array
  readonly bitmap: number
  readonly nibbles: number
  readonly partialAt: number
  /** Offset of the value, if there is one. */
  readonly valueAt: number
  readonly valueKind: BranchValue
  readonly childrenAt: number
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

/** Header of an encoding. */
export function readHead(bytes: Uint8Array): NodeHead {
  const first = bytes[0]
  if (first === undefined) throw malformed('it has no bytes')
  if (first === 0) return { type: 'empty', value: 'none', nibbles: 0, partialAt: 1, partialEnd: 1 }
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
  let end = 1
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

/** Parts of a branch, which may come from a stranger. */
export function readBranch(encoding: Uint8Array): Branch {
  const { type, value: valueKind, nibbles, partialAt, partialEnd } = readHead(encoding)
  if (type !== 'branch') throw malformed('it is no branch')
  const bitmap = encoding[partialEnd]! | (encoding[partialEnd + 1]! << 8)
  const valueAt = partialEnd + 2
  let childrenAt = valueAt
  if (valueKind === 'hashed') childrenAt += HASH_LENGTH
  else if (valueKind === 'inline') {
    const compact = readCompact(encoding, valueAt)
    childrenAt += (compact & 7) + Math.floor(compact / 8)
  }
  return { encoding, bitmap, nibbles, partialAt, valueAt, valueKind, childrenAt }
}

/** Merkle value of a child, as a view. */
export function childRef({ encoding, bitmap, childrenAt }: Branch, nibble: number): Uint8Array | undefined {
  if ((bitmap & (1 << nibble)) === 0) return undefined
  const at = childAfter(encoding, childrenAt, countBits(bitmap & ((1 << nibble) - 1)))
  const size = encoding[at]
  if (size === undefined || (size & 3) !== 0 || at + (size >> 2) >= encoding.length) {
    throw malformed('a child has a wrong length')
  }
  return encoding.subarray(at + 1, at + 1 + (size >> 2))
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
