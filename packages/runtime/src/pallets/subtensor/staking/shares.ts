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
import type { Ctx, Place } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

/** Subnet of root: its stake is TAO, one to one. */
export const ROOT_NETUID = 0

/** Where a coldkey's position with a hotkey is stored. */
function positionPlaces(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number) {
  return {
    total: storage.TotalHotkeyAlpha.at(ctx, { hotkey, netuid }),
    denominator: storage.TotalHotkeySharesV2.at(ctx, { hotkey, netuid }),
    share: storage.AlphaV2.at(ctx, { hotkey, coldkey, netuid }),
  }
}

type PositionPlaces = ReturnType<typeof positionPlaces>

function readPosition({ total, denominator, share }: PositionPlaces): SharePosition {
  return { total: total.get(), denominator: denominator.get(), share: share.get() }
}

/** Zero entries are removed, so that iteration visits only those who hold something. */
function writeUnlessZero<V>(place: Place<V>, value: V, isZero: boolean): void {
  if (isZero) place.remove()
  else place.set(value)
}

function writePosition(places: PositionPlaces, { total, denominator, share }: SharePosition): void {
  writeUnlessZero(places.total, total, total === 0n)
  writeUnlessZero(places.denominator, denominator, isZeroFloat(denominator))
  writeUnlessZero(places.share, share, isZeroFloat(share))
}

/** Alpha that the coldkey has staked with the hotkey. @unit alpha-rao */
export function stakeOf(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number): bigint {
  const places = positionPlaces(ctx, hotkey, coldkey, netuid)
  return places.share.has() ? shareValue(readPosition(places)) : 0n
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
  const places = positionPlaces(ctx, hotkey, coldkey, netuid)
  // Whoever has a position is in the list already.
  if (!places.share.has()) rememberStakingHotkey(ctx, coldkey, hotkey)
  writePosition(places, depositShares(readPosition(places), amount))
}

/** Takes `amount` alpha-rao of stake with the hotkey from the coldkey; nothing happens when it holds less. */
export function decreaseStake(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  const places = positionPlaces(ctx, hotkey, coldkey, netuid)
  if (!places.share.has()) return
  const position = readPosition(places)
  const next = withdrawShares(position, amount)
  if (next !== position) writePosition(places, next)
}

/** A dividend: all who stake with the hotkey gain pro rata. */
export function increaseHotkeyStake(ctx: Ctx, hotkey: AccountId, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  storage.TotalHotkeyAlpha.mutate(ctx, { hotkey, netuid }, (total) => addU64(total, amount))
}

/** Notes the hotkey in the list of those the coldkey stakes with. */
export function rememberStakingHotkey(ctx: Ctx, coldkey: AccountId, hotkey: AccountId): void {
  const hotkeys = storage.StakingHotkeys.get(ctx, { coldkey })
  if (!hotkeys.includes(hotkey)) storage.StakingHotkeys.set(ctx, { coldkey }, [...hotkeys, hotkey])
}
