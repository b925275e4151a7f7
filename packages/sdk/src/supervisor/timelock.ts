/**
 * Weights locked until the beacon reaches a round: the chain opens them by itself, and nobody needs to be there.
 *
 * The round follows from the chain: its epoch schedule says in which block the weights are to be opened, and its own
 * `Drand.BeaconConfig` says whose rounds count and when they are due.
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/reveal_commits.rs, pallets/drand/src/lib.rs
 */
import { type AccountId, hexToBytes } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { encode } from '@neurite/primitives/scale'
import {
  type BeaconInfo,
  ENTROPY_LENGTH,
  encrypt,
  roundAt,
  timeOfRound,
  weightsPayload,
} from '@neurite/primitives/timelock'
import type { Chain, RuntimeCall } from '../client/index.ts'
import type { WeightPlan } from './plan.ts'

/** Version of the envelope and its payload that this file writes. */
export const TIMELOCK_VERSION = 4

/** The beacon of a chain, as the chain itself names it. */
export interface ChainBeacon extends Pick<BeaconInfo, 'publicKey' | 'period' | 'genesisTime'> {
  /** Newest round whose pulse is on the chain; 0 before the first. */
  readonly lastRound: bigint
}

export async function readBeacon(chain: Chain, at?: string): Promise<ChainBeacon> {
  const options = at === undefined ? {} : { at }
  const [config, lastRound] = await Promise.all([
    chain.query.Drand.BeaconConfig.get(options),
    chain.query.Drand.LastStoredRound.get(options),
  ])
  return { publicKey: config.public_key, period: config.period, genesisTime: config.genesis_time, lastRound }
}

/** Seconds, or rounds, without a pulse after which a beacon counts as away. */
const AWAY_S = 60
const AWAY_ROUNDS = 20

/** Whether pulses reach the chain: without them nothing locked ever opens. @param now s since 1970 */
export function isBeaconAlive(beacon: ChainBeacon, now: number = nowSeconds()): boolean {
  if (beacon.lastRound === 0n || beacon.period === 0) return false
  return now - timeOfRound(beacon, beacon.lastRound) <= Math.max(AWAY_S, AWAY_ROUNDS * beacon.period)
}

/** What the reveal of a commit made now depends on. */
export interface RevealSchedule {
  /** Best block; the commit comes into the next one or later. */
  readonly head: number
  /** Block of the next epoch, `get_next_epoch_start_block`. */
  readonly nextEpoch: number
  /** @unit blocks */
  readonly tempo: number
  /** Epochs between commit and reveal. */
  readonly period: number
  /** @unit s */
  readonly blockTime: number
}

export interface RevealPlan {
  readonly round: bigint
  /** When the beacon signs it. @unit s since 1970 */
  readonly dueAt: number
  /** First block in whose beginning the chain may open the weights. An epoch follows in the same block. */
  readonly revealBlock: number
}

/**
 * The latest round whose pulse is on the chain before the weights are to be opened, so that they stay hidden as long as
 * they can and still count in the epoch of that very block. Never a round that is out: it would hide nothing.
 * @param now s since 1970
 */
