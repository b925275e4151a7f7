/** A chain store on disk: one LMDB environment, one write transaction for a block. */
import { closeSync, existsSync, openSync, readSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { ByteString } from '@neurite/primitives/bytes'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import { type Database, type DatabaseOptions, open, type PutOptions, type RootDatabase } from 'lmdb'
import { createChainStore } from './chainStore.ts'
import { claimFolder } from './folder.ts'
import { type Batch, GROWING, type KeyValue, TABLES, type Table, type TableName } from './keyValue.ts'
import { bucketKey, isLongKey, withLongKeys, writeBucket } from './longKeys.ts'
import { takeBytes } from './record.ts'
import type { ChainStore, StoreOptions } from './types.ts'
import { createUnwritten, type Entry, LAG, Layer, type Plan } from './unwritten.ts'

type Lmdb = Omit<Database<Uint8Array, string>, 'put'> & {
  // lmdb's types know only numbers in the third place, its documentation and code options too.
  put(key: string, value: Uint8Array, options?: PutOptions): Promise<boolean>
}

/** What `write` and `toString` of a Buffer come down to for Latin-1, without their look at the arguments. */
type Latin1Buffer = Buffer & {
  latin1Write(text: string, offset: number): number
  latin1Slice(start: number, end: number): string
}

/** Keys are byte strings. One byte goes in front because LMDB knows no empty key. */
const KEY_ENCODER = {
  writeKey(key: string, target: Buffer, start: number): number {
    // lmdb takes a fresh buffer on this very error; without it the key would be cut at the buffer's end.
    if (start + 1 + key.length > target.length) throw new RangeError('key does not fit into the buffer')
    target[start] = 1
    return start + 1 + (target as Latin1Buffer).latin1Write(key, start + 1)
  },
  readKey(target: Buffer, start: number, end: number): string {
    return (target as Latin1Buffer).latin1Slice(start + 1, end)
  },
}

/**
 * The store in the folder `path`, made if it is not there.
 * @throws NeuriteError `StoreInUse`, `ForeignFolder`, `CorruptStore`.
 */
export function openLmdbStore(path: string, options: StoreOptions = {}): ChainStore {
  const release = claimFolder(path)
  let keyValue: KeyValue | undefined
  try {
    keyValue = openKeyValue(path, options, release)
    return createChainStore(keyValue, options)
  } catch (error) {
    keyValue?.close().catch(() => {})
    release()
    throw isNeuriteError(error) ? error : corrupt(path, error)
  }
}

/** Puts a key above all others of its table: pages are filled to the end instead of being split in halves. */
const APPEND: PutOptions = { append: true }

/** An empty table gets more entries than this in their order. */
const SORTED_FROM = 1024

/** Larger files are mapped anew as they grow. */
const MAP_BYTES = 2 ** 36

function openKeyValue(path: string, options: StoreOptions, release: () => void): KeyValue {
  const { fsync = true, overlap = false } = options
  let root: RootDatabase<Uint8Array, string>
  const stores = {} as Record<TableName, Lmdb>
  try {
    checkMetaPages(path)
    root = open({
      path,
      maxDbs: TABLES.length,
      // Address space only. A map that has to grow is mapped once more beside the old one, and counts twice in memory.
      mapSize: MAP_BYTES,
      encoding: 'binary',
      keyEncoder: KEY_ENCODER,
      // A commit is over when it is on the disk. (With overlapping flushes it would be over earlier; synchronous
      // transactions flush in line all the same.)
      overlappingSync: false,
      noSync: !fsync,
    })
    checkLength(path, root)
    // lmdb's types leave the key encoder out of a table's options.
    const tableOptions = { encoding: 'binary', keyEncoder: KEY_ENCODER } as DatabaseOptions
    for (const name of TABLES) stores[name] = root.openDB(name, tableOptions) as Lmdb
  } catch (error) {
    throw corrupt(path, error)
  }
  const unwritten = createUnwritten()
  const raw = mapTables((name) => unwritten.over(name, lmdbTable(stores[name])))
  const tables = mapTables((name) => withLongKeys(raw[name]))
  /** Tables into which nothing has been written yet. */
  const empty = new Set(TABLES.filter((name) => entryCount(stores[name]) === 0))

  function writePlan(plan: Plan): void {
    for (const name of TABLES) {
      const changes = plan[name]
      const sorts = changes.length > SORTED_FROM && empty.has(name)
      if (changes.length > 0) empty.delete(name)
      writeTable(stores[name], sorts ? changes.toSorted(byKey) : changes, sorts || GROWING.has(name))
    }
  }

  let failure: unknown
  let last: Promise<void> = Promise.resolve()

  function fail(cause: unknown): never {
    failure = cause
    throw failed(path, cause)
  }

  function gather(fill: (batch: Batch) => void): Layer {
    if (failure !== undefined) throw failed(path, failure)
    const layer = new Layer()
    fill(withBuckets(layer, raw))
    return layer
  }

  /** Everything that is due or nothing; reads see it at once. */
  function write(): Promise<void> {
    const plan = unwritten.take()
    if (plan === undefined) return Promise.resolve()
    if (overlap) return writeBehind(plan)
    try {
      root.transactionSync(() => {
        writePlan(plan)
      })
    } catch (cause) {
      fail(cause)
    }
    unwritten.written(plan)
    return Promise.resolve()
  }

  /** The plan goes to disk from another thread. */
  function writeBehind(plan: Plan): Promise<void> {
    last = root
      .batch(() => {
        writePlan(plan)
      })
      .then(() => {
        // Reads go on in the snapshot of the last turn unless told otherwise.
        root.resetReadTxn()
        unwritten.written(plan)
      }, fail)
    return last
  }

  return {
    tables,
    write(fill) {
      unwritten.add(gather(fill))
      return write()
    },
    defer(fill) {
      unwritten.defer(gather(fill))
    },
    lag: LAG - 1,
    async settle() {
      if (failure !== undefined) throw failed(path, failure)
      await write()
    },
    diskBytes: () => statSync(join(path, 'data.mdb')).size,
    async close() {
      try {
        await last.catch(() => {})
        await root.close()
      } finally {
        release()
      }
    },
  }
}

/** @param above each new key is above all that are there. */
function writeTable(store: Lmdb, changes: readonly Entry[], above: boolean): void {
  for (const { key, value } of changes) {
    if (value === undefined) store.remove(key)
    else if (above) store.put(key, value, APPEND)
    else store.put(key, value)
  }
}

function byKey(a: Entry, b: Entry): number {
  return a.key < b.key ? -1 : 1
}

function mapTables<Value>(of: (name: TableName) => Value): Record<TableName, Value> {
  return Object.fromEntries(TABLES.map((name) => [name, of(name)])) as Record<TableName, Value>
}

/** `batch` with long keys in their buckets. */
function withBuckets(batch: Batch, raw: Readonly<Record<TableName, Table>>): Batch {
  /** Buckets of this batch, by table and key. */
  const buckets = new Map<ByteString, Uint8Array | undefined>()
  const setLong = (name: TableName, key: ByteString, value: Uint8Array | undefined): void => {
    const place = bucketKey(key)
    const known = `${name} ${place}`
    const bucket = writeBucket(buckets.has(known) ? buckets.get(known) : raw[name].get(place), key, value)
    buckets.set(known, bucket)
    if (bucket === undefined) batch.remove(name, place)
    else batch.put(name, place, bucket)
  }
  return {
    put: (name, key, value) => (isLongKey(key) ? setLong(name, key, value) : batch.put(name, key, value)),
    remove: (name, key) => (isLongKey(key) ? setLong(name, key, undefined) : batch.remove(name, key)),
  }
}

function failed(path: string, cause: unknown): NeuriteError<'CommitFailed'> {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new NeuriteError('CommitFailed', `The chain store in \`${path}\` could not write a block.`, {
    details: [reason, 'Nothing of the block was kept. Check the disk and start the node again.'],
    cause,
  })
}

function corrupt(path: string, cause: unknown): NeuriteError<'CorruptStore'> {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new NeuriteError('CorruptStore', `The chain store in \`${path}\` cannot be read.`, {
    details: [reason, 'Restore the folder from a backup, or remove it and let the node build the chain again.'],
    cause,
  })
}

const META_MAGIC = 0xbeefc0de
const META_MAGIC_AT = 24

/** LMDB trusts the two meta pages at the start of its file, and wrong ones end the process, so they are looked at first. */
function checkMetaPages(path: string): void {
  const file = join(path, 'data.mdb')
  if (!existsSync(file) || statSync(file).size === 0) return
  const start = Buffer.alloc(META_MAGIC_AT + 32)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, start, 0, start.length, 0)
    const pageSize = start.readUInt32LE(META_MAGIC_AT + 24)
    const second = Buffer.alloc(META_MAGIC_AT + 4)
    readSync(descriptor, second, 0, second.length, pageSize)
    for (const page of [start, second]) {
      if (page.readUInt32LE(META_MAGIC_AT) === META_MAGIC) continue
      throw new NeuriteError('CorruptStore', 'The data file does not start like an LMDB file.')
    }
  } finally {
    closeSync(descriptor)
  }
}

