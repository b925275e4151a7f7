/** Would the chain take these weights? Every rule of it, in the order in which the chain looks at them. */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Chain } from '../client/index.ts'
import { alpha } from '../explain/index.ts'

const U16_MAX = 65_535
const MECHANISM_STRIDE = 4_096

export interface WeightPlan {
  readonly netuid: number
  readonly mecid: number
  readonly uids: readonly number[]
  /** Relative; the chain scales them so that the largest is 65535. @unit u16 */
  readonly values: readonly number[]
  readonly versionKey: bigint
}

export interface Check {
  /** The chain's error if the rule is broken, as `SettingWeightsTooFast`. */
  readonly rule: string
  /** `wait`: it will pass in some blocks. */
  readonly state: 'pass' | 'wait' | 'fail'
  readonly sentence: string
}

export interface Preflight {
  readonly checks: readonly Check[]
  /** The worst of all checks. */
  readonly state: Check['state']
  /** `commit`: the subnet takes weights only as a hash first, revealed some epochs later. */
  readonly way: 'set' | 'commit'
  readonly uid: number | undefined
  /** Block on which this was judged; the weights would come into the next. */
  readonly block: number
  /** First block that may hold the weights. */
  readonly earliest: number
  readonly nextEpoch: number | undefined
}

/** Index under which the chain keeps a mechanism's weights. */
export function storageIndex(netuid: number, mecid: number): number {
  return Math.min(U16_MAX, mecid * MECHANISM_STRIDE + netuid)
}

interface Facts {
  readonly plan: WeightPlan
  readonly block: number
  readonly commitReveal: boolean
  readonly exists: boolean
  readonly mechanisms: number
  readonly n: number
  readonly uid: number | undefined
  readonly ownerUid: number | undefined
  readonly stake: bigint
  readonly threshold: bigint
  readonly wantedVersion: bigint
  readonly rateLimit: number
  readonly lastUpdate: number
  readonly permit: boolean
  readonly minWeights: number
  readonly maxWeight: number
  readonly tempo: number
  readonly freezeWindow: number
  readonly nextEpoch: number | undefined
  readonly waitingCommits: number
}

async function readFacts(chain: Chain, account: AccountId, plan: WeightPlan): Promise<Facts> {
  const { netuid, mecid } = plan
  const { number: block, hash: at } = await chain.header()
  const here = { at }
  const q = chain.query.SubtensorModule
  const index = storageIndex(netuid, mecid)
  const uid = await q.Uids.get([netuid, account], here)
  const [commitReveal, exists, mechanisms, n, threshold, wantedVersion, rateLimit, updates, permits, minWeights] =
    await Promise.all([
      q.CommitRevealWeightsEnabled.get([netuid], here),
      q.NetworksAdded.get([netuid], here),
      q.MechanismCountCurrent.get([netuid], here),
      q.SubnetworkN.get([netuid], here),
      q.StakeThreshold.get(here),
      q.WeightsVersionKey.get([netuid], here),
      q.WeightsSetRateLimit.get([netuid], here),
      q.LastUpdate.get([index], here),
      q.ValidatorPermit.get([netuid], here),
      q.MinAllowedWeights.get([netuid], here),
    ])
  const [maxWeight, tempo, freezeWindow, ownerHotkey, last, pending, queue] = await Promise.all([
    q.MaxWeightsLimit.get([netuid], here),
    q.Tempo.get([netuid], here),
    q.AdminFreezeWindow.get(here),
    q.SubnetOwnerHotkey.get([netuid], here),
    q.LastEpochBlock.get([netuid], here),
    q.PendingEpochAt.get([netuid], here),
    q.WeightCommits.get([index, account], here),
  ])
  const ownerUid = ownerHotkey === undefined ? undefined : await q.Uids.get([netuid, ownerHotkey], here)
  const auto = tempo === 0 ? undefined : Number(last) + tempo
  return {
    plan,
    block,
    commitReveal,
    exists,
    mechanisms,
    n,
    uid,
    ownerUid,
    stake: uid === undefined || threshold === 0n ? 0n : await stakeOf(chain, netuid, uid, at),
    threshold,
    wantedVersion,
    rateLimit: Number(rateLimit),
    lastUpdate: uid === undefined ? 0 : Number(updates[uid] ?? 0n),
    permit: uid !== undefined && permits[uid] === true,
    minWeights,
    maxWeight,
    tempo,
    freezeWindow,
    nextEpoch: tempo === 0 ? undefined : pending > 0n ? Number(pending) : auto,
    waitingCommits: queue?.length ?? 0,
  }
}

