/**
 * A batch of signatures in one SharedArrayBuffer, so that threads exchange a handle instead of copies.
 *
 * Layout: one verdict byte per item (0 no, 1 yes), padding to 4, then per item four u32 (scheme index, lengths of
 * signature, key and message) followed by those bytes, again padded to 4.
 */
import { SIGNATURE_SCHEMES, type SignatureScheme } from '@neurite/primitives/crypto'

export interface SignedItem {
  readonly scheme: SignatureScheme
  readonly signature: Uint8Array
  readonly message: Uint8Array
  /** 32 bytes: the account; for ecdsa its hash. */
  readonly publicKey: Uint8Array
}

const HEADER_WORDS = 4
const padded = (length: number): number => (length + 3) & ~3

/** Bytes that `item` takes in a batch, verdict included. */
export function itemSize(item: SignedItem): number {
  return 4 * HEADER_WORDS + padded(item.signature.length + item.publicKey.length + item.message.length) + 4
}

/** Writes `items` into `buffer`, which must hold the sum of their {@link itemSize}. */
export function writeBatch(buffer: SharedArrayBuffer, items: readonly SignedItem[]): void {
  const bytes = new Uint8Array(buffer)
  const words = new Uint32Array(buffer)
  bytes.fill(0, 0, items.length)
  let at = padded(items.length)
  for (const { scheme, signature, publicKey, message } of items) {
    const header = at / 4
    words[header] = SIGNATURE_SCHEMES.indexOf(scheme)
    words[header + 1] = signature.length
    words[header + 2] = publicKey.length
    words[header + 3] = message.length
    at += 4 * HEADER_WORDS
    for (const part of [signature, publicKey, message]) {
      bytes.set(part, at)
      at += part.length
    }
    at = padded(at)
  }
}

/** Verifies the `count` items in `buffer` and writes their verdicts. */
export function verifyBatch(
  buffer: SharedArrayBuffer,
  count: number,
  verify: (scheme: SignatureScheme, signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean,
): void {
  const bytes = new Uint8Array(buffer)
  const words = new Uint32Array(buffer)
  let at = padded(count)
  for (let i = 0; i < count; i++) {
    const header = at / 4
    const take = (length: number): Uint8Array => {
      // A copy: OpenSSL and the C library do not take shared memory.
      const part = bytes.slice(at, at + length)
      at += length
      return part
    }
    at += 4 * HEADER_WORDS
    const signature = take(words[header + 1]!)
    const publicKey = take(words[header + 2]!)
    const message = take(words[header + 3]!)
    at = padded(at)
    bytes[i] = verify(SIGNATURE_SCHEMES[words[header]!]!, signature, message, publicKey) ? 1 : 0
  }
}

/** The first `count` verdicts in `buffer`. */
export function readVerdicts(buffer: SharedArrayBuffer, count: number): boolean[] {
  return Array.from(new Uint8Array(buffer, 0, count), (verdict) => verdict === 1)
}
