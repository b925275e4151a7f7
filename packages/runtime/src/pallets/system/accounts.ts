/**
 * Nonces and reference counts of accounts. A provider is a reason for an account to exist (a balance), a sufficient one
 * that needs no other, a consumer something that would break without it.
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, dispatchErrors, ensure } from '../../frame/index.ts'
import { MAX_CONSUMERS } from './constants.ts'
import { events } from './events.ts'
import { storage } from './storage.ts'
import type { AccountInfo } from './types.ts'

export function account(ctx: Ctx, who: AccountId): AccountInfo {
  return storage.Account.get(ctx, { account: who })
}

function put(ctx: Ctx, who: AccountId, info: AccountInfo): void {
  storage.Account.set(ctx, { account: who }, info)
}

export function nonceOf(ctx: Ctx, who: AccountId): number {
  return account(ctx, who).nonce
}

export function incNonce(ctx: Ctx, who: AccountId): void {
  const info = account(ctx, who)
  put(ctx, who, { ...info, nonce: (info.nonce + 1) >>> 0 })
}

export function providers(ctx: Ctx, who: AccountId): number {
  return account(ctx, who).providers
}

export function sufficients(ctx: Ctx, who: AccountId): number {
  return account(ctx, who).sufficients
}

export function consumers(ctx: Ctx, who: AccountId): number {
  return account(ctx, who).consumers
}

/** True when the account may lose a provider: another remains, or nothing needs it. */
export function canDecProvider(ctx: Ctx, who: AccountId): boolean {
  const info = account(ctx, who)
  return info.consumers === 0 || info.providers > 1
}

/** True when one more thing may come to need the account. */
export function canIncConsumer(ctx: Ctx, who: AccountId): boolean {
  const info = account(ctx, who)
  return info.providers > 0 && info.consumers < MAX_CONSUMERS
}

export function incProviders(ctx: Ctx, who: AccountId): 'created' | 'existed' {
  const info = account(ctx, who)
  const isNew = info.providers === 0 && info.sufficients === 0
  put(ctx, who, { ...info, providers: info.providers + 1 })
  if (isNew) ctx.emit(events.NewAccount({ account: who }))
  return isNew ? 'created' : 'existed'
}

/** Fails with `ConsumerRemaining` when this is the last provider of an account that something needs. */
export function decProviders(ctx: Ctx, who: AccountId): 'reaped' | 'exists' {
  if (!storage.Account.has(ctx, { account: who })) return 'reaped'
  const info = account(ctx, who)
  if (info.providers <= 1) {
    if (info.consumers === 0 && info.sufficients === 0) return kill(ctx, who)
    ensure(info.consumers === 0, dispatchErrors.ConsumerRemaining)
  }
  put(ctx, who, { ...info, providers: Math.max(0, info.providers - 1) })
  return 'exists'
}

export function incSufficients(ctx: Ctx, who: AccountId): 'created' | 'existed' {
  const info = account(ctx, who)
  const isNew = info.providers === 0 && info.sufficients === 0
  put(ctx, who, { ...info, sufficients: info.sufficients + 1 })
  if (isNew) ctx.emit(events.NewAccount({ account: who }))
  return isNew ? 'created' : 'existed'
}

export function decSufficients(ctx: Ctx, who: AccountId): 'reaped' | 'exists' {
  if (!storage.Account.has(ctx, { account: who })) return 'reaped'
  const info = account(ctx, who)
  if (info.sufficients <= 1 && info.providers === 0) return kill(ctx, who)
  put(ctx, who, { ...info, sufficients: Math.max(0, info.sufficients - 1) })
  return 'exists'
}

/** Fails with `NoProviders` or `TooManyConsumers`. */
export function incConsumers(ctx: Ctx, who: AccountId): void {
  ensure(
    account(ctx, who).consumers < MAX_CONSUMERS || account(ctx, who).providers === 0,
    dispatchErrors.TooManyConsumers,
  )
  incConsumersWithoutLimit(ctx, who)
}

export function incConsumersWithoutLimit(ctx: Ctx, who: AccountId): void {
  const info = account(ctx, who)
  ensure(info.providers > 0, dispatchErrors.NoProviders)
  put(ctx, who, { ...info, consumers: info.consumers + 1 })
}

export function decConsumers(ctx: Ctx, who: AccountId): void {
  const info = account(ctx, who)
  put(ctx, who, { ...info, consumers: Math.max(0, info.consumers - 1) })
}

function kill(ctx: Ctx, who: AccountId): 'reaped' {
  storage.Account.remove(ctx, { account: who })
  ctx.emit(events.KilledAccount({ account: who }))
  return 'reaped'
}
