/** A map that gives its keys in byte order: chunks of at most 512 sorted keys, made when they are first asked for. */
import type { ByteString } from '@neurite/primitives/bytes'
import { KeyFilter } from './keyFilter.ts'

const CHUNK = 512

export class SortedMap<Value> {
  readonly #values = new Map<ByteString, Value>()
  readonly #filter = new KeyFilter()
  #chunks: ByteString[][] | undefined

  get size(): number {
    return this.#values.size
  }

  /** In no order. */
  [Symbol.iterator](): IterableIterator<[ByteString, Value]> {
    return this.#values[Symbol.iterator]()
  }

  get(key: ByteString): Value | undefined {
    return this.#filter.mayHold(key) ? this.#values.get(key) : undefined
  }

  set(key: ByteString, value: Value): void {
    const before = this.#values.size
    this.#values.set(key, value)
    if (this.#values.size === before) return
    this.#filter.add(key)
    const chunks = this.#chunks
    if (chunks === undefined) return
    if (chunks.length === 0) chunks.push([])
    const index = chunkOf(chunks, key)
    const chunk = chunks[index]!
    chunk.splice(lowerBound(chunk, key), 0, key)
    if (chunk.length > CHUNK) chunks.splice(index + 1, 0, chunk.splice(CHUNK / 2))
  }

  delete(key: ByteString): void {
    if (!this.#values.delete(key)) return
    this.#filter.remove(key)
    if (this.#chunks === undefined) return
    const index = chunkOf(this.#chunks, key)
    const chunk = this.#chunks[index]!
    chunk.splice(lowerBound(chunk, key), 1)
    if (chunk.length === 0) this.#chunks.splice(index, 1)
  }

  /** At most `limit` keys from `start` on and below `end`. */
  keys(start: ByteString, end: ByteString | undefined, limit: number): ByteString[] {
    const found: ByteString[] = []
    this.#chunks ??= this.#sort()
    const chunks = this.#chunks
    if (chunks.length === 0) return found
    let index = chunkOf(chunks, start)
    let at = lowerBound(chunks[index]!, start)
    for (; index < chunks.length; index++, at = 0) {
      const chunk = chunks[index]!
      for (; at < chunk.length; at++) {
        const key = chunk[at]!
        if (found.length >= limit || (end !== undefined && key >= end)) return found
        found.push(key)
      }
    }
    return found
  }

  #sort(): ByteString[][] {
    // Without a comparator strings sort by UTF-16 unit, which is the order of the bytes.
    const keys = [...this.#values.keys()].sort()
    const chunks: ByteString[][] = []
    for (let at = 0; at < keys.length; at += CHUNK / 2) chunks.push(keys.slice(at, at + CHUNK / 2))
    return chunks
  }
}

/** Index of the last chunk that starts at or before `key`, else 0. */
function chunkOf(chunks: readonly ByteString[][], key: ByteString): number {
  let low = 0
  let high = chunks.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (chunks[middle]![0]! <= key) low = middle
    else high = middle
  }
  return low
}

/** Index of the first of `sorted` that is `>= key`. */
export function lowerBound(sorted: readonly ByteString[], key: ByteString): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}
