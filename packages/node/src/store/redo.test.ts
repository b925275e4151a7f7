import type { ByteString } from '@neurite/primitives/bytes'
import { expect, test } from 'vitest'
import type { Batch, Table } from './keyValue.ts'
import { putRedo, readRedo, removeRedo } from './redo.ts'
import { SortedMap } from './sortedMap.ts'

function createTable(): { readonly table: Table; readonly batch: Batch } {
  const map = new SortedMap<Uint8Array>()
  return {
    table: {
      get: (key) => map.get(key),
      keys: (start, end, limit) => map.keys(start, end, limit),
      entries: (start, end, limit) => map.keys(start, end, limit).map((key) => [key, map.get(key)!]),
      count: () => map.size,
    },
    batch: { put: (_table, key, value) => map.set(key, value), remove: (_table, key) => map.delete(key) },
  }
}

const changed = {
  keys: ['', 'pallet item a', 'pallet item b', 'pallet item b!', 'q'] as ByteString[],
  after: [new Uint8Array(0), Uint8Array.of(1, 2), undefined, new Uint8Array(40_000).fill(7), undefined] as (
    | Uint8Array
    | undefined
  )[],
}
const other = { keys: ['pallet item b'] as ByteString[], after: [Uint8Array.of(3)] }

test('behavior: what blocks changed comes back by block, in several pieces', () => {
  const { table, batch } = createTable()
  putRedo(batch, 258, other)
  putRedo(batch, 255, changed)
  expect(table.count()).toBeGreaterThan(3)
  expect([...readRedo(table)]).toEqual([
    [255, changed],
    [258, other],
  ])
  removeRedo(batch, table, 0, 255)
  expect([...readRedo(table)]).toEqual([[258, other]])
})
