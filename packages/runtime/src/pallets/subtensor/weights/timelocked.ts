/**
 * Committing encrypted weights, which the chain opens by itself once a beacon has reached their round.
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/weights.rs
 */
import { bytesToHex } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { type Ctx, ensure, ensureSome, type Origin, signed } from '../../../frame/index.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { epochOfBlock, followsBlockNumbers } from '../epoch/clock.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { noteUpdate } from '../registration/uids.ts'
import { storage } from '../storage/index.ts'
import { currentEpoch } from './epochs.ts'
import { ensureMechanism, passesWeightsRateLimit } from './set.ts'

/** Most commits of one hotkey in one epoch. */
const MAX_PER_EPOCH = 10

/** Version of the encryption that calls without an argument for it use. */
export const FIXED_VERSION = 4

export interface TimelockedCommit {
  readonly netuid: number
  readonly mecid: number
  /** A time-locked message, see `@neurite/primitives/timelock`. It is not looked at before its round. */
  readonly ciphertext: Uint8Array
  readonly round: bigint
  readonly version: number
}

/** Number of the epoch under which a commit of this block is kept. */
export function commitEpoch(ctx: Ctx, netuid: number): bigint {
  return followsBlockNumbers(ctx) ? epochOfBlock(ctx, netuid, ctx.block) : currentEpoch(ctx, netuid)
}

/** Keeps the signer's encrypted weights until their epoch of reveal. */
export function commitTimelocked(ctx: Ctx, origin: Origin, commit: TimelockedCommit): void {
  const { netuid, mecid, ciphertext, round, version } = commit
  ensureMechanism(ctx, netuid, mecid)
  const index = mechanismStorageIndex(netuid, mecid)
  const hotkey = signed(origin)
  ensure(storage.CommitRevealWeightsEnabled.get(ctx, { netuid }), errors.CommitRevealDisabled)
  ensure(version === storage.CommitRevealWeightsVersion.get(ctx), errors.IncorrectCommitRevealVersion)
  const uid = ensureSome(storage.Uids.get(ctx, { netuid, hotkey }), errors.HotKeyNotRegisteredInSubNet)
  ensure(passesWeightsRateLimit(ctx, netuid, mecid, uid), errors.CommittingWeightsTooFast)

  const key = { index, epoch: commitEpoch(ctx, netuid) }
  const waiting = storage.TimelockedWeightCommits.get(ctx, key)
  const own = waiting.filter(([who]) => who === hotkey)
  ensure(own.length < MAX_PER_EPOCH, errors.TooManyUnrevealedCommits)

  storage.TimelockedWeightCommits.set(ctx, key, [...waiting, [hotkey, ctx.block, ciphertext, round]])
  ctx.emit(events.TimelockedWeightsCommitted(hotkey, index, bytesToHex(blake2_256(ciphertext)), round))
  noteUpdate(ctx, index, uid)
}
