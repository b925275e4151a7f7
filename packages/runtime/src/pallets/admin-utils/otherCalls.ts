/** Calls that are more than one value: authorities, owner hotkeys, pairs of values, and calls withdrawn upstream. */
import { accountId, bool, boundedVec, named, netuid, option, taoBalance, u16, u32 } from '@neurite/primitives/scale'
import { anyOrigin, type Ctx, call, ensure, type Origin, root, weight } from '../../frame/index.ts'
import { AuraId, changeAuthorities } from '../aura/index.ts'
import { AuthorityList, scheduleChange } from '../grandpa/index.ts'
import { subnetOfAccount } from '../subtensor/accounts.ts'
import { errors as subtensorErrors } from '../subtensor/errors.ts'
import { events as subtensor } from '../subtensor/events.ts'
import {
  ensureOwnerOrRoot,
  ensureOwnerWithLimit,
  ensureWindowOpen,
  passesRateLimit,
  recordOwnerChange,
} from '../subtensor/ownerLimits.ts'
import { registersByWork } from '../subtensor/registration/work.ts'
import { storage as subtensorStorage } from '../subtensor/storage/index.ts'
import { subnetExists } from '../subtensor/subnets.ts'
import type { RateLimitKey } from '../subtensor/types.ts'
import { errors, events, P, PrecompileEnum, storage } from './declare.ts'

/** Blocks between two changes of a subnet's owner hotkey. */
const OWNER_HOTKEY_LIMIT = 50_400n
/** Lowest bound of liquid alpha: 65535 / 40. */
const LOWEST_ALPHA = 1638

const ofOwner = named('<T as frame_system::Config>::AccountId', accountId)
const block = named('BlockNumberFor<T>', u32)

/** The limit holds for root as well; there is no window. */
function setOwnerHotkey(ctx: Ctx, origin: Origin, subnet: number, hotkey: `0x${string}`): void {
  ensureOwnerOrRoot(ctx, origin, subnet)
  ensure(subnetExists(ctx, subnet), subtensorErrors.SubnetNotExists)
  const key: RateLimitKey = { type: 'SetSNOwnerHotkey', value: subnet }
  const last = subtensorStorage.LastRateLimitedBlock.get(ctx, { key })
  ensure(passesRateLimit(ctx.block, last, OWNER_HOTKEY_LIMIT), subtensorErrors.TxRateLimitExceeded)
  ensure(subnetOfAccount(hotkey) === undefined, subtensorErrors.CannotUseSystemAccount)
  subtensorStorage.LastRateLimitedBlock.set(ctx, { key }, ctx.block)
  subtensorStorage.SubnetOwnerHotkey.set(ctx, { netuid: subnet }, hotkey)
  ctx.emit(subtensor.SubnetOwnerHotkeySet(subnet, hotkey))
}

