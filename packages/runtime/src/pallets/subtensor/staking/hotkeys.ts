/** Hotkey accounts: who owns them, and whether others may stake with them. */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, ensure } from '../../../frame/index.ts'
import { subnetOfAccount } from '../accounts.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage/index.ts'
import { rememberStakingHotkey } from './shares.ts'

export function hotkeyExists(ctx: Ctx, hotkey: AccountId): boolean {
  return storage.Owner.has(ctx, { hotkey })
}

/** Coldkey that owns the hotkey; the zero account when it is unknown. */
export function ownerOf(ctx: Ctx, hotkey: AccountId): AccountId {
  return storage.Owner.get(ctx, { hotkey })
}

export function ownsHotkey(ctx: Ctx, coldkey: AccountId, hotkey: AccountId): boolean {
  return hotkeyExists(ctx, hotkey) && ownerOf(ctx, hotkey) === coldkey
}

/** Makes `coldkey` the owner of a hotkey that has none. The accounts of subnets can never be hotkeys. */
export function createAccountIfMissing(ctx: Ctx, coldkey: AccountId, hotkey: AccountId): void {
  ensure(subnetOfAccount(hotkey) === undefined, errors.CannotUseSystemAccount)
  if (hotkeyExists(ctx, hotkey)) return
  storage.Owner.set(ctx, { hotkey }, coldkey)
  const owned = storage.OwnedHotkeys.get(ctx, { coldkey })
  if (!owned.includes(hotkey)) storage.OwnedHotkeys.set(ctx, { coldkey }, [...owned, hotkey])
  rememberStakingHotkey(ctx, coldkey, hotkey)
}

export function isDelegate(ctx: Ctx, hotkey: AccountId): boolean {
  return storage.Delegates.has(ctx, { hotkey })
}

/** Take of the hotkey; the default when it never chose one. @unit u16 fraction */
export function takeOf(ctx: Ctx, hotkey: AccountId): number {
  return storage.Delegates.get(ctx, { hotkey })
}

/** Opens the hotkey for the stake of others, with the take it has. */
export function ensureDelegate(ctx: Ctx, hotkey: AccountId): void {
  if (!isDelegate(ctx, hotkey)) storage.Delegates.set(ctx, { hotkey }, takeOf(ctx, hotkey))
}
