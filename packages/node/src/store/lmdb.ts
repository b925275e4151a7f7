/** A chain store on disk: one LMDB environment, one write transaction for a block. */
import { closeSync, existsSync, openSync, readSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { ByteString } from '@neurite/primitives/bytes'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import { type Database, type DatabaseOptions, open, type RootDatabase } from 'lmdb'
import { createChainStore } from './chainStore.ts'
import { claimFolder } from './folder.ts'
import { type Batch, type KeyValue, TABLES, type Table, type TableName } from './keyValue.ts'
import { bucketKey, isBucketKey, isLongKey, readBucket, writeBucket } from './longKeys.ts'
import type { ChainStore, StoreOptions } from './types.ts'

type Lmdb = Database<Uint8Array, string>

/** What `write` and `toString` of a Buffer come down to for Latin-1, without their look at the arguments. */
type Latin1Buffer = Buffer & {
  latin1Write(text: string, offset: number): number
  latin1Slice(start: number, end: number): string
}

/** Keys are byte strings. One byte goes in front because LMDB knows no empty key. */
const KEY_ENCODER = {
  writeKey(key: string, target: Buffer, start: number): number {
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
  try {
    const keyValue = openKeyValue(path, options.fsync ?? true, release)
    return createChainStore(keyValue, options)
  } catch (error) {
    release()
    throw isNeuriteError(error) ? error : corrupt(path, error)
  }
}

function openKeyValue(path: string, fsync: boolean, release: () => void): KeyValue {
  let root: RootDatabase<Uint8Array, string>
  const stores = {} as Record<TableName, Lmdb>
  try {
    checkMetaPages(path)
    root = open({
      path,
      maxDbs: TABLES.length,
      encoding: 'binary',
      keyEncoder: KEY_ENCODER,
      // Commits are durable when they return. (Overlapping commits would put the disk's flush behind the next block,
      // but lmdb-js flushes synchronous transactions in line all the same.)
      overlappingSync: false,
      noSync: !fsync,
    })
    checkLength(path, root)
    for (const name of TABLES) {
      // lmdb's types leave the key encoder out of a table's options.
      stores[name] = root.openDB(name, { encoding: 'binary', keyEncoder: KEY_ENCODER } as DatabaseOptions) as Lmdb
    }
  } catch (error) {
    throw corrupt(path, error)
  }
  const batch: Batch = {
    put(name, key, value) {
      const store = stores[name]
      if (isLongKey(key)) setInBucket(store, key, value)
      else store.put(key, value)
    },
    remove(name, key) {
      const store = stores[name]
      if (isLongKey(key)) setInBucket(store, key, undefined)
      else store.remove(key)
    },
  }
  return {
    tables: Object.fromEntries(TABLES.map((name) => [name, lmdbTable(stores[name])])) as Record<TableName, Table>,
    write(fill) {
      root.transactionSync(() => {
        fill(batch)
      })
    },
    diskBytes: () => statSync(join(path, 'data.mdb')).size,
    async close() {
      try {
        await root.close()
      } finally {
        release()
      }
    },
  }
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

function setInBucket(store: Lmdb, key: ByteString, value: Uint8Array | undefined): void {
  const place = bucketKey(key)
  const next = writeBucket(readCopy(store, place), key, value)
  if (next === undefined) store.remove(place)
  else store.put(place, next)
}

/** Value of `key` in memory of its own: LMDB's page may be reused once the read transaction is over. */
function readCopy(store: Lmdb, key: ByteString): Uint8Array | undefined {
  const found = store.getBinaryFast(key)
  return found && copyOf(found)
}

/** lmdb hands out views whose `length` is shorter than the buffer they keep reusing. */
function copyOf(view: Uint8Array): Uint8Array {
  const out = new Uint8Array(view.length)
  out.set(view.length === view.byteLength ? view : view.subarray(0, view.length))
  return out
}

function lmdbTable(store: Lmdb): Table {
  const entries = (start: ByteString, end: ByteString | undefined, limit: number): [ByteString, Uint8Array][] => {
    const found: [ByteString, Uint8Array][] = []
    const range = { start: isLongKey(start) ? bucketKey(start) : start, limit: limit + 1 }
    // A bucket stands before its long keys, so the bound is left to the loop.
    for (const { key, value } of store.getRange(range)) {
      if (end !== undefined && key >= end) break
      if (isBucketKey(key)) {
        for (const entry of readBucket(copyOf(value))) {
          if (entry[0] >= start && (end === undefined || entry[0] < end) && found.length < limit) found.push(entry)
        }
      } else found.push([key, copyOf(value)])
      if (found.length >= limit) break
    }
    return found
  }
  return {
    get(key) {
      if (!isLongKey(key)) return readCopy(store, key)
      const bucket = readCopy(store, bucketKey(key))
      return bucket && readBucket(bucket).find(([known]) => known === key)?.[1]
    },
    keys(start, end, limit) {
      const found: ByteString[] = []
      for (const key of store.getKeys({ start: isLongKey(start) ? bucketKey(start) : start, limit: limit + 1 })) {
        if (isBucketKey(key)) return entries(start, end, limit).map(([known]) => known)
        if (end !== undefined && key >= end) break
        found.push(key)
        if (found.length >= limit) break
      }
      return found
    },
    entries,
    count: () => (store.getStats() as { entryCount: number }).entryCount,
  }
}
