/**
 * Voting power: a moving average of each validator's stake, taken at every epoch of subnets that track it.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/utils/voting_power.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, toU64 } from '@neurite/primitives/fixed'
import { netuid, u64 } from '@neurite/primitives/scale'
import { anyOrigin, type Ctx, call, ensure, root, weight } from '../../../frame/index.ts'
import type { AggregatedResult } from '../../../yuma/index.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { ensureOwnerOrRoot } from '../ownerLimits.ts'
import { storage } from '../storage/index.ts'

/** The moving average's whole. */
const ONE = 10n ** 18n
/** Tracking goes on this long after its end was asked for: 14 days of 12 s. @unit blocks */
export const DISABLE_GRACE_BLOCKS = 100_800n

/** `alpha` of the stake and the rest of the old average, rounded down. @unit alpha-rao; alpha: fraction of 10^18 */
export function nextVotingPower(previous: bigint, stake: bigint, alpha: bigint): bigint {
  return toU64((alpha * stake + (ONE - alpha) * previous) / ONE)
}

/** Brings the voting power of the subnet's hotkeys up to date with an epoch, if the subnet tracks it. */
export function updateVotingPower(
  ctx: Ctx,
  netuid: number,
  hotkeys: readonly AccountId[],
  { totalStake, validatorPermits }: Pick<AggregatedResult, 'totalStake' | 'validatorPermits'>,
): void {
  if (!storage.VotingPowerTrackingEnabled.get(ctx, { netuid })) return
  const end = storage.VotingPowerDisableAtBlock.get(ctx, { netuid })
  if (end > 0n && ctx.block >= end) {
    stopTracking(ctx, netuid)
    return
  }
  const alpha = storage.VotingPowerEmaAlpha.get(ctx, { netuid })
  const threshold = storage.StakeThreshold.get(ctx)
  for (const [uid, hotkey] of hotkeys.entries()) {
    if (validatorPermits[uid] === 1) update(ctx, { netuid, hotkey }, totalStake[uid]!, alpha, threshold)
    else storage.VotingPower.remove(ctx, { netuid, hotkey })
  }
  for (const { hotkey } of storage.VotingPower.keys(ctx, { netuid })) {
    if (!storage.IsNetworkMember.get(ctx, { hotkey, netuid })) storage.VotingPower.remove(ctx, { netuid, hotkey })
  }
}

function update(
  ctx: Ctx,
  key: { readonly netuid: number; readonly hotkey: AccountId },
  stake: bigint,
  alpha: bigint,
  threshold: bigint,
): void {
  const before = storage.VotingPower.get(ctx, key)
  const now = nextVotingPower(before, stake, alpha)
  // A new validator starts below the threshold and may grow; only one that was above can fall out.
  if (now < threshold && before >= threshold) storage.VotingPower.remove(ctx, key)
  else if (now > 0n) storage.VotingPower.set(ctx, key, now)
}

function stopTracking(ctx: Ctx, netuid: number): void {
  storage.VotingPower.removePrefix(ctx, { netuid })
  storage.VotingPowerTrackingEnabled.set(ctx, { netuid }, false)
  storage.VotingPowerDisableAtBlock.remove(ctx, { netuid })
  ctx.emit(events.VotingPowerTrackingDisabled({ netuid }))
}

/** Adds the old hotkey's voting power on the subnet to the new one's. */
export function moveVotingPower(ctx: Ctx, netuid: number, old: AccountId, next: AccountId): void {
  const power = storage.VotingPower.take(ctx, { netuid, hotkey: old })
  if (power === 0n) return
  storage.VotingPower.mutate(ctx, { netuid, hotkey: next }, (already) => addU64(already, power))
}

export const votingPowerCalls = P.calls({
  /** Has epochs of the subnet keep voting power, and calls off a planned end. Owner or root. */
  enable_voting_power_tracking: call({
    index: 129,
    origin: anyOrigin,
    args: { netuid },
    weight: weight(10_000n, { reads: 2, writes: 2 }),
    run(ctx, origin, { netuid }) {
      ensureOwnerOrRoot(ctx, origin, netuid)
      storage.VotingPowerTrackingEnabled.set(ctx, { netuid }, true)
      storage.VotingPowerDisableAtBlock.remove(ctx, { netuid })
      ctx.emit(events.VotingPowerTrackingEnabled({ netuid }))
    },
  }),
  /** Plans the end of the tracking, 14 days from now; then all voting power on the subnet is removed. Owner or root. */
  disable_voting_power_tracking: call({
    index: 130,
    origin: anyOrigin,
    args: { netuid },
    weight: weight(10_000n, { reads: 2, writes: 1 }),
    run(ctx, origin, { netuid }) {
      ensureOwnerOrRoot(ctx, origin, netuid)
      ensure(storage.VotingPowerTrackingEnabled.get(ctx, { netuid }), errors.VotingPowerTrackingNotEnabled)
      const end = addU64(ctx.block, DISABLE_GRACE_BLOCKS)
      storage.VotingPowerDisableAtBlock.set(ctx, { netuid }, end)
      ctx.emit(events.VotingPowerTrackingDisableScheduled({ netuid, disable_at_block: end }))
    },
  }),
  /** Sets how quickly voting power follows stake, as a fraction of 10^18. Root. */
  sudo_set_voting_power_ema_alpha: call({
    index: 131,
    origin: root,
    args: { netuid, alpha: u64 },
    weight: weight(6_000n, { reads: 1, writes: 1 }),
    run(ctx, _root, { netuid, alpha }) {
      ensure(alpha <= ONE, errors.InvalidVotingPowerEmaAlpha)
      storage.VotingPowerEmaAlpha.set(ctx, { netuid }, alpha)
      ctx.emit(events.VotingPowerEmaAlphaSet({ netuid, alpha }))
    },
  }),
})
