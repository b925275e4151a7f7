/** Moving, making and destroying rao. Amounts are u64; functions fail with dispatch errors. */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, dispatchErrors, ensure, U64_MAX } from '../../frame/index.ts'
import * as system from '../system/index.ts'
import { balanceOf, lowerIssuance, mutateBalance, raiseIssuance, totalIssuance } from './account.ts'
import { EXISTENTIAL_DEPOSIT } from './constants.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { withFree } from './types.ts'

export function freeBalance(ctx: Ctx, who: AccountId): bigint {
  return balanceOf(ctx, who).free
}

export function totalBalance(ctx: Ctx, who: AccountId): bigint {
  const { free, reserved } = balanceOf(ctx, who)
  return free + reserved
}

/**
 * Rao that may leave `who`. With `keepAlive` the existential deposit stays; without, it stays only if something needs
 * the account. `force` ignores frozen funds.
 */
export function reducible(ctx: Ctx, who: AccountId, keepAlive: boolean, force = false): bigint {
  const { free, reserved, frozen } = balanceOf(ctx, who)
  let untouchable = !force && frozen > reserved ? frozen - reserved : 0n
  if (keepAlive || (free !== 0n && !system.canDecProvider(ctx, who))) {
    if (untouchable < EXISTENTIAL_DEPOSIT) untouchable = EXISTENTIAL_DEPOSIT
  }
  return free > untouchable ? free - untouchable : 0n
}

type WithdrawConsequence =
  | 'Success'
  | 'Underflow'
  | 'BalanceLow'
  | 'Frozen'
  /** The account would go, and nothing prevents it. */
  | 'ReducedToZero'
  /** The account would go, and something needs it. */
  | 'WouldDie'

function withdrawConsequence(ctx: Ctx, who: AccountId, amount: bigint): WithdrawConsequence {
  if (amount === 0n) return 'Success'
  if (totalIssuance(ctx) < amount) return 'Underflow'
  const { free } = balanceOf(ctx, who)
  if (free < amount) return 'BalanceLow'
  if (amount > reducible(ctx, who, false)) return 'Frozen'
  if (free - amount >= EXISTENTIAL_DEPOSIT) return 'Success'
  return system.canDecProvider(ctx, who) ? 'ReducedToZero' : 'WouldDie'
}

function ensureWithdrawable(ctx: Ctx, who: AccountId, amount: bigint, keepAlive: boolean): void {
  switch (withdrawConsequence(ctx, who, amount)) {
    case 'Success':
      return
    case 'Underflow':
      throw dispatchErrors.Underflow
    case 'BalanceLow':
      throw dispatchErrors.FundsUnavailable
    case 'Frozen':
      throw dispatchErrors.Frozen
    case 'WouldDie':
      throw dispatchErrors.OnlyProvider
    case 'ReducedToZero':
      if (keepAlive) throw dispatchErrors.NotExpendable
  }
}

function ensureDepositable(ctx: Ctx, who: AccountId, amount: bigint): void {
  if (amount === 0n) return
  const { free, reserved } = balanceOf(ctx, who)
  ensure(free + amount <= U64_MAX, dispatchErrors.Overflow)
  ensure(free + amount >= EXISTENTIAL_DEPOSIT, dispatchErrors.BelowMinimum)
  ensure(reserved + free + amount <= U64_MAX, dispatchErrors.Overflow)
}

/** Sets the free balance; issuance stays as it is, but for dust. */
function writeFree(ctx: Ctx, who: AccountId, free: bigint): void {
  const isTaken = freeBalance(ctx, who) > free
  const most = isTaken ? reducible(ctx, who, false, true) : 0n
  mutateBalance(ctx, who, (old) => {
    ensure(old.free <= free || old.free - free <= most, errors.InsufficientBalance)
    return withFree(old, free)
  })
}

