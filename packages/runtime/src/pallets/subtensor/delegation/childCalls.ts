/** Calls about children. */
import { accountId, bool, netuid, u16, u64 } from '@neurite/primitives/scale'
import { call, ensure, root, signed, weight } from '../../../frame/index.ts'
import { callWeights as weights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { ownsHotkey } from '../staking/hotkeys.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID } from '../subnets.ts'
import { accountLinkage } from '../types.ts'
import { scheduleChildren, setChildkeyTake } from './children.ts'

const TAKE_BOUND_WEIGHT = weight(6_000n, { reads: 1, writes: 1 })

export const childCalls = P.calls({
  /** Sets the children of a hotkey on a subnet: pairs of proportion and hotkey, at most five. An empty list removes them. */
  set_children: call({
    index: 67,
    origin: signed,
    args: { hotkey: accountId, netuid, children: accountLinkage },
    weight: weight(119_000_000n, { reads: 6, writes: 31 }),
    run(ctx, coldkey, { hotkey, netuid, children }) {
      scheduleChildren(ctx, coldkey, hotkey, netuid, children)
    },
  }),
  /** Sets the share a child keeps of what its parents' stake earns. */
  set_childkey_take: call({
    index: 75,
    origin: signed,
    args: { hotkey: accountId, netuid, take: u16 },
    weight: weights.set_childkey_take,
    run(ctx, coldkey, { hotkey, netuid, take }) {
      setChildkeyTake(ctx, coldkey, hotkey, netuid, take)
    },
  }),
  /** Sets the blocks between two rises of a child's take. Root only. */
  sudo_set_tx_childkey_take_rate_limit: call({
    index: 69,
    origin: root,
    args: { tx_rate_limit: u64 },
    weight: weights.sudo_set_tx_childkey_take_rate_limit,
    run(ctx, _root, { tx_rate_limit }) {
      storage.TxChildkeyTakeRateLimit.set(ctx, tx_rate_limit)
      ctx.emit(events.TxChildKeyTakeRateLimitSet(tx_rate_limit))
    },
  }),
  /** Sets the lowest take of children. Root only. */
  sudo_set_min_childkey_take: call({
    index: 76,
    origin: root,
    args: { take: u16 },
    weight: TAKE_BOUND_WEIGHT,
    run(ctx, _root, { take }) {
      storage.MinChildkeyTake.set(ctx, take)
      ctx.emit(events.MinChildKeyTakeSet(take))
    },
  }),
  /** Sets the highest take of children. Root only. */
  sudo_set_max_childkey_take: call({
    index: 77,
    origin: root,
    args: { take: u16 },
    weight: TAKE_BOUND_WEIGHT,
    run(ctx, _root, { take }) {
      storage.MaxChildkeyTake.set(ctx, take)
      ctx.emit(events.MaxChildKeyTakeSet(take))
    },
  }),
  /** Sets the blocks between scheduling children and putting them in force. Root only. */
  set_pending_childkey_cooldown: call({
    index: 109,
    origin: root,
    args: { cooldown: u64 },
    weight: weight(3_000_000n, { writes: 1 }),
    run(ctx, _root, { cooldown }) {
      storage.PendingChildKeyCooldown.set(ctx, cooldown)
    },
  }),
  /** Chooses whether a root validator lends its stake to owners of new subnets by itself. */
  set_auto_parent_delegation_enabled: call({
    index: 135,
    origin: signed,
    args: { hotkey: accountId, enabled: bool },
    weight: weights.set_auto_parent_delegation_enabled,
    run(ctx, coldkey, { hotkey, enabled }) {
      ensure(ownsHotkey(ctx, coldkey, hotkey), errors.NonAssociatedColdKey)
      ensure(storage.Uids.has(ctx, { netuid: ROOT_NETUID, hotkey }), errors.HotKeyNotRegisteredInSubNet)
      storage.AutoParentDelegationEnabled.set(ctx, { hotkey }, enabled)
      ctx.emit(events.AutoParentDelegationEnabledSet({ hotkey, enabled }))
    },
  }),
})
