/** An explanation in plain sentences: what happened to one neuron, each with its cause. */
import { formatTao } from '@neurite/primitives/units'
import type {
  BondTrace,
  MaskRule,
  NeuronExplanation,
  PrunePlace,
  WeightTrace,
} from '@neurite/runtime/pallets/subtensor/explain'
import type { EpochExplanation } from './read.ts'

const U16_ONE = 65_535

/** `12.34 %` of a fraction of 1. */
export function percent(share: number): string {
  if (share > 0 && share < 0.0001) return '<0.01 %'
  return `${(share * 100).toFixed(2)} %`
}

/** `1.2345 α`; tiny amounts in alpha-rao. */
export function alpha(rao: bigint): string {
  if (rao === 0n) return '0 α'
  if (rao < 100_000n) return `${rao} alpha-rao`
  const [whole, fraction = ''] = formatTao(rao).split('.')
  return `${whole}.${fraction.padEnd(4, '0').slice(0, 4)} α`
}

/** What was shared out, and by which rules of this subnet. */
export function epochSentences({ emission, neurons, params, commitReveal, tempo }: EpochExplanation): string[] {
  const sum = (of: (neuron: NeuronExplanation) => bigint): bigint => neurons.reduce((all, each) => all + of(each), 0n)
  const count = (of: (neuron: NeuronExplanation) => bigint): number => neurons.filter((each) => of(each) > 0n).length
  const server = (neuron: NeuronExplanation): bigint => neuron.serverEmission
  const validator = (neuron: NeuronExplanation): bigint => neuron.validatorEmission
  const paid = `${alpha(sum(server))} to ${count(server)} of its miners by incentive, ${alpha(sum(validator))} to ${count(validator)} of its validators by dividends`
  const hidden = commitReveal ? 'Weights are hidden first (commit and reveal).' : 'Weights are public at once.'
  return [
    emission === 0n ? 'There was nothing to share out.' : `${alpha(emission)} were shared out: ${paid}.`,
    `Weights count as far as ${percent(params.kappa / U16_ONE)} of the voting stake (kappa) agrees. ${bondsSentence(params)} ${hidden} An epoch comes every ${tempo} blocks.`,
  ]
}

function bondsSentence({ yuma3On, liquidAlphaOn, ...params }: EpochExplanation['params']): string {
  const steady = percent(Math.max(0, 1 - params.bondsMovingAverage / 1e6))
  if (!yuma3On) return `Bonds are shares of a miner and move ${steady} an epoch (Yuma 2).`
  if (!liquidAlphaOn) return `Bonds move ${steady} an epoch toward the weight (Yuma 3).`
  const [low, high] = [params.alphaLow, params.alphaHigh].map((bound) => percent(bound / U16_ONE))
  return `Bonds move ${low} to ${high} an epoch toward the weight, the faster the less it agrees with the others (Yuma 3, liquid alpha).`
}

/** Why a bond changed as it did, if there is more to say than that it grew or shrank. */
export function bondNote(explanation: EpochExplanation, { from, to, before, after, forgotten }: BondTrace): string {
  if (forgotten) return `forgotten: uid ${to} is new`
  if (!explanation.neurons[from]!.permitNext) return before > 0 ? `dropped: uid ${from} has no permit any more` : ''
  if (before === 0 || after > 0) return ''
  const { liquidAlphaOn, yuma3On } = explanation.params
  return liquidAlphaOn && yuma3On ? `lost: uid ${from} has no weight on uid ${to} that counts` : 'faded away'
}

/** What a rule means for one weight, and what to do about it. */
export function ruleSentence(explanation: EpochExplanation, { rule, from, to }: WeightTrace): string {
  const validator = explanation.neurons[from]!
  const registered = explanation.neurons[to]?.registeredAt
  const set = explanation.commitReveal ? 'committed' : 'set'
  const reasons: Record<MaskRule, string> = {
    noPermit: `uid ${from} holds no validator permit`,
    outOfRange: `there is no uid ${to}`,
    selfWeight: 'it is on the validator itself, which only the subnet owner may do',
    outdated: `it was ${set} in block ${validator.lastUpdate}, not after uid ${to} was registered in block ${registered}; uid ${from} must set weights again`,
    committedBefore: `a commit of uid ${from} from block ${validator.waitingCommit} is older than the registration of uid ${to} in block ${registered}; commit again`,
  }
  return rule === undefined ? 'it counted' : reasons[rule]
}

/** All that can be said about `uid`, most important first. */
export function neuronSentences(explanation: EpochExplanation, uid: number): string[] {
  const neuron = explanation.neurons[uid]!
  const hasWeights = explanation.weights.some(({ from }) => from === uid)
  const isValidator = neuron.permit || neuron.permitNext || hasWeights
  return [
    paySentence(explanation, neuron),
    ...(isValidator ? validatorSentences(explanation, neuron) : []),
    ...minerSentences(explanation, neuron, isValidator),
    ...pruneSentences(explanation, uid),
  ]
}

