/** Reserved rao: held back as a deposit, still owned. */
import type { AccountId } from '@neurite/primitives/bytes'
import type { ValueOf } from '@neurite/primitives/scale'
import { type Ctx, dispatchErrors, ensure, U64_MAX } from '../../frame/index.ts'
import { balanceOf, lowerIssuance, mutateBalance } from './account.ts'
import { EXISTENTIAL_DEPOSIT } from './constants.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { totalBalance } from './fungible.ts'
import type { BalanceStatus } from './types.ts'

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

export function canReserve(ctx: Ctx, who: AccountId, amount: bigint): boolean {
  const { free, frozen } = balanceOf(ctx, who)
  const left = free - amount
  return amount === 0n || (left >= EXISTENTIAL_DEPOSIT && left >= frozen)
}

/** Moves `amount` rao of `who` from free to reserved. The existential deposit has to stay free. */
export function reserve(ctx: Ctx, who: AccountId, amount: bigint): void {
  if (amount === 0n) return
  mutateBalance(ctx, who, (old) => {
    ensure(old.free >= amount, errors.InsufficientBalance)
    ensure(old.reserved + amount <= U64_MAX, dispatchErrors.Overflow)
    ensure(old.free - amount >= old.frozen, errors.LiquidityRestrictions)
    return { ...old, free: old.free - amount, reserved: old.reserved + amount }
  })
  ctx.emit(events.Reserved({ who, amount }))
}

/** Moves up to `amount` rao back from reserved to free; returns what was not reserved. */
export function unreserve(ctx: Ctx, who: AccountId, amount: bigint): bigint {
  if (amount === 0n || totalBalance(ctx, who) === 0n) return amount
  const actual = min(balanceOf(ctx, who).reserved, amount)
  mutateBalance(ctx, who, (old) => ({ ...old, free: old.free + actual, reserved: old.reserved - actual }))
  ctx.emit(events.Unreserved({ who, amount: actual }))
  return amount - actual
}

/** Destroys up to `amount` reserved rao; returns what was not there. */
export function slashReserved(ctx: Ctx, who: AccountId, amount: bigint): bigint {
  if (amount === 0n || totalBalance(ctx, who) === 0n) return amount
  const actual = min(balanceOf(ctx, who).reserved, amount)
  mutateBalance(ctx, who, (old) => ({ ...old, reserved: old.reserved - actual }))
  ctx.emit(events.Slashed({ who, amount: actual }))
  lowerIssuance(ctx, actual)
  return amount - actual
}

/** Gives up to `amount` reserved rao of `from` to `to`, which must exist; returns what was not there. */
export function repatriateReserved(
  ctx: Ctx,
  from: AccountId,
  to: AccountId,
  amount: bigint,
  status: ValueOf<typeof BalanceStatus>,
): bigint {
  if (amount === 0n) return 0n
  const source = balanceOf(ctx, from)
  const frozenBeyondFree = source.frozen > source.free ? source.frozen - source.free : 0n
  const available = source.reserved > frozenBeyondFree ? source.reserved - frozenBeyondFree : 0n
  const actual = min(amount, available)
  if (from === to) return status === 'Free' ? amount - actual + unreserve(ctx, from, actual) : amount - actual
  ensure(totalBalance(ctx, to) > 0n, errors.DeadAccount)
  mutateBalance(ctx, from, (old) => ({ ...old, reserved: old.reserved - actual }))
  mutateBalance(ctx, to, (old) => {
    const free = status === 'Free' ? old.free + actual : old.free
    const reserved = status === 'Free' ? old.reserved : old.reserved + actual
    ensure(free <= U64_MAX && reserved <= U64_MAX, dispatchErrors.Overflow)
    return { ...old, free, reserved }
  })
  ctx.emit(events.ReserveRepatriated({ from, to, amount: actual, destination_status: status }))
  return amount - actual
}
