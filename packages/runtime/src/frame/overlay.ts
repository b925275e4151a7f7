/**
 * The state while it is being changed: layers of writes over a store.
 *
 * A value is decoded once and kept decoded; its bytes are made only when the block is committed or when somebody asks
 * for them. Values are therefore read-only: a pallet that changes one writes a new one.
 * Layers are storage transactions. A layer that is rolled back takes its writes and its events with it.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { type Codec, decodePrefix, encode, ScaleError } from '@neurite/primitives/scale'
import { RecentMap } from './recentMap.ts'
import type { StateChanges, StateReader } from './state.ts'

/** One key's content. Decoded value and bytes are each filled in when first needed. */
export class Cell {
  bytes: Uint8Array | undefined
  value: unknown
  /** Codec of `value`; undefined while only bytes are known. */
  codec: Codec<unknown> | undefined

  constructor(bytes: Uint8Array | undefined, value: unknown, codec: Codec<unknown> | undefined) {
    this.bytes = bytes
    this.value = value
    this.codec = codec
  }

  toBytes(): Uint8Array {
    this.bytes ??= encode(this.codec!, this.value)
    return this.bytes
  }

  /**
   * The value as `codec` reads it; undefined when the bytes are none, which only `System.set_storage` can bring about.
   * Bytes after the value are ignored. Both as the reference does: a wrong write by root must not stop the chain.
   */
  // polkadot-sdk substrate/frame/support/src/storage/unhashed.rs get
  as<T>(codec: Codec<T>): T | undefined {
    if (this.codec !== codec) {
      this.value = decodeOrNothing(codec, this.toBytes())
      this.codec = codec
    }
    return this.value as T | undefined
  }
}

function decodeOrNothing<T>(codec: Codec<T>, bytes: Uint8Array): T | undefined {
  try {
    return decodePrefix(codec, bytes)
  } catch (error) {
    if (error instanceof ScaleError) return undefined
    throw error
  }
}

/** Marks a key as known to be absent. */
const ABSENT = new Cell(undefined, undefined, undefined)

/** Characters of `twox128(pallet) ++ twox128(item)`. */
const ITEM_PREFIX = 32

/** Cells held in the younger generation of the cache. */
const CACHED_CELLS = 30_000
/** Larger values (weights, bonds, lists of a subnet) take far more room decoded, and are needed once an epoch. */
const LARGEST_CACHED = 512

/**
 * Decoded cells of the newest block, shared by the blocks built on it. A cache only: it is never iterated, and losing
 * an entry changes nothing but time.
 */
export class CellCache {
  private readonly cells: RecentMap<ByteString, Cell>

  constructor(limit = CACHED_CELLS) {
    this.cells = new RecentMap(limit)
  }

  get(key: ByteString): Cell | undefined {
    return this.cells.get(key)
  }

  set(key: ByteString, cell: Cell): void {
    if (cell.bytes !== undefined && cell.bytes.length > LARGEST_CACHED) this.cells.delete(key)
    else this.cells.set(key, cell)
  }

  clear(): void {
    this.cells.clear()
  }
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
  private readonly layers: Map<ByteString, Cell>[] = [new Map()]
  /** Every key ever written, by item prefix: a superset of the changed keys, for iteration. */
  private readonly touched = new Map<ByteString, Set<ByteString>>()
  readonly counters: OverlayCounters = { reads: 0, storeReads: 0, writes: 0 }

  constructor(reader: StateReader, cache?: CellCache) {
    this.reader = reader
    this.cache = cache
  }

