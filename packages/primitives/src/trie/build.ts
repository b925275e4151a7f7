/** Tries from entries in their order: of whole states, of extrinsic lists, and what is new below one place of a trie. */
import type { ByteString } from '../bytes/index.ts'
import { blake2_256 } from '../hash/index.ts'
import { EMPTY_NODE, encodeValue, leafEncoding, leafMerkleValue, type StateVersion } from './codec.ts'
import { commonNibbles, nibbleAt, nibblesOf } from './nibbles.ts'
import { type Address, NodePool } from './pool.ts'
import { type Contents, emptyContents, refTo, storeBranch } from './stored.ts'

/** A branch that may get more children. */
interface OpenBranch extends Contents {
  /** Nibbles that all keys below it share. */
  readonly end: number
}

/**
 * Builds the branch over entries that share `depth` nibbles. A branch is closed, and goes into the pool, when a key comes
 * that is not below it, so what is held besides is a branch for each level.
 */
export class TrieBuilder {
  readonly #pool: NodePool
  readonly #depth: number
  readonly #version: StateVersion
  readonly #made: Address[] | undefined
  readonly #open: OpenBranch[] = []
  #last: ByteString | undefined
  #lastValue: Uint8Array | undefined

  /** @param made gets the address of every branch. */
  constructor(pool: NodePool, depth: number, version: StateVersion, made?: Address[]) {
    this.#pool = pool
    this.#depth = depth
    this.#version = version
    this.#made = made
  }

  /** Keys must ascend. */
  add(key: ByteString, value: Uint8Array): void {
    const last = this.#last
    if (last !== undefined) this.#place(last, commonNibbles(last, key, this.#depth))
    this.#last = key
    this.#lastValue = value
  }

  /** Hangs the last leaf, and closes all branches that end below `end`, where the next key parts from it. */
  #place(key: ByteString, end: number): void {
    const open = this.#open
    let top = open.at(-1)
    if (top === undefined || top.end < end) {
      top = { ...emptyContents(), end }
      open.push(top)
    }
    if (2 * key.length === top.end) top.value = encodeValue(this.#lastValue!, this.#version)
    else top.refs[nibbleAt(key, top.end)] = leafMerkleValue(key, top.end + 1, this.#lastValue!, this.#version)
    while (top.end > end) {
      open.pop()
      let above = open.at(-1)
      if (above === undefined || above.end < end) {
        above = { ...emptyContents(), end }
        open.push(above)
      }
      const nibble = nibbleAt(key, above.end)
      const address = this.#close(key, top, above.end + 1)
      above.refs[nibble] = refTo(this.#pool, address)
      above.children[nibble] = address
      top = above
    }
  }

  #close(key: ByteString, branch: OpenBranch, depth: number): Address {
    const address = storeBranch(this.#pool, nibblesOf(key, depth, branch.end), branch)
    this.#made?.push(address)
    return address
  }

  /** The branch; undefined when there are less than two entries. */
  finish(): Address | undefined {
    const key = this.#last
    const lowest = this.#open[0]
    if (key === undefined || lowest === undefined) return undefined
    this.#place(key, lowest.end)
    this.#open.length = 0
    return this.#close(key, lowest, this.#depth)
  }
}

/** Root of a trie without entries. */
export const EMPTY_ROOT = blake2_256(EMPTY_NODE)

/** For tries of which only the root is wanted. */
const scratch = new NodePool()

/** Trie root of a state, 32 bytes. The order of the entries does not matter; a key must not occur twice. */
export function trieRoot(entries: Iterable<readonly [ByteString, Uint8Array]>, version: StateVersion = 1): Uint8Array {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
  if (sorted.length === 0) return EMPTY_ROOT.slice()
  const made: Address[] = []
  const builder = new TrieBuilder(scratch, 0, version, made)
  for (const [key, value] of sorted) builder.add(key, value)
  const address = builder.finish()
  const root = blake2_256(
    address === undefined ? leafEncoding(sorted[0]![0], 0, sorted[0]![1], version) : scratch.encoding(address),
  )
  for (const branch of made) scratch.release(branch)
  return root
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
