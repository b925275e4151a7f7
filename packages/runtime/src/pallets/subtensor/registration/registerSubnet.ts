/**
 * Making a subnet: its price becomes the TAO of its pool, at the median price of the others.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/subnet.rs do_register_network
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, subU64, U64F64 } from '@neurite/primitives/fixed'
import { blockEmissionAt, lockCost, lockReductionInterval, medianPrice } from '../../../economics/index.ts'
import { type Ctx, ensure } from '../../../frame/index.ts'
import { alphaPrice, DYNAMIC } from '../../swap/index.ts'
import { subnetOfAccount } from '../accounts.ts'
import { movingPrice } from '../coinbase/emitting.ts'
import { addRootParents } from '../delegation/children.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { isValidSubnetIdentity } from '../identity/validity.ts'
import { spendable, transferTaoToSubnet } from '../issuance/index.ts'
import { createAccountIfMissing, hotkeyExists, ownsHotkey } from '../staking/hotkeys.ts'
import { storage } from '../storage/index.ts'
import { allNetuids, ROOT_NETUID } from '../subnets.ts'
import type { SubnetIdentityV3 } from '../types.ts'
import { dissolveSubnet } from './dissolve.ts'
import { initSubnet } from './initSubnet.ts'
import { nextSymbol } from './symbols.ts'
import { appendNeuron } from './uids.ts'

const LAST_REGISTERED = { key: { type: 'NetworkLastRegistered' } } as const

/** Rao that a new subnet costs now. */
export function subnetPrice(ctx: Ctx): bigint {
  const configured = storage.NetworkLockReductionInterval.get(ctx)
  return lockCost({
    last: storage.NetworkLastLockCost.get(ctx),
    lastBlock: storage.LastRateLimitedBlock.get(ctx, LAST_REGISTERED),
    now: ctx.block,
    interval: lockReductionInterval(configured, blockEmissionAt(storage.TotalIssuance.get(ctx))),
    min: storage.NetworkMinLockCost.get(ctx),
  })
}

function subnets(ctx: Ctx): number[] {
  return allNetuids(ctx).filter((netuid) => netuid !== ROOT_NETUID)
}

/** The subnet a new one replaces when all places are taken: lowest average price, then oldest. Young ones are safe. */
export function subnetToPrune(ctx: Ctx): number | undefined {
  const immunity = storage.NetworkImmunityPeriod.get(ctx)
  let victim: { readonly netuid: number; readonly price: bigint; readonly since: bigint } | undefined
  for (const netuid of subnets(ctx)) {
    const since = storage.NetworkRegisteredAt.get(ctx, { netuid })
    if (ctx.block < addU64(since, immunity)) continue
    const price = movingPrice(ctx, netuid)
    if (victim && (price > victim.price || (price === victim.price && since >= victim.since))) continue
    victim = { netuid, price, since }
  }
  return victim?.netuid
}

function lowestFreeNetuid(ctx: Ctx): number {
  let netuid = 1
  while (storage.NetworksAdded.has(ctx, { netuid })) netuid++
  return netuid
}

function isRateLimited(ctx: Ctx): boolean {
  const last = storage.LastRateLimitedBlock.get(ctx, LAST_REGISTERED)
  return last !== 0n && subU64(ctx.block, last) < storage.NetworkRateLimit.get(ctx)
}

/** Place for a new subnet, and whether somebody has to leave it. */
function findPlace(ctx: Ctx): { readonly netuid: number; readonly replaces: boolean } {
  if (subnets(ctx).length < storage.SubnetLimit.get(ctx)) return { netuid: lowestFreeNetuid(ctx), replaces: false }
  const netuid = subnetToPrune(ctx)
  if (netuid === undefined) throw errors.SubnetLimitReached
  return { netuid, replaces: true }
}

export interface SubnetRegistration {
  readonly coldkey: AccountId
  readonly hotkey: AccountId
  readonly identity?: SubnetIdentityV3 | undefined
}

/** Makes a subnet owned by the coldkey; returns its netuid. */
export function registerSubnet(ctx: Ctx, { coldkey, hotkey, identity }: SubnetRegistration): number {
  ensure(!hotkeyExists(ctx, hotkey) || ownsHotkey(ctx, coldkey, hotkey), errors.NonAssociatedColdKey)
  ensure(subnetOfAccount(hotkey) === undefined, errors.CannotUseSystemAccount)
  ensure(ctx.block >= storage.NetworkRegistrationStartBlock.get(ctx), errors.SubNetRegistrationDisabled)
  ensure(!isRateLimited(ctx), errors.NetworkTxRateLimitExceeded)
  const { netuid, replaces } = findPlace(ctx)
  const cost = subnetPrice(ctx)
  ensure(cost <= spendable(ctx, coldkey), errors.CannotAffordLockCost)
  if (replaces) dissolveSubnet(ctx, netuid)

  const median = medianPrice(subnets(ctx).map((other) => alphaPrice(ctx, other)))
  initSubnet(ctx, netuid)
  const locked = transferTaoToSubnet(ctx, netuid, coldkey, cost)
  storage.NetworkLastLockCost.set(ctx, locked)
  storage.LastRateLimitedBlock.set(ctx, LAST_REGISTERED, ctx.block)
  createAccountIfMissing(ctx, coldkey, hotkey)
  appendNeuron(ctx, netuid, hotkey)
  openPool(ctx, netuid, locked, median)
  setOwner(ctx, netuid, coldkey, hotkey)
  if (identity !== undefined) {
    ensure(isValidSubnetIdentity(identity), errors.InvalidIdentity)
    storage.SubnetIdentitiesV3.set(ctx, { netuid }, identity)
    ctx.emit(events.SubnetIdentitySet(netuid))
  }
  addRootParents(ctx, netuid)
  ctx.emit(events.NetworkAdded(netuid, DYNAMIC))
  // Root decides which subnets receive TAO.
  storage.SubnetEmissionEnabled.set(ctx, { netuid }, false)
  return netuid
}

/** Puts the paid TAO into the pool, with as much alpha as the price asks for. */
function openPool(ctx: Ctx, netuid: number, locked: bigint, price: bigint): void {
  const key = { netuid }
  storage.SubnetMechanism.set(ctx, key, DYNAMIC)
  storage.NetworkRegisteredAt.set(ctx, key, ctx.block)
  storage.RegisteredSubnetCounter.mutate(ctx, key, (count) => addU64(count, 1n))
  storage.TokenSymbol.set(ctx, key, nextSymbol(ctx, netuid))
  storage.SubnetTAO.set(ctx, key, locked)
  storage.SubnetAlphaIn.set(ctx, key, U64F64.toU64(U64F64.safeDiv(U64F64.fromInt(locked), price)))
  storage.SubnetAlphaOut.set(ctx, key, 0n)
  storage.SubnetLocked.set(ctx, key, locked)
  storage.SubnetVolume.set(ctx, key, 0n)
  storage.RAORecycledForRegistration.set(ctx, key, 0n)
  storage.TotalStake.mutate(ctx, (stake) => addU64(stake, locked))
}

function setOwner(ctx: Ctx, netuid: number, coldkey: AccountId, hotkey: AccountId): void {
  storage.SubnetOwner.set(ctx, { netuid }, coldkey)
  storage.SubnetOwnerHotkey.set(ctx, { netuid }, hotkey)
  ctx.emit(events.SubnetOwnerHotkeySet(netuid, hotkey))
}
