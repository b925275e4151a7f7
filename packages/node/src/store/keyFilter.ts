/**
 * Tells of most keys that are not in a map that they are not, without a look into it. A map of strings has to look at
 * every byte of the key, and at several places in memory that nobody has looked at for long.
 */
import type { ByteString } from '@neurite/primitives/bytes'

const BITS = 16

export class KeyFilter {
  /** Keys of the map, by what {@link groupOf} makes of them. */
  readonly #counts = new Uint32Array(1 << BITS)

  /** False when no such key has been added. */
  mayHold(key: ByteString): boolean {
    return this.#counts[groupOf(key)] !== 0
  }

  add(key: ByteString): void {
    this.#counts[groupOf(key)]!++
  }

  remove(key: ByteString): void {
    this.#counts[groupOf(key)]!--
  }
}

/**
 * Two bytes of a storage item's hash with the first two of what follows it: those of a subnet or of an account's hash. So
 * entries of an item that stand together share a count, and are looked up in one place.
 */
function groupOf(key: ByteString): number {
  if (key.length < 34) return 0
  return ((key.charCodeAt(16) ^ key.charCodeAt(32)) << 8) | (key.charCodeAt(17) ^ key.charCodeAt(33))
}
