/**
 * An epoch told step by step: which weights counted, what was clipped, where the money went. Made of the very steps of
 * `epoch`, so that what it tells is what happened.
 */
import { bondsStart } from './bonds.ts'
import { checkInteger } from './check.ts'
import { type EpochSteps, epoch, epochResult, epochSteps } from './epoch.ts'
import { mulFloor, ONE } from './fixed.ts'
import { ownRoom } from './room.ts'
import { createSparseU16, rowOf } from './rows.ts'
import type { EpochInput, EpochResult } from './types.ts'
import { MASK, type Mask, maskerOf, maskOf } from './weights.ts'

/**
 * Why a weight did not count: its validator has no permit, its uid does not exist, it is on the validator itself, it
 * was set no later than the target's registration, it was committed before the target's registration.
 */
export type MaskRule = 'noPermit' | 'outOfRange' | 'selfWeight' | 'outdated' | 'committedBefore'

/** Whether a uid's weights move the consensus, and if not, why. */
export type Voice = 'votes' | 'noPermit' | 'inactive' | 'noStake'

/** One weight. Shares are fractions of 1, exact to 2^-32. */
export interface WeightTrace {
  readonly from: number
  readonly to: number
  /** As stored. @unit u16, relative to the validator's others */
  readonly stored: number
  /** Undefined when it counted. */
  readonly rule: MaskRule | undefined
  /** Share of the validator's weights that count. */
  readonly weight: number
  /** What is left of it under the consensus. */
  readonly counted: number
  /** Part of the target's rank that came from it: the validator's vote times `counted`. */
  readonly rank: number
}

/** One bond, before and after. */
export interface BondTrace {
  readonly from: number
  readonly to: number
  /** @unit u16 fraction */
  readonly before: number
  /** @unit u16 fraction */
  readonly after: number
  /** The target was registered since the last epoch, so the old bond did not count. */
  readonly forgotten: boolean
}

/** One uid. Shares are fractions of 1, exact to 2^-32. */
export interface NeuronTrace {
  readonly uid: number
  /** Block of its last weights or commit; 0 if it never set any. */
  readonly lastUpdate: number
  readonly registeredAt: number
  /** Block of its oldest commit that is still to be revealed. */
  readonly waitingCommit: number | undefined
  /** Alpha plus weighted root TAO. @unit rao */
  readonly totalStake: bigint
  /** Share of the subnet's stake. */
  readonly stake: number
  /** Share of the stake that votes. */
  readonly vote: number
  readonly voice: Voice
  readonly active: boolean
  readonly permit: boolean
  /** Permit from now on. */
  readonly permitNext: boolean
  /** Most that a weight on it may count. */
  readonly consensus: number
  /** Share of the miners' pay. */
  readonly incentive: number
  /** Share of the validators' pay. */
  readonly dividends: number
  /** Share of its weights that counted. */
  readonly validatorTrust: number
  /** The same as stored. @unit u16 fraction */
  readonly raw: {
    readonly stakeWeight: number
    readonly consensus: number
    readonly incentive: number
    readonly dividends: number
    readonly validatorTrust: number
  }
  /** @unit alpha-rao */
  readonly serverEmission: bigint
  /** @unit alpha-rao */
  readonly validatorEmission: bigint
}

export interface EpochTrace {
  readonly neurons: readonly NeuronTrace[]
  /** All stored weights, by validator. */
  readonly weights: readonly WeightTrace[]
  /** All bonds that were or are, by validator, then target. */
  readonly bonds: readonly BondTrace[]
  readonly result: EpochResult
}

/** What a validator would have earned with the consensus as its weights, set just before the epoch. */
export interface ConformPay {
  /** Share of the validators' pay. */
  readonly dividends: number
  /** @unit alpha-rao */
  readonly validatorEmission: bigint
}

const RULES: Readonly<Record<Mask, MaskRule | undefined>> = {
  [MASK.none]: undefined,
  [MASK.noPermit]: 'noPermit',
  [MASK.outOfRange]: 'outOfRange',
  [MASK.selfWeight]: 'selfWeight',
  [MASK.outdated]: 'outdated',
  [MASK.committedBefore]: 'committedBefore',
}

/** The epoch of `input` with its reasons. */
export function traceEpoch(input: EpochInput): EpochTrace {
  const steps = epochSteps(input, ownRoom)
  const result = epochResult(input, steps)
  return {
    neurons: Array.from({ length: input.n }, (_, uid) => neuronTrace(input, steps, result, uid)),
    weights: weightTraces(input, steps),
    bonds: bondTraces(input, result),
    result,
  }
}

