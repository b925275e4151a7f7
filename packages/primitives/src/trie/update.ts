/**
 * A block's changes applied to the branches of a trie: new branches beside the old ones, which stay as they are.
 *
 * Only branches are held; a leaf is made anew from the flat state. Work is linear in the number of changed keys times the
 * depth of the trie.
 */
import type { ByteString } from '../bytes/index.ts'
import { blake2_256 } from '../hash/index.ts'
import { EMPTY_ROOT, TrieBuilder } from './build.ts'
import {
  childAfter,
  encodeValue,
  HASH_STEP,
  leafEncoding,
  leafMerkleValue,
  NO_VALUE,
  putLeafName,
  putName,
  type StateVersion,
} from './codec.ts'
import { countBits, firstKeyAt, firstKeyBelow, nibbleAt, nibblesOf, sharesNibbles } from './nibbles.ts'
import type { Address, NodePool } from './pool.ts'
import { type Contents, contentsOf, emptyContents, partialOf, refTo, sharedPartial, storeBranch } from './stored.ts'

/** The flat state that a trie is made of. */
export interface FlatState {
  value(key: ByteString): Uint8Array | undefined
  /** Smallest key of the state that is `>= start`. */
  keyFrom(start: ByteString): ByteString | undefined
}

/** Keys to which values are given, in ascending order. */
export interface KeyChanges {
  readonly keys: readonly ByteString[]
  /** Whether the state has them. */
  readonly wasThere: readonly boolean[]
  /** What they hold afterwards; undefined = nothing, which is for keys that are there. */
  readonly after: readonly (Uint8Array | undefined)[]
}

/** What is in a place of the trie: a branch's address, or one of these. */
type Found = Address
const NOTHING = 0
/** The leaf in `leafKey` and `leafValue` of the update. */
const LEAF = -1

export class Update {
  readonly #pool: NodePool
  readonly #state: FlatState
  readonly #keys: readonly ByteString[]
  readonly #wasThere: readonly boolean[]
  readonly #after: readonly (Uint8Array | undefined)[]
  readonly #version: StateVersion
  #leafKey: ByteString = ''
  #leafValue: Uint8Array = EMPTY_ROOT
  /** Branches made, and those that are no more part of the trie (some of them made here too). */
  readonly made: Address[] = []
  readonly replaced: Address[] = []
  /** Names of branches computed, for tests of the cost. */
  hashed = 0

  /** @param state the state before the changes. */
  constructor(pool: NodePool, state: FlatState, changes: KeyChanges, version: StateVersion) {
    this.#pool = pool
    this.#state = state
    this.#keys = changes.keys
    this.#wasThere = changes.wasThere
    this.#after = changes.after
    this.#version = version
  }

