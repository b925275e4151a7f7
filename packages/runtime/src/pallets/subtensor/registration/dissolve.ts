/**
 * Ending a subnet: its TAO goes to those who hold its alpha, and nothing of it stays behind.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/root.rs do_dissolve_network,
 * src/staking/remove_stake.rs destroy_alpha_in_out_stakes
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, maxBig, minBig, subU64, U64F64 } from '@neurite/primitives/fixed'
import { safeFloatToU64 } from '../../../economics/index.ts'
import { type Ctx, DispatchError, ensure } from '../../../frame/index.ts'
import { clearCounters } from '../../alpha-assets/index.ts'
import * as balances from '../../balances/index.ts'
import { clearCommitments } from '../../commitments/storage.ts'
import { alphaPrice, clearPool } from '../../swap/index.ts'
import { subnetAccount } from '../accounts.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { alphaIssuance, recycleTao, spendable, transferTao, transferTaoFromSubnet } from '../issuance/index.ts'
import { dropRootClaims } from '../staking/rootClaims.ts'
import { stakeOf } from '../staking/shares.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID, subnetExists } from '../subnets.ts'
import { clearSubnetStorage } from './clearSubnet.ts'

interface Holder {
  readonly hotkey: AccountId
  readonly coldkey: AccountId
  /** @unit alpha-rao */
  readonly value: bigint
}

/** Everybody who holds alpha of the subnet. */
function holders(ctx: Ctx, netuid: number): Holder[] {
  const out: Holder[] = []
  for (const { hotkey, netuid: on } of storage.TotalHotkeyAlpha.keys(ctx)) {
    if (on !== netuid) continue
    for (const [key, share] of storage.AlphaV2.entries(ctx, { hotkey })) {
      if (key.netuid !== netuid) continue
      // A pool without total still has shares; they then count as they are.
      const value = stakeOf(ctx, hotkey, key.coldkey, netuid) || safeFloatToU64(share)
      out.push({ hotkey, coldkey: key.coldkey, value })
    }
  }
  return out
}

/**
 * `pot` divided by weights: floors, then one more for the largest remainders, the first of equals first.
 * All zeros when no weight is above 0.
 */
export function divideByLargestRemainder(pot: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  if (total === 0n) return weights.map(() => 0n)
  const parts = weights.map((weight, place) => {
    const product = pot * weight
    return { place, share: product / total, rest: product % total }
  })
  let left = parts.reduce((rest, { share }) => rest - share, pot)
  const byRest = [...parts].sort((a, b) => (a.rest === b.rest ? a.place - b.place : a.rest > b.rest ? -1 : 1))
  const shares = parts.map(({ share }) => share)
  for (const { place } of byRest) {
    if (left === 0n) break
    shares[place] = shares[place]! + 1n
    left--
  }
  return shares
}

/** Owner's lock less the emission it received, for subnets from before registrations began. @unit rao */
function legacyRefund(ctx: Ctx, netuid: number): bigint {
  const since = storage.NetworkRegisteredAt.get(ctx, { netuid })
  if (since >= storage.NetworkRegistrationStartBlock.get(ctx)) return 0n
  const ownerAlpha = (alphaIssuance(ctx, netuid) * BigInt(storage.SubnetOwnerCut.get(ctx))) / 65_535n
  const earned = U64F64.toU64(U64F64.mul(U64F64.fromInt(ownerAlpha), alphaPrice(ctx, netuid)))
  return subU64(storage.SubnetLocked.get(ctx, { netuid }), earned)
}

/** A payout that cannot be made is recycled with the rest of the pool's account. */
function tryPay(ctx: Ctx, pay: () => void): void {
  try {
    ctx.transactional(pay)
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
  }
}

/** Pays the pool's TAO to all holders by their alpha; returns the protocol's share, which is not paid. */
function payHolders(ctx: Ctx, netuid: number): bigint {
  const pot = storage.SubnetTAO.get(ctx, { netuid })
  // Subnets from before the first block do not count the alpha of their pool.
  const isGenesis = storage.NetworkRegisteredAt.get(ctx, { netuid }) === 0n
  const poolAlpha = isGenesis ? 0n : storage.SubnetAlphaIn.get(ctx, { netuid })
  const protocolAlpha = addU64(poolAlpha, storage.SubnetProtocolAlpha.get(ctx, { netuid }))
  const all = holders(ctx, netuid)
  const shares = divideByLargestRemainder(pot, [...all.map(({ value }) => value), protocolAlpha])
  storage.SubnetTAO.remove(ctx, { netuid })
  storage.TotalStake.mutate(ctx, (stake) => subU64(stake, pot))
  const byColdkey = new Map<AccountId, bigint>()
  for (const [place, { coldkey }] of all.entries()) {
    byColdkey.set(coldkey, addU64(byColdkey.get(coldkey) ?? 0n, shares[place]!))
  }
  for (const [coldkey, amount] of byColdkey) tryPay(ctx, () => transferTaoFromSubnet(ctx, netuid, coldkey, amount))
  for (const { hotkey, coldkey } of all) storage.AlphaV2.remove(ctx, { hotkey, coldkey, netuid })
  return shares[all.length]!
}

/** Removes a subnet other than root, and pays out its pool. */
export function dissolveSubnet(ctx: Ctx, netuid: number): void {
  ensure(netuid !== ROOT_NETUID && subnetExists(ctx, netuid), errors.SubnetNotExists)
  const account = subnetAccount(netuid)
  const owner = storage.SubnetOwner.get(ctx, { netuid })
  const refund = legacyRefund(ctx, netuid)
  dropRootClaims(ctx, netuid)
  const protocolShare = payHolders(ctx, netuid)
  if (refund > 0n) {
    const payable = minBig(refund, maxBig(0n, subU64(spendable(ctx, account), protocolShare)))
    tryPay(ctx, () => transferTao(ctx, account, owner, payable))
  }
  recycleTao(ctx, account, balances.reducible(ctx, account, true))
  clearPool(ctx, netuid)
  clearCounters(ctx, netuid)
  clearCommitments(ctx, netuid)
  const hadIdentity = storage.SubnetIdentitiesV3.has(ctx, { netuid })
  clearSubnetStorage(ctx, netuid)
  storage.TotalNetworks.mutate(ctx, (count) => Math.max(count - 1, 0))
  if (hadIdentity) ctx.emit(events.SubnetIdentityRemoved(netuid))
  ctx.emit(events.NetworkRemoved(netuid))
}
