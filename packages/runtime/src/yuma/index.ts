/**
 * Yuma consensus and the arithmetic around it. No chain and no I/O: runs in Node, in a worker and in a browser tab.
 */
export { epoch } from './epoch.ts'
export { fixedProportionToU16, fromU16Fraction } from './fixed.ts'
export { childProportionBits, type InheritStakeParameters, inheritStake, type ParentStake } from './inherit.ts'
export {
  type AggregatedResult,
  aggregateMechanisms,
  GLOBAL_MAX_SUBNET_COUNT,
  MAX_MECHANISM_COUNT_PER_SUBNET,
  mechanismOfIndex,
  mechanismStorageIndex,
  splitEmission,
} from './mechanisms.ts'
export { isTopk, isTopkNonzero } from './permits.ts'
export { neuronToPrune, type PruneCandidate } from './prune.ts'
export { createSparseU16, resetBonds, rowOf } from './rows.ts'
export {
  activityCutoffBlocks,
  blocksUntilNextAutoEpoch,
  type EpochSchedule,
  initialLastEpochBlock,
  MAX_TEMPO,
  MIN_TEMPO,
  nextEpochStartBlock,
  shouldRunEpoch,
} from './schedule.ts'
export { taoWeightBits } from './stake.ts'
export {
  type BondTrace,
  type ConformPay,
  conformPay,
  type EpochTrace,
  type MaskRule,
  type NeuronTrace,
  traceEpoch,
  type Voice,
  type WeightTrace,
} from './trace.ts'
export type { EpochInput, EpochParams, EpochResult, SparseU16 } from './types.ts'
export { checkVecMaxLimited, normalizeWeights, vecMaxUpscaleToU16, vecU16MaxUpscaleToU16 } from './upscale.ts'
