/**
 * Replacing a hotkey by another of the same coldkey, on one subnet or on all.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/swap/swap_hotkey.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, subU64, toU128 } from '@neurite/primitives/fixed'
import { type Ctx, ensure, type StorageMap } from '../../../frame/index.ts'
import { subnetOfAccount } from '../accounts.ts'
import { constants } from '../constants.ts'
import { moveLinks } from '../delegation/children.ts'
import { moveVotingPower } from '../epoch/votingPower.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { recycleTao, spendable } from '../issuance/index.ts'
import { mechanismIndices } from '../registration/uids.ts'
import { hotkeyExists, ownsHotkey } from '../staking/hotkeys.ts'
import { decreaseStake, hotkeyStake, increaseStake, rememberStakingHotkey, stakeOf } from '../staking/shares.ts'
import { storage } from '../storage/index.ts'
import { allNetuids, ROOT_NETUID } from '../subnets.ts'
import type { RateLimitKey } from '../types.ts'

export interface HotkeySwap {
  readonly coldkey: AccountId
  readonly old: AccountId
  readonly next: AccountId
  /** Leaves all stake, and what it earned, with the old hotkey. */
  readonly keepStake: boolean
}

const PER_KEY = ['LastTxBlock', 'LastTxBlockDelegateTake', 'LastTxBlockChildKeyTake'] as const
const limitKey = (type: (typeof PER_KEY)[number], value: AccountId): { readonly key: RateLimitKey } => ({
  key: { type, value },
})

/** Moves one entry of a map that has one. */
function move<K>(ctx: Ctx, item: StorageMap<any, any, any>, from: K, to: K): void {
  if (!item.has(ctx, from as any)) return
  item.set(ctx, to as any, item.take(ctx, from as any))
}

/** Root dividends are counted per hotkey; they must not mix with those of another. */
function isCleanOnRoot(ctx: Ctx, hotkey: AccountId): boolean {
  if (storage.RootClaimable.get(ctx, { hotkey }).length > 0 || hotkeyStake(ctx, hotkey, ROOT_NETUID) > 0n) return false
  return allNetuids(ctx).every((netuid) => storage.RootClaimed.keys(ctx, { netuid, hotkey }).next().done === true)
}

function validate(ctx: Ctx, { coldkey, old, next }: HotkeySwap, netuid: number | undefined): void {
  ensure(ownsHotkey(ctx, coldkey, old), errors.NonAssociatedColdKey)
  ensure(!hotkeyExists(ctx, next) || ownsHotkey(ctx, coldkey, next), errors.NonAssociatedColdKey)
  ensure(old !== next, errors.NewHotKeyIsSameWithOld)
  const [limit, last] = [
    storage.TxRateLimit.get(ctx),
    storage.LastRateLimitedBlock.get(ctx, limitKey('LastTxBlock', coldkey)),
  ]
  const passes = limit === 0n || last === 0n || subU64(ctx.block, last) > limit
  ensure(passes, errors.HotKeySetTxRateLimitExceeded)
  const onNetuids = netuid === undefined ? allNetuids(ctx) : [netuid]
  const isMember = onNetuids.some((on) => storage.IsNetworkMember.get(ctx, { hotkey: next, netuid: on }))
  ensure(!isMember, errors.HotKeyAlreadyRegisteredInSubNet)
  if (netuid === undefined || netuid === ROOT_NETUID) {
    ensure(isCleanOnRoot(ctx, next), errors.NewHotKeyNotCleanForRootSwap)
  }
}

function pay(ctx: Ctx, coldkey: AccountId, cost: bigint): void {
  ensure(cost <= spendable(ctx, coldkey), errors.NotEnoughBalanceToPaySwapHotKey)
  recycleTao(ctx, coldkey, cost)
}

/** Swaps the hotkey on one subnet, or on all of them. */
export function swapHotkey(ctx: Ctx, swap: HotkeySwap, netuid: number | undefined): void {
  validate(ctx, swap, netuid)
  // The new key has the limits of the old one, whatever its own were.
  for (const type of PER_KEY) {
    const last = storage.LastRateLimitedBlock.get(ctx, limitKey(type, swap.old))
    if (last !== 0n) storage.LastRateLimitedBlock.set(ctx, limitKey(type, swap.next), last)
    else storage.LastRateLimitedBlock.remove(ctx, limitKey(type, swap.next))
  }
  if (netuid === undefined) swapEverywhere(ctx, swap)
  else swapOnOne(ctx, swap, netuid)
  storage.LastRateLimitedBlock.set(ctx, limitKey('LastTxBlock', swap.coldkey), ctx.block)
}

