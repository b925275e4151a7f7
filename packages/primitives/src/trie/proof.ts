/** Read proofs: the nodes on the way to some keys, and their check against a root. */
import { type ByteString, bytesToByteString, bytesToHex, type Hex } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'
import { blake2_256 } from '../hash/index.ts'
import {
  childRef,
  HASH_LENGTH,
  isHashedValue,
  leafEncoding,
  partialNibble,
  readBranch,
  readHead,
  readInlineValue,
  type StateVersion,
} from './codec.ts'
import { firstKeyAt, nibbleAt } from './nibbles.ts'
import type { Address, NodePool } from './pool.ts'
import type { FlatState } from './update.ts'

/**
 * Encoded nodes (each once, ascending) that show the value or the absence of every one of `keys` under the root. Nodes
 * shorter than 32 bytes stand inside their parents; values that enter the trie as a hash are items of their own.
 * @param root the branch at the root; undefined when the state has less than two entries.
 */
export function createProof(
  pool: NodePool,
  root: Address | undefined,
  state: FlatState,
  keys: Iterable<ByteString>,
  version: StateVersion,
): Uint8Array[] {
  const nodes = new Map<ByteString, Uint8Array>()
  const add = (node: Uint8Array) => {
    nodes.set(bytesToByteString(node), node)
  }
  for (const key of keys) addPath(pool, root, state, key, version, add)
  return [...nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, node]) => node)
}

function addPath(
  pool: NodePool,
  root: Address | undefined,
  state: FlatState,
  key: ByteString,
  version: StateVersion,
  add: (node: Uint8Array) => void,
): void {
  const total = 2 * key.length
  if (root === undefined) {
    const only = state.keyFrom('')
    if (only === undefined) add(Uint8Array.of(0))
    else addLeaf(state, only, key, 0, version, true, add)
    return
  }
  let address = root
  let depth = 0
  let inline = false
  for (;;) {
    const encoding = pool.encoding(address)
    const branch = readBranch(encoding)
    if (!inline) add(encoding.slice())
    for (let index = 0; index < branch.nibbles; index++, depth++) {
      if (depth >= total) return
      if (partialNibble(encoding, branch.partialAt, branch.nibbles, index) !== nibbleAt(key, depth)) return
    }
    if (depth === total) {
      if (branch.valueKind === 'hashed') add(state.value(key)!)
      return
    }
    const nibble = nibbleAt(key, depth++)
    const ref = childRef(branch, nibble)
    if (ref === undefined) return
    inline = ref.length < HASH_LENGTH
    if ((pool.leaves(address) & (1 << nibble)) !== 0) {
      addLeaf(state, state.keyFrom(firstKeyAt(key, depth))!, key, depth, version, !inline, add)
      return
    }
    address = pool.child(address, nibble)
  }
}

function addLeaf(
  state: FlatState,
  leaf: ByteString,
  key: ByteString,
  depth: number,
  version: StateVersion,
  ownNode: boolean,
  add: (node: Uint8Array) => void,
): void {
  const value = state.value(leaf)!
  if (ownNode) add(leafEncoding(leaf, depth, value, version).slice())
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
    const head = readHead(node)
    if (head.type === 'empty') return undefined
    for (let index = 0; index < head.nibbles; index++, depth++) {
      if (depth >= total) return undefined
      if (partialNibble(node, head.partialAt, head.nibbles, index) !== nibbleAt(key, depth)) return undefined
    }
    if (head.type === 'leaf') return depth === total ? nodeValue(node, head.partialEnd, head.value, byHash) : undefined
    const branch = readBranch(node)
    if (depth === total) return nodeValue(node, branch.valueAt, branch.valueKind, byHash)
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
