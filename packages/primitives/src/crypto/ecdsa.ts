/**
 * Recoverable ECDSA on secp256k1, as Substrate's MultiSignature uses it: the message is hashed with Blake2b-256, the
 * signature is r, s and a recovery id (65 bytes), and the account is the Blake2b-256 digest of the compressed key.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesEqual } from '../bytes/index.ts'
import { blake2_256, keccak256 } from '../hash/index.ts'
import { assertLength } from './bytes-of-length.ts'

/** 33-byte compressed public key of the 32-byte `secretKey`. */
export function ecdsaPublicKey(secretKey: Uint8Array): Uint8Array {
  assertLength(secretKey, 32, 'ecdsa secret key')
  return secp256k1.getPublicKey(secretKey, true)
}

/** 32-byte account id of the compressed `publicKey`. */
export function ecdsaAccount(publicKey: Uint8Array): Uint8Array {
  assertLength(publicKey, 33, 'compressed ecdsa public key')
  return blake2_256(publicKey)
}

/** 65-byte signature (r, s, recovery id 0..3) of `message`; s is always in the lower half. */
export function ecdsaSign(secretKey: Uint8Array, message: Uint8Array): Uint8Array {
  assertLength(secretKey, 32, 'ecdsa secret key')
  // noble puts the recovery id first.
  const signature = secp256k1.sign(blake2_256(message), secretKey, { prehash: false, format: 'recovered' })
  return Uint8Array.of(...signature.subarray(1), signature[0]!)
}

/** Recovers the compressed key that made a 65-byte signature over a 32-byte digest; undefined if there is none. */
export type EcdsaRecover = (signature: Uint8Array, digest: Uint8Array) => Uint8Array | undefined

/**
 * Recovery id 0..3 in the last byte of `signature`, which may also be written as Ethereum's 27..30; undefined if it is
 * out of range.
 */
export function recoveryIdOf(signature: Uint8Array): number | undefined {
  const last = signature[64]
  if (last === undefined) return undefined
  const id = last > 26 ? last - 27 : last
  return id <= 3 ? id : undefined
}

/** {@link EcdsaRecover} in plain JavaScript, about 1 ms a call. Accepts s in both halves, as the runtime does. */
export const ecdsaRecover: EcdsaRecover = (signature, digest) => {
  const id = recoveryIdOf(signature)
  if (signature.length !== 65 || digest.length !== 32 || id === undefined) return undefined
  try {
    return secp256k1.recoverPublicKey(Uint8Array.of(id, ...signature.subarray(0, 64)), digest, { prehash: false })
  } catch {
    return undefined
  }
}

/** 20-byte Ethereum address of the compressed (or 65-byte) `publicKey`. */
export function ethereumAddress(publicKey: Uint8Array): Uint8Array {
  return keccak256(secp256k1.Point.fromBytes(publicKey).toBytes(false).subarray(1)).slice(12)
}

/**
 * True if `signature` of `message` is by `signer`: a 32-byte account or a 33-byte compressed key. False on anything
 * malformed; never throws. A native `recover` may be passed in.
 */
export function ecdsaVerify(
  signature: Uint8Array,
  message: Uint8Array,
  signer: Uint8Array,
  recover: EcdsaRecover = ecdsaRecover,
): boolean {
  if (signature.length !== 65 || (signer.length !== 32 && signer.length !== 33)) return false
  const key = recover(signature, blake2_256(message))
  if (key === undefined) return false
  return bytesEqual(signer.length === 33 ? key : blake2_256(key), signer)
}
