/** Keys in byte order, faster than by comparing them: those of one storage item share so many bytes. */
import type { ByteString } from '@neurite/primitives/bytes'

/** Bytes that keys of one storage item share. */
const PREFIX = 32
/** Bytes behind the prefix that go into a number beside a place in the list: 40 and 13 bits, as a double has 53. */
const BYTES = 5
const PLACES = 2 ** 13
/** Fewer keys are compared. */
const FEW = 16

/** The places of `keys` in ascending byte order of what stands there. */
export function sortedPlaces(keys: readonly ByteString[]): number[] {
  const groups = new Map<ByteString, number[]>()
  let prefix: ByteString | undefined
  let group: number[] = []
  for (let place = 0; place < keys.length; place++) {
    const key = keys[place]!
    if (prefix === undefined || prefix.length < PREFIX || !key.startsWith(prefix)) {
      prefix = key.slice(0, PREFIX)
      const known = groups.get(prefix)
      group = known ?? []
      if (known === undefined) groups.set(prefix, group)
    }
    group.push(place)
  }
  const sorted: number[] = []
  // Without a comparator strings sort by UTF-16 unit, which is the order of the bytes.
  for (const start of [...groups.keys()].sort()) appendSorted(keys, groups.get(start)!, sorted)
  return sorted
}

function appendSorted(keys: readonly ByteString[], places: number[], sorted: number[]): void {
  if (places.length <= FEW || places.length > PLACES) {
    places.sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1))
    for (const place of places) sorted.push(place)
    return
  }
  const numbers = new Float64Array(places.length)
  for (let index = 0; index < places.length; index++) {
    const key = keys[places[index]!]!
    let number = 0
    for (let at = PREFIX; at < PREFIX + BYTES; at++) number = number * 256 + (at < key.length ? key.charCodeAt(at) : 0)
    numbers[index] = number * PLACES + index
  }
  numbers.sort()
  let before = -1
  let first = sorted.length
  for (const number of numbers) {
    const place = places[number % PLACES]!
    const bytes = Math.floor(number / PLACES)
    if (bytes !== before) first = sorted.length
    before = bytes
    // Keys whose bytes are alike stand side by side, and are few.
    let at = sorted.length
    for (; at > first && keys[sorted[at - 1]!]! > keys[place]!; at--) sorted[at] = sorted[at - 1]!
    sorted[at] = place
  }
}
