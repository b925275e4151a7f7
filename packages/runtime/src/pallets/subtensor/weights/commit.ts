/**
 * Committing a hash of weights, to be revealed some epochs later: until then nobody can copy them.
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/weights.rs
 */
import { type AccountId, bytesToHex, type Hash } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { accountId, encode, tuple, u16, u64, type ValueOf, vec } from '@neurite/primitives/scale'
import { type Ctx, ensure, ensureSome, type Origin, signed } from '../../../frame/index.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { noteUpdate } from '../registration/uids.ts'
import { storage } from '../storage/index.ts'
import { type Commit, commitNow, isExpired } from './epochs.ts'
import { ensureMechanism, passesWeightsRateLimit } from './set.ts'

/** Most commits of one hotkey that wait for their reveal. */
const MAX_WAITING = 10

/** What a commit is the hash of. */
export interface Revealed {
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly salt: readonly number[]
  readonly versionKey: bigint
}

const preimage = tuple(accountId, u16, vec(u16), vec(u16), vec(u16), u64)

/** The hash that commits `hotkey` to weights on the mechanism with storage index `index`. */
export function commitHash(hotkey: AccountId, index: number, { uids, values, salt, versionKey }: Revealed): Hash {
  const fields: ValueOf<typeof preimage> = [hotkey, index, uids, values, salt, versionKey]
  return bytesToHex(blake2_256(encode(preimage, fields)))
}

/** The queue without the expired commits at its front; a commit behind a live one stays. */
export function withoutExpired(ctx: Ctx, netuid: number, commits: readonly Commit[]): Commit[] {
  const firstLive = commits.findIndex((commit) => !isExpired(ctx, netuid, commit))
  return firstLive < 0 ? [] : commits.slice(firstLive)
}

/** Appends a commit to the signer's queue. */
export function commitWeights(ctx: Ctx, origin: Origin, netuid: number, mecid: number, hash: Hash): void {
  ensureMechanism(ctx, netuid, mecid)
  const hotkey = signed(origin)
  const index = mechanismStorageIndex(netuid, mecid)
  ensure(storage.CommitRevealWeightsEnabled.get(ctx, { netuid }), errors.CommitRevealDisabled)
  const uid = ensureSome(storage.Uids.get(ctx, { netuid, hotkey }), errors.HotKeyNotRegisteredInSubNet)
  ensure(passesWeightsRateLimit(ctx, netuid, mecid, uid), errors.CommittingWeightsTooFast)
  const waiting = withoutExpired(ctx, netuid, storage.WeightCommits.get(ctx, { index, hotkey }) ?? [])
  ensure(waiting.length < MAX_WAITING, errors.TooManyUnrevealedCommits)

  waiting.push(commitNow(ctx, netuid, hash))
  storage.WeightCommits.set(ctx, { index, hotkey }, waiting)
  ctx.emit(events.WeightsCommitted(hotkey, index, hash))
  noteUpdate(ctx, index, uid)
}
