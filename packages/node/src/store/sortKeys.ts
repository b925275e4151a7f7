/** Keys in byte order, faster than by comparing them: those of one storage item share so many bytes. */
import type { ByteString } from '@neurite/primitives/bytes'

/** Bytes that keys of one storage item share. */
const PREFIX = 32
/** Bytes behind the prefix that go into a number beside a place in the list: 40 and 13 bits, as a double has 53. */
const BYTES = 5
const PLACES = 2 ** 13
/** Fewer keys are compared. */
const FEW = 16

/** The keys in ascending byte order. */
export function sortKeys(keys: Iterable<ByteString>): ByteString[] {
  const groups = new Map<ByteString, ByteString[]>()
  let prefix: ByteString | undefined
  let group: ByteString[] = []
  for (const key of keys) {
    if (prefix === undefined || prefix.length < PREFIX || !key.startsWith(prefix)) {
      prefix = key.slice(0, PREFIX)
      const known = groups.get(prefix)
      group = known ?? []
      if (known === undefined) groups.set(prefix, group)
    }
    group.push(key)
  }
  const sorted: ByteString[] = []
  // Without a comparator strings sort by UTF-16 unit, which is the order of the bytes.
  for (const start of [...groups.keys()].sort()) {
    const members = groups.get(start)!
    if (members.length <= FEW || members.length > PLACES) for (const key of members.sort()) sorted.push(key)
    else appendSorted(members, sorted)
  }
  return sorted
}

function appendSorted(keys: readonly ByteString[], sorted: ByteString[]): void {
  const numbers = new Float64Array(keys.length)
  for (let place = 0; place < keys.length; place++) {
    const key = keys[place]!
    let number = 0
    for (let at = PREFIX; at < PREFIX + BYTES; at++) number = number * 256 + (at < key.length ? key.charCodeAt(at) : 0)
    numbers[place] = number * PLACES + place
  }
  numbers.sort()
  const first = sorted.length
  for (const number of numbers) {
    const key = keys[number % PLACES]!
    // Keys whose numbers are alike are few and stand side by side.
    let at = sorted.length
    for (; at > first && sorted[at - 1]! > key; at--) sorted[at] = sorted[at - 1]!
    sorted[at] = key
  }
}
