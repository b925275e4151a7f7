/** Storage form of the results: u16 fractions, floored. Reference: subtensor 14bc6f9 epoch/math.rs fixed_proportion_to_u16. */
import { fixedProportionToU16 } from './fixed.ts'
import type { SparseFixed, SparseU16 } from './types.ts'

export function vecFixedProportionsToU16(values: Float64Array): Uint16Array {
  const out = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) out[i] = fixedProportionToU16(values[i]!)
  return out
}

/** Bonds of the uids that hold a permit from now on, others empty. Entries that round to 0 stay. */
export function quantiseBonds({ rowStart, columns, values }: SparseFixed, permits: Uint8Array): SparseU16 {
  const starts = new Uint32Array(rowStart.length)
  for (let uid = 0; uid < permits.length; uid++) {
    starts[uid + 1] = starts[uid]! + (permits[uid] === 1 ? rowStart[uid + 1]! - rowStart[uid]! : 0)
  }
  const length = starts[permits.length]!
  const outColumns = new Uint16Array(length)
  const outValues = new Uint16Array(length)
  for (let uid = 0; uid < permits.length; uid++) {
    if (permits[uid] !== 1) continue
    let at = starts[uid]!
    for (let k = rowStart[uid]!; k < rowStart[uid + 1]!; k++, at++) {
      outColumns[at] = columns[k]!
      outValues[at] = fixedProportionToU16(values[k]!)
    }
  }
  return { rowStart: starts, columns: outColumns, values: outValues }
}
