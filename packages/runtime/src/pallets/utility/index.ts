/** Calls that contain calls: batches, other origins, fallbacks. subtensor 14bc6f9 pallets/utility/src/lib.rs */

import type { AccountId } from '@neurite/primitives/bytes'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import {
  accountId,
  encode,
  itemsOf,
  named,
  result,
  u16,
  u32,
  unit,
  type ValueOf,
  variant,
  vec,
} from '@neurite/primitives/scale'
import {
  addWeight,
  type Ctx,
  call,
  constant,
  DispatchError,
  DispatchErrorCodec,
  type DispatchGuard,
  type DispatchOutcome,
  dispatchErrors,
  dispatchInfo,
  ensure,
  event,
  eventOf,
  NO_WEIGHT,
  type Origin,
  type OriginGuard,
  type Pays,
  pallet,
  ROOT,
  type RuntimeCall,
  root,
  runtimeCall,
  signed,
  signedBy,
  type Weight,
  WeightCodec,
  weight,
} from '../../frame/index.ts'
import { errors as systemErrors } from '../system/index.ts'

const P = pallet({ name: 'Utility', index: 11, crate: 'pallet_subtensor_utility', typeParams: { event: [] } })

export const constants = P.constants({ batched_calls_limit: constant(u32, 10_922) })

export const errors = P.errors({
  TooManyCalls: 'The batch has too many calls.',
  InvalidDerivedAccount: 'No account can be derived from this input.',
})

const error = named('DispatchError', DispatchErrorCodec)

export const events = P.events({
  /** Call number `index` failed; those before it stay, those after it did not run. */
  BatchInterrupted: eventOf({ index: u32, error }),
  BatchCompleted: event(),
  BatchCompletedWithErrors: event(),
  ItemCompleted: event(),
  ItemFailed: eventOf({ error }),
  DispatchedAs: eventOf({ result: named('DispatchResult', result(unit, DispatchErrorCodec)) }),
  IfElseMainSuccess: event(),
  IfElseFallbackCalled: eventOf({ main_error: error }),
})

const RawOrigin = variant(
  'frame_support::dispatch::RawOrigin',
  { Root: itemsOf(), Signed: itemsOf(named('AccountId', accountId)), None: itemsOf(), Authorized: itemsOf() },
  { params: [{ name: 'AccountId', codec: accountId }] },
)
const OriginCaller = variant('node_subtensor_runtime::OriginCaller', {
  system: itemsOf(named('frame_system::Origin<Runtime>', RawOrigin)),
})
const boxedOrigin = named('Box<T::PalletsOrigin>', OriginCaller)
const boxedCall = named('Box<<T as Config>::RuntimeCall>', runtimeCall)
const callList = vec(runtimeCall)

function originOf(caller: ValueOf<typeof OriginCaller>): Origin {
  const raw = caller.value
  switch (raw.type) {
    case 'Root':
      return ROOT
    case 'Signed':
      return signedBy(raw.value)
    case 'None':
      return { type: 'None' }
    case 'Authorized':
      // Nothing here authorises calls in this way.
      throw dispatchErrors.BadOrigin
  }
}

/** Root or a signer. */
const notNone: OriginGuard<Origin> = (origin) => {
  ensure(origin.type !== 'None', dispatchErrors.BadOrigin)
  return origin
}

// Weights, from the reference's benchmarks: picoseconds for the batch and for each call in it.
type BatchName = 'batch' | 'batch_all' | 'force_batch'
const BATCH: Record<BatchName, readonly [base: bigint, perCall: bigint]> = {
  batch: [19_446_696n, 5_450_264n],
  batch_all: [13_428_230n, 5_663_250n],
  force_batch: [12_134_867n, 5_477_293n],
}
const batchWeight = (name: BatchName, count: number): Weight =>
  weight(BATCH[name][0] + BATCH[name][1] * BigInt(count), { reads: 2, proofSize: 3983n })
const AS_DERIVATIVE = addWeight(
  weight(15_378_000n, { reads: 2, proofSize: 3983n }),
  weight(0n, { reads: 1, writes: 1 }),
)
const DISPATCH_AS = weight(6_893_000n)
const DISPATCH_AS_FALLIBLE = weight(7_113_000n)
const IF_ELSE = weight(21_831_000n, { reads: 2, proofSize: 3983n })

