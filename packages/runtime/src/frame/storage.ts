/**
 * Storage items: typed access to raw Substrate keys.
 * A key is `twox128(pallet) ++ twox128(item) ++ hasher(part) ...`; each part has a name, so two accounts cannot be
 * swapped by accident.
 */
import { type ByteString, byteStringToBytes, bytesToByteString, utf8ToBytes } from '@neurite/primitives/bytes'
import { twox128 } from '@neurite/primitives/hash'
import { type Codec, declarationError, Reader, ScaleError, u16 } from '@neurite/primitives/scale'
import { ABSENT, type Cell } from './cell.ts'
import type { Constant } from './constant.ts'
import type { Ctx } from './ctx.ts'
import {
  companionOf,
  HASH_LENGTH,
  type KeyPart,
  NO_COMPANION,
  PartEncoder,
  partOfCompanion,
  type SeatParts,
  seatPartsOf,
} from './keyParts.ts'
import type { Overlay } from './overlay.ts'
import { mutateAt, Place } from './place.ts'
import { RecentMap } from './recentMap.ts'
import { type Companion, NO_SEAT, type SeatedItem, seatItem, seatOf } from './seats.ts'
import type { Slot } from './slot.ts'

export type KeyParts = Record<string, KeyPart<any>>
export type KeyOf<K extends KeyParts> = { readonly [N in keyof K]: K[N] extends KeyPart<infer T> ? T : never } & {}

/** The default of an item: a value, a constant resolved per network, or a function of the context. */
type Default<V> = V | Constant<V> | ((ctx: Ctx) => V)

const NO_KEYS: readonly ByteString[] = []

/** Whole keys remembered for each map of one part. */
const REMEMBERED_KEYS = 4_096

/** Bytes of a number in a key. */
const NUMBER = 2

export function twox128Key(name: string): ByteString {
  return bytesToByteString(twox128(utf8ToBytes(name)))
}

/** What every storage item has, for metadata and tools. */
export abstract class StorageItem {
  name = ''
  pallet = ''
  /** `twox128(pallet) ++ twox128(item)`. */
  prefix: ByteString = ''
  abstract readonly valueCodec: Codec<unknown>
  isOptional = false
  docs: readonly string[] = []
  protected fallback: Default<any> | undefined

  /** Called by the pallet's declaration. */
  attach(pallet: string, name: string): void {
    if (this.name !== '' && this.name !== name)
      throw declarationError(`Storage item ${this.pallet}.${this.name} is declared twice.`)
    this.pallet = pallet
    this.name = name
    this.prefix = twox128Key(pallet) + twox128Key(name)
  }

  /** The value read when the key is absent; undefined for optional items. */
  defaultValue(ctx: Ctx): any {
    if (this.isOptional) return undefined
    const fallback = this.fallback
    if (fallback === undefined) throw declarationError(`Storage item ${this.pallet}.${this.name} has no default.`)
    if (typeof fallback === 'function') return fallback(ctx)
    if (typeof fallback === 'object' && fallback !== null && 'resolve' in fallback) return fallback.resolve(ctx.profile)
    return fallback
  }

  abstract readonly keyParts: readonly (readonly [name: string, part: KeyPart<unknown>])[]
}

/** A single value. `Q` is what `get` returns: the value, or undefined too for optional items. */
export class StorageValue<V, Q = V> extends StorageItem {
  readonly valueCodec: Codec<V>
  readonly keyParts = []

  constructor(codec: Codec<V>) {
    super()
    this.valueCodec = codec
    this.fallback = zeroOf(codec)
  }

  default(value: Default<V>): this {
    this.fallback = value
    return this
  }

  optional(): StorageValue<V, V | undefined> {
    this.isOptional = true
    return this as unknown as StorageValue<V, V | undefined>
  }

  key(): ByteString {
    return this.prefix
  }

  /** The value in this block, to be read and written several times. */
  at(ctx: Ctx): Place<V, Q> {
    return new Place(this, ctx, ctx.overlay.unseatedSlot(this.prefix))
  }

