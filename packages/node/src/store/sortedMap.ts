/** A map whose keys stay in byte order: chunks of at most 512 sorted keys. */
import type { ByteString } from '@neurite/primitives/bytes'

const CHUNK = 512

export class SortedMap<Value> {
  readonly #values = new Map<ByteString, Value>()
  #chunks: ByteString[][] = []

  get size(): number {
    return this.#values.size
  }

  get(key: ByteString): Value | undefined {
    return this.#values.get(key)
  }

  set(key: ByteString, value: Value): void {
    const known = this.#values.has(key)
    this.#values.set(key, value)
    if (known) return
    if (this.#chunks.length === 0) this.#chunks.push([])
    const index = this.#chunkOf(key)
    const chunk = this.#chunks[index]!
    chunk.splice(lowerBound(chunk, key), 0, key)
    if (chunk.length > CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK / 2))
  }

  delete(key: ByteString): void {
    if (!this.#values.delete(key)) return
    const index = this.#chunkOf(key)
    const chunk = this.#chunks[index]!
    chunk.splice(lowerBound(chunk, key), 1)
    if (chunk.length === 0) this.#chunks.splice(index, 1)
  }

  /** At most `limit` keys from `start` on and below `end`. */
  keys(start: ByteString, end: ByteString | undefined, limit: number): ByteString[] {
    const found: ByteString[] = []
    if (this.#chunks.length === 0) return found
    let index = this.#chunkOf(start)
    let at = lowerBound(this.#chunks[index]!, start)
    for (; index < this.#chunks.length; index++, at = 0) {
      const chunk = this.#chunks[index]!
      for (; at < chunk.length; at++) {
        const key = chunk[at]!
        if (found.length >= limit || (end !== undefined && key >= end)) return found
        found.push(key)
      }
    }
    return found
  }

  /** Index of the last chunk that starts at or before `key`, else 0. */
  #chunkOf(key: ByteString): number {
    let low = 0
    let high = this.#chunks.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.#chunks[middle]![0]! <= key) low = middle
      else high = middle
    }
    return low
  }
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
