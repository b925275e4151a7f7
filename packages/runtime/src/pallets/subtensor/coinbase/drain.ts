/**
 * Takes what is pending from the subnets whose epoch runs in this block, and moves their clocks on.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/run_coinbase.rs drain_pending
 */
import { addU64 } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { isEpochDue } from '../epoch/clock.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { hasConsistentKeys } from './schedule.ts'

/** What a subnet pays out at one epoch. @unit alpha-rao */
export interface Drained {
  readonly netuid: number
  readonly server: bigint
  readonly validator: bigint
  readonly root: bigint
  readonly owner: bigint
}

/** Drains every due subnet, up to the limit per block; the others wait for the next block. */
export function drainPending(ctx: Ctx, netuids: readonly number[]): Drained[] {
  const drained: Drained[] = []
  const limit = storage.MaxEpochsPerBlock.get(ctx)
  for (const netuid of netuids) {
    const key = { netuid }
    storage.BlocksSinceLastStep.mutate(ctx, key, (blocks) => addU64(blocks, 1n))
    if (!isEpochDue(ctx, netuid)) continue
    if (drained.length >= limit) {
      const next = ctx.block + 1n
      storage.PendingEpochAt.set(ctx, key, next)
      ctx.emit(events.EpochDeferred({ netuid, from_block: ctx.block, to_block: next }))
      continue
    }
    if (hasConsistentKeys(ctx, netuid)) drained.push(drainOne(ctx, netuid))
    else ctx.emit(events.EpochSkipped({ netuid, block: ctx.block }))
    storage.LastEpochBlock.set(ctx, key, ctx.block)
    storage.PendingEpochAt.set(ctx, key, 0n)
    storage.SubnetEpochIndex.mutate(ctx, key, (index) => addU64(index, 1n))
  }
  return drained
}

function drainOne(ctx: Ctx, netuid: number): Drained {
  const key = { netuid }
  const drained = {
    netuid,
    server: storage.PendingServerEmission.get(ctx, key),
    validator: storage.PendingValidatorEmission.get(ctx, key),
    root: storage.PendingRootAlphaDivs.get(ctx, key),
    owner: storage.PendingOwnerCut.get(ctx, key),
  }
  storage.BlocksSinceLastStep.set(ctx, key, 0n)
  storage.PendingServerEmission.set(ctx, key, 0n)
  storage.PendingValidatorEmission.set(ctx, key, 0n)
  storage.PendingRootAlphaDivs.set(ctx, key, 0n)
  storage.PendingOwnerCut.set(ctx, key, 0n)
  return drained
}