function paySentence({ block, mechanisms, mecid }: EpochExplanation, neuron: NeuronExplanation): string {
  const parts = [
    neuron.serverEmission > 0n ? `${alpha(neuron.serverEmission)} as a miner` : '',
    neuron.validatorEmission > 0n ? `${alpha(neuron.validatorEmission)} as a validator` : '',
  ].filter(Boolean)
  const where = mechanisms > 1 ? ` on mechanism ${mecid}` : ''
  const earned = parts.length === 0 ? 'nothing' : parts.join(' and ')
  // With one mechanism it is the same amount.
  const all = mechanisms > 1 ? ` For pruning, all mechanisms together count as ${alpha(neuron.emission)}.` : ''
  return `uid ${neuron.uid} earned ${earned} in the epoch of block ${block}${where}.${all}`
}

function minerSentences(
  explanation: EpochExplanation,
  { uid, consensus, incentive }: NeuronExplanation,
  isValidator: boolean,
): string[] {
  const onIt = explanation.weights.filter((weight) => weight.to === uid && weight.stored > 0)
  // What a validator put on itself is told with its own weights.
  const received = isValidator ? onIt.filter(({ from }) => from !== uid || uid === explanation.ownerUid) : onIt
  if (received.length === 0)
    return isValidator ? [] : [`No validator gives uid ${uid} a weight, so it has no incentive.`]
  const counted = received.filter(({ rule, from }) => !rule && explanation.neurons[from]!.vote > 0)
  const support = counted.reduce((sum, { from }) => sum + explanation.neurons[from]!.vote, 0)
  const kappa = explanation.params.kappa / U16_ONE
  const out = received
    .filter(({ rule }) => rule)
    .map((weight) => `The weight of uid ${weight.from} did not count: ${ruleSentence(explanation, weight)}.`)
  for (const weight of received.filter(({ rule, from }) => !rule && explanation.neurons[from]!.vote === 0)) {
    out.push(
      `The weight of uid ${weight.from} moved nothing: ${voiceReason(explanation, explanation.neurons[weight.from]!)}.`,
    )
  }
  if (counted.length === 0) return [...out, `No weight on uid ${uid} counted, so it has no incentive.`]
  if (consensus === 0) {
    return [
      ...out,
      `Validators with only ${percent(support)} of the voting stake give uid ${uid} a weight. It takes ${percent(kappa)} (kappa) to agree, so the consensus on it is 0 and it earns nothing: it needs weights from validators with another ${percent(Math.max(0, kappa - support))}.`,
    ]
  }
  out.push(
    `Validators with ${percent(support)} of the voting stake give uid ${uid} a weight; ${percent(kappa)} of it (kappa) agree on at least ${percent(consensus)}, the consensus. That makes ${percent(incentive)} of the miners' pay.`,
  )
  const clipped = counted.filter((weight) => weight.counted < weight.weight)
  for (const { from, weight, counted: left } of clipped) {
    out.push(
      `uid ${from} gave ${percent(weight)}, but only ${percent(left)} counted: more than the consensus is cut off.`,
    )
  }
  return out
}

/** Why weights of this neuron move nothing. */
export function voiceReason({ activityCutoff, params, block }: EpochExplanation, neuron: NeuronExplanation): string {
  const { uid, lastUpdate } = neuron
  const reasons = {
    votes: `uid ${uid} votes with ${percent(neuron.vote)} of the voting stake`,
    noPermit: `uid ${uid} holds no validator permit; the ${params.maxAllowedValidators} uids with the most stake get one at each epoch`,
    inactive: `uid ${uid} is inactive: its last weights are of block ${lastUpdate}, more than ${activityCutoff} blocks before block ${block}`,
    noStake: `uid ${uid} has no stake above the threshold of ${alpha(params.stakeThreshold)}`,
  }
  return reasons[neuron.voice]
}

