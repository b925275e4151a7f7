/** Selling stake. subtensor 14bc6f9 pallets/subtensor/src/staking/remove_stake.rs */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, minBig } from '@neurite/primitives/fixed'
import { type Ctx, ensure } from '../../../frame/index.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage/index.ts'
import { allNetuids } from '../subnets.ts'
import type { LimitOptions } from './addStake.ts'
import { hotkeyExists } from './hotkeys.ts'
import { maxUnstakeAtLimit } from './limits.ts'
import { clearSmallNomination, dropPendingChildrenBelowThreshold } from './nominations.ts'
import { ROOT_NETUID, stakeOf } from './shares.ts'
import { type StakeKeys, stakeInto, unstakeFrom } from './transfers.ts'
import { canRemoveStake, ensureSubtokenEnabled, ensureWithinPool, validateRemoveStake } from './validate.ts'

function cleanUp(ctx: Ctx, keys: StakeKeys): void {
  clearSmallNomination(ctx, keys)
  dropPendingChildrenBelowThreshold(ctx, keys.hotkey)
}

/** Sells `alpha` of the stake, or what is left of it when the fee of this very call was paid from it. */
export function removeStake(ctx: Ctx, keys: StakeKeys, alpha: bigint): void {
  const { hotkey, coldkey, netuid } = keys
  ensureSubtokenEnabled(ctx, netuid)
  const amount = minBig(alpha, stakeOf(ctx, hotkey, coldkey, netuid))
  ensureWithinPool(ctx, netuid, 'sell', amount)
  validateRemoveStake(ctx, keys, amount)
  unstakeFrom(ctx, keys, amount)
  cleanUp(ctx, keys)
}

/** As {@link removeStake}, while alpha brings at least the limit. */
export function removeStakeLimit(
  ctx: Ctx,
  keys: StakeKeys,
  alpha: bigint,
  { limit, allowPartial }: LimitOptions,
): void {
  ensureWithinPool(ctx, keys.netuid, 'sell', alpha)
  const max = maxUnstakeAtLimit(ctx, keys.netuid, limit)
  validateRemoveStake(ctx, keys, alpha, { max, allowPartial })
  unstakeFrom(ctx, keys, minBig(alpha, max), { limit })
  cleanUp(ctx, keys)
}

/** Sells the whole position, all or nothing at the limit. */
export function removeStakeFull(ctx: Ctx, keys: StakeKeys, limit: bigint | undefined): void {
  const alpha = stakeOf(ctx, keys.hotkey, keys.coldkey, keys.netuid)
  if (limit === undefined) removeStake(ctx, keys, alpha)
  else removeStakeLimit(ctx, keys, alpha, { limit, allowPartial: false })
}

/** Sells every position with the hotkey that can be sold; returns the rao paid. */
function unstakeEverywhere(ctx: Ctx, coldkey: AccountId, hotkey: AccountId, includeRoot: boolean): bigint {
  ensure(hotkeyExists(ctx, hotkey), errors.HotKeyAccountNotExists)
  let total = 0n
  for (const netuid of allNetuids(ctx)) {
    if (!storage.SubtokenEnabled.get(ctx, { netuid }) || (netuid === ROOT_NETUID && !includeRoot)) continue
    const keys = { hotkey, coldkey, netuid }
    const alpha = stakeOf(ctx, hotkey, coldkey, netuid)
    if (!canRemoveStake(ctx, keys, alpha)) continue
    total = addU64(total, unstakeFrom(ctx, keys, alpha))
    clearSmallNomination(ctx, keys)
  }
  return total
}

/** Sells all stake with the hotkey, on root too. */
export function unstakeAll(ctx: Ctx, coldkey: AccountId, hotkey: AccountId): void {
  unstakeEverywhere(ctx, coldkey, hotkey, true)
}

/** Sells all alpha with the hotkey and stakes the proceeds on root. */
export function unstakeAllAlpha(ctx: Ctx, coldkey: AccountId, hotkey: AccountId): void {
  const tao = unstakeEverywhere(ctx, coldkey, hotkey, false)
  stakeInto(ctx, { hotkey, coldkey, netuid: ROOT_NETUID }, tao)
}
