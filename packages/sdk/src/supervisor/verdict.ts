/** The answer at the end: did the weights count, and why. */
import { isNeuriteError } from '@neurite/primitives/errors'
import type { Chain } from '../client/index.ts'
import { type EpochExplanation, explainEpoch, percent, ruleSentence, voiceReason } from '../explain/index.ts'
import { storageIndex, type WeightPlan } from './plan.ts'
import type { Check } from './rules.ts'

export interface MaskedWeight {
  readonly uid: number
  readonly rule: string
  readonly sentence: string
}

export interface Verdict {
  /** Whether at least one of the weights moved the consensus of an epoch. */
  readonly counted: boolean
  /** How far it got: judged by an epoch, or ended before. */
  readonly stage: 'preflight' | 'submission' | 'reveal' | 'epoch'
  /** One sentence. */
  readonly because: string
  /** The validator's place; undefined when it has none. */
  readonly uid: number | undefined
  /** Block of the epoch that judged. */
  readonly epochBlock: number | undefined
  /** Weights among them that did not count. */
  readonly masked: readonly MaskedWeight[]
  /** The rules of setting weights, as they were found before. */
  readonly checks: readonly Check[]
  /** The epoch, as far as the validator is concerned; undefined where the node does not explain. */
  readonly explanation: EpochExplanation | undefined
}

/** For scripts, by how far the weights got; {@link EXIT_COUNTED} if they counted. 1 is left to mistakes in the command. */
const EXIT_CODES: Readonly<Record<Verdict['stage'], number>> = { preflight: 2, submission: 3, epoch: 5, reveal: 6 }
export const EXIT_COUNTED = 0
/** For scripts: no node answered. */
export const EXIT_UNREACHABLE = 4

export function exitCodeOf({ counted, stage }: Verdict): number {
  return counted ? EXIT_COUNTED : EXIT_CODES[stage]
}

export function endedBefore(
  stage: Verdict['stage'],
  because: string,
  checks: readonly Check[],
  uid: number | undefined,
): Verdict {
  return { counted: false, stage, because, uid, epochBlock: undefined, masked: [], checks, explanation: undefined }
}

export interface Judged {
  readonly plan: WeightPlan
  readonly hotkey: string
  readonly uid: number
  /** Block in which the weights were set. */
  readonly setAt: number
  readonly epochBlock: number
  readonly checks: readonly Check[]
}

/** What the epoch in `epochBlock` made of the weights. */
export async function judge(chain: Chain, judged: Judged): Promise<Verdict> {
  const { plan, uid, epochBlock, checks } = judged
  const at = await chain.connection.request<string>('chain_getBlockHash', [epochBlock])
  let explanation: EpochExplanation
  try {
    explanation = await explainEpoch(chain, plan.netuid, { uid, mecid: plan.mecid, at })
  } catch (error) {
    if (!isNeuriteError(error, 'NoExplanations')) throw error
    return judgeByState(chain, judged)
  }
  const own = explanation.weights.filter(({ from }) => from === uid)
  const masked = own.flatMap((weight): MaskedWeight[] =>
    weight.rule ? [{ uid: weight.to, rule: weight.rule, sentence: ruleSentence(explanation, weight) }] : [],
  )
  const neuron = explanation.neurons[uid]
  const said = (counted: boolean, because: string): Verdict => ({
    counted,
    stage: 'epoch',
    because: `${counted ? 'Your weights counted' : 'Your weights did not count'} in the epoch of block ${epochBlock}: ${because}.`,
    uid,
    epochBlock,
    masked,
    checks,
    explanation,
  })
  if (neuron === undefined || neuron.hotkey !== judged.hotkey)
    return said(false, `uid ${uid} belongs to another hotkey by now`)
  const stored = own.map(({ to, stored: value }): readonly [number, number] => [to, value])
  if (!isSame(plan, stored)) return said(false, 'other weights of this hotkey were set after them')
  if (neuron.voice !== 'votes') return said(false, voiceReason(explanation, neuron))
  const counting = own.filter(({ rule, stored: value }) => !rule && value > 0)
  if (counting.length === 0) {
    const [first] = masked
    return said(false, first ? `none of them is valid; uid ${first.uid}: ${first.sentence}` : 'all of them are 0')
  }
  const without =
    masked.length === 0 ? '' : `, without ${masked.map((item) => `uid ${item.uid} (${item.sentence})`).join(', ')}`
  return said(
    true,
    `uid ${uid} voted with ${percent(neuron.vote)} of the voting stake on ${counting.length} of ${own.length} uids${without}; ${percent(neuron.validatorTrust)} of the weights were within the consensus`,
  )
}

/** With a node that does not explain: from the weights and the permit just before the epoch. */
async function judgeByState(chain: Chain, { plan, uid, setAt, epochBlock, checks }: Judged): Promise<Verdict> {
  const hashOf = (block: number) => chain.connection.request<string>('chain_getBlockHash', [block])
  const [before, after] = await Promise.all([hashOf(epochBlock - 1), hashOf(epochBlock)])
  const q = chain.query.SubtensorModule
  const [weights, permits, active] = await Promise.all([
    // Weights that the chain opened in the block of the epoch stand there only after it.
    q.Weights.get([storageIndex(plan.netuid, plan.mecid), uid], { at: setAt === epochBlock ? after : before }),
    q.ValidatorPermit.get([plan.netuid], { at: before }),
    q.Active.get([plan.netuid], { at: after }),
  ])
  const isThere = isSame(plan, weights as readonly (readonly [number, number])[])
  const counted = isThere && permits[uid] === true && active[uid] === true
  const reason = !isThere
    ? 'other weights of this hotkey were set after them'
    : permits[uid] !== true
      ? `uid ${uid} held no validator permit`
      : active[uid] !== true
        ? `uid ${uid} was inactive`
        : `uid ${uid} held a permit and was active (the node does not tell more)`
  return {
    counted,
    stage: 'epoch',
    because: `${counted ? 'Your weights counted' : 'Your weights did not count'} in the epoch of block ${epochBlock}: ${reason}.`,
    uid,
    epochBlock,
    masked: [],
    checks,
    explanation: undefined,
  }
}

/** Whether a row on chain is these weights: the chain stretches them, so that the largest is 65535. */
export function isSame(
  { uids, values }: WeightPlan,
  stored: readonly (readonly [uid: number, value: number])[],
): boolean {
  const largest = Math.max(...values)
  return (
    stored.length === uids.length &&
    stored.every(([uid, value], i) => {
      const wanted = largest === 0 ? 0 : (values[i]! / largest) * 65_535
      // A neuron that was replaced since has its entry set to 0.
      return uid === uids[i] && (Math.abs(value - wanted) <= 1 || value === 0)
    })
  )
}
