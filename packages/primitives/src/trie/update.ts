/**
 * A block's changes applied to the trie of the block before.
 *
 * Only branches are kept, by the place where they hang; a leaf is made anew from the flat state. Work is linear in the
 * number of changed keys times the depth: for each changed key one state read and the branches above it.
 */
import { type ByteString, bytesEqual } from '../bytes/index.ts'
import { blake2_256 } from '../hash/index.ts'
import { buildBranch, EMPTY_ROOT } from './build.ts'
import {
  type Branch,
  type BranchRecord,
  type ChildRefs,
  childPlace,
  childRef,
  copyRecord,
  type EncodedValue,
  encodeBranch,
  encodeLeaf,
  encodeValue,
  leafMerkleValue,
  merkleValue,
  NO_VALUE,
  partialNibble,
  RECORD_PREFIX,
  readBranch,
  type StateVersion,
  withPartial,
} from './codec.ts'
import {
  firstKeyAt,
  firstKeyBelow,
  nibbleAt,
  pathBelow,
  pathOf,
  ROOT_PATH,
  sharesNibbles,
  type TriePath,
} from './nibbles.ts'

/** The trie before the changes: its flat state and its branches by place. */
export interface TrieSource {
  value(key: ByteString): Uint8Array | undefined
  /** Smallest key of the state that is `>= start`. */
  keyFrom(start: ByteString): ByteString | undefined
  branch(path: TriePath): BranchRecord | undefined
}

export type TrieChanges = ReadonlyMap<TriePath, BranchRecord | undefined>

export interface TrieUpdate {
  /** Root after the changes, 32 bytes. */
  readonly root: Uint8Array
  /** Keys whose value really changed, ascending, with the value before and after. */
  readonly keys: readonly ByteString[]
  readonly before: readonly (Uint8Array | undefined)[]
  readonly after: readonly (Uint8Array | undefined)[]
  /** Branches to write, or to remove where undefined. */
  readonly branches: TrieChanges
  /** Branches hashed, for tests of the cost. */
  readonly hashed: number
}

type Node =
  | { readonly type: 'none' }
  | { readonly type: 'leaf'; readonly key: ByteString; readonly value: Uint8Array }
  | { readonly type: 'branch'; readonly record: BranchRecord }

const NONE: Node = { type: 'none' }

/** What stays the same during one update. */
interface Update {
  readonly source: TrieSource
  readonly version: StateVersion
  readonly keys: ByteString[]
  readonly before: (Uint8Array | undefined)[]
  readonly after: (Uint8Array | undefined)[]
  readonly branches: Map<TriePath, BranchRecord | undefined>
  hashed: number
}

/**
 * Root and branch changes that `changes` bring about.
 * @param source the state and the branches before the changes; it is not modified.
 */
export function updateTrie(
  source: TrieSource,
  changes: Iterable<readonly [ByteString, Uint8Array | undefined]>,
  version: StateVersion = 1,
): TrieUpdate {
  const update: Update = { source, version, keys: [], before: [], after: [], branches: new Map(), hashed: 0 }
  const values =
    changes instanceof Map ? (changes as ReadonlyMap<ByteString, Uint8Array | undefined>) : new Map(changes)
  // Without a comparator strings sort by UTF-16 unit, which is the order of the bytes, and twice as fast.
  for (const key of [...values.keys()].sort()) {
    const value = values.get(key)
    const before = source.value(key)
    if (before === undefined ? value === undefined : value !== undefined && bytesEqual(before, value)) continue
    update.keys.push(key)
    update.before.push(before)
    update.after.push(value)
  }
  const root = updateRoot(update)
  const { keys, before, after, branches, hashed } = update
  return { root, keys, before, after, branches, hashed }
}

function updateRoot(update: Update): Uint8Array {
  const { source, keys, version } = update
  const record = source.branch(ROOT_PATH)
  let node: Node
  if (keys.length > 0) {
    node =
      record === undefined ? updateLeaf(update, 0, 0, keys.length) : updateBranch(update, 0, 0, keys.length, record)
    if (node.type === 'branch') update.branches.set(ROOT_PATH, node.record)
    else if (record !== undefined) update.branches.set(ROOT_PATH, undefined)
  } else if (record !== undefined) node = { type: 'branch', record }
  else {
    const key = source.keyFrom('')
    node = key === undefined ? NONE : { type: 'leaf', key, value: source.value(key)! }
  }
  if (node.type === 'none') return EMPTY_ROOT.slice()
  if (node.type === 'leaf') return blake2_256(encodeLeaf(node.key, 0, node.value, version))
  return blake2_256(node.record.subarray(RECORD_PREFIX))
}

