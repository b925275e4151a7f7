/** Work that is counted instead of timed: pairings, of which each costs as much as ten thousand hashes. */
import { bls12_381 } from '@noble/curves/bls12-381.js'

const pairings = { count: 0 }
const curve = bls12_381 as { -readonly [K in 'pairing' | 'pairingBatch']: (typeof bls12_381)[K] }
const { pairing, pairingBatch } = curve
curve.pairing = (...args) => {
  pairings.count++
  return pairing(...args)
}
curve.pairingBatch = (...args) => {
  pairings.count++
  return pairingBatch(...args)
}

/** What `body` returns, and how many products of pairings it computed. */
export function countingPairings<T>(body: () => T): { readonly value: T; readonly pairings: number } {
  const before = pairings.count
  const value = body()
  return { value, pairings: pairings.count - before }
}

/** Throws when more work was done than the frame may cause. */
export function atMost(what: string, done: number, allowed: number): void {
  if (done > allowed) throw new Error(`${done} ${what} where ${allowed} are allowed`)
}
