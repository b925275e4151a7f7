/** Buying stake. subtensor 14bc6f9 pallets/subtensor/src/staking/add_stake.rs */
import { minBig } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { ensureDelegate, ownerOf } from './hotkeys.ts'
import { maxStakeAtLimit } from './limits.ts'
import { type StakeKeys, stakeInto } from './transfers.ts'
import { ensureWithinPool, validateAddStake } from './validate.ts'

/** Stakes `tao` rao; returns the alpha-rao bought. */
export function addStake(ctx: Ctx, keys: StakeKeys, tao: bigint): bigint {
  ensureWithinPool(ctx, keys.netuid, 'buy', tao)
  validateAddStake(ctx, keys, tao)
  return stakeInto(ctx, keys, tao)
}

export interface LimitOptions {
  /** @unit rao per alpha */
  readonly limit: bigint
  /** Trade what the limit allows instead of failing. */
  readonly allowPartial: boolean
}

/** As {@link addStake}, while alpha costs at most the limit. Staking with somebody else's hotkey opens it to others. */
export function addStakeLimit(ctx: Ctx, keys: StakeKeys, tao: bigint, { limit, allowPartial }: LimitOptions): bigint {
  ensureWithinPool(ctx, keys.netuid, 'buy', tao)
  const max = maxStakeAtLimit(ctx, keys.netuid, limit)
  validateAddStake(ctx, keys, tao, { max, allowPartial })
  if (ownerOf(ctx, keys.hotkey) !== keys.coldkey) ensureDelegate(ctx, keys.hotkey)
  return stakeInto(ctx, keys, minBig(tao, max), { limit })
}
