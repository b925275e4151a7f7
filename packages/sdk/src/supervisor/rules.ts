/** The chain's rules on weights, as sentences, and the order in which it looks at them. */
import { alpha } from '../explain/index.ts'
import type { Facts, Way } from './facts.ts'
import { isBeaconAlive, TIMELOCK_VERSION } from './timelock.ts'

const U16_MAX = 65_535
/** Most commits that wait, in a queue of hashes or in one epoch. */
const MAX_WAITING = 10

export interface Check {
  /** The chain's error if the rule is broken, as `SettingWeightsTooFast`. */
  readonly rule: string
  /** `wait`: it will pass in some blocks. */
  readonly state: 'pass' | 'wait' | 'fail'
  readonly sentence: string
  /** Where the chain would notice: in the pool, when the call runs, or when the weights are revealed. */
  readonly stage: Stage
}

export type Stage = 'pool' | 'call' | 'reveal'

/** A rule: its sentence when it is broken (or must be waited for), and when it is not. */
interface Rule {
  readonly state: (facts: Facts) => Check['state']
  readonly bad: (facts: Facts) => string
  readonly good: (facts: Facts) => string
}

const failIf = (broken: boolean): Check['state'] => (broken ? 'fail' : 'pass')
const isOnlySelf = ({ plan, uid }: Facts): boolean => plan.uids.length === 1 && plan.uids[0] === uid
const isOwner = ({ uid, ownerUid }: Facts): boolean => uid !== undefined && uid === ownerUid
const repeated = ({ plan }: Facts): number | undefined => plan.uids.find((uid, i) => plan.uids.indexOf(uid) !== i)
const unknown = ({ plan, n }: Facts): number | undefined => plan.uids.find((uid) => uid >= n)
export const earliestOf = ({ block, lastUpdate, rateLimit }: Facts): number =>
  lastUpdate === 0 ? block + 1 : Math.max(block + 1, lastUpdate + rateLimit)
const neededWeights = ({ n, minWeights }: Facts): number => Math.min(n, minWeights)
const largestShare = ({ plan }: Facts): number => {
  const sum = plan.values.reduce((total, value) => total + value, 0)
  return sum === 0 ? 0 : Math.max(...plan.values) / sum
}

const epochs = (count: number): string => (count === 1 ? 'one epoch' : `${count} epochs`)
const WAYS: Readonly<Record<Way, (later: string) => string>> = {
  set: () => 'The subnet takes plain weights.',
  timelock: (later) =>
    `The subnet hides weights: they are committed locked, and the chain opens them ${later} later by itself.`,
  hash: (later) =>
    `The subnet hides weights: they are committed as a hash, and have to be revealed ${later} later, so keep this running.`,
}

const rate: Rule = {
  state: (facts) => (earliestOf(facts) > facts.block + 1 ? 'wait' : 'pass'),
  bad: (facts) =>
    `The last weights are of block ${facts.lastUpdate}, and the limit is one in ${facts.rateLimit} blocks: block ${earliestOf(facts)} is the first that may hold new ones.`,
  good: ({ rateLimit, lastUpdate }) =>
    rateLimit === 0
      ? 'There is no rate limit.'
      : lastUpdate === 0
        ? 'It has not set weights before.'
        : `${rateLimit} blocks have passed since the last weights.`,
}

