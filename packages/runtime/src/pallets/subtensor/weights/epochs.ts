/**
 * When commits of hashes may be revealed.
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/weights.rs current_epoch_with_lookahead
 */
import type { Hash } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import { blocksOfEpoch, epochOfBlock, followsBlockNumbers, isEpochDue } from '../epoch/clock.ts'
import { storage } from '../storage/index.ts'

/**
 * A hash and when it was committed: epoch, block, 0. Where epochs follow from block numbers: block, first and last
 * block of the reveal.
 */
export type Commit = [hash: Hash, bigint, bigint, bigint]

/** Number of the epoch that this block belongs to. One that is due but had to wait for the next block has begun. */
export function currentEpoch(ctx: Ctx, netuid: number): bigint {
  return storage.SubnetEpochIndex.get(ctx, { netuid }) + (isEpochDue(ctx, netuid) ? 1n : 0n)
}

/** `hash` as a commit of this block. */
export function commitNow(ctx: Ctx, netuid: number, hash: Hash): Commit {
  if (!followsBlockNumbers(ctx)) return [hash, currentEpoch(ctx, netuid), ctx.block, 0n]
  const period = storage.RevealPeriodEpochs.get(ctx, { netuid })
  const { first, last } = blocksOfEpoch(ctx, netuid, epochOfBlock(ctx, netuid, ctx.block) + period)
  return [hash, ctx.block, first, last]
}

/** Block in which the commit was made. */
export function commitBlock(ctx: Ctx, [, first, second]: Commit): bigint {
  return followsBlockNumbers(ctx) ? first : second
}

interface Window {
  readonly now: bigint
  readonly first: bigint
  readonly last: bigint
}

/** When the commit may be revealed, and when it is now: both epochs, or both blocks. */
function revealWindow(ctx: Ctx, netuid: number, [, epoch, firstBlock, lastBlock]: Commit): Window {
  if (followsBlockNumbers(ctx)) return { now: ctx.block, first: firstBlock, last: lastBlock }
  const revealEpoch = epoch + storage.RevealPeriodEpochs.get(ctx, { netuid })
  return { now: currentEpoch(ctx, netuid), first: revealEpoch, last: revealEpoch }
}

/** Whether the commit is to be revealed now: in exactly one epoch, neither earlier nor later. */
export function isRevealable(ctx: Ctx, netuid: number, commit: Commit): boolean {
  const { now, first, last } = revealWindow(ctx, netuid, commit)
  return first <= now && now <= last
}

/** Whether the commit can no longer be revealed. */
export function isExpired(ctx: Ctx, netuid: number, commit: Commit): boolean {
  const { now, last } = revealWindow(ctx, netuid, commit)
  return now > last
}