  get(ctx: Ctx): Q {
    const { overlay } = ctx
    const value = overlay.getAt(overlay.unseatedSlot(this.prefix), this.valueCodec, this.prefix)
    return value === undefined ? this.defaultValue(ctx) : (value as unknown as Q)
  }

  has(ctx: Ctx): boolean {
    return ctx.overlay.hasAt(ctx.overlay.unseatedSlot(this.prefix))
  }

  set(ctx: Ctx, value: V): void {
    const { overlay } = ctx
    overlay.setAt(overlay.unseatedSlot(this.prefix), this.valueCodec, value, this.prefix)
  }

  remove(ctx: Ctx): void {
    const { overlay } = ctx
    overlay.removeAt(overlay.unseatedSlot(this.prefix), this.prefix)
  }

  /** Sets the value to `change(old)` and returns it. */
  mutate(ctx: Ctx, change: (old: Q) => V): V {
    return mutateAt(this, ctx, ctx.overlay.unseatedSlot(this.prefix), change)
  }
}

export class StorageMap<K extends KeyParts, V, Q = V> extends StorageItem implements SeatedItem {
  readonly valueCodec: Codec<V>
  readonly keyParts: readonly (readonly [name: string, part: KeyPart<unknown>])[]
  /** For each part, in the order of the parts. */
  private readonly encoders: readonly PartEncoder[]
  private readonly wholeKeys = new RecentMap<unknown, ByteString>(REMEMBERED_KEYS)
  /** Of a map by a number, alone or with a companion: names of the two, and the seat of 0. */
  private readonly seatParts: SeatParts | undefined
  private firstSeat = NO_SEAT
  /** Whether a key is the prefix and bare u16s. */
  private readonly hasNumbersOnly: boolean
  /** Whether to ask first if the item is empty: where looking for the entry takes longer than that. */
  private readonly asksIfEmpty: boolean
  /** Keys by number, where there is no companion. */
  private readonly seatedKeys: (ByteString | undefined)[] = []
  isRemembered = true
  private remembersKeys = false

  constructor(parts: K, codec: Codec<V>) {
    super()
    this.valueCodec = codec
    this.keyParts = Object.entries(parts)
    this.encoders = this.keyParts.map(([name, part]) => new PartEncoder(name, part))
    this.seatParts = seatPartsOf(this.keyParts)
    this.hasNumbersOnly =
      this.seatParts?.isPlain === true && this.keyParts.every(([, { codec }]) => codec.write === u16.write)
    this.asksIfEmpty = this.keyParts.length > 1
    this.fallback = zeroOf(codec)
  }

  override attach(pallet: string, name: string): void {
    super.attach(pallet, name)
    if (this.seatParts) this.firstSeat = seatItem(this.prefix, this)
  }

  default(value: Default<V>): this {
    this.fallback = value
    return this
  }

  optional(): StorageMap<K, V, V | undefined> {
    this.isOptional = true
    return this as unknown as StorageMap<K, V, V | undefined>
  }

  /** Keeps nothing of the item in memory from block to block: for what is wanted too rarely to be worth its room. */
  unremembered(): this {
    this.isRemembered = false
    return this
  }

  /** Remembers which keys there are under given first parts: for what is walked again and again while its keys stay. */
  withKnownKeys(): this {
    this.remembersKeys = true
    return this
  }

  /** Raw keys with these first parts, ascending. */
  private rawKeys(overlay: Overlay, first: Partial<KeyOf<K>>): readonly ByteString[] {
    if (overlay.isKnownEmpty(this.prefix)) return NO_KEYS
    const prefix = this.prefixOf(first)
    return overlay.keys(prefix, { remember: this.remembersKeys && prefix.length > this.prefix.length })
  }

  key(key: KeyOf<K>): ByteString {
    const { encoders } = this
    if (encoders.length === 1) return this.wholeKey((key as Record<string, unknown>)[encoders[0]!.name])
    let out = this.prefix
    for (let i = 0; i < encoders.length; i++) {
      const encoder = encoders[i]!
      out += encoder.key((key as Record<string, unknown>)[encoder.name])
    }
    return out
  }