/** By the chain's error. subtensor 14bc6f9 pallets/subtensor/src/subnets/weights.rs, guards */
const RULES = {
  ColdkeySwapAnnounced: {
    state: ({ coldkeySwap }) => failIf(coldkeySwap),
    bad: () => 'This key has announced to be replaced and can do nothing else; clear the announcement first.',
    good: () => 'The key is not about to be replaced.',
  },
  CommitRevealEnabled: {
    state: () => 'pass',
    bad: () => '',
    good: ({ way, revealPeriod }) => WAYS[way](epochs(revealPeriod)),
  },
  CanNotSetRootNetworkWeights: {
    state: ({ plan }) => failIf(plan.netuid === 0),
    bad: () => 'Subnet 0 is the root subnet and has no weights; name another subnet.',
    good: () => 'The subnet is not the root.',
  },
  WeightVecNotEqualSize: {
    state: ({ plan }) => failIf(plan.uids.length !== plan.values.length),
    bad: ({ plan }) =>
      `${plan.uids.length} uids and ${plan.values.length} values were given; give one value for each uid.`,
    good: () => 'Each uid has its value.',
  },
  MechanismDoesNotExist: {
    state: ({ exists, plan, mechanisms }) => failIf(!exists || plan.mecid >= mechanisms),
    bad: ({ exists, plan, mechanisms }) =>
      exists
        ? `Subnet ${plan.netuid} has no mechanism ${plan.mecid}; expected a number below ${mechanisms}.`
        : `There is no subnet ${plan.netuid}.`,
    good: () => 'Subnet and mechanism exist.',
  },
  UidsLengthExceedUidsInSubNet: {
    state: ({ plan, n }) => failIf(plan.uids.length > n),
    bad: ({ plan, n }) => `${plan.uids.length} weights are more than the ${n} neurons of the subnet.`,
    good: ({ n }) => `No more weights than neurons (${n}).`,
  },
  HotKeyNotRegisteredInSubNet: {
    state: ({ uid }) => failIf(uid === undefined),
    bad: ({ plan }) => `The hotkey has no uid on subnet ${plan.netuid}; register it first.`,
    good: ({ uid }) => `The hotkey is uid ${uid}.`,
  },
  NotEnoughStakeToSetWeights: {
    state: (facts) => failIf(!isOwner(facts) && facts.stake < facts.threshold),
    bad: ({ stake, threshold }) =>
      `Its stake weight ${alpha(stake)} is below the threshold of ${alpha(threshold)}; stake more.`,
    good: ({ threshold }) =>
      threshold === 0n ? 'No stake is asked for.' : `Its stake reaches the threshold of ${alpha(threshold)}.`,
  },
  SettingWeightsTooFast: rate,
  CommittingWeightsTooFast: rate,
  IncorrectWeightVersionKey: {
    state: ({ wantedVersion, plan }) => failIf(wantedVersion !== 0n && plan.versionKey < wantedVersion),
    bad: ({ wantedVersion, plan }) =>
      `Version key ${plan.versionKey} is below the subnet's ${wantedVersion}; update the validator.`,
    good: () => 'The version key is new enough.',
  },
  TooManyUnrevealedCommits: {
    state: ({ waitingCommits }) => (waitingCommits >= MAX_WAITING ? 'wait' : 'pass'),
    bad: ({ waitingCommits, way }) =>
      way === 'timelock'
        ? `${waitingCommits} commits were made in this epoch, and ${MAX_WAITING} are the most.`
        : `${waitingCommits} commits wait for their reveal, and ${MAX_WAITING} are the most.`,
    good: () => 'There is room for a commit.',
  },
  NoBeacon: {
    state: ({ beacon }) => failIf(beacon === undefined || !isBeaconAlive(beacon)),
    bad: ({ beacon }) =>
      beacon === undefined
        ? 'The chain has no randomness beacon, so nothing that is locked opens; hide the weights by hash.'
        : `No new pulse of the beacon reaches the chain (its last round is ${beacon.lastRound}), so nothing that is locked opens; hide the weights by hash.`,
    good: ({ beacon }) => `Pulses of the beacon reach the chain; the newest is of round ${beacon!.lastRound}.`,
  },
  InvalidRevealRound: {
    state: () => 'pass',
    bad: () => '',
    good: () => 'The round is chosen when the weights are sent: the last one before they are to be opened.',
  },
  IncorrectCommitRevealVersion: {
    state: ({ timelockVersion }) => failIf(timelockVersion !== TIMELOCK_VERSION),
    bad: ({ timelockVersion }) =>
      `The chain wants locked weights in version ${timelockVersion ?? 'unknown'}, and this program writes version ${TIMELOCK_VERSION}; update it.`,
    good: () => `Locked weights are wanted in version ${TIMELOCK_VERSION}.`,
  },
  NeuronNoValidatorPermit: {
    state: (facts) => failIf(!isOnlySelf(facts) && !isOwner(facts) && !facts.permit),
    bad: ({ uid, nextEpoch }) =>
      uid === undefined
        ? 'Without a uid there is no validator permit.'
        : `uid ${uid} holds no validator permit; those with the most stake get one at each epoch (the next: block ${nextEpoch ?? 'never'}).`,
    good: (facts) => (isOwner(facts) ? 'The owner needs no permit.' : 'It holds a validator permit.'),
  },
  DuplicateUids: {
    state: (facts) => failIf(repeated(facts) !== undefined),
    bad: (facts) => `uid ${repeated(facts)} is named twice.`,
    good: () => 'No uid is named twice.',
  },
  UidVecContainInvalidOne: {
    state: (facts) => failIf(unknown(facts) !== undefined),
    bad: (facts) => `There is no uid ${unknown(facts)}; the subnet has uids 0 to ${facts.n - 1}.`,
    good: () => 'All uids exist.',
  },
  WeightVecLengthIsLow: {
    state: (facts) => failIf(!isOnlySelf(facts) && facts.plan.uids.length < neededWeights(facts)),
    bad: (facts) =>
      `${facts.plan.uids.length} weights are fewer than the ${neededWeights(facts)} that the subnet asks for.`,
    good: () => 'There are enough weights.',
  },
  MaxWeightExceeded: {
    state: (facts) => failIf(!isOnlySelf(facts) && largestShare(facts) > facts.maxWeight / U16_MAX),
    bad: ({ maxWeight }) =>
      `One weight is more than ${((maxWeight / U16_MAX) * 100).toFixed(2)} % of all, the most that is allowed.`,
    good: () => 'No weight is too large.',
  },
  NoEpoch: {
    state: ({ tempo }) => failIf(tempo === 0),
    bad: () => 'The tempo of the subnet is 0: no epoch ever runs, and no weights count.',
    good: ({ nextEpoch, tempo }) => `The next epoch is due in block ${nextEpoch} (one in ${tempo} blocks).`,
  },
  AdminFreezeWindow: {
    state: () => 'pass',
    bad: () => '',
    good: ({ freezeWindow, nextEpoch, block }) =>
      nextEpoch !== undefined && nextEpoch - block <= freezeWindow
        ? 'The settings of the subnet are frozen until the epoch; weights are not.'
        : 'The settings of the subnet may still change before the epoch.',
  },
} satisfies Readonly<Record<string, Rule>>

