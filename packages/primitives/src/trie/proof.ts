/** Read proofs: the nodes on the way to some keys, and their check against a root. */
import { type ByteString, bytesToByteString, bytesToHex, type Hex } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'
import { blake2_256 } from '../hash/index.ts'
import {
  childRef,
  encodeLeaf,
  HASH_LENGTH,
  isHashedValue,
  partialNibble,
  RECORD_PREFIX,
  readBranch,
  readHead,
  readInlineValue,
  type StateVersion,
} from './codec.ts'
import { firstKeyAt, nibbleAt, pathOf, ROOT_PATH } from './nibbles.ts'
import type { TrieSource } from './update.ts'

/**
 * Encoded nodes (each once, ascending) that show the value or the absence of every one of `keys` under the root. Nodes
 * shorter than 32 bytes stand inside their parents; values that enter the trie as a hash are items of their own.
 */
export function createProof(source: TrieSource, keys: Iterable<ByteString>, version: StateVersion = 1): Uint8Array[] {
  const nodes = new Map<ByteString, Uint8Array>()
  const add = (node: Uint8Array) => {
    nodes.set(bytesToByteString(node), node)
  }
  for (const key of keys) addPath(source, key, version, add)
  return [...nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, node]) => node)
}

function addPath(source: TrieSource, key: ByteString, version: StateVersion, add: (node: Uint8Array) => void): void {
  const total = 2 * key.length
  let record = source.branch(ROOT_PATH)
  if (record === undefined) {
    const only = source.keyFrom('')
    if (only === undefined) add(Uint8Array.of(0))
    else addLeaf(source, only, key, 0, version, true, add)
    return
  }
  let depth = 0
  let inline = false
  for (;;) {
    const branch = readBranch(record)
    if (!inline) add(record.slice(RECORD_PREFIX))
    for (let index = 0; index < branch.nibbles; index++, depth++) {
      if (depth >= total) return
      if (partialNibble(record, branch.partialAt, branch.nibbles, index) !== nibbleAt(key, depth)) return
    }
    if (depth === total) {
      if (branch.valueKind === 'hashed') add(source.value(key)!)
      return
    }
    const nibble = nibbleAt(key, depth++)
    const ref = childRef(branch, nibble)
    if (ref === undefined) return
    inline = ref.length < HASH_LENGTH
    if ((branch.leaves & (1 << nibble)) !== 0) {
      addLeaf(source, source.keyFrom(firstKeyAt(key, depth))!, key, depth, version, !inline, add)
      return
    }
    record = source.branch(pathOf(key, depth)) ?? new Uint8Array(0)
  }
}

function addLeaf(
  source: TrieSource,
  leaf: ByteString,
  key: ByteString,
  depth: number,
  version: StateVersion,
  ownNode: boolean,
  add: (node: Uint8Array) => void,
): void {
  const value = source.value(leaf)!
  if (ownNode) add(encodeLeaf(leaf, depth, value, version))
  if (leaf === key && isHashedValue(value, version)) add(value)
}

/**
 * Value of each key (undefined = the state has none) as shown by `proof` under `root`.
 * @throws NeuriteError `IncompleteProof` when a node on the way to a key is missing or belongs to another root.
 */
export function verifyProof(
  root: Uint8Array,
  proof: Iterable<Uint8Array>,
  keys: Iterable<ByteString>,
): Map<ByteString, Uint8Array | undefined> {
  const nodes = new Map<Hex, Uint8Array>()
  for (const node of proof) nodes.set(bytesToHex(blake2_256(node)), node)
  const byHash = (hash: Uint8Array): Uint8Array => {
    const node = nodes.get(bytesToHex(hash))
    if (node === undefined) {
      throw new NeuriteError('IncompleteProof', `The proof has no node with the hash \`${bytesToHex(hash)}\`.`, {
        details: ['Expected every node between the root and the keys.', 'Ask for the proof at the block of this root.'],
      })
    }
    return node
  }
  const values = new Map<ByteString, Uint8Array | undefined>()
  for (const key of keys) values.set(key, shownValue(byHash(root), key, byHash))
  return values
}

function shownValue(
  rootNode: Uint8Array,
  key: ByteString,
  byHash: (hash: Uint8Array) => Uint8Array,
): Uint8Array | undefined {
  const total = 2 * key.length
  let node = rootNode
  let depth = 0
  for (;;) {
    const head = readHead(node, 0)
    if (head.type === 'empty') return undefined
    for (let index = 0; index < head.nibbles; index++, depth++) {
      if (depth >= total) return undefined
      if (partialNibble(node, head.partialAt, head.nibbles, index) !== nibbleAt(key, depth)) return undefined
    }
    if (head.type === 'leaf') return depth === total ? nodeValue(node, head.partialEnd, head.value, byHash) : undefined
    const branch = readBranch(node, 0)
    if (depth === total) return nodeValue(node, branch.bitmapAt + 2, branch.valueKind, byHash)
    const nibble = nibbleAt(key, depth++)
    const child = childRef(branch, nibble)
    if (child === undefined) return undefined
    node = child.length === HASH_LENGTH ? byHash(child) : child
  }
}

function nodeValue(
  node: Uint8Array,
  at: number,
  kind: 'none' | 'inline' | 'hashed',
  byHash: (hash: Uint8Array) => Uint8Array,
): Uint8Array | undefined {
  if (kind === 'none') return undefined
  return (kind === 'hashed' ? byHash(node.subarray(at, at + HASH_LENGTH)) : readInlineValue(node, at)).slice()
}