function validatorSentences(explanation: EpochExplanation, neuron: NeuronExplanation): string[] {
  const { uid } = neuron
  const given = explanation.weights.filter(({ from }) => from === uid)
  const masked = given.filter(({ rule }) => rule)
  const out = [`${upperFirst(voiceReason(explanation, neuron))}.`]
  if (neuron.waitingCommit !== undefined) {
    out.push(`A commit of block ${neuron.waitingCommit} waits to be revealed: its weights are not in this epoch.`)
  }
  if (given.length === 0) {
    out.push(`uid ${uid} has set no weights.`)
    if (neuron.voice === 'noPermit' && neuron.permitNext) out.push('It gets a permit with this epoch.')
    const { conform } = neuron
    if (conform && conform.validatorEmission > neuron.validatorEmission) {
      out.push(
        `With the consensus as its weights it would have earned ${alpha(conform.validatorEmission)} as a validator, not ${alpha(neuron.validatorEmission)}: its silence cost it ${alpha(conform.validatorEmission - neuron.validatorEmission)}.`,
      )
    }
    return out
  }
  if (neuron.voice === 'noPermit') {
    if (neuron.permitNext) out.push('It gets a permit with this epoch: its weights count from the next one on.')
    return out
  }
  for (const weight of masked) {
    out.push(`Its weight on uid ${weight.to} did not count: ${ruleSentence(explanation, weight)}.`)
  }
  if (masked.length < given.length) {
    out.push(
      neuron.validatorTrust > 1 - 1e-6
        ? 'All of its weights that count are within the consensus.'
        : `${percent(neuron.validatorTrust)} of its weights stood (validator trust); the rest was above the consensus and cut off.`,
    )
  }
  const { conform } = neuron
  if (conform) {
    const now = neuron.validatorEmission
    const then = conform.validatorEmission
    if (then !== now && differsLittle(then, now)) {
      out.push('Its weights cost it next to nothing: with the consensus as its weights it would have earned the same.')
    } else if (then > now) {
      out.push(
        `With the consensus as its weights it would have earned ${alpha(then)} instead of ${alpha(now)}: its own opinion cost it ${alpha(then - now)} in this epoch.`,
      )
    } else if (then < now) {
      out.push(
        `With the consensus as its weights it would have earned ${alpha(then)}: its own opinion earned it ${alpha(now - then)} more.`,
      )
    } else out.push('Its weights cost it nothing: with the consensus as its weights it would have earned the same.')
  }
  return out
}

/** Places of those who may be pruned, first to go first. */
export function pruneQueue({ prune }: EpochExplanation): PrunePlace[] {
  const exposed = prune.places.filter(({ standing }) => standing === 'exposed')
  const immune = prune.places.filter(({ standing }) => standing === 'immune')
  const queue = exposed.length > prune.minNonImmune ? exposed : immune
  return [...queue].sort((a, b) => {
    if (a.emission !== b.emission) return a.emission < b.emission ? -1 : 1
    return a.registeredAt - b.registeredAt || a.uid - b.uid
  })
}

function pruneSentences(explanation: EpochExplanation, uid: number): string[] {
  const { prune, emission: pot } = explanation
  const place = prune.places[uid]!
  if (place.standing === 'immortal') return [`uid ${uid} is the subnet owner's and is never pruned.`]
  const queue = pruneQueue(explanation)
  const at = queue.findIndex((other) => other.uid === uid)
  const free = prune.maxUids - prune.size
  const until = place.immuneUntil === undefined ? '' : ` until block ${place.immuneUntil}`
  if (free > 0) {
    const immunity = place.standing === 'immune' ? `, and uid ${uid} is immune${until}` : ''
    const line = at === 0 ? `; on a full subnet uid ${uid} would be the first to go` : ''
    return [`Nobody is pruned now: the subnet has room for ${free} more${immunity}${line}.`]
  }
  const full = 'The subnet is full: each registration replaces the first in the queue.'
  if (at < 0 && place.standing === 'immune') return [`uid ${uid} is immune to pruning${until}.`]
  if (at < 0) {
    return [
      `uid ${uid} is not pruned: the subnet keeps ${prune.minNonImmune} uids that are past their immunity, and has no more.`,
    ]
  }
  const young =
    place.standing === 'immune'
      ? ` Being new does not save it: at most ${prune.minNonImmune} uids are older than the immunity period, and those are kept.`
      : ''
  if (at > 0) {
    const first = queue[0]!
    return [
      `uid ${uid} stands ${ordinal(at + 1)} of ${queue.length} in the queue to be pruned, ${alpha(place.emission - first.emission)} an epoch above the first (uid ${first.uid}). ${full}${young}`,
    ]
  }
  const next = queue[1]
  const out = [`uid ${uid} is the next to be pruned. ${full}${young}`]
  if (next === undefined) return out
  const missing = next.emission - place.emission + 1n
  const part = pot === 0n ? '' : ` (${percent(Number(missing) / Number(pot))} of all that is paid)`
  out.push(
    `${alpha(missing)} more an epoch${part} would put uid ${next.uid}, which earns ${alpha(next.emission)}, in its place.`,
  )
  return out
}

/** By less than a hundred-thousandth: what rounding does. */
function differsLittle(a: bigint, b: bigint): boolean {
  const difference = a > b ? a - b : b - a
  return difference * 100_000n < (a > b ? a : b)
}

function ordinal(n: number): string {
  const tail = n % 100
  const suffix = tail > 10 && tail < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${suffix}`
}

function upperFirst(text: string): string {
  return text.startsWith('uid') ? text : text.charAt(0).toUpperCase() + text.slice(1)
}
