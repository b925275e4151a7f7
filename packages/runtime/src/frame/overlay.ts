/**
 * The state while it is being changed: one map of what is known of it, over a store.
 *
 * A value is decoded once and kept decoded; its bytes are made only when the block is committed or when somebody asks
 * for them. Values are therefore read-only: a pallet that changes one writes a new one.
 * A storage transaction is a list of what was there before; one that is rolled back puts it there again.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { type Codec, Packer } from '@neurite/primitives/scale'
import { ABSENT, Cell } from './cell.ts'
import type { CellCache } from './cellCache.ts'
import { CompanionMap } from './companionMap.ts'
import type { KeyList } from './knownKeys.ts'
import { type Companion, ITEM_PREFIX, locateKey, type SeatedItem, SeatTable } from './seats.ts'
import { Slot } from './slot.ts'
import { ChangeLists, type StateChanges, type StateReader } from './state.ts'

/** What a slot was before a transaction wrote to it. */
interface Undo {
  readonly slot: Slot
  readonly cell: Cell | undefined
  readonly written: boolean
}

/** Work done, for tests and limits that count it. */
export interface OverlayCounters {
  reads: number
  storeReads: number
  writes: number
}

export class Overlay {
  private readonly reader: StateReader
  private readonly cache: CellCache | undefined
  /** Slots of keys without a seat. */
  private readonly slots = new Map<ByteString, Slot>()
  private readonly seated = new SeatTable<Slot>()
  /** Slots of keys with a seat and a companion. */
  private readonly companions = new SeatTable<CompanionMap<Slot>>()
  /** Number of all slots. */
  private count = 0
  /** Every slot ever written, by item prefix: a superset of the changed ones. */
  private readonly touched = new Map<ByteString, Slot[]>()
  /** Of each open transaction, the outermost first. */
  private readonly undo: Undo[][] = []
  readonly counters: OverlayCounters = { reads: 0, storeReads: 0, writes: 0 }

  constructor(reader: StateReader, cache?: CellCache) {
    this.reader = reader
    this.cache = cache
  }

  /** The slot of `key`, good for as long as this overlay is used. */
  slot(key: ByteString): Slot {
    const found = locateKey(key)
    return found ? this.seatedSlot(found.item, found.seat, found.companion, key) : this.unseatedSlot(key)
  }

  /** As {@link slot}, for a key without a seat. */
  unseatedSlot(key: ByteString): Slot {
    let slot = this.slots.get(key)
    if (!slot) {
      slot = new Slot(key)
      this.slots.set(key, slot)
      this.count++
    }
    return slot
  }

  /** As {@link slot}, by the seat of the key. `key` is the key itself, if the caller has it at hand. */
  seatedSlot(item: SeatedItem, seat: number, companion: Companion, key?: ByteString): Slot {
    if (companion !== undefined) return this.companionSlot(item, seat, companion, key)
    let slot = this.seated.get(seat)
    if (!slot) {
      slot = new Slot(key, seat, undefined, item)
      this.seated.set(seat, slot)
      this.count++
    }
    return slot
  }

  private companionSlot(
    item: SeatedItem,
    seat: number,
    companion: NonNullable<Companion>,
    key: ByteString | undefined,
  ): Slot {
    let slots = this.companions.get(seat)
    if (!slots) {
      slots = new CompanionMap()
      this.companions.set(seat, slots)
    }
    let slot = slots.get(companion)
    if (!slot) {
      slot = new Slot(key, seat, companion, item)
      slots.add(companion, slot)
      this.count++
    }
    return slot
  }

  /** What the slot's key holds; `ABSENT` for nothing. `item` is the item's prefix, where the caller has it at hand. */
  find(slot: Slot, item?: ByteString): Cell {
    this.counters.reads++
    slot.cell ??= this.findInStore(slot, item)
    return slot.cell
  }

  /** The slot of a key with a seat, if there is one. */
  private knownSlot(seat: number, companion: Companion): Slot | undefined {
    return companion === undefined ? this.seated.get(seat) : this.companions.get(seat)?.get(companion)
  }

  /** What a key with a seat holds. What the cache knows needs no slot: most keys of a block are only read. */
  seatedCell(item: SeatedItem, seat: number, companion: Companion, prefix: ByteString): Cell {
    const slot = this.knownSlot(seat, companion)
    const cell = slot?.cell ?? this.cache?.getSeated(seat, companion)
    if (cell !== undefined) {
      this.counters.reads++
      return cell
    }
    if (this.isKnownEmpty(prefix)) return ABSENT
    return this.find(slot ?? this.seatedSlot(item, seat, companion), prefix)
  }

