/** A chain store in memory: gone with the process, for development chains and tests. */
import type { ByteString } from '@neurite/primitives/bytes'
import { createChainStore } from './chainStore.ts'
import { type Batch, type KeyValue, TABLES, type Table, type TableName } from './keyValue.ts'
import { SortedMap } from './sortedMap.ts'
import type { ChainStore, StoreOptions } from './types.ts'

export function openMemoryStore(options: StoreOptions = {}): ChainStore {
  return createChainStore(createMemoryKeyValue(), options)
}

function createMemoryKeyValue(): KeyValue {
  const maps = Object.fromEntries(TABLES.map((name) => [name, new SortedMap<Uint8Array>()])) as Record<
    TableName,
    SortedMap<Uint8Array>
  >
  const tables = Object.fromEntries(TABLES.map((name) => [name, memoryTable(maps[name])])) as Record<TableName, Table>
  function apply(fill: (batch: Batch) => void): void {
    // Gathered first, so that a throw in the middle changes nothing.
    const steps: [SortedMap<Uint8Array>, ByteString, Uint8Array | undefined][] = []
    fill({
      put: (table, key, value) => {
        steps.push([maps[table], key, value])
      },
      remove: (table, key) => {
        steps.push([maps[table], key, undefined])
      },
    })
    for (const [map, key, value] of steps) {
      if (value === undefined) map.delete(key)
      else map.set(key, value)
    }
  }

  return {
    tables,
    write(fill) {
      apply(fill)
      return Promise.resolve()
    },
    defer: apply,
    lag: 0,
    settle: async () => {},
    diskBytes: () => 0,
    close: async () => {},
  }
}

function memoryTable(map: SortedMap<Uint8Array>): Table {
  return {
    get: (key) => map.get(key),
    keys: (start, end, limit) => map.keys(start, end, limit),
    entries: (start, end, limit) => map.keys(start, end, limit).map((key) => [key, map.get(key)!]),
    count: () => map.size,
  }
}
