/**
 * What is remembered of the newest state from block to block. A cache only: it is never iterated, and losing an entry
 * changes nothing but time. Whoever changes that state by another way than {@link CellCache.promote} clears it.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { ABSENT, type Cell } from './cell.ts'
import { CompanionCells } from './companionCells.ts'
import { KnownKeys } from './knownKeys.ts'
import { RecentMap } from './recentMap.ts'
import { type Companion, NO_SEAT, SeatTable } from './seats.ts'
import type { Slot } from './slot.ts'
import type { StateReader } from './state.ts'

/** Cells held in the younger generation, of keys without a seat. */
const CACHED_CELLS = 8_000
/** The same of keys with a companion: on 128 full subnets an epoch uses nine of each neuron again. */
const COMPANION_CELLS = 320_000
/** Larger values (weights, bonds, lists of a subnet) take far more room decoded, and are needed once an epoch. */
const LARGEST_CACHED = 512
/** Values held for each derivation, in the younger generation: one for each subnet, usually. */
const CACHED_DERIVED = 256

/** What a derivation made of all entries under a prefix, by that prefix. */
class DerivedValues {
  readonly values = new RecentMap<ByteString, { readonly value: unknown }>(CACHED_DERIVED)
  /** Lengths of the prefixes ever asked for. */
  readonly lengths = new Set<number>()
}

export class CellCache {
  private readonly cells: RecentMap<ByteString, Cell>
  /** Cells of keys that have a seat of their own: all of them stay, as there are few. */
  private readonly seated = new SeatTable<Cell>()
  private readonly companions: CompanionCells
  /** Whether a storage item has no entries at all, by its prefix; missing where nobody looked. */
  private readonly emptiness = new Map<ByteString, boolean>()
  /** By the item's prefix, then by the derivation. */
  private readonly derived = new Map<ByteString, Map<object, DerivedValues>>()
  /** Keys of the items that ask for it. */
  readonly keys = new KnownKeys()

  constructor(limit = CACHED_CELLS, companions = COMPANION_CELLS) {
    this.cells = new RecentMap(limit)
    this.companions = new CompanionCells(companions)
  }

  get(slot: Slot): Cell | undefined {
    return slot.seat === NO_SEAT ? this.cells.get(slot.key) : this.getSeated(slot.seat, slot.companion)
  }

  getSeated(seat: number, companion: Companion): Cell | undefined {
    return companion === undefined ? this.seated.get(seat) : this.companions.get(seat, companion)
  }

  set(slot: Slot, cell: Cell): void {
    const { seat, companion } = slot
    if (!slot.isRemembered) return
    const isLarge = cell.bytes !== undefined && cell.bytes.length > LARGEST_CACHED
    if (seat === NO_SEAT) {
      if (isLarge) this.cells.delete(slot.key)
      else this.cells.set(slot.key, cell)
    } else if (companion === undefined) this.seated.set(seat, isLarge ? undefined : cell)
    else if (isLarge) this.companions.delete(seat, companion)
    else this.companions.set(seat, companion, cell)
  }

  isEmpty(item: ByteString): boolean {
    return this.emptiness.get(item) === true
  }

  /** After a key of the item was not there: looks whether any is. */
  learnEmptiness(item: ByteString, reader: StateReader): void {
    if (this.emptiness.has(item)) return
    let empty = true
    for (const _key of reader.keys(item)) {
      empty = false
      break
    }
    this.emptiness.set(item, empty)
  }

  getDerived(item: ByteString, derivation: object, prefix: ByteString): { readonly value: unknown } | undefined {
    return this.derived.get(item)?.get(derivation)?.values.get(prefix)
  }

  setDerived(item: ByteString, derivation: object, prefix: ByteString, value: unknown): void {
    let ofItem = this.derived.get(item)
    if (!ofItem) {
      ofItem = new Map()
      this.derived.set(item, ofItem)
    }
    let known = ofItem.get(derivation)
    if (!known) {
      known = new DerivedValues()
      ofItem.set(derivation, known)
    }
    known.values.set(prefix, { value })
    known.lengths.add(prefix.length)
  }

  /** Takes over what a block wrote to one item: of `slots`, those that are written. */
  promote(item: ByteString, slots: readonly Slot[]): void {
    if (slots.some(({ cell, written }) => written && cell !== ABSENT)) this.emptiness.set(item, false)
    else this.emptiness.delete(item)
    this.keys.note(item, slots)
    const ofItem = this.derived.get(item)
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      if (!slot.written) continue
      this.set(slot, slot.cell!)
      slot.cell!.forgetBytes()
      if (!ofItem) continue
      for (const { values, lengths } of ofItem.values()) {
        for (const length of lengths) values.delete(slot.key.slice(0, length))
      }
    }
  }

  clear(): void {
    this.cells.clear()
    this.seated.clear()
    this.companions.clear()
    this.emptiness.clear()
    this.derived.clear()
    this.keys.clear()
  }
}
