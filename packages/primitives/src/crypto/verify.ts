import { ecdsaVerify } from './ecdsa.ts'
import { ed25519Verify } from './ed25519.ts'
import { sr25519Verify } from './sr25519.ts'

/** The signature schemes of an account, in the order of Substrate's MultiSignature: the index is the variant byte. */
export const SIGNATURE_SCHEMES = ['ed25519', 'sr25519', 'ecdsa'] as const

export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number]

/** Bytes of one signature. */
export const SIGNATURE_LENGTHS: Readonly<Record<SignatureScheme, number>> = { ed25519: 64, sr25519: 64, ecdsa: 65 }

export type Verify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean

const VERIFIERS: Readonly<Record<SignatureScheme, Verify>> = {
  ed25519: ed25519Verify,
  sr25519: sr25519Verify,
  ecdsa: (signature, message, publicKey) => ecdsaVerify(signature, message, publicKey),
}

/**
 * True if `signature` of `message` is by `publicKey` (for ecdsa the 32-byte account or the 33-byte key), with the
 * chain's own acceptance rules. False on anything malformed; never throws.
 */
export function verify(
  scheme: SignatureScheme,
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  return VERIFIERS[scheme](signature, message, publicKey)
}
