/**
 * Pairs of uid and value as rows are stored, each two little-endian u16s one after the other, and as two arrays.
 *
 * PERF: arrays that a closure holds are constant to the compiler, see yuma/room.ts. So pairs are copied in and out.
 */

/** Bytes of a pair. */
export const PAIR = 4
/** So many pairs are worked on together. */
const AT_ONCE = 4096

export interface PairArrays {
  readonly columns: Uint16Array
  readonly values: Uint16Array
}

export const { splitPairs, joinPairs } = (() => {
  const bytes = new Uint8Array(AT_ONCE * PAIR)
  const view = new DataView(bytes.buffer)
  const columns = new Uint16Array(AT_ONCE)
  const values = new Uint16Array(AT_ONCE)

  const split = (count: number): void => {
    for (let k = 0; k < count; k++) {
      const pair = view.getUint32(k * PAIR, true)
      columns[k] = pair
      values[k] = pair >>> 16
    }
  }
  const join = (count: number): void => {
    for (let k = 0; k < count; k++) view.setUint32(k * PAIR, columns[k]! | (values[k]! << 16), true)
  }

  return {
    /** Puts the pairs of all rows into the arrays, one row after the other. */
    splitPairs(rows: readonly (Uint8Array | undefined)[], to: PairArrays): void {
      let filled = 0
      let done = 0
      const empty = (): void => {
        const count = filled / PAIR
        split(count)
        to.columns.set(columns.subarray(0, count), done)
        to.values.set(values.subarray(0, count), done)
        done += count
        filled = 0
      }
      for (const row of rows) {
        for (let from = 0; row !== undefined && from < row.length; ) {
          const size = Math.min(row.length - from, bytes.length - filled)
          bytes.set(size === row.length ? row : row.subarray(from, from + size), filled)
          from += size
          filled += size
          if (filled === bytes.length) empty()
        }
      }
      empty()
    },
    /** Gives `take` the bytes of the pairs from `start` to `end`, piece by piece; they are good for the call. */
    joinPairs(from: PairArrays, start: number, end: number, take: (bytes: Uint8Array) => void): void {
      for (let at = start; at < end; at += AT_ONCE) {
        const count = Math.min(end - at, AT_ONCE)
        columns.set(from.columns.subarray(at, at + count))
        values.set(from.values.subarray(at, at + count))
        join(count)
        take(bytes.subarray(0, count * PAIR))
      }
    },
  }
})()
