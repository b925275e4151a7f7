/** Nibbles of keys: half a byte each, the high one first. */
import type { ByteString } from '../bytes/index.ts'

const CHARS: readonly string[] = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte))

export function nibbleAt(key: ByteString, index: number): number {
  const byte = key.charCodeAt(index >> 1)
  return index & 1 ? byte & 15 : byte >> 4
}

/** Smallest key that starts with the first `depth` nibbles of `key` and then `nibble`. */
export function firstKeyBelow(key: ByteString, depth: number, nibble: number): ByteString {
  const whole = depth >> 1
  return key.slice(0, whole) + CHARS[depth & 1 ? (key.charCodeAt(whole) & 0xf0) | nibble : nibble << 4]!
}

/** Smallest key that starts with the first `depth` nibbles of `key`. */
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

/** The nibbles `from` to `to` of `key`. */
export function nibblesOf(key: ByteString, from: number, to: number): number[] {
  const nibbles: number[] = []
  for (let index = from; index < to; index++) nibbles.push(nibbleAt(key, index))
  return nibbles
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

/** Ones of a number of 16 bits. */
export function countBits(mask: number): number {
  let bits = mask - ((mask >> 1) & 0x5555)
  bits = (bits & 0x3333) + ((bits >> 2) & 0x3333)
  bits = (bits + (bits >> 4)) & 0x0f0f
  return (bits + (bits >> 8)) & 31
}
