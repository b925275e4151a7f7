/** The chain store over any {@link KeyValue}: what is written for a block, what is read back, and what is pruned. */
import { type ByteString, bytesToHex, type Hash, hexToByteString, hexToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { blake2_256 } from '@neurite/primitives/hash'
import { createProof, type TrieSource, type TrieUpdate, updateTrie } from '@neurite/primitives/trie'
import { BranchCache } from './branchCache.ts'
import { createHistory } from './history.ts'
import { type Batch, blockKey, endOfPrefix, type KeyValue } from './keyValue.ts'
import { heldBy, isAbsent, madeBy, NEVER, nextRecord, type StateRecord, valueIn } from './record.ts'
import { decodeKeys, decodeList, encodeKeys, encodeList, readHeaderFields } from './records.ts'
import type { BlockAt, BlockId, ChainStore, PreparedState, StateReader, StoreOptions } from './types.ts'
import { putUndo, removeUndo, undoEntries } from './undo.ts'

/** Facts of the store itself, beside those of its users (which carry the prefix `user:`). */
const HEAD = 'head'
const GENESIS = 'genesis'

/** Blocks pruned at most with one commit, so that a lowered limit does not stall a single block. */
const PRUNE_STEPS = 16

/** A proof this many blocks back rebuilds the trie of that block; a nearer one undoes the blocks since. */
const REBUILD_AFTER = 4096

/** The head and the first blocks whose state and body are kept. */
interface Head extends BlockId {
  readonly oldestState: number
  readonly oldestBody: number
}

export function createChainStore(kv: KeyValue, options: StoreOptions): ChainStore {
  const { statePruning = 256, blocksPruning = 'archive', stateVersion = 1, cacheBytes = 4 << 20 } = options
  const { state, gone, goneAt, undo, trie, header, body, blob, number: numbers, meta } = kv.tables
  const cache = new BranchCache(cacheBytes)
  let head = readHead()
  const history = createHistory(state, gone, undo)
  // Counts reverts: readers made before one check that their block is still there.
  let reverts = 0

  const source: TrieSource = {
    value: (key) => presentValue(state.get(key)),
    keyFrom: (start) => state.keys(start, undefined, 1)[0],
    branch(path) {
      const cached = cache.get(path)
      if (cached !== undefined) return cached
      const record = trie.get(path)
      if (record !== undefined) cache.set(path, record)
      return record
    },
  }

  checkHead()

  function readHead(): Head | undefined {
    const stored = meta.get(HEAD)
    if (stored === undefined) return undefined
    const view = new DataView(stored.buffer, stored.byteOffset)
    return {
      number: view.getUint32(0),
      oldestState: view.getUint32(4),
      oldestBody: view.getUint32(8),
      hash: bytesToHex(stored.subarray(12, 44)),
    }
  }

  /** Head, its header and the root of its trie must belong together, else nothing built on them would be accepted. */
  function checkHead(): void {
    if (head === undefined) return
    const stored = header.get(blockKey(head.number))
    const hash = stored && bytesToHex(blake2_256(stored.subarray(32)))
    const root = bytesToHex(updateTrie(source, [], stateVersion).root)
    if (stored !== undefined && hash === head.hash && readHeaderFields(stored.subarray(32)).stateRoot === root) return
    throw new NeuriteError('CorruptStore', `The head of the chain store, block ${head.number}, is damaged.`, {
      details: [
        `Expected the header \`${head.hash}\`, found \`${hash}\`; the trie has the root \`${root}\`.`,
        'Restore the folder from a backup, or remove it and let the node build the chain again.',
      ],
    })
  }

  function putHead(batch: Batch, next: Head): void {
    const stored = new Uint8Array(44)
    const view = new DataView(stored.buffer)
    view.setUint32(0, next.number)
    view.setUint32(4, next.oldestState)
    view.setUint32(8, next.oldestBody)
    stored.set(hexToBytes(next.hash), 12)
    batch.put('meta', HEAD, stored)
  }

  /** Inside a batch: the tables must still be where this process left them. */
  function checkWriter(): void {
    if (readHead()?.hash === head?.hash) return
    throw new NeuriteError('ForeignWriter', 'Another process wrote to the store of this chain.', {
      details: [`Expected the head \`${head?.hash}\`.`, 'Stop all nodes on this base path, then start one of them.'],
    })
  }

  function putRecord(batch: Batch, key: ByteString, record: StateRecord): void {
    if (isAbsent(record)) batch.remove('state', key)
    else batch.put('state', key, record)
  }

  function putBranches(batch: Batch, { branches }: TrieUpdate): void {
    for (const [path, record] of branches) {
      if (record === undefined) batch.remove('trie', path)
      else batch.put('trie', path, record)
    }
  }

  function cacheUpdate({ branches }: TrieUpdate): void {
    for (const [path, record] of branches) {
      if (record === undefined) cache.delete(path)
      else cache.set(path, record)
    }
  }

  /** The state after block `number`, and what it replaced. */
  function putState(batch: Batch, number: number, { update, records }: PreparedState): void {
    const oldest = head?.oldestState ?? number
    const before: StateRecord[] = []
    const removed: ByteString[] = []
    update.keys.forEach((key, index) => {
      const value = update.after[index]
      const old = records.get(key) ?? gone.get(key) ?? NEVER
      const record = nextRecord(old, number, oldest, value)
      before.push(old)
      putRecord(batch, key, record)
      if (value === undefined) {
        removed.push(key)
        batch.put('gone', key, record)
      } else if (isAbsent(old) && old !== NEVER) batch.remove('gone', key)
    })
    putBranches(batch, update)
    if (head === undefined) return
    putUndo(batch, number, update.keys, before)
    if (removed.length > 0) batch.put('goneAt', blockKey(number), encodeKeys(removed))
  }

  /** Forgets what `block` replaced: no kept state needs it any more. */
  function removeHistory(batch: Batch, block: number): void {
    removeUndo(batch, undo, block)
    const removed = goneAt.get(blockKey(block))
    if (removed === undefined) return
    for (const key of decodeKeys(removed)) {
      const record = gone.get(key)
      if (record !== undefined && madeBy(record) === block) batch.remove('gone', key)
    }
    batch.remove('goneAt', blockKey(block))
  }

  function removeBody(batch: Batch, block: number): void {
    batch.remove('body', blockKey(block))
    for (const key of blob.keys(blockKey(block), endOfPrefix(blockKey(block)), 256)) batch.remove('blob', key)
  }

  /** Number of the block, if it is known. */
  function locate(at: BlockAt): number | undefined {
    if (at === 'head') return head?.number
    if (typeof at === 'number') return head !== undefined && header.get(blockKey(at)) !== undefined ? at : undefined
    return numberOf(at)
  }

  function numberOf(hash: Hash): number | undefined {
    const stored = numbers.get(hexToByteString(hash))
    return stored === undefined ? undefined : new DataView(stored.buffer, stored.byteOffset).getUint32(0)
  }

  function hashOf(number: number): Hash | undefined {
    if (head?.number === number) return head.hash
    const stored = header.get(blockKey(number))
    return stored === undefined ? undefined : bytesToHex(stored.subarray(0, 32))
  }

  function locateState(at: BlockAt): number {
    const number = locate(at)
    if (number === undefined) {
      throw new NeuriteError('UnknownBlock', `Block \`${at}\` is unknown.`, {
        details: [head === undefined ? 'The store is empty.' : `The head is block ${head.number}.`],
        data: { at },
      })
    }
    checkKept(number)
    return number
  }

  function checkKept(number: number): void {
    if (number >= head!.oldestState) return
    throw new NeuriteError('StateDiscarded', `The state of block ${number} has been discarded.`, {
      details: [
        `The oldest kept state is that of block ${head!.oldestState}.`,
        'Use an archive node (statePruning `archive`) for older ones.',
      ],
      data: { number, oldest: head!.oldestState },
    })
  }

  function createReader(number: number): StateReader {
    const hash = hashOf(number)
    const madeAt = reverts
    const isHead = (): boolean => {
      if (madeAt !== reverts && hashOf(number) !== hash) {
        throw new NeuriteError('UnknownBlock', `Block \`${hash}\` has been reverted.`, { data: { at: hash } })
      }
      if (head!.number === number) return true
      checkKept(number)
      return false
    }
    return {
      get: (key) => (isHead() ? presentValue(state.get(key)) : history.valueAt(key, number)),
      *keys(prefix, after) {
        const end = endOfPrefix(prefix)
        let start: ByteString | undefined = after === undefined || after < prefix ? prefix : `${after}\0`
        // Whole pages, so that a commit between two keys does not disturb the walk; small at first, as many callers
        // stop early.
        for (let limit = 16; start !== undefined; limit = Math.min(2 * limit, 1024)) {
          let keys: ByteString[]
          if (isHead()) {
            keys = state.keys(start, end, limit)
            start = keys.length < limit ? undefined : `${keys[keys.length - 1]!}\0`
          } else {
            const page = history.keysAt(start, end, limit, number)
            keys = page.keys
            start = page.next
          }
          yield* keys
        }
      },
    }
  }

  /** Records by key that turn the head's state into that of `number`. */
  function recordsBackTo(number: number): Map<ByteString, StateRecord> {
    const back = new Map<ByteString, StateRecord>()
    for (let block = head!.number; block > number; block--) {
      for (const [key, record] of undoEntries(undo, block)) back.set(key, record)
    }
    return back
  }

  /** The trie of a past block, in memory. */
  function sourceAt(number: number): TrieSource {
    if (number === head!.number) return source
    const reader = createReader(number)
    let update: TrieUpdate
    if (head!.number - number > REBUILD_AFTER) {
      const nothing: TrieSource = { value: () => undefined, keyFrom: () => undefined, branch: () => undefined }
      update = updateTrie(nothing, entriesOf(reader), stateVersion)
    } else update = updateTrie(source, valuesOf(recordsBackTo(number)), stateVersion)
    const rebuilt = head!.number - number > REBUILD_AFTER
    return {
      value: (key) => reader.get(key),
      keyFrom(start) {
        for (let from: ByteString | undefined = start; from !== undefined; ) {
          const page = history.keysAt(from, undefined, 16, number)
          if (page.keys.length > 0) return page.keys[0]
          from = page.next
        }
        return undefined
      },
      branch: (path) => (rebuilt || update.branches.has(path) ? update.branches.get(path) : source.branch(path)),
    }
  }

  function* entriesOf(reader: StateReader): Generator<[ByteString, Uint8Array]> {
    for (const key of reader.keys('')) yield [key, reader.get(key)!]
  }

  return {
    head: () => head && { number: head.number, hash: head.hash },
    genesisHash() {
      const stored = meta.get(GENESIS)
      return stored === undefined ? undefined : bytesToHex(stored)
    },
    prepareRoot(changes): PreparedState {
      const records = new Map<ByteString, StateRecord>()
      const remembering: TrieSource = {
        ...source,
        value(key) {
          const record = state.get(key)
          if (record !== undefined) records.set(key, record)
          return record && valueIn(record)
        },
      }
      const update = updateTrie(remembering, changes, stateVersion)
      return { root: bytesToHex(update.root), parent: head?.hash, update, records }
    },
    async commitBlock(block) {
      const fields = readHeaderFields(block.header)
      const { number } = fields
      const hashBytes = blake2_256(block.header)
      const hash = bytesToHex(hashBytes)
      if (head !== undefined && (number !== head.number + 1 || fields.parentHash !== head.hash)) {
        throw new NeuriteError('BlockOutOfOrder', `Block ${number} does not follow the head.`, {
          details: [
            `It names the parent \`${fields.parentHash}\`.`,
            `Expected block ${head.number + 1} on \`${head.hash}\`.`,
          ],
        })
      }
      if (block.state.parent !== head?.hash) {
        throw new NeuriteError('StalePreparation', `The state of block ${number} was prepared on another head.`, {
          details: [`It was prepared on \`${block.state.parent}\`.`, 'Prepare the root again on the present head.'],
        })
      }
      if (block.state.root !== fields.stateRoot) {
        throw new NeuriteError('StateRootMismatch', `The header of block ${number} has another state root.`, {
          details: [`The header says \`${fields.stateRoot}\`.`, `The state gives \`${block.state.root}\`.`],
        })
      }
      const { update } = block.state
      let next: Head = {
        number,
        hash,
        oldestState: head?.oldestState ?? number,
        oldestBody: head?.oldestBody ?? number,
      }
      const written = kv.write((batch) => {
        checkWriter()
        putState(batch, number, block.state)
        if (head === undefined) batch.put('meta', GENESIS, hashBytes)
        const stored = new Uint8Array(32 + block.header.length)
        stored.set(hashBytes)
        stored.set(block.header, 32)
        batch.put('header', blockKey(number), stored)
        batch.put('number', hexToByteString(hash), blockKeyBytes(number))
        batch.put('body', blockKey(number), encodeList(block.extrinsics))
        for (const [name, bytes] of Object.entries(block.blobs ?? {})) batch.put('blob', blockKey(number) + name, bytes)
        for (const [name, bytes] of Object.entries(block.meta ?? {})) putMeta(batch, name, bytes)
        next = prune(batch, next)
        putHead(batch, next)
      })
      head = next
      cacheUpdate(update)
      await written
    },
    stateAt: (at) => createReader(locateState(at)),
    header(at) {
      const number = locate(at)
      return number === undefined ? undefined : header.get(blockKey(number))?.slice(32)
    },
    body(at) {
      const number = locate(at)
      const stored = number === undefined ? undefined : body.get(blockKey(number))
      return stored && decodeList(stored)
    },
    blob(at, name) {
      const number = locate(at)
      return number === undefined ? undefined : blob.get(blockKey(number) + name)?.slice()
    },
    hashOf,
    numberOf,
    readProof(at, keys) {
      return createProof(sourceAt(locateState(at)), keys, stateVersion)
    },
    meta: (name) => meta.get(`user:${name}`)?.slice(),
    setMeta(name, value) {
      return kv.write((batch) => putMeta(batch, name, value))
    },
    revertTo(number) {
      locateState(number)
      if (number === head!.number) return Promise.resolve()
      const records = recordsBackTo(number)
      const update = updateTrie(source, valuesOf(records), stateVersion)
      const target = header.get(blockKey(number))!
      const { stateRoot } = readHeaderFields(target.subarray(32))
      if (bytesToHex(update.root) !== stateRoot) {
        throw new NeuriteError('CorruptStore', `The kept history does not lead back to block ${number}.`, {
          details: [`Expected the state root \`${stateRoot}\`, got \`${bytesToHex(update.root)}\`.`],
        })
      }
      const { oldestState, oldestBody } = head!
      const next: Head = { number, hash: bytesToHex(target.subarray(0, 32)), oldestState, oldestBody }
      const written = kv.write((batch) => {
        checkWriter()
        putBranches(batch, update)
        for (let block = head!.number; block > number; block--) removeHistory(batch, block)
        for (const [key, record] of records) {
          putRecord(batch, key, record)
          // What was removed before the oldest kept state is known to nobody.
          if (isAbsent(record) && (madeBy(record) ?? 0) > oldestState) batch.put('gone', key, record)
          else batch.remove('gone', key)
        }
        for (let block = head!.number; block > number; block--) {
          removeBody(batch, block)
          batch.remove('number', hexToByteString(hashOf(block)!))
          batch.remove('header', blockKey(block))
        }
        putHead(batch, next)
      })
      head = next
      reverts++
      cacheUpdate(update)
      return written
    },
    oldestState: () => head?.oldestState ?? 0,
    recomputeRoot() {
      const nothing: TrieSource = { value: () => undefined, keyFrom: () => undefined, branch: () => undefined }
      if (head === undefined) return bytesToHex(updateTrie(nothing, [], stateVersion).root)
      return bytesToHex(updateTrie(nothing, entriesOf(createReader(head.number)), stateVersion).root)
    },
    stats: () => ({ stateKeys: state.count(), diskBytes: kv.diskBytes() }),
    close: () => kv.close(),
  }

  function putMeta(batch: Batch, name: string, value: Uint8Array | undefined): void {
    if (value === undefined) batch.remove('meta', `user:${name}`)
    else batch.put('meta', `user:${name}`, value)
  }

  /** Removes what falls out of the kept blocks; the head with its new limits. */
  function prune(batch: Batch, next: Head): Head {
    let { oldestState, oldestBody } = next
    if (statePruning !== 'archive') {
      for (let step = 0; step < PRUNE_STEPS && oldestState < next.number - statePruning; step++) {
        removeHistory(batch, ++oldestState)
      }
    }
    if (blocksPruning !== 'archive') {
      for (let step = 0; step < PRUNE_STEPS && oldestBody < next.number - blocksPruning; step++) {
        removeBody(batch, oldestBody++)
      }
    }
    return { ...next, oldestState, oldestBody }
  }
}

function presentValue(record: StateRecord | undefined): Uint8Array | undefined {
  return record && heldBy(record)
}

function* valuesOf(
  records: ReadonlyMap<ByteString, StateRecord>,
): Generator<readonly [ByteString, Uint8Array | undefined]> {
  for (const [key, record] of records) yield [key, heldBy(record)]
}

function blockKeyBytes(number: number): Uint8Array {
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, number)
  return out
}