/** Takes exactly `amount`; issuance stays as it is. */
function decrease(ctx: Ctx, who: AccountId, amount: bigint, keepAlive: boolean): void {
  ensure(reducible(ctx, who, keepAlive) >= amount, dispatchErrors.FundsUnavailable)
  if (amount > 0n) writeFree(ctx, who, freeBalance(ctx, who) - amount)
}

/** Adds exactly `amount`; issuance stays as it is. Fails with `BelowMinimum` if the account would not live. */
function increase(ctx: Ctx, who: AccountId, amount: bigint): void {
  const free = freeBalance(ctx, who) + amount
  ensure(free <= U64_MAX, dispatchErrors.Overflow)
  ensure(free >= EXISTENTIAL_DEPOSIT, dispatchErrors.BelowMinimum)
  if (amount > 0n) mutateBalance(ctx, who, (old) => withFree(old, free))
}

/** Moves `amount` rao. A transfer to oneself changes nothing and emits nothing. */
export function transfer(ctx: Ctx, from: AccountId, to: AccountId, amount: bigint, keepAlive: boolean): void {
  ensureWithdrawable(ctx, from, amount, keepAlive)
  ensureDepositable(ctx, to, amount)
  if (from === to) return
  if (amount > 0n) {
    writeFree(ctx, from, freeBalance(ctx, from) - amount)
    writeFree(ctx, to, freeBalance(ctx, to) + amount)
  }
  ctx.emit(events.Transfer({ from, to, amount }))
}

/** Makes `amount` rao for `who`: issuance rises. Emits `Deposit`. */
export function deposit(ctx: Ctx, who: AccountId, amount: bigint): void {
  resolve(ctx, who, amount)
  raiseIssuance(ctx, amount)
}

/** Destroys `amount` rao of `who`: issuance falls. Emits `Withdraw`. */
export function withdraw(ctx: Ctx, who: AccountId, amount: bigint, keepAlive: boolean): void {
  withdrawCredit(ctx, who, amount, keepAlive)
  lowerIssuance(ctx, amount)
}

/** As {@link deposit}, with the event `Minted`. */
export function mintInto(ctx: Ctx, who: AccountId, amount: bigint): void {
  ensure(totalIssuance(ctx) + amount <= U64_MAX, dispatchErrors.Overflow)
  increase(ctx, who, amount)
  raiseIssuance(ctx, amount)
  ctx.emit(events.Minted({ who, amount }))
}

/** As {@link withdraw}, with the event `Burned`. */
export function burnFrom(ctx: Ctx, who: AccountId, amount: bigint, keepAlive: boolean): void {
  ensure(reducible(ctx, who, keepAlive) >= amount, dispatchErrors.FundsUnavailable)
  ensure(totalIssuance(ctx) >= amount, dispatchErrors.Overflow)
  decrease(ctx, who, amount, keepAlive)
  lowerIssuance(ctx, amount)
  ctx.emit(events.Burned({ who, amount }))
}

// Credits: rao that exist in the issuance but in no account yet. Whoever holds one must resolve or drop it.

/** Makes a credit of `amount` rao. Emits `Issued`. */
export function issue(ctx: Ctx, amount: bigint): void {
  raiseIssuance(ctx, amount)
  ctx.emit(events.Issued({ amount }))
}

/** Takes `amount` rao out of `who` into a credit. Emits `Withdraw`. */
export function withdrawCredit(ctx: Ctx, who: AccountId, amount: bigint, keepAlive: boolean): void {
  decrease(ctx, who, amount, keepAlive)
  ctx.emit(events.Withdraw({ who, amount }))
}

/** Pays a credit into `who`. Emits `Deposit`. */
export function resolve(ctx: Ctx, who: AccountId, amount: bigint): void {
  increase(ctx, who, amount)
  ctx.emit(events.Deposit({ who, amount }))
}

/** Destroys a credit. No event. */
export function dropCredit(ctx: Ctx, amount: bigint): void {
  if (amount > 0n) lowerIssuance(ctx, amount)
}
