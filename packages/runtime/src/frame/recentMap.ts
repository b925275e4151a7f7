/**
 * A map that keeps what was used lately: between `limit` and twice as many entries. For caches only: entries vanish.
 * Two generations instead of exact order: when the young one is full it becomes the old one, and what is still used
 * moves up again.
 */
import { SequenceMap } from './sequenceMap.ts'

export class RecentMap<K, V> {
  private readonly limit: number
  private young = new SequenceMap<K, V>()
  private old = new SequenceMap<K, V>()

  constructor(limit: number) {
    this.limit = limit
  }

  get(key: K): V | undefined {
    const value = this.young.get(key)
    if (value !== undefined) return value
    const aged = this.old.get(key)
    if (aged !== undefined) this.set(key, aged)
    return aged
  }

  set(key: K, value: V): void {
    if (this.young.size >= this.limit) {
      this.old = this.young
      this.young = new SequenceMap()
    }
    this.young.set(key, value)
  }

  delete(key: K): void {
    this.young.delete(key)
    this.old.delete(key)
  }

  clear(): void {
    this.young.clear()
    this.old.clear()
  }
}