/** The changes `low` to `high` in a place that held a leaf or nothing. */
function updateLeaf(update: Update, depth: number, low: number, high: number): Node {
  const { source, keys, before, after, version, branches } = update
  const placeKeys: ByteString[] = []
  const placeValues: Uint8Array[] = []
  let found = false
  for (let at = low; at < high; at++) {
    if (before[at] !== undefined) found = true
    const value = after[at]
    if (value === undefined) continue
    placeKeys.push(keys[at]!)
    placeValues.push(value)
  }
  if (!found) {
    // No changed key was here before, so the leaf (if the place held one) stays and joins the new keys.
    const key = source.keyFrom(firstKeyAt(keys[low]!, depth))
    if (key !== undefined && sharesNibbles(key, keys[low]!, depth)) {
      let index = 0
      while (index < placeKeys.length && placeKeys[index]! < key) index++
      placeKeys.splice(index, 0, key)
      placeValues.splice(index, 0, source.value(key)!)
    }
  }
  return buildNode(update, placeKeys, placeValues, 0, placeKeys.length, depth, version, branches)
}

function buildNode(
  update: Update,
  keys: readonly ByteString[],
  values: readonly (Uint8Array | undefined)[],
  low: number,
  high: number,
  depth: number,
  version: StateVersion,
  branches: Map<TriePath, BranchRecord | undefined>,
): Node {
  if (high === low) return NONE
  if (high === low + 1) return { type: 'leaf', key: keys[low]!, value: values[low]! }
  const record = buildBranch(keys, values, low, high, depth, version, (path, below) => {
    update.hashed++
    branches.set(path, below)
  })
  return { type: 'branch', record }
}

/** The changes `low` to `high` in a place that held the branch `record`. */
function updateBranch(update: Update, depth: number, low: number, high: number, record: BranchRecord): Node {
  const { keys, after, version, source } = update
  const branch = readBranch(record)
  const end = depth + branch.nibbles
  const first = keys[low]!
  const shared = sharedPartial(branch, depth, first, keys[high - 1]!)
  if (shared < branch.nibbles) return splitBranch(update, depth, depth + shared, low, high, branch)

  let at = low
  let value: EncodedValue | undefined
  let ownValue: Uint8Array | undefined
  if (2 * first.length === end) {
    ownValue = after[at++]
    value = ownValue === undefined ? NO_VALUE : encodeValue(ownValue, version)
  }
  // As long as every part keeps its length, the old record is patched in place of being encoded anew.
  let patched = value === undefined ? copyRecord(record) : undefined
  let refs: ChildRefs | undefined
  let leaves = branch.leaves
  let bitmap = branch.bitmap
  let last: Node = NONE
  let lastNibble = -1
  while (at < high) {
    const key = keys[at]!
    const nibble = nibbleAt(key, end)
    let next = at + 1
    while (next < high && nibbleAt(keys[next]!, end) === nibble) next++
    const bit = 1 << nibble
    const wasBranch = (branch.bitmap & bit) !== 0 && (branch.leaves & bit) === 0
    let path: TriePath | undefined
    let child: Node
    if (wasBranch) {
      path = pathOf(key, end + 1)
      child = updateBranch(update, end + 1, at, next, loadBranch(source, path))
    } else if (next === at + 1 && update.before[at] !== undefined && after[at] !== undefined) {
      child = { type: 'leaf', key, value: after[at]! }
    } else if ((branch.bitmap & bit) !== 0) child = updateLeaf(update, end + 1, at, next)
    else child = buildNode(update, keys, after, at, next, end + 1, version, update.branches)
    // Most children are leaves, which need no path.
    if (child.type === 'branch') path ??= pathOf(key, end + 1)
    const ref = placeChild(update, path, end + 1, child)
    if (child.type === 'none') {
      bitmap &= ~bit
      leaves &= ~bit
    } else {
      bitmap |= bit
      leaves = child.type === 'leaf' ? leaves | bit : leaves & ~bit
      last = child
      lastNibble = nibble
    }
    if (patched !== undefined) {
      const place = childPlace(branch, nibble)
      if (ref !== undefined && place !== 0 && record[place - 1] === ref.length << 2) patched.set(ref, place)
      else {
        refs = refsOf(readBranch(patched))
        patched = undefined
        refs[nibble] = ref
      }
    } else {
      refs ??= refsOf(branch)
      refs[nibble] = ref
    }
    at = next
  }
  if (patched !== undefined) {
    patched[0] = leaves & 255
    patched[1] = leaves >> 8
    return { type: 'branch', record: patched }
  }
  refs ??= refsOf(branch)
  value ??= { kind: branch.valueKind, bytes: record.subarray(branch.bitmapAt + 2, branch.valueEnd) }
  return finishBranch(update, depth, end, first, value, ownValue, refs, leaves, bitmap, last, lastNibble)
}

