/** The share of dividends that a hotkey's owner keeps. subtensor 14bc6f9 pallets/subtensor/src/staking/*_take.rs */
import type { AccountId } from '@neurite/primitives/bytes'
import { accountId, u16 } from '@neurite/primitives/scale'
import { type Ctx, call, ensure, signed } from '../../../frame/index.ts'
import { callWeights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import type { RateLimitKey } from '../types.ts'

const lastChangeKey = (hotkey: AccountId): { readonly key: RateLimitKey } => ({
  key: { type: 'LastTxBlockDelegateTake', value: hotkey },
})

/** The hotkey is known, and the coldkey owns it. */
export function ensureOwnsHotkey(ctx: Ctx, coldkey: AccountId, hotkey: AccountId): void {
  ensure(storage.Owner.has(ctx, { hotkey }), errors.HotKeyAccountNotExists)
  ensure(storage.Owner.get(ctx, { hotkey }) === coldkey, errors.NonAssociatedColdKey)
}

/** True when the take was changed too recently to be raised. */
function changedRecently(ctx: Ctx, hotkey: AccountId): boolean {
  const limit = storage.TxDelegateTakeRateLimit.get(ctx)
  const last = storage.LastRateLimitedBlock.get(ctx, lastChangeKey(hotkey))
  return limit !== 0n && last !== 0n && ctx.block - last <= limit
}

export const takeCalls = P.calls({
  /** Lower the take of a hotkey that the signer owns. Free of charge, and always allowed. */
  decrease_take: call({
    index: 65,
    origin: signed,
    pays: 'No',
    weight: callWeights.decrease_take,
    args: { hotkey: accountId, take: u16 },
    run(ctx, coldkey, { hotkey, take }) {
      ensureOwnsHotkey(ctx, coldkey, hotkey)
      if (storage.Delegates.has(ctx, { hotkey })) {
        ensure(take < storage.Delegates.get(ctx, { hotkey }), errors.DelegateTakeTooLow)
      }
      ensure(take >= storage.MinDelegateTake.get(ctx), errors.DelegateTakeTooLow)
      storage.Delegates.set(ctx, { hotkey }, take)
      storage.LastRateLimitedBlock.set(ctx, lastChangeKey(hotkey), ctx.block)
      ctx.emit(events.TakeDecreased(coldkey, hotkey, take))
    },
  }),
  /** Raise the take of a hotkey that the signer owns. Free of charge, but only every so often. */
  increase_take: call({
    index: 66,
    origin: signed,
    pays: 'No',
    weight: callWeights.increase_take,
    args: { hotkey: accountId, take: u16 },
    run(ctx, coldkey, { hotkey, take }) {
      ensureOwnsHotkey(ctx, coldkey, hotkey)
      if (storage.Delegates.has(ctx, { hotkey })) {
        ensure(take > storage.Delegates.get(ctx, { hotkey }), errors.DelegateTakeTooLow)
      }
      ensure(take <= storage.MaxDelegateTake.get(ctx), errors.DelegateTakeTooHigh)
      ensure(!changedRecently(ctx, hotkey), errors.DelegateTxRateLimitExceeded)
      storage.LastRateLimitedBlock.set(ctx, lastChangeKey(hotkey), ctx.block)
      storage.Delegates.set(ctx, { hotkey }, take)
      ctx.emit(events.TakeIncreased(coldkey, hotkey, take))
    },
  }),
})