type RuleName = keyof typeof RULES

/** Rules that the weights themselves meet, when they are set or revealed. */
const ON_WEIGHTS: readonly RuleName[] = [
  'IncorrectWeightVersionKey',
  'NeuronNoValidatorPermit',
  'DuplicateUids',
  'UidVecContainInvalidOne',
  'WeightVecLengthIsLow',
  'MaxWeightExceeded',
]

/**
 * Of commits the chain asks it at the reveal only; asked first, nobody is told to register on the root subnet in order to
 * commit weights that it then refuses.
 */
const ROOT: RuleName = 'CanNotSetRootNetworkWeights'

/** No rules of the chain, but what decides whether the weights can count. */
const AFTERWARDS: readonly RuleName[] = ['NoEpoch', 'AdminFreezeWindow']

/** What the chain looks at and when, by the way that the weights take. */
export const ORDER: Readonly<Record<Way, readonly (readonly [Stage, readonly RuleName[]])[]>> = {
  set: [
    ['pool', ['ColdkeySwapAnnounced', 'NotEnoughStakeToSetWeights', 'SettingWeightsTooFast']],
    [
      'call',
      [
        'CommitRevealEnabled',
        ROOT,
        'WeightVecNotEqualSize',
        'MechanismDoesNotExist',
        'UidsLengthExceedUidsInSubNet',
        'HotKeyNotRegisteredInSubNet',
        ...ON_WEIGHTS,
        ...AFTERWARDS,
      ],
    ],
  ],
  hash: [
    ['pool', ['ColdkeySwapAnnounced', 'NotEnoughStakeToSetWeights', 'CommittingWeightsTooFast']],
    [
      'call',
      [ROOT, 'MechanismDoesNotExist', 'CommitRevealEnabled', 'HotKeyNotRegisteredInSubNet', 'TooManyUnrevealedCommits'],
    ],
    ['reveal', ['WeightVecNotEqualSize', 'UidsLengthExceedUidsInSubNet', ...ON_WEIGHTS, ...AFTERWARDS]],
  ],
  timelock: [
    ['pool', ['ColdkeySwapAnnounced', 'NotEnoughStakeToSetWeights', 'InvalidRevealRound', 'NoBeacon']],
    [
      'call',
      [
        ROOT,
        'MechanismDoesNotExist',
        'CommitRevealEnabled',
        'IncorrectCommitRevealVersion',
        'HotKeyNotRegisteredInSubNet',
        'CommittingWeightsTooFast',
        'TooManyUnrevealedCommits',
      ],
    ],
    ['reveal', ['WeightVecNotEqualSize', 'UidsLengthExceedUidsInSubNet', ...ON_WEIGHTS, ...AFTERWARDS]],
  ],
}

/** Every rule on these weights, judged, in the order in which the chain meets them. */
export function judgeRules(facts: Facts): Check[] {
  return ORDER[facts.way].flatMap(([stage, names]) =>
    names.map((rule): Check => {
      const { state, bad, good } = RULES[rule]
      const found = state(facts)
      return { rule, state: found, sentence: found === 'pass' ? good(facts) : bad(facts), stage }
    }),
  )
}
