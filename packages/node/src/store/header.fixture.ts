/** A chain of minimal blocks for tests: SCALE headers whose only live fields are parent, number and state root. */
import { type ByteString, bytesToHex, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import type { ChainStore, NewBlock } from './types.ts'

export function encodeTestHeader(parentHash: Hash, number: number, stateRoot: Hash): Uint8Array {
  const header = new Uint8Array(101)
  header.set(hexToBytes(parentHash))
  new DataView(header.buffer).setUint32(32, number * 4 + 2, true)
  header.set(hexToBytes(stateRoot), 36)
  return header
}

export const NO_PARENT: Hash = `0x${'00'.repeat(32)}`

/** Puts one block with these changes on the store's head; its hash. */
export async function appendBlock(
  store: ChainStore,
  changes: ReadonlyMap<ByteString, Uint8Array | undefined>,
  more: Partial<Pick<NewBlock, 'extrinsics' | 'blobs' | 'meta'>> = {},
): Promise<Hash> {
  const head = store.head()
  const state = store.prepareRoot(changes)
  const header = encodeTestHeader(head?.hash ?? NO_PARENT, head === undefined ? 0 : head.number + 1, state.root)
  await store.commitBlock({ header, extrinsics: [], state, ...more })
  return bytesToHex(blake2_256(header))
}
