/**
 * The parts of BLS12-381 that time locks need: points as bytes, and the target group as bytes.
 * Points are in the compressed big-endian form of Zcash, the target group in the little-endian form of arkworks.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { NeuriteError } from '../errors/index.ts'
import { sha256 } from '../hash/index.ts'

export const G1_LENGTH = 48
export const G2_LENGTH = 96
const FIELD_LENGTH = 48

const { G1, G2, fields } = bls12_381
export type G1Point = ReturnType<typeof G1.Point.fromBytes>
export type G2Point = ReturnType<typeof G2.Point.fromBytes>
export type Target = ReturnType<typeof bls12_381.pairing>

export const GENERATOR: G2Point = G2.Point.BASE
/** Order of the groups. */
export const ORDER: bigint = fields.Fr.ORDER

const SIGNATURE_DOMAIN = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_'

/** Compressed, infinite, and without a sign. */
function isInfinity(first: number): boolean {
  return (first & 0xe0) === 0xc0
}

interface PointKind<P> {
  readonly length: number
  readonly infinity: P
  /** @throws when the bytes are no point of the curve */
  readonly decode: (bytes: Uint8Array) => P & { assertValidity(): void }
}

function readPoint<P>(kind: PointKind<P>, title: string, bytes: Uint8Array): P {
  if (bytes.length < kind.length) {
    throw new NeuriteError('InvalidPoint', `${title} is too short: \`${bytes.length}\` bytes.`, {
      details: [`Expected a compressed point of BLS12-381 with ${kind.length} bytes.`],
    })
  }
  if (isInfinity(bytes[0]!)) return kind.infinity
  try {
    const point = kind.decode(bytes.slice(0, kind.length))
    // On the curve is not enough: outside the subgroup of prime order pairings prove nothing.
    point.assertValidity()
    return point
  } catch (cause) {
    throw new NeuriteError('InvalidPoint', `${title} is no point of BLS12-381.`, {
      details: [`Expected the compressed form, ${kind.length} bytes, of a point in the subgroup of prime order.`],
      cause,
    })
  }
}

const G1_KIND: PointKind<G1Point> = {
  length: G1_LENGTH,
  infinity: G1.Point.ZERO,
  decode: (bytes) => G1.Point.fromBytes(bytes),
}
const G2_KIND: PointKind<G2Point> = {
  length: G2_LENGTH,
  infinity: G2.Point.ZERO,
  decode: (bytes) => G2.Point.fromBytes(bytes),
}

/** The point at the start of `bytes`; what follows it is not looked at. @throws NeuriteError `InvalidPoint` */
export function readG1(title: string, bytes: Uint8Array): G1Point {
  return readPoint(G1_KIND, title, bytes)
}

/** The point at the start of `bytes`; what follows it is not looked at. @throws NeuriteError `InvalidPoint` */
export function readG2(title: string, bytes: Uint8Array): G2Point {
  return readPoint(G2_KIND, title, bytes)
}

/** The curve point that a beacon signs for `round`. */
export function identityOf(round: bigint): G1Point {
  const message = new Uint8Array(8)
  new DataView(message.buffer).setBigUint64(0, round)
  return G1.hashToCurve(sha256(message), { DST: SIGNATURE_DOMAIN }) as G1Point
}

/** e(p, q) as bytes; that of one if either is infinite. */
export function pairingBytes(p: G1Point, q: G2Point): Uint8Array {
  return targetBytes(p.is0() || q.is0() ? fields.Fp12.ONE : bls12_381.pairing(p, q))
}

/** Whether e(a, b) = e(c, d). */
export function samePairing(a: G1Point, b: G2Point, c: G1Point, d: G2Point): boolean {
  const pairs = [
    { g1: a, g2: b },
    { g1: c.negate(), g2: d },
  ].filter(({ g1, g2 }) => !g1.is0() && !g2.is0())
  return fields.Fp12.eql(bls12_381.pairingBatch(pairs), fields.Fp12.ONE)
}

/** Twelve field elements of 48 bytes, little-endian. */
export function targetBytes({ c0, c1 }: Target): Uint8Array {
  const elements = [c0, c1].flatMap((six) => [six.c0, six.c1, six.c2]).flatMap((two) => [two.c0, two.c1])
  const out = new Uint8Array(elements.length * FIELD_LENGTH)
  for (const [i, element] of elements.entries()) writeLittleEndian(out, i * FIELD_LENGTH, element)
  return out
}

function writeLittleEndian(out: Uint8Array, start: number, value: bigint): void {
  const view = new DataView(out.buffer)
  for (let i = 0, rest = value; i < FIELD_LENGTH / 8; i++, rest >>= 64n) {
    view.setBigUint64(start + 8 * i, BigInt.asUintN(64, rest), true)
  }
}

/** A number from big-endian bytes. */
export function toNumber(bytes: Uint8Array): bigint {
  let out = 0n
  for (const byte of bytes) out = (out << 8n) | BigInt(byte)
  return out
}
