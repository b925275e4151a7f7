/** Transfers, and corrections by root. */
import { accountId, bool, type Codec, compact, named, u64, vec } from '@neurite/primitives/scale'
import { addressCodec, call, ensure, lookup, root, signed, U64_MAX, weight } from '../../frame/index.ts'
import { balanceOf, ensureUpgraded, lowerIssuance, mutateBalance, raiseIssuance } from './account.ts'
import { EXISTENTIAL_DEPOSIT } from './constants.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { burnFrom, reducible, transfer } from './fungible.ts'
import { P } from './pallet.ts'
import { unreserve } from './reserves.ts'
import { storage } from './storage.ts'
import { AdjustmentDirection } from './types.ts'

const amount: Codec<bigint> = named('T::Balance', u64)
const compactAmount = compact(amount)

/** Times measured upstream, in picoseconds; each also reads and writes the accounts it names. */
const oneAccount = { reads: 1, writes: 1, proofSize: 3593n }
const twoAccounts = { reads: 2, writes: 2, proofSize: 6196n }

export const calls = P.calls({
  /** Sends rao; the sender's account may go. */
  transfer_allow_death: call({
    index: 0,
    origin: signed,
    args: { dest: addressCodec, value: compactAmount },
    weight: weight(48_363_000n, oneAccount),
    run(ctx, from, { dest, value }) {
      transfer(ctx, from, lookup(dest), value, false)
    },
  }),
  force_transfer: call({
    index: 2,
    origin: root,
    args: { source: addressCodec, dest: addressCodec, value: compactAmount },
    weight: weight(49_944_000n, twoAccounts),
    run(ctx, _root, { source, dest, value }) {
      transfer(ctx, lookup(source), lookup(dest), value, false)
    },
  }),
  /** Sends rao; the existential deposit stays with the sender. */
  transfer_keep_alive: call({
    index: 3,
    origin: signed,
    args: { dest: addressCodec, value: compactAmount },
    weight: weight(38_159_000n, oneAccount),
    run(ctx, from, { dest, value }) {
      transfer(ctx, from, lookup(dest), value, true)
    },
  }),
  /** Sends all that can be sent. */
  transfer_all: call({
    index: 4,
    origin: signed,
    args: { dest: addressCodec, keep_alive: bool },
    weight: weight(47_385_000n, oneAccount),
    run(ctx, from, { dest, keep_alive }) {
      transfer(ctx, from, lookup(dest), reducible(ctx, from, keep_alive), keep_alive)
    },
  }),
  force_unreserve: call({
    index: 5,
    origin: root,
    args: { who: addressCodec, amount },
    weight: weight(17_233_000n, oneAccount),
    run(ctx, _root, { who, amount }) {
      unreserve(ctx, lookup(who), amount)
    },
  }),
  /** Brings accounts of an older format up to date; free of charge when nearly all of them were. */
  upgrade_accounts: call({
    index: 6,
    origin: signed,
    args: { who: vec(accountId) },
    weight: ({ who }) =>
      weight(16_588_000n + 13_973_659n * BigInt(who.length), {
        reads: who.length,
        writes: who.length,
        proofSize: 990n + 2603n * BigInt(who.length),
      }),
    run(ctx, _signer, { who }) {
      let upgraded = 0
      for (const account of who) if (ensureUpgraded(ctx, account)) upgraded++
      return { pays: who.length > 0 && upgraded * 100 >= who.length * 95 ? 'No' : 'Yes' }
    },
  }),
  /** Sets a free balance; issuance follows. */
  force_set_balance: call({
    index: 8,
    origin: root,
    args: { who: addressCodec, new_free: compactAmount },
    weight: weight(19_929_000n, oneAccount),
    run(ctx, _root, { who: address, new_free }) {
      const who = lookup(address)
      const free = new_free < EXISTENTIAL_DEPOSIT ? 0n : new_free
      const old = balanceOf(ctx, who).free
      mutateBalance(ctx, who, (data) => ({ ...data, free }))
      if (free > old) {
        raiseIssuance(ctx, free - old)
        ctx.emit(events.Issued({ amount: free - old }))
      } else if (free < old) {
        lowerIssuance(ctx, old - free)
        ctx.emit(events.Rescinded({ amount: old - free }))
      }
      ctx.emit(events.BalanceSet({ who, free }))
    },
  }),
  /** Corrects total issuance by `delta`. */
  force_adjust_total_issuance: call({
    index: 9,
    origin: root,
    args: { direction: AdjustmentDirection, delta: compactAmount },
    weight: weight(6_594_000n),
    run(ctx, _root, { direction, delta }) {
      ensure(delta > 0n, errors.DeltaZero)
      const old = storage.TotalIssuance.get(ctx)
      const raised = old + delta > U64_MAX ? U64_MAX : old + delta
      const lowered = old > delta ? old - delta : 0n
      const next = direction === 'Increase' ? raised : lowered
      ensure(storage.InactiveIssuance.get(ctx) <= next, errors.IssuanceDeactivated)
      storage.TotalIssuance.set(ctx, next)
      ctx.emit(events.TotalIssuanceForced({ old, new: next }))
    },
  }),
  /** Destroys the caller's rao. */
  burn: call({
    index: 10,
    origin: signed,
    args: { value: compactAmount, keep_alive: bool },
    weight: ({ keep_alive }) => weight(keep_alive ? 20_711_000n : 30_968_000n),
    run(ctx, who, { value, keep_alive }) {
      burnFrom(ctx, who, value, keep_alive)
    },
  }),
})
