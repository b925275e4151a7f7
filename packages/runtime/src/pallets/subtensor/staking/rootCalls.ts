/** Calls about root dividends, and where mining income is staked. */

import { I96F32 } from '@neurite/primitives/fixed'
import { accountId, btreeSet, netuid, u64 } from '@neurite/primitives/scale'
import { call, dispatchErrors, ensure, root, signed, signedOrRoot } from '../../../frame/index.ts'
import { callWeights as weights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { subnetExists } from '../subnets.ts'
import { RootClaimTypeEnum } from '../types.ts'
import { createAccountIfMissing } from './hotkeys.ts'
import { claimRoot } from './rootClaims.ts'

/** Most subnets that one call claims on. */
const MAX_SUBNET_CLAIMS = 5
/** Most coldkeys a block claims for. */
const MAX_NUM_ROOT_CLAIMS = 50n
/** @unit alpha-rao */
const MAX_ROOT_CLAIM_THRESHOLD = 10_000_000n

export const rootClaimCalls = P.calls({
  /** Takes the root dividends of one to five subnets. */
  claim_root: call({
    index: 121,
    origin: signed,
    args: { subnets: btreeSet(netuid) },
    weight: weights.claim_root,
    run(ctx, coldkey, { subnets }) {
      ensure(subnets.length > 0 && subnets.length <= MAX_SUBNET_CLAIMS, errors.InvalidSubnetNumber)
      claimRoot(ctx, coldkey, subnets)
      ctx.emit(events.RootClaimed({ coldkey }))
    },
  }),
  /** Chooses whether root dividends are sold for TAO or kept as alpha. */
  set_root_claim_type: call({
    index: 122,
    origin: signed,
    args: { new_root_claim_type: RootClaimTypeEnum },
    weight: weights.set_root_claim_type,
    run(ctx, coldkey, { new_root_claim_type: type }) {
      if (type.type === 'KeepSubnets') ensure(type.value.subnets.length > 0, errors.InvalidSubnetNumber)
      storage.RootClaimType.set(ctx, { coldkey }, type)
      ctx.emit(events.RootClaimTypeSet({ coldkey, root_claim_type: type }))
    },
  }),
  /** Sets for how many coldkeys each block claims; 0 switches it off. Root only. */
  sudo_set_num_root_claims: call({
    index: 123,
    origin: root,
    args: { new_value: u64 },
    weight: weights.sudo_set_num_root_claims,
    run(ctx, _root, { new_value }) {
      ensure(new_value <= MAX_NUM_ROOT_CLAIMS, errors.InvalidNumRootClaim)
      storage.NumRootClaim.set(ctx, new_value)
    },
  }),
  /** Sets the least claim that is paid on a subnet. Its owner, or root. */
  sudo_set_root_claim_threshold: call({
    index: 124,
    origin: signedOrRoot,
    args: { netuid, new_value: u64 },
    weight: weights.sudo_set_root_claim_threshold,
    run(ctx, who, { netuid, new_value }) {
      ensure(who === undefined || storage.SubnetOwner.get(ctx, { netuid }) === who, dispatchErrors.BadOrigin)
      ensure(new_value <= MAX_ROOT_CLAIM_THRESHOLD, errors.InvalidRootClaimThreshold)
      storage.RootClaimableThreshold.set(ctx, { netuid }, I96F32.fromInt(new_value))
    },
  }),
  /** Claims a hotkey that nobody owns. */
  try_associate_hotkey: call({
    index: 91,
    origin: signed,
    args: { hotkey: accountId },
    weight: weights.try_associate_hotkey,
    run(ctx, coldkey, { hotkey }) {
      createAccountIfMissing(ctx, coldkey, hotkey)
    },
  }),
  /** Stakes future mining income on a subnet with one hotkey, whichever of the caller's hotkeys earned it. */
  set_coldkey_auto_stake_hotkey: call({
    index: 114,
    origin: signed,
    args: { netuid, hotkey: accountId },
    weight: weights.set_coldkey_auto_stake_hotkey,
    run(ctx, coldkey, { netuid, hotkey }) {
      ensure(subnetExists(ctx, netuid), errors.SubnetNotExists)
      ensure(storage.Uids.has(ctx, { netuid, hotkey }), errors.HotKeyNotRegisteredInSubNet)
      const before = storage.AutoStakeDestination.get(ctx, { coldkey, netuid })
      ensure(before !== hotkey, errors.SameAutoStakeHotkeyAlreadySet)
      if (before !== undefined) {
        const rest = storage.AutoStakeDestinationColdkeys.get(ctx, { hotkey: before, netuid })
        const kept = rest.filter((other) => other !== coldkey)
        storage.AutoStakeDestinationColdkeys.set(ctx, { hotkey: before, netuid }, kept)
      }
      storage.AutoStakeDestination.set(ctx, { coldkey, netuid }, hotkey)
      storage.AutoStakeDestinationColdkeys.mutate(ctx, { hotkey, netuid }, (coldkeys) =>
        coldkeys.includes(coldkey) ? coldkeys : [...coldkeys, coldkey],
      )
      ctx.emit(events.AutoStakeDestinationSet({ coldkey, netuid, hotkey }))
    },
  }),
})
