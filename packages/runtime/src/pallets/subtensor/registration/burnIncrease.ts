/** By how much a registration makes the next one dearer. */
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

/**
 * Notes on a new subnet the factor of the network's compatibility. It is written down instead of being a default of its
 * own: defaults stand in the metadata, which clients take to be the same for all networks of one spec version.
 */
export function initBurnIncrease(ctx: Ctx, netuid: number): void {
  const thousandths = ctx.profile.compat.burnIncreaseMult
  if (thousandths === 1260) return
  storage.BurnIncreaseMult.set(ctx, { netuid }, (BigInt(thousandths) << 64n) / 1000n)
}
