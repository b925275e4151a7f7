/** Who wants to know what becomes of which transaction. */
import type { Hash } from '@neurite/primitives/bytes'
import type { TransactionStatus, Watcher } from './types.ts'

export interface Watchers {
  /** Returns how to stop watching. */
  add(hash: Hash, watcher: Watcher): () => void
  notify(hash: Hash, status: TransactionStatus): void
  /** Like `notify`, with the last status there will be. */
  finish(hash: Hash, status: TransactionStatus): void
  /** The transaction is in a block: told so now, and told `finalized` by `finalize(block)`. */
  include(hash: Hash, block: Hash): void
  finalize(block: Hash): void
  /** The block is no longer part of the chain. */
  retract(block: Hash): void
  readonly size: number
}

export function createWatchers(): Watchers {
  const byHash = new Map<Hash, Set<Watcher>>()
  /** Watched transactions of blocks that are not final yet. */
  const inBlocks = new Map<Hash, Hash[]>()

  function notify(hash: Hash, status: TransactionStatus): void {
    for (const watcher of byHash.get(hash) ?? []) watcher(status)
  }

  function finish(hash: Hash, status: TransactionStatus): void {
    notify(hash, status)
    byHash.delete(hash)
  }

  return {
    get size() {
      return byHash.size
    },
    add(hash, watcher) {
      const set = byHash.get(hash) ?? new Set()
      set.add(watcher)
      byHash.set(hash, set)
      return () => {
        set.delete(watcher)
        if (set.size === 0 && byHash.get(hash) === set) byHash.delete(hash)
      }
    },
    notify,
    finish,
    include(hash, block) {
      if (!byHash.has(hash)) return
      notify(hash, { inBlock: block })
      const hashes = inBlocks.get(block)
      if (hashes === undefined) inBlocks.set(block, [hash])
      else hashes.push(hash)
    },
    finalize(block) {
      const hashes = inBlocks.get(block)
      inBlocks.delete(block)
      for (const hash of hashes ?? []) finish(hash, { finalized: block })
    },
    retract(block) {
      const hashes = inBlocks.get(block)
      inBlocks.delete(block)
      for (const hash of hashes ?? []) notify(hash, { retracted: block })
    },
  }
}
