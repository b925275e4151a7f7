/**
 * Nibbles of keys and paths of trie nodes.
 *
 * A path names the place where a node hangs: the nibbles of its parent branch plus the child's own nibble. It is packed
 * two nibbles a byte and closed by one byte that tells even from odd: 0x00, or the last nibble in the high half and 1 in
 * the low half. So a path is cut straight out of any key below it and sorts close to its neighbours.
 */
import type { ByteString } from '../bytes/index.ts'

/** Packed place of a node. */
export type TriePath = ByteString

/** Place of the root. */
export const ROOT_PATH: TriePath = '\0'

const CHARS: readonly string[] = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte))

export function nibbleAt(key: ByteString, index: number): number {
  const byte = key.charCodeAt(index >> 1)
  return index & 1 ? byte & 15 : byte >> 4
}

/** Path of the first `depth` nibbles of `key`. */
export function pathOf(key: ByteString, depth: number): TriePath {
  const whole = depth >> 1
  return depth & 1 ? key.slice(0, whole) + CHARS[(key.charCodeAt(whole) & 0xf0) | 1]! : `${key.slice(0, whole)}\0`
}

/** Path of the first `depth` nibbles of `key` followed by `nibble`. */
export function pathBelow(key: ByteString, depth: number, nibble: number): TriePath {
  const whole = depth >> 1
  return depth & 1
    ? `${key.slice(0, whole)}${CHARS[(key.charCodeAt(whole) & 0xf0) | nibble]!}\0`
    : key.slice(0, whole) + CHARS[(nibble << 4) | 1]!
}

/** Smallest key under {@link pathBelow}. */
export function firstKeyBelow(key: ByteString, depth: number, nibble: number): ByteString {
  const whole = depth >> 1
  return key.slice(0, whole) + CHARS[depth & 1 ? (key.charCodeAt(whole) & 0xf0) | nibble : nibble << 4]!
}

/** Smallest key under {@link pathOf}. */
export function firstKeyAt(key: ByteString, depth: number): ByteString {
  const whole = depth >> 1
  return depth & 1 ? key.slice(0, whole) + CHARS[key.charCodeAt(whole) & 0xf0]! : key.slice(0, whole)
}

/** True when `key` lies under the first `depth` nibbles of `other`. */
export function sharesNibbles(key: ByteString, other: ByteString, depth: number): boolean {
  if (key.length * 2 < depth) return false
  const whole = depth >> 1
  if (key.slice(0, whole) !== other.slice(0, whole)) return false
  return !(depth & 1) || (key.charCodeAt(whole) ^ other.charCodeAt(whole)) < 16
}

/** Number of leading nibbles that `a` and `b` share, given that they share the first `from`. */
export function commonNibbles(a: ByteString, b: ByteString, from: number): number {
  const bytes = Math.min(a.length, b.length)
  for (let at = from >> 1; at < bytes; at++) {
    const difference = a.charCodeAt(at) ^ b.charCodeAt(at)
    if (difference !== 0) return 2 * at + (difference < 16 ? 1 : 0)
  }
  return 2 * bytes
}