const declared = (inner: RuntimeCall): Weight => dispatchInfo(inner).weight
const declaredBy = (name: BatchName, calls: readonly RuntimeCall[]): Weight =>
  calls.reduce((sum, inner) => addWeight(sum, declared(inner)), batchWeight(name, calls.length))
/** A batch is free only if all its calls are. */
const paysOf = (calls: readonly RuntimeCall[]): Pays =>
  calls.some((inner) => dispatchInfo(inner).pays === 'Yes') ? 'Yes' : 'No'

/** Root bypasses the guards on dispatch, also for what it batches. */
function run(ctx: Ctx, origin: Origin, inner: RuntimeCall): DispatchOutcome {
  return origin.type === 'Root' ? ctx.dispatchBypassingGuards(origin, inner) : ctx.dispatch(origin, inner)
}

function used(outcome: DispatchOutcome, inner: RuntimeCall): Weight {
  return outcome.actualWeight ?? declared(inner)
}

type Failure = Extract<DispatchOutcome, { ok: false }>
function rethrow(outcome: Failure, actualWeight: Weight): never {
  throw new DispatchError(outcome.error, outcome.code).withPostInfo({ actualWeight })
}

function ensureNotTooMany(ctx: Ctx, calls: readonly RuntimeCall[]): void {
  ensure(calls.length <= constants.batched_calls_limit.get(ctx), errors.TooManyCalls)
}

/** Account number `index` of `who`: one that nobody has a key for. */
export function derivativeAccount(who: AccountId, index: number): AccountId {
  return bytesToHex(blake2_256(concatBytes(utf8ToBytes('modlpy/utilisuba'), hexToBytes(who), encode(u16, index))))
}

