/** Between the storage form of weights and bonds, a list of (uid, u16) per uid, and the kernel's rows. */
import { checkInteger } from './check.ts'
import type { SparseU16 } from './types.ts'

const U16_MAX = 65_535

/**
 * Packs row lists; a missing row is empty.
 * @throws NeuriteError `InvalidEpochInput` for uids and values that are no u16
 */
export function createSparseU16(
  n: number,
  row: (uid: number) => readonly (readonly [uid: number, value: number])[] | undefined,
): SparseU16 {
  checkInteger('n', n, 0, U16_MAX + 1)
  const rowStart = new Uint32Array(n + 1)
  const columns: number[] = []
  const values: number[] = []
  for (let uid = 0; uid < n; uid++) {
    for (const [column, value] of row(uid) ?? []) {
      // A typed array would take what does not fit and keep its lower bits.
      if (!isU16(column)) checkInteger(`column of row ${uid}`, column, 0, U16_MAX)
      if (!isU16(value)) checkInteger(`value of row ${uid}`, value, 0, U16_MAX)
      columns.push(column)
      values.push(value)
    }
    rowStart[uid + 1] = columns.length
  }
  return { rowStart, columns: Uint16Array.from(columns), values: Uint16Array.from(values) }
}

/** One row as a list of (uid, value). @throws NeuriteError `InvalidEpochInput` without such a row */
export function rowOf({ rowStart, columns, values }: SparseU16, uid: number): [number, number][] {
  checkInteger('uid', uid, 0, rowStart.length - 2)
  const row: [number, number][] = []
  for (let k = rowStart[uid]!; k < rowStart[uid + 1]!; k++) row.push([columns[k]!, values[k]!])
  return row
}

/** Bonds without those toward `uid`. Reference: subtensor 14bc6f9 epoch/run_epoch.rs do_reset_bonds. */
export function resetBonds(bonds: SparseU16, uid: number): SparseU16 {
  const n = bonds.rowStart.length - 1
  return createSparseU16(n, (row) => rowOf(bonds, row).filter(([column]) => column !== uid))
}

function isU16(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= U16_MAX
}