/** New keys part from the branch's partial key at nibble `end`: a new branch there takes the old one as a child. */
function splitBranch(update: Update, depth: number, end: number, low: number, high: number, branch: Branch): Node {
  const { keys, after, version } = update
  const first = keys[low]!
  const partial = partialNibbles(branch)
  const oldNibble = partial[end - depth]!
  const movedRecord = withPartial(branch, partial.slice(end - depth + 1))
  let moved: Node = { type: 'branch', record: movedRecord }
  const refs: ChildRefs = new Array(16).fill(undefined)
  let leaves = 0
  let bitmap = 0
  let last: Node = NONE
  let lastNibble = -1
  let value = NO_VALUE
  let ownValue: Uint8Array | undefined
  let at = low
  const place = (nibble: number, child: Node) => {
    const path = child.type === 'branch' ? pathBelow(first, end, nibble) : undefined
    refs[nibble] = placeChild(update, path, end + 1, child)
    if (child.type === 'none') return
    bitmap |= 1 << nibble
    if (child.type === 'leaf') leaves |= 1 << nibble
    last = child
    lastNibble = nibble
  }
  if (2 * first.length === end) {
    ownValue = after[at++]!
    value = encodeValue(ownValue, version)
  }
  while (at < high) {
    const nibble = nibbleAt(keys[at]!, end)
    let next = at + 1
    while (next < high && nibbleAt(keys[next]!, end) === nibble) next++
    if (nibble === oldNibble) moved = updateBranch(update, end + 1, at, next, movedRecord)
    else place(nibble, buildNode(update, keys, after, at, next, end + 1, version, update.branches))
    at = next
  }
  place(oldNibble, moved)
  return finishBranch(update, depth, end, first, value, ownValue, refs, leaves, bitmap, last, lastNibble)
}

/** A branch from its parts, or what is left when it has too few of them. */
function finishBranch(
  update: Update,
  depth: number,
  end: number,
  key: ByteString,
  value: EncodedValue,
  ownValue: Uint8Array | undefined,
  refs: ChildRefs,
  leaves: number,
  bitmap: number,
  last: Node,
  lastNibble: number,
): Node {
  const { source } = update
  if (bitmap === 0) {
    if (value.kind === 'none') return NONE
    const own = key.slice(0, end >> 1)
    return { type: 'leaf', key: own, value: ownValue ?? source.value(own)! }
  }
  if (value.kind !== 'none' || (bitmap & (bitmap - 1)) !== 0) {
    return { type: 'branch', record: encodeBranch(key, depth, end, value, refs, leaves) }
  }
  // A single child and no value: the child takes this place.
  const nibble = 31 - Math.clz32(bitmap)
  const path = pathBelow(key, end, nibble)
  let child = last
  if (nibble !== lastNibble) {
    if ((leaves & bitmap) !== 0) {
      const leaf = source.keyFrom(firstKeyBelow(key, end, nibble))!
      return { type: 'leaf', key: leaf, value: source.value(leaf)! }
    }
    child = { type: 'branch', record: loadBranch(source, path) }
  }
  if (child.type !== 'branch') return child
  update.branches.set(path, undefined)
  const below = readBranch(child.record)
  const partial = partialNibbles(below)
  const above: number[] = []
  for (let index = depth; index < end; index++) above.push(nibbleAt(key, index))
  return { type: 'branch', record: withPartial(below, [...above, nibble, ...partial]) }
}

/**
 * Records what hangs in a place now; its merkle value.
 * @param path the place; needed only if it holds or held a branch.
 */
function placeChild(update: Update, path: TriePath | undefined, depth: number, child: Node): Uint8Array | undefined {
  if (child.type === 'branch') {
    update.hashed++
    update.branches.set(path!, child.record)
    return merkleValue(child.record.subarray(RECORD_PREFIX))
  }
  if (path !== undefined) update.branches.set(path, undefined)
  return child.type === 'none' ? undefined : leafMerkleValue(child.key, depth, child.value, update.version)
}

function loadBranch(source: TrieSource, path: TriePath): BranchRecord {
  const record = source.branch(path)
  // A missing branch means a damaged store; readBranch of no bytes says so.
  return record ?? new Uint8Array(0)
}

function refsOf(branch: Branch): ChildRefs {
  const refs: ChildRefs = new Array(16)
  for (let nibble = 0; nibble < 16; nibble++) refs[nibble] = childRef(branch, nibble)
  return refs
}

function partialNibbles(branch: Branch): number[] {
  const nibbles: number[] = []
  for (let index = 0; index < branch.nibbles; index++) {
    nibbles.push(partialNibble(branch.record, branch.partialAt, branch.nibbles, index))
  }
  return nibbles
}

/** Number of nibbles of the branch's partial key that both keys (the lowest and the highest change) follow. */
function sharedPartial(branch: Branch, depth: number, first: ByteString, last: ByteString): number {
  const limit = Math.min(branch.nibbles, 2 * first.length - depth, 2 * last.length - depth)
  for (let index = 0; index < limit; index++) {
    const nibble = partialNibble(branch.record, branch.partialAt, branch.nibbles, index)
    if (nibbleAt(first, depth + index) !== nibble || nibbleAt(last, depth + index) !== nibble) return index
  }
  return limit
}