export const calls = P.calls({
  /** Runs calls in order until one fails. Succeeds in any case: the events tell how far it came. */
  batch: call({
    index: 0,
    origin: notNone,
    args: { calls: callList },
    weight: ({ calls }) => declaredBy('batch', calls),
    pays: ({ calls }) => paysOf(calls),
    run(ctx, origin, { calls }) {
      ensureNotTooMany(ctx, calls)
      let total = NO_WEIGHT
      for (const [index, inner] of calls.entries()) {
        const outcome = run(ctx, origin, inner)
        total = addWeight(total, used(outcome, inner))
        if (!outcome.ok) {
          ctx.emit(events.BatchInterrupted({ index, error: outcome.error }))
          return { actualWeight: addWeight(batchWeight('batch', index + 1), total) }
        }
        ctx.emit(events.ItemCompleted())
      }
      ctx.emit(events.BatchCompleted())
      return { actualWeight: addWeight(batchWeight('batch', calls.length), total) }
    },
  }),
  /** Runs a call as an account derived from the caller's. */
  as_derivative: call({
    index: 1,
    origin: signed,
    args: { index: u16, call: boxedCall },
    weight: ({ call: inner }) => addWeight(AS_DERIVATIVE, declared(inner)),
    run(ctx, who, { index, call: inner }) {
      const outcome = ctx.dispatch(signedBy(derivativeAccount(who, index)), inner)
      const actualWeight = addWeight(AS_DERIVATIVE, used(outcome, inner))
      if (!outcome.ok) rethrow(outcome, actualWeight)
      return { actualWeight }
    },
  }),
  /** Runs all calls or none. */
  batch_all: call({
    index: 2,
    origin: notNone,
    args: { calls: callList },
    weight: ({ calls }) => declaredBy('batch_all', calls),
    pays: ({ calls }) => paysOf(calls),
    run(ctx, origin, { calls }) {
      ensureNotTooMany(ctx, calls)
      let total = NO_WEIGHT
      for (const [index, inner] of calls.entries()) {
        const outcome = run(ctx, origin, inner)
        total = addWeight(total, used(outcome, inner))
        if (!outcome.ok) rethrow(outcome, addWeight(batchWeight('batch_all', index + 1), total))
        ctx.emit(events.ItemCompleted())
      }
      ctx.emit(events.BatchCompleted())
      return { actualWeight: addWeight(batchWeight('batch_all', calls.length), total) }
    },
  }),
  /** Runs a call as any origin; its result is only in the event. */
  dispatch_as: call({
    index: 3,
    origin: root,
    args: { as_origin: boxedOrigin, call: boxedCall },
    weight: ({ call: inner }) => addWeight(DISPATCH_AS, declared(inner)),
    run(ctx, _root, { as_origin, call: inner }) {
      const outcome = ctx.dispatchBypassingGuards(originOf(as_origin), inner)
      ctx.emit(
        events.DispatchedAs({
          result: outcome.ok ? { ok: true, value: undefined } : { ok: false, error: outcome.error },
        }),
      )
    },
  }),
  /** Runs all calls, whether or not some fail. */
  force_batch: call({
    index: 4,
    origin: notNone,
    args: { calls: callList },
    weight: ({ calls }) => declaredBy('force_batch', calls),
    pays: ({ calls }) => paysOf(calls),
    run(ctx, origin, { calls }) {
      ensureNotTooMany(ctx, calls)
      let total = batchWeight('force_batch', calls.length)
      let failed = false
      for (const inner of calls) {
        const outcome = run(ctx, origin, inner)
        total = addWeight(total, used(outcome, inner))
        if (!outcome.ok) failed = true
        ctx.emit(outcome.ok ? events.ItemCompleted() : events.ItemFailed({ error: outcome.error }))
      }
      ctx.emit(failed ? events.BatchCompletedWithErrors() : events.BatchCompleted())
      return { actualWeight: total }
    },
  }),
  /** Runs a call as root with a weight that root states. */
  with_weight: call({
    index: 5,
    origin: root,
    args: { call: boxedCall, weight: WeightCodec },
    weight: ({ weight: given }) => ({ refTime: given.ref_time, proofSize: given.proof_size }),
    run(ctx, _root, { call: inner }) {
      const outcome = ctx.dispatchBypassingGuards(ROOT, inner)
      if (!outcome.ok) throw new DispatchError(outcome.error, outcome.code)
    },
  }),
  /** Runs `main`; if it fails, `fallback`. Fails if both do. */
  if_else: call({
    index: 6,
    origin: notNone,
    args: { main: boxedCall, fallback: boxedCall },
    weight: ({ main, fallback }) => addWeight(IF_ELSE, addWeight(declared(main), declared(fallback))),
    run(ctx, origin, { main, fallback }) {
      const first = run(ctx, origin, main)
      const afterMain = addWeight(IF_ELSE, used(first, main))
      if (first.ok) {
        ctx.emit(events.IfElseMainSuccess())
        return { actualWeight: afterMain }
      }
      const second = run(ctx, origin, fallback)
      const actualWeight = addWeight(afterMain, used(second, fallback))
      if (!second.ok) rethrow(second, actualWeight)
      ctx.emit(events.IfElseFallbackCalled({ main_error: first.error }))
      return { actualWeight }
    },
  }),
  /** As `dispatch_as`, but fails when the call does. */
  dispatch_as_fallible: call({
    index: 7,
    origin: root,
    args: { as_origin: boxedOrigin, call: boxedCall },
    weight: ({ call: inner }) => addWeight(DISPATCH_AS_FALLIBLE, declared(inner)),
    run(ctx, _root, { as_origin, call: inner }) {
      const outcome = ctx.dispatchBypassingGuards(originOf(as_origin), inner)
      if (!outcome.ok) throw new DispatchError(outcome.error, outcome.code)
      ctx.emit(events.DispatchedAs({ result: { ok: true, value: undefined } }))
    },
  }),
})

const isBatch = ({ pallet: name, name: callName }: RuntimeCall): boolean =>
  name === 'Utility' && (callName === 'batch' || callName === 'batch_all' || callName === 'force_batch')

/** Batches directly inside batches are refused, except for root. */
const noNestedBatches: DispatchGuard = {
  name: 'NoNestingCallFilter',
  check(_ctx, origin, outermost) {
    if (origin.type === 'Root' || !isBatch(outermost)) return undefined
    const nested = (outermost.args.calls as readonly RuntimeCall[]).some(isBatch)
    return nested ? { error: systemErrors.CallFiltered } : undefined
  },
}

export default P.build({ constants, errors, events, calls, guards: [noNestedBatches] })
