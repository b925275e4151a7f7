/**
 * Checks on calls that run in the pool and again at dispatch, for nested calls too. They make free calls safe: what
 * would fail never gets in. subtensor 14bc6f9 pallets/subtensor/src/guards
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, type DispatchGuard, ensure, ModuleError, type RuntimeCall } from '../../../frame/index.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { ensureOwnsHotkey } from '../delegation/take.ts'
import { errors } from '../errors.ts'
import { coldkeySwapError } from '../keys/guard.ts'
import { ensureAxon, ensurePrometheus } from '../serving/endpoint.ts'
import { storage } from '../storage/index.ts'
import { hasStakeForWeights, passesWeightsRateLimit } from '../weights/set.ts'
import { customErrorCode } from './customErrors.ts'

interface CallCheck {
  /** Also checked in the pool of spec 402, where most of these errors were left to dispatch. */
  readonly before425: boolean
  readonly check: (ctx: Ctx, who: AccountId, args: any) => void
}

type Checks = Readonly<Record<string, readonly CallCheck[]>>

const weightsStake: CallCheck = {
  before425: true,
  check: (ctx, who, { netuid }) => ensure(hasStakeForWeights(ctx, who, netuid), errors.NotEnoughStakeToSetWeights),
}

const weightsRate: CallCheck = {
  before425: false,
  check(ctx, hotkey, { netuid, mecid = 0 }) {
    if (storage.CommitRevealWeightsEnabled.get(ctx, { netuid })) return
    const uid = storage.Uids.get(ctx, { netuid, hotkey })
    if (uid === undefined) return
    ensure(passesWeightsRateLimit(ctx, netuid, mechanismStorageIndex(netuid, mecid), uid), errors.SettingWeightsTooFast)
  },
}

const networkRate: CallCheck = {
  before425: true,
  check(ctx) {
    const limit = storage.NetworkRateLimit.get(ctx)
    const last = storage.LastRateLimitedBlock.get(ctx, { key: { type: 'NetworkLastRegistered' } })
    ensure(limit === 0n || last === 0n || ctx.block - last >= limit, errors.NetworkTxRateLimitExceeded)
  },
}

const takeRange: CallCheck = {
  before425: false,
  check(ctx, coldkey, { hotkey, take }) {
    ensure(take >= storage.MinDelegateTake.get(ctx), errors.DelegateTakeTooLow)
    ensure(take <= storage.MaxDelegateTake.get(ctx), errors.DelegateTakeTooHigh)
    ensureOwnsHotkey(ctx, coldkey, hotkey)
  },
}

const axon: CallCheck = { before425: true, check: (ctx, who, args) => ensureAxon(ctx, who, args) }
const prometheus: CallCheck = { before425: false, check: (ctx, who, args) => ensurePrometheus(ctx, who, args) }

/** Checks by call, in the reference's order. */
const CHECKS: Checks = {
  set_weights: [weightsStake, weightsRate],
  set_mechanism_weights: [weightsStake, weightsRate],
  register_network: [networkRate],
  increase_take: [takeRange],
  decrease_take: [takeRange],
  serve_axon: [axon],
  serve_axon_tls: [axon],
  serve_prometheus: [prometheus],
}

function checkCall(ctx: Ctx, who: AccountId, call: RuntimeCall): ModuleError | undefined {
  const old = ctx.profile.compat.guards === 402
  for (const { before425, check } of CHECKS[call.name] ?? []) {
    if (old && !before425) continue
    try {
      check(ctx, who, call.args)
    } catch (error) {
      if (!(error instanceof ModuleError)) throw error
      return error
    }
  }
  return undefined
}

export const guards: readonly DispatchGuard[] = [
  {
    name: 'CheckColdkeySwap',
    check(ctx, origin, call) {
      const error = origin.type === 'Signed' ? coldkeySwapError(ctx, origin.who, call) : undefined
      return error && { error, invalid: { type: 'Custom', value: customErrorCode(error) } }
    },
  },
  {
    name: 'SubtensorGuards',
    check(ctx, origin, call) {
      if (origin.type !== 'Signed' || call.pallet !== 'SubtensorModule') return undefined
      const error = checkCall(ctx, origin.who, call)
      return error && { error, invalid: { type: 'Custom', value: customErrorCode(error) } }
    },
  },
]
