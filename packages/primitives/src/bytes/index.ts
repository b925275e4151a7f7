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

/** Value of the hexadecimal digit with char code `c`; -1 when it is none. */
function nibble(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  if (c >= 97 && c <= 102) return c - 87
  if (c >= 65 && c <= 70) return c - 55
  return -1
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

/**
 * Bytes of `hex`; the `0x` may be missing.
 * @throws NeuriteError `InvalidHex` on an odd number of digits or a character that is no digit.
 */
export function hexToBytes(hex: string, title = 'hex string'): Uint8Array {
  const start = hex.startsWith('0x') || hex.startsWith('0X') ? 2 : 0
  const digits = hex.length - start
  if (digits % 2 !== 0) {
    throw new NeuriteError('InvalidHex', `${title} has an odd number of digits: \`${preview(hex)}\`.`, {
      details: ['Expected two digits for each byte.'],
    })
  }
  const out = new Uint8Array(digits / 2)
  for (let i = 0; i < out.length; i++) {
    const high = nibble(hex.charCodeAt(start + 2 * i))
    const low = nibble(hex.charCodeAt(start + 2 * i + 1))
    if (high < 0 || low < 0) {
      throw new NeuriteError('InvalidHex', `${title} is not hexadecimal: \`${preview(hex)}\`.`, {
        details: [`Expected only 0-9 and a-f; the pair at position ${start + 2 * i} is another.`],
      })
    }
    out[i] = high * 16 + low
  }
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
