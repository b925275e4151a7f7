/**
 * Who gets what of a block's TAO and alpha. Pure parts of the coinbase.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/{subnet_emissions,run_coinbase,block_step}.rs
 */
import { I96F32, minBig, U64F64, U96F32, u16Ratio, u64Ratio } from '@neurite/primitives/fixed'

export interface EmissionCandidate {
  /** Moving price. @unit I96F32 */
  readonly movingPrice: bigint
  /** Part of the last miner emission that was withheld from miners. @unit U96F32 */
  readonly minerBurned: bigint
  /** Disabled subnets get no TAO; their share goes to the others. */
  readonly enabled: boolean
}

/** Moving prices as shares of their sum; all 0 when the sum is. @unit U64F64 */
export function priceShares(candidates: readonly EmissionCandidate[]): bigint[] {
  const prices = candidates.map(({ movingPrice }) => U64F64.from(I96F32, movingPrice))
  const total = prices.reduce(U64F64.add, 0n)
  return prices.map((price) => U64F64.safeDiv(price, total))
}

/** Shares of the mode "price x (1 - burned)", before the enabled flag. @unit U64F64 */
export function weightedShares(candidates: readonly EmissionCandidate[]): bigint[] {
  const base = priceShares(candidates)
  const weights = base.map((share, i) => {
    const burned = minBig(U64F64.from(U96F32, candidates[i]!.minerBurned), U64F64.one)
    return U64F64.mul(share, U64F64.one - burned)
  })
  const total = weights.reduce(U64F64.add, 0n)
  return total > 0n ? weights.map((weight) => U64F64.safeDiv(weight, total)) : base
}

/** TAO of each candidate in a block of `blockEmission` rao. @unit U96F32 */
export function subnetEmissions(candidates: readonly EmissionCandidate[], blockEmission: bigint): bigint[] {
  const shares = weightedShares(candidates)
  const hasDisabled = candidates.some(({ enabled }) => !enabled)
  const enabledSum = shares.reduce((sum, share, i) => (candidates[i]!.enabled ? U64F64.add(sum, share) : sum), 0n)
  const emission = U64F64.fromInt(blockEmission)
  return shares.map((share, i) => {
    const given = !hasDisabled ? share : candidates[i]!.enabled ? U64F64.safeDiv(share, enabledSum) : 0n
    return U96F32.from(U64F64, U64F64.mul(emission, given))
  })
}

/** Whether root dividends may be sold: the moving prices sum to more than 1. */
export function isRootSellAllowed(candidates: readonly EmissionCandidate[]): boolean {
  return priceSum(candidates) > U64F64.one
}

function priceSum(candidates: readonly EmissionCandidate[]): bigint {
  return candidates.reduce((sum, { movingPrice }) => U64F64.add(sum, U64F64.from(I96F32, movingPrice)), 0n)
}

/** The stored weight that was asked for last, and its fraction: every subnet asks for the same, several times a block. */
let knownTaoWeight = { stored: 0n, fraction: 0n }

/** Weight of root TAO against alpha. @unit U96F32 */
export function taoWeightFraction(stored: bigint): bigint {
  if (knownTaoWeight.stored !== stored) knownTaoWeight = { stored, fraction: u64Ratio(U96F32, stored) }
  return knownTaoWeight.fraction
}

/** The same of root's TAO, weighted. */
let knownRoot = { rootTao: 0n, taoWeight: 0n, weighted: 0n }

/** w R / (w R + alpha issuance), 0 when nothing exists. @unit U96F32 */
export function rootProportion(rootTao: bigint, taoWeight: bigint, alphaIssuance: bigint): bigint {
  if (knownRoot.rootTao !== rootTao || knownRoot.taoWeight !== taoWeight) {
    knownRoot = { rootTao, taoWeight, weighted: U96F32.mul(U96F32.fromInt(rootTao), taoWeight) }
  }
  const { weighted } = knownRoot
  return U96F32.safeDiv(weighted, U96F32.add(weighted, U96F32.fromInt(alphaIssuance)))
}

