/** Weights that arrive: checked before, sent early, revealed in time, followed to the epoch, and a yes or no at the end. */
export { isNodeGone } from './endpoints.ts'
export { type Check, type Preflight, preflight, type WeightPlan } from './preflight.ts'
export {
  type SupervisorMetrics,
  type SupervisorOptions,
  superviseWeights,
  type WeightSupervisor,
  type Weights,
} from './supervise.ts'
export { EXIT_UNREACHABLE, exitCodeOf, type MaskedWeight, type Verdict } from './verdict.ts'
