/** The chain store over any {@link KeyValue}: what is written for a block, what is read back, and what is pruned. */
import { type ByteString, bytesToHex, type Hash, hexToByteString } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { blake2_256 } from '@neurite/primitives/hash'
import { type FlatState, type KeyChanges, StateTrie } from '@neurite/primitives/trie'
import { decodeHead, encodeHead, type Head } from './head.ts'
import { createHistory } from './history.ts'
import { type Batch, blockKey, endOfPrefix, type KeyValue } from './keyValue.ts'
import { heldBy, holds, isAbsent, madeBy, type StateRecord, viewOf } from './record.ts'
import { decodeList, encodeList, readHeaderFields } from './records.ts'
import { type Changed, putRedo, readRedo, removeRedo } from './redo.ts'
import { sortedPlaces } from './sortKeys.ts'
import type { BlockAt, ChainStore, PreparedState, StateChanges, StateReader, StoreOptions } from './types.ts'
import { undoEntries } from './undo.ts'

/** Facts of the store itself, beside those of its users (which carry the prefix `user:`). */
const HEAD = 'head'
const GENESIS = 'genesis'

/** Blocks pruned at most with one commit, so that a lowered limit does not stall a single block. */
const PRUNE_STEPS = 16

/** Entries read at once when all of them are. */
const PAGE = 1024

/** Entries from one word of progress to the next: half a second, about. */
const PROGRESS_STEP = 100_000

/** A proof this many blocks back rebuilds the trie of that block; a nearer one undoes the blocks since. */
const REBUILD_AFTER = 4096

/** A block that changes more is written whole: a genesis would be written twice, and held in memory. */
const MANY = 32_768

const NOTHING: Changed = { keys: [], after: [] }

/** A block that is committed and of which records, history and pruning are still to be done. */
interface Unfinished {
  readonly number: number
  readonly changed: Changed
}

