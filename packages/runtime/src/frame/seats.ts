/**
 * Seats: numbers for a storage item's entries of one subnet.
 *
 * Most items are keyed by a subnet's id, alone or with an account or a uid beside it, or by an account, and blocks read
 * and write thousands of them. What is kept of them in memory is found by seat (and account) instead of by the raw key,
 * which is long, costs hashing to make, and is not even needed until the store is asked or the block is done. A seat
 * belongs to the raw key, whoever makes the key: so raw access finds the same.
 */
import type { ByteString } from '@neurite/primitives/bytes'

/** Characters of `twox128(pallet) ++ twox128(item)`. */
export const ITEM_PREFIX = 32
const SEAT_BITS = 10
/** Larger numbers have no seat. */
const SEATS = 2 ** SEAT_BITS

export const NO_SEAT = -1

/** Two accounts of one key. Made anew for each look: what they are found by is what they hold. */
export interface Pair {
  readonly first: string
  readonly second: string
}

/** The parts of a key beside the number: an account, two of them, or a uid; undefined where there is none. */
export type Companion = string | number | Pair | undefined

/** A storage item whose keys consist of a number, a companion, or both; without a number all are at the seat of 0. */
export interface SeatedItem {
  /** What its keys are made of. */
  readonly seatShape: string
  /** Whether its entries are kept in memory from block to block. */
  readonly isRemembered: boolean
  /** The same string every time for a number alone. */
  seatedKey(n: number, companion: Companion): ByteString
  /** The parts of a raw key; undefined when it is not the key that those parts make. */
  seatedParts(key: ByteString): { readonly n: number; readonly companion: Companion } | undefined
}

interface Row {
  /** Seat of the number 0. */
  readonly first: number
  readonly item: SeatedItem
}

/** By the items' prefixes. Grows with the declarations of a process, not with what chains hold. */
const rows = new Map<ByteString, Row>()

/**
 * Gives the item seats; returns the first. Another declaration of the same item gets the same ones, or none when its keys
 * look different.
 */
export function seatItem(prefix: ByteString, item: SeatedItem): number {
  let row = rows.get(prefix)
  if (row === undefined) {
    row = { first: rows.size << SEAT_BITS, item }
    rows.set(prefix, row)
  }
  return row.item.seatShape === item.seatShape ? row.first : NO_SEAT
}

/** Seat of the number `n` of an item; `NO_SEAT` for one too large, and for what is no index at all. */
export function seatOf(first: number, n: number): number {
  return n < SEATS && n >>> 0 === n ? first + n : NO_SEAT
}

/** Number of the entry or entries at a seat. */
export function numberAt(seat: number): number {
  return seat & (SEATS - 1)
}

export interface SeatedKey {
  readonly seat: number
  readonly companion: Companion
  readonly item: SeatedItem
}

/** Where a raw key has its seat; undefined when it has none. */
export function locateKey(key: ByteString): SeatedKey | undefined {
  const row = rows.get(key.slice(0, ITEM_PREFIX))
  const parts = row?.item.seatedParts(key)
  if (row === undefined || parts === undefined) return undefined
  const seat = seatOf(row.first, parts.n)
  return seat === NO_SEAT ? undefined : { seat, companion: parts.companion, item: row.item }
}

/** What is kept for seats without companions, by item and number. */
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
