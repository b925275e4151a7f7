/** Aura's marks in a header: the slot before execution, the author's signature after it. */
// polkadot-sdk substrate/client/consensus/aura, substrate/primitives/consensus/aura/src/digests.rs
import { utf8ToBytes } from '@neurite/primitives/bytes'
import type { Keypair } from '@neurite/primitives/keyring'
import type { DigestItem, Header } from '@neurite/runtime/frame'

const AURA = utf8ToBytes('aura')

/** The pre-runtime digest that names the slot. */
export function auraSlot(slot: number): DigestItem {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(slot), true)
  return { type: 'PreRuntime', value: [AURA, bytes] }
}

/** The seal: the author's signature of the hash of the header without it. */
export function auraSeal(author: Keypair, preHash: Uint8Array): DigestItem {
  return { type: 'Seal', value: [AURA, author.sign(preHash)] }
}

/** Slot of a block; 0 for one that names none (genesis). */
export function slotOf(header: Header): number {
  for (const item of header.digest) {
    if (item.type !== 'PreRuntime') continue
    const [engine, bytes] = item.value
    if (bytes.length !== 8 || !engine.every((byte, index) => byte === AURA[index])) continue
    return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  }
  return 0
}
