/** Weights that arrive: checked before, sent early, opened or revealed in time, followed to the epoch, and a yes or no at the end. */
export { isNodeGone } from './endpoints.ts'
export type { Hiding, Way } from './facts.ts'
export { METRICS, metricsText } from './metrics.ts'
export type { WeightPlan } from './plan.ts'
export { type Preflight, preflight } from './preflight.ts'
export type { Check, Stage } from './rules.ts'
export {
  type SupervisorMetrics,
  type SupervisorOptions,
  superviseWeights,
  type WeightSupervisor,
  type Weights,
} from './supervise.ts'
export {
  type ChainBeacon,
  isBeaconAlive,
  type LockedWeights,
  lockWeights,
  planReveal,
  type RevealPlan,
  type RevealSchedule,
  readBeacon,
  readRevealSchedule,
} from './timelock.ts'
export { EXIT_UNREACHABLE, exitCodeOf, type MaskedWeight, type Verdict } from './verdict.ts'
