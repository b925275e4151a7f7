/** Blocks and states of a chain, in memory or on disk. */
export { openLmdbStore } from './lmdb.ts'
export { openMemoryStore } from './memory.ts'
export type {
  BlockAt,
  BlockId,
  ChainStore,
  NewBlock,
  PreparedState,
  StateChanges,
  StateReader,
  StoreOptions,
} from './types.ts'
