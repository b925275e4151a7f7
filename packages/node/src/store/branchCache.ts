/** Trie branches held in memory, the most recently used ones of at most twice `limit` bytes. */
import type { BranchRecord, TriePath } from '@neurite/primitives/trie'

/** What a map entry, a key and an array cost beside the record's bytes. */
const OVERHEAD = 200

export class BranchCache {
  readonly #limit: number
  // Two generations: when the young one is full it becomes the old one and what is still used moves up again. Much
  // cheaper than keeping exact order, and as good for a working set that fits.
  #young = new Map<TriePath, BranchRecord>()
  #old = new Map<TriePath, BranchRecord>()
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get(path: TriePath): BranchRecord | undefined {
    const record = this.#young.get(path)
    if (record !== undefined) return record
    const old = this.#old.get(path)
    if (old !== undefined) this.set(path, old)
    return old
  }

  set(path: TriePath, record: BranchRecord): void {
    this.#young.set(path, record)
    this.#bytes += record.length + OVERHEAD
    if (this.#bytes <= this.#limit) return
    this.#old = this.#young
    this.#young = new Map()
    this.#bytes = 0
  }

  delete(path: TriePath): void {
    this.#young.delete(path)
    this.#old.delete(path)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
    this.#bytes = 0
  }
}