  /**
   * The branch at the root, and the root's hash.
   * @param address the branch that was there; undefined when the state had less than two entries.
   */
  applyTo(address: Address | undefined): { readonly address: Address | undefined; readonly root: Uint8Array } {
    const count = this.#keys.length
    const found = address === undefined ? this.#changeLeaf(0, 0, count) : this.#changeBranch(address, 0, 0, count)
    if (found === NOTHING) return { address: undefined, root: EMPTY_ROOT.slice() }
    if (found === LEAF) {
      return { address: undefined, root: blake2_256(leafEncoding(this.#leafKey, 0, this.#leafValue, this.#version)) }
    }
    return { address: found, root: blake2_256(this.#pool.encoding(found)) }
  }

  /** The first change after `at` whose key has another nibble at `index`. */
  #groupEnd(at: number, high: number, index: number, nibble: number): number {
    let next = at + 1
    while (next < high && nibbleAt(this.#keys[next]!, index) === nibble) next++
    return next
  }

  #leaf(key: ByteString, value: Uint8Array): Found {
    this.#leafKey = key
    this.#leafValue = value
    return LEAF
  }

  /** The changes `low` to `high` in a place that held a leaf or nothing. */
  #changeLeaf(depth: number, low: number, high: number): Found {
    const keys: ByteString[] = []
    const values: Uint8Array[] = []
    let wasChanged = false
    for (let at = low; at < high; at++) {
      if (this.#wasThere[at]) wasChanged = true
      const value = this.#after[at]
      if (value === undefined) continue
      keys.push(this.#keys[at]!)
      values.push(value)
    }
    if (!wasChanged) {
      // No changed key was here before, so the leaf (if the place held one) stays and joins the new keys.
      const first = this.#keys[low]!
      const key = this.#state.keyFrom(firstKeyAt(first, depth))
      if (key !== undefined && sharesNibbles(key, first, depth)) {
        let index = 0
        while (index < keys.length && keys[index]! < key) index++
        keys.splice(index, 0, key)
        values.splice(index, 0, this.#state.value(key)!)
      }
    }
    return this.#build(keys, values, 0, keys.length, depth)
  }

  #build(
    keys: readonly ByteString[],
    values: readonly (Uint8Array | undefined)[],
    low: number,
    high: number,
    depth: number,
  ): Found {
    if (high === low) return NOTHING
    if (high === low + 1) return this.#leaf(keys[low]!, values[low]!)
    const before = this.made.length
    const builder = new TrieBuilder(this.#pool, depth, this.#version, this.made)
    for (let at = low; at < high; at++) builder.add(keys[at]!, values[at]!)
    const address = builder.finish()!
    // All but the one that is named by its parent.
    this.hashed += this.made.length - before - 1
    return address
  }

  /** The changes `low` to `high` in a place that held a branch. */
  #changeBranch(address: Address, depth: number, low: number, high: number): Found {
    const pool = this.#pool
    const first = this.#keys[low]!
    const nibbles = pool.nibbles(address)
    if (nibbles > 0) {
      const shared = sharedPartial(pool, address, depth, first, this.#keys[high - 1]!)
      if (shared < nibbles) return this.#splitBranch(address, depth, depth + shared, low, high)
    }
    const end = depth + nibbles
    this.replaced.push(address)
    if (2 * first.length > end) return this.#patchBranch(address, depth, end, low, high)
    return this.#changeContents(contentsOf(pool, address), address, depth, end, low, low, high)
  }

  /**
   * As {@link #changeBranch} where the branch's own value stays: as long as children of the same kind and length stay in
   * their places, a copy is patched instead of being encoded anew.
   */
  #patchBranch(address: Address, depth: number, end: number, low: number, high: number): Found {
    const pool = this.#pool
    const keys = this.#keys
    const bitmap = pool.bitmap(address)
    const branches = pool.branchMask(address)
    const copy = pool.copy(address)
    this.made.push(copy)
    const bytes = pool.bytesOf(copy)
    const children = pool.encodingAt(copy) + pool.childrenAt(copy)
    const areHashes = pool.length(copy) - pool.childrenAt(copy) === HASH_STEP * countBits(bitmap)
    /** The last of the leaves that have been patched: what is left may be that one. */
    let leafAt = -1
    for (let at = low; at < high; ) {
      const key = keys[at]!
      const nibble = nibbleAt(key, end)
      const next = this.#groupEnd(at, high, end, nibble)
      const bit = 1 << nibble
      const before = countBits(bitmap & (bit - 1))
      const place = areHashes ? children + HASH_STEP * before : childAfter(bytes, children, before)
      let patched = false
      let child: Found = NOTHING
      if ((branches & bit) !== 0) {
        child = this.#changeBranch(pool.child(copy, nibble), end + 1, at, next)
        if (child > NOTHING) {
          const from = pool.encodingAt(child)
          patched = putName(bytes, place, pool.bytesOf(child), from, from + pool.length(child))
          if (patched) {
            pool.setChild(copy, nibble, child)
            this.hashed++
          }
        }
      } else if ((bitmap & bit) !== 0 && this.#isOnlyChanged(at, next)) {
        patched = putLeafName(bytes, place, key, end + 1, this.#after[at]!, this.#version)
        if (patched) leafAt = at
        else child = this.#leaf(key, this.#after[at]!)
      } else child = this.#changeOther((bitmap & bit) !== 0, end + 1, at, next)
      if (!patched) {
        this.replaced.push(copy)
        const contents = contentsOf(pool, copy)
        this.#put(contents, nibble, end + 1, child)
        if (child !== NOTHING || leafAt < 0) {
          return this.#changeContents(contents, copy, depth, end, low, next, high, child, nibble)
        }
        const leaf = this.#leaf(keys[leafAt]!, this.#after[leafAt]!)
        return this.#changeContents(contents, copy, depth, end, low, next, high, leaf, nibbleAt(keys[leafAt]!, end))
      }
      at = next
    }
    return copy
  }

  /** Whether the changes are one of a key that was there and still is. */
  #isOnlyChanged(at: number, next: number): boolean {
    return next === at + 1 && this.#wasThere[at]! && this.#after[at] !== undefined
  }

  /** The changes in a place that held a leaf, or nothing. */
  #changeOther(isLeaf: boolean, depth: number, at: number, next: number): Found {
    return isLeaf ? this.#changeLeaf(depth, at, next) : this.#build(this.#keys, this.#after, at, next, depth)
  }

  /**
   * As {@link #changeBranch} in any case: the changes from `at` on are put into the branch's contents.
   * @param address what the contents are those of.
   * @param last what has been put into them before, if anything, and where.
   */
  #changeContents(
    contents: Contents,
    address: Address,
    depth: number,
    end: number,
    low: number,
    from: number,
    high: number,
    last: Found = NOTHING,
    lastNibble = -1,
  ): Found {
    const pool = this.#pool
    const keys = this.#keys
    const first = keys[low]!
    let at = from
    let ownValue: Uint8Array | undefined
    if (at === low && 2 * first.length === end) {
      ownValue = this.#after[at++]
      contents.value = ownValue === undefined ? NO_VALUE : encodeValue(ownValue, this.#version)
    }
    const bitmap = pool.bitmap(address)
    const branches = pool.branchMask(address)
    while (at < high) {
      const key = keys[at]!
      const nibble = nibbleAt(key, end)
      const next = this.#groupEnd(at, high, end, nibble)
      const bit = 1 << nibble
      let child: Found
      if ((branches & bit) !== 0) child = this.#changeBranch(pool.child(address, nibble), end + 1, at, next)
      else if (this.#isOnlyChanged(at, next)) child = this.#leaf(key, this.#after[at]!)
      else child = this.#changeOther((bitmap & bit) !== 0, end + 1, at, next)
      this.#put(contents, nibble, end + 1, child)
      if (child !== NOTHING) {
        last = child
        lastNibble = nibble
      }
      at = next
    }
    return this.#finish(depth, end, first, contents, ownValue, last, lastNibble)
  }

  /** New keys part from the branch's partial key at nibble `end`: a new branch there takes the old one as a child. */
  #splitBranch(address: Address, depth: number, end: number, low: number, high: number): Found {
    const pool = this.#pool
    const keys = this.#keys
    const first = keys[low]!
    const partial = partialOf(pool, address)
    const oldNibble = partial[end - depth]!
    this.replaced.push(address)
    let moved: Found = this.#store(partial.slice(end - depth + 1), contentsOf(pool, address))
    const contents = emptyContents()
    let at = low
    let ownValue: Uint8Array | undefined
    if (2 * first.length === end) {
      ownValue = this.#after[at++]!
      contents.value = encodeValue(ownValue, this.#version)
    }
    let last: Found = NOTHING
    let lastNibble = -1
    const place = (nibble: number, child: Found) => {
      this.#put(contents, nibble, end + 1, child)
      if (child === NOTHING) return
      last = child
      lastNibble = nibble
    }
    while (at < high) {
      const nibble = nibbleAt(keys[at]!, end)
      const next = this.#groupEnd(at, high, end, nibble)
      if (nibble === oldNibble) {
        moved = this.#changeBranch(moved, end + 1, at, next)
        place(nibble, moved)
      } else place(nibble, this.#build(keys, this.#after, at, next, end + 1))
      at = next
    }
    if (contents.refs[oldNibble] === undefined && moved > NOTHING) place(oldNibble, moved)
    return this.#finish(depth, end, first, contents, ownValue, last, lastNibble)
  }

  /** A branch from its parts, or what is left when it has too few of them. */
  #finish(
    depth: number,
    end: number,
    key: ByteString,
    contents: Contents,
    ownValue: Uint8Array | undefined,
    last: Found,
    lastNibble: number,
  ): Found {
    const { value, refs, children } = contents
    const hasValue = value.kind !== 'none'
    const nibble = refs.findIndex((ref) => ref !== undefined)
    if (nibble < 0) {
      if (!hasValue) return NOTHING
      const own = key.slice(0, end >> 1)
      return this.#leaf(own, ownValue ?? this.#state.value(own)!)
    }
    if (hasValue || refs.findLastIndex((ref) => ref !== undefined) !== nibble) {
      return this.#store(nibblesOf(key, depth, end), contents)
    }
    // A single child and no value: the child takes this place.
    const child = children[nibble]
    if (child === undefined) {
      if (last === LEAF && nibble === lastNibble) return LEAF
      const leaf = this.#state.keyFrom(firstKeyBelow(key, end, nibble))!
      return this.#leaf(leaf, this.#state.value(leaf)!)
    }
    this.replaced.push(child)
    const partial = [...nibblesOf(key, depth, end), nibble, ...partialOf(this.#pool, child)]
    return this.#store(partial, contentsOf(this.#pool, child))
  }

  #store(partial: readonly number[], contents: Contents): Address {
    const address = storeBranch(this.#pool, partial, contents)
    this.made.push(address)
    return address
  }

  #put(contents: Contents, nibble: number, depth: number, child: Found): void {
    contents.children[nibble] = child > NOTHING ? child : undefined
    if (child === NOTHING) contents.refs[nibble] = undefined
    else if (child === LEAF) {
      contents.refs[nibble] = leafMerkleValue(this.#leafKey, depth, this.#leafValue, this.#version)
    } else {
      this.hashed++
      contents.refs[nibble] = refTo(this.#pool, child)
    }
  }
}