  /** Seat of the entry; `NO_SEAT` for one that is found by its raw key. */
  private seatOfKey(key: KeyOf<K>): number {
    const { seatParts, firstSeat } = this
    if (seatParts === undefined || firstSeat === NO_SEAT) return NO_SEAT
    const { number } = seatParts
    return number === undefined ? firstSeat : seatOf(firstSeat, (key as Record<string, number>)[number]!)
  }

  /** The entry's slot in this overlay. `raw` is its raw key, if that is at hand. */
  private slotOf(overlay: Overlay, key: KeyOf<K>, raw?: ByteString): Slot {
    const seat = this.seatOfKey(key)
    if (seat === NO_SEAT) return overlay.unseatedSlot(raw ?? this.key(key))
    const { companions } = this.seatParts!
    const companion = companionOf(key as Record<string, unknown>, companions)
    if (companion === NO_COMPANION) return overlay.unseatedSlot(raw ?? this.key(key))
    const slot = overlay.seatedSlot(this, seat, companion, raw)
    // Now that its parts are at hand: later they would have to be looked up again.
    if (companions.length > 0 && !slot.hasKey) slot.key = this.key(key)
    return slot
  }

  /** What the entry holds in this overlay. */
  private cellOf(overlay: Overlay, key: KeyOf<K>): Cell {
    const seat = this.seatOfKey(key)
    if (seat !== NO_SEAT) {
      const companion = companionOf(key as Record<string, unknown>, this.seatParts!.companions)
      if (companion !== NO_COMPANION) return overlay.seatedCell(this, seat, companion, this.prefix)
    }
    if (overlay.isKnownEmpty(this.prefix)) return ABSENT
    return overlay.find(overlay.unseatedSlot(this.key(key)), this.prefix)
  }

  private hasShape(raw: ByteString): boolean {
    return raw.length === this.prefix.length + this.seatParts!.length
  }

  /**
   * Whether the raw key is the one that `key`, to which it decodes, makes. Whoever writes raw keys may put any bytes where
   * the hash of a part belongs, and more at the end.
   */
  isKeyOf(raw: ByteString, key: KeyOf<K>): boolean {
    if (this.seatParts?.isPlain) return this.hasShape(raw)
    return this.key(key) === raw
  }

  get seatShape(): string {
    return this.keyParts.map(([, { hasher, codec }]) => `${hasher} ${codec.minSize}`).join()
  }

  /** Slot of a raw key that decodes to `key`. */
  private slotOfRaw(overlay: Overlay, raw: ByteString, key: KeyOf<K>): Slot {
    return this.seatParts && this.isKeyOf(raw, key) ? this.slotOf(overlay, key, raw) : overlay.unseatedSlot(raw)
  }

  seatedKey(n: number, companion: Companion): ByteString {
    const { number, companions } = this.seatParts!
    if (companions.length === 0) {
      this.seatedKeys[n] ??= this.prefix + this.encoders[0]!.key(n)
      return this.seatedKeys[n]
    }
    let out = this.prefix
    for (const encoder of this.encoders) {
      const { name } = encoder
      out += encoder.key(name === number ? n : partOfCompanion(companion, companions, name))
    }
    return out
  }

  seatedParts(raw: ByteString): { n: number; companion: Companion } | undefined {
    const { number, companions } = this.seatParts!
    if (!this.hasShape(raw)) return undefined
    const key = this.decodeKey(raw)
    if (!this.isKeyOf(raw, key)) return undefined
    const parts = key as Record<string, unknown>
    const companion = companionOf(parts, companions)
    if (companion === NO_COMPANION) return undefined
    return { n: number === undefined ? 0 : (parts[number] as number), companion }
  }

  /** The same string every time, so that its hash, which maps ask for, is computed once. */
  private wholeKey(value: unknown): ByteString {
    const known = this.wholeKeys.get(value)
    if (known !== undefined) return known
    const out = this.prefix + this.encoders[0]!.key(value)
    if (typeof value !== 'object') this.wholeKeys.set(value, out)
    return out
  }