export function planReveal(schedule: RevealSchedule, beacon: ChainBeacon, now: number): RevealPlan {
  const { head, tempo, period, blockTime } = schedule
  // An epoch in the commit's own block runs before the commit, which then belongs to the epoch after it.
  const next = schedule.nextEpoch <= head + 1 ? Math.max(schedule.nextEpoch, head + 1) + tempo : schedule.nextEpoch
  const revealBlock = next + Math.max(0, period - 1) * tempo
  // The pulse has to be fetched, and to be in the block before.
  const wanted = now + (revealBlock - head - 1) * blockTime - beacon.period
  const firstHidden = max(beacon.lastRound, roundAt(beacon, now)) + 1n
  const round = max(roundAt(beacon, wanted), firstHidden)
  return { round, dueAt: timeOfRound(beacon, round), revealBlock }
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const nowSeconds = (): number => Date.now() / 1000

/** Blocks over which the time between blocks is measured. */
const MEASURED_BLOCKS = 32

export async function readRevealSchedule(chain: Chain, netuid: number): Promise<RevealSchedule> {
  const { number: head, hash: at } = await chain.header()
  const q = chain.query.SubtensorModule
  const [tempo, period, nextEpoch, blockTime] = await Promise.all([
    q.Tempo.get([netuid], { at }),
    q.RevealPeriodEpochs.get([netuid], { at }),
    nextEpochBlock(chain, netuid, at),
    blockTimeOf(chain, head, at),
  ])
  return { head, nextEpoch: nextEpoch ?? head + tempo, tempo, period: Number(period), blockTime }
}

/** Block of the subnet's next epoch; undefined when none ever runs. */
export async function nextEpochBlock(chain: Chain, netuid: number, at: string): Promise<number | undefined> {
  try {
    const block = await chain.api.SubnetInfoRuntimeApi.get_next_epoch_start_block({ netuid }, { at })
    return block === undefined ? undefined : Number(block)
  } catch (error) {
    // Older runtimes do not say.
    if (!isNeuriteError(error, 'NoSuchApi')) throw error
  }
  const q = chain.query.SubtensorModule
  const [tempo, last] = await Promise.all([q.Tempo.get([netuid], { at }), q.LastEpochBlock.get([netuid], { at })])
  return tempo === 0 ? undefined : Number(last) + tempo
}

/** Seconds between blocks, measured; what the chain is built for where there are none to measure. */
async function blockTimeOf(chain: Chain, head: number, at: string): Promise<number> {
  const slot = Number(chain.constants.Aura.SlotDuration) / 1000
  const blocks = Math.min(MEASURED_BLOCKS, head - 1)
  if (blocks < 1) return slot
  const hash = await chain.connection.request<string | null>('chain_getBlockHash', [head - blocks])
  if (hash === null) return slot
  const [now, then] = await Promise.all([
    chain.query.Timestamp.Now.get({ at }),
    chain.query.Timestamp.Now.get({ at: hash }),
  ])
  return now > then ? Number(now - then) / 1000 / blocks : slot
}

export interface LockedWeights extends RevealPlan {
  /** The commit. It has to be sent soon: the round fits the blocks of now. */
  readonly call: RuntimeCall
  readonly ciphertext: Uint8Array
}

/**
 * Weights of `account` encrypted for the chain's beacon, as the call that commits them.
 * @example
 * const { call, round, revealBlock } = await lockWeights(chain, validator.publicKey, { netuid: 2, mecid: 0, uids: [4], values: [1], versionKey: 0n })
 * await chain.submit(call, validator)
 */
export async function lockWeights(
  chain: Chain,
  account: AccountId,
  plan: WeightPlan,
  now: number = nowSeconds(),
): Promise<LockedWeights> {
  const [beacon, schedule] = await Promise.all([readBeacon(chain), readRevealSchedule(chain, plan.netuid)])
  const reveal = planReveal(schedule, beacon, now)
  const ciphertext = encryptWeights(account, plan, reveal.round, beacon.publicKey)
  return { ...reveal, ciphertext, call: timelockedCall(plan, ciphertext, reveal.round) }
}

function encryptWeights(account: AccountId, plan: WeightPlan, round: bigint, publicKey: Uint8Array): Uint8Array {
  const { uids, values, versionKey } = plan
  // With the hotkey inside, nobody can send the same bytes as weights of their own.
  const payload = { hotkey: hexToBytes(account), uids: [...uids], values: [...values], version_key: versionKey }
  const entropy = crypto.getRandomValues(new Uint8Array(ENTROPY_LENGTH))
  return encrypt(encode(weightsPayload, payload), round, publicKey, entropy)
}

export function timelockedCall({ netuid, mecid }: WeightPlan, commit: Uint8Array, round: bigint): RuntimeCall {
  const rest = { commit, reveal_round: round, commit_reveal_version: TIMELOCK_VERSION }
  const [name, args] =
    mecid === 0
      ? ['commit_timelocked_weights', { netuid, ...rest }]
      : ['commit_timelocked_mechanism_weights', { netuid, mecid, ...rest }]
  return { pallet: 'SubtensorModule', name, args } as RuntimeCall
}
