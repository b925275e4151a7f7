/**
 * Which transactions can go into a block and in what order.
 *
 * A transaction provides tags and may require some; for an account's transactions the tags are its nonces. It is
 * *ready* when everything it requires is provided by another ready transaction, and *future* otherwise. Of the ready
 * ones at most one provides a given tag.
 */
import type { ByteString, Hash } from '@neurite/primitives/bytes'
import { compareBest, createQueue } from './queue.ts'
import type { PoolTransaction } from './types.ts'

interface Node {
  tx: PoolTransaction
  requires: Set<ByteString>
  ready: boolean
}

/** What an import changed besides adding the transaction itself. */
export interface ImportResult {
  readonly ready: boolean
  /** Future ones that are ready now. */
  readonly promoted: readonly PoolTransaction[]
  /** Removed because the new one, or a promoted one, provides the same tag: [removed, the one that replaced it]. */
  readonly replaced: readonly (readonly [PoolTransaction, PoolTransaction])[]
  /** Ready ones that wait again because what they required is gone. */
  readonly demoted: readonly PoolTransaction[]
}

export type ImportOutcome =
  | ImportResult
  | { readonly error: 'priority'; readonly old: bigint }
  | { readonly error: 'cycle' }

export interface Totals {
  readonly count: number
  readonly bytes: number
}

export interface Graph {
  get(hash: Hash): PoolTransaction | undefined
  isReady(hash: Hash): boolean
  /** The ready transaction that provides `tag`. */
  providerOf(tag: ByteString): PoolTransaction | undefined
  import(tx: PoolTransaction): ImportOutcome
  /** Removes one transaction; those that required its tags wait again and are returned. */
  remove(hash: Hash): readonly PoolTransaction[]
  /** Removes transactions with everything that depends on them; what was removed. */
  removeSubtree(hash: Hash): readonly PoolTransaction[]
  /** The state provides `tag` from now on: whoever would have provided it goes, whoever required it may be ready. */
  satisfy(
    tag: ByteString,
  ): Pick<ImportResult, 'promoted' | 'replaced'> & { readonly providers: readonly PoolTransaction[] }
  /** Ready ones in the order a block takes them. `skip` leaves out a transaction's dependents. */
  best(): BestIterator
  all(): Iterable<PoolTransaction>
  readonly ready: Totals
  readonly future: Totals
  worst(ready: boolean): PoolTransaction | undefined
}

export interface BestIterator extends Iterable<PoolTransaction> {
  next(): IteratorResult<PoolTransaction>
  /** The last one returned turned out invalid: nothing that depends on it is returned. */
  skip(tx: PoolTransaction): void
}

