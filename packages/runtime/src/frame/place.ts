import type { Codec } from '@neurite/primitives/scale'
import type { Ctx } from './ctx.ts'
import type { Slot } from './slot.ts'
import type { StorageItem } from './storage.ts'

/**
 * One entry of a storage item in one block. Whoever reads and writes it several times keeps it, and the key is made and
 * looked up once.
 */
export class Place<V, Q = V> {
  private readonly item: StorageItem
  private readonly ctx: Ctx
  private readonly slot: Slot

  constructor(item: StorageItem, ctx: Ctx, slot: Slot) {
    this.item = item
    this.ctx = ctx
    this.slot = slot
  }

  get(): Q {
    const { item, ctx } = this
    const value = ctx.overlay.getAt(this.slot, item.valueCodec as Codec<V>, item.prefix)
    return value === undefined ? item.defaultValue(ctx) : (value as unknown as Q)
  }

  has(): boolean {
    return this.ctx.overlay.hasAt(this.slot, this.item.prefix)
  }

  /** Whether this block wrote the entry, if only what it held before. */
  get isWritten(): boolean {
    return this.slot.written
  }

  set(value: V): void {
    this.ctx.overlay.setAt(this.slot, this.item.valueCodec, value, this.item.prefix)
  }

  remove(): void {
    this.ctx.overlay.removeAt(this.slot, this.item.prefix)
  }

  /** The bytes of the value, undefined when the key is absent. */
  getRaw(): Uint8Array | undefined {
    return this.ctx.overlay.getRawAt(this.slot)
  }

  /** Writes bytes that the item's codec would have made. */
  setRaw(bytes: Uint8Array): void {
    this.ctx.overlay.setRawAt(this.slot, bytes, this.item.prefix)
  }
}

/** PERF: without a `Place`, for this is how most of what every block changes is changed. */
export function mutateAt<V, Q>(item: StorageItem, ctx: Ctx, slot: Slot, change: (old: Q) => V): V {
  const { overlay } = ctx
  const codec = item.valueCodec as Codec<V>
  const old = overlay.getAt(slot, codec, item.prefix)
  const value = change(old === undefined ? item.defaultValue(ctx) : (old as unknown as Q))
  overlay.setAt(slot, codec, value, item.prefix)
  return value
}
