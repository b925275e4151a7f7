/**
 * Seats: numbers for the entries of storage items that are keyed by one small number, as most items of a subnet are.
 * What is kept of such an entry is found in arrays, where others take a map of long keys: blocks read and write thousands
 * of them. A seat belongs to a raw key, whoever makes the key.
 */
import type { ByteString } from '@neurite/primitives/bytes'

/** Characters of `twox128(pallet) ++ twox128(item)`. */
export const ITEM_PREFIX = 32
/** The same with a little-endian u16 behind it. */
const SEATED_KEY = ITEM_PREFIX + 2
const SEAT_BITS = 10
/** Larger numbers have no seat. */
const SEATS = 2 ** SEAT_BITS

export const NO_SEAT = -1

/** First seats by the items' prefixes. Grows with the declarations of a process, not with what chains hold. */
const rows = new Map<ByteString, number>()

/** The item's first seat, from now on: that of the number 0. */
export function seatItem(prefix: ByteString): number {
  let first = rows.get(prefix)
  if (first === undefined) {
    first = rows.size << SEAT_BITS
    rows.set(prefix, first)
  }
  return first
}

/** Seat of the number `n` of an item; `NO_SEAT` for one too large, and for what is no index at all. */
export function seatOf(first: number, n: number): number {
  return n < SEATS && n >>> 0 === n ? first + n : NO_SEAT
}

/** Seat of a raw key; `NO_SEAT` for nearly all of them. */
export function seatOfKey(key: ByteString): number {
  if (key.length !== SEATED_KEY) return NO_SEAT
  const first = rows.get(key.slice(0, ITEM_PREFIX))
  return first === undefined
    ? NO_SEAT
    : seatOf(first, key.charCodeAt(ITEM_PREFIX) + 256 * key.charCodeAt(ITEM_PREFIX + 1))
}

/** What is kept for seats, by item and number. */
export class SeatTable<T> {
  private readonly rows: (T | undefined)[][] = []

  get(seat: number): T | undefined {
    return this.rows[seat >> SEAT_BITS]?.[seat & (SEATS - 1)]
  }

  set(seat: number, value: T | undefined): void {
    const row = seat >> SEAT_BITS
    let values = this.rows[row]
    if (values === undefined) {
      values = []
      this.rows[row] = values
    }
    values[seat & (SEATS - 1)] = value
  }

  clear(): void {
    this.rows.length = 0
  }
}
