/**
 * What has been committed but is not yet where it belongs.
 *
 * The tables of the state and of its trie change in thousands of places with a block, and mostly in the same ones block
 * after block. So a batch brings its changes to the disk in one run (redo.ts), and each reaches its table some batches
 * later, together with changes of other batches. Until then it is here, and reads look here first. The other tables get
 * theirs with the batch itself; here they are only until that batch has arrived.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { TABLES, type Table, type TableName } from './keyValue.ts'
import { SortedMap } from './sortedMap.ts'

/** For each table values by key, undefined = removed. */
export type Layer = Record<TableName, Map<ByteString, Uint8Array | undefined>>

/** Tables whose changes are deferred. */
export const DEFERRED: readonly TableName[] = ['state', 'gone', 'trie']

/** Batches after which a change has reached its table, at the latest; half of them at the earliest. */
export const LAG = 16
/** So many changes in a row, which lie close together, reach the table together. */
const RUN = 64

export function createLayer(): Layer {
  return Object.fromEntries(TABLES.map((name) => [name, new Map()])) as unknown as Layer
}

interface Entry {
  value: Uint8Array | undefined
  /** Batch that writes it to its table. */
  due: number
}

/** Changes in one batch from which on nothing is deferred: a genesis would be written twice and held in memory. */
const MANY = 32_768

/** True when batch with these changes brings everything to the tables, what was deferred before it too. */
export function isLarge(layer: Layer): boolean {
  return DEFERRED.reduce((sum, name) => sum + layer[name].size, 0) >= MANY
}

export interface Unwritten {
  /** `table` with everything that is still to come. */
  over(name: TableName, table: Table): Table
  /** What batch `number`, which makes the changes of `layer`, writes to the tables. */
  plan(layer: Layer, number: number): Layer
  /** Shows the changes of batch `number`. @param current the batch before the next one. */
  add(layer: Layer, number: number, current?: number): void
  /** Batch `number` has arrived. Batches arrive in order. */
  written(number: number): void
}

export function createUnwritten(): Unwritten {
  const entries = Object.fromEntries(TABLES.map((name) => [name, new SortedMap<Entry>()])) as Record<
    TableName,
    SortedMap<Entry>
  >
  const due = new Map<number, Record<TableName, ByteString[]>>()
  let deferred = 0

  function dueIn(number: number): Record<TableName, ByteString[]> {
    let keys = due.get(number)
    if (keys === undefined) {
      keys = Object.fromEntries(TABLES.map((name) => [name, []])) as unknown as Record<TableName, ByteString[]>
      due.set(number, keys)
    }
    return keys
  }

  /** Everything that was due later is due with batch `number`. */
  function bringForward(number: number): void {
    for (const later of [...due.keys()]) if (later > number) due.delete(later)
    const now = dueIn(number)
    for (const name of DEFERRED) {
      for (const [key, entry] of entries[name]) {
        if (entry.due <= number) continue
        entry.due = number
        now[name].push(key)
      }
    }
  }

  function over(name: TableName, table: Table): Table {
    const own = entries[name]

    /** Items of the table and those here, in order; `below` gives those of the table. */
    function merge<Item>(
      start: ByteString,
      end: ByteString | undefined,
      limit: number,
      below: (from: ByteString) => Item[],
      keyOf: (item: Item) => ByteString,
      itemOf: (key: ByteString, value: Uint8Array) => Item,
    ): Item[] {
      const found: Item[] = []
      for (let from = start; ; ) {
        const theirs = below(from)
        // Up to the last key of a full page; what comes after it is not known yet.
        const stop = theirs.length < limit ? end : `${keyOf(theirs[theirs.length - 1]!)}\0`
        const mine = own.keys(from, stop, Number.POSITIVE_INFINITY)
        let at = 0
        let index = 0
        while (at < mine.length || index < theirs.length) {
          const key = mine[at]
          const other = theirs[index]
          if (key === undefined || (other !== undefined && keyOf(other) < key)) {
            found.push(other!)
            index++
          } else {
            const { value } = own.get(key)!
            if (value !== undefined) found.push(itemOf(key, value.slice()))
            if (other !== undefined && keyOf(other) === key) index++
            at++
          }
          if (found.length === limit) return found
        }
        if (theirs.length < limit) return found
        from = stop!
      }
    }

    return {
      get(key) {
        const entry = own.get(key)
        return entry === undefined ? table.get(key) : entry.value?.slice()
      },
      keys: (start, end, limit) =>
        own.size === 0
          ? table.keys(start, end, limit)
          : merge(
              start,
              end,
              limit,
              (from) => table.keys(from, end, limit),
              (key) => key,
              (key) => key,
            ),
      entries: (start, end, limit) =>
        own.size === 0
          ? table.entries(start, end, limit)
          : merge(
              start,
              end,
              limit,
              (from) => table.entries(from, end, limit),
              ([key]) => key,
              (key, value) => [key, value],
            ),
      count() {
        let count = table.count()
        for (const [key, { value }] of own) count += Number(value !== undefined) - Number(table.get(key) !== undefined)
        return count
      },
    }
  }

  return {
    over,
    plan(layer, number) {
      const planned = { ...layer }
      const keys = due.get(number)
      const large = isLarge(layer)
      for (const name of DEFERRED) {
        const own = new Map<ByteString, Uint8Array | undefined>()
        if (large) {
          for (const [key, entry] of entries[name]) if (entry.due >= number) own.set(key, entry.value)
          for (const [key, value] of layer[name]) own.set(key, value)
        } else {
          for (const key of keys?.[name] ?? []) {
            own.set(key, layer[name].has(key) ? layer[name].get(key) : entries[name].get(key)!.value)
          }
        }
        planned[name] = own
      }
      return planned
    },
    add(layer, number, current = number) {
      const large = isLarge(layer)
      if (large) bringForward(number)
      for (const name of TABLES) {
        const own = entries[name]
        const isDeferred = DEFERRED.includes(name) && !large
        for (const [key, value] of layer[name]) {
          const entry = own.get(key)
          // One that an earlier batch is writing right now stays as it is until that has arrived.
          if (entry !== undefined && entry.due >= number) {
            entry.value = value
            continue
          }
          const at = isDeferred
            ? Math.max(current + 1, number + LAG - (Math.floor(deferred++ / RUN) % (LAG / 2)))
            : number
          own.set(key, { value, due: at })
          dueIn(at)[name].push(key)
        }
      }
    },
    written(number) {
      const keys = due.get(number)
      if (keys === undefined) return
      due.delete(number)
      for (const name of TABLES) {
        const own = entries[name]
        for (const key of keys[name]) if (own.get(key)?.due === number) own.delete(key)
      }
    },
  }
}
