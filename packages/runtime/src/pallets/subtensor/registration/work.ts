/**
 * Registration by proof of work, with terms that are adjusted once in an interval: for networks whose profile says
 * `registration: 'work'`. The reference had both until 2026-01.
 *
 * subtensor v1.1.6 pallets/subtensor/src/{subnets/registration,coinbase/block_step}.rs
 */
import { type AccountId, bytesToHex } from '@neurite/primitives/bytes'
import { maxBig, minBig, toU64 } from '@neurite/primitives/fixed'
import { createSealer, meetsDifficulty } from '@neurite/primitives/pow'
import { type Ctx, ensure } from '../../../frame/index.ts'
import { storage as system } from '../../system/index.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage/index.ts'

/** Blocks for which work on a block counts. */
const WORK_WINDOW = 3n
const ALPHA_ONE = (1n << 64n) - 1n

/** True where neurons may join by proof of work and terms follow intervals. */
export function registersByWork(ctx: Ctx): boolean {
  return ctx.profile.registration === 'work'
}

export interface Work {
  /** Block the work was done on. */
  readonly block: bigint
  readonly nonce: bigint
  /** The seal that the nonce gives, 32 bytes. */
  readonly seal: Uint8Array
  readonly who: AccountId
  readonly difficulty: bigint
}

/** Checks the work and marks it used. */
export function useWork(ctx: Ctx, { block, nonce, seal, who, difficulty }: Work): void {
  // This block has no hash yet. The reference takes zeros for it, so such work could be stored up.
  ensure(block < ctx.block && ctx.block - block < WORK_WINDOW, errors.InvalidWorkBlock)
  ensure(seal.length === 32, errors.InvalidSeal)
  ensure(meetsDifficulty(seal, difficulty), errors.InvalidDifficulty)
  const blockHash = system.BlockHash.get(ctx, { number: Number(block) })
  ensure(bytesToHex(createSealer(blockHash, who)(nonce)) === bytesToHex(seal), errors.InvalidSeal)
  // The reference notes used work but never looks, so one seal served as often as its window allowed.
  ensure(!storage.UsedWork.has(ctx, { work: seal }), errors.InvalidSeal)
  storage.UsedWork.set(ctx, { work: seal }, ctx.block)
}

/** Refuses a registration too many in this block, or more than three times the target in this interval. */
export function ensureUnderCaps(ctx: Ctx, netuid: number): void {
  const key = { netuid }
  const inBlock = storage.RegistrationsThisBlock.get(ctx, key)
  ensure(inBlock < storage.MaxRegistrationsPerBlock.get(ctx, key), errors.TooManyRegistrationsThisBlock)
  const most = Math.min(3 * storage.TargetRegistrationsPerInterval.get(ctx, key), 65_535)
  ensure(storage.RegistrationsThisInterval.get(ctx, key) < most, errors.TooManyRegistrationsThisInterval)
}

/** Counts a registration of either kind in the interval. */
export function countRegistration(ctx: Ctx, netuid: number, kind: 'work' | 'burn'): void {
  const more = (count: number): number => Math.min(count + 1, 65_535)
  const ofKind = kind === 'work' ? storage.POWRegistrationsThisInterval : storage.BurnRegistrationsThisInterval
  storage.RegistrationsThisInterval.mutate(ctx, { netuid }, more)
  ofKind.mutate(ctx, { netuid }, more)
}

export interface Adjustment {
  readonly registrations: number
  /** Registrations at which nothing changes; above 0. */
  readonly target: number
  /** Share of the old value that stays. @unit fraction of 2^64-1 */
  readonly alpha: bigint
  readonly min: bigint
  readonly max: bigint
}

/** `value` moved toward where the target would be met, rounded down and kept in its bounds. */
export function adjusted(value: bigint, { registrations, target, alpha, min, max }: Adjustment): bigint {
  const double = 2n * BigInt(target)
  const moved = value * BigInt(registrations + target)
  const next = (alpha * value * double + (ALPHA_ONE - alpha) * moved) / (ALPHA_ONE * double)
  return minBig(maxBig(toU64(next), min), max)
}

/** What an interval changes: what was used most when too many came, what was used least when too few did. */
export function whatToAdjust(byWork: number, byBurn: number, target: number): { work: boolean; burn: boolean } {
  if (byWork === byBurn) return { work: true, burn: true }
  const raises = byWork + byBurn > target
  const workLeads = byWork > byBurn
  return { work: raises === workLeads, burn: raises !== workLeads }
}

/** Adjusts difficulty and price of a subnet whose interval is over, and starts its counters anew. */
export function adjustTerms(ctx: Ctx, netuid: number): void {
  const key = { netuid }
  const interval = BigInt(storage.AdjustmentInterval.get(ctx, key))
  if (ctx.block - storage.LastAdjustmentBlock.get(ctx, key) < interval) return
  const registrations = storage.RegistrationsThisInterval.get(ctx, key)
  const target = storage.TargetRegistrationsPerInterval.get(ctx, key)
  if (target > 0) {
    const byWork = storage.POWRegistrationsThisInterval.get(ctx, key)
    const { work, burn } = whatToAdjust(byWork, storage.BurnRegistrationsThisInterval.get(ctx, key), target)
    const terms = { registrations, target, alpha: storage.AdjustmentAlpha.get(ctx, key) }
    if (work) {
      const bounds = { min: storage.MinDifficulty.get(ctx, key), max: storage.MaxDifficulty.get(ctx, key) }
      storage.Difficulty.mutate(ctx, key, (difficulty) => adjusted(difficulty, { ...terms, ...bounds }))
    }
    if (burn) {
      const bounds = { min: storage.MinBurn.get(ctx, key), max: storage.MaxBurn.get(ctx, key) }
      storage.Burn.mutate(ctx, key, (price) => adjusted(price, { ...terms, ...bounds }))
    }
  }
  storage.LastAdjustmentBlock.set(ctx, key, ctx.block)
  storage.RegistrationsThisInterval.set(ctx, key, 0)
  storage.POWRegistrationsThisInterval.set(ctx, key, 0)
  storage.BurnRegistrationsThisInterval.set(ctx, key, 0)
}