  private find(key: ByteString): Cell {
    this.counters.reads++
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const cell = this.layers[i]!.get(key)
      if (cell) return cell
    }
    return this.findInStore(key)
  }

  private findInStore(key: ByteString): Cell {
    const cached = this.cache?.get(key)
    if (cached) return cached
    this.counters.storeReads++
    const bytes = this.reader.get(key)
    const cell = bytes === undefined ? ABSENT : new Cell(bytes, undefined, undefined)
    this.cache?.set(key, cell)
    return cell
  }

  has(key: ByteString): boolean {
    return this.find(key) !== ABSENT
  }

  /** The decoded value, or undefined when the key is absent or its bytes are no such value. */
  get<T>(key: ByteString, codec: Codec<T>): T | undefined {
    const cell = this.find(key)
    return cell === ABSENT ? undefined : cell.as(codec)
  }

  getRaw(key: ByteString): Uint8Array | undefined {
    const cell = this.find(key)
    return cell === ABSENT ? undefined : cell.toBytes()
  }

  set<T>(key: ByteString, codec: Codec<T>, value: T): void {
    this.put(key, new Cell(undefined, value, codec))
  }

  setRaw(key: ByteString, bytes: Uint8Array): void {
    this.put(key, new Cell(bytes, undefined, undefined))
  }

  remove(key: ByteString): void {
    this.put(key, ABSENT)
  }

  private put(key: ByteString, cell: Cell): void {
    this.counters.writes++
    this.layers[this.layers.length - 1]!.set(key, cell)
    const item = key.slice(0, ITEM_PREFIX)
    let keys = this.touched.get(item)
    if (!keys) {
      keys = new Set()
      this.touched.set(item, keys)
    }
    keys.add(key)
  }

  /**
   * Keys that start with `prefix`, ascending in byte order, as they are when the iteration starts: a pallet may write
   * and remove while it iterates.
   */
  keys(prefix: ByteString): ByteString[] {
    const written: ByteString[] = []
    const collect = (keys: Set<ByteString>): void => {
      for (const key of keys) if (key.startsWith(prefix)) written.push(key)
    }
    if (prefix.length >= ITEM_PREFIX) {
      const keys = this.touched.get(prefix.slice(0, ITEM_PREFIX))
      if (keys) collect(keys)
    } else {
      for (const keys of this.touched.values()) collect(keys)
    }
    if (written.length === 0) return [...this.reader.keys(prefix)]
    written.sort(byBytes)
    const out: ByteString[] = []
    let next = 0
    const takeWritten = (key: ByteString): void => {
      if (this.find(key) !== ABSENT) out.push(key)
    }
    for (const key of this.reader.keys(prefix)) {
      while (next < written.length && written[next]! < key) takeWritten(written[next++]!)
      if (next < written.length && written[next] === key) takeWritten(written[next++]!)
      else out.push(key)
    }
    while (next < written.length) takeWritten(written[next++]!)
    return out
  }

  /** Number of open transactions. */
  get depth(): number {
    return this.layers.length - 1
  }

  begin(): void {
    this.layers.push(new Map())
  }

  commit(): void {
    const top = this.popLayer()
    const below = this.layers[this.layers.length - 1]!
    for (const [key, cell] of top) below.set(key, cell)
  }

  rollback(): void {
    this.popLayer()
  }

  private popLayer(): Map<ByteString, Cell> {
    if (this.layers.length === 1) {
      throw new NeuriteError('NoTransaction', 'No storage transaction is open.', {
        details: ['Every commit or rollback needs a begin of its own.'],
      })
    }
    return this.layers.pop()!
  }

  /** The changes as bytes, in ascending key order, keys that did not change in effect included. */
  changes(): StateChanges {
    const bottom = this.layers[0]!
    const keys = [...bottom.keys()].sort(byBytes)
    const out = new Map<ByteString, Uint8Array | undefined>()
    for (const key of keys) {
      const cell = bottom.get(key)!
      out.set(key, cell === ABSENT ? undefined : cell.toBytes())
    }
    return out
  }

  /** Moves the written cells into the cache: call it once the block is the newest one. */
  promoteToCache(): void {
    if (!this.cache) return
    for (const [key, cell] of this.layers[0]!) this.cache.set(key, cell)
  }
}

function byBytes(a: ByteString, b: ByteString): number {
  return a < b ? -1 : a > b ? 1 : 0
}
