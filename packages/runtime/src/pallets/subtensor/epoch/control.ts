/**
 * What a subnet's owner decides about its epochs: how far apart they are, how long a validator counts as active, and
 * one epoch out of turn.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/tempo_control.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64 } from '@neurite/primitives/fixed'
import { netuid, u16, u32 } from '@neurite/primitives/scale'
import { anyOrigin, type Ctx, call, dispatchErrors, ensure, type Origin, signed } from '../../../frame/index.ts'
import { MAX_TEMPO, MIN_TEMPO } from '../../../yuma/schedule.ts'
import { callWeights } from '../callWeights.ts'
import { constants } from '../constants.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { ensureOwnerOrRoot, ensureOwnerWithLimit, ensureWindowOpen, recordOwnerChange } from '../ownerLimits.ts'
import { storage } from '../storage/index.ts'
import { blocksUntilSlot } from './clock.ts'

/** The subnet's owner: these calls are not for root, which has others. */
function ensureOwner(ctx: Ctx, origin: Origin, netuid: number): AccountId {
  const who = signed(origin)
  ensure(who === storage.SubnetOwner.get(ctx, { netuid }), dispatchErrors.BadOrigin)
  return who
}

/** Changes the tempo; the next epoch is a whole new tempo after this block. */
export function applyTempo(ctx: Ctx, netuid: number, tempo: number): void {
  storage.Tempo.set(ctx, { netuid }, tempo)
  ctx.emit(events.TempoSet(netuid, tempo))
  storage.LastEpochBlock.set(ctx, { netuid }, ctx.block)
}

function setTempo(ctx: Ctx, origin: Origin, netuid: number, tempo: number): void {
  const owner = ensureOwner(ctx, origin, netuid)
  ensure(tempo >= MIN_TEMPO && tempo <= MAX_TEMPO, errors.TempoOutOfBounds)
  ensureWindowOpen(ctx, netuid)
  ensureOwnerWithLimit(ctx, origin, netuid, 'TempoUpdate')
  applyTempo(ctx, netuid, tempo)
  recordOwnerChange(ctx, owner, netuid, 'TempoUpdate')
}

function setActivityCutoffFactor(ctx: Ctx, origin: Origin, netuid: number, factorMilli: number): void {
  const owner = ensureOwnerOrRoot(ctx, origin, netuid)
  const lowest = constants.MinActivityCutoffFactorMilli.get(ctx)
  const highest = constants.MaxActivityCutoffFactorMilli.get(ctx)
  ensure(factorMilli >= lowest && factorMilli <= highest, errors.ActivityCutoffFactorMilliOutOfBounds)
  // Root may step in at any time; the window and the limit bind the owner only.
  if (owner !== undefined) {
    ensureWindowOpen(ctx, netuid)
    ensureOwnerWithLimit(ctx, origin, netuid, 'ActivityCutoffFactorMilli')
  }
  storage.ActivityCutoffFactorMilli.set(ctx, { netuid }, factorMilli)
  ctx.emit(events.ActivityCutoffFactorMilliSet({ netuid, factor_milli: factorMilli }))
  recordOwnerChange(ctx, owner, netuid, 'ActivityCutoffFactorMilli')
}

function triggerEpoch(ctx: Ctx, origin: Origin, netuid: number): void {
  const owner = ensureOwner(ctx, origin, netuid)
  // Commits name the epoch in which they are revealed; one out of turn would shift it.
  ensure(!storage.CommitRevealWeightsEnabled.get(ctx, { netuid }), errors.DynamicTempoBlockedByCommitReveal)
  ensure(storage.PendingEpochAt.get(ctx, { netuid }) === 0n, errors.EpochTriggerAlreadyPending)
  const window = BigInt(storage.AdminFreezeWindow.get(ctx))
  ensure(blocksUntilSlot(ctx, netuid) >= window, errors.AutoEpochAlreadyImminent)
  ensureOwnerWithLimit(ctx, origin, netuid, 'TriggerEpoch')
  const firesAt = addU64(ctx.block, window)
  storage.PendingEpochAt.set(ctx, { netuid }, firesAt)
  recordOwnerChange(ctx, owner, netuid, 'TriggerEpoch')
  ctx.emit(events.EpochTriggered({ netuid, by: owner, fires_at: firesAt }))
}

export const epochCalls = P.calls({
  /** Sets the blocks between two epochs. The subnet's owner; the clock starts anew. */
  set_tempo: call({
    index: 139,
    origin: anyOrigin,
    args: { netuid, tempo: u16 },
    weight: callWeights.set_tempo,
    run(ctx, origin, { netuid, tempo }) {
      setTempo(ctx, origin, netuid, tempo)
    },
  }),
  /** Sets, in thousandths of a tempo, after how long without an update a validator is inactive. Owner or root. */
  set_activity_cutoff_factor: call({
    index: 140,
    origin: anyOrigin,
    args: { netuid, factor_milli: u32 },
    weight: callWeights.set_activity_cutoff_factor,
    run(ctx, origin, { netuid, factor_milli }) {
      setActivityCutoffFactor(ctx, origin, netuid, factor_milli)
    },
  }),
  /** Has an epoch run once the freeze window has passed, and freezes the subnet's parameters until then. Owner. */
  trigger_epoch: call({
    index: 141,
    origin: anyOrigin,
    args: { netuid },
    weight: callWeights.trigger_epoch,
    run(ctx, origin, { netuid }) {
      triggerEpoch(ctx, origin, netuid)
    },
  }),
})
