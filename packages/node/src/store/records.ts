/** Small byte layouts of the store: lists of byte strings, and the header fields the store checks. */
import { type ByteString, bytesToHex, type Hash } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'

/** A list of byte arrays: for each its length (u32, little-endian) and its bytes. */
export function encodeList(items: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const item of items) length += 4 + item.length
  const out = new Uint8Array(length)
  const view = new DataView(out.buffer)
  let at = 0
  for (const item of items) {
    view.setUint32(at, item.length, true)
    out.set(item, at + 4)
    at += 4 + item.length
  }
  return out
}

export function decodeList(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const items: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at, true)
    items.push(bytes.slice(at + 4, at + 4 + length))
    at += 4 + length
  }
  return items
}

export function sharedLength(a: ByteString, b: ByteString): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return length
}

/** Strings shorter than this are written faster unit by unit than by a call. */
const SHORT_TEXT = 24

/** Gathers numbers (LEB128), byte strings and bytes in memory that it uses again and again. */
export class ByteWriter {
  #buffer = Buffer.alloc(4096)
  length = 0

  clear(): void {
    this.length = 0
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#buffer.length) return
    const grown = Buffer.alloc(2 * (this.length + more))
    this.#buffer.copy(grown, 0, 0, this.length)
    this.#buffer = grown
  }

  number(value: number): void {
    this.#reserve(5)
    let rest = value
    for (; rest >= 128; rest >>>= 7) this.#buffer[this.length++] = (rest & 127) | 128
    this.#buffer[this.length++] = rest
  }

  /** `text` from `start` on. */
  text(text: ByteString, start: number): void {
    const more = text.length - start
    this.#reserve(more)
    if (more < SHORT_TEXT) {
      for (let at = start; at < text.length; at++) this.#buffer[this.length++] = text.charCodeAt(at)
    } else this.length += this.#buffer.write(start === 0 ? text : text.slice(start), this.length, 'latin1')
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  /** What was gathered, in memory of its own; the writer is empty then. */
  take(): Uint8Array {
    // Not filled with zeros first, as it is written whole.
    const taken = new Uint8Array(Buffer.allocUnsafeSlow(this.length).buffer)
    taken.set(this.#buffer.subarray(0, this.length))
    this.length = 0
    return taken
  }
}

/** Reads what a {@link ByteWriter} gathered. */
export class ByteReader {
  readonly #buffer: Buffer
  at = 0

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get atEnd(): boolean {
    return this.at >= this.#buffer.length
  }

  number(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#buffer[this.at++]!
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }

  text(length: number): ByteString {
    this.at += length
    return this.#buffer.toString('latin1', this.at - length, this.at)
  }

  /** A copy. */
  bytes(length: number): Uint8Array {
    this.at += length
    return new Uint8Array(this.#buffer.subarray(this.at - length, this.at))
  }
}

const keyWriter = new ByteWriter()

/** A list of keys, each without what it shares with the one before: sorted keys of a state share most. */
export function encodeKeys(keys: readonly ByteString[]): Uint8Array {
  let before = ''
  for (const key of keys) {
    const shared = sharedLength(before, key)
    keyWriter.number(shared)
    keyWriter.number(key.length - shared)
    keyWriter.text(key, shared)
    before = key
  }
  return keyWriter.take()
}

export function decodeKeys(bytes: Uint8Array): ByteString[] {
  const reader = new ByteReader(bytes)
  const keys: ByteString[] = []
  let before = ''
  while (!reader.atEnd) {
    const shared = reader.number()
    before = before.slice(0, shared) + reader.text(reader.number())
    keys.push(before)
  }
  return keys
}

export interface HeaderFields {
  readonly parentHash: Hash
  readonly number: number
  readonly stateRoot: Hash
}

/** The leading fields of a SCALE-encoded header. */
export function readHeaderFields(header: Uint8Array): HeaderFields {
  const mode = (header[32] ?? 3) & 3
  const width = mode === 0 ? 1 : mode === 1 ? 2 : mode === 2 ? 4 : 1 + 4 + (header[32]! >> 2)
  if (header.length < 32 + width + 64 || width > 5) {
    throw new NeuriteError('MalformedHeader', `The header of ${header.length} bytes is malformed.`, {
      details: ['Expected parent hash, compact number, state root, extrinsics root and digest in SCALE.'],
    })
  }
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  const number =
    mode === 0
      ? header[32]! >> 2
      : mode === 1
        ? view.getUint16(32, true) >> 2
        : mode === 2
          ? view.getUint32(32, true) >>> 2
          : view.getUint32(33, true)
  return {
    parentHash: bytesToHex(header.subarray(0, 32)),
    number,
    stateRoot: bytesToHex(header.subarray(32 + width, 64 + width)),
  }
}
