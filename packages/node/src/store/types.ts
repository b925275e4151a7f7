/** What the node asks of its store of blocks and states. */
import type { ByteString, Hash } from '@neurite/primitives/bytes'
import type { KeyChanges, StateVersion, TrieDraft } from '@neurite/primitives/trie'
import type { StateChanges, StateReader } from '@neurite/runtime/frame'

export type { StateChanges, StateReader }

export interface StoreOptions {
  /** Blocks behind the head whose state stays readable. Default 256. */
  readonly statePruning?: 'archive' | number
  /** Blocks behind the head whose extrinsics and blobs are kept; headers are always kept. Default 'archive'. */
  readonly blocksPruning?: 'archive' | number
  /** State version of the trie. Default 1. */
  readonly stateVersion?: StateVersion
  /** False leaves it to the operating system when a commit reaches the disk: for tests and imports only. Default true. */
  readonly fsync?: boolean
  /**
   * True lets another thread bring a block to the disk while the next one is executed; the promise of `commitBlock` still
   * waits for the disk. Default false: the call itself waits.
   */
  readonly overlap?: boolean
  /** Told how far the state has been read, of a large one again and again while the store is opened. */
  readonly onProgress?: (entries: number, total: number) => void
}

export interface BlockId {
  readonly number: number
  readonly hash: Hash
}

/** The head's state with a block's changes applied to its trie, not yet committed. */
export interface PreparedState {
  /** State root for the block's header. */
  readonly root: Hash
  /** Head it was made on; undefined on the empty store. */
  readonly parent: Hash | undefined
  readonly changed: KeyChanges
  readonly draft: TrieDraft
}

export interface NewBlock {
  /** SCALE-encoded header; number, parent and state root are read from it, its blake2b-256 is the block's hash. */
  readonly header: Uint8Array
  readonly extrinsics: readonly Uint8Array[]
  readonly state: PreparedState
  /** Further data of the block by name (events, justifications), kept and pruned with the extrinsics. */
  readonly blobs?: Readonly<Record<string, Uint8Array>>
  /** Facts to set (undefined = remove) in the same batch. */
  readonly meta?: Readonly<Record<string, Uint8Array | undefined>>
}

export type BlockAt = Hash | number | 'head'

export interface ChainStore {
  /** Last committed block; undefined on the empty store. */
  head(): BlockId | undefined
  /** Hash of the first block that was committed. */
  genesisHash(): Hash | undefined
  /** Root of the head's state with `changes` applied. Changes nothing: several candidates may be prepared on one head. */
  prepareRoot(changes: StateChanges): PreparedState
  /**
   * Appends a block in one atomic batch. It is visible when the call returns and durable when the promise resolves, so
   * nothing outside the process may hear of it earlier.
   * @throws NeuriteError `BlockOutOfOrder`, `StateRootMismatch`, `StalePreparation`, `ForeignWriter`, `CommitFailed`.
   */
  commitBlock(block: NewBlock): Promise<void>
  /**
   * Does what the last block has left for later: what it replaced is written down, and what blocks changed goes to its
   * places. Nothing depends on it, but what is done between blocks need not be done with the next one, nor by whoever is
   * the first to read a state.
   * @throws NeuriteError `CommitFailed`.
   */
  settle(): Promise<void>
  /**
   * State at a block. The reader stays at that block when the head moves on; once the block is pruned it throws.
   * @throws NeuriteError `UnknownBlock`, `StateDiscarded`.
   */
  stateAt(at: BlockAt): StateReader
  /** SCALE-encoded header; undefined when the block is unknown. */
  header(at: BlockAt): Uint8Array | undefined
  /** Extrinsics; undefined when the block is unknown or pruned. */
  body(at: BlockAt): Uint8Array[] | undefined
  blob(at: BlockAt, name: string): Uint8Array | undefined
  hashOf(number: number): Hash | undefined
  numberOf(hash: Hash): number | undefined
  /** Encoded trie nodes that show `keys` under the block's state root. At old blocks the cost grows with their age. */
  readProof(at: BlockAt, keys: Iterable<ByteString>): Uint8Array[]
  meta(name: string): Uint8Array | undefined
  setMeta(name: string, value: Uint8Array | undefined): Promise<void>
  /** Drops the blocks above `number`. @throws NeuriteError `UnknownBlock`, `StateDiscarded`. */
  revertTo(number: number): Promise<void>
  /** Number of the oldest block whose state is kept. */
  oldestState(): number
  /** State root of the head computed from its flat state alone: a check of the whole store. */
  recomputeRoot(): Hash
  stats(): { readonly stateKeys: number; readonly diskBytes: number }
  close(): Promise<void>
}
