/**
 * Verification with native code where the platform has it, and with exactly the chain's acceptance rules.
 *
 * Measured on one core: sr25519 8 thousand a second (WebAssembly), ed25519 13 thousand (OpenSSL), ecdsa 20 thousand
 * (libsecp256k1; the JavaScript stand-in does 1 thousand).
 */
import { createPublicKey, verify as cryptoVerify, type KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import {
  type EcdsaRecover,
  ecdsaRecover,
  ecdsaVerify,
  ed25519Verify,
  recoveryIdOf,
  type SignatureScheme,
  type Verify,
} from '@neurite/primitives/crypto'
import { NeuriteError } from '@neurite/primitives/errors'
import { quickSr25519Verify } from './sr25519.ts'

interface NativeSecp256k1 {
  ecdsaRecover(signature: Uint8Array, recoveryId: number, digest: Uint8Array, compressed: boolean): Uint8Array
}

/** The C library, or undefined. Its package root would hide the absence behind a JavaScript twin, hence `bindings`. */
function loadSecp256k1(): NativeSecp256k1 | undefined {
  try {
    return createRequire(import.meta.url)('secp256k1/bindings') as NativeSecp256k1
  } catch {
    return undefined
  }
}

const secp256k1 = loadSecp256k1()

/** True when ecdsa is verified by the C library; false means 20 times slower. Worth a metric and a warning. */
export const hasNativeSecp256k1 = secp256k1 !== undefined

/** @throws NeuriteError `NativeSecp256k1Missing` */
export function assertNativeSecp256k1(): void {
  if (hasNativeSecp256k1) return
  throw new NeuriteError('NativeSecp256k1Missing', 'The native secp256k1 library did not load.', {
    details: [
      `Expected a prebuilt binary for \`${process.platform}-${process.arch}\` in the package secp256k1.`,
      'Run `npm rebuild secp256k1` with a C compiler at hand, or start without requiring it.',
    ],
  })
}

const nativeRecover: EcdsaRecover = (signature, digest) => {
  const id = recoveryIdOf(signature)
  if (signature.length !== 65 || digest.length !== 32 || id === undefined) return undefined
  try {
    return secp256k1!.ecdsaRecover(signature.subarray(0, 64), id, digest, true)
  } catch {
    return undefined
  }
}

const recover = hasNativeSecp256k1 ? nativeRecover : ecdsaRecover

/** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo form (RFC 8410). */
const ED25519_SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex')

/** Parsed keys of recent signers; parsing costs as much as half a verification. */
const keyObjects = new Map<string, KeyObject>()
const KEY_OBJECTS_KEPT = 1_024

function keyObjectOf(publicKey: Uint8Array): KeyObject {
  const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1')
  let key = keyObjects.get(name)
  if (key === undefined) {
    key = createPublicKey({ key: Buffer.concat([ED25519_SPKI_HEADER, publicKey]), format: 'der', type: 'spki' })
    if (keyObjects.size >= KEY_OBJECTS_KEPT) keyObjects.delete(keyObjects.keys().next().value!)
    keyObjects.set(name, key)
  }
  return key
}

/**
 * Ed25519 by OpenSSL, and by ZIP 215 when that says no: OpenSSL accepts a subset of what the chain accepts, never
 * anything beyond. So only bad signatures pay for the slow way (1 ms).
 */
const nativeEd25519: Verify = (signature, message, publicKey) => {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  try {
    if (cryptoVerify(null, message, keyObjectOf(publicKey), signature)) return true
  } catch {
    // A key that OpenSSL refuses to parse may still be one that ZIP 215 admits.
  }
  return ed25519Verify(signature, message, publicKey)
}

const VERIFIERS: Readonly<Record<SignatureScheme, Verify>> = {
  ed25519: nativeEd25519,
  sr25519: quickSr25519Verify,
  ecdsa: (signature, message, signer) => ecdsaVerify(signature, message, signer, recover),
}

/** As `verify` of the primitives, same results, on this thread, by the fastest means of this platform. */
export function verifyNative(
  scheme: SignatureScheme,
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  return VERIFIERS[scheme](signature, message, publicKey)
}
