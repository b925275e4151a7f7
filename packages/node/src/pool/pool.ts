/** The transaction pool: what has been submitted, is valid and is not in a block yet. */
import { type AccountId, type ByteString, bytesToByteString, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import {
  invalid,
  type TransactionSource,
  TransactionValidityError,
  type ValidTransaction,
} from '@neurite/runtime/frame'
import { createBans } from './bans.ts'
import {
  alreadyImported,
  cycleDetected,
  immediatelyDropped,
  noTagsProvided,
  temporarilyBanned,
  tooLowPriority,
  unactionable,
  validityToRpcError,
} from './errors.ts'
import { type BestIterator, createGraph, type ImportResult, type Totals } from './graph.ts'
import type {
  IncludedTransaction,
  PoolDependencies,
  PoolLimits,
  PoolTransaction,
  TransactionStatus,
  Watcher,
} from './types.ts'
import { createWatchers } from './watchers.ts'

export interface Pool {
  /**
   * Takes a transaction in; resolves to its hash.
   * @throws RpcError with the code the author methods answer with. `watcher` is told nothing then.
   */
  submit(bytes: Uint8Array, options?: SubmitOptions): Promise<Hash>
  /** Ready ones in the order a block takes them. */
  best(): BestIterator
  /** Ready ones first, each in the order a block would take them, then those that wait. */
  pending(): PoolTransaction[]
  get(hash: Hash): PoolTransaction | undefined
  /** The next nonce of `account`, whose nonce in the state is `stateNonce`, counting its ready transactions. */
  nextIndex(account: AccountId, stateNonce: number): number
  /** A block has become the best one; its state is what `validate` sees from now on. */
  onBlock(block: {
    readonly hash: Hash
    readonly number: number
    readonly included: readonly IncludedTransaction[]
  }): void
  onFinalized(block: Hash): void
  /** The author found these invalid while building a block: they go, with what depends on them. */
  removeInvalid(hashes: readonly Hash[]): void
  /** Validates up to `budget` transactions again, longest unvalidated first. */
  revalidate(budget: number): void
  /** Removes all (a development node that goes back to an earlier block). */
  clear(): void
  /** Called after a transaction has become ready. Returns how to stop. */
  onReady(listener: (tx: PoolTransaction) => void): () => void
  readonly ready: Totals
  readonly future: Totals
  readonly counters: Readonly<Counters>
}

export interface SubmitOptions {
  readonly source?: TransactionSource
  readonly watcher?: Watcher
  /** Gets the function that ends the watch, as soon as the transaction is in. */
  readonly onWatched?: (stop: () => void) => void
}

interface Counters {
  submitted: number
  validationsFinished: number
  invalid: number
  pruned: number
}

/** The tag of an account's nonce: account and nonce as they are encoded. */
export function nonceTag(account: AccountId, nonce: number): ByteString {
  const bytes = new Uint8Array(36)
  bytes.set(hexToBytes(account))
  new DataView(bytes.buffer).setUint32(32, nonce, true)
  return bytesToByteString(bytes)
}

export function createPool(limits: PoolLimits, deps: PoolDependencies): Pool {
  const graph = createGraph()
  const bans = createBans(deps.now ?? (() => performance.now()))
  const watchers = createWatchers()
  const isAuthor = deps.isAuthor ?? true
  const verifying = new Set<Hash>()
  const readyListeners = new Set<(tx: PoolTransaction) => void>()
  const counters: Counters = { submitted: 0, validationsFinished: 0, invalid: 0, pruned: 0 }
  /** Block at which each transaction was last validated, in the order of validation. */
  const validatedAt = new Map<Hash, number>()
  let nextOrder = 0

  function validate(bytes: Uint8Array, source: TransactionSource): ValidTransaction {
    counters.validationsFinished++
    return deps.validate(bytes, source)
  }

  function toTransaction(
    hash: Hash,
    bytes: Uint8Array,
    source: TransactionSource,
    order: number,
    valid: ValidTransaction,
  ): PoolTransaction {
    const till = BigInt(deps.bestNumber()) + valid.longevity
    return {
      hash,
      bytes,
      source,
      priority: valid.priority,
      requires: new Set(valid.requires.map(bytesToByteString)),
      provides: valid.provides.map(bytesToByteString),
      validTill: till > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(till),
      propagate: valid.propagate,
      order,
    }
  }

  async function submit(bytes: Uint8Array, options: SubmitOptions = {}): Promise<Hash> {
    const source = options.source ?? 'External'
    const hash = deps.hash(bytes)
    counters.submitted++
    if (bans.has(hash)) throw temporarilyBanned()
    if (graph.get(hash) !== undefined || verifying.has(hash)) throw alreadyImported(hash)
    if (deps.verify !== undefined) {
      if (verifying.size >= limits.verifying) throw immediatelyDropped()
      verifying.add(hash)
      try {
        if (!(await deps.verify(bytes))) refuse(hash, invalid('BadProof'))
      } finally {
        verifying.delete(hash)
      }
      // A block may have come meanwhile, with this very transaction.
      if (bans.has(hash)) throw temporarilyBanned()
    }
    let valid: ValidTransaction
    try {
      valid = validate(bytes, source)
    } catch (error) {
      if (error instanceof TransactionValidityError) refuse(hash, error)
      throw error
    }
    if (valid.provides.length === 0) throw noTagsProvided()
    if (!valid.propagate && !isAuthor) throw unactionable()
    importValid(toTransaction(hash, bytes, source, nextOrder++, valid), options)
    return hash
  }

  function refuse(hash: Hash, error: TransactionValidityError): never {
    counters.invalid++
    // What only becomes valid later, or may be judged better later, may be tried again at once.
    if (error.value.type === 'Invalid' && error.value.value.type !== 'Future') bans.add(hash)
    throw validityToRpcError(error)
  }

  function importValid(tx: PoolTransaction, options: SubmitOptions): void {
    const outcome = graph.import(tx)
    if ('error' in outcome) {
      throw outcome.error === 'priority' ? tooLowPriority(outcome.old, tx.priority) : cycleDetected()
    }
    validatedAt.set(tx.hash, deps.bestNumber())
    const dropped = enforceLimits()
    if (dropped.has(tx.hash)) {
      announce(tx, outcome, false)
      throw immediatelyDropped()
    }
    if (options.watcher !== undefined) {
      const stop = watchers.add(tx.hash, options.watcher)
      options.onWatched?.(stop)
    }
    announce(tx, outcome, true)
  }

  function announce(tx: PoolTransaction, result: ImportResult, kept: boolean): void {
    for (const [removed, by] of result.replaced) forget(removed, { usurped: by.hash })
    for (const each of result.demoted) watchers.notify(each.hash, 'future')
    if (kept) watchers.notify(tx.hash, result.ready ? 'ready' : 'future')
    if (kept && result.ready) announceReady(tx)
    for (const each of result.promoted) {
      if (!graph.isReady(each.hash)) continue
      watchers.notify(each.hash, 'ready')
      announceReady(each)
    }
  }

  function announceReady(tx: PoolTransaction): void {
    for (const listener of readyListeners) listener(tx)
  }

  /** The transaction has left the graph for good. */
  function forget(tx: PoolTransaction, last: TransactionStatus): void {
    validatedAt.delete(tx.hash)
    watchers.finish(tx.hash, last)
  }

  function enforceLimits(): Set<Hash> {
    const dropped = new Set<Hash>()
    const shrink = (ready: boolean, total: Totals, count: number, bytes: number) => {
      while (total.count > count || total.bytes > bytes) {
        const worst = graph.worst(ready)
        if (worst === undefined) break
        for (const tx of graph.removeSubtree(worst.hash)) {
          dropped.add(tx.hash)
          bans.add(tx.hash)
          forget(tx, 'dropped')
        }
      }
    }
    shrink(true, graph.ready, limits.readyCount, limits.readyBytes)
    shrink(false, graph.future, limits.futureCount, limits.futureBytes)
    return dropped
  }

  function drop(hash: Hash, status: TransactionStatus): void {
    for (const removed of graph.removeSubtree(hash)) {
      // What hung on an invalid one is not invalid itself, but cannot stay ready without it.
      if (removed.hash !== hash) {
        reimport(removed)
        continue
      }
      forget(removed, status)
    }
  }

  /** Puts a transaction back that left the graph only because of another one. */
  function reimport(tx: PoolTransaction): void {
    const outcome = graph.import(tx)
    if ('error' in outcome) forget(tx, 'dropped')
    else if (outcome.ready) announce(tx, outcome, true)
    else watchers.notify(tx.hash, 'future')
  }

  function revalidateOne(tx: PoolTransaction): void {
    try {
      const valid = validate(tx.bytes, tx.source)
      const fresh = toTransaction(tx.hash, tx.bytes, tx.source, tx.order, valid)
      validatedAt.delete(tx.hash)
      validatedAt.set(tx.hash, deps.bestNumber())
      if (fresh.priority === tx.priority && fresh.validTill === tx.validTill) return
      const wasReady = graph.isReady(tx.hash)
      const demoted = graph.remove(tx.hash)
      const outcome = graph.import(fresh)
      if ('error' in outcome) forget(tx, 'dropped')
      else if (outcome.ready !== wasReady) announce(fresh, outcome, true)
      for (const each of demoted) if (!graph.isReady(each.hash)) watchers.notify(each.hash, 'future')
    } catch (error) {
      if (!(error instanceof TransactionValidityError)) deps.report?.(error)
      counters.invalid++
      bans.add(tx.hash)
      drop(tx.hash, 'invalid')
    }
  }

  return {
    ready: graph.ready,
    future: graph.future,
    counters,
    submit,
    best: () => graph.best(),
    get: (hash) => graph.get(hash),

    pending() {
      const ready = [...graph.best()]
      const seen = new Set(ready.map((tx) => tx.hash))
      return [...ready, ...[...graph.all()].filter((tx) => !seen.has(tx.hash))]
    },

    nextIndex(account, stateNonce) {
      let nonce = stateNonce
      while (graph.providerOf(nonceTag(account, nonce)) !== undefined) nonce++
      return nonce
    },

    onBlock({ hash: block, number, included }) {
      const byHash = new Map(included.map((each) => [each.hash, each]))
      for (const each of included) {
        // It must not come back: upstream bans what a block has, too. Inherents come from nobody.
        if (each.provides.length > 0) bans.add(each.hash)
        const mine = graph.get(each.hash)
        if (mine !== undefined) counters.pruned++
        watchers.include(each.hash, block)
        validatedAt.delete(each.hash)
        for (const tag of each.provides) {
          const { promoted, replaced, providers } = graph.satisfy(tag)
          for (const [removed, by] of replaced) forget(removed, { usurped: by.hash })
          for (const gone of providers) {
            if (byHash.has(gone.hash)) validatedAt.delete(gone.hash)
            else forget(gone, { usurped: each.hash })
          }
          for (const tx of promoted) {
            watchers.notify(tx.hash, 'ready')
            announceReady(tx)
          }
        }
        // Without tags it would stay behind.
        if (graph.get(each.hash) !== undefined) graph.remove(each.hash)
      }
      for (const tx of [...graph.all()]) if (tx.validTill <= number) revalidateOne(tx)
    },

    onFinalized: (block) => watchers.finalize(block),

    removeInvalid(hashes) {
      for (const hash of hashes) {
        if (graph.get(hash) === undefined) continue
        counters.invalid++
        bans.add(hash)
        drop(hash, 'invalid')
      }
    },

    revalidate(budget) {
      const now = deps.bestNumber()
      const due: Hash[] = []
      for (const [hash, at] of validatedAt) {
        if (due.length >= budget || at >= now) break
        due.push(hash)
      }
      for (const hash of due) {
        const tx = graph.get(hash)
        if (tx === undefined) validatedAt.delete(hash)
        else revalidateOne(tx)
      }
    },

    clear() {
      for (const tx of [...graph.all()]) {
        graph.remove(tx.hash)
        forget(tx, 'dropped')
      }
      bans.clear()
    },

    onReady(listener) {
      readyListeners.add(listener)
      return () => readyListeners.delete(listener)
    },
  }
}