export interface SubnetTerms {
  /** TAO to inject. @unit U96F32 */
  readonly taoIn: bigint
  /** Alpha to inject. @unit U96F32 */
  readonly alphaIn: bigint
  /** TAO that buys alpha instead. @unit U96F32 */
  readonly excess: bigint
}

/**
 * How one subnet's TAO enters its pool: as liquidity at the current price up to the root proportion of the alpha
 * emission, the rest as a purchase.
 */
export function subnetTerms(options: {
  /** @unit U96F32 */
  readonly taoEmission: bigint
  /** @unit alpha-rao */
  readonly alphaEmission: bigint
  /** @unit U64F64 */
  readonly price: bigint
  /** @unit U96F32 */
  readonly rootProportion: bigint
}): SubnetTerms {
  const { taoEmission, alphaEmission } = options
  const price = U96F32.from(U64F64, options.price)
  const alphaIn = U96F32.safeDiv(taoEmission, price)
  const cap = U96F32.mul(options.rootProportion, U96F32.fromInt(alphaEmission))
  if (alphaIn <= cap) return { taoIn: taoEmission, alphaIn, excess: 0n }
  const taoIn = U96F32.mul(cap, price)
  return { taoIn, alphaIn: cap, excess: U96F32.sub(taoEmission, taoIn) }
}

export interface AlphaSplit {
  /** @unit alpha-rao */
  readonly owner: bigint
  /** @unit alpha-rao */
  readonly server: bigint
  /** @unit alpha-rao */
  readonly validator: bigint
  /** @unit alpha-rao */
  readonly root: bigint
}

/** One block's alpha for participants: with the owner cut on 41 / 41 / 18, root out of the validators' part. */
export function splitAlphaOut(options: {
  /** @unit alpha-rao */
  readonly alphaOut: bigint
  /** Owner's cut, undefined when switched off. @unit u16 fraction */
  readonly ownerCut: number | undefined
  /** Taken after this block's mints. @unit U96F32 */
  readonly rootProportion: bigint
}): AlphaSplit {
  const total = U96F32.fromInt(options.alphaOut)
  const owner = options.ownerCut === undefined ? 0n : U96F32.mul(total, u16Ratio(U96F32, options.ownerCut))
  const rest = U96F32.sub(total, owner)
  const root = U96F32.mul(U96F32.mul(options.rootProportion, rest), U96F32.half)
  const server = U96F32.mul(rest, U96F32.half)
  const validator = U96F32.sub(U96F32.sub(rest, server), root)
  return {
    owner: U96F32.toU64(owner),
    server: U96F32.toU64(server),
    validator: U96F32.toU64(validator),
    root: U96F32.toU64(root),
  }
}

/**
 * The moving price one block later. @unit I96F32
 * The step shrinks as blocks / (blocks + halving) for young subnets and the price counts as at most 1.
 */
export function nextMovingPrice(options: {
  /** @unit I96F32 */
  readonly movingPrice: bigint
  /** @unit U64F64 */
  readonly price: bigint
  /** @unit I96F32 */
  readonly movingAlpha: bigint
  readonly blocksSinceStart: bigint
  readonly halvingBlocks: bigint
}): bigint {
  const blocks = U64F64.fromInt(options.blocksSinceStart)
  const age = U64F64.safeDiv(blocks, U64F64.add(blocks, U64F64.fromInt(options.halvingBlocks)))
  const alpha = U64F64.mul(U64F64.from(I96F32, options.movingAlpha), age)
  const current = U64F64.mul(alpha, minBig(options.price, U64F64.one))
  const past = U64F64.mul(U64F64.sub(U64F64.one, alpha), U64F64.from(I96F32, options.movingPrice))
  return I96F32.from(U64F64, U64F64.add(current, past))
}

/** Median of prices above 0 (mean of the middle two); 1 when there is none. @unit U64F64 */
export function medianPrice(prices: readonly bigint[]): bigint {
  const sorted = prices.filter((price) => price > 0n).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  if (sorted.length === 0) return U64F64.one
  const upper = sorted[sorted.length >> 1]!
  if (sorted.length % 2 === 1) return upper
  const lower = sorted[(sorted.length >> 1) - 1]!
  return U64F64.add(lower, upper) / 2n
}
