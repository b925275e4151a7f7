/** Pulses of a randomness beacon: a signature for each round, at fixed times. Scheme bls-unchained-g1-rfc9380. */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { hexToBytes } from '../bytes/index.ts'
import { sha256 } from '../hash/index.ts'
import { GENERATOR, identityOf, ORDER, readG1, readG2, samePairing, toNumber } from './curve.ts'

/** What a beacon says of itself. */
export interface BeaconInfo {
  /** Point of G2, compressed. */
  readonly publicKey: Uint8Array
  /** @unit s between two rounds */
  readonly period: number
  /** @unit s since 1970, time of round 1 */
  readonly genesisTime: number
  /** Hash of the beacon's chain, 32 bytes. */
  readonly hash: Uint8Array
  readonly groupHash: Uint8Array
  readonly schemeId: string
  readonly beaconId: string
}

export const SCHEME = 'bls-unchained-g1-rfc9380'

/** Quicknet of the League of Entropy. */
export const QUICKNET: BeaconInfo = {
  publicKey: hexToBytes(
    '0x83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  ),
  period: 3,
  genesisTime: 1_692_803_367,
  hash: hexToBytes('0x52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971'),
  groupHash: hexToBytes('0xf477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e'),
  schemeId: SCHEME,
  beaconId: 'quicknet',
}

export interface Pulse {
  readonly round: bigint
  /** SHA-256 of the signature. */
  readonly randomness: Uint8Array
  /** Point of G1, compressed. */
  readonly signature: Uint8Array
}

/**
 * Whether `signature` is the beacon's for `round`. Bytes after the 48 of the point are ignored, as by the reference.
 * @throws NeuriteError `InvalidPoint` when the signature or the key is no point at all
 */
export function verifyPulse(publicKey: Uint8Array, round: bigint, signature: Uint8Array): boolean {
  // The stranger's part first, and it is the cheaper one: bytes that are no signature cost nothing else.
  const point = readG1('Signature of the pulse', signature)
  return samePairing(point, GENERATOR, identityOf(round), readG2('Public key of the beacon', publicKey))
}

/** The secret number of a beacon of our own. @param seed at least 32 random bytes */
function secretOf(seed: Uint8Array): bigint {
  return (toNumber(sha256(seed)) % (ORDER - 1n)) + 1n
}

/** Public key of the beacon with `seed`. */
export function beaconPublicKey(seed: Uint8Array): Uint8Array {
  return bls12_381.G2.Point.BASE.multiply(secretOf(seed)).toBytes(true)
}

/** The pulse that the beacon with `seed` gives in `round`. */
export function signPulse(seed: Uint8Array, round: bigint): Pulse {
  const signature = identityOf(round).multiply(secretOf(seed)).toBytes(true)
  return { round, randomness: sha256(signature), signature }
}

/** The newest round at a time; 0 before the first. @param time s since 1970 */
export function roundAt({ period, genesisTime }: Pick<BeaconInfo, 'period' | 'genesisTime'>, time: number): bigint {
  return time < genesisTime ? 0n : BigInt(Math.floor((time - genesisTime) / period)) + 1n
}

/** When a round's pulse is due. @unit s since 1970 */
export function timeOfRound(
  { period, genesisTime }: Pick<BeaconInfo, 'period' | 'genesisTime'>,
  round: bigint,
): number {
  return genesisTime + Number(round - 1n) * period
}
