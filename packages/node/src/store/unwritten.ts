/**
 * What the tables show but do not hold yet.
 *
 * Some of it is on its way: the tables have it when its transaction is over. The rest has been deferred, and reads find it
 * here first until its turn comes. The table of the state changes in thousands of places with a block, and mostly in the
 * same ones block after block; so a change there waits for one of the next `LAG` turns, and is written together with those
 * of other blocks, the last of several once. What other tables get goes with the turn in which it was deferred.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { type Batch, TABLES, type Table, type TableName } from './keyValue.ts'
import { SortedMap } from './sortedMap.ts'

/** Turns over which changes of the slow tables are spread, the one in which they were deferred being the first. */
export const LAG = 16

/** Tables whose changes wait. */
const SLOW: ReadonlySet<TableName> = new Set(['state', 'gone'])

/** The byte of a key after the prefix of a storage entry: random where keys are hashed. */
const PART_BYTE = 32

/**
 * The turn, from `turn` on, that brings `key` to its table. Every part of a table has its turn once in so many, so that
 * changes of several blocks share the pages they are written to.
 */
function dueOf(key: ByteString, turn: number): number {
  const part = key.charCodeAt(PART_BYTE) >> 4
  return turn + ((part + LAG - (turn % LAG)) % LAG)
}

/** One change. */
export interface Entry {
  readonly key: ByteString
  /** undefined = removed. */
  value: Uint8Array | undefined
  /** The turn with which it goes to its table. */
  due: number
  /** Whether it is on its way; then it stays as it is. */
  isTaken: boolean
  /** Whether a later change of the key is here too. */
  isOutdated: boolean
}

/** Changes by table, in the order in which they came. */
export type Plan = Record<TableName, Entry[]>

export interface Unwritten {
  /** `table` with everything that is still to come. */
  over(name: TableName, table: Table): Table
  /** Shows changes that the next plan brings to the tables. */
  add(layer: Layer): void
  /** Shows changes that have time, and takes the next turn for them. */
  defer(layer: Layer): void
  /** Everything that is due; undefined when nothing is. From now on it counts as on its way. */
  take(): Plan | undefined
  /** The plan is in the tables. */
  written(plan: Plan): void
}

/** Changes of one table in their order; a later one of the same key counts. */
interface ChangeList {
  readonly keys: ByteString[]
  readonly values: (Uint8Array | undefined)[]
}

/** Changes that are being gathered: nothing of them is shown yet. */
export class Layer implements Batch {
  readonly #lists = Object.fromEntries(TABLES.map((name) => [name, { keys: [], values: [] }])) as unknown as Record<
    TableName,
    ChangeList
  >

  put(name: TableName, key: ByteString, value: Uint8Array | undefined): void {
    const list = this.#lists[name]
    list.keys.push(key)
    list.values.push(value)
  }

  remove(name: TableName, key: ByteString): void {
    this.put(name, key, undefined)
  }

  of(name: TableName): ChangeList {
    return this.#lists[name]
  }
}

function createPlan(): Plan {
  return Object.fromEntries(TABLES.map((name) => [name, []])) as unknown as Plan
}

export function createUnwritten(): Unwritten {
  const entries = Object.fromEntries(TABLES.map((name) => [name, new SortedMap<Entry>()])) as Record<
    TableName,
    SortedMap<Entry>
  >
  let turn = 0
  /** By turn, ascending but for those that come. */
  const plans = new Map<number, Plan>()

  function planOf(due: number): Plan {
    let plan = plans.get(due)
    if (plan === undefined) {
      plan = createPlan()
      plans.set(due, plan)
    }
    return plan
  }

  /** @param turnOf the turn in which a key goes to its table. */
  function show(name: TableName, { keys, values }: ChangeList, turnOf: (key: ByteString) => number): void {
    const known = entries[name]
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!
      const value = values[index]
      const due = turnOf(key)
      const before = known.get(key)
      if (before === undefined || before.isTaken) {
        if (before !== undefined) before.isOutdated = true
        const entry: Entry = { key, value, due, isTaken: false, isOutdated: false }
        known.set(key, entry)
        planOf(due)[name].push(entry)
        continue
      }
      before.value = value
      if (before.due <= due) continue
      // The plan it was in finds it taken.
      before.due = due
      planOf(due)[name].push(before)
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
    add(layer) {
      for (const name of TABLES) show(name, layer.of(name), () => turn)
    },
    defer(layer) {
      if (plans.has(turn)) {
        throw new NeuriteError('TurnNotTaken', 'Changes of the last turn have not been written.', {
          details: ['Expected a write or `settle` between two calls of `defer`.'],
        })
      }
      turn++
      for (const name of TABLES) {
        show(name, layer.of(name), SLOW.has(name) ? (key) => dueOf(key, turn) : () => turn)
      }
    },
    take() {
      let taken: Plan | undefined
      for (const due of [...plans.keys()].sort((a, b) => a - b)) {
        if (due > turn) break
        const plan = plans.get(due)!
        plans.delete(due)
        taken ??= createPlan()
        for (const name of TABLES) {
          for (const entry of plan[name]) {
            if (entry.isTaken) continue
            entry.isTaken = true
            taken[name].push(entry)
          }
        }
      }
      return taken
    },
    written(plan) {
      for (const name of TABLES) {
        const known = entries[name]
        for (const entry of plan[name]) if (!entry.isOutdated) known.delete(entry.key)
      }
    },
  }
}