/** Bytes that may be missing at the end of a sound data file: pages taken and given back in one commit are not written. */
const UNWRITTEN_TAIL = 1 << 20

/**
 * Reading beyond the end of the data file would end the process. A short gap is filled with zeros, which LMDB reports as
 * an error if they should have been data; a long one means that the file was cut.
 */
function checkLength(path: string, root: RootDatabase<Uint8Array, string>): void {
  const { pageSize, lastPageNumber } = root.getStats() as { pageSize: number; lastPageNumber: number }
  const needed = (lastPageNumber + 1) * pageSize
  const file = join(path, 'data.mdb')
  const size = statSync(file).size
  if (size >= needed) return
  if (needed - size > Math.max(UNWRITTEN_TAIL, needed / 8)) {
    throw new NeuriteError('CorruptStore', `The data file has ${size} bytes; about ${needed} were expected.`)
  }
  truncateSync(file, needed)
}

/** Value of `key` in memory of its own: LMDB's page may be reused once the read transaction is over. */
function readCopy(store: Lmdb, key: ByteString): Uint8Array | undefined {
  const found = store.getBinaryFast(key)
  return found && copyOf(found)
}

/** lmdb hands out views whose `length` is shorter than the buffer they keep reusing. */
function copyOf(view: Uint8Array): Uint8Array {
  const out = takeBytes(view.length)
  out.set(view.length === view.byteLength ? view : view.subarray(0, view.length))
  return out
}

function entryCount(store: Lmdb): number {
  return (store.getStats() as { entryCount: number }).entryCount
}

function lmdbTable(store: Lmdb): Table {
  const range = (start: ByteString, end: ByteString | undefined, limit: number) => ({
    start,
    ...(end === undefined ? {} : { end }),
    ...(limit < Number.POSITIVE_INFINITY ? { limit } : {}),
  })
  return {
    get: (key) => readCopy(store, key),
    keys: (start, end, limit) => [...store.getKeys(range(start, end, limit))],
    entries: (start, end, limit) =>
      Array.from(store.getRange(range(start, end, limit)), ({ key, value }) => [key, copyOf(value)]),
    count: () => entryCount(store),
  }
}
