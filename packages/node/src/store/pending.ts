/** Tables that already show what is still on its way to the disk. */
import type { ByteString } from '@neurite/primitives/bytes'
import { TABLES, type Table, type TableName } from './keyValue.ts'
import { lowerBound } from './sortedMap.ts'

/** One batch under way: for each table the values by key, undefined = removed. */
export type Layer = Record<TableName, Map<ByteString, Uint8Array | undefined>>

export function createLayer(): Layer {
  return Object.fromEntries(TABLES.map((name) => [name, new Map()])) as unknown as Layer
}

export interface Pending {
  /** `table` as it will be once every layer has arrived. */
  over(name: TableName, table: Table): Table
  add(layer: Layer): void
  /** The layer has arrived in the tables below. Layers arrive in the order they were added. */
  remove(layer: Layer): void
}

export function createPending(): Pending {
  let layers: Layer[] = []
  // Merged layers and their keys in order, made when a read in order asks for them.
  const merged = new Map<TableName, { values: Layer[TableName]; keys: ByteString[] }>()

  function merge(name: TableName) {
    let known = merged.get(name)
    if (known === undefined) {
      const values = layers.length === 1 ? layers[0]![name] : new Map(layers.flatMap((layer) => [...layer[name]]))
      known = { values, keys: [...values.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)) }
      merged.set(name, known)
    }
    return known
  }

  function get(name: TableName, table: Table, key: ByteString): Uint8Array | undefined {
    for (let index = layers.length - 1; index >= 0; index--) {
      const layer = layers[index]![name]
      const value = layer.get(key)
      if (value !== undefined) return value.slice()
      if (layer.has(key)) return undefined
    }
    return table.get(key)
  }

  function keys(
    name: TableName,
    table: Table,
    start: ByteString,
    end: ByteString | undefined,
    limit: number,
  ): ByteString[] {
    const { values, keys: own } = merge(name)
    if (own.length === 0) return table.keys(start, end, limit)
    const found: ByteString[] = []
    let at = lowerBound(own, start)
    for (let from = start; ; ) {
      const below = table.keys(from, end, limit)
      // Up to the last key of a full page; what comes after it is not known yet.
      const stop = below.length < limit ? end : `${below[below.length - 1]!}\0`
      for (let index = 0; ; ) {
        const theirs = below[index]
        let mine = own[at]
        if (mine !== undefined && stop !== undefined && mine >= stop) mine = undefined
        if (theirs === undefined && mine === undefined) break
        if (mine === undefined || (theirs !== undefined && theirs < mine)) {
          found.push(theirs!)
          index++
        } else {
          if (values.get(mine) !== undefined) found.push(mine)
          if (theirs === mine) index++
          at++
        }
        if (found.length === limit) return found
      }
      if (below.length < limit) return found
      from = stop!
    }
  }

  return {
    over: (name, table) => ({
      get: (key) => get(name, table, key),
      keys: (start, end, limit) =>
        layers.length === 0 ? table.keys(start, end, limit) : keys(name, table, start, end, limit),
      entries: (start, end, limit) =>
        layers.length === 0
          ? table.entries(start, end, limit)
          : keys(name, table, start, end, limit).map((key) => [key, get(name, table, key)!]),
      count: () => table.count(),
    }),
    add(layer) {
      layers = [...layers, layer]
      merged.clear()
    },
    remove(layer) {
      layers = layers.filter((other) => other !== layer)
      merged.clear()
    },
  }
}