  private findInStore(slot: Slot, item: ByteString | undefined): Cell {
    const cached = this.cache?.get(slot)
    if (cached) return cached
    if (item !== undefined && this.isKnownEmpty(item)) return ABSENT
    const cell = this.read(slot)
    this.cache?.set(slot, cell)
    if (cell === ABSENT && item !== undefined) this.cache?.learnEmptiness(item, this.reader)
    return cell
  }

  private read(slot: Slot): Cell {
    this.counters.storeReads++
    const bytes = this.reader.get(slot.key)
    return bytes === undefined ? ABSENT : new Cell(bytes, undefined, undefined)
  }

  /** True when the item has no entries, as far as that is known without a look at any. */
  isKnownEmpty(item: ByteString): boolean {
    return this.cache?.isEmpty(item) === true && !this.touched.has(item)
  }

  has(key: ByteString): boolean {
    return this.hasAt(this.slot(key))
  }

  hasAt(slot: Slot, item?: ByteString): boolean {
    return this.find(slot, item) !== ABSENT
  }

  /** The decoded value, or undefined when the key is absent or its bytes are no such value. */
  get<T>(key: ByteString, codec: Codec<T>): T | undefined {
    return this.getAt(this.slot(key), codec)
  }

  getAt<T>(slot: Slot, codec: Codec<T>, item?: ByteString): T | undefined {
    const cell = this.find(slot, item)
    return cell === ABSENT ? undefined : cell.as(codec)
  }

  getRaw(key: ByteString): Uint8Array | undefined {
    return this.getRawAt(this.slot(key))
  }

  /** Read as bytes an entry is not remembered beyond this block: what is asked for so is large, or wanted once. */
  getRawAt(slot: Slot): Uint8Array | undefined {
    this.counters.reads++
    slot.cell ??= this.cache?.get(slot) ?? this.read(slot)
    return slot.cell === ABSENT ? undefined : slot.cell.toBytes()
  }

  /** What is known here of a key with a seat. */
  peek(seat: number, companion: Companion): Cell | undefined {
    this.counters.reads++
    return this.knownSlot(seat, companion)?.cell ?? this.cache?.getSeated(seat, companion)
  }

  /** What the store gives for `key`, for whoever soon lets go of it: it is not remembered, not even in this block. */
  peekStore(key: ByteString): Uint8Array | undefined {
    this.counters.storeReads++
    const { reader } = this
    return reader.peek ? reader.peek(key) : reader.get(key)
  }

  set<T>(key: ByteString, codec: Codec<T>, value: T): void {
    this.setAt(this.slot(key), codec, value)
  }

  setAt<T>(slot: Slot, codec: Codec<T>, value: T, item?: ByteString): void {
    this.put(slot, new Cell(undefined, value, codec), item)
  }

  setRaw(key: ByteString, bytes: Uint8Array): void {
    this.setRawAt(this.slot(key), bytes)
  }

  setRawAt(slot: Slot, bytes: Uint8Array, item?: ByteString): void {
    this.put(slot, new Cell(bytes, undefined, undefined), item)
  }

  remove(key: ByteString): void {
    this.removeAt(this.slot(key))
  }

  removeAt(slot: Slot, item?: ByteString): void {
    this.put(slot, ABSENT, item)
  }

  private put(slot: Slot, cell: Cell, item?: ByteString): void {
    this.counters.writes++
    this.undo.at(-1)?.push({ slot, cell: slot.cell, written: slot.written })
    if (!slot.written) slot.former = slot.cell
    slot.cell = cell
    slot.written = true
    if (slot.listed) return
    slot.listed = true
    const prefix = item ?? slot.key.slice(0, ITEM_PREFIX)
    const slots = this.touched.get(prefix)
    if (slots) slots.push(slot)
    else this.touched.set(prefix, [slot])
  }

  /**
   * What `derive` makes of the entries under `prefix`, and of nothing else: remembered until one of them is written.
   * `derivation` stands for the function.
   */
  derived<T>(item: ByteString, derivation: object, prefix: ByteString, derive: () => T): T {
    const { cache } = this
    if (!cache || this.isTouched(item, prefix)) return derive()
    const known = cache.getDerived(item, derivation, prefix)
    if (known) return known.value as T
    const value = derive()
    cache.setDerived(item, derivation, prefix, value)
    return value
  }

  /** Whether this block wrote to keys of the item that start with `prefix`. */
  private isTouched(item: ByteString, prefix: ByteString): boolean {
    return this.touched.get(item)?.some(({ key }) => key.startsWith(prefix)) === true
  }

