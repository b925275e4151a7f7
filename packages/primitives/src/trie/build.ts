/** Tries from scratch: roots of whole states and of extrinsic lists, and the branches below one place of a trie. */
import type { ByteString } from '../bytes/index.ts'
import { blake2_256 } from '../hash/index.ts'
import {
  type BranchRecord,
  type ChildRefs,
  EMPTY_NODE,
  encodeBranch,
  encodeLeaf,
  encodeValue,
  leafMerkleValue,
  merkleValue,
  NO_VALUE,
  RECORD_PREFIX,
  type StateVersion,
} from './codec.ts'
import { commonNibbles, nibbleAt, pathOf, type TriePath } from './nibbles.ts'

/** Receives every branch built, with its place. */
export type BranchSink = (path: TriePath, record: BranchRecord) => void

/**
 * Record of the branch over the entries `low` to `high` (two or more, ascending, sharing `depth` nibbles). Branches
 * below it go to `sink`; itself it does not.
 */
export function buildBranch(
  keys: readonly ByteString[],
  values: readonly (Uint8Array | undefined)[],
  low: number,
  high: number,
  depth: number,
  version: StateVersion,
  sink?: BranchSink,
): BranchRecord {
  const first = keys[low]!
  const end = commonNibbles(first, keys[high - 1]!, depth)
  const children: ChildRefs = new Array(16).fill(undefined)
  let leaves = 0
  let value = NO_VALUE
  let at = low
  if (2 * first.length === end) value = encodeValue(values[at++]!, version)
  while (at < high) {
    const key = keys[at]!
    const nibble = nibbleAt(key, end)
    let next = at + 1
    while (next < high && nibbleAt(keys[next]!, end) === nibble) next++
    if (next === at + 1) {
      children[nibble] = leafMerkleValue(key, end + 1, values[at]!, version)
      leaves |= 1 << nibble
    } else {
      const record = buildBranch(keys, values, at, next, end + 1, version, sink)
      sink?.(pathOf(key, end + 1), record)
      children[nibble] = merkleValue(record.subarray(RECORD_PREFIX))
    }
    at = next
  }
  return encodeBranch(first, depth, end, value, children, leaves)
}

/** Root of a trie without entries. */
export const EMPTY_ROOT = blake2_256(EMPTY_NODE)

/** Trie root of a state, 32 bytes. The order of the entries does not matter; a key must not occur twice. */
export function trieRoot(entries: Iterable<readonly [ByteString, Uint8Array]>, version: StateVersion = 1): Uint8Array {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
  if (sorted.length === 0) return EMPTY_ROOT.slice()
  const [key, value] = sorted[0]!
  if (sorted.length === 1) return blake2_256(encodeLeaf(key, 0, value, version))
  const record = buildBranch(
    sorted.map((entry) => entry[0]),
    sorted.map((entry) => entry[1]),
    0,
    sorted.length,
    0,
    version,
  )
  return blake2_256(record.subarray(RECORD_PREFIX))
}

/** Key of item `index` in a list trie: the SCALE compact form of the index. */
function indexKey(index: number): ByteString {
  if (index < 64) return String.fromCharCode(index << 2)
  if (index < 0x4000) return String.fromCharCode(((index << 2) | 1) & 255, index >> 6)
  return String.fromCharCode(((index << 2) | 2) & 255, (index >> 6) & 255, (index >> 14) & 255, (index >> 22) & 255)
}

/**
 * Trie root of a list, 32 bytes, as in a header's `extrinsicsRoot`.
 * @param version 0 while the runtime's `system_version` is 0 or 1 (Subtensor's is 1), 1 from `system_version` 2.
 */
export function orderedTrieRoot(values: readonly Uint8Array[], version: StateVersion = 0): Uint8Array {
  return trieRoot(
    values.map((value, index) => [indexKey(index), value] as const),
    version,
  )
}
