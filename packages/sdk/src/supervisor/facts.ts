/** What there is to know before weights are set, read in one look at the best block. */
import type { AccountId } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import type { Chain } from '../client/index.ts'
import { storageIndex, type WeightPlan } from './plan.ts'
import { type ChainBeacon, isBeaconAlive, nextEpochBlock, readBeacon, TIMELOCK_VERSION } from './timelock.ts'

/**
 * How weights get on chain: as they are; or where the subnet hides them, locked until the beacon reaches a round, or as a
 * hash that their validator has to reveal itself.
 */
export type Way = 'set' | 'timelock' | 'hash'

/** How to hide weights where the subnet wants it; `auto`: locked if the chain's beacon works, by hash otherwise. */
export type Hiding = 'auto' | 'timelock' | 'hash'

/** What the chain's state says about one validator's weights. */
export interface Facts {
  readonly plan: WeightPlan
  readonly way: Way
  readonly block: number
  readonly commitReveal: boolean
  readonly revealPeriod: number
  /** Undefined on chains without one. */
  readonly beacon: ChainBeacon | undefined
  readonly timelockVersion: number | undefined
  readonly coldkeySwap: boolean
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

/** What is read where the chain has it; undefined where it is too old. */
async function ifKnown<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (isNeuriteError(error, 'NoSuchStorage')) return undefined
    throw error
  }
}

export async function readFacts(chain: Chain, account: AccountId, plan: WeightPlan, hiding: Hiding): Promise<Facts> {
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
  const [maxWeight, tempo, freezeWindow, ownerHotkey, nextEpoch, revealPeriod] = await Promise.all([
    q.MaxWeightsLimit.get([netuid], here),
    q.Tempo.get([netuid], here),
    q.AdminFreezeWindow.get(here),
    q.SubnetOwnerHotkey.get([netuid], here),
    nextEpochBlock(chain, netuid, at),
    q.RevealPeriodEpochs.get([netuid], here),
  ])
  const [beacon, timelockVersion, swap] = await Promise.all([
    ifKnown(() => readBeacon(chain, at)),
    ifKnown(() => q.CommitRevealWeightsVersion.get(here)),
    ifKnown(() => q.ColdkeySwapAnnouncements.get([account], here)),
  ])
  const ownerUid = ownerHotkey === undefined ? undefined : await q.Uids.get([netuid, ownerHotkey], here)
  const way = wayOf(commitReveal, hiding, beacon, timelockVersion)
  return {
    plan,
    way,
    block,
    commitReveal,
    revealPeriod: Number(revealPeriod),
    beacon,
    timelockVersion,
    coldkeySwap: swap !== undefined,
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
    nextEpoch: tempo === 0 ? undefined : nextEpoch,
    waitingCommits: way === 'set' ? 0 : await waitingCommits(chain, way, index, netuid, account, at),
  }
}

function wayOf(
  commitReveal: boolean,
  hiding: Hiding,
  beacon: ChainBeacon | undefined,
  version: number | undefined,
): Way {
  if (!commitReveal) return 'set'
  if (hiding !== 'auto') return hiding
  return beacon !== undefined && isBeaconAlive(beacon) && version === TIMELOCK_VERSION ? 'timelock' : 'hash'
}

/** Commits of the hotkey that count against the limit: in its queue of hashes, or in this epoch's list of locked ones. */
async function waitingCommits(
  chain: Chain,
  way: Way,
  index: number,
  netuid: number,
  account: AccountId,
  at: string,
): Promise<number> {
  const q = chain.query.SubtensorModule
  if (way === 'hash') return (await q.WeightCommits.get([index, account], { at }))?.length ?? 0
  const [current, lists] = await Promise.all([
    q.SubnetEpochIndex.get([netuid], { at }),
    q.TimelockedWeightCommits.entries([index], { at }),
  ])
  // Ten in each epoch; those of earlier ones only wait for their turn.
  const own = lists.filter(([[, epoch]]) => (epoch as bigint) >= current)
  return own.flatMap(([, commits]) => commits).filter(([who]) => who === account).length
}

async function stakeOf(chain: Chain, netuid: number, uid: number, at: string): Promise<bigint> {
  const state = await chain.api.SubnetInfoRuntimeApi.get_subnet_state({ netuid }, { at })
  return BigInt(state?.total_stake[uid] ?? 0)
}
