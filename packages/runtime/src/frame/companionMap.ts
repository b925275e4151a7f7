/** Maps by companion, where one companion may be a pair of accounts. */
import type { Companion } from './seats.ts'
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
}

/**
 * PERF: a pair is found by its accounts one after the other. As one text it would have to be put together and hashed
 * each time, which takes three times as long, and the text would stay in memory.
 */
export class CompanionMap<T extends object> {
  /** Of an item whose companions are no pairs. */
  private readonly single = new SequenceMap<string | number, T>()
  /** Of one whose companions are pairs, by their first accounts. */
  private readonly pairs = new SequenceMap<string, Seconds<T>>()
  size = 0

  get(companion: NonNullable<Companion>): T | undefined {
    if (typeof companion !== 'object') return this.single.get(companion)
    return this.pairs.get(companion.first)?.get(companion.second)
  }

  set(companion: NonNullable<Companion>, value: T): void {
    if (typeof companion !== 'object') {
      this.single.set(companion, value)
      this.size = this.single.size
    } else if (this.get(companion) === undefined) this.add(companion, value)
    else this.pairs.get(companion.first)!.set(companion.second, value)
  }

  /** As {@link set}, for a companion that is not there. */
  add(companion: NonNullable<Companion>, value: T): void {
    this.size++
    if (typeof companion !== 'object') {
      this.single.add(companion, value)
      return
    }
    const { first, second } = companion
    const seconds = this.pairs.get(first)
    if (seconds === undefined) this.pairs.add(first, new Seconds(second, value))
    else seconds.set(second, value)
  }

  /** True when there was something to delete. */
  delete(companion: NonNullable<Companion>): boolean {
    if (this.get(companion) === undefined) return false
    if (typeof companion === 'object') this.pairs.get(companion.first)!.delete(companion.second)
    else this.single.delete(companion)
    this.size--
    return true
  }

  clear(): void {
    this.single.clear()
    this.pairs.clear()
    this.size = 0
  }
}
