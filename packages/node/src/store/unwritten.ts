/**
 * What has been committed but is not yet where it belongs.
 *
 * The table of the state changes in thousands of places with a block, and mostly in the same ones block after block. So a
 * batch brings its changes to the disk in one run (redo.ts), and each reaches its table some batches later, together with
 * changes of other batches. Until then it is here, and reads look here first. The other tables get theirs with the batch
 * itself; here they are only until that batch has arrived.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { TABLES, type Table, type TableName } from './keyValue.ts'
import { SortedMap } from './sortedMap.ts'

/** Changes of one table in their order; a later one of the same key counts. */
export class ChangeList {
  readonly keys: ByteString[] = []
  /** undefined = removed. */
  readonly values: (Uint8Array | undefined)[] = []

  add(key: ByteString, value: Uint8Array | undefined): void {
    this.keys.push(key)
    this.values.push(value)
  }
}

export type Layer = Record<TableName, ChangeList>

/** Batches after which a change goes to its table, at the latest. */
export const LAG = 16

/** Tables whose changes are deferred. */
export const DEFERRED: readonly TableName[] = ['state', 'gone']

/** The byte of a key after the prefix of a storage entry: random where keys are hashed. */
const PART_BYTE = 32

/**
 * The batch after which goes to its table what batch `number` changed under `key`: one of the next `LAG`. Every part of a table has its turn
 * once in so many batches, so that changes of several blocks share the pages they are written to.
 */
function dueOf(key: ByteString, number: number): number {
  const turn = key.charCodeAt(PART_BYTE) >> 4
  return number + 1 + ((turn + LAG - ((number + 1) % LAG)) % LAG)
}

export function createLayer(): Layer {
  return Object.fromEntries(TABLES.map((name) => [name, new ChangeList()])) as Layer
}

/** One change. */
export interface Entry {
  readonly key: ByteString
  value: Uint8Array | undefined
  /** Batch with which, or after which, it goes to its table. */
  due: number
  /** True when a later change of the key is here too. */
  isOutdated: boolean
}

/** Changes by table. */
export type Plan = Record<TableName, Entry[]>

/** Changes in one batch from which on nothing is deferred: a genesis would be written twice and held in memory. */
const MANY = 32_768

/** True when a batch with these changes brings everything to the tables, what was deferred before it too. */
export function isLarge(layer: Layer): boolean {
  return DEFERRED.reduce((sum, name) => sum + layer[name].keys.length, 0) >= MANY
}

export interface Unwritten {
  /** `table` with everything that is still to come. */
  over(name: TableName, table: Table): Table
  /**
   * Shows the changes of batch `number`.
   * @param how.large nothing is deferred, and what was deferred before comes with this batch too.
   * @param how.last the last batch, when they are read back after a start; else it is this one.
   */
  add(layer: Layer, number: number, how?: { readonly large?: boolean; readonly last?: number }): void
  /** What batch `number`, whose changes are shown, writes itself. */
  takeOwn(number: number): Plan
  /** What goes to its table after batch `number`. */
  takeDeferred(number: number): Plan
  /** The plan has been written. */
  written(plan: Plan): void
}

function createPlan(): Plan {
  return Object.fromEntries(TABLES.map((name) => [name, []])) as unknown as Plan
}

export function createUnwritten(): Unwritten {
  const entries = Object.fromEntries(TABLES.map((name) => [name, new SortedMap<Entry>()])) as Record<
    TableName,
    SortedMap<Entry>
  >
  /** By batch: what it writes itself, and what is written after it. */
  const own = new Map<number, Plan>()
  const deferred = new Map<number, Plan>()

  function planOf(plans: Map<number, Plan>, number: number): Plan {
    let plan = plans.get(number)
    if (plan === undefined) {
      plan = createPlan()
      plans.set(number, plan)
    }
    return plan
  }

  function take(plans: Map<number, Plan>, number: number): Plan {
    const plan = plans.get(number) ?? createPlan()
    plans.delete(number)
    return plan
  }

  /** Everything that was deferred is written by batch `number` itself. */
  function bringForward(number: number): void {
    const now = planOf(own, number)
    for (const [later, plan] of deferred) {
      if (later < number) continue
      deferred.delete(later)
      for (const name of DEFERRED) {
        for (const entry of plan[name]) {
          entry.due = number
          now[name].push(entry)
        }
      }
    }
  }

  function over(name: TableName, table: Table): Table {
    const known = entries[name]

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
        const mine = known.keys(from, stop, Number.POSITIVE_INFINITY)
        let at = 0
        let index = 0
        while (at < mine.length || index < theirs.length) {
          const key = mine[at]
          const other = theirs[index]
          if (key === undefined || (other !== undefined && keyOf(other) < key)) {
            found.push(other!)
            index++
          } else {
            const { value } = known.get(key)!
            if (value !== undefined) found.push(itemOf(key, value))
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
        const entry = known.get(key)
        return entry === undefined ? table.get(key) : entry.value
      },
      keys: (start, end, limit) =>
        known.size === 0
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
        known.size === 0
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
        for (const [key, { value }] of known)
          count += Number(value !== undefined) - Number(table.get(key) !== undefined)
        return count
      },
    }
  }

  return {
    over,
    add(layer, number, { large = false, last = number } = {}) {
      if (large) bringForward(number)
      for (const name of TABLES) {
        const known = entries[name]
        const isDeferred = !large && DEFERRED.includes(name)
        const { keys, values } = layer[name]
        for (let index = 0; index < keys.length; index++) {
          const key = keys[index]!
          const value = values[index]
          const before = known.get(key)
          if (before !== undefined && before.due >= number) {
            before.value = value
            continue
          }
          const due = isDeferred ? dueOf(key, number) : number
          // It is in its table. What goes there after the last batch may be or not.
          if (isDeferred && due < last) continue
          // One that is being written right now is left as it is until that is done.
          if (before !== undefined) before.isOutdated = true
          const entry: Entry = { key, value, due, isOutdated: false }
          known.set(key, entry)
          planOf(isDeferred ? deferred : own, due)[name].push(entry)
        }
      }
    },
    takeOwn: (number) => take(own, number),
    takeDeferred: (number) => take(deferred, number),
    written(plan) {
      for (const name of TABLES) {
        const known = entries[name]
        for (const entry of plan[name]) if (!entry.isOutdated) known.delete(entry.key)
      }
    },
  }
}
