import type { ByteString } from '@neurite/primitives/bytes'
import type { Cell } from './cell.ts'

/** One key of an overlay. Whoever uses a key several times in a row keeps its slot, and the key is looked up once. */
export class Slot {
  readonly key: ByteString
  /** See `seats.ts`. */
  readonly seat: number
  /** What the key holds now; undefined while nobody asked the store. */
  cell: Cell | undefined
  /** Whether `cell` was written, and not only read. */
  written = false
  /** Whether the slot is in its item's list of written ones; it stays there when the write is rolled back. */
  listed = false

  constructor(key: ByteString, seat: number) {
    this.key = key
    this.seat = seat
  }
}
