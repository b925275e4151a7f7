/**
 * A coldkey that announced its replacement can only go on with it; a disputed one can do nothing.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/guards/check_coldkey_swap.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx, ModuleError, RuntimeCall } from '../../../frame/index.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage/index.ts'

const ALLOWED: ReadonlySet<string> = new Set([
  'SubtensorModule.announce_coldkey_swap',
  'SubtensorModule.swap_coldkey_announced',
  'SubtensorModule.dispute_coldkey_swap',
  'SubtensorModule.clear_coldkey_swap_announcement',
  'MevShield.submit_encrypted',
])

/** Why the coldkey may not make the call now, if so. */
export function coldkeySwapError(ctx: Ctx, coldkey: AccountId, call: RuntimeCall): ModuleError | undefined {
  if (!storage.ColdkeySwapAnnouncements.has(ctx, { coldkey })) return undefined
  if (storage.ColdkeySwapDisputes.has(ctx, { coldkey })) return errors.ColdkeySwapDisputed
  return ALLOWED.has(`${call.pallet}.${call.name}`) ? undefined : errors.ColdkeySwapAnnounced
}
