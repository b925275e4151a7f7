/** Schnorr signatures on Ristretto, the scheme of nearly all accounts. Signing context: `substrate`. */
import { ristretto255 } from '@noble/curves/ed25519.js'
import { concatBytes } from '../bytes/index.ts'
import { assertLength } from './bytes-of-length.ts'
import { schnorrkel, schnorrkelVerify } from './schnorrkel.ts'

/**
 * An sr25519 key pair: the 32-byte point and a 64-byte secret, which is the scalar times the cofactor 8 (little-endian,
 * the layout Ed25519 uses) and the seed of nonces.
 */
export interface Sr25519Pair {
  readonly secretKey: Uint8Array
  readonly publicKey: Uint8Array
}

const asPair = (bytes: Uint8Array): Sr25519Pair => ({ secretKey: bytes.slice(0, 64), publicKey: bytes.slice(64, 96) })
const asBytes = (pair: Sr25519Pair): Uint8Array => {
  assertLength(pair.secretKey, 64, 'sr25519 secret key')
  assertLength(pair.publicKey, 32, 'sr25519 public key')
  return concatBytes(pair.secretKey, pair.publicKey)
}

/** Pair of the 32-byte mini secret `seed` (expanded in the Ed25519 way, as Substrate does). */
export function sr25519PairFromSeed(seed: Uint8Array): Sr25519Pair {
  assertLength(seed, 32, 'sr25519 seed')
  return asPair(schnorrkel('ext_sr_from_seed', seed))
}

/** The secret with its scalar divided by 8: how Rust wallets (schnorrkel's own layout) write it. */
export function sr25519SecretToCanonical(secretKey: Uint8Array): Uint8Array {
  assertLength(secretKey, 64, 'sr25519 secret key')
  const out = secretKey.slice()
  for (let i = 0; i < 32; i++) out[i] = (secretKey[i]! >> 3) | (i === 31 ? 0 : (secretKey[i + 1]! & 7) << 5)
  return out
}

/** Inverse of {@link sr25519SecretToCanonical}. */
export function sr25519SecretFromCanonical(canonical: Uint8Array): Uint8Array {
  assertLength(canonical, 64, 'sr25519 secret key')
  const out = canonical.slice()
  for (let i = 31; i >= 0; i--) out[i] = ((canonical[i]! << 3) & 0xff) | (i === 0 ? 0 : canonical[i - 1]! >> 5)
  return out
}

/** 32-byte public key of the 64-byte `secretKey`. */
export function sr25519PublicKey(secretKey: Uint8Array): Uint8Array {
  const canonical = sr25519SecretToCanonical(secretKey)
  let scalar = 0n
  for (let i = 31; i >= 0; i--) scalar = (scalar << 8n) | BigInt(canonical[i]!)
  return ristretto255.Point.BASE.multiply(ristretto255.Point.Fn.create(scalar)).toBytes()
}

/** Child of `pair` under the 32-byte `chainCode`; `hard` children need the secret, `soft` ones have derivable points. */
export function sr25519Derive(pair: Sr25519Pair, chainCode: Uint8Array, kind: 'hard' | 'soft'): Sr25519Pair {
  assertLength(chainCode, 32, 'chain code')
  return asPair(schnorrkel(`ext_sr_derive_keypair_${kind}`, asBytes(pair), chainCode))
}

/** Public key of the soft child of `publicKey` under `chainCode`. */
export function sr25519DerivePublic(publicKey: Uint8Array, chainCode: Uint8Array): Uint8Array {
  assertLength(publicKey, 32, 'sr25519 public key')
  assertLength(chainCode, 32, 'chain code')
  return schnorrkel('ext_sr_derive_public_soft', publicKey, chainCode)
}

/** 64-byte signature of `message`; every call gives another one, all of them valid. */
export function sr25519Sign(pair: Sr25519Pair, message: Uint8Array): Uint8Array {
  assertLength(pair.secretKey, 64, 'sr25519 secret key')
  assertLength(pair.publicKey, 32, 'sr25519 public key')
  return schnorrkel('ext_sr_sign', pair.publicKey, pair.secretKey, message)
}

/** True if `signature` of `message` is by `publicKey`; false on anything malformed. Never throws. */
export function sr25519Verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  try {
    return schnorrkelVerify(signature, message, publicKey)
  } catch {
    return false
  }
}
