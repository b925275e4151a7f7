/** Seats on root: free of charge, for those with the most root stake. subtensor 14bc6f9 .../coinbase/root.rs */
import type { AccountId } from '@neurite/primitives/bytes'
import { U64_MAX } from '@neurite/primitives/fixed'
import { type Ctx, ensure } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { createAccountIfMissing, isDelegate } from '../staking/hotkeys.ts'
import { hotkeyStake } from '../staking/shares.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID, subnetExists } from '../subnets.ts'
import { appendNeuron, replaceNeuron } from './uids.ts'

/** The seat with the least root stake, the first of equals. */
function weakestSeat(ctx: Ctx): { readonly uid: number; readonly stake: bigint } {
  let weakest = { uid: 0, stake: U64_MAX }
  for (const [{ uid }, hotkey] of storage.Keys.entries(ctx, { netuid: ROOT_NETUID })) {
    const stake = hotkeyStake(ctx, hotkey, ROOT_NETUID)
    if (stake < weakest.stake) weakest = { uid, stake }
  }
  return weakest
}

/** Takes a seat: a free one, or that of the weakest if the hotkey has more stake. */
function takeSeat(ctx: Ctx, hotkey: AccountId): number {
  if (
    storage.SubnetworkN.get(ctx, { netuid: ROOT_NETUID }) < storage.MaxAllowedUids.get(ctx, { netuid: ROOT_NETUID })
  ) {
    return appendNeuron(ctx, ROOT_NETUID, hotkey)
  }
  const { uid, stake } = weakestSeat(ctx)
  ensure(storage.Keys.has(ctx, { netuid: ROOT_NETUID, uid }), errors.HotKeyNotRegisteredInSubNet)
  ensure(stake < hotkeyStake(ctx, hotkey, ROOT_NETUID), errors.StakeTooLowForRoot)
  replaceNeuron(ctx, ROOT_NETUID, uid, hotkey)
  return uid
}

/** Registers the hotkey on root and opens it for delegation. */
export function registerOnRoot(ctx: Ctx, coldkey: AccountId, hotkey: AccountId): void {
  const root = { netuid: ROOT_NETUID }
  ensure(subnetExists(ctx, ROOT_NETUID), errors.RootNetworkDoesNotExist)
  const [thisBlock, thisInterval] = [
    storage.RegistrationsThisBlock.get(ctx, root),
    storage.RegistrationsThisInterval.get(ctx, root),
  ]
  ensure(thisBlock < storage.MaxRegistrationsPerBlock.get(ctx, root), errors.TooManyRegistrationsThisBlock)
  const target = storage.TargetRegistrationsPerInterval.get(ctx, root)
  ensure(thisInterval < Math.min(3 * target, 65_535), errors.TooManyRegistrationsThisInterval)
  ensure(!storage.Uids.has(ctx, { netuid: ROOT_NETUID, hotkey }), errors.HotKeyAlreadyRegisteredInSubNet)
  createAccountIfMissing(ctx, coldkey, hotkey)
  const uid = takeSeat(ctx, hotkey)
  if (!isDelegate(ctx, hotkey)) {
    storage.Delegates.set(ctx, { hotkey }, constants.InitialDefaultDelegateTake.get(ctx))
  }
  storage.RegistrationsThisInterval.set(ctx, root, thisInterval + 1)
  storage.RegistrationsThisBlock.set(ctx, root, thisBlock + 1)
  ctx.emit(events.NeuronRegistered(ROOT_NETUID, uid, hotkey))
}
