/** Branches in a pool: written whole, and read part by part. */
import type { ByteString } from '../bytes/index.ts'
import {
  branchEncoding,
  branchHeaderLength,
  branchValueKind,
  type ChildRefs,
  type EncodedValue,
  merkleValue,
  NO_VALUE,
  partialNibble,
} from './codec.ts'
import { countBits, nibbleAt } from './nibbles.ts'
import type { Address, NodePool } from './pool.ts'

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
  return merkleValue(pool.encoding(address))
}

/** Copies of everything, so that it may be changed. */
export function contentsOf(pool: NodePool, address: Address): Contents {
  const contents = emptyContents()
  const encoding = pool.encoding(address)
  const bitmap = pool.bitmap(address)
  const branches = pool.branchMask(address)
  let at = pool.childrenAt(address)
  for (let nibble = 0; nibble < 16; nibble++) {
    if ((bitmap & (1 << nibble)) === 0) continue
    const end = at + 1 + (encoding[at]! >> 2)
    contents.refs[nibble] = encoding.slice(at + 1, end)
    at = end
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
