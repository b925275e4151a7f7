/**
 * Stake weights of a subnet's uids, and the share of each.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/staking/stake_utils.rs get_stake_weights_for_network.
 */
import { inplaceNormalize, mulFloor, ONE } from './fixed.ts'
import type { EpochInput } from './types.ts'
import { halvesOf, readHalves, writeHalves } from './u64.ts'

const U64_MAX = (1n << 64n) - 1n
const I64_MAX = (1n << 63n) - 1n

/** Weight of root TAO as the epoch uses it: U96F32 bits of `taoWeight` / (2^64 - 1). @unit taoWeight: u64 fraction */
export function taoWeightBits(taoWeight: bigint): bigint {
  return (taoWeight << 32n) / U64_MAX
}

export interface StakeWeights {
  /** Share of the subnet's stake, I32F32 bits; they add up to at most 1. */
  readonly stake: Float64Array
  /** Unfiltered stake weight. @unit rao */
  readonly totalStake: BigUint64Array
}

/** Alpha plus weighted root TAO per uid, filtered by the threshold (the owner is exempt) and normalised. */
export function stakeWeights(input: EpochInput): StakeWeights {
  return stakeWeightsInDoubles(input) ?? stakeWeightsInBigInts(input)
}

/** Amounts below this, and their weighted sums, are exact in doubles. @unit rao */
const MOST_IN_DOUBLES = 2 ** 51
/**
 * Most that an estimated share may be off, in bits: a share is at most 2^32, and its weight is rounded once, the total
 * twice, their quotient once, each by at most one part in 2^53.
 */
const DOUBT = 2 ** -18

/** Undefined when an amount is too large. PERF: a share is estimated, and divided exactly only where that leaves a doubt. */
function stakeWeightsInDoubles({ n, ownerUid, params, alphaStake, taoStake }: EpochInput): StakeWeights | undefined {
  const stake = new Float64Array(n)
  const totalStake = new BigUint64Array(n)
  const [alphas, taos, totals] = [halvesOf(alphaStake), halvesOf(taoStake), halvesOf(totalStake)]
  const taoWeight = Number(params.taoWeight)
  const threshold = Number(params.stakeThreshold)
  // A weight has 32 fraction bits, as the TAO weight has; whole rao and fractions are kept apart.
  const wholes = new Float64Array(n)
  const fractions = new Float64Array(n)
  // Their sums; that of the whole rao can exceed the doubles, so it is made of those of the halves.
  let high = 0
  let low = 0
  let fraction = 0
  for (let uid = 0; uid < n; uid++) {
    const alpha = readHalves(alphas, uid)
    const tao = readHalves(taos, uid)
    if (alpha >= MOST_IN_DOUBLES || tao >= MOST_IN_DOUBLES) return undefined
    const amount = alpha + mulFloor(tao, taoWeight)
    writeHalves(totals, uid, amount)
    if (amount < threshold && uid !== ownerUid) continue
    wholes[uid] = amount
    // The lower half of the product, which Math.imul gives.
    fractions[uid] = Math.imul(tao, taoWeight) >>> 0
    high += totals[2 * uid + 1]!
    low += totals[2 * uid]!
    fraction += fractions[uid]!
  }
  const total = high * ONE + low + fraction / ONE
  const exactTotal = (BigInt(high) << 64n) + (BigInt(low) << 32n) + BigInt(fraction)
  for (let uid = 0; uid < n; uid++) {
    const weight = wholes[uid]! + fractions[uid]! / ONE
    if (weight === 0) continue
    const estimate = (weight / total) * ONE
    const floor = Math.floor(estimate)
    const isSure = estimate - floor > DOUBT && estimate - floor < 1 - DOUBT
    stake[uid] = isSure ? floor : exactShare(wholes[uid]!, fractions[uid]!, exactTotal)
  }
  return { stake, totalStake }
}

function exactShare(whole: number, fraction: number, total: bigint): number {
  const weight = (BigInt(whole) << 32n) + BigInt(fraction)
  return Number((weight << 32n) / total)
}

function stakeWeightsInBigInts(input: EpochInput): StakeWeights {
  const { n, ownerUid, params } = input
  const stake = new Float64Array(n)
  const totalStake = new BigUint64Array(n)
  // 32 fraction bits are exact here: the amounts are integers and the TAO weight has no more.
  const weights: bigint[] = []
  const holders: number[] = []
  let total = 0n
  for (let uid = 0; uid < n; uid++) {
    const alpha = input.alphaStake[uid]!
    const tao = input.taoStake[uid]!
    if (alpha === 0n && tao === 0n) continue
    const weight = (saturateI64(alpha) << 32n) + saturateI64(tao) * params.taoWeight
    const whole = weight >> 32n
    totalStake[uid] = whole > U64_MAX ? U64_MAX : whole
    if (weight === 0n || (whole < params.stakeThreshold && uid !== ownerUid)) continue
    holders.push(uid)
    weights.push(weight)
    total += weight
  }
  for (let k = 0; k < holders.length; k++) stake[holders[k]!] = Number((weights[k]! << 32n) / total)
  return { stake, totalStake }
}

function saturateI64(amount: bigint): bigint {
  return amount > I64_MAX ? I64_MAX : amount
}

/** Shares of the uids that may vote: active and permitted, normalised once more. */
export function activeStakeOf(stake: Float64Array, active: Uint8Array, permits: Uint8Array): Float64Array {
  const activeStake = new Float64Array(stake.length)
  for (let uid = 0; uid < stake.length; uid++) {
    if (active[uid] === 1 && permits[uid] === 1) activeStake[uid] = stake[uid]!
  }
  inplaceNormalize(activeStake)
  return activeStake
}
