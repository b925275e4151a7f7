/**
 * Explanations of epochs: a block's beginning is run again on its parent's state, observed, and told in full.
 * No part of the state machine: nothing here is called while blocks are made.
 */
import type { AccountId, Hash } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Runtime, StateAt } from '../../../executive/runtime.ts'
import type { DigestItem, Observation } from '../../../frame/index.ts'
import {
  type BondTrace,
  type ConformPay,
  conformPay,
  type EpochInput,
  type EpochParams,
  type EpochTrace,
  type NeuronTrace,
  traceEpoch,
  type WeightTrace,
} from '../../../yuma/index.ts'
import type { EpochObservation, PruneLine } from '../epoch/observe.ts'

export type { BondTrace, ConformPay, MaskRule, NeuronTrace, Voice, WeightTrace } from '../../../yuma/index.ts'
export type { EpochObservation, PruneLine, PrunePlace } from '../epoch/observe.ts'

/** One neuron's epoch. */
export interface NeuronExplanation extends NeuronTrace {
  readonly hotkey: AccountId
  /** What it earned on all mechanisms together; decides about pruning. @unit alpha-rao */
  readonly emission: bigint
  /** With the consensus as its weights; undefined if it was not asked for, has no permit, or there is no consensus. */
  readonly conform: ConformPay | undefined
}

/** An epoch of one mechanism of a subnet. Shares are fractions of 1, amounts alpha-rao. */
export interface EpochExplanation {
  readonly netuid: number
  readonly mecid: number
  readonly mechanisms: number
  /** Block in whose beginning the epoch ran. */
  readonly block: number
  /** Block of the epoch before; 0 if there was none. */
  readonly previousBlock: number
  readonly tempo: number
  /** @unit blocks */
  readonly activityCutoff: number
  readonly commitReveal: boolean
  readonly ownerUid: number | undefined
  /** Paid to miners and validators of this mechanism. @unit alpha-rao */
  readonly emission: bigint
  readonly params: EpochParams
  /** Every neuron by uid. */
  readonly neurons: readonly NeuronExplanation[]
  /** Weights of and on those who were asked for. */
  readonly weights: readonly WeightTrace[]
  /** Bonds of and with those who were asked for. */
  readonly bonds: readonly BondTrace[]
  readonly prune: PruneLine
}

/** The epochs that ran in a block, from its parent's state. The block is begun anew; nothing is kept of it. */
export function observeEpochs(
  runtime: Runtime,
  state: StateAt,
  parent: { readonly hash: Hash; readonly number: number },
  digest: readonly DigestItem[],
): EpochObservation[] {
  const epochs: EpochObservation[] = []
  const observe = (observation: Observation): void => {
    if (isEpoch(observation)) epochs.push(observation)
  }
  runtime.startBlock({ reader: state.reader }, parent, digest, { observe })
  return epochs
}

function isEpoch(observation: Observation): observation is EpochObservation {
  return observation.type === 'epoch'
}

/** Weights that the epochs of one answer may read, for what validators would have earned; a subnet above it asks by uid. */
const CONFORM_BUDGET = 500_000

/**
 * Tells the epoch of mechanism `mecid`: of one uid, or of all.
 * @throws NeuriteError `NoSuchMechanism`, `NoSuchUid`
 */
export function explainEpoch(observed: EpochObservation, mecid: number, uid?: number): EpochExplanation {
  const { netuid, hotkeys, inputs, total, prune } = observed
  const input = inputs[mecid]
  if (input === undefined) {
    throw new NeuriteError('NoSuchMechanism', `Subnet \`${netuid}\` has no mechanism \`${mecid}\`.`, {
      details: [`Expected a number below ${inputs.length}.`],
    })
  }
  if (uid !== undefined && uid >= input.n) {
    throw new NeuriteError('NoSuchUid', `Subnet \`${netuid}\` had no uid \`${uid}\` in this epoch.`, {
      details: [`Expected a number below ${input.n}.`],
    })
  }
  const trace = traceEpoch(input)
  const conform = conformPays(trace, input, uid)
  const concerns = ({ from, to }: { readonly from: number; readonly to: number }): boolean =>
    uid === undefined || from === uid || to === uid
  return {
    netuid,
    mecid,
    mechanisms: inputs.length,
    block: input.block,
    previousBlock: input.lastMechanismStepBlock,
    tempo: input.tempo,
    activityCutoff: input.activityCutoff,
    commitReveal: input.earliestCommit !== undefined,
    ownerUid: input.ownerUid,
    emission: input.emission,
    params: input.params,
    neurons: trace.neurons.map((neuron) => ({
      ...neuron,
      hotkey: hotkeys[neuron.uid]!,
      emission: total.emission[neuron.uid]!,
      conform: conform.get(neuron.uid),
    })),
    weights: trace.weights.filter(concerns),
    bonds: trace.bonds.filter(concerns),
    prune,
  }
}

/** What each validator (or `uid` alone) would have earned in agreement with the others: an epoch each. */
function conformPays(trace: EpochTrace, input: EpochInput, uid?: number): Map<number, ConformPay | undefined> {
  const asked = trace.neurons.filter((neuron) => neuron.permit && (uid === undefined || neuron.uid === uid))
  if (uid === undefined && asked.length * input.weights.values.length > CONFORM_BUDGET) return new Map()
  return new Map(asked.map((neuron) => [neuron.uid, conformPay(input, trace, neuron.uid)]))
}
