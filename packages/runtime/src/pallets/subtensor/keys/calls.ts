/** Calls that replace keys. */
import { accountId, bool, h256, netuid, option, taoBalance } from '@neurite/primitives/scale'
import { anyOrigin, call, DB_READ, root, signed, weight } from '../../../frame/index.ts'
import { callWeights as weights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import {
  announceSwap,
  clearAnnouncement,
  disputeSwap,
  forgetSwap,
  paySwap,
  swapAnnounced,
  swapColdkey,
} from './swapColdkey.ts'
import { swapHotkey } from './swapHotkey.ts'

export const keyCalls = P.calls({
  /** Replaces a hotkey by another, on one subnet or on all, with all stake. */
  swap_hotkey: call({
    index: 70,
    origin: signed,
    args: { hotkey: accountId, new_hotkey: accountId, netuid: option(netuid) },
    weight: weights.swap_hotkey,
    run(ctx, coldkey, { hotkey, new_hotkey, netuid }) {
      swapHotkey(ctx, { coldkey, old: hotkey, next: new_hotkey, keepStake: false }, netuid)
    },
  }),
  /** As `swap_hotkey`; with `keep_stake` the stake stays with the old hotkey. */
  swap_hotkey_v2: call({
    index: 72,
    origin: signed,
    args: { hotkey: accountId, new_hotkey: accountId, netuid: option(netuid), keep_stake: bool },
    weight: weight(275_300_000n, { reads: 52, writes: 35 }),
    run(ctx, coldkey, { hotkey, new_hotkey, netuid, keep_stake }) {
      swapHotkey(ctx, { coldkey, old: hotkey, next: new_hotkey, keepStake: keep_stake }, netuid)
    },
  }),
  /** Replaces a coldkey without announcement. Root only. */
  swap_coldkey: call({
    index: 71,
    origin: root,
    args: { old_coldkey: accountId, new_coldkey: accountId, swap_cost: taoBalance },
    weight: weights.swap_coldkey,
    run(ctx, _root, { old_coldkey, new_coldkey, swap_cost }) {
      if (swap_cost > 0n) paySwap(ctx, old_coldkey, swap_cost)
      swapColdkey(ctx, old_coldkey, new_coldkey)
      forgetSwap(ctx, old_coldkey)
    },
  }),
  /** Deprecated: always fails. */
  schedule_swap_coldkey: call({
    index: 73,
    origin: anyOrigin,
    args: { new_coldkey: accountId },
    weight: weight(5n * DB_READ),
    run() {
      throw errors.Deprecated
    },
  }),
  /** Announces the hash (blake2-256) of the account that will replace the caller. */
  announce_coldkey_swap: call({
    index: 125,
    origin: signed,
    args: { new_coldkey_hash: h256 },
    weight: weights.announce_coldkey_swap,
    run(ctx, coldkey, { new_coldkey_hash }) {
      announceSwap(ctx, coldkey, new_coldkey_hash)
    },
  }),
  /** Does the announced replacement, once its delay is over. */
  swap_coldkey_announced: call({
    index: 126,
    origin: signed,
    args: { new_coldkey: accountId },
    weight: weights.swap_coldkey_announced,
    run(ctx, coldkey, { new_coldkey }) {
      swapAnnounced(ctx, coldkey, new_coldkey)
    },
  }),
  /** Freezes the caller's account: the announcement was not its owner's. */
  dispute_coldkey_swap: call({
    index: 127,
    origin: signed,
    args: {},
    weight: weights.dispute_coldkey_swap,
    run(ctx, coldkey) {
      disputeSwap(ctx, coldkey)
    },
  }),
  /** Forgets announcement and dispute of an account. Root only. */
  reset_coldkey_swap: call({
    index: 128,
    origin: root,
    args: { coldkey: accountId },
    weight: weights.reset_coldkey_swap,
    run(ctx, _root, { coldkey }) {
      forgetSwap(ctx, coldkey)
      ctx.emit(events.ColdkeySwapReset({ who: coldkey }))
    },
  }),
  /** Withdraws an announcement. */
  clear_coldkey_swap_announcement: call({
    index: 133,
    origin: signed,
    args: {},
    weight: weight(17_890_000n, { reads: 2, writes: 1 }),
    run(ctx, coldkey) {
      clearAnnouncement(ctx, coldkey)
    },
  }),
})
