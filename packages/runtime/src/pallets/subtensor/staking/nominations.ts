/** Small nominations: stake below the minimum with a hotkey of somebody else is paid out. */
import type { AccountId } from '@neurite/primitives/bytes'
import { mulU64 } from '@neurite/primitives/fixed'
import { type Ctx, DispatchError } from '../../../frame/index.ts'
import { alphaWorth } from '../../swap/index.ts'
import { recycleAlpha } from '../issuance/index.ts'
import { storage } from '../storage/index.ts'
import { allNetuids } from '../subnets.ts'
import { ownsHotkey } from './hotkeys.ts'
import { decreaseStake, stakeOf } from './shares.ts'
import { totalStakeOfHotkey } from './totals.ts'
import { type StakeKeys, unstakeFrom } from './transfers.ts'
import { minStake } from './validate.ts'

const MILLION = 1_000_000n

/** Least rao that a nomination may be worth. */
export function minNomination(ctx: Ctx): bigint {
  return mulU64(minStake(ctx), storage.NominatorMinRequiredStake.get(ctx)) / MILLION
}

/** Pays the position out when it is a nomination below the minimum. If it cannot be sold, its alpha is recycled. */
export function clearSmallNomination(ctx: Ctx, { hotkey, coldkey, netuid }: StakeKeys): void {
  if (ownsHotkey(ctx, coldkey, hotkey)) return
  const held = stakeOf(ctx, hotkey, coldkey, netuid)
  if (held === 0n || held >= alphaWorth(ctx, netuid, minNomination(ctx))) return
  try {
    ctx.transactional(() => unstakeFrom(ctx, { hotkey, coldkey, netuid }, held))
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    decreaseStake(ctx, hotkey, coldkey, netuid, held)
    recycleAlpha(ctx, netuid, held)
  }
}

/** Pays out all nominations below the minimum: after root raised it. */
export function clearSmallNominations(ctx: Ctx): void {
  for (const [keys] of storage.AlphaV2.entries(ctx)) clearSmallNomination(ctx, keys)
}

/** A hotkey with less stake than the threshold may not have children, so scheduled ones are dropped. */
export function dropPendingChildrenBelowThreshold(ctx: Ctx, hotkey: AccountId): void {
  if (totalStakeOfHotkey(ctx, hotkey) >= storage.StakeThreshold.get(ctx)) return
  for (const netuid of allNetuids(ctx)) {
    if (storage.PendingChildKeys.has(ctx, { netuid, hotkey })) storage.PendingChildKeys.remove(ctx, { netuid, hotkey })
  }
}
