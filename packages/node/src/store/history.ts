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
import type { Table } from './keyValue.ts'
import { changeAfter, heldBy, isAbsent, NEVER, type StateRecord } from './record.ts'
import { undoOf } from './undo.ts'

export interface History {
  valueAt(key: ByteString, block: number): Uint8Array | undefined
  /** Keys at `block` from `start` on and below `end`, with the place from which to read on; undefined at the end. */
  keysAt(
    start: ByteString,
    end: ByteString | undefined,
    limit: number,
    block: number,
  ): { readonly keys: ByteString[]; readonly next: ByteString | undefined }
}

/** @param gone records of keys that are not in `state`. */
export function createHistory(state: Table, gone: Table, undo: Table): History {
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

  return {
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
