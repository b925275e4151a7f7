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

/** What stands before the bytes of a key: how many it shares with the key before (u16), how many follow (u32). */
const KEY_HEAD = 6
const MOST_SHARED = 0xffff

function sharedLength(a: ByteString, b: ByteString): number {
  const most = Math.min(a.length, b.length, MOST_SHARED)
  let length = 0
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return length
}

/** A list of keys, each without what it shares with the one before: sorted keys of a state share most. */
export function encodeKeys(keys: readonly ByteString[]): Uint8Array {
  let most = 0
  for (const key of keys) most += KEY_HEAD + key.length
  const out = Buffer.allocUnsafe(most)
  let at = 0
  let before = ''
  for (const key of keys) {
    const shared = sharedLength(before, key)
    out.writeUInt16LE(shared, at)
    out.writeUInt32LE(key.length - shared, at + 2)
    at += KEY_HEAD + out.write(key.slice(shared), at + KEY_HEAD, 'latin1')
    before = key
  }
  return new Uint8Array(out.buffer, out.byteOffset, at)
}

export function decodeKeys(bytes: Uint8Array): ByteString[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const keys: ByteString[] = []
  let before = ''
  for (let at = 0; at < buffer.length; ) {
    const end = at + KEY_HEAD + buffer.readUInt32LE(at + 2)
    before = before.slice(0, buffer.readUInt16LE(at)) + buffer.toString('latin1', at + KEY_HEAD, end)
    keys.push(before)
    at = end
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