async function stakeOf(chain: Chain, netuid: number, uid: number, at: string): Promise<bigint> {
  const state = await chain.api.SubnetInfoRuntimeApi.get_subnet_state({ netuid }, { at })
  return BigInt(state?.total_stake[uid] ?? 0)
}

/** A rule: its sentence when it is broken (or must be waited for), and when it is not. */
interface Rule {
  readonly rule: string
  readonly state: (facts: Facts) => Check['state']
  readonly bad: (facts: Facts) => string
  readonly good: (facts: Facts) => string
}

const failIf = (broken: boolean): Check['state'] => (broken ? 'fail' : 'pass')
const isOnlySelf = ({ plan, uid }: Facts): boolean => plan.uids.length === 1 && plan.uids[0] === uid
const isOwner = ({ uid, ownerUid }: Facts): boolean => uid !== undefined && uid === ownerUid
const repeated = ({ plan }: Facts): number | undefined => plan.uids.find((uid, i) => plan.uids.indexOf(uid) !== i)
const unknown = ({ plan, n }: Facts): number | undefined => plan.uids.find((uid) => uid >= n)
const earliestOf = ({ block, lastUpdate, rateLimit }: Facts): number =>
  lastUpdate === 0 ? block + 1 : Math.max(block + 1, lastUpdate + rateLimit)
const neededWeights = ({ n, minWeights }: Facts): number => Math.min(n, minWeights)
const largestShare = ({ plan }: Facts): number => {
  const sum = plan.values.reduce((total, value) => total + value, 0)
  return sum === 0 ? 0 : Math.max(...plan.values) / sum
}

