/** Branches in a pool: written whole, and read part by part. */
import type { ByteString } from '../bytes/index.ts'
import { blake2_256, blake2_256Into } from '../hash/index.ts'
import {
  branchEncoding,
  branchHeaderLength,
  branchValueKind,
  type ChildRefs,
  type EncodedValue,
  HASH_LENGTH,
  NO_VALUE,
  partialNibble,
} from './codec.ts'
import { nibbleAt } from './nibbles.ts'
import { type Address, countBits, type NodePool } from './pool.ts'

/** What a branch holds, apart from its partial key. */
export interface Contents {
  value: EncodedValue
  /** By nibble. */
  readonly refs: ChildRefs
  /** Addresses of those children that are branches, by nibble. */
  readonly children: (Address | undefined)[]
}

export function emptyContents(): Contents {
  return { value: NO_VALUE, refs: new Array(16).fill(undefined), children: new Array(16).fill(undefined) }
}

export function storeBranch(pool: NodePool, partial: readonly number[], contents: Contents): Address {
  const { value, refs, children } = contents
  const { bytes, bitmap, childrenAt } = branchEncoding(partial, value, refs)
  let leaves = bitmap
  for (let nibble = 0; nibble < 16; nibble++) if (children[nibble] !== undefined) leaves &= ~(1 << nibble)
  const address = pool.allocate(bytes.length, countBits(bitmap & ~leaves))
  pool.describe(address, bytes.length, bitmap, leaves, childrenAt, partial.length)
  for (let nibble = 0; nibble < 16; nibble++) {
    const child = children[nibble]
    if (child !== undefined) pool.setChild(address, nibble, child)
  }
  pool.bytesOf(address).set(bytes, pool.encodingAt(address))
  return address
}

/** Name of the branch in its parent. */
export function refTo(pool: NodePool, address: Address): Uint8Array {
  const encoding = pool.encoding(address)
  return encoding.length < HASH_LENGTH ? encoding.slice() : blake2_256(encoding)
}

/** Copies of everything, so that it may be changed. */
export function contentsOf(pool: NodePool, address: Address): Contents {
  const contents = emptyContents()
  const bytes = pool.bytesOf(address)
  const bitmap = pool.bitmap(address)
  const branches = pool.branchMask(address)
  for (let nibble = 0; nibble < 16; nibble++) {
    if ((bitmap & (1 << nibble)) === 0) continue
    const at = refAt(pool, address, nibble)
    contents.refs[nibble] = bytes.slice(at, at + (bytes[at - 1]! >> 2))
    if ((branches & (1 << nibble)) !== 0) contents.children[nibble] = pool.child(address, nibble)
  }
  contents.value = ownValueOf(pool, address)
  return contents
}

function ownValueOf(pool: NodePool, address: Address): EncodedValue {
  const encoding = pool.encoding(address)
  const kind = branchValueKind(encoding[0]!)
  if (kind === 'none') return NO_VALUE
  const nibbles = pool.nibbles(address)
  const at = branchHeaderLength(encoding[0]!, nibbles) + ((nibbles + 1) >> 1) + 2
  return { kind, bytes: encoding.slice(at, pool.childrenAt(address)) }
}

/** Where in the pool's buffer the merkle value of a child stands, behind its length. The branch must have that child. */
export function refAt(pool: NodePool, address: Address, nibble: number): number {
  const bitmap = pool.bitmap(address)
  const childrenAt = pool.childrenAt(address)
  const first = pool.encodingAt(address) + childrenAt
  const before = bitmap & ((1 << nibble) - 1)
  // Nearly always all children are hashes.
  if (pool.length(address) - childrenAt === countBits(bitmap) * (1 + HASH_LENGTH)) {
    return first + countBits(before) * (1 + HASH_LENGTH) + 1
  }
  const bytes = pool.bytesOf(address)
  let at = first
  for (let rest = before; rest !== 0; rest &= rest - 1) at += 1 + (bytes[at]! >> 2)
  return at + 1
}

/**
 * Puts the name of the encoding `from` to `to` of `source` in the place of a child's merkle value; false when it has
 * another length.
 */
export function patchRef(
  pool: NodePool,
  address: Address,
  nibble: number,
  source: Uint8Array,
  from: number,
  to: number,
): boolean {
  const bytes = pool.bytesOf(address)
  const at = refAt(pool, address, nibble)
  const length = Math.min(to - from, HASH_LENGTH)
  if (bytes[at - 1] !== length << 2) return false
  if (to - from >= HASH_LENGTH) blake2_256Into(bytes, at, source, from, to)
  else for (let index = 0; index < length; index++) bytes[at + index] = source[from + index]!
  return true
}

function partialAt(pool: NodePool, address: Address): number {
  const at = pool.encodingAt(address)
  return at + branchHeaderLength(pool.bytesOf(address)[at]!, pool.nibbles(address))
}

export function partialOf(pool: NodePool, address: Address): number[] {
  const bytes = pool.bytesOf(address)
  const at = partialAt(pool, address)
  const count = pool.nibbles(address)
  return Array.from({ length: count }, (_, index) => partialNibble(bytes, at, count, index))
}

/** Number of nibbles of the partial key that both keys follow from nibble `depth` on. */
export function sharedPartial(
  pool: NodePool,
  address: Address,
  depth: number,
  one: ByteString,
  other: ByteString,
): number {
  const nibbles = pool.nibbles(address)
  if (nibbles === 0) return 0
  const bytes = pool.bytesOf(address)
  const at = partialAt(pool, address)
  const limit = Math.min(nibbles, 2 * one.length - depth, 2 * other.length - depth)
  for (let index = 0; index < limit; index++) {
    const nibble = partialNibble(bytes, at, nibbles, index)
    if (nibbleAt(one, depth + index) !== nibble || nibbleAt(other, depth + index) !== nibble) return index
  }
  return limit
}
