/**
 * Registration of a neuron: its price buys alpha, and that alpha is recycled.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/registration.rs do_register
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64 } from '@neurite/primitives/fixed'
import { MAX_SWAP_PRICE, raiseBurn } from '../../../economics/index.ts'
import { type Ctx, ensure } from '../../../frame/index.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { noteUserFlow, recycleAlpha, spendable, transferTaoFromSubnet, transferTaoToSubnet } from '../issuance/index.ts'
import { createAccountIfMissing, ownsHotkey } from '../staking/hotkeys.ts'
import { buyAlpha } from '../staking/reserves.ts'
import { payTaoFee } from '../staking/transfers.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID, subnetExists } from '../subnets.ts'
import { neuronToPrune } from './pruning.ts'
import { appendNeuron, replaceNeuron } from './uids.ts'
import { countRegistration, ensureUnderCaps, registersByWork, useWork } from './work.ts'

/** Checks that do not depend on who registers. */
function ensureOpen(ctx: Ctx, netuid: number): void {
  ensure(netuid !== ROOT_NETUID, errors.RegistrationNotPermittedOnRootSubnet)
  ensure(subnetExists(ctx, netuid), errors.SubnetNotExists)
}

interface Place {
  readonly uid: number
  /** Nobody has to leave it. */
  readonly isFree: boolean
}

/** Uid that the next neuron would take. */
function nextPlace(ctx: Ctx, netuid: number): Place | undefined {
  const most = storage.MaxAllowedUids.get(ctx, { netuid })
  if (most === 0) return undefined
  const count = storage.SubnetworkN.get(ctx, { netuid })
  if (count < most) return { uid: count, isFree: true }
  const uid = neuronToPrune(ctx, netuid)
  return uid === undefined ? undefined : { uid, isFree: false }
}

function ensurePlace(ctx: Ctx, netuid: number): Place {
  const place = nextPlace(ctx, netuid)
  if (place === undefined) throw errors.NoNeuronIdAvailable
  return place
}

function occupy(ctx: Ctx, netuid: number, place: Place, hotkey: AccountId): void {
  if (place.isFree) appendNeuron(ctx, netuid, hotkey)
  else replaceNeuron(ctx, netuid, place.uid, hotkey)
}

/** Buys alpha for the price and recycles it; returns the rao paid. The swap fee goes to the author. */
function payRegistration(ctx: Ctx, netuid: number, coldkey: AccountId, cost: bigint): bigint {
  const paid = transferTaoToSubnet(ctx, netuid, coldkey, cost)
  const { paidIn, paidOut, fee } = buyAlpha(ctx, { netuid, amount: paid, limit: MAX_SWAP_PRICE })
  recycleAlpha(ctx, netuid, paidOut)
  payTaoFee(ctx, netuid, fee)
  const unused = paid - paidIn - fee
  if (unused > 0n) transferTaoFromSubnet(ctx, netuid, coldkey, unused)
  return paid - unused
}

/** Registers the hotkey on the subnet at the current price, for the coldkey that owns or now creates it. */
export function registerNeuron(ctx: Ctx, coldkey: AccountId, netuid: number, hotkey: AccountId): void {
  const key = { netuid }
  ensureOpen(ctx, netuid)
  ensure(storage.NetworkRegistrationAllowed.get(ctx, key), errors.SubNetRegistrationDisabled)
  if (registersByWork(ctx)) ensureUnderCaps(ctx, netuid)
  ensure(!storage.Uids.has(ctx, { netuid, hotkey }), errors.HotKeyAlreadyRegisteredInSubNet)
  const cost = storage.Burn.get(ctx, key)
  ensure(cost <= spendable(ctx, coldkey), errors.NotEnoughBalanceToStake)
  createAccountIfMissing(ctx, coldkey, hotkey)
  ensure(ownsHotkey(ctx, coldkey, hotkey), errors.NonAssociatedColdKey)
  const place = ensurePlace(ctx, netuid)

  const paid = payRegistration(ctx, netuid, coldkey, cost)
  occupy(ctx, netuid, place, hotkey)
  if (registersByWork(ctx)) countRegistration(ctx, netuid, 'burn')
  else {
    const bounds = { min: storage.MinBurn.get(ctx, key), max: storage.MaxBurn.get(ctx, key) }
    storage.Burn.set(ctx, key, raiseBurn(cost, storage.BurnIncreaseMult.get(ctx, key), bounds))
  }
  storage.RegistrationsThisBlock.mutate(ctx, key, (count) => Math.min(count + 1, 65_535))
  const recycled = addU64(storage.RAORecycledForRegistration.get(ctx, key), cost)
  storage.RAORecycledForRegistration.set(ctx, key, recycled)
  ctx.emit(events.RAORecycledForRegistrationSet(netuid, recycled))
  noteUserFlow(ctx, netuid, paid)
  ctx.emit(events.NeuronRegistered(netuid, place.uid, hotkey))
}

export interface RegistrationByWork {
  readonly netuid: number
  readonly block_number: bigint
  readonly nonce: bigint
  readonly work: Uint8Array
  readonly hotkey: AccountId
  readonly coldkey: AccountId
}

/** Registers the signing hotkey for the work it did, under a coldkey that owns or now creates it. */
export function registerWithWork(ctx: Ctx, signer: AccountId, registration: RegistrationByWork): void {
  const { netuid, hotkey, coldkey, block_number: block, nonce, work: seal } = registration
  const key = { netuid }
  ensure(signer === hotkey, errors.TransactorAccountShouldBeHotKey)
  ensureOpen(ctx, netuid)
  // The switch of work is its own: a subnet may take either kind without the other.
  ensure(storage.NetworkPowRegistrationAllowed.get(ctx, key), errors.SubNetRegistrationDisabled)
  ensureUnderCaps(ctx, netuid)
  ensure(!storage.Uids.has(ctx, { netuid, hotkey }), errors.HotKeyAlreadyRegisteredInSubNet)
  useWork(ctx, { block, nonce, seal, who: hotkey, difficulty: storage.Difficulty.get(ctx, key) })
  createAccountIfMissing(ctx, coldkey, hotkey)
  ensure(ownsHotkey(ctx, coldkey, hotkey), errors.NonAssociatedColdKey)
  const place = ensurePlace(ctx, netuid)
  occupy(ctx, netuid, place, hotkey)
  countRegistration(ctx, netuid, 'work')
  storage.RegistrationsThisBlock.mutate(ctx, key, (count) => Math.min(count + 1, 65_535))
  ctx.emit(events.NeuronRegistered(netuid, place.uid, hotkey))
}

/** As {@link registerNeuron}, unless it costs more than `limit` rao. */
export function registerWithLimit(
  ctx: Ctx,
  coldkey: AccountId,
  netuid: number,
  hotkey: AccountId,
  limit: bigint,
): void {
  ensureOpen(ctx, netuid)
  ensure(storage.Burn.get(ctx, { netuid }) <= limit, errors.RegistrationPriceLimitExceeded)
  registerNeuron(ctx, coldkey, netuid, hotkey)
}