/** Blocks that must have passed since the coldkey's last swap on the subnet. */
function ensureCooled(ctx: Ctx, coldkey: AccountId, netuid: number): void {
  const interval = constants.HotkeySwapOnSubnetInterval.get(ctx)
  const last = storage.LastHotkeySwapOnNetuid.get(ctx, { netuid, coldkey })
  ensure(addU64(last, interval) < ctx.block, errors.HotKeySwapOnSubnetIntervalNotPassed)
}

function swapOnOne(ctx: Ctx, swap: HotkeySwap, netuid: number): void {
  const { coldkey, old, next } = swap
  ensureCooled(ctx, coldkey, netuid)
  ensure(subnetOfAccount(next) === undefined, errors.CannotUseSystemAccount)
  pay(ctx, coldkey, constants.KeySwapOnSubnetCost.get(ctx))
  storage.Owner.set(ctx, { hotkey: next }, coldkey)
  const owned = storage.OwnedHotkeys.get(ctx, { coldkey })
  if (!owned.includes(next)) storage.OwnedHotkeys.set(ctx, { coldkey }, [...owned, next])
  moveOnSubnet(ctx, swap, netuid)
  storage.LastHotkeySwapOnNetuid.set(ctx, { netuid, coldkey }, ctx.block)
  ctx.emit(events.HotkeySwappedOnSubnet({ coldkey, old_hotkey: old, new_hotkey: next, netuid }))
}

function swapEverywhere(ctx: Ctx, swap: HotkeySwap): void {
  const { coldkey, old, next } = swap
  // Being somebody's child needs no consent, so it must not be able to delay a swap.
  const affected = allNetuids(ctx).filter(
    (netuid) =>
      storage.IsNetworkMember.get(ctx, { hotkey: old, netuid }) ||
      storage.ChildKeys.get(ctx, { hotkey: old, netuid }).length > 0,
  )
  for (const netuid of affected) {
    if (storage.LastHotkeySwapOnNetuid.get(ctx, { netuid, coldkey }) !== 0n) ensureCooled(ctx, coldkey, netuid)
  }
  pay(ctx, coldkey, constants.KeySwapCost.get(ctx))
  ensure(subnetOfAccount(next) === undefined, errors.CannotUseSystemAccount)
  storage.Owner.remove(ctx, { hotkey: old })
  storage.Owner.set(ctx, { hotkey: next }, coldkey)
  const owned = new Set(storage.OwnedHotkeys.get(ctx, { coldkey })).add(next)
  owned.delete(old)
  storage.OwnedHotkeys.set(ctx, { coldkey }, [...owned])
  const stakers = new Set([...storage.AlphaV2.keys(ctx, { hotkey: old })].map((key) => key.coldkey))
  for (const netuid of allNetuids(ctx)) moveOnSubnet(ctx, swap, netuid)
  for (const type of PER_KEY) storage.LastRateLimitedBlock.remove(ctx, limitKey(type, old))
  move(ctx, storage.Delegates, { hotkey: old }, { hotkey: next })
  if (!swap.keepStake) for (const staker of stakers) renameStakingHotkey(ctx, staker, old, next)
  for (const netuid of affected) storage.LastHotkeySwapOnNetuid.set(ctx, { netuid, coldkey }, ctx.block)
  ctx.emit(events.HotkeySwapped({ coldkey, old_hotkey: old, new_hotkey: next }))
}

function renameStakingHotkey(ctx: Ctx, coldkey: AccountId, old: AccountId, next: AccountId): void {
  const hotkeys = storage.StakingHotkeys.get(ctx, { coldkey })
  if (!hotkeys.includes(old)) return
  const rest = hotkeys.filter((hotkey) => hotkey !== old && hotkey !== next)
  storage.StakingHotkeys.set(ctx, { coldkey }, [...rest, next])
}

/**
 * Everything the hotkey is and has on one subnet. Locks of stake, once there are any, go along here, before the stake:
 * also with `keepStake`.
 */
function moveOnSubnet(ctx: Ctx, swap: HotkeySwap, netuid: number): void {
  const { old, next } = swap
  if (storage.IsNetworkMember.get(ctx, { hotkey: old, netuid })) movePlace(ctx, netuid, old, next)
  move(ctx, storage.ChildkeyTake, { hotkey: old, netuid }, { hotkey: next, netuid })
  moveLinks(ctx, old, next, netuid)
  if (storage.AutoStakeDestinationColdkeys.has(ctx, { hotkey: old, netuid })) {
    const coldkeys = storage.AutoStakeDestinationColdkeys.take(ctx, { hotkey: old, netuid })
    for (const coldkey of coldkeys) storage.AutoStakeDestination.set(ctx, { coldkey, netuid }, next)
    // Those who already stake to the new key stay in its list; the reference forgets them.
    const known = storage.AutoStakeDestinationColdkeys.get(ctx, { hotkey: next, netuid })
    storage.AutoStakeDestinationColdkeys.set(ctx, { hotkey: next, netuid }, [...new Set([...known, ...coldkeys])])
  }
  if (storage.SubnetOwnerHotkey.get(ctx, { netuid }) === old) {
    storage.SubnetOwnerHotkey.set(ctx, { netuid }, next)
    ctx.emit(events.SubnetOwnerHotkeySet(netuid, next))
  }
  if (!swap.keepStake) moveStakeOnSubnet(ctx, netuid, old, next)
}

