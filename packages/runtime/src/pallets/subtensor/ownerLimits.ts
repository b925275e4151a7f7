/**
 * What a subnet's owner may change, how often and when. Root has no rate limit, but waits for the window as well.
 * subtensor 14bc6f9 pallets/subtensor/src/utils/{misc,rate_limiting}.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, dispatchErrors, ensure, type Origin, signedOrRoot } from '../../frame/index.ts'
import { MIN_TEMPO } from '../../yuma/schedule.ts'
import { isNearEpoch } from './epoch/clock.ts'
import { errors } from './errors.ts'
import { storage } from './storage/index.ts'
import type { Hyperparameter, RateLimitKey } from './types.ts'

/** Kinds of calls with a limit of their own, and their number in `TransactionKeyLastBlock`. */
const TRANSACTION_KEYS = {
  SetWeightsVersionKey: 4,
  MechanismCountUpdate: 7,
  MechanismEmission: 8,
  MaxUidsTrimming: 9,
  TempoUpdate: 11,
} as const
type LimitedTransaction = keyof typeof TRANSACTION_KEYS

/** What is limited: one hyperparameter, or one kind of call. */
export type OwnerLimit = Hyperparameter | LimitedTransaction

function isTransaction(limit: OwnerLimit): limit is LimitedTransaction {
  return limit in TRANSACTION_KEYS
}

const hyperparameterKey = (netuid: number, parameter: Hyperparameter): RateLimitKey => ({
  type: 'OwnerHyperparamUpdate',
  value: [netuid, parameter],
})

/** Blocks between two changes by the owner. */
export function ownerLimitBlocks(ctx: Ctx, netuid: number, limit: OwnerLimit): bigint {
  const tempo = BigInt(storage.Tempo.get(ctx, { netuid }))
  const { fastBlocks } = ctx.profile
  switch (limit) {
    case 'SetWeightsVersionKey':
      return tempo * storage.WeightsVersionKeyRateLimit.get(ctx)
    case 'MechanismCountUpdate':
    case 'MechanismEmission':
      return fastBlocks ? 1n : 7200n
    case 'MaxUidsTrimming':
      return fastBlocks ? 1n : 216_000n
    case 'TempoUpdate':
      return BigInt(MIN_TEMPO)
    default:
      return tempo * BigInt(storage.OwnerHyperparamRateLimit.get(ctx))
  }
}

function lastChange(ctx: Ctx, owner: AccountId, netuid: number, limit: OwnerLimit): bigint {
  return isTransaction(limit)
    ? storage.TransactionKeyLastBlock.get(ctx, { account: owner, netuid, key: TRANSACTION_KEYS[limit] })
    : storage.LastRateLimitedBlock.get(ctx, { key: hyperparameterKey(netuid, limit) })
}

/** True when `limit` blocks have passed since `last`, or nothing happened yet. */
export function passesRateLimit(block: bigint, last: bigint, limit: bigint): boolean {
  return last === 0n || (block > last ? block - last : 0n) >= limit
}

/** The subnet's owner, or undefined for root. Others are refused with `BadOrigin`. */
export function ensureOwnerOrRoot(ctx: Ctx, origin: Origin, netuid: number): AccountId | undefined {
  const who = signedOrRoot(origin)
  ensure(who === undefined || who === storage.SubnetOwner.get(ctx, { netuid }), dispatchErrors.BadOrigin)
  return who
}

/** As {@link ensureOwnerOrRoot}; an owner who changed this too recently is refused with `TxRateLimitExceeded`. */
export function ensureOwnerWithLimit(
  ctx: Ctx,
  origin: Origin,
  netuid: number,
  limit: OwnerLimit,
): AccountId | undefined {
  const owner = ensureOwnerOrRoot(ctx, origin, netuid)
  if (owner !== undefined) {
    const passed = passesRateLimit(
      ctx.block,
      lastChange(ctx, owner, netuid, limit),
      ownerLimitBlocks(ctx, netuid, limit),
    )
    ensure(passed, errors.TxRateLimitExceeded)
  }
  return owner
}

/** Notes that the owner changed this now: call it once the change is done. */
export function recordOwnerChange(ctx: Ctx, owner: AccountId | undefined, netuid: number, limit: OwnerLimit): void {
  if (owner === undefined) return
  if (isTransaction(limit)) {
    storage.TransactionKeyLastBlock.set(ctx, { account: owner, netuid, key: TRANSACTION_KEYS[limit] }, ctx.block)
  } else {
    storage.LastRateLimitedBlock.set(ctx, { key: hyperparameterKey(netuid, limit) }, ctx.block)
  }
}

/** True shortly before an epoch of the subnet, when its parameters are frozen. */
export function isInFreezeWindow(ctx: Ctx, netuid: number): boolean {
  return isNearEpoch(ctx, netuid, BigInt(storage.AdminFreezeWindow.get(ctx)))
}

export function ensureWindowOpen(ctx: Ctx, netuid: number): void {
  ensure(!isInFreezeWindow(ctx, netuid), errors.AdminActionProhibitedDuringWeightsWindow)
}