export const otherCalls = P.calls({
  /** Replaces the authorities that make blocks. */
  swap_authorities: call({
    index: 0,
    origin: root,
    args: {
      new_authorities: boundedVec(AuraId, 32, 'BoundedVec<<T as Config>::AuthorityId, T::MaxAuthorities>'),
    },
    weight: ({ new_authorities }) => weight(4_442_146n + 29_392n * BigInt(new_authorities.length), { writes: 1 }),
    run(ctx, _root, { new_authorities }) {
      changeAuthorities(ctx, new_authorities)
    },
  }),
  /** Whether neurons may join by proof of work. Fails where the network has no such registration. */
  sudo_set_network_pow_registration_allowed: call({
    index: 20,
    origin: anyOrigin,
    args: { netuid, registration_allowed: bool },
    weight: weight(14_000_000n, { writes: 1 }),
    run(ctx, origin, { netuid: subnet, registration_allowed }) {
      ensure(registersByWork(ctx), errors.POWRegistrationDisabled)
      const owner = ensureOwnerWithLimit(ctx, origin, subnet, 'PowRegistrationAllowed')
      ensureWindowOpen(ctx, subnet)
      subtensorStorage.NetworkPowRegistrationAllowed.set(ctx, { netuid: subnet }, registration_allowed)
      ctx.emit(subtensor.PowRegistrationAllowed(subnet, registration_allowed))
      recordOwnerChange(ctx, owner, subnet, 'PowRegistrationAllowed')
    },
  }),
  /** Always fails: issuance follows from what is minted and burnt. */
  sudo_set_total_issuance: call({
    index: 33,
    origin: anyOrigin,
    args: { total_issuance: taoBalance },
    weight: weight(5_931_000n),
    run() {
      throw errors.Deprecated
    },
  }),
  /** Bounds of the bonds' smoothing factor, as u16 fractions; only while liquid alpha is on. */
  sudo_set_alpha_values: call({
    index: 51,
    origin: anyOrigin,
    args: { netuid, alpha_low: u16, alpha_high: u16 },
    weight: weight(34_224_000n, { reads: 5, writes: 1, proofSize: 4427n }),
    run(ctx, origin, { netuid: subnet, alpha_low, alpha_high }) {
      const owner = ensureOwnerWithLimit(ctx, origin, subnet, 'AlphaValues')
      ensureWindowOpen(ctx, subnet)
      ensure(subtensorStorage.LiquidAlphaOn.get(ctx, { netuid: subnet }), subtensorErrors.LiquidAlphaDisabled)
      ensure(alpha_high >= LOWEST_ALPHA, subtensorErrors.AlphaHighTooLow)
      ensure(alpha_low >= LOWEST_ALPHA && alpha_low <= alpha_high, subtensorErrors.AlphaLowOutOfRange)
      subtensorStorage.AlphaValues.set(ctx, { netuid: subnet }, [alpha_low, alpha_high])
      recordOwnerChange(ctx, owner, subnet, 'AlphaValues')
    },
  }),
  /** Replaces the voters on finality after `in_blocks` blocks. */
  schedule_grandpa_change: call({
    index: 59,
    origin: root,
    args: {
      next_authorities: AuthorityList,
      in_blocks: block,
      forced: named('Option<BlockNumberFor<T>>', option(u32)),
    },
    weight: ({ next_authorities }) =>
      weight(7_972_506n + 15_444n * BigInt(next_authorities.length), { reads: 1, writes: 1, proofSize: 2779n }),
    run(ctx, _root, { next_authorities, in_blocks, forced }) {
      scheduleChange(ctx, next_authorities, in_blocks, forced)
    },
  }),
  sudo_toggle_evm_precompile: call({
    index: 62,
    origin: root,
    args: { precompile_id: PrecompileEnum, enabled: bool },
    weight: weight(6_162_000n, { reads: 1, proofSize: 3507n }),
    run(ctx, _root, { precompile_id, enabled }) {
      const key = { precompile: precompile_id }
      if (storage.PrecompileEnable.get(ctx, key) === enabled) return
      storage.PrecompileEnable.set(ctx, key, enabled)
      ctx.emit(events.PrecompileUpdated({ precompile_id, enabled }))
    },
  }),
  /** Older name of `sudo_set_sn_owner_hotkey`. */
  sudo_set_subnet_owner_hotkey: call({
    index: 64,
    origin: anyOrigin,
    args: { netuid, hotkey: ofOwner },
    weight: weight(3_918_000n, { writes: 1 }),
    run(ctx, origin, { netuid: subnet, hotkey }) {
      setOwnerHotkey(ctx, origin, subnet, hotkey)
    },
  }),
  /** Hotkey that receives the owner's share of emission. At most once a week. */
  sudo_set_sn_owner_hotkey: call({
    index: 67,
    origin: anyOrigin,
    args: { netuid, hotkey: ofOwner },
    weight: weight(25_687_000n, { reads: 2, writes: 2, proofSize: 4177n }),
    run(ctx, origin, { netuid: subnet, hotkey }) {
      setOwnerHotkey(ctx, origin, subnet, hotkey)
    },
  }),
})
