/**
 * Time-lock encryption: a message that anybody can open once a beacon has signed a round, and nobody before.
 * Identity-based encryption (Boneh-Franklin with the Fujisaki-Okamoto transform) of an AES-256-GCM key, where the
 * identity is the round and its private key is the beacon's signature.
 */
import { gcm } from '@noble/ciphers/aes.js'
import { bytesEqual, concatBytes } from '../bytes/index.ts'
import { NeuriteError } from '../errors/index.ts'
import { sha256 } from '../hash/index.ts'
import {
  type G1Point,
  type G2Point,
  GENERATOR,
  identityOf,
  ORDER,
  pairingBytes,
  readG1,
  readG2,
  toNumber,
} from './curve.ts'
import { KEY_LENGTH, NONCE_LENGTH, readEnvelope, writeEnvelope } from './envelope.ts'

/** Bytes of randomness that one encryption uses up: key, seed and nonce. Never use the same bytes twice. */
export const ENTROPY_LENGTH: number = 2 * KEY_LENGTH + NONCE_LENGTH

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ b[i]!)
}

/** The exponent that ties the envelope to its seed and key, so that an altered one is noticed. */
function exponentOf(seed: Uint8Array, key: Uint8Array): bigint {
  return toNumber(sha256(concatBytes(seed, key))) % ORDER
}

/**
 * The message, locked until the beacon with `publicKey` (96 bytes) signs `round`.
 * @param entropy {@link ENTROPY_LENGTH} random bytes; the same bytes give the same result
 * @throws NeuriteError `InvalidPoint` for a public key that is none, `InvalidEntropy`
 */
export function encrypt(message: Uint8Array, round: bigint, publicKey: Uint8Array, entropy: Uint8Array): Uint8Array {
  if (entropy.length !== ENTROPY_LENGTH) {
    throw new NeuriteError('InvalidEntropy', `Entropy has \`${entropy.length}\` bytes.`, {
      details: [`Expected ${ENTROPY_LENGTH} random bytes, fresh for each message.`],
    })
  }
  const key = entropy.subarray(0, KEY_LENGTH)
  const seed = entropy.subarray(KEY_LENGTH, 2 * KEY_LENGTH)
  const nonce = entropy.subarray(2 * KEY_LENGTH)
  const exponent = exponentOf(seed, key)
  const shared = pairingBytes(identityOf(round), readG2('Public key of the beacon', publicKey).multiply(exponent))
  return writeEnvelope({
    u: GENERATOR.multiply(exponent).toBytes(true),
    v: xor(seed, sha256(shared)),
    w: xor(key, sha256(seed)),
    sealed: gcm(key, nonce).encrypt(message),
    nonce,
  })
}

function cannotOpen(reason: string, cause?: unknown): NeuriteError<'TimelockNotOpened'> {
  return new NeuriteError('TimelockNotOpened', `Time-locked message cannot be opened: ${reason}.`, {
    details: ['Expected the signature of the round for which it was locked, by the beacon for which it was locked.'],
    cause,
  })
}

let lastSignature: { readonly bytes: Uint8Array; readonly point: G1Point } | undefined

/** Reading a signature takes a millisecond, and all messages of a round open with the same. */
function readSignature(bytes: Uint8Array): G1Point {
  if (lastSignature === undefined || !bytesEqual(lastSignature.bytes, bytes)) {
    lastSignature = { bytes: bytes.slice(), point: readG1('Signature of the pulse', bytes) }
  }
  return lastSignature.point
}

/** What `pairingBytes` gives, computed by somebody else. */
export type PairingBytes = (p: G1Point, q: G2Point) => Uint8Array

/**
 * Opens a time-locked message with the beacon's signature of its round (48 bytes).
 * @param pair computes the one pairing that this takes, for whoever has a faster way
 * @throws NeuriteError `MalformedTimelock`, `InvalidPoint`, or `TimelockNotOpened` when the signature is another
 * round's or the bytes were altered
 */
export function decrypt(
  ciphertext: Uint8Array,
  pulseSignature: Uint8Array,
  pair: PairingBytes = pairingBytes,
): Uint8Array {
  const { u, v, w, sealed, nonce } = readEnvelope(ciphertext)
  const point = readG2('U', u)
  const seed = xor(v, sha256(pair(readSignature(pulseSignature), point)))
  const key = xor(w, sha256(seed))
  const exponent = exponentOf(seed, key)
  // With the pulse out nothing here is secret any more, so the time it takes may tell.
  if (exponent === 0n || !GENERATOR.multiplyUnsafe(exponent).equals(point)) {
    throw cannotOpen('the signature does not fit')
  }
  try {
    return gcm(key, nonce).decrypt(sealed)
  } catch (cause) {
    throw cannotOpen('its tag is wrong', cause)
  }
}
