/** When a subnet's next epoch is due. */
import type { Ctx } from '../../../frame/index.ts'
import { nextEpochStartBlock } from '../../../yuma/index.ts'
import { storage } from '../storage/index.ts'

/**
 * Block of the next epoch; undefined when the subnet's tempo is 0. A netuid that no subnet has counts with the default
 * tempo, as in the reference.
 */
export function nextEpochBlock(ctx: Ctx, netuid: number): bigint | undefined {
  const tempo = storage.Tempo.get(ctx, { netuid })
  const pendingEpochAt = storage.PendingEpochAt.get(ctx, { netuid })
  // The older clock hits fixed blocks. Epochs run before this block can be asked about, so the next one is later.
  const lastEpochBlock =
    ctx.profile.compat.epochClock === 'modulo'
      ? latestModuloEpoch(ctx.block, netuid, tempo)
      : storage.LastEpochBlock.get(ctx, { netuid })
  return nextEpochStartBlock({ tempo, lastEpochBlock, pendingEpochAt })
}

/** Block such that the next one of the older clock, whose period is one longer than the tempo, is `tempo` later. */
function latestModuloEpoch(block: bigint, netuid: number, tempo: number): bigint {
  const since = (block + 1n + BigInt(netuid) + 1n) % BigInt(tempo + 1)
  return block + 1n - since
}
