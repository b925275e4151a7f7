/**
 * Proof of work of a registration: a nonce whose seal, bound to a recent block and an account, is a small number.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/registration.rs create_seal_hash, hash_meets_difficulty
 */
import { type AccountId, type Hash, hexToBytes } from '../bytes/index.ts'
import { keccak256, sha256 } from '../hash/index.ts'

/** What one seal hashes: 8 bytes of nonce, then the digest of block and account. */
const MESSAGE_LENGTH = 40

/** Seals of one block and account; gives 32 new bytes for each nonce (u64). */
export function createSealer(blockHash: Hash, who: AccountId): (nonce: bigint) => Uint8Array {
  const subject = new Uint8Array(64)
  subject.set(hexToBytes(blockHash))
  subject.set(hexToBytes(who), 32)
  const message = new Uint8Array(MESSAGE_LENGTH)
  message.set(keccak256(subject), 8)
  const view = new DataView(message.buffer)
  return (nonce) => {
    view.setBigUint64(0, nonce, true)
    return keccak256(sha256(message))
  }
}

/** True when the seal, a little-endian number, times the difficulty stays below 2^256. */
export function meetsDifficulty(seal: Uint8Array, difficulty: bigint): boolean {
  let number = 0n
  for (let i = seal.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(seal[i]!)
  return number * difficulty < 1n << 256n
}
