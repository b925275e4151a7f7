/**
 * Several mechanisms in one subnet: how the emission is split and how the results become one.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/subnets/mechanism.rs.
 */
import { checkAmount, checkInteger } from './check.ts'
import type { EpochResult } from './types.ts'

/** Distance between the storage indices of two mechanisms. */
export const GLOBAL_MAX_SUBNET_COUNT = 4096
/** Most mechanisms the storage index has room for. */
export const MAX_MECHANISM_COUNT_PER_SUBNET = 16

const U16_MAX = 65535
/** As many as a u8 counts. */
const MAX_MECHANISMS = 255
const U64_MAX = (1n << 64n) - 1n

/** Index under which the maps of one mechanism are stored; saturates at 65535. */
export function mechanismStorageIndex(netuid: number, mecid: number): number {
  return Math.min(U16_MAX, Math.min(U16_MAX, mecid * GLOBAL_MAX_SUBNET_COUNT) + netuid)
}

/** The subnet and mechanism a storage index belongs to. */
export function mechanismOfIndex(index: number): { netuid: number; mecid: number } {
  return { netuid: index % GLOBAL_MAX_SUBNET_COUNT, mecid: Math.floor(index / GLOBAL_MAX_SUBNET_COUNT) }
}

/**
 * The part of `amount` for each mechanism, by `split` (u16 fractions; missing ones are 0) or evenly without one.
 * What rounding loses goes to mechanism 0. @unit alpha-rao
 */
export function splitEmission(amount: bigint, mechanismCount: number, split?: readonly number[]): bigint[] {
  checkAmount('amount', amount, U64_MAX)
  checkInteger('mechanismCount', mechanismCount, 0, MAX_MECHANISMS)
  for (const [mecid, part] of split?.entries() ?? []) checkInteger(`split of mechanism ${mecid}`, part, 0, U16_MAX)
  const even = mechanismCount === 0 ? 0n : amount / BigInt(mechanismCount)
  const parts: bigint[] = []
  for (let mecid = 0; mecid < mechanismCount; mecid++) {
    parts.push(split === undefined ? even : (amount * BigInt(split[mecid] ?? 0)) / BigInt(U16_MAX))
  }
  let given = 0n
  for (const part of parts) given += part
  if (parts.length > 0 && given < amount) parts[0]! += amount - given
  return parts
}

/** Per-uid results of a subnet, all mechanisms taken together; incentive and bonds stay with each mechanism. */
export type AggregatedResult = Omit<EpochResult, 'incentive' | 'bonds'>

const SUMMED: readonly (keyof AggregatedResult)[] = [
  'stakeWeight',
  'consensus',
  'dividends',
  'validatorTrust',
  'active',
  'validatorPermits',
  'serverEmission',
  'validatorEmission',
  'emission',
  'totalStake',
]

/**
 * Joins the results of a subnet's mechanisms, given in order together with the amounts they ran with.
 *
 * Fractions and `emission` are weighted by each mechanism's part of the whole amount (all weight on mechanism 0 when
 * there is nothing to share) and floored after every addition. `emission` was already split, so with several
 * mechanisms it comes out too small; upstream does the same.
 */
export function aggregateMechanisms(results: readonly EpochResult[], amounts: readonly bigint[]): AggregatedResult {
  const n = results[0]?.stakeWeight.length ?? 0
  checkInteger('number of amounts', amounts.length, results.length, results.length)
  for (const result of results) {
    for (const field of SUMMED) checkInteger(`length of \`${field}\``, result[field].length, n, n)
  }
  // One alone has all the weight.
  if (results.length === 1) return subnetPart(results[0]!)
  let total = 0n
  for (const amount of amounts) total += amount
  const sum = {
    stakeWeight: new Uint16Array(n),
    consensus: new Uint16Array(n),
    dividends: new Uint16Array(n),
    validatorTrust: new Uint16Array(n),
    active: new Uint8Array(n),
    validatorPermits: new Uint8Array(n),
    serverEmission: new BigUint64Array(n),
    validatorEmission: new BigUint64Array(n),
    emission: new BigUint64Array(n),
    totalStake: new BigUint64Array(n),
  }
  for (let mecid = 0; mecid < results.length; mecid++) {
    const result = results[mecid]!
    const weight = total === 0n ? (mecid === 0 ? 1n << 64n : 0n) : ((amounts[mecid] ?? 0n) << 64n) / total
    for (const field of ['stakeWeight', 'consensus', 'dividends', 'validatorTrust'] as const) {
      for (let uid = 0; uid < n; uid++) sum[field][uid] = weightedU16(sum[field][uid]!, result[field][uid]!, weight)
    }
    for (let uid = 0; uid < n; uid++) {
      sum.active[uid]! |= result.active[uid]!
      sum.validatorPermits[uid]! |= result.validatorPermits[uid]!
      sum.serverEmission[uid] = saturateU64(sum.serverEmission[uid]! + result.serverEmission[uid]!)
      sum.validatorEmission[uid] = saturateU64(sum.validatorEmission[uid]! + result.validatorEmission[uid]!)
      sum.totalStake[uid] = saturateU64(sum.totalStake[uid]! + result.totalStake[uid]!)
      sum.emission[uid] = saturateU64(weightedSum(sum.emission[uid]!, result.emission[uid]!, weight))
    }
  }
  return sum
}

function subnetPart({ incentive: _incentive, bonds: _bonds, ...part }: EpochResult): AggregatedResult {
  return part
}

function weightedU16(existing: number, added: number, weight: bigint): number {
  if (added === 0) return existing
  return Math.min(U16_MAX, Number(weightedSum(BigInt(existing), BigInt(added), weight)))
}

/** Floor of existing + added * weight, with `weight` in U64F64 bits. */
function weightedSum(existing: bigint, added: bigint, weight: bigint): bigint {
  return ((existing << 64n) + added * weight) >> 64n
}

function saturateU64(value: bigint): bigint {
  return value > U64_MAX ? U64_MAX : value
}