  /** The prefix of all keys whose first parts are those given. Parts must be given from the first on. */
  prefixOf(key: Partial<KeyOf<K>>): ByteString {
    let out = this.prefix
    for (const encoder of this.encoders) {
      const value = (key as Record<string, unknown>)[encoder.name]
      if (value === undefined) break
      out += encoder.key(value)
    }
    return out
  }

  /** The entry in this block, to be read and written several times. */
  at(ctx: Ctx, key: KeyOf<K>): Place<V, Q> {
    return new Place(this, ctx, this.slotOf(ctx.overlay, key))
  }

  get(ctx: Ctx, key: KeyOf<K>): Q {
    const { overlay } = ctx
    if (this.asksIfEmpty && overlay.isKnownEmpty(this.prefix)) return this.defaultValue(ctx)
    const cell = this.cellOf(overlay, key)
    const value = cell === ABSENT ? undefined : cell.as(this.valueCodec)
    return value === undefined ? this.defaultValue(ctx) : (value as unknown as Q)
  }

  has(ctx: Ctx, key: KeyOf<K>): boolean {
    return this.cellOf(ctx.overlay, key) !== ABSENT
  }

  set(ctx: Ctx, key: KeyOf<K>, value: V): void {
    const { overlay } = ctx
    overlay.setAt(this.slotOf(overlay, key), this.valueCodec, value, this.prefix)
  }

  remove(ctx: Ctx, key: KeyOf<K>): void {
    const { overlay } = ctx
    overlay.removeAt(this.slotOf(overlay, key), this.prefix)
  }

  /** Removes the key and returns what it held (the default if it was absent). */
  take(ctx: Ctx, key: KeyOf<K>): Q {
    const place = this.at(ctx, key)
    const value = place.get()
    place.remove()
    return value
  }

  mutate(ctx: Ctx, key: KeyOf<K>, change: (old: Q) => V): V {
    return mutateAt(this, ctx, this.slotOf(ctx.overlay, key), change)
  }

  /** Keys in ascending order of their raw bytes, as they are when the iteration starts. */
  *keys(ctx: Ctx, first: Partial<KeyOf<K>> = {}): Generator<KeyOf<K>> {
    for (const raw of this.rawKeys(ctx.overlay, first)) {
      const key = this.keyIn(raw)
      if (key !== undefined) yield key
    }
  }

  /** Keys and values in ascending order of the raw key. */
  *entries(ctx: Ctx, first: Partial<KeyOf<K>> = {}): Generator<readonly [KeyOf<K>, V]> {
    for (const raw of this.rawKeys(ctx.overlay, first)) {
      const key = this.keyIn(raw)
      if (key === undefined) continue
      const value = ctx.overlay.getAt(this.slotOfRaw(ctx.overlay, raw, key), this.valueCodec)
      // A key removed after the iteration began, or bytes of root's that are no value.
      if (value !== undefined) yield [key, value]
    }
  }

  /** Keys and their places in ascending order of the raw key, as they are when the iteration starts. */
  *places(ctx: Ctx, first: Partial<KeyOf<K>> = {}): Generator<readonly [KeyOf<K>, Place<V, Q>]> {
    for (const raw of this.rawKeys(ctx.overlay, first)) {
      const key = this.keyIn(raw)
      if (key !== undefined) yield [key, new Place(this, ctx, this.slotOfRaw(ctx.overlay, raw, key))]
    }
  }

