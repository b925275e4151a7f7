/** Ed25519 with the acceptance rules of ZIP 215, which are those of the chain's runtime (ed25519-zebra). */
import { ed25519 } from '@noble/curves/ed25519.js'
import { assertLength } from './bytes-of-length.ts'

/** 32-byte public key of the 32-byte `seed`. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  assertLength(seed, 32, 'ed25519 seed')
  return ed25519.getPublicKey(seed)
}

/** 64-byte deterministic signature of `message`. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  assertLength(seed, 32, 'ed25519 seed')
  return ed25519.sign(message, seed)
}

/** True if `signature` of `message` is by `publicKey`; false on anything malformed. Never throws. */
export function ed25519Verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: true })
  } catch {
    return false
  }
}
