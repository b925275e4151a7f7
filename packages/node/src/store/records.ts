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

export function encodeKeys(keys: readonly ByteString[]): Uint8Array {
  let length = 0
  for (const key of keys) length += 4 + key.length
  const out = Buffer.allocUnsafe(length)
  let at = 0
  for (const key of keys) {
    out.writeUInt32LE(key.length, at)
    out.write(key, at + 4, 'latin1')
    at += 4 + key.length
  }
  return new Uint8Array(out.buffer, out.byteOffset, length)
}

export function decodeKeys(bytes: Uint8Array): ByteString[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const keys: ByteString[] = []
  for (let at = 0; at < buffer.length; ) {
    const length = buffer.readUInt32LE(at)
    keys.push(buffer.toString('latin1', at + 4, at + 4 + length))
    at += 4 + length
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