const share = (bits: number): number => bits / ONE

function neuronTrace(input: EpochInput, steps: EpochSteps, result: EpochResult, uid: number): NeuronTrace {
  const commit = input.earliestCommit?.[uid]
  return {
    uid,
    lastUpdate: input.lastUpdate[uid]!,
    registeredAt: input.registeredAt[uid]!,
    waitingCommit: commit === undefined || commit === Number.POSITIVE_INFINITY ? undefined : commit,
    totalStake: steps.totalStake[uid]!,
    stake: share(steps.stake[uid]!),
    vote: share(steps.activeStake[uid]!),
    voice: voiceOf(steps, uid),
    active: steps.active[uid] === 1,
    permit: steps.permits[uid] === 1,
    permitNext: steps.validatorPermits[uid] === 1,
    consensus: share(steps.consensus[uid]!),
    incentive: share(steps.incentive[uid]!),
    dividends: share(steps.dividends[uid]!),
    validatorTrust: share(steps.validatorTrust[uid]!),
    raw: {
      stakeWeight: result.stakeWeight[uid]!,
      consensus: result.consensus[uid]!,
      incentive: result.incentive[uid]!,
      dividends: result.dividends[uid]!,
      validatorTrust: result.validatorTrust[uid]!,
    },
    serverEmission: result.serverEmission[uid]!,
    validatorEmission: result.validatorEmission[uid]!,
  }
}

function voiceOf({ permits, active, activeStake }: EpochSteps, uid: number): Voice {
  if (permits[uid] !== 1) return 'noPermit'
  if (active[uid] !== 1) return 'inactive'
  return activeStake[uid] === 0 ? 'noStake' : 'votes'
}

function weightTraces(input: EpochInput, steps: EpochSteps): WeightTrace[] {
  const { weights, n } = input
  const out: WeightTrace[] = []
  for (let from = 0; from < n; from++) {
    const masker = maskerOf(input, from)
    // What counted stands in the steps in the same order.
    let next = steps.weights.rowStart[from]!
    for (let k = weights.rowStart[from]!; k < weights.rowStart[from + 1]!; k++) {
      const to = weights.columns[k]!
      const mask = steps.permits[from] === 1 ? maskOf(masker, to) : MASK.noPermit
      const weight = mask === MASK.none ? steps.weights.values[next++]! : 0
      const counted = mask === MASK.none ? Math.min(weight, steps.consensus[to]!) : 0
      out.push({
        from,
        to,
        stored: weights.values[k]!,
        rule: RULES[mask],
        weight: share(weight),
        counted: share(counted),
        rank: share(mulFloor(steps.activeStake[from]!, counted)),
      })
    }
  }
  return out
}

function bondTraces(input: EpochInput, result: EpochResult): BondTrace[] {
  const start = bondsStart(input)
  const out: BondTrace[] = []
  for (let from = 0; from < input.n; from++) {
    const before = new Map(rowOf(input.bonds, from))
    const after = new Map(rowOf(result.bonds, from))
    for (const to of [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b)) {
      const registered = to < input.n ? input.registeredAt[to]! : 0
      out.push({
        from,
        to,
        before: before.get(to) ?? 0,
        after: after.get(to) ?? 0,
        forgotten: before.has(to) && start <= registered,
      })
    }
  }
  return out
}

const U16_MAX = 65_535

/** Runs the epoch again as if `uid` had set the consensus as its weights; undefined when there is no consensus. */
export function conformPay(input: EpochInput, trace: EpochTrace, uid: number): ConformPay | undefined {
  checkInteger('uid', uid, 0, input.n - 1)
  const largest = trace.neurons.reduce((most, { consensus }) => Math.max(most, consensus), 0)
  if (largest === 0) return undefined
  const row = trace.neurons
    .filter((neuron) => neuron.consensus > 0 && (neuron.uid !== uid || uid === input.ownerUid))
    .map(({ uid: to, consensus }): [number, number] => [to, Math.round((consensus / largest) * U16_MAX)])
  const conform: EpochInput = {
    ...input,
    weights: createSparseU16(input.n, (from) => (from === uid ? row : rowOf(input.weights, from))),
    lastUpdate: replaced(input.lastUpdate, uid, input.block),
    earliestCommit: input.earliestCommit && replaced(input.earliestCommit, uid, Number.POSITIVE_INFINITY),
  }
  const result = epoch(conform)
  return { dividends: result.dividends[uid]! / U16_MAX, validatorEmission: result.validatorEmission[uid]! }
}

function replaced(values: Float64Array, uid: number, value: number): Float64Array {
  const out = values.slice()
  out[uid] = value
  return out
}