  /** The remembered keys of the item that start with `prefix`, where this block wrote to none of them. */
  knownKeys(item: ByteString, prefix: ByteString): KeyList | undefined {
    return this.isTouched(item, prefix) ? undefined : this.cache?.keys.list(item, prefix)
  }

  /** Number of the item's keys that start with `prefix`, where they are remembered and this block wrote to none of them. */
  countKnown(item: ByteString, prefix: ByteString): number | undefined {
    const list = this.knownKeys(item, prefix)
    return list && list.tails.length / list.width
  }

  /**
   * Keys that start with `prefix`, ascending in byte order, as they are when the iteration starts: a pallet may write
   * and remove while it iterates.
   * With `remember`, for a prefix longer than an item's, those of the store are remembered from block to block.
   */
  keys(prefix: ByteString, { remember = false }: { readonly remember?: boolean } = {}): ByteString[] {
    const written: Slot[] = []
    const collect = (slots: readonly Slot[]): void => {
      for (const slot of slots) if (slot.key.startsWith(prefix)) written.push(slot)
    }
    if (prefix.length >= ITEM_PREFIX) {
      const item = prefix.slice(0, ITEM_PREFIX)
      if (this.isKnownEmpty(item)) return []
      const slots = this.touched.get(item)
      if (slots) collect(slots)
    } else {
      for (const slots of this.touched.values()) collect(slots)
    }
    if (written.length === 0) {
      const stored = this.storedKeys(prefix, remember)
      if (stored.length === 0 && prefix.length >= ITEM_PREFIX)
        this.cache?.learnEmptiness(prefix.slice(0, ITEM_PREFIX), this.reader)
      return stored
    }
    written.sort(byKey)
    const out: ByteString[] = []
    let next = 0
    const takeWritten = (slot: Slot): void => {
      if (this.find(slot) !== ABSENT) out.push(slot.key)
    }
    for (const key of this.storedKeys(prefix, remember)) {
      while (next < written.length && written[next]!.key < key) takeWritten(written[next++]!)
      if (next < written.length && written[next]!.key === key) takeWritten(written[next++]!)
      else out.push(key)
    }
    while (next < written.length) takeWritten(written[next++]!)
    return out
  }

  private storedKeys(prefix: ByteString, remember: boolean): ByteString[] {
    const known = remember ? this.cache?.keys : undefined
    if (known === undefined) return [...this.reader.keys(prefix)]
    const item = prefix.slice(0, ITEM_PREFIX)
    let keys = known.get(item, prefix)
    if (keys === undefined) {
      keys = [...this.reader.keys(prefix)]
      known.set(item, prefix, keys)
    }
    return keys
  }

  /** Number of open transactions. */
  get depth(): number {
    return this.undo.length
  }

  begin(): void {
    this.undo.push([])
  }

  commit(): void {
    const done = this.closeTransaction()
    const around = this.undo.at(-1)
    if (around === undefined) return
    if (around.length === 0) this.undo[this.undo.length - 1] = done
    else for (const step of done) around.push(step)
  }

  rollback(): void {
    const done = this.closeTransaction()
    for (let i = done.length - 1; i >= 0; i--) {
      const { slot, cell, written } = done[i]!
      slot.cell = cell
      slot.written = written
    }
  }

  private closeTransaction(): Undo[] {
    const done = this.undo.pop()
    if (done) return done
    throw new NeuriteError('NoTransaction', 'No storage transaction is open.', {
      details: ['Every commit or rollback needs a begin of its own.'],
    })
  }

  /** Number of keys that are remembered here, read or written. */
  get size(): number {
    return this.count
  }

  /**
   * The changes as bytes, in no order that means anything. A key that holds what it held before may be among them, when
   * that is not remembered.
   */
  changes(): StateChanges {
    let most = 0
    for (const slots of this.touched.values()) most += slots.length
    const out = new ChangeLists(most)
    const packer = new Packer()
    // Item by item, so that keys of one item stand together for whoever sorts them.
    for (const slots of this.touched.values()) {
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!
        if (!slot.written) continue
        const cell = slot.cell!
        const before = slot.former ?? this.cache?.get(slot)
        if (before?.isSame(cell)) continue
        out.add(
          slot.key,
          cell === ABSENT ? undefined : cell.toBytes(packer),
          before === undefined ? undefined : before !== ABSENT,
        )
      }
    }
    out.close()
    return out
  }

  /** Moves the written cells into the cache: call it once the block is the newest one. */
  promoteToCache(): void {
    const { cache } = this
    if (!cache) return
    for (const [item, slots] of this.touched) cache.promote(item, slots)
  }
}

function byKey(a: Slot, b: Slot): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}
