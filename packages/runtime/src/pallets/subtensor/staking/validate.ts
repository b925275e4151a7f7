/**
 * What staking calls check before anything moves, in the order clients see.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/staking/stake_utils.rs validate_*
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { minBig, mulU64 } from '@neurite/primitives/fixed'
import type { SwapQuote, SwapSide } from '../../../economics/index.ts'
import { MAX_INPUT_PER_RESERVE } from '../../../economics/index.ts'
import { type Ctx, DispatchError, ensure } from '../../../frame/index.ts'
import { approximateFee, isDynamic, previewSwap } from '../../swap/index.ts'
import { constants } from '../constants.ts'
import { errors } from '../errors.ts'
import { spendable } from '../issuance/index.ts'
import { storage } from '../storage/index.ts'
import { subnetExists } from '../subnets.ts'
import { hotkeyExists } from './hotkeys.ts'
import { canIncreaseStake, ROOT_NETUID, stakeOf } from './shares.ts'
import type { StakeKeys } from './transfers.ts'

/** Least rao that a stake may be worth. */
export function minStake(ctx: Ctx): bigint {
  return constants.InitialMinStake.get(ctx)
}

/** The swap that would happen, or undefined when the pool refuses it. */
export function tryPreview(ctx: Ctx, netuid: number, side: SwapSide, amount: bigint): SwapQuote | undefined {
  try {
    return previewSwap(ctx, netuid, side, amount)
  } catch (error) {
    if (error instanceof DispatchError) return undefined
    throw error
  }
}

export function ensureSubtokenEnabled(ctx: Ctx, netuid: number): void {
  ensure(storage.SubtokenEnabled.get(ctx, { netuid }), errors.SubtokenDisabled)
}

/** Refuses amounts that no pool would take, before anything else is looked at. */
export function ensureWithinPool(ctx: Ctx, netuid: number, side: SwapSide, amount: bigint): void {
  if (netuid === ROOT_NETUID || !isDynamic(ctx, netuid)) return
  const reserve = side === 'buy' ? storage.SubnetTAO.get(ctx, { netuid }) : storage.SubnetAlphaIn.get(ctx, { netuid })
  ensure(amount <= mulU64(reserve, MAX_INPUT_PER_RESERVE), errors.InsufficientLiquidity)
}

export interface LimitTerms {
  /** Largest amount that keeps to the limit. */
  readonly max: bigint
  /** With it a larger amount is cut, without it refused. */
  readonly allowPartial: boolean
}

/** Checks a purchase of stake. */
export function validateAddStake(
  ctx: Ctx,
  { hotkey, coldkey, netuid }: StakeKeys,
  tao: bigint,
  terms?: LimitTerms,
): void {
  ensure(subnetExists(ctx, netuid), errors.SubnetNotExists)
  ensureSubtokenEnabled(ctx, netuid)
  const least = minStake(ctx)
  const fee = tryPreview(ctx, netuid, 'buy', least)?.fee ?? approximateFee(ctx, netuid, least)
  ensure(tao >= least + fee, errors.AmountTooLow)
  if (terms && !terms.allowPartial) ensure(tao <= terms.max, errors.SlippageTooHigh)
  const amount = terms?.allowPartial ? minBig(tao, terms.max) : tao
  ensure(amount <= spendable(ctx, coldkey), errors.NotEnoughBalanceToStake)
  ensure(hotkeyExists(ctx, hotkey), errors.HotKeyAccountNotExists)
  const quote = tryPreview(ctx, netuid, 'buy', amount)
  if (quote === undefined) throw errors.InsufficientLiquidity
  ensure(quote.paidIn >= least, errors.AmountTooLow)
  ensure(quote.paidOut > 0n, errors.InsufficientLiquidity)
  ensure(canIncreaseStake(ctx, hotkey, netuid, quote.paidOut), errors.InsufficientLiquidity)
}

/** Checks a sale of stake. What stays behind must not be the result of a sale below the minimum. */
export function validateRemoveStake(
  ctx: Ctx,
  { hotkey, coldkey, netuid }: StakeKeys,
  alpha: bigint,
  terms?: LimitTerms,
): void {
  ensure(subnetExists(ctx, netuid), errors.SubnetNotExists)
  ensure(alpha > 0n, errors.AmountTooLow)
  const held = stakeOf(ctx, hotkey, coldkey, netuid)
  ensure(held >= alpha, errors.NotEnoughStakeToWithdraw)
  const quote = tryPreview(ctx, netuid, 'sell', alpha)
  if (quote === undefined) throw errors.InsufficientLiquidity
  if (held > alpha) ensure(quote.paidOut >= minStake(ctx), errors.AmountTooLow)
  if (terms && !terms.allowPartial) ensure(alpha <= terms.max, errors.SlippageTooHigh)
  ensure(hotkeyExists(ctx, hotkey), errors.HotKeyAccountNotExists)
}

/** Whether {@link validateRemoveStake} would pass. */
export function canRemoveStake(ctx: Ctx, keys: StakeKeys, alpha: bigint): boolean {
  try {
    validateRemoveStake(ctx, keys, alpha)
    return true
  } catch (error) {
    if (error instanceof DispatchError) return false
    throw error
  }
}

export interface StakeMove {
  readonly from: { readonly hotkey: AccountId; readonly coldkey: AccountId; readonly netuid: number }
  readonly to: { readonly hotkey: AccountId; readonly coldkey: AccountId; readonly netuid: number }
  /** @unit alpha-rao */
  readonly alpha: bigint
  /** True for stake given to somebody, which subnets can forbid. */
  readonly isTransfer: boolean
}

/** Checks a move of stake between hotkeys, coldkeys or subnets. */
export function validateMove(ctx: Ctx, { from, to, alpha, isTransfer }: StakeMove, terms?: LimitTerms): void {
  const crossing = from.netuid !== to.netuid
  if (from.coldkey === to.coldkey && from.hotkey === to.hotkey) ensure(crossing, errors.SameNetuid)
  ensure(subnetExists(ctx, from.netuid), errors.SubnetNotExists)
  ensure(subnetExists(ctx, to.netuid), errors.SubnetNotExists)
  ensureSubtokenEnabled(ctx, from.netuid)
  ensureSubtokenEnabled(ctx, to.netuid)
  ensure(hotkeyExists(ctx, from.hotkey), errors.HotKeyAccountNotExists)
  ensure(hotkeyExists(ctx, to.hotkey), errors.HotKeyAccountNotExists)
  ensure(alpha <= stakeOf(ctx, from.hotkey, from.coldkey, from.netuid), errors.NotEnoughStakeToWithdraw)
  if (crossing) {
    const quote = tryPreview(ctx, from.netuid, 'sell', alpha)
    if (quote === undefined) throw errors.InsufficientLiquidity
    ensure(quote.paidOut > minStake(ctx), errors.AmountTooLow)
    if (terms && !terms.allowPartial) ensure(alpha <= terms.max, errors.SlippageTooHigh)
  }
  if (isTransfer) {
    ensure(storage.TransferToggle.get(ctx, { netuid: from.netuid }), errors.TransferDisallowed)
    ensure(storage.TransferToggle.get(ctx, { netuid: to.netuid }), errors.TransferDisallowed)
  }
}
