/** Storage form of the results: u16 fractions, floored. Reference: subtensor 14bc6f9 epoch/math.rs fixed_proportion_to_u16. */
import { fixedProportionToU16 } from './fixed.ts'
import { AT_ONCE } from './room.ts'
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
    const end = rowStart[uid + 1]!
    outColumns.set(columns.subarray(rowStart[uid]!, end), starts[uid]!)
    for (let from = rowStart[uid]!; from < end; from += AT_ONCE) {
      const to = Math.min(end, from + AT_ONCE)
      outValues.set(toFractions(values.subarray(from, to)), starts[uid]! + from - rowStart[uid]!)
    }
  }
  return { rowStart: starts, columns: outColumns, values: outValues }
}

/** The fractions of at most so many values, to be read before the next call. PERF: see room.ts. */
const toFractions = (() => {
  const shares = new Float64Array(AT_ONCE)
  const fractions = new Uint16Array(AT_ONCE)
  const convert = (count: number): void => {
    for (let k = 0; k < count; k++) fractions[k] = fixedProportionToU16(shares[k]!)
  }
  return (values: Float64Array): Uint16Array => {
    shares.set(values)
    convert(values.length)
    return fractions.subarray(0, values.length)
  }
})()
