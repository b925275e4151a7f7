/**
 * What surrounds the epoch once more in BigInt: inherited stake, several mechanisms, the reset of bonds. Independent of
 * the kernel, like `oracle.ts`.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/staking/stake_utils.rs, subnets/mechanism.rs,
 * epoch/run_epoch.rs do_reset_bonds.
 */
import type { AggregatedResult, EpochResult, InheritStakeParameters } from '@neurite/runtime/yuma'

const U64_MAX = (1n << 64n) - 1n
const saturate = (x: bigint, max: bigint): bigint => (x < 0n ? 0n : x > max ? max : x)

/** U96F32 of a u64 fraction. */
export const proportionBits = (proportion: bigint): bigint => (proportion << 32n) / ((U64_MAX << 32n) >> 32n)

/** Stake with 32 fraction bits, before the last floor. */
export function inheritedBits({ stake, children, parents }: InheritStakeParameters): bigint {
  let bits = stake << 32n
  let given = 0n
  for (const proportion of children) given += ((stake << 32n) * proportionBits(proportion)) >> 32n
  bits = bits > given ? bits - given : 0n
  for (const parent of parents) bits += ((parent.stake << 32n) * proportionBits(parent.proportion)) >> 32n
  return bits
}

export function inheritByOracle(parameters: InheritStakeParameters): bigint {
  return saturate(inheritedBits(parameters) >> 32n, U64_MAX)
}

export function splitByOracle(amount: bigint, count: number, split: readonly number[] | undefined): bigint[] {
  // U96F32 in both: a share of 65535 is an integer product, an even part an integer quotient.
  const padded = split && Array.from({ length: count }, (_, m) => split[m] ?? 0)
  const parts = padded
    ? padded.map((share) => (((amount << 32n) * BigInt(share)) / 65535n) >> 32n)
    : Array.from({ length: count }, () => amount / BigInt(count))
  const given = parts.reduce((a, b) => a + b, 0n)
  if (given < amount && count > 0) parts[0] = parts[0]! + (amount - given)
  return parts
}

/** U64F64 weight of each mechanism. */
export function mechanismWeights(amounts: readonly bigint[]): bigint[] {
  const whole = amounts.reduce((a, b) => a + b, 0n)
  return amounts.map((amount, m) => (whole === 0n ? (m === 0 ? 1n << 64n : 0n) : (amount << 64n) / whole))
}

export function aggregateByOracle(results: readonly EpochResult[], amounts: readonly bigint[]): AggregatedResult {
  const n = results[0]?.active.length ?? 0
  const weights = mechanismWeights(amounts)
  const uids = Array.from({ length: n }, (_, uid) => uid)
  /** Adds `weight` times the value to what is there and drops the fraction, mechanism by mechanism. */
  const weighted = (field: 'stakeWeight' | 'consensus' | 'dividends' | 'validatorTrust' | 'emission', max: bigint) =>
    uids.map((uid) =>
      results.reduce((sum, result, m) => {
        const product = ((BigInt(result[field][uid]!) << 64n) * weights[m]!) >> 64n
        return saturate(((sum << 64n) + product) >> 64n, max)
      }, 0n),
    )
  const summed = (field: 'serverEmission' | 'validatorEmission' | 'totalStake') =>
    BigUint64Array.from(uids, (uid) =>
      results.reduce((sum, result) => saturate(sum + result[field][uid]!, U64_MAX), 0n),
    )
  const either = (field: 'active' | 'validatorPermits') =>
    Uint8Array.from(uids, (uid) => (results.some((result) => result[field][uid] === 1) ? 1 : 0))
  return {
    stakeWeight: Uint16Array.from(weighted('stakeWeight', 65535n), Number),
    consensus: Uint16Array.from(weighted('consensus', 65535n), Number),
    dividends: Uint16Array.from(weighted('dividends', 65535n), Number),
    validatorTrust: Uint16Array.from(weighted('validatorTrust', 65535n), Number),
    active: either('active'),
    validatorPermits: either('validatorPermits'),
    serverEmission: summed('serverEmission'),
    validatorEmission: summed('validatorEmission'),
    emission: BigUint64Array.from(weighted('emission', U64_MAX)),
    totalStake: summed('totalStake'),
  }
}

/** Rows without the column `uid`. */
export function resetByOracle(rows: readonly [number, number][][], uid: number): [number, number][][] {
  return rows.map((row) => row.filter(([column]) => column !== uid))
}
