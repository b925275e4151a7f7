/** When a subnet's epoch is due. */
import type { Ctx } from '../../../frame/index.ts'
import { shouldRunEpoch } from '../../../yuma/index.ts'
import { storage } from '../storage/index.ts'

/** Whether the subnet's epoch is due in this block. */
export function isEpochDue(ctx: Ctx, netuid: number): boolean {
  const tempo = storage.Tempo.get(ctx, { netuid })
  const pendingEpochAt = storage.PendingEpochAt.get(ctx, { netuid })
  const blocksSinceLastStep = storage.BlocksSinceLastStep.get(ctx, { netuid })
  if (ctx.profile.compat.epochClock === 'modulo') return isDueByModulo(ctx.block, netuid, tempo, pendingEpochAt)
  const lastEpochBlock = storage.LastEpochBlock.get(ctx, { netuid })
  return shouldRunEpoch({ tempo, lastEpochBlock, pendingEpochAt, blocksSinceLastStep }, ctx.block)
}

/** The clock before version 425: fixed by block number and netuid, with a period of tempo + 1. */
function isDueByModulo(block: bigint, netuid: number, tempo: number, pendingEpochAt: bigint): boolean {
  if (tempo === 0) return false
  if (pendingEpochAt > 0n && block >= pendingEpochAt) return true
  return (block + BigInt(netuid) + 1n) % BigInt(tempo + 1) === BigInt(tempo)
}

/** A subnet whose places name one hotkey twice must not run: its results could not be assigned. */
export function hasConsistentKeys(ctx: Ctx, netuid: number): boolean {
  const seen = new Set<string>()
  for (const [, hotkey] of storage.Keys.entries(ctx, { netuid })) {
    if (seen.has(hotkey)) return false
    seen.add(hotkey)
  }
  return true
}
