/** Deleted keys, beyond which the others move together. */
const MOST_HOLES = 64

/**
 * A map for keys that mostly come in the order in which they came first, as a subnet's neurons do: after a key it looks at
 * the next one of that order before it looks for anything. Two such sequences may take turns.
 *
 * PERF: to find a string, a map reads its hash, a bucket, an entry and that entry's string, each somewhere else in memory,
 * where nobody has looked for a hundred blocks. The next entry of an array is beside the last one.
 */
export class SequenceMap<K, V> {
  private readonly index = new Map<K, number>()
  /** In the order in which they came; undefined for one that was deleted. */
  private keys: (K | undefined)[] = []
  private values: (V | undefined)[] = []
  private holes = 0
  /** Where the keys that came last are followed by others. */
  private next = 0
  private otherNext = 0

  get size(): number {
    return this.index.size
  }

  /** Index of the key; undefined for one that is not there. */
  private find(key: K): number | undefined {
    const { keys, next, otherNext } = this
    if (keys[next] === key) {
      this.next = next + 1
      return next
    }
    if (keys[otherNext] === key) {
      this.otherNext = otherNext + 1
      return otherNext
    }
    const at = this.index.get(key)
    if (at === undefined) return undefined
    this.otherNext = next
    this.next = at + 1
    return at
  }

  get(key: K): V | undefined {
    const at = this.find(key)
    return at === undefined ? undefined : this.values[at]
  }

  set(key: K, value: V): void {
    const at = this.find(key)
    if (at === undefined) this.add(key, value)
    else this.values[at] = value
  }

  /** As {@link set}, for a key that is not there. */
  add(key: K, value: V): void {
    this.index.set(key, this.keys.length)
    this.keys.push(key)
    this.values.push(value)
  }

  /** True when there was something to delete. */
  delete(key: K): boolean {
    const at = this.find(key)
    if (at === undefined) return false
    this.index.delete(key)
    this.keys[at] = undefined
    this.values[at] = undefined
    this.holes++
    if (this.holes > MOST_HOLES && this.holes > this.index.size) this.close()
    return true
  }

  /** Moves the keys together. */
  private close(): void {
    const { keys, values } = this
    this.clear()
    for (let i = 0; i < keys.length; i++) if (keys[i] !== undefined) this.add(keys[i]!, values[i]!)
  }

  clear(): void {
    this.index.clear()
    this.keys = []
    this.values = []
    this.holes = 0
    this.next = 0
    this.otherNext = 0
  }
}
