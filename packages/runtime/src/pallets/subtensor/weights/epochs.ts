/**
 * The clock of commits: each belongs to an epoch, and may be revealed in exactly one later epoch.
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/weights.rs current_epoch_with_lookahead
 */
import type { Ctx } from '../../../frame/index.ts'
import { isEpochDue } from '../epoch/clock.ts'
import { storage } from '../storage/index.ts'

/** Number of the epoch that this block belongs to. One that is due but had to wait for the next block has begun. */
export function currentEpoch(ctx: Ctx, netuid: number): bigint {
  return storage.SubnetEpochIndex.get(ctx, { netuid }) + (isEpochDue(ctx, netuid) ? 1n : 0n)
}

function revealEpoch(ctx: Ctx, netuid: number, commitEpoch: bigint): bigint {
  return commitEpoch + storage.RevealPeriodEpochs.get(ctx, { netuid })
}

/** Whether a commit of `commitEpoch` is to be revealed now; neither earlier nor later counts. */
export function isRevealable(ctx: Ctx, netuid: number, commitEpoch: bigint): boolean {
  return currentEpoch(ctx, netuid) === revealEpoch(ctx, netuid, commitEpoch)
}

/** Whether a commit of `commitEpoch` can no longer be revealed. */
export function isExpired(ctx: Ctx, netuid: number, commitEpoch: bigint): boolean {
  return currentEpoch(ctx, netuid) > revealEpoch(ctx, netuid, commitEpoch)
}
