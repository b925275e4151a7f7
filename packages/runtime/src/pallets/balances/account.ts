/**
 * Changing one account's balance. What is provided (a balance of at least the existential deposit), what consumes
 * (reserved or frozen funds), and what is lost as dust all follow from the change.
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, type Place, U64_MAX } from '../../frame/index.ts'
import * as system from '../system/index.ts'
import type { AccountInfo } from '../system/types.ts'
import { EXISTENTIAL_DEPOSIT } from './constants.ts'
import { events } from './events.ts'
import { storage } from './storage.ts'
import { type AccountData, EMPTY_DATA, NEW_LOGIC } from './types.ts'

/** The account's entry: a change of balance reads it several times, and it is looked up once. */
function placeOf(ctx: Ctx, who: AccountId): Place<AccountInfo> {
  return system.storage.Account.at(ctx, { account: who })
}

export function balanceOf(ctx: Ctx, who: AccountId): AccountData {
  return system.account(ctx, who).data
}

function isEmpty(data: AccountData): boolean {
  return data.free === 0n && data.reserved === 0n && data.frozen === 0n && data.flags === NEW_LOGIC
}

const provides = (data: AccountData): boolean => data.free >= EXISTENTIAL_DEPOSIT
const consumes = (data: AccountData): boolean => data.reserved !== 0n || data.frozen !== 0n

/**
 * Replaces the balance of `who` by `change(old)`. Rao left below the existential deposit are lost: total issuance falls
 * by them. Fails with `ConsumerRemaining` when the account would go while something needs it.
 */
export function mutateBalance(ctx: Ctx, who: AccountId, change: (old: AccountData) => AccountData): void {
  const account = placeOf(ctx, who)
  upgrade(ctx, who, account)
  const before = account.get()
  const old = before.data
  const isNew = isEmpty(old)
  const data = change(old)
  const didProvide = provides(old) && before.providers > 0
  const didConsume = consumes(old)

  if (!didProvide && provides(data)) system.incProviders(ctx, who)
  if (didConsume && !consumes(data)) system.decConsumers(ctx, who)
  if (!didConsume && consumes(data)) system.incConsumers(ctx, who)
  if (consumes(data) && system.consumers(ctx, who) === 0) system.incConsumers(ctx, who)
  // Last, because it may remove the account.
  if (didProvide && !provides(data)) system.decProviders(ctx, who)

  const isDust = !provides(data) && data.reserved === 0n
  putData(account, isDust ? EMPTY_DATA : data)
  if (isNew) ctx.emit(events.Endowed({ account: who, free_balance: data.free }))
  if (isDust && data.free > 0n) {
    ctx.emit(events.DustLost({ account: who, amount: data.free }))
    lowerIssuance(ctx, data.free)
  }
}

/** An account without a reason to exist keeps nothing, its nonce included. */
function putData(account: Place<AccountInfo>, data: AccountData): void {
  const info = account.get()
  if (info.providers > 0 || info.sufficients > 0) account.set(system.withData(info, data))
  else if (account.has()) account.remove()
}

/** Brings an account of an older format up to date; true when it was one. Only imported states have such accounts. */
export function ensureUpgraded(ctx: Ctx, who: AccountId): boolean {
  return upgrade(ctx, who, placeOf(ctx, who))
}

function upgrade(ctx: Ctx, who: AccountId, account: Place<AccountInfo>): boolean {
  const { data } = account.get()
  if ((data.flags & NEW_LOGIC) !== 0n) return false
  let { free } = data
  if (data.reserved !== 0n && data.frozen === 0n) {
    if (system.providers(ctx, who) === 0) {
      if (free < EXISTENTIAL_DEPOSIT) free = EXISTENTIAL_DEPOSIT
      system.incProviders(ctx, who)
    }
    system.incConsumersWithoutLimit(ctx, who)
  }
  putData(account, { ...data, free, flags: data.flags | NEW_LOGIC })
  ctx.emit(events.Upgraded({ who }))
  return true
}

export function totalIssuance(ctx: Ctx): bigint {
  return storage.TotalIssuance.get(ctx)
}

/** Saturates at the top of u64. */
export function raiseIssuance(ctx: Ctx, amount: bigint): void {
  storage.TotalIssuance.mutate(ctx, (old) => (old + amount > U64_MAX ? U64_MAX : old + amount))
}

/** Saturates at zero. */
export function lowerIssuance(ctx: Ctx, amount: bigint): void {
  storage.TotalIssuance.mutate(ctx, (old) => (old > amount ? old - amount : 0n))
}
