/**
 * Taking the fee before a call and settling it afterwards. All of it goes to the block's author; without an author it
 * is destroyed. subtensor 14bc6f9 pallets/transaction-fee/src/lib.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, DispatchError, type DispatchInfo, invalid, type RuntimeCall } from '../../frame/index.ts'
import {
  events as balancesEvents,
  dropCredit,
  EXISTENTIAL_DEPOSIT,
  freeBalance,
  resolve,
  totalBalance,
  withdrawCredit,
} from '../balances/index.ts'
import { events } from './events.ts'
import { type Charge, computeFee } from './fee.ts'

/** A fee that was paid in the alpha of one subnet. It is final: nothing is given back. */
export interface AlphaFee {
  readonly kind: 'alpha'
  /** Emits the pallet's own event, after the call. */
  readonly settle: (ctx: Ctx) => void
}

/** Ways of paying that other pallets offer. Set once, when the runtime is composed. */
export interface PaymentOptions {
  /**
   * Takes `fee` rao worth of alpha from `who` if `call` allows that; undefined if it does not.
   * Throws a validity error when the alpha does not suffice.
   */
  readonly payInAlpha?: (ctx: Ctx, who: AccountId, call: RuntimeCall, fee: bigint) => AlphaFee | undefined
  /** The account that agreed to pay for `call` in place of its signer, if any. */
  readonly payerOf?: (ctx: Ctx, signer: AccountId, call: RuntimeCall) => AccountId | undefined
}

let options: PaymentOptions = {}

export function bindPaymentOptions(offered: PaymentOptions): void {
  options = { ...options, ...offered }
}

/** A fee that was taken and is not settled yet. */
export interface TakenFee {
  readonly payer: AccountId
  readonly tip: bigint
  readonly paid: { readonly kind: 'none' } | { readonly kind: 'tao'; readonly amount: bigint } | AlphaFee
}

/**
 * Takes the declared fee and the tip from the payer, who stays alive.
 * Throws the validity error `Payment` when it cannot be paid.
 */
export function withdrawFee(
  ctx: Ctx,
  signer: AccountId,
  call: RuntimeCall,
  info: DispatchInfo,
  length: number,
  tip: bigint,
): TakenFee {
  const payer = options.payerOf?.(ctx, signer, call) ?? signer
  const fee = computeFee(ctx, length, info, tip)
  if (fee === 0n) return { payer, tip, paid: { kind: 'none' } }
  try {
    ctx.transactional(() => withdrawCredit(ctx, payer, fee, true))
    return { payer, tip, paid: { kind: 'tao', amount: fee } }
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
  }
  const alpha = options.payInAlpha?.(ctx, payer, call, fee)
  if (!alpha) throw invalid('Payment')
  return { payer, tip, paid: alpha }
}

/** Gives back what the call did not use, pays the author, and emits `TransactionFeePaid`. */
export function correctAndDepositFee(ctx: Ctx, taken: TakenFee, length: number, actual: Charge): void {
  const { payer, tip, paid } = taken
  const fee = computeFee(ctx, length, actual, tip)
  if (paid.kind === 'tao') payAuthor(ctx, paid.amount - refund(ctx, payer, paid.amount > fee ? paid.amount - fee : 0n))
  if (paid.kind === 'alpha') paid.settle(ctx)
  ctx.emit(events.TransactionFeePaid({ who: payer, actual_fee: fee, tip }))
}

/** Rao given back. An account that is gone, or would not live on it, gets nothing. */
function refund(ctx: Ctx, payer: AccountId, amount: bigint): bigint {
  if (totalBalance(ctx, payer) === 0n) return 0n
  if (freeBalance(ctx, payer) + amount < EXISTENTIAL_DEPOSIT) {
    ctx.emit(balancesEvents.Deposit({ who: payer, amount: 0n }))
    return 0n
  }
  resolve(ctx, payer, amount)
  return amount
}

function payAuthor(ctx: Ctx, amount: bigint): void {
  const { author } = ctx
  if (amount === 0n) return
  if (author === undefined || freeBalance(ctx, author) + amount < EXISTENTIAL_DEPOSIT) dropCredit(ctx, amount)
  else resolve(ctx, author, amount)
}
