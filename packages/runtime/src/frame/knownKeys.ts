/**
 * Which keys an item has under a prefix, remembered from block to block: for items that are walked again and again while
 * most of their keys stay the same.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { ABSENT } from './cell.ts'
import { RecentMap } from './recentMap.ts'
import type { Slot } from './slot.ts'

/** Lists held for each item, in the younger generation: one for each subnet, usually. */
const KNOWN_LISTS = 256

/** Keys of one length as what follows their prefix, one after the other: a few kilobytes for a full subnet. */
export interface KeyList {
  readonly tails: string
  /** Characters of each tail. */
  readonly width: number
}

const EMPTY: KeyList = { tails: '', width: 1 }

class ItemKeys {
  readonly lists = new RecentMap<ByteString, KeyList>(KNOWN_LISTS)
  /** Lengths of the prefixes ever asked for. */
  readonly lengths = new Set<number>()

  get(prefix: ByteString): ByteString[] | undefined {
    const list = this.lists.get(prefix)
    return list && keysOf(prefix, list)
  }

  /** Keys of different lengths are not remembered: somebody wrote them by hand. */
  set(prefix: ByteString, keys: readonly ByteString[]): void {
    const list = listOf(prefix, keys)
    if (list === undefined) this.lists.delete(prefix)
    else this.lists.set(prefix, list)
  }

  /** Brings the lists of prefixes of this length up to date. */
  note(length: number, slots: readonly Slot[]): void {
    const before = new Map<ByteString, Set<ByteString> | undefined>()
    const changed = new Set<ByteString>()
    for (const { key, cell, written } of slots) {
      if (!written) continue
      const prefix = key.slice(0, length)
      if (!before.has(prefix)) {
        const known = this.get(prefix)
        before.set(prefix, known && new Set(known))
      }
      const keys = before.get(prefix)
      if (keys === undefined || keys.has(key) === (cell !== ABSENT)) continue
      if (cell === ABSENT) keys.delete(key)
      else keys.add(key)
      changed.add(prefix)
    }
    for (const prefix of changed) this.set(prefix, [...before.get(prefix)!].sort(byBytes))
  }
}

export class KnownKeys {
  private readonly items = new Map<ByteString, ItemKeys>()

  /** Ascending. */
  get(item: ByteString, prefix: ByteString): ByteString[] | undefined {
    return this.items.get(item)?.get(prefix)
  }

  /** As {@link get}, without making the keys. */
  list(item: ByteString, prefix: ByteString): KeyList | undefined {
    return this.items.get(item)?.lists.get(prefix)
  }

  /** @param keys all that there are, ascending. */
  set(item: ByteString, prefix: ByteString, keys: readonly ByteString[]): void {
    let known = this.items.get(item)
    if (known === undefined) {
      known = new ItemKeys()
      this.items.set(item, known)
    }
    known.lengths.add(prefix.length)
    known.set(prefix, keys)
  }

  /** Takes over what a block wrote to the item: of `slots`, those that are written. */
  note(item: ByteString, slots: readonly Slot[]): void {
    const known = this.items.get(item)
    if (known !== undefined) for (const length of known.lengths) known.note(length, slots)
  }

  clear(): void {
    this.items.clear()
  }
}

function listOf(prefix: ByteString, keys: readonly ByteString[]): KeyList | undefined {
  if (keys.length === 0) return EMPTY
  const width = keys[0]!.length - prefix.length
  if (width === 0 || keys.some((key) => key.length !== keys[0]!.length)) return undefined
  return { tails: keys.map((key) => key.slice(prefix.length)).join(''), width }
}

function keysOf(prefix: ByteString, { tails, width }: KeyList): ByteString[] {
  const keys: ByteString[] = new Array(tails.length / width)
  for (let index = 0, at = 0; at < tails.length; index++, at += width)
    keys[index] = prefix + tails.slice(at, at + width)
  return keys
}

function byBytes(a: ByteString, b: ByteString): number {
  return a < b ? -1 : 1
}
