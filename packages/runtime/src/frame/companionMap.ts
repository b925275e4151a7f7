/** Maps by companion, where one companion may be a pair of accounts. */
import type { Companion, Pair } from './seats.ts'
import { SequenceMap } from './sequenceMap.ts'

/** What is kept for the pairs with one first account: most first accounts have one second one, which needs no map. */
class Seconds<T> {
  private readonly second: string
  private value: T | undefined
  private others: Map<string, T> | undefined

  constructor(second: string, value: T) {
    this.second = second
    this.value = value
  }

  get(second: string): T | undefined {
    return second === this.second ? this.value : this.others?.get(second)
  }

  set(second: string, value: T): void {
    if (second === this.second) this.value = value
    else {
      this.others ??= new Map()
      this.others.set(second, value)
    }
  }

  delete(second: string): void {
    if (second === this.second) this.value = undefined
    else this.others?.delete(second)
  }

  get size(): number {
    return (this.value === undefined ? 0 : 1) + (this.others?.size ?? 0)
  }
}

/**
 * PERF: a pair is found by its accounts one after the other. As one text it would have to be put together and hashed
 * each time, which takes three times as long, and the text would stay in memory.
 */
export class CompanionMap<T extends object> {
  /** Of an item whose companions are uids: a map finds small numbers at once. */
  private readonly ofUids = new Map<number, T>()
  /** Of one whose companions are accounts. */
  private readonly ofAccounts = new SequenceMap<string, T>()
  /** Of one whose companions are pairs, by their first accounts. */
  private readonly ofPairs = new SequenceMap<string, Seconds<T>>()
  private pairs = 0

  get size(): number {
    return this.ofUids.size + this.ofAccounts.size + this.pairs
  }

  get(companion: NonNullable<Companion>): T | undefined {
    if (typeof companion === 'string') return this.ofAccounts.get(companion)
    if (typeof companion === 'number') return this.ofUids.get(companion)
    return this.ofPairs.get(companion.first)?.get(companion.second)
  }

  set(companion: NonNullable<Companion>, value: T): void {
    if (typeof companion === 'string') this.ofAccounts.set(companion, value)
    else if (typeof companion === 'number') this.ofUids.set(companion, value)
    else this.setPair(companion, value)
  }

  private setPair({ first, second }: Pair, value: T): void {
    const seconds = this.ofPairs.get(first)
    if (seconds === undefined) {
      this.ofPairs.add(first, new Seconds(second, value))
      this.pairs++
      return
    }
    const before = seconds.size
    seconds.set(second, value)
    this.pairs += seconds.size - before
  }

  /** As {@link set}, for a companion that is not there. */
  add(companion: NonNullable<Companion>, value: T): void {
    if (typeof companion === 'string') this.ofAccounts.add(companion, value)
    else this.set(companion, value)
  }

  /** True when there was something to delete. */
  delete(companion: NonNullable<Companion>): boolean {
    if (typeof companion === 'string') return this.ofAccounts.delete(companion)
    if (typeof companion === 'number') return this.ofUids.delete(companion)
    const seconds = this.ofPairs.get(companion.first)
    if (seconds?.get(companion.second) === undefined) return false
    seconds.delete(companion.second)
    this.pairs--
    return true
  }

  clear(): void {
    this.ofUids.clear()
    this.ofAccounts.clear()
    this.ofPairs.clear()
    this.pairs = 0
  }
}
