/**
 * Keys longer than LMDB takes. All of them that share their first bytes lie in one record, sorted; it stands just after
 * the key made of these bytes alone, so reading the table in order meets every key in its place. Only raw writes to
 * storage make such keys, and few of them.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import type { Table } from './keyValue.ts'
import { decodeList, encodeList } from './records.ts'

/** Bytes of a key that are stored as they are. */
const SHORT_KEY = 1900

export function isLongKey(key: ByteString): boolean {
  return key.length > SHORT_KEY
}

/** Key of the record that holds `key`: one byte longer than any key stored as it is. */
export function bucketKey(key: ByteString): ByteString {
  return `${key.slice(0, SHORT_KEY)}\0`
}

function isBucketKey(key: ByteString): boolean {
  return key.length === SHORT_KEY + 1
}

/** The entries of a bucket, whole keys, ascending. */
function readBucket(stored: Uint8Array): [ByteString, Uint8Array][] {
  const list = decodeList(stored)
  const entries: [ByteString, Uint8Array][] = []
  for (let at = 0; at < list.length; at += 2) {
    entries.push([Buffer.from(list[at]!).toString('latin1'), list[at + 1]!])
  }
  return entries
}

/** The bucket with `key` set (undefined = removed); undefined when nothing is left in it. */
export function writeBucket(
  stored: Uint8Array | undefined,
  key: ByteString,
  value: Uint8Array | undefined,
): Uint8Array | undefined {
  const entries = (stored === undefined ? [] : readBucket(stored)).filter(([known]) => known !== key)
  if (value !== undefined) entries.push([key, value])
  if (entries.length === 0) return undefined
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return encodeList(entries.flatMap(([known, bytes]) => [Buffer.from(known, 'latin1'), bytes]))
}

/** `table`, whose long keys lie in buckets, as a table of plain keys. */
export function withLongKeys(table: Table): Table {
  const startOf = (start: ByteString) => (isLongKey(start) ? bucketKey(start) : start)
  // A bucket that may hold keys below a long `end` is read too.
  const endOf = (end: ByteString | undefined) =>
    end !== undefined && isLongKey(end) ? `${end.slice(0, SHORT_KEY)}\x01` : end
  const entries = (start: ByteString, end: ByteString | undefined, limit: number): [ByteString, Uint8Array][] => {
    const found: [ByteString, Uint8Array][] = []
    // With a long `start` one more than asked for: the first bucket may hold nothing at or after it.
    for (const [key, value] of table.entries(startOf(start), endOf(end), isLongKey(start) ? limit + 1 : limit)) {
      const group: [ByteString, Uint8Array][] = isBucketKey(key) ? readBucket(value) : [[key, value]]
      for (const entry of group) {
        if (entry[0] >= start && (end === undefined || entry[0] < end) && found.length < limit) found.push(entry)
      }
    }
    return found
  }
  return {
    get(key) {
      if (!isLongKey(key)) return table.get(key)
      const bucket = table.get(bucketKey(key))
      return bucket && readBucket(bucket).find(([known]) => known === key)?.[1]
    },
    keys(start, end, limit) {
      if (!isLongKey(start) && (end === undefined || !isLongKey(end))) {
        const keys = table.keys(start, end, limit)
        if (!keys.some(isBucketKey)) return keys
      }
      return entries(start, end, limit).map(([key]) => key)
    },
    entries,
    count: () => table.count(),
  }
}