/** The hotkey's place, and what it announced there. */
function movePlace(ctx: Ctx, netuid: number, old: AccountId, next: AccountId): void {
  move(ctx, storage.IsNetworkMember, { hotkey: old, netuid }, { hotkey: next, netuid })
  const uid = storage.Uids.get(ctx, { netuid, hotkey: old })
  if (uid !== undefined) {
    storage.Uids.remove(ctx, { netuid, hotkey: old })
    storage.Uids.set(ctx, { netuid, hotkey: next }, uid)
    storage.Keys.set(ctx, { netuid, uid }, next)
  }
  for (const item of [storage.Prometheus, storage.Axons, storage.NeuronCertificates]) {
    move(ctx, item, { netuid, hotkey: old }, { netuid, hotkey: next })
  }
  for (const index of mechanismIndices(ctx, netuid)) {
    move(ctx, storage.WeightCommits, { index, hotkey: old }, { index, hotkey: next })
  }
}

/** All stake with the hotkey, whoever's it is, and the records of what it earned. */
function moveStakeOnSubnet(ctx: Ctx, netuid: number, old: AccountId, next: AccountId): void {
  const [lastOld, lastNext] = [old, next].map((hotkey) =>
    storage.TotalHotkeyAlphaLastEpoch.get(ctx, { hotkey, netuid }),
  )
  storage.TotalHotkeyAlphaLastEpoch.remove(ctx, { hotkey: old, netuid })
  storage.TotalHotkeyAlphaLastEpoch.set(ctx, { hotkey: next, netuid }, addU64(lastOld!, lastNext!))
  const earned = storage.AlphaDividendsPerSubnet.take(ctx, { netuid, hotkey: old })
  if (earned > 0n) {
    storage.AlphaDividendsPerSubnet.mutate(ctx, { netuid, hotkey: next }, (already) => addU64(already, earned))
  }
  moveVotingPower(ctx, netuid, old, next)
  moveShares(ctx, netuid, old, next)
  if (netuid === ROOT_NETUID) moveRootClaims(ctx, old, next)
}

/** The shares of everybody who stakes with the hotkey. A new pool takes them as they are, so not a unit is lost. */
function moveShares(ctx: Ctx, netuid: number, old: AccountId, next: AccountId): void {
  const from = { hotkey: old, netuid }
  const to = { hotkey: next, netuid }
  const isNew = hotkeyStake(ctx, next, netuid) === 0n && !storage.TotalHotkeySharesV2.has(ctx, to)
  const stakers = [...storage.AlphaV2.keys(ctx, { hotkey: old })].filter((key) => key.netuid === netuid)
  for (const { coldkey } of stakers) {
    if (isNew) {
      rememberStakingHotkey(ctx, coldkey, next)
      move(ctx, storage.AlphaV2, { ...from, coldkey }, { ...to, coldkey })
    } else {
      const alpha = stakeOf(ctx, old, coldkey, netuid)
      decreaseStake(ctx, old, coldkey, netuid, alpha)
      increaseStake(ctx, next, coldkey, netuid, alpha)
    }
  }
  if (!isNew) return
  move(ctx, storage.TotalHotkeyAlpha, from, to)
  move(ctx, storage.TotalHotkeySharesV2, from, to)
}

/** Rates and claims of root dividends, on every subnet: they belong to the root stake. */
function moveRootClaims(ctx: Ctx, old: AccountId, next: AccountId): void {
  move(ctx, storage.RootClaimable, { hotkey: old }, { hotkey: next })
  for (const netuid of allNetuids(ctx)) {
    for (const [key, claimed] of storage.RootClaimed.entries(ctx, { netuid, hotkey: old })) {
      storage.RootClaimed.remove(ctx, key)
      storage.RootClaimed.mutate(ctx, { ...key, hotkey: next }, (already) => toU128(already + claimed))
    }
  }
  move(ctx, storage.AutoParentDelegationEnabled, { hotkey: old }, { hotkey: next })
}
