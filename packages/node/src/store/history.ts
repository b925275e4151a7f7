/**
 * States of the past.
 *
 * A key's record (record.ts) names blocks that changed it; what stood there before each is in that block's undo (undo.ts),
 * as a record too. So a read at an old block starts at the record of today and goes from change to change, back to the
 * first one after that block. Keys that are not there today have their records in a table of their own as long as a kept
 * state needs them.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { type Batch, blockKey, type KeyValue } from './keyValue.ts'
import { changeAfter, heldBy, holds, isAbsent, madeBy, NEVER, nextRecord, type StateRecord } from './record.ts'
import { decodeKeys, encodeKeys } from './records.ts'
import type { Changed } from './redo.ts'
import { putUndo, removeUndo, undoOf } from './undo.ts'

export interface History {
  valueAt(key: ByteString, block: number): Uint8Array | undefined
  /** Keys at `block` from `start` on and below `end`, with the place from which to read on; undefined at the end. */
  keysAt(
    start: ByteString,
    end: ByteString | undefined,
    limit: number,
    block: number,
  ): { readonly keys: ByteString[]; readonly next: ByteString | undefined }
  /**
   * Puts the records of what block `number` changed, and what they replaced. Done again (after the process ended) it
   * passes over what has been done.
   * @param how.oldest the oldest block whose state is kept.
   * @param how.keepsUndo whether what they replaced is to be kept, and is not yet.
   */
  record(
    batch: Batch,
    number: number,
    changed: Changed,
    how: { readonly oldest: number; readonly keepsUndo: boolean },
  ): void
  putRecord(batch: Batch, key: ByteString, record: StateRecord): void
  /** Forgets what `block` replaced: no kept state needs it any more. */
  forget(batch: Batch, block: number): void
}

export function createHistory({ state, gone, goneAt, undo }: KeyValue['tables']): History {
  /** What `key`, whose record is `record` today, held at `block`. */
  function recordAt(key: ByteString, record: StateRecord, block: number): StateRecord {
    let found = record
    for (;;) {
      const change = changeAfter(found, block)
      if (change === undefined) return found
      const before = undoOf(undo, change, key)
      if (before === undefined) throw lost(key, change)
      found = before
    }
  }

  function putRecord(batch: Batch, key: ByteString, record: StateRecord): void {
    if (isAbsent(record)) batch.remove('state', key)
    else batch.put('state', key, record)
  }

  return {
    putRecord,
    record(batch, number, { keys, after }, { oldest, keepsUndo }) {
      const replacing: ByteString[] = []
      const replaced: StateRecord[] = []
      const removed: ByteString[] = []
      keys.forEach((key, index) => {
        const value = after[index]
        const present = state.get(key)
        const old = present ?? gone.get(key) ?? NEVER
        if (present === undefined ? value === undefined : value !== undefined && holds(present, value)) return
        if ((madeBy(old) ?? -1) >= number) return
        const record = nextRecord(old, number, oldest, value)
        replacing.push(key)
        replaced.push(old)
        putRecord(batch, key, record)
        if (value === undefined) {
          removed.push(key)
          if (number > oldest) batch.put('gone', key, record)
        } else if (present === undefined && old !== NEVER) batch.remove('gone', key)
      })
      if (!keepsUndo) return
      putUndo(batch, number, replacing, replaced)
      if (removed.length > 0) batch.put('goneAt', blockKey(number), encodeKeys(removed))
    },
    forget(batch, block) {
      removeUndo(batch, undo, block)
      const removed = goneAt.get(blockKey(block))
      if (removed === undefined) return
      for (const key of decodeKeys(removed)) {
        const record = gone.get(key)
        if (record !== undefined && madeBy(record) === block) batch.remove('gone', key)
      }
      batch.remove('goneAt', blockKey(block))
    },
    valueAt: (key, block) => heldBy(recordAt(key, state.get(key) ?? gone.get(key) ?? NEVER, block)),
    keysAt(start, end, limit, block) {
      let present = state.entries(start, end, limit)
      // Beyond the last key of a full page the table is not known yet, so both are merged up to there only.
      let next = present.length < limit ? undefined : `${present[present.length - 1]![0]}\0`
      const absent = gone.entries(start, next ?? end, limit)
      if (absent.length === limit) {
        const stop = `${absent[absent.length - 1]![0]}\0`
        present = present.filter(([key]) => key < stop)
        next = stop
      }
      const keys: ByteString[] = []
      for (const [key, record] of present) if (!isAbsent(recordAt(key, record, block))) keys.push(key)
      const here = keys.length
      for (const [key, record] of absent) if (!isAbsent(recordAt(key, record, block))) keys.push(key)
      // Without a comparator strings sort by UTF-16 unit, which is the order of the bytes.
      return { keys: keys.length === here ? keys : keys.sort(), next }
    },
  }
}

function lost(key: ByteString, block: number): NeuriteError<'CorruptStore'> {
  return new NeuriteError('CorruptStore', `The chain store lost what block ${block} changed.`, {
    details: [
      `Expected the former value of the key \`0x${Buffer.from(key, 'latin1').toString('hex')}\`.`,
      'Restore the folder from a backup, or remove it and let the node build the chain again.',
    ],
  })
}