export function createChainStore(kv: KeyValue, options: StoreOptions): ChainStore {
  const { statePruning = 256, blocksPruning = 'archive', stateVersion = 1 } = options
  const { state, undo, redo, header, body, blob, number: numbers, meta } = kv.tables
  let head = readHead()
  const history = createHistory(kv.tables)
  // Counts reverts: readers made before one check that their block is still there.
  let reverts = 0
  let unfinished: Unfinished | undefined
  redoLast()

  const flat: FlatState = {
    value: (key) => presentValue(state.get(key)),
    keyFrom: (start) => state.keys(start, undefined, 1)[0],
  }
  const trie = new StateTrie(stateVersion, withProgress(presentEntries()))

  checkHead()

  function readHead(): Head | undefined {
    const stored = meta.get(HEAD)
    return stored && decodeHead(stored)
  }

  /** The state after block `number`, and what it replaced where that has not been written. */
  function putState(batch: Batch, number: number, changed: Changed): void {
    history.record(batch, number, changed, {
      oldest: head?.oldestState ?? number,
      keepsUndo: head !== undefined && number > head.finished,
    })
  }

  /** Takes up what the last process had not brought to the tables. */
  function redoLast(): void {
    const changes = readRedo(redo)
    const first = [...changes.keys()][0]
    if (head === undefined || first === undefined) return
    const last = head.number
    // Blocks that changed nothing too: what a block deferred is in its place so many blocks later.
    for (let number = first; number <= last; number++) {
      kv.defer((batch) => {
        putState(batch, number, changes.get(number) ?? NOTHING)
        head = { ...head!, finished: Math.max(head!.finished, number) }
        putHead(batch, head)
      })
      // Block by block, as it was the first time. The next write tells when it fails.
      kv.settle().catch(() => {})
    }
  }

  /** Does what the head has left for later. Whoever reads a state comes here first, if nobody has been here before. */
  function finish(): void {
    if (unfinished === undefined) return
    const { number, changed } = unfinished
    kv.defer((batch) => {
      putState(batch, number, changed)
      // All that was deferred with those blocks is in its tables when this is. None may stay behind: done again without
      // those after it, it would bring back what they removed.
      removeRedo(batch, redo, 0, number - kv.lag)
      head = { ...prune(batch, head!), finished: number }
      putHead(batch, head)
    })
    // Not before: without it the state would be read as the block before left it.
    unfinished = undefined
  }

  /** Head, its header and the root of its trie must belong together, else nothing built on them would be accepted. */
  function checkHead(): void {
    if (head === undefined) return
    const stored = header.get(blockKey(head.number))
    const hash = stored && bytesToHex(blake2_256(stored.subarray(32)))
    const root = bytesToHex(trie.root)
    if (stored !== undefined && hash === head.hash && readHeaderFields(stored.subarray(32)).stateRoot === root) return
    throw new NeuriteError('CorruptStore', `The head of the chain store, block ${head.number}, is damaged.`, {
      details: [
        `Expected the header \`${head.hash}\`, found \`${hash}\`; the trie has the root \`${root}\`.`,
        'Restore the folder from a backup, or remove it and let the node build the chain again.',
      ],
    })
  }

  function putHead(batch: Batch, next: Head): void {
    batch.put('meta', HEAD, encodeHead(next))
  }

  /** Inside a batch: the tables must still be where this process left them. */
  function checkWriter(): void {
    if (readHead()?.hash === head?.hash) return
    throw new NeuriteError('ForeignWriter', 'Another process wrote to the store of this chain.', {
      details: [`Expected the head \`${head?.hash}\`.`, 'Stop all nodes on this base path, then start one of them.'],
    })
  }

  /** All entries of the head's state, ascending. Nothing must be committed meanwhile. */
  function* presentEntries(): Generator<[ByteString, Uint8Array]> {
    for (let start: ByteString | undefined = ''; start !== undefined; ) {
      const entries: [ByteString, Uint8Array][] = state.entries(start, undefined, PAGE)
      for (const [key, record] of entries) yield [key, heldBy(record)!]
      start = entries.length < PAGE ? undefined : `${entries[entries.length - 1]![0]}\0`
    }
  }

  function* withProgress<Entry>(entries: Iterable<Entry>): Generator<Entry> {
    let total: number | undefined
    let done = 0
    for (const entry of entries) {
      yield entry
      if (++done % PROGRESS_STEP !== 0) continue
      total ??= state.count()
      options.onProgress?.(done, total)
    }
  }

  /** What `changes` change in the head's state, as far as that can be told without a look at each former value. */
  function difference(changes: StateChanges): KeyChanges {
    const keys: ByteString[] = []
    const wasThere: boolean[] = []
    const after: (Uint8Array | undefined)[] = []
    const changed = [...changes.keys()]
    const values = [...changes.values()]
    const { presence } = changes
    for (const place of sortedPlaces(changed)) {
      const key = changed[place]!
      const value = values[place]
      let isThere = presence?.[place]
      if (isThere === undefined) {
        const record = state.get(key)
        isThere = record !== undefined
        if (record !== undefined && value !== undefined && holds(record, value)) continue
      }
      if (!isThere && value === undefined) continue
      keys.push(key)
      wasThere.push(isThere)
      after.push(value)
    }
    return { keys, wasThere, after }
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
    finish()
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
      finish()
      if (madeAt !== reverts && hashOf(number) !== hash) {
        throw new NeuriteError('UnknownBlock', `Block \`${hash}\` has been reverted.`, { data: { at: hash } })
      }
      if (head!.number === number) return true
      checkKept(number)
      return false
    }
    return {
      get: (key) => (isHead() ? presentValue(state.get(key)) : history.valueAt(key, number)),
      peek(key) {
        if (!isHead()) return history.valueAt(key, number)
        const record = state.get(key)
        return record && viewOf(record)
      },
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

  /** The flat state of a block. */
  function flatAt(number: number): FlatState {
    const reader = createReader(number)
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
      finish()
      const changed = difference(changes)
      const draft = trie.draft(flat, changed)
      return { root: bytesToHex(draft.root), parent: head?.hash, changed, draft }
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
      finish()
      const { changed } = block.state
      const isWhole = head === undefined || changed.keys.length > MANY
      const next: Head = {
        number,
        hash,
        oldestState: head?.oldestState ?? number,
        oldestBody: head?.oldestBody ?? number,
        finished: isWhole ? number : head!.finished,
      }
      const written = kv.write((batch) => {
        checkWriter()
        if (isWhole) putState(batch, number, changed)
        else putRedo(batch, number, changed)
        if (head === undefined) batch.put('meta', GENESIS, hashBytes)
        const stored = new Uint8Array(32 + block.header.length)
        stored.set(hashBytes)
        stored.set(block.header, 32)
        batch.put('header', blockKey(number), stored)
        batch.put('number', hexToByteString(hash), blockKeyBytes(number))
        batch.put('body', blockKey(number), encodeList(block.extrinsics))
        for (const [name, bytes] of Object.entries(block.blobs ?? {})) batch.put('blob', blockKey(number) + name, bytes)
        for (const [name, bytes] of Object.entries(block.meta ?? {})) putMeta(batch, name, bytes)
        putHead(batch, next)
      })
      head = next
      unfinished = { number, changed: isWhole ? NOTHING : changed }
      trie.install(block.state.draft)
      await written
    },
    settle() {
      finish()
      return kv.settle()
    },
    stateAt: (at) => createReader(locateState(at)),
    header(at) {
      const number = locate(at)
      return number === undefined ? undefined : header.get(blockKey(number))?.slice(32)
    },
    body(at) {
      finish()
      const number = locate(at)
      const stored = number === undefined ? undefined : body.get(blockKey(number))
      return stored && decodeList(stored)
    },
    blob(at, name) {
      finish()
      const number = locate(at)
      return number === undefined ? undefined : blob.get(blockKey(number) + name)?.slice()
    },
    hashOf,
    numberOf,
    readProof(at, keys) {
      const number = locateState(at)
      if (number === head!.number) return trie.prove(flat, keys)
      if (head!.number - number > REBUILD_AFTER) {
        return new StateTrie(stateVersion, entriesOf(createReader(number))).prove(flatAt(number), keys)
      }
      const draft = trie.draft(flat, difference(valuesOf(recordsBackTo(number))))
      try {
        return trie.prove(flatAt(number), keys, draft)
      } finally {
        trie.discard(draft)
      }
    },
    meta: (name) => meta.get(`user:${name}`)?.slice(),
    setMeta(name, value) {
      return kv.write((batch) => putMeta(batch, name, value))
    },
    revertTo(number) {
      locateState(number)
      if (number === head!.number) return Promise.resolve()
      const records = recordsBackTo(number)
      const draft = trie.draft(flat, difference(valuesOf(records)))
      const target = header.get(blockKey(number))!
      const { stateRoot } = readHeaderFields(target.subarray(32))
      if (bytesToHex(draft.root) !== stateRoot) {
        trie.discard(draft)
        throw new NeuriteError('CorruptStore', `The kept history does not lead back to block ${number}.`, {
          details: [`Expected the state root \`${stateRoot}\`, got \`${bytesToHex(draft.root)}\`.`],
        })
      }
      const { oldestState, oldestBody } = head!
      const next: Head = { number, hash: bytesToHex(target.subarray(0, 32)), oldestState, oldestBody, finished: number }
      const written = kv.write((batch) => {
        checkWriter()
        for (let block = head!.number; block > number; block--) history.forget(batch, block)
        for (const [key, record] of records) {
          history.putRecord(batch, key, record)
          // What was removed before the oldest kept state is known to nobody.
          if (isAbsent(record) && (madeBy(record) ?? 0) > oldestState) batch.put('gone', key, record)
          else batch.remove('gone', key)
        }
        for (let block = head!.number; block > number; block--) {
          removeBody(batch, block)
          batch.remove('number', hexToByteString(hashOf(block)!))
          batch.remove('header', blockKey(block))
        }
        removeRedo(batch, redo, number + 1, head!.number)
        putHead(batch, next)
      })
      head = next
      reverts++
      trie.install(draft)
      return written
    },
    oldestState() {
      finish()
      return head?.oldestState ?? 0
    },
    recomputeRoot() {
      finish()
      return bytesToHex(new StateTrie(stateVersion, presentEntries()).root)
    },
    stats() {
      finish()
      return { stateKeys: state.count(), diskBytes: kv.diskBytes() }
    },
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
        history.forget(batch, ++oldestState)
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

function valuesOf(records: ReadonlyMap<ByteString, StateRecord>): StateChanges {
  return new Map([...records].map(([key, record]) => [key, heldBy(record)]))
}

function blockKeyBytes(number: number): Uint8Array {
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, number)
  return out
}
