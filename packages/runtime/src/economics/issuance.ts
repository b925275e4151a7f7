/**
 * The halving curve. TAO and the alpha of every subnet follow the same one, each from its own issuance.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/block_emission.rs evaluates log2 in I96F32; its steps lie exactly
 * where an integer comparison puts them, so no logarithm is needed.
 */
import { minBig } from '@neurite/primitives/fixed'

/** Most rao that can ever exist: 21 million TAO. Also the cap of each subnet's alpha. */
export const TOTAL_SUPPLY = 21_000_000_000_000_000n

/** Emission before the first halving, rao per block. */
export const DEFAULT_BLOCK_EMISSION = 1_000_000_000n

/** Number of halvings reached at `issuance` rao: the count of n with issuance >= supply * (1 - 2^-n). */
export function halvingsAt(issuance: bigint): number {
  let halvings = 0
  // supply - issuance <= supply / 2^n, kept in integers by shifting the left side.
  const remaining = TOTAL_SUPPLY - issuance
  while (remaining << BigInt(halvings + 1) <= TOTAL_SUPPLY) halvings++
  return halvings
}

/** Rao emitted in the next block when `issuance` rao exist; 0 once the supply is reached. */
export function blockEmissionAt(issuance: bigint): bigint {
  if (issuance >= TOTAL_SUPPLY) return 0n
  return DEFAULT_BLOCK_EMISSION >> BigInt(halvingsAt(issuance))
}

/** The part of `amount` rao that may still be minted when `issuance` rao exist. */
export function mintable(amount: bigint, issuance: bigint): bigint {
  return issuance >= TOTAL_SUPPLY ? 0n : minBig(amount, TOTAL_SUPPLY - issuance)
}
