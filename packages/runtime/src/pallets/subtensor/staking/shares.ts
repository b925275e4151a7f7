/**
 * Stake: shares of a hotkey's alpha on a subnet, one pool for each pair.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/staking/stake_utils.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64 } from '@neurite/primitives/fixed'
import {
  canDeposit,
  depositShares,
  isZeroFloat,
  type SharePosition,
  shareValue,
  withdrawShares,
} from '../../../economics/index.ts'
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

/** Subnet of root: its stake is TAO, one to one. */
export const ROOT_NETUID = 0

function readPosition(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number): SharePosition {
  return {
    total: storage.TotalHotkeyAlpha.get(ctx, { hotkey, netuid }),
    denominator: storage.TotalHotkeySharesV2.get(ctx, { hotkey, netuid }),
    share: storage.AlphaV2.get(ctx, { hotkey, coldkey, netuid }),
  }
}

function writeTotal(ctx: Ctx, hotkey: AccountId, netuid: number, total: bigint): void {
  if (total > 0n) storage.TotalHotkeyAlpha.set(ctx, { hotkey, netuid }, total)
  else storage.TotalHotkeyAlpha.remove(ctx, { hotkey, netuid })
}

/** Zero entries are removed, so that iteration visits only those who hold something. */
function writePosition(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number, next: SharePosition): void {
  writeTotal(ctx, hotkey, netuid, next.total)
  if (isZeroFloat(next.denominator)) storage.TotalHotkeySharesV2.remove(ctx, { hotkey, netuid })
  else storage.TotalHotkeySharesV2.set(ctx, { hotkey, netuid }, next.denominator)
  if (isZeroFloat(next.share)) storage.AlphaV2.remove(ctx, { hotkey, coldkey, netuid })
  else storage.AlphaV2.set(ctx, { hotkey, coldkey, netuid }, next.share)
}

/** Alpha that the coldkey has staked with the hotkey. @unit alpha-rao */
export function stakeOf(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number): bigint {
  return storage.AlphaV2.has(ctx, { hotkey, coldkey, netuid })
    ? shareValue(readPosition(ctx, hotkey, coldkey, netuid))
    : 0n
}

/** Alpha staked with the hotkey by everybody. @unit alpha-rao */
export function hotkeyStake(ctx: Ctx, hotkey: AccountId, netuid: number): bigint {
  return storage.TotalHotkeyAlpha.get(ctx, { hotkey, netuid })
}

/** Whether the pool can represent a deposit of `amount`. */
export function canIncreaseStake(ctx: Ctx, hotkey: AccountId, netuid: number, amount: bigint): boolean {
  const denominator = storage.TotalHotkeySharesV2.get(ctx, { hotkey, netuid })
  return canDeposit(amount, hotkeyStake(ctx, hotkey, netuid), denominator)
}

/** Gives `amount` alpha-rao of stake with the hotkey to the coldkey. Nothing is bought or minted here. */
export function increaseStake(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  rememberStakingHotkey(ctx, coldkey, hotkey)
  const position = readPosition(ctx, hotkey, coldkey, netuid)
  writePosition(ctx, hotkey, coldkey, netuid, depositShares(position, amount))
}

/** Takes `amount` alpha-rao of stake with the hotkey from the coldkey; nothing happens when it holds less. */
export function decreaseStake(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number, amount: bigint): void {
  if (amount === 0n || !storage.AlphaV2.has(ctx, { hotkey, coldkey, netuid })) return
  const position = readPosition(ctx, hotkey, coldkey, netuid)
  const next = withdrawShares(position, amount)
  if (next !== position) writePosition(ctx, hotkey, coldkey, netuid, next)
}

/** A dividend: all who stake with the hotkey gain pro rata. */
export function increaseHotkeyStake(ctx: Ctx, hotkey: AccountId, netuid: number, amount: bigint): void {
  if (amount > 0n) writeTotal(ctx, hotkey, netuid, addU64(hotkeyStake(ctx, hotkey, netuid), amount))
}

/** Notes the hotkey in the list of those the coldkey stakes with. */
export function rememberStakingHotkey(ctx: Ctx, coldkey: AccountId, hotkey: AccountId): void {
  const hotkeys = storage.StakingHotkeys.get(ctx, { coldkey })
  if (!hotkeys.includes(hotkey)) storage.StakingHotkeys.set(ctx, { coldkey }, [...hotkeys, hotkey])
}