export function createGraph(): Graph {
  const nodes = new Map<Hash, Node>()
  /** Ready ones by the tags they provide. */
  const providers = new Map<ByteString, Node>()
  /** Ready or not, by the tags they would provide and by those they require. */
  const claimants = new Map<ByteString, Set<Node>>()
  const requirers = new Map<ByteString, Set<Node>>()
  const totals = { ready: { count: 0, bytes: 0 }, future: { count: 0, bytes: 0 } }

  function count(node: Node, sign: 1 | -1): void {
    const total = node.ready ? totals.ready : totals.future
    total.count += sign
    total.bytes += sign * node.tx.bytes.length
  }

  function setReady(node: Node, ready: boolean): void {
    count(node, -1)
    node.ready = ready
    count(node, 1)
  }

  const isSatisfied = (node: Node) => {
    for (const tag of node.requires) if (!providers.has(tag)) return false
    return true
  }

  function conflictsOf(node: Node): Node[] {
    const found = new Set<Node>()
    for (const tag of node.tx.provides) {
      const other = providers.get(tag)
      if (other !== undefined && other !== node) found.add(other)
    }
    return [...found]
  }

  /** True when `node` needs one of `others` to come first: replacing it would cut the branch it sits on. */
  function dependsOn(node: Node, others: readonly Node[]): boolean {
    const seen = new Set<Node>()
    const open = [node]
    for (let current = open.pop(); current !== undefined; current = open.pop()) {
      for (const tag of current.requires) {
        const provider = providers.get(tag)
        if (provider === undefined || seen.has(provider)) continue
        if (others.includes(provider)) return true
        seen.add(provider)
        open.push(provider)
      }
    }
    return false
  }

  function insert(node: Node): void {
    nodes.set(node.tx.hash, node)
    count(node, 1)
    for (const tag of node.requires) link(requirers, tag, node)
    for (const tag of node.tx.provides) link(claimants, tag, node)
  }

  function erase(node: Node): void {
    nodes.delete(node.tx.hash)
    count(node, -1)
    for (const tag of node.requires) unlink(requirers, tag, node)
    for (const tag of node.tx.provides) unlink(claimants, tag, node)
    if (node.ready) for (const tag of node.tx.provides) if (providers.get(tag) === node) providers.delete(tag)
  }

  /** Makes `node` ready and, in turn, whoever waited for its tags. Its conflicts must have been dealt with. */
  function makeReady(node: Node, result: MutableResult): void {
    if (!node.ready) setReady(node, true)
    for (const tag of node.tx.provides) providers.set(tag, node)
    for (const tag of node.tx.provides) promoteWaiting(tag, result)
  }

  function promoteWaiting(tag: ByteString, result: MutableResult): void {
    promote([...(requirers.get(tag) ?? [])], result)
  }

  /** Makes those of `candidates` ready that can be. */
  function promote(candidates: Node[], result: MutableResult): void {
    // The best of several candidates for one nonce goes first, so that the others meet it as a conflict.
    candidates.sort((a, b) => compareBest(a.tx, b.tx))
    for (const candidate of candidates) {
      if (candidate.ready || !nodes.has(candidate.tx.hash) || !isSatisfied(candidate)) continue
      const conflicts = conflictsOf(candidate)
      if (conflicts.length > 0) {
        const winner = conflicts[0]!
        if (sumOfPriorities(conflicts) >= candidate.tx.priority || dependsOn(candidate, conflicts)) {
          erase(candidate)
          result.replaced.push([candidate.tx, winner.tx])
          continue
        }
        replace(conflicts, candidate, result)
      }
      result.promoted.push(candidate.tx)
      makeReady(candidate, result)
    }
  }

  function replace(conflicts: readonly Node[], by: Node, result: MutableResult): void {
    const kept = new Set(by.tx.provides)
    for (const conflict of conflicts) {
      erase(conflict)
      result.replaced.push([conflict.tx, by.tx])
      for (const tag of conflict.tx.provides) if (!kept.has(tag)) demoteRequirers(tag, result.demoted)
    }
  }

  /** Ready ones that required `tag`, which nobody provides any more, wait again, and so on through their dependents. */
  function demoteRequirers(tag: ByteString, demoted: PoolTransaction[]): void {
    for (const node of [...(requirers.get(tag) ?? [])]) {
      if (!node.ready) continue
      for (const provided of node.tx.provides) if (providers.get(provided) === node) providers.delete(provided)
      setReady(node, false)
      demoted.push(node.tx)
      for (const provided of node.tx.provides) demoteRequirers(provided, demoted)
    }
  }

  function removeNode(node: Node): PoolTransaction[] {
    const wasReady = node.ready
    erase(node)
    const demoted: PoolTransaction[] = []
    if (wasReady) for (const tag of node.tx.provides) demoteRequirers(tag, demoted)
    return demoted
  }

  return {
    ready: totals.ready,
    future: totals.future,
    get: (hash) => nodes.get(hash)?.tx,
    isReady: (hash) => nodes.get(hash)?.ready ?? false,
    providerOf: (tag) => providers.get(tag)?.tx,

    import(tx) {
      const node: Node = { tx, requires: new Set(tx.requires), ready: false }
      if (tx.provides.some((tag) => node.requires.has(tag))) return { error: 'cycle' }
      const result: MutableResult = { promoted: [], replaced: [], demoted: [] }
      if (!isSatisfied(node)) {
        insert(node)
        return { ready: false, ...result }
      }
      const conflicts = conflictsOf(node)
      const old = sumOfPriorities(conflicts)
      if (conflicts.length > 0) {
        if (old >= tx.priority) return { error: 'priority', old }
        if (dependsOn(node, conflicts)) return { error: 'cycle' }
        replace(conflicts, node, result)
      }
      insert(node)
      makeReady(node, result)
      return { ready: true, ...result }
    },

    remove(hash) {
      const node = nodes.get(hash)
      return node === undefined ? [] : removeNode(node)
    },

    removeSubtree(hash) {
      const removed: PoolTransaction[] = []
      const open = [nodes.get(hash)]
      while (open.length > 0) {
        const node = open.pop()
        if (node === undefined || !nodes.has(node.tx.hash)) continue
        const dependents = node.ready ? node.tx.provides.flatMap((tag) => [...(requirers.get(tag) ?? [])]) : []
        erase(node)
        removed.push(node.tx)
        // Only those that were ready hung on this one; a future one waits for whoever comes.
        for (const dependent of dependents) if (dependent.ready) open.push(dependent)
      }
      return removed
    },

    satisfy(tag) {
      const result: MutableResult = { promoted: [], replaced: [], demoted: [] }
      const gone = [...(claimants.get(tag) ?? [])]
      for (const node of gone) erase(node)
      const waiting = [...(requirers.get(tag) ?? [])]
      requirers.delete(tag)
      for (const node of waiting) node.requires.delete(tag)
      promote(waiting, result)
      return { ...result, providers: gone.map(({ tx }) => tx) }
    },

    best() {
      const queue = createQueue()
      /** How many tags of a transaction are still to come before it. */
      const missing = new Map<Hash, number>()
      for (const node of nodes.values()) {
        if (!node.ready) continue
        if (node.requires.size === 0) queue.push(node.tx)
        else missing.set(node.tx.hash, node.requires.size)
      }
      const skipped = new Set<Hash>()
      let last: PoolTransaction | undefined
      /** A transaction unlocks its dependents when the next one is asked for: until then it may be skipped. */
      const unlock = () => {
        if (last === undefined || skipped.has(last.hash)) return
        for (const tag of last.provides) {
          for (const node of requirers.get(tag) ?? []) {
            const left = (missing.get(node.tx.hash) ?? 0) - 1
            missing.set(node.tx.hash, left)
            if (left === 0 && node.ready) queue.push(node.tx)
          }
        }
      }
      const iterator: BestIterator = {
        next() {
          unlock()
          last = queue.pop()
          return last === undefined ? { done: true, value: undefined } : { done: false, value: last }
        },
        skip: (tx) => void skipped.add(tx.hash),
        [Symbol.iterator]: () => iterator,
      }
      return iterator
    },

    *all() {
      for (const node of nodes.values()) yield node.tx
    },

    worst(ready) {
      let worst: PoolTransaction | undefined
      for (const { tx, ready: isReady } of nodes.values()) {
        if (isReady !== ready) continue
        // Of those with the same priority the one that has been here longest goes.
        if (
          worst === undefined ||
          tx.priority < worst.priority ||
          (tx.priority === worst.priority && tx.order < worst.order)
        ) {
          worst = tx
        }
      }
      return worst
    },
  }
}

interface MutableResult {
  promoted: PoolTransaction[]
  replaced: (readonly [PoolTransaction, PoolTransaction])[]
  demoted: PoolTransaction[]
}

function link(index: Map<ByteString, Set<Node>>, tag: ByteString, node: Node): void {
  const set = index.get(tag)
  if (set === undefined) index.set(tag, new Set([node]))
  else set.add(node)
}

function unlink(index: Map<ByteString, Set<Node>>, tag: ByteString, node: Node): void {
  const set = index.get(tag)
  set?.delete(node)
  if (set?.size === 0) index.delete(tag)
}

const sumOfPriorities = (of: readonly Node[]) => of.reduce((sum, { tx }) => sum + tx.priority, 0n)