  /**
   * Of a map by numbers: calls `visit` with the last number of each key, the bytes of the entry, and whether the key ends
   * there, in ascending order of the raw key. For values too large to be decoded, of which the visitor keeps nothing: what
   * was not written in this block does not stay in memory after it.
   */
  visitRows(ctx: Ctx, first: Partial<KeyOf<K>>, visit: (n: number, bytes: Uint8Array, isExact: boolean) => void): void {
    const { overlay } = ctx
    const seat = this.seatOfKey(first as KeyOf<K>)
    const prefix = this.prefixOf(first)
    const list = seat === NO_SEAT ? undefined : overlay.knownKeys(this.prefix, prefix)
    if (list?.width === NUMBER) {
      // PERF: no raw key is made, nor taken apart again, but for what the store is asked.
      const { tails } = list
      for (let at = 0; at < tails.length; at += NUMBER) {
        const n = tails.charCodeAt(at) | (tails.charCodeAt(at + 1) << 8)
        const known = overlay.peek(seat, n)
        if (known === ABSENT) continue
        const bytes = known ? known.toBytes() : overlay.peekStore(prefix + tails.slice(at, at + NUMBER))
        if (bytes !== undefined) visit(n, bytes, true)
      }
      return
    }
    const [last] = this.keyParts.at(-1)!
    for (const raw of this.rawKeys(overlay, first)) {
      const key = this.keyIn(raw)
      const bytes = key && overlay.getRawAt(this.slotOfRaw(overlay, raw, key))
      if (bytes !== undefined) visit((key as Record<string, number>)[last]!, bytes, this.isKeyOf(raw, key!))
    }
  }

  /** Makes `entries`, each of another key, all that there is under the first parts, which all of them have. */
  replacePrefix(ctx: Ctx, first: Partial<KeyOf<K>>, entries: readonly (readonly [key: KeyOf<K>, value: V])[]): void {
    const { overlay } = ctx
    const before = overlay.countKnown(this.prefix, this.prefixOf(first))
    let kept = 0
    const slots = entries.map(([key, value]) => {
      const slot = this.slotOf(overlay, key)
      if (overlay.hasAt(slot, this.prefix)) kept++
      overlay.setAt(slot, this.valueCodec, value, this.prefix)
      return slot
    })
    // PERF: mostly the keys are those that there were, and none has to be looked for.
    if (kept === before) return
    const keys = new Set(slots.map(({ key }) => key))
    for (const raw of this.rawKeys(overlay, first)) {
      if (!keys.has(raw)) overlay.removeAt(overlay.slot(raw), this.prefix)
    }
  }

  /** Removes all keys that start with the given parts; returns how many there were. */
  removePrefix(ctx: Ctx, first: Partial<KeyOf<K>> = {}): number {
    const { overlay } = ctx
    const keys = this.rawKeys(overlay, first)
    for (const key of keys) overlay.removeAt(overlay.slot(key), this.prefix)
    return keys.length
  }

  /** As {@link decodeKey}; undefined for a raw key that is none of this map's. */
  private keyIn(raw: ByteString): KeyOf<K> | undefined {
    try {
      return this.decodeKey(raw)
    } catch (error) {
      if (error instanceof ScaleError) return undefined
      throw error
    }
  }

  /** The key parts in a raw key of this map. */
  decodeKey(raw: ByteString): KeyOf<K> {
    if (this.hasNumbersOnly && raw.length >= this.prefix.length + this.seatParts!.length) return this.numbersIn(raw)
    const reader = new Reader(byteStringToBytes(raw.slice(this.prefix.length)))
    const out: Record<string, unknown> = {}
    for (const [name, part] of this.keyParts) {
      reader.at += HASH_LENGTH[part.hasher]
      out[name] = part.codec.read(reader)
    }
    return out as KeyOf<K>
  }
  private numbersIn(raw: ByteString): KeyOf<K> {
    const out: Record<string, number> = {}
    let at = this.prefix.length
    for (const [name] of this.keyParts) {
      out[name] = raw.charCodeAt(at) | (raw.charCodeAt(at + 1) << 8)
      at += NUMBER
    }
    return out as KeyOf<K>
  }
}

export function value<V>(codec: Codec<V>): StorageValue<V> {
  return new StorageValue(codec)
}

export function map<const K extends KeyParts, V>(parts: K, codec: Codec<V>): StorageMap<K, V> {
  return new StorageMap(parts, codec)
}

/** The default of a codec's type, as Rust's `Default`: zeros, empty lists, the first variant. */
function zeroOf(codec: Codec<any>): (ctx: Ctx) => any {
  let zero: { readonly value: unknown } | undefined
  return () => {
    zero ??= { value: codec.read(new Reader(new Uint8Array(Math.max(codec.minSize, 1024)))) }
    return zero.value
  }
}
