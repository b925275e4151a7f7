/** What the store keeps of its last block. */
import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import type { BlockId } from './types.ts'

/** The head and the first blocks whose state and body are kept. */
export interface Head extends BlockId {
  readonly oldestState: number
  readonly oldestBody: number
  /** The last block whose history has been written. */
  readonly finished: number
}

/** Bytes of four numbers (u32, big-endian) and a hash. */
const LENGTH = 48

export function encodeHead(head: Head): Uint8Array {
  const bytes = new Uint8Array(LENGTH)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, head.number)
  view.setUint32(4, head.oldestState)
  view.setUint32(8, head.oldestBody)
  view.setUint32(12, head.finished)
  bytes.set(hexToBytes(head.hash), 16)
  return bytes
}

export function decodeHead(bytes: Uint8Array): Head {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return {
    number: view.getUint32(0),
    oldestState: view.getUint32(4),
    oldestBody: view.getUint32(8),
    finished: view.getUint32(12),
    hash: bytesToHex(bytes.subarray(16, LENGTH)),
  }
}
