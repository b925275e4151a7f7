/**
 * Stake weights of a subnet's uids, and the share of each.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/staking/stake_utils.rs get_stake_weights_for_network.
 */
import { inplaceNormalize } from './fixed.ts'
import type { EpochInput } from './types.ts'

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
