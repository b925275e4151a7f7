/**
 * The chain as the node knows it: the store, the runtime, the best and the finalised block. Blocks enter through
 * `append` alone, whoever has decided on them.
 */
import { bytesToHex, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { blake2_256 } from '@neurite/primitives/hash'
import { decode, encode } from '@neurite/primitives/scale'
import { orderedTrieRoot } from '@neurite/primitives/trie'
import type { BlockBuilder, Extrinsic, Runtime, StateAt } from '@neurite/runtime/executive'
import { CellCache, type DigestItem, type Header, headerCodec, lookup, type StateChanges } from '@neurite/runtime/frame'
import type { Migration } from '@neurite/runtime/migrations'
import { type IncludedTransaction, nonceTag, type Pool } from '../pool/index.ts'
import type { ChainStore } from '../store/index.ts'
import { RUNTIME_FACT } from './codeHash.ts'
import { collectYoung } from './heap.ts'
import { createSignal, type Signal } from './signal.ts'

export interface BlockId {
  readonly hash: Hash
  readonly number: number
}

export interface ImportedBlock extends BlockId {
  readonly header: Header
  readonly extrinsics: readonly Uint8Array[]
  /** What the block changed in the state. */
  readonly changes: StateChanges
  /** Bytes of the keys and values the block changed. */
  readonly proofSize: number
}

export interface AppendOptions {
  /** Digest item added after execution, from the hash of the header without it. */
  readonly seal?: (preHash: Uint8Array) => DigestItem
  readonly blobs?: Readonly<Record<string, Uint8Array>>
  readonly meta?: Readonly<Record<string, Uint8Array | undefined>>
  /** Raw changes made besides the block's own (a development node's `dev_setStorage`). The block's win. */
  readonly extraChanges?: StateChanges
}

export interface Chain {
  readonly runtime: Runtime
  readonly store: ChainStore
  readonly genesisHash: Hash
  readonly best: BlockId
  readonly finalized: BlockId
  readonly bestHeader: Header
  /** Undefined when the block is unknown. */
  header(at: Hash | number): Header | undefined
  hashOf(number: number): Hash | undefined
  numberOf(hash: Hash): number | undefined
  /** A block on top of `parent`: migrated first, if the state is that of an older runtime. */
  startBlock(state: StateAt, parent: BlockId, digest: readonly DigestItem[]): BlockBuilder
  /** State for the runtime; the decoded cells of the best block are shared. @throws NeuriteError as the store. */
  stateAt(at: BlockId): StateAt
  /**
   * Makes a built block the best one. It is durable before anybody hears of it. One at a time.
   * @throws NeuriteError `UnfinishableBlock` when the runtime fails to finish it: nothing has happened then.
   */
  append(builder: BlockBuilder, options?: AppendOptions): Promise<ImportedBlock>
  /** Makes `hash` and all before it final and tells everybody. */
  finalize(hash: Hash): void
  /** Goes back to a block whose state is kept; what came after is forgotten. */
  revertTo(number: number): void
  /** A new best block. */
  readonly imported: Signal<ImportedBlock>
  /** A newly final block; each one, in order. */
  readonly finality: Signal<BlockId>
  /** The best block is another, not by a new one on top. */
  readonly reverted: Signal<BlockId>
}

export interface ChainDependencies {
  readonly runtime: Runtime
  readonly store: ChainStore
  /** What the state needs before the runtime can go on with it; see `migrationsFor`. */
  readonly migrations?: readonly Migration[]
  /** Told when somebody who listens to the chain fails: a block that is in the chain stays there. */
  readonly report: (error: unknown) => void
}

/** @throws NeuriteError `EmptyStore` when the store has no genesis block yet. */
export function createChain({ runtime, store, migrations = [], report }: ChainDependencies): Chain {
  const head = store.head()
  const genesisHash = store.hashOf(0) ?? store.genesisHash()
  if (head === undefined || genesisHash === undefined) {
    throw new NeuriteError('EmptyStore', 'The store holds no block.', {
      details: ['Expected a genesis block; call `writeGenesis` first.'],
    })
  }
  const imported = createSignal<ImportedBlock>(report)
  const finality = createSignal<BlockId>(report)
  const reverted = createSignal<BlockId>(report)
  const cache = new CellCache()
  let best: BlockId = head
  let finalized: BlockId = head
  let bestHeader = decodeHeader(store.header(head.number)!)
  let bestState: StateAt = { reader: store.stateAt(head.hash), cache }
  let appending = false
  let pending = migrations

  function moveTo(id: BlockId, header: Header): void {
    best = id
    bestHeader = header
    bestState = { reader: store.stateAt(id.hash), cache }
  }

  /** What a block leaves to be done while nobody waits for the next. */
  function settle(): void {
    // The next block fails for the same reason, and says so.
    store.settle().catch(() => {})
    collectYoung()
  }

  return {
    runtime,
    store,
    genesisHash,
    imported,
    finality,
    reverted,
    get best() {
      return best
    },
    get finalized() {
      return finalized
    },
    get bestHeader() {
      return bestHeader
    },

    header(at) {
      if (at === best.hash || at === best.number) return bestHeader
      const number = typeof at === 'number' ? at : store.numberOf(at)
      // Beyond the best one there may be a block that is not durable yet.
      if (number === undefined || number > best.number) return undefined
      const bytes = store.header(at)
      return bytes === undefined ? undefined : decodeHeader(bytes)
    },
    hashOf: (number) => (number > best.number ? undefined : store.hashOf(number)),
    numberOf(hash) {
      const number = store.numberOf(hash)
      return number === undefined || number > best.number ? undefined : number
    },
    startBlock: (state, parent, digest) => runtime.startBlock(state, parent, digest, { migrations: pending }),
    stateAt: (at) => (at.hash === best.hash ? bestState : { reader: store.stateAt(at.hash) }),

    async append(builder, options = {}) {
      if (appending) {
        throw new NeuriteError('AppendInProgress', 'Another block is being appended.', {
          details: ['Expected one block at a time; await the first `append`.'],
        })
      }
      appending = true
      try {
        const finished = finish(builder)
        const changes = mergeChanges(options.extraChanges, finished.changes)
        const state = store.prepareRoot(changes)
        const unsealed: Header = {
          parentHash: finished.parentHash,
          number: finished.number,
          stateRoot: state.root,
          extrinsicsRoot: bytesToHex(orderedTrieRoot([...finished.extrinsics], 0)),
          digest: finished.digest,
        }
        const seal = options.seal?.(blake2_256(encode(headerCodec, unsealed)))
        const header: Header = seal === undefined ? unsealed : { ...unsealed, digest: [...unsealed.digest, seal] }
        const headerBytes = encode(headerCodec, header)
        await store.commitBlock({
          header: headerBytes,
          extrinsics: finished.extrinsics,
          state,
          ...(options.blobs === undefined ? {} : { blobs: options.blobs }),
          meta: { ...options.meta, ...migratedFact(pending) },
        })
        pending = []
        builder.promote()
        // Cells read before these keys were changed from outside would be wrong.
        if (options.extraChanges !== undefined && options.extraChanges.size > 0) cache.clear()
        const id = { hash: bytesToHex(blake2_256(headerBytes)), number: finished.number }
        moveTo(id, header)
        const block: ImportedBlock = {
          ...id,
          header,
          extrinsics: finished.extrinsics,
          changes,
          proofSize: sizeOf(changes),
        }
        imported.emit(block)
        setImmediate(settle)
        return block
      } finally {
        appending = false
      }
    },

    finalize(hash) {
      const number = store.numberOf(hash)
      if (number === undefined || number > best.number) {
        throw new NeuriteError('UnknownBlock', `The block \`${hash}\` is unknown and cannot be final.`)
      }
      for (let next = finalized.number + 1; next <= number; next++) {
        finalized = { number: next, hash: next === number ? hash : store.hashOf(next)! }
        finality.emit(finalized)
      }
    },

    revertTo(number) {
      store.revertTo(number)
      cache.clear()
      const id = { number, hash: store.hashOf(number)! }
      moveTo(id, decodeHeader(store.header(number)!))
      if (finalized.number > number) finalized = id
      reverted.emit(id)
    },
  }
}

/** Notes with the migrated block whose state this is now. */
function migratedFact(done: readonly Migration[]): Record<string, Uint8Array> {
  const last = done.at(-1)
  return last === undefined ? {} : { [RUNTIME_FACT]: hexToBytes(last.to) }
}

function finish(builder: BlockBuilder): ReturnType<BlockBuilder['finish']> {
  try {
    return builder.finish()
  } catch (cause) {
    throw new NeuriteError('UnfinishableBlock', 'The runtime failed to finish a block.', { cause })
  }
}

function decodeHeader(bytes: Uint8Array): Header {
  return decode(headerCodec, bytes)
}

function mergeChanges(first: StateChanges | undefined, second: StateChanges): StateChanges {
  return first === undefined || first.size === 0 ? second : new Map([...first, ...second])
}

function sizeOf(changes: StateChanges): number {
  let size = 0
  for (const [key, value] of changes) size += key.length + (value?.length ?? 0)
  return size
}

/**
 * Writes block 0 from the state that `makeState` gives, if the store is empty; true when it did. `facts` go with it in
 * one batch: a process that dies here leaves both or none.
 */
export async function writeGenesis(
  store: ChainStore,
  makeState: () => StateChanges,
  facts: Readonly<Record<string, Uint8Array>> = {},
): Promise<boolean> {
  if (store.head() !== undefined) return false
  const state = store.prepareRoot(makeState())
  const header: Header = {
    parentHash: `0x${'00'.repeat(32)}`,
    number: 0,
    stateRoot: state.root,
    extrinsicsRoot: bytesToHex(orderedTrieRoot([], 0)),
    digest: [],
  }
  await store.commitBlock({ header: encode(headerCodec, header), extrinsics: [], state, meta: facts })
  return true
}

/** Keeps the pool in step with the chain. Returns how to stop. */
export function connectPool(chain: Chain, pool: Pool, hash: (bytes: Uint8Array) => Hash): () => void {
  const stops = [
    chain.imported.subscribe((block) => {
      const included = block.extrinsics.map((bytes): IncludedTransaction => {
        const id = hash(bytes)
        return { hash: id, provides: pool.get(id)?.provides ?? tagsOf(chain.runtime.decodeExtrinsic(bytes)) }
      })
      pool.onBlock({ hash: block.hash, number: block.number, included })
    }),
    chain.finality.subscribe((block) => pool.onFinalized(block.hash)),
    chain.reverted.subscribe(() => pool.clear()),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function tagsOf({ signed }: Extrinsic): string[] {
  return signed === undefined ? [] : [nonceTag(lookup(signed.address), signed.extra.nonce)]
}
