/** Values made of many entries, remembered until one of those is written. */
import type { Ctx } from './ctx.ts'
import type { KeyOf, KeyParts, StorageMap } from './storage.ts'

/** See {@link derive}. */
export class Derived<K extends KeyParts, V, T> {
  private readonly item: StorageMap<K, V, any>
  private readonly make: (entries: Iterable<readonly [KeyOf<K>, V]>) => T

  constructor(item: StorageMap<K, V, any>, make: (entries: Iterable<readonly [KeyOf<K>, V]>) => T) {
    this.item = item
    this.make = make
  }

  get(ctx: Ctx, first: Partial<KeyOf<K>> = {}): T {
    const { item } = this
    return ctx.overlay.derived(item.prefix, this, item.prefixOf(first), () => this.make(item.entries(ctx, first)))
  }
}

/**
 * A value made of the entries under the first parts of a key, and of nothing else. It is remembered from block to block
 * until one of those entries is written, so it must not be changed.
 */
export function derive<K extends KeyParts, V, T>(
  item: StorageMap<K, V, any>,
  make: (entries: Iterable<readonly [KeyOf<K>, V]>) => T,
): Derived<K, V, T> {
  return new Derived(item, make)
}
