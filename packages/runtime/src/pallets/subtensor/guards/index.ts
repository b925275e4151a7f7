/**
 * Checks on calls that run in the pool and again at dispatch, for nested calls too. They make free calls safe: what
 * would fail never gets in. subtensor 14bc6f9 pallets/subtensor/src/guards
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, type DispatchGuard, ensure, ModuleError, type RuntimeCall } from '../../../frame/index.ts'
import { storage as drand } from '../../drand/index.ts'
import { ensureOwnsHotkey } from '../delegation/take.ts'
import { errors } from '../errors.ts'
import { coldkeySwapError } from '../keys/guard.ts'
import { ensureAxon, ensurePrometheus } from '../serving/endpoint.ts'
import { storage } from '../storage/index.ts'
import { ensureDue, revealsOf } from '../weights/reveal.ts'
import { hasStakeForWeights, passesWeightsRateLimit } from '../weights/set.ts'
import { customErrorCode } from './customErrors.ts'

interface CallCheck {
  /** Also checked in the pool of spec 402, where most of these errors were left to dispatch. */
  readonly before425: boolean
  readonly check: (ctx: Ctx, who: AccountId, args: any) => void
}

type Checks = Readonly<Record<string, readonly CallCheck[]>>

const batchLengths: CallCheck = {
  before425: true,
  check(_ctx, _who, { netuids, ...lists }) {
    const areEqual = Object.values(lists as Record<string, unknown[]>).every((list) => list.length === netuids.length)
    ensure(areEqual, errors.InputLengthsUnequal)
  },
}

const revealLengths: CallCheck = { before425: true, check: (_ctx, _who, args) => void revealsOf(args) }

const weightsStake: CallCheck = {
  before425: true,
  check(ctx, who, { netuid, netuids = [netuid] }) {
    for (const on of netuids) ensure(hasStakeForWeights(ctx, who, on), errors.NotEnoughStakeToSetWeights)
  },
}

const revealDue: CallCheck = {
  before425: true,
  check: (ctx, who, { netuid, mecid = 0, uids, values, salt, version_key }) =>
    ensureDue(ctx, who, netuid, mecid, [{ uids, values, salt, versionKey: version_key }]),
}

const revealsDue: CallCheck = {
  before425: true,
  check: (ctx, who, args) => ensureDue(ctx, who, args.netuid, 0, revealsOf(args)),
}

/** A round that is out hides nothing. */
const roundAhead: CallCheck = {
  before425: true,
  check: (ctx, _who, { reveal_round }) =>
    ensure(reveal_round >= drand.LastStoredRound.get(ctx), errors.InvalidRevealRound),
}

/** The rate limit of setting and committing; those without a place pass, and fail at dispatch for that reason. */
function ensureWeightsRate(ctx: Ctx, hotkey: AccountId, { netuid, mecid = 0 }: any, error: ModuleError): void {
  const uid = storage.Uids.get(ctx, { netuid, hotkey })
  ensure(uid === undefined || passesWeightsRateLimit(ctx, netuid, mecid, uid), error)
}

const settingRate: CallCheck = {
  before425: false,
  check(ctx, who, args) {
    if (storage.CommitRevealWeightsEnabled.get(ctx, { netuid: args.netuid })) return
    ensureWeightsRate(ctx, who, args, errors.SettingWeightsTooFast)
  },
}

const committingRate: CallCheck = {
  before425: false,
  check: (ctx, who, args) => ensureWeightsRate(ctx, who, args, errors.CommittingWeightsTooFast),
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
  set_weights: [weightsStake, settingRate],
  set_mechanism_weights: [weightsStake, settingRate],
  batch_set_weights: [batchLengths, weightsStake],
  commit_weights: [weightsStake, committingRate],
  commit_mechanism_weights: [weightsStake, committingRate],
  batch_commit_weights: [batchLengths, weightsStake],
  reveal_weights: [weightsStake, revealDue],
  reveal_mechanism_weights: [weightsStake, revealDue],
  batch_reveal_weights: [revealLengths, weightsStake, revealsDue],
  commit_timelocked_weights: [weightsStake, roundAhead],
  commit_timelocked_mechanism_weights: [weightsStake, roundAhead],
  commit_crv3_mechanism_weights: [weightsStake, roundAhead],
  register_network: [networkRate],
  increase_take: [takeRange],
  decrease_take: [takeRange],
  serve_axon: [axon],
  serve_axon_tls: [axon],
  serve_prometheus: [prometheus],
}

/**
 * Calls that spec 402 looked at before they got into a block. Their variants for mechanisms, batches and TLS were left
 * to dispatch, which the SDK of that time relies on: it repeats an early reveal until one lands in its epoch.
 * subtensor v3.3.15-402 pallets/subtensor/src/extensions/subtensor.rs
 */
const CALLS_BEFORE_425: ReadonlySet<string> = new Set([
  'set_weights',
  'commit_weights',
  'reveal_weights',
  'batch_reveal_weights',
  'commit_timelocked_weights',
  'serve_axon',
  'register_network',
])

function checkCall(ctx: Ctx, who: AccountId, call: RuntimeCall): ModuleError | undefined {
  const old = ctx.profile.compat.guards === 402
  if (old && !CALLS_BEFORE_425.has(call.name)) return undefined
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
