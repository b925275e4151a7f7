/**
 * Pairings in WebAssembly, in a third of the time that those in JavaScript take. They have to be loaded first, and take
 * 17 MB: so only the thread for pairings has them. A block cannot wait for anything to load and uses the others.
 */
import { type G1Point, type G2Point, type PairingBytes, pairingBytes } from '@neurite/primitives/timelock'

/** A function that gives what `pairingBytes` gives. */
export async function loadPairing(): Promise<PairingBytes> {
  const { default: mcl } = await import('mcl-wasm')
  await mcl.init(mcl.BLS12_381)

  const first = (point: G1Point) => {
    const { x, y } = point.toAffine()
    const out = new mcl.G1()
    out.setStr(`1 ${hex(x)} ${hex(y)}`, HEX)
    return out
  }
  const second = (point: G2Point) => {
    const { x, y } = point.toAffine()
    const out = new mcl.G2()
    out.setStr(`1 ${hex(x.c0)} ${hex(x.c1)} ${hex(y.c0)} ${hex(y.c1)}`, HEX)
    return out
  }
  return (p, q) => (p.is0() || q.is0() ? pairingBytes(p, q) : mcl.pairing(first(p), second(q)).serialize())
}

const HEX = 16
const hex = (value: bigint): string => value.toString(HEX)
