/**
 * Replacing a coldkey: everything it owns goes to the new one, announced ahead so that a theft can be disputed.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/swap/swap_coldkey.rs
 */
import { type AccountId, bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { toU128 } from '@neurite/primitives/fixed'
import { blake2_256 } from '@neurite/primitives/hash'
import { type Ctx, DispatchError, ensure, ensureSome } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { recycleTao, spendable, transferTao } from '../issuance/index.ts'
import { hotkeyExists } from '../staking/hotkeys.ts'
import { addToRootIndex, hasRootStake, removeFromRootIndex } from '../staking/rootIndex.ts'
import { decreaseStake, increaseStake, stakeOf } from '../staking/shares.ts'
import { storage } from '../storage/index.ts'
import { allNetuids } from '../subnets.ts'

/** Blocks are 32 bits in these items. */
const blockNow = (ctx: Ctx): number => Number(ctx.block)

/** Takes the price of a swap; it can be minted again. */
export function paySwap(ctx: Ctx, coldkey: AccountId, cost: bigint): void {
  try {
    recycleTao(ctx, coldkey, cost)
  } catch (error) {
    if (error instanceof DispatchError) throw errors.NotEnoughBalanceToPaySwapColdKey
    throw error
  }
}

/** Announces the hash of the new coldkey. The first announcement costs, a later one has to wait. */
export function announceSwap(ctx: Ctx, coldkey: AccountId, hash: `0x${string}`): void {
  const announced = storage.ColdkeySwapAnnouncements.get(ctx, { coldkey })
  if (announced === undefined) paySwap(ctx, coldkey, constants.KeySwapCost.get(ctx))
  else {
    const earliest = announced[0] + storage.ColdkeySwapReannouncementDelay.get(ctx)
    ensure(blockNow(ctx) >= earliest, errors.ColdkeySwapReannouncedTooEarly)
  }
  const when = blockNow(ctx) + storage.ColdkeySwapAnnouncementDelay.get(ctx)
  storage.ColdkeySwapAnnouncements.set(ctx, { coldkey }, [when, hash])
  ctx.emit(events.ColdkeySwapAnnounced({ who: coldkey, new_coldkey_hash: hash }))
}

/** Withdraws an announcement, some time after it could have been used. */
export function clearAnnouncement(ctx: Ctx, coldkey: AccountId): void {
  const announced = storage.ColdkeySwapAnnouncements.get(ctx, { coldkey })
  const [when] = ensureSome(announced, errors.ColdkeySwapAnnouncementNotFound)
  const earliest = when + storage.ColdkeySwapReannouncementDelay.get(ctx)
  ensure(blockNow(ctx) >= earliest, errors.ColdkeySwapClearTooEarly)
  storage.ColdkeySwapAnnouncements.remove(ctx, { coldkey })
  ctx.emit(events.ColdkeySwapCleared({ who: coldkey }))
}

/** Does what was announced. */
export function swapAnnounced(ctx: Ctx, coldkey: AccountId, next: AccountId): void {
  const announced = storage.ColdkeySwapAnnouncements.take(ctx, { coldkey })
  const [when, hash] = ensureSome(announced, errors.ColdkeySwapAnnouncementNotFound)
  ensure(bytesToHex(blake2_256(hexToBytes(next))) === hash, errors.AnnouncedColdkeyHashDoesNotMatch)
  ensure(blockNow(ctx) >= when, errors.ColdkeySwapTooEarly)
  swapColdkey(ctx, coldkey, next)
}

/** Freezes the coldkey until root decides. */
export function disputeSwap(ctx: Ctx, coldkey: AccountId): void {
  ensure(storage.ColdkeySwapAnnouncements.has(ctx, { coldkey }), errors.ColdkeySwapAnnouncementNotFound)
  ensure(!storage.ColdkeySwapDisputes.has(ctx, { coldkey }), errors.ColdkeySwapAlreadyDisputed)
  storage.ColdkeySwapDisputes.set(ctx, { coldkey }, blockNow(ctx))
  ctx.emit(events.ColdkeySwapDisputed({ coldkey }))
}

/** Forgets announcement and dispute. */
export function forgetSwap(ctx: Ctx, coldkey: AccountId): void {
  storage.ColdkeySwapAnnouncements.remove(ctx, { coldkey })
  storage.ColdkeySwapDisputes.remove(ctx, { coldkey })
}

/**
 * Gives everything of one coldkey to another that has nothing to do with staking yet. Locks of stake, once there are
 * any, go along after the hotkeys; the new coldkey must not have one.
 */
export function swapColdkey(ctx: Ctx, old: AccountId, next: AccountId): void {
  ensure(storage.StakingHotkeys.get(ctx, { coldkey: next }).length === 0, errors.ColdKeyAlreadyAssociated)
  ensure(!hotkeyExists(ctx, next), errors.NewColdKeyIsHotkey)
  moveIdentity(ctx, old, next)
  for (const netuid of allNetuids(ctx)) {
    if (storage.SubnetOwner.get(ctx, { netuid }) === old) storage.SubnetOwner.set(ctx, { netuid }, next)
    moveAutoStake(ctx, old, next, netuid)
    moveStake(ctx, old, next, netuid)
  }
  storage.StakingHotkeys.set(ctx, { coldkey: next }, storage.StakingHotkeys.take(ctx, { coldkey: old }))
  if (storage.RootClaimType.has(ctx, { coldkey: old })) {
    storage.RootClaimType.set(ctx, { coldkey: next }, storage.RootClaimType.take(ctx, { coldkey: old }))
  }
  removeFromRootIndex(ctx, old)
  if (hasRootStake(ctx, next)) addToRootIndex(ctx, next)
  moveHotkeys(ctx, old, next)
  transferTao(ctx, old, next, spendable(ctx, old))
  storage.LastRateLimitedBlock.set(ctx, { key: { type: 'LastTxBlock', value: next } }, ctx.block)
  ctx.emit(events.ColdkeySwapped({ old_coldkey: old, new_coldkey: next }))
}

function moveIdentity(ctx: Ctx, old: AccountId, next: AccountId): void {
  const identity = storage.IdentitiesV2.get(ctx, { coldkey: old })
  if (identity === undefined || storage.IdentitiesV2.has(ctx, { coldkey: next })) return
  storage.IdentitiesV2.remove(ctx, { coldkey: old })
  storage.IdentitiesV2.set(ctx, { coldkey: next }, identity)
}

function moveAutoStake(ctx: Ctx, old: AccountId, next: AccountId, netuid: number): void {
  const hotkey = storage.AutoStakeDestination.get(ctx, { coldkey: old, netuid })
  if (hotkey === undefined) return
  storage.AutoStakeDestination.remove(ctx, { coldkey: old, netuid })
  storage.AutoStakeDestination.set(ctx, { coldkey: next, netuid }, hotkey)
  storage.AutoStakeDestinationColdkeys.mutate(ctx, { hotkey, netuid }, (coldkeys) => [
    ...coldkeys.filter((coldkey) => coldkey !== old && coldkey !== next),
    next,
  ])
}

/** Stake and what was claimed of root dividends. The claims go along even where no alpha is held. */
function moveStake(ctx: Ctx, old: AccountId, next: AccountId, netuid: number): void {
  for (const hotkey of storage.StakingHotkeys.get(ctx, { coldkey: old })) {
    const alpha = stakeOf(ctx, hotkey, old, netuid)
    decreaseStake(ctx, hotkey, old, netuid, alpha)
    increaseStake(ctx, hotkey, next, netuid, alpha)
    const claimed = storage.RootClaimed.take(ctx, { netuid, hotkey, coldkey: old })
    if (claimed > 0n) {
      storage.RootClaimed.mutate(ctx, { netuid, hotkey, coldkey: next }, (already) => toU128(already + claimed))
    }
  }
}

function moveHotkeys(ctx: Ctx, old: AccountId, next: AccountId): void {
  const hotkeys = storage.OwnedHotkeys.take(ctx, { coldkey: old })
  for (const hotkey of hotkeys) storage.Owner.set(ctx, { hotkey }, next)
  const owned = storage.OwnedHotkeys.get(ctx, { coldkey: next })
  const added = hotkeys.filter((hotkey) => !owned.includes(hotkey))
  storage.OwnedHotkeys.set(ctx, { coldkey: next }, [...owned, ...added])
}
