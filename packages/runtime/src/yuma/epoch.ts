/**
 * One epoch of one mechanism of one subnet: Yuma consensus as a pure function over typed arrays.
 *
 * The steps follow subtensor 14bc6f9 pallets/subtensor/src/epoch/run_epoch.rs epoch_mechanism, bit for bit. What makes
 * it exact is that every product and quotient is floored on its own and that no two normalisations are merged; sums
 * are exact integers, so their order is free.
 */
import { yuma2Bonds, yuma3Bonds } from './bonds.ts'
import { checkEpochInput } from './check.ts'
import { weightedMedianColSparse } from './consensus.ts'
import { distributeEmission } from './emission.ts'
import { fromU16Fraction, inplaceNormalize } from './fixed.ts'
import { heldPermits, newPermits } from './permits.ts'
import { quantiseBonds, vecFixedProportionsToU16 } from './quantise.ts'
import { type Room, withRoom } from './room.ts'
import { clipAndSum, interpolateSparse } from './sparse.ts'
import { activeStakeOf, stakeWeights } from './stake.ts'
import type { EpochInput, EpochResult, SparseFixed } from './types.ts'
import { maskedWeights } from './weights.ts'

/** What each step of an epoch gives. Shares are I32F32 bits. */
export interface EpochSteps {
  readonly active: Uint8Array
  readonly stake: Float64Array
  readonly totalStake: BigUint64Array
  /** Permits that mask this epoch. */
  readonly permits: Uint8Array
  readonly validatorPermits: Uint8Array
  readonly activeStake: Float64Array
  /** Rows that count, each adding up to 1. */
  readonly weights: SparseFixed
  readonly consensus: Float64Array
  readonly clipped: SparseFixed
  readonly validatorTrust: Float64Array
  readonly incentive: Float64Array
  readonly bonds: SparseFixed
  readonly dividends: Float64Array
}

/** Runs the epoch and returns what is to be stored and paid. */
export function epoch(input: EpochInput): EpochResult {
  return withRoom((room) => epochResult(input, epochSteps(input, room)))
}

/** The steps in their order: the epoch itself, and its explanation, are made of these. Their matrices lie in `room`. */
export function epochSteps(input: EpochInput, room: Room): EpochSteps {
  checkEpochInput(input)
  const { n, ownerUid, params } = input
  const active = activeUids(input)
  const { stake, totalStake } = stakeWeights(input)
  const permits = heldPermits(input.validatorPermits, ownerUid)
  const validatorPermits = newPermits(stake, params.maxAllowedValidators, ownerUid)
  const activeStake = activeStakeOf(stake, active, permits)

  const weights = maskedWeights(input, permits, room)
  const consensus = weightedMedianColSparse(activeStake, weights, n, fromU16Fraction(params.kappa))
  const { clipped, rowSums: validatorTrust, colTotals: incentive } = clipAndSum(weights, consensus, activeStake, room)
  inplaceNormalize(incentive)

  const weightsForBonds = interpolateSparse(weights, clipped, n, fromU16Fraction(params.bondsPenalty), room)
  const { bonds, dividends } = params.yuma3On
    ? yuma3Bonds(input, weightsForBonds, consensus, activeStake, incentive, room)
    : yuma2Bonds(input, weightsForBonds, activeStake, incentive, room)
  return {
    active,
    stake,
    totalStake,
    permits,
    validatorPermits,
    activeStake,
    weights,
    consensus,
    clipped,
    validatorTrust,
    incentive,
    bonds,
    dividends,
  }
}

/** The steps' results in the form in which they are stored, and the amounts that they pay. */
export function epochResult(input: EpochInput, steps: EpochSteps): EpochResult {
  const { stake, activeStake, incentive, dividends, validatorPermits } = steps
  return {
    stakeWeight: vecFixedProportionsToU16(stake),
    consensus: vecFixedProportionsToU16(steps.consensus),
    incentive: vecFixedProportionsToU16(incentive),
    dividends: vecFixedProportionsToU16(dividends),
    validatorTrust: vecFixedProportionsToU16(steps.validatorTrust),
    active: steps.active,
    validatorPermits,
    bonds: quantiseBonds(steps.bonds, validatorPermits),
    ...distributeEmission({ incentive, dividends, stake, activeStake }, input.emission),
    totalStake: steps.totalStake,
  }
}

/** 1 for uids whose last update is at most the cutoff ago. */
function activeUids({ n, block, activityCutoff, lastUpdate }: EpochInput): Uint8Array {
  const active = new Uint8Array(n)
  for (let uid = 0; uid < n; uid++) active[uid] = lastUpdate[uid]! + activityCutoff < block ? 0 : 1
  return active
}
