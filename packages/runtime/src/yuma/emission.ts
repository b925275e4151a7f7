/**
 * From incentive and dividends to amounts.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/run_epoch.rs, section "Emission and Pruning scores".
 */
import { inplaceNormalizeUsingSum, mulFloor, sum } from './fixed.ts'
import { halvesOf, writeHalves } from './u64.ts'

const U64_MAX = (1n << 64n) - 1n

export interface Emissions {
  readonly serverEmission: BigUint64Array
  readonly validatorEmission: BigUint64Array
  /** Both together, from the shares' sum: not always exactly the sum of the two. */
  readonly emission: BigUint64Array
}

export interface EmissionShares {
  readonly incentive: Float64Array
  readonly dividends: Float64Array
  readonly stake: Float64Array
  readonly activeStake: Float64Array
}

/** `amount` alpha-rao by incentive to servers and by dividends to validators; by stake when there is neither. */
export function distributeEmission(shares: EmissionShares, amount: bigint): Emissions {
  const { incentive, dividends, stake, activeStake } = shares
  const combined = new Float64Array(incentive.length)
  for (let uid = 0; uid < combined.length; uid++) combined[uid] = incentive[uid]! + dividends[uid]!
  const total = sum(combined)
  if (total === 0) {
    // Nobody was weighted: pay by stake, and if all stake is inactive, by that.
    const byStake = amountsOf(sum(activeStake) === 0 ? stake : activeStake, amount)
    return { serverEmission: amountsOf(incentive, amount), validatorEmission: byStake, emission: byStake.slice() }
  }
  const server = incentive.slice()
  const validator = dividends.slice()
  inplaceNormalizeUsingSum(server, total)
  inplaceNormalizeUsingSum(validator, total)
  inplaceNormalizeUsingSum(combined, total)
  return {
    serverEmission: amountsOf(server, amount),
    validatorEmission: amountsOf(validator, amount),
    emission: amountsOf(combined, amount),
  }
}

/** Each share of `amount`, floored. */
function amountsOf(shares: Float64Array, amount: bigint): BigUint64Array {
  const amounts = new BigUint64Array(shares.length)
  if (amount <= Number.MAX_SAFE_INTEGER) {
    // PERF: in doubles, as no share exceeds 1: the upper half of the amount gives an integer, and the lower one's is floored.
    const high = Number(amount >> 32n)
    const low = Number(amount & 0xffff_ffffn)
    const halves = halvesOf(amounts)
    for (let uid = 0; uid < shares.length; uid++) {
      const share = shares[uid]!
      if (share !== 0) writeHalves(halves, uid, share * high + mulFloor(share, low))
    }
    return amounts
  }
  for (let uid = 0; uid < shares.length; uid++) {
    const share = shares[uid]!
    if (share === 0) continue
    const part = (BigInt(share) * amount) >> 32n
    amounts[uid] = part > U64_MAX ? U64_MAX : part
  }
  return amounts
}
