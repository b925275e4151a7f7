/**
 * The bytes of a time-locked message, as ark-serialize writes them: little-endian lengths of 8 bytes before each list.
 *
 * | bytes | part |
 * |---|---|
 * | 96 | U, a point of G2 |
 * | 8 + 32 | V, the masked seed |
 * | 8 + 32 | W, the masked key |
 * | 8 + n | body: 8 + ciphertext with tag, 8 + 12 nonce |
 * | 8 + 8 | `AES_GCM_` |
 */
import { NeuriteError } from '../errors/index.ts'
import { G2_LENGTH } from './curve.ts'

export const KEY_LENGTH = 32
export const NONCE_LENGTH = 12
export const TAG_LENGTH = 16
const SUITE = new TextEncoder().encode('AES_GCM_')

/** Bytes that the envelope adds to a message. */
export const OVERHEAD: number =
  G2_LENGTH + 2 * (8 + KEY_LENGTH) + 8 + (8 + TAG_LENGTH) + (8 + NONCE_LENGTH) + 8 + SUITE.length

export interface Envelope {
  readonly u: Uint8Array
  readonly v: Uint8Array
  readonly w: Uint8Array
  /** Ciphertext and tag. */
  readonly sealed: Uint8Array
  readonly nonce: Uint8Array
}

function malformed(what: string, ...details: string[]): NeuriteError<'MalformedTimelock'> {
  return new NeuriteError('MalformedTimelock', `Time-locked message: ${what}.`, { details })
}

/** Reads parts one after the other, never past the end. */
class Parts {
  private at = 0
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  take(part: string, length: number): Uint8Array {
    const left = this.bytes.length - this.at
    if (length > left) throw malformed(`${part} is cut off`, `Expected \`${length}\` bytes, \`${left}\` are left.`)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** A list with its length in front. */
  list(part: string): Uint8Array {
    const head = this.take(`the length of ${part}`, 8)
    const length = new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true)
    const left = this.bytes.length - this.at
    if (length > BigInt(left)) {
      throw malformed(`${part} is cut off`, `It claims \`${length}\` bytes, \`${left}\` are left.`)
    }
    return this.take(part, Number(length))
  }

  exactList(part: string, length: number): Uint8Array {
    const list = this.list(part)
    if (list.length !== length) {
      throw malformed(`${part} has \`${list.length}\` bytes`, `Expected exactly ${length}.`)
    }
    return list
  }
}

/**
 * The parts of a time-locked message, as views into `bytes`. Bytes after its end are ignored, as by the reference.
 * @throws NeuriteError `MalformedTimelock`
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const parts = new Parts(bytes)
  const u = parts.take('U', G2_LENGTH)
  const v = parts.exactList('V', KEY_LENGTH)
  const w = parts.exactList('W', KEY_LENGTH)
  const body = new Parts(parts.list('the body'))
  const suite = parts.exactList('the cipher name', SUITE.length)
  if (!suite.every((byte, i) => byte === SUITE[i])) {
    throw malformed('its cipher is not known', 'Expected `AES_GCM_`: AES-256-GCM is the only cipher.')
  }
  const sealed = body.list('the ciphertext')
  if (sealed.length < TAG_LENGTH) {
    throw malformed(`the ciphertext has \`${sealed.length}\` bytes`, `Expected at least the tag, ${TAG_LENGTH} bytes.`)
  }
  return { u, v, w, sealed, nonce: body.exactList('the nonce', NONCE_LENGTH) }
}

function prefixed(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + bytes.length)
  new DataView(out.buffer).setBigUint64(0, BigInt(bytes.length), true)
  out.set(bytes, 8)
  return out
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export function writeEnvelope({ u, v, w, sealed, nonce }: Envelope): Uint8Array {
  const body = joined([prefixed(sealed), prefixed(nonce)])
  return joined([u, prefixed(v), prefixed(w), prefixed(body), prefixed(SUITE)])
}
