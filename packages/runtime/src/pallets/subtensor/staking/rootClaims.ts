/**
 * Root dividends: alpha that root stakers earned on subnets and have not taken yet.
 *
 * A hotkey's rate on a subnet is what one rao of its root stake has earned since the beginning; a staker is owed its
 * stake times the rate minus what it has claimed. New stake starts with the claims that make it owed nothing.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/staking/claim_root.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, I96F32, toU128 } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { subnetAccount } from '../accounts.ts'
import { noteProtocolFlow, transferTaoFromSubnet } from '../issuance/index.ts'
import { storage } from '../storage/index.ts'
import { ownerOf } from './hotkeys.ts'
import { sellAlpha } from './reserves.ts'
import { addToRootIndex } from './rootIndex.ts'
import { hotkeyStake, increaseStake, ROOT_NETUID, stakeOf } from './shares.ts'

/** Credits a hotkey's root stakers with alpha of a subnet. With hardly any root stake the owner gets it at once. */
export function creditRootStakers(ctx: Ctx, hotkey: AccountId, netuid: number, amount: bigint): void {
  const total = hotkeyStake(ctx, hotkey, ROOT_NETUID)
  if (amount > total) {
    increaseStake(ctx, hotkey, ownerOf(ctx, hotkey), netuid, amount)
    return
  }
  const increment = I96F32.safeDiv(I96F32.fromInt(amount), I96F32.fromInt(total))
  const rates = storage.RootClaimable.get(ctx, { hotkey })
  const next = new Map(rates)
  next.set(netuid, I96F32.add(next.get(netuid) ?? 0n, increment))
  storage.RootClaimable.set(
    ctx,
    { hotkey },
    [...next].sort(([a], [b]) => a - b),
  )
}

/** Alpha owed to the coldkey, negative when it has claimed more than its stake has earned. @unit I96F32 */
function owedFixed(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number): bigint {
  const rate = storage.RootClaimable.get(ctx, { hotkey }).find(([id]) => id === netuid)?.[1] ?? 0n
  const earned = I96F32.mul(rate, I96F32.fromInt(stakeOf(ctx, hotkey, coldkey, ROOT_NETUID)))
  return I96F32.sub(earned, I96F32.fromInt(storage.RootClaimed.get(ctx, { netuid, hotkey, coldkey })))
}

/** Alpha the coldkey could claim. @unit alpha-rao */
export function rootDividendsOwed(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number): bigint {
  return I96F32.toU64(owedFixed(ctx, hotkey, coldkey, netuid))
}

/** After `amount` of root stake was added: marks as claimed what it would otherwise seem to have earned. */
export function noteRootStakeAdded(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, amount: bigint): void {
  for (const [netuid, rate] of storage.RootClaimable.get(ctx, { hotkey })) {
    const earned = I96F32.toInt(I96F32.mul(rate, I96F32.fromInt(amount)))
    storage.RootClaimed.mutate(ctx, { netuid, hotkey, coldkey }, (claimed) => toU128(claimed + earned))
  }
}

/** After `amount` of root stake was removed: the claims of that stake go with it. */
export function noteRootStakeRemoved(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, amount: bigint): void {
  for (const [netuid, rate] of storage.RootClaimable.get(ctx, { hotkey })) {
    if (netuid === ROOT_NETUID) continue
    const earned = I96F32.toInt(I96F32.mul(rate, I96F32.fromInt(amount)))
    storage.RootClaimed.mutate(ctx, { netuid, hotkey, coldkey }, (claimed) => toU128(claimed - earned))
  }
}

/** Whether this coldkey's claims on the subnet are sold for TAO. */
function isSold(ctx: Ctx, coldkey: AccountId, netuid: number): boolean {
  const type = storage.RootClaimType.get(ctx, { coldkey })
  if (type.type === 'KeepSubnets') return !type.value.subnets.includes(netuid)
  return type.type === 'Swap'
}

/** Pays what one coldkey is owed on one subnet; claims below the threshold wait. */
function claimOnSubnet(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number): void {
  const owed = owedFixed(ctx, hotkey, coldkey, netuid)
  if (owed < storage.RootClaimableThreshold.get(ctx, { netuid })) return
  const alpha = I96F32.toU64(owed)
  if (alpha === 0n) return
  ctx.transactional(() => {
    if (isSold(ctx, coldkey, netuid)) sellClaim(ctx, hotkey, coldkey, netuid, alpha)
    else increaseStake(ctx, hotkey, coldkey, netuid, alpha)
    storage.RootClaimed.mutate(ctx, { netuid, hotkey, coldkey }, (claimed) => toU128(claimed + alpha))
  })
}

/** Sells claimed alpha without fee and stakes the TAO on root. */
function sellClaim(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number, alpha: bigint): void {
  const { paidOut } = sellAlpha(ctx, { netuid, amount: alpha, withoutFee: true })
  transferTaoFromSubnet(ctx, netuid, subnetAccount(ROOT_NETUID), paidOut)
  storage.SubnetRootSellTao.mutate(ctx, { netuid }, (sold) => addU64(sold, paidOut))
  noteProtocolFlow(ctx, netuid, -paidOut)
  increaseStake(ctx, hotkey, coldkey, ROOT_NETUID, paidOut)
  storage.SubnetTAO.mutate(ctx, { netuid: ROOT_NETUID }, (tao) => addU64(tao, paidOut))
  storage.SubnetAlphaOut.mutate(ctx, { netuid: ROOT_NETUID }, (out) => addU64(out, paidOut))
  storage.TotalStake.mutate(ctx, (tao) => addU64(tao, paidOut))
  noteRootStakeAdded(ctx, hotkey, coldkey, paidOut)
  addToRootIndex(ctx, coldkey)
}

/** Claims for all hotkeys the coldkey stakes with: on the given subnets, or on all. */
export function claimRoot(ctx: Ctx, coldkey: AccountId, netuids?: readonly number[]): void {
  for (const hotkey of storage.StakingHotkeys.get(ctx, { coldkey })) {
    for (const [netuid] of storage.RootClaimable.get(ctx, { hotkey })) {
      if (netuids === undefined || netuids.includes(netuid)) claimOnSubnet(ctx, hotkey, coldkey, netuid)
    }
  }
}

/** Forgets all claims on a subnet that is going away. */
export function dropRootClaims(ctx: Ctx, netuid: number): void {
  for (const [{ hotkey }, rates] of storage.RootClaimable.entries(ctx)) {
    const rest = rates.filter(([id]) => id !== netuid)
    if (rest.length !== rates.length) storage.RootClaimable.set(ctx, { hotkey }, rest)
  }
  storage.RootClaimed.removePrefix(ctx, { netuid })
}
