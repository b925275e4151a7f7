/**
 * Revealing committed weights, which sets them.
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/weights.rs
 */
import type { AccountId, Hash } from '@neurite/primitives/bytes'
import { type Ctx, ensure, ensureSome } from '../../../frame/index.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { commitHash, type Revealed, withoutExpired } from './commit.ts'
import { type Commit, commitBlock, isRevealable } from './epochs.ts'
import { setWeights } from './set.ts'

/** Arguments of a batch of reveals: lists of equal length. */
export interface RevealLists {
  readonly uids_list: readonly (readonly number[])[]
  readonly values_list: readonly (readonly number[])[]
  readonly salts_list: readonly (readonly number[])[]
  readonly version_keys: readonly bigint[]
}

export function revealsOf({ uids_list, values_list, salts_list, version_keys }: RevealLists): Revealed[] {
  const count = uids_list.length
  const areEqual = [values_list, salts_list, version_keys].every((list) => list.length === count)
  ensure(areEqual, errors.InputLengthsUnequal)
  return uids_list.map((uids, i) => ({
    uids,
    values: values_list[i]!,
    salt: salts_list[i]!,
    versionKey: version_keys[i]!,
  }))
}

/** Whether each of the reveals has its commit and is due: what the pool asks, with fewer errors than the call. */
export function ensureDue(
  ctx: Ctx,
  hotkey: AccountId,
  netuid: number,
  mecid: number,
  reveals: readonly Revealed[],
): void {
  const index = mechanismStorageIndex(netuid, mecid)
  const commits = ensureSome(storage.WeightCommits.get(ctx, { index, hotkey }), errors.NoWeightsCommitFound)
  for (const revealed of reveals) {
    const hash = commitHash(hotkey, index, revealed)
    const commit = ensureSome(
      commits.find(([committed]) => committed === hash),
      errors.NoWeightsCommitFound,
    )
    ensure(isRevealable(ctx, netuid, commit), errors.RevealTooEarly)
  }
}

interface Queue {
  /** Commits that can still be revealed, now or later. */
  readonly live: Commit[]
  readonly expired: ReadonlySet<Hash>
}

function readQueue(ctx: Ctx, netuid: number, index: number, hotkey: AccountId): Queue {
  ensure(storage.CommitRevealWeightsEnabled.get(ctx, { netuid }), errors.CommitRevealDisabled)
  const commits = ensureSome(storage.WeightCommits.get(ctx, { index, hotkey }), errors.NoWeightsCommitFound)
  const live = withoutExpired(ctx, netuid, commits)
  return { live, expired: new Set(commits.slice(0, commits.length - live.length).map(([hash]) => hash)) }
}

function writeQueue(ctx: Ctx, index: number, hotkey: AccountId, live: readonly Commit[]): void {
  if (live.length === 0) storage.WeightCommits.remove(ctx, { index, hotkey })
  else storage.WeightCommits.set(ctx, { index, hotkey }, live)
}

/** Place in the queue of the commit with `hash`, which must be due for its reveal. */
function duePlace(ctx: Ctx, netuid: number, { live, expired }: Queue, hash: Hash): number {
  const place = live.findIndex(([committed]) => committed === hash)
  if (place < 0) throw expired.has(hash) ? errors.ExpiredWeightCommit : errors.InvalidRevealCommitHashNotMatch
  ensure(isRevealable(ctx, netuid, live[place]!), errors.RevealTooEarly)
  return place
}

/** Sets the revealed weights of `hotkey`, and drops their commit with all that came before it. */
export function revealWeights(ctx: Ctx, hotkey: AccountId, netuid: number, mecid: number, revealed: Revealed): void {
  const index = mechanismStorageIndex(netuid, mecid)
  const queue = readQueue(ctx, netuid, index, hotkey)
  const hash = commitHash(hotkey, index, revealed)
  ensure(queue.live.length > 0 || queue.expired.has(hash), errors.NoWeightsCommitFound)
  const place = duePlace(ctx, netuid, queue, hash)
  const committedAt = commitBlock(ctx, queue.live[place]!)
  writeQueue(ctx, index, hotkey, queue.live.slice(place + 1))
  setWeights(ctx, hotkey, { netuid, mecid, committedAt, ...revealed })
  ctx.emit(events.WeightsRevealed(hotkey, index, hash))
}

/** Reveals several commits in the order given, all or none. Only these leave the queue, and those that expired. */
export function batchRevealWeights(ctx: Ctx, hotkey: AccountId, netuid: number, reveals: readonly Revealed[]): void {
  const index = mechanismStorageIndex(netuid, 0)
  const queue = readQueue(ctx, netuid, index, hotkey)
  const hashes = reveals.map((revealed) => commitHash(hotkey, index, revealed))
  for (const hash of hashes) duePlace(ctx, netuid, queue, hash)
  for (const [i, revealed] of reveals.entries()) {
    // Looked up again: of two equal reveals the second finds its commit gone.
    const [commit] = queue.live.splice(duePlace(ctx, netuid, queue, hashes[i]!), 1)
    setWeights(ctx, hotkey, { netuid, mecid: 0, committedAt: commitBlock(ctx, commit!), ...revealed })
  }
  writeQueue(ctx, index, hotkey, queue.live)
  ctx.emit(events.WeightsBatchRevealed(hotkey, netuid, hashes))
}
