/**
 * Parameters that a new subnet starts with, where they differ from the defaults of storage or views list them.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/subnet.rs init_new_network
 */
import type { Ctx, StorageMap } from '../../../frame/index.ts'
import { initialLastEpochBlock } from '../../../yuma/index.ts'
import { constants } from '../constants.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { initBurnIncrease } from './burnIncrease.ts'
import { registersByWork } from './work.ts'

/** Price of the first registration. @unit rao */
const FIRST_BURN = 1_000_000_000n

/** 0.97 of the old terms stay at each adjustment. @unit fraction of 2^64-1 */
const SLOW_ADJUSTMENT = 17_893_341_751_498_265_066n

type ByNetuid<V> = StorageMap<any, V, V>

/** Writes down what the default is now, so that a later change of the default leaves the subnet as it is. */
function pin<V>(ctx: Ctx, item: ByNetuid<V>, netuid: number): void {
  if (!item.has(ctx, { netuid })) item.set(ctx, { netuid }, item.get(ctx, { netuid }))
}

export function initSubnet(ctx: Ctx, netuid: number): void {
  const key = { netuid }
  const tempo = constants.InitialTempo.get(ctx)
  storage.SubnetworkN.set(ctx, key, 0)
  storage.NetworksAdded.set(ctx, key, true)
  storage.Tempo.set(ctx, key, tempo)
  storage.LastEpochBlock.set(ctx, key, initialLastEpochBlock(netuid, tempo, ctx.block))
  storage.TotalNetworks.mutate(ctx, (count) => Math.min(count + 1, 65_535))
  storage.NetworkRegistrationAllowed.set(ctx, key, true)
  ctx.emit(events.RegistrationAllowed(netuid, true))
  storage.MaxAllowedUids.set(ctx, key, 256)
  ctx.emit(events.MaxAllowedUidsSet(netuid, 256))
  storage.MaxAllowedValidators.set(ctx, key, 64)
  ctx.emit(events.MaxAllowedValidatorsSet(netuid, 64))
  storage.MinAllowedWeights.set(ctx, key, 1)
  ctx.emit(events.MinAllowedWeightSet(netuid, 1))
  storage.ImmunityPeriod.set(ctx, key, 5000)
  ctx.emit(events.ImmunityPeriodSet(netuid, 5000))
  if (ctx.profile.compat.yumaOfNewSubnets === 3) storage.Yuma3On.set(ctx, key, true)
  storage.Burn.set(ctx, key, FIRST_BURN)
  initBurnIncrease(ctx, netuid)
  if (registersByWork(ctx)) {
    storage.AdjustmentInterval.set(ctx, key, 360)
    storage.AdjustmentAlpha.set(ctx, key, SLOW_ADJUSTMENT)
    storage.LastAdjustmentBlock.set(ctx, key, ctx.block)
  }
  for (const item of [storage.Kappa, storage.ActivityCutoff, storage.RegistrationsThisInterval]) pin(ctx, item, netuid)
}
