/** Destroying one's own alpha. subtensor 14bc6f9 pallets/subtensor/src/staking/recycle_alpha.rs */
import { minBig } from '@neurite/primitives/fixed'
import { type Ctx, ensure } from '../../../frame/index.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { burnAlpha, recycleAlpha } from '../issuance/index.ts'
import { storage } from '../storage/index.ts'
import { subnetExists } from '../subnets.ts'
import { addStake, addStakeLimit } from './addStake.ts'
import { hotkeyExists } from './hotkeys.ts'
import { decreaseStake, ROOT_NETUID, stakeOf } from './shares.ts'
import type { StakeKeys } from './transfers.ts'
import { ensureSubtokenEnabled } from './validate.ts'

/** Takes up to `alpha` out of the position; returns how much it was. */
function take(ctx: Ctx, { hotkey, coldkey, netuid }: StakeKeys, alpha: bigint): bigint {
  ensure(subnetExists(ctx, netuid), errors.SubnetNotExists)
  ensure(netuid !== ROOT_NETUID, errors.CannotBurnOrRecycleOnRootSubnet)
  ensureSubtokenEnabled(ctx, netuid)
  ensure(hotkeyExists(ctx, hotkey), errors.HotKeyAccountNotExists)
  const amount = minBig(alpha, stakeOf(ctx, hotkey, coldkey, netuid))
  ensure(storage.SubnetAlphaOut.get(ctx, { netuid }) >= amount, errors.InsufficientLiquidity)
  decreaseStake(ctx, hotkey, coldkey, netuid, amount)
  return amount
}

/** Destroys stake so that the alpha can be issued again. */
export function recycleStake(ctx: Ctx, keys: StakeKeys, alpha: bigint): void {
  const amount = take(ctx, keys, alpha)
  recycleAlpha(ctx, keys.netuid, amount)
  ctx.emit(events.AlphaRecycled(keys.coldkey, keys.hotkey, amount, keys.netuid))
}

/** Destroys stake for good. */
export function burnStake(ctx: Ctx, keys: StakeKeys, alpha: bigint): void {
  const amount = take(ctx, keys, alpha)
  burnAlpha(ctx, keys.netuid, amount)
  ctx.emit(events.AlphaBurned(keys.coldkey, keys.hotkey, amount, keys.netuid))
}

/** Buys stake, all or nothing at the limit, and burns it at once. */
export function addStakeBurn(ctx: Ctx, keys: StakeKeys, tao: bigint, limit: bigint | undefined): void {
  ctx.transactional(() => {
    const alpha =
      limit === undefined ? addStake(ctx, keys, tao) : addStakeLimit(ctx, keys, tao, { limit, allowPartial: false })
    burnStake(ctx, keys, alpha)
    ctx.emit(events.AddStakeBurn({ netuid: keys.netuid, hotkey: keys.hotkey, amount: tao, alpha }))
  })
}
