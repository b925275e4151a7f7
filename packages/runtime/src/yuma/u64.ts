/**
 * Elements of u64 arrays as doubles.
 *
 * PERF: a `BigUint64Array` makes a BigInt on the heap at each access; the two halves of an element cost nothing.
 */
import { ONE } from './fixed.ts'

/** The halves of each element, the lower one first: wherever this runs, numbers are little-endian. */
export function halvesOf({ buffer, byteOffset, length }: BigUint64Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, 2 * length)
}

/** Element `i`, exact below 2^53. */
export function readHalves(halves: Uint32Array, i: number): number {
  return halves[2 * i + 1]! * ONE + halves[2 * i]!
}

/** Sets element `i` to an integer from 0 to 2^53. */
export function writeHalves(halves: Uint32Array, i: number, value: number): void {
  const high = Math.floor(value / ONE)
  halves[2 * i] = value - high * ONE
  halves[2 * i + 1] = high
}
