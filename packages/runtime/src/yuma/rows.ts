/** Between the storage form of weights and bonds, a list of (uid, u16) per uid, and the kernel's rows. */
import type { SparseU16 } from './types.ts'

/** Packs row lists; a missing row is empty. */
export function createSparseU16(
  n: number,
  row: (uid: number) => readonly (readonly [uid: number, value: number])[] | undefined,
): SparseU16 {
  const rowStart = new Uint32Array(n + 1)
  const columns: number[] = []
  const values: number[] = []
  for (let uid = 0; uid < n; uid++) {
    for (const [column, value] of row(uid) ?? []) {
      columns.push(column)
      values.push(value)
    }
    rowStart[uid + 1] = columns.length
  }
  return { rowStart, columns: Uint16Array.from(columns), values: Uint16Array.from(values) }
}

/** One row as a list of (uid, value). */
export function rowOf({ rowStart, columns, values }: SparseU16, uid: number): [number, number][] {
  const row: [number, number][] = []
  for (let k = rowStart[uid]!; k < rowStart[uid + 1]!; k++) row.push([columns[k]!, values[k]!])
  return row
}

/** Bonds without those toward `uid`. Reference: subtensor 14bc6f9 epoch/run_epoch.rs do_reset_bonds. */
export function resetBonds(bonds: SparseU16, uid: number): SparseU16 {
  const n = bonds.rowStart.length - 1
  return createSparseU16(n, (row) => rowOf(bonds, row).filter(([column]) => column !== uid))
}
