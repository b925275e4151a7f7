import type { ByteString } from '@neurite/primitives/bytes'
import type { Cell } from './cell.ts'
import { type Companion, NO_SEAT, numberAt, type SeatedItem } from './seats.ts'

/** One key of an overlay. Whoever uses a key several times in a row keeps its slot, and the key is looked up once. */
export class Slot {
  /** See `seats.ts`; `NO_SEAT` for most keys. */
  readonly seat: number
  readonly companion: Companion
  private readonly item: SeatedItem | undefined
  private rawKey: ByteString | undefined
  /** What the key holds now; undefined while nobody asked the store. */
  cell: Cell | undefined
  /** Whether `cell` was written, and not only read. */
  written = false
  /** What the key held before it was written, where that was read first. */
  former: Cell | undefined
  /** Whether the slot is in its item's list of written ones; it stays there when the write is rolled back. */
  listed = false

  /** A slot with a seat makes its key when it is asked for. */
  constructor(rawKey: ByteString | undefined, seat = NO_SEAT, companion?: Companion, item?: SeatedItem) {
    this.rawKey = rawKey
    this.seat = seat
    this.companion = companion
    this.item = item
  }

  get isRemembered(): boolean {
    return this.item === undefined || this.item.isRemembered
  }

  /** Gives the slot its key, for whoever has its parts at hand. */
  set key(rawKey: ByteString) {
    this.rawKey = rawKey
  }

  get hasKey(): boolean {
    return this.rawKey !== undefined
  }

  get key(): ByteString {
    this.rawKey ??= this.item!.seatedKey(numberAt(this.seat), this.companion)
    return this.rawKey
  }
}
