/**
 * Byte conversions.
 *
 * Three shapes of the same bytes are used in Neurite, each where it is best:
 * - `Uint8Array`: on the wire and in stores;
 * - `Hex` (`0x` and lower-case digits): accounts and hashes as values, comparable with `===` and readable in logs;
 * - `ByteString` (one UTF-16 unit per byte, U+0000..U+00FF): keys of in-memory maps. Its `<` is byte order.
 */
import { NeuriteError } from '../errors/index.ts'

/** Bytes as `0x` followed by lower-case hexadecimal digits. */
export type Hex = `0x${string}`

/** Bytes as a string with one character (U+0000 to U+00FF) per byte; compares in byte order. */
export type ByteString = string & { readonly __byteString?: never }

/** A 32-byte account id as {@link Hex}. */
export type AccountId = Hex

/** A 32-byte hash as {@link Hex}. */
export type Hash = Hex

const HEX_OF_BYTE: string[] = []
for (let byte = 0; byte < 256; byte++) HEX_OF_BYTE.push(byte.toString(16).padStart(2, '0'))

/** Values of the hexadecimal digits by char code; `NO_DIGIT` for all other characters below 128. */
const NO_DIGIT = 0xff
const DIGIT_VALUES = new Uint8Array(128).fill(NO_DIGIT)
for (const digits of ['0123456789abcdef', '0123456789ABCDEF']) {
  for (let value = 0; value < 16; value++) DIGIT_VALUES[digits.charCodeAt(value)] = value
}

/** Char codes of an account id or a hash as hex, the longest that one call of `fromCharCode` makes. */
const hexCodes = new Uint8Array(2 + 2 * 32)
hexCodes.set([48, 120])
const DIGIT_CODES = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))

export function bytesToHex(bytes: Uint8Array): Hex {
  if (bytes.length === 32) return hexOf32(bytes, 0)
  let out = '0x'
  for (let i = 0; i < bytes.length; i++) out += HEX_OF_BYTE[bytes[i]!]
  return out as Hex
}

/** The 32 bytes from `at` on as hex. In one piece: adding digits up would leave a string of 32 parts, slow as a key. */
export function hexOf32(bytes: Uint8Array, at: number): Hex {
  for (let i = 0; i < 32; i++) {
    const byte = bytes[at + i]!
    hexCodes[2 + 2 * i] = DIGIT_CODES[byte >> 4]!
    hexCodes[3 + 2 * i] = DIGIT_CODES[byte & 15]!
  }
  return String.fromCharCode.apply(null, hexCodes as unknown as number[]) as Hex
}

/** Where the digits of `hex` start: behind `0x`, if it is there. */
function digitsStart(hex: string): number {
  return hex.charCodeAt(0) === 48 && (hex.charCodeAt(1) | 0x20) === 120 ? 2 : 0
}

/**
 * Number of bytes of `hex`; the `0x` may be missing.
 * @throws NeuriteError `InvalidHex` on an odd number of digits.
 */
export function hexSize(hex: string, title = 'hex string'): number {
  const digits = hex.length - digitsStart(hex)
  if (digits % 2 === 0) return digits / 2
  throw new NeuriteError('InvalidHex', `${title} has an odd number of digits: \`${preview(hex)}\`.`, {
    details: ['Expected two digits for each byte.'],
  })
}

/**
 * Puts the bytes of `hex` into `out` from `at` on.
 * @throws NeuriteError `InvalidHex` on a character that is no digit.
 */
export function putHex(hex: string, out: Uint8Array, at: number, title = 'hex string'): void {
  let end = at
  for (let i = digitsStart(hex); i < hex.length; i += 2) {
    const high = DIGIT_VALUES[hex.charCodeAt(i)] ?? NO_DIGIT
    const low = DIGIT_VALUES[hex.charCodeAt(i + 1)] ?? NO_DIGIT
    if ((high | low) === NO_DIGIT) {
      throw new NeuriteError('InvalidHex', `${title} is not hexadecimal: \`${preview(hex)}\`.`, {
        details: [`Expected only 0-9 and a-f; the pair at position ${i} is another.`],
      })
    }
    out[end++] = (high << 4) | low
  }
}

/**
 * Bytes of `hex`; the `0x` may be missing.
 * @throws NeuriteError `InvalidHex` on an odd number of digits or a character that is no digit.
 */
export function hexToBytes(hex: string, title = 'hex string'): Uint8Array {
  const out = new Uint8Array(hexSize(hex, title))
  putHex(hex, out, 0, title)
  return out
}

export function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && value.length % 2 === 0 && /^0x[0-9a-fA-F]*$/.test(value)
}

export function bytesToByteString(bytes: Uint8Array): ByteString {
  // fromCharCode takes its arguments on the stack, so long inputs go in pieces.
  if (bytes.length <= 4096) return String.fromCharCode.apply(null, bytes as unknown as number[])
  let out = ''
  for (let i = 0; i < bytes.length; i += 4096) {
    out += String.fromCharCode.apply(null, bytes.subarray(i, i + 4096) as unknown as number[])
  }
  return out
}

export function byteStringToBytes(text: ByteString): Uint8Array {
  const out = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i)
  return out
}

export function byteStringToHex(text: ByteString): Hex {
  let out = '0x'
  for (let i = 0; i < text.length; i++) out += HEX_OF_BYTE[text.charCodeAt(i)]
  return out as Hex
}

export function hexToByteString(hex: string): ByteString {
  return bytesToByteString(hexToBytes(hex))
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function utf8ToBytes(text: string): Uint8Array {
  return encoder.encode(text)
}

export function bytesToUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** `text` cut to 40 characters for an error message. */
function preview(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`
}