/** subtensor 14bc6f9 pallets/subtensor/src/subnets/weights.rs, in its order. */
const RULES: readonly Rule[] = [
  {
    rule: 'CommitRevealEnabled',
    state: () => 'pass',
    bad: () => '',
    good: ({ commitReveal }) =>
      commitReveal
        ? 'The subnet hides weights: they are committed as a hash now and revealed some epochs later.'
        : 'The subnet takes plain weights.',
  },
  {
    rule: 'CanNotSetRootNetworkWeights',
    state: ({ plan }) => failIf(plan.netuid === 0),
    bad: () => 'Subnet 0 is the root subnet and has no weights; name another subnet.',
    good: () => 'The subnet is not the root.',
  },
  {
    rule: 'WeightVecNotEqualSize',
    state: ({ plan }) => failIf(plan.uids.length !== plan.values.length),
    bad: ({ plan }) =>
      `${plan.uids.length} uids and ${plan.values.length} values were given; give one value for each uid.`,
    good: () => 'Each uid has its value.',
  },
  {
    rule: 'MechanismDoesNotExist',
    state: ({ exists, plan, mechanisms }) => failIf(!exists || plan.mecid >= mechanisms),
    bad: ({ exists, plan, mechanisms }) =>
      exists
        ? `Subnet ${plan.netuid} has no mechanism ${plan.mecid}; expected a number below ${mechanisms}.`
        : `There is no subnet ${plan.netuid}.`,
    good: () => 'Subnet and mechanism exist.',
  },
  {
    rule: 'UidsLengthExceedUidsInSubNet',
    state: ({ plan, n }) => failIf(plan.uids.length > n),
    bad: ({ plan, n }) => `${plan.uids.length} weights are more than the ${n} neurons of the subnet.`,
    good: ({ n }) => `No more weights than neurons (${n}).`,
  },
  {
    rule: 'HotKeyNotRegisteredInSubNet',
    state: ({ uid }) => failIf(uid === undefined),
    bad: ({ plan }) => `The hotkey has no uid on subnet ${plan.netuid}; register it first.`,
    good: ({ uid }) => `The hotkey is uid ${uid}.`,
  },
  {
    rule: 'NotEnoughStakeToSetWeights',
    state: (facts) => failIf(!isOwner(facts) && facts.stake < facts.threshold),
    bad: ({ stake, threshold }) =>
      `Its stake weight ${alpha(stake)} is below the threshold of ${alpha(threshold)}; stake more.`,
    good: ({ threshold }) =>
      threshold === 0n ? 'No stake is asked for.' : `Its stake reaches the threshold of ${alpha(threshold)}.`,
  },
  {
    rule: 'IncorrectWeightVersionKey',
    state: ({ wantedVersion, plan }) => failIf(wantedVersion !== 0n && plan.versionKey < wantedVersion),
    bad: ({ wantedVersion, plan }) =>
      `Version key ${plan.versionKey} is below the subnet's ${wantedVersion}; update the validator.`,
    good: () => 'The version key is new enough.',
  },
  {
    rule: 'SettingWeightsTooFast',
    state: (facts) => (earliestOf(facts) > facts.block + 1 ? 'wait' : 'pass'),
    bad: (facts) =>
      `The last weights are of block ${facts.lastUpdate}, and the limit is one in ${facts.rateLimit} blocks: block ${earliestOf(facts)} is the first that may hold new ones.`,
    good: ({ rateLimit, lastUpdate }) =>
      rateLimit === 0
        ? 'There is no rate limit.'
        : lastUpdate === 0
          ? 'It has not set weights before.'
          : `${rateLimit} blocks have passed since the last weights.`,
  },
  {
    rule: 'TooManyUnrevealedCommits',
    state: ({ commitReveal, waitingCommits }) => (commitReveal && waitingCommits >= 10 ? 'wait' : 'pass'),
    bad: ({ waitingCommits }) => `${waitingCommits} commits wait for their reveal, and ten are the most.`,
    good: () => 'There is room for a commit.',
  },
  {
    rule: 'NeuronNoValidatorPermit',
    state: (facts) => failIf(!isOnlySelf(facts) && !isOwner(facts) && !facts.permit),
    bad: ({ uid, nextEpoch }) =>
      uid === undefined
        ? 'Without a uid there is no validator permit.'
        : `uid ${uid} holds no validator permit; those with the most stake get one at each epoch (the next: block ${nextEpoch ?? 'never'}).`,
    good: (facts) => (isOwner(facts) ? 'The owner needs no permit.' : 'It holds a validator permit.'),
  },
  {
    rule: 'DuplicateUids',
    state: (facts) => failIf(repeated(facts) !== undefined),
    bad: (facts) => `uid ${repeated(facts)} is named twice.`,
    good: () => 'No uid is named twice.',
  },
  {
    rule: 'UidVecContainInvalidOne',
    state: (facts) => failIf(unknown(facts) !== undefined),
    bad: (facts) => `There is no uid ${unknown(facts)}; the subnet has uids 0 to ${facts.n - 1}.`,
    good: () => 'All uids exist.',
  },
  {
    rule: 'WeightVecLengthIsLow',
    state: (facts) => failIf(!isOnlySelf(facts) && facts.plan.uids.length < neededWeights(facts)),
    bad: (facts) =>
      `${facts.plan.uids.length} weights are fewer than the ${neededWeights(facts)} that the subnet asks for.`,
    good: () => 'There are enough weights.',
  },
  {
    rule: 'MaxWeightExceeded',
    state: (facts) => failIf(!isOnlySelf(facts) && largestShare(facts) > facts.maxWeight / U16_MAX),
    bad: ({ maxWeight }) =>
      `One weight is more than ${((maxWeight / U16_MAX) * 100).toFixed(2)} % of all, the most that is allowed.`,
    good: () => 'No weight is too large.',
  },
  {
    rule: 'NoEpoch',
    state: ({ tempo }) => failIf(tempo === 0),
    bad: () => 'The tempo of the subnet is 0: no epoch ever runs, and no weights count.',
    good: ({ nextEpoch, tempo }) => `The next epoch is due in block ${nextEpoch} (one in ${tempo} blocks).`,
  },
  {
    rule: 'AdminFreezeWindow',
    state: () => 'pass',
    bad: () => '',
    good: ({ freezeWindow, nextEpoch, block }) =>
      nextEpoch !== undefined && nextEpoch - block <= freezeWindow
        ? 'The settings of the subnet are frozen until the epoch; weights are not.'
        : 'The settings of the subnet may still change before the epoch.',
  },
]

/** Looks at every rule, on the best block. Nothing is sent. */
export async function preflight(chain: Chain, account: AccountId, plan: WeightPlan): Promise<Preflight> {
  const facts = await readFacts(chain, account, plan)
  const checks = RULES.map(({ rule, state, bad, good }): Check => {
    const found = state(facts)
    return { rule, state: found, sentence: found === 'pass' ? good(facts) : bad(facts) }
  })
  const has = (state: Check['state']): boolean => checks.some((check) => check.state === state)
  return {
    checks,
    state: has('fail') ? 'fail' : has('wait') ? 'wait' : 'pass',
    way: facts.commitReveal ? 'commit' : 'set',
    uid: facts.uid,
    block: facts.block,
    earliest: earliestOf(facts),
    nextEpoch: facts.nextEpoch,
  }
}
