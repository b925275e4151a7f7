/** One key that may act as root. Storage prefix `Sudo`. */
import type { AccountId } from '@neurite/primitives/bytes'
import { accountId, named, option, result, unit } from '@neurite/primitives/scale'
import {
  addressCodec,
  addWeight,
  anyOrigin,
  type Ctx,
  call,
  DispatchErrorCodec,
  type DispatchOutcome,
  dispatchInfo,
  ensure,
  event,
  eventOf,
  lookup,
  type Origin,
  pallet,
  ROOT,
  type RuntimeCall,
  runtimeCall,
  signedBy,
  value,
  type Weight,
  WeightCodec,
  weight,
} from '../../frame/index.ts'

const P = pallet({ name: 'Sudo', index: 12, crate: 'pallet_sudo' })

export const storage = P.storage({
  /** The account that may act as root; nobody when absent. */
  Key: value(accountId).optional(),
})

export const errors = P.errors({ RequireSudo: 'Only the sudo key may do this.' })

const dispatchResult = named('DispatchResult', result(unit, DispatchErrorCodec))

export const events = P.events({
  /** A call ran as root, with this result. */
  Sudid: eventOf({ sudo_result: dispatchResult }),
  KeyChanged: eventOf({ old: named('Option<T::AccountId>', option(accountId)), new: accountId }),
  KeyRemoved: event(),
  /** A call ran as another account, with this result. */
  SudoAsDone: eventOf({ sudo_result: dispatchResult }),
})

const boxedCall = named('Box<<T as Config>::RuntimeCall>', runtimeCall)

/** Times measured upstream, in picoseconds. */
const OWN = weight(10_772_000n, { reads: 1, proofSize: 1517n })
const CHANGE = weight(9_954_000n, { reads: 1, writes: 1, proofSize: 1517n })
const withInner = ({ call: inner }: { readonly call: RuntimeCall }): Weight =>
  addWeight(OWN, dispatchInfo(inner).weight)
const classOfInner = ({ call: inner }: { readonly call: RuntimeCall }) => dispatchInfo(inner).class

function ensureSudo(ctx: Ctx, origin: Origin): void {
  ensure(
    origin.type === 'Root' || (origin.type === 'Signed' && origin.who === storage.Key.get(ctx)),
    errors.RequireSudo,
  )
}

function resultOf(outcome: DispatchOutcome) {
  return outcome.ok ? ({ ok: true, value: undefined } as const) : ({ ok: false, error: outcome.error } as const)
}

/** The outcome of the inner call is only in the event: the sudo call itself succeeds, free of charge. */
function runAsRoot(ctx: Ctx, inner: RuntimeCall): { readonly pays: 'No' } {
  ctx.emit(events.Sudid({ sudo_result: resultOf(ctx.dispatchBypassingGuards(ROOT, inner)) }))
  return { pays: 'No' }
}

export const calls = P.calls({
  /** Runs a call as root. */
  sudo: call({
    index: 0,
    origin: anyOrigin,
    args: { call: boxedCall },
    weight: withInner,
    class: classOfInner,
    run(ctx, origin, { call: inner }) {
      ensureSudo(ctx, origin)
      return runAsRoot(ctx, inner)
    },
  }),
  /** As `sudo`, with a weight given by the caller. */
  sudo_unchecked_weight: call({
    index: 1,
    origin: anyOrigin,
    args: { call: boxedCall, weight: WeightCodec },
    weight: ({ weight: given }) => ({ refTime: given.ref_time, proofSize: given.proof_size }),
    class: classOfInner,
    run(ctx, origin, { call: inner }) {
      ensureSudo(ctx, origin)
      return runAsRoot(ctx, inner)
    },
  }),
  set_key: call({
    index: 2,
    origin: anyOrigin,
    args: { new: addressCodec },
    weight: CHANGE,
    run(ctx, origin, { new: address }) {
      ensureSudo(ctx, origin)
      const next = lookup(address)
      const old = storage.Key.get(ctx)
      storage.Key.set(ctx, next)
      ctx.emit(events.KeyChanged({ old, new: next }))
      return { pays: 'No' }
    },
  }),
  /** Runs a call as another account. */
  sudo_as: call({
    index: 3,
    origin: anyOrigin,
    args: { who: addressCodec, call: boxedCall },
    weight: withInner,
    class: classOfInner,
    run(ctx, origin, { who, call: inner }) {
      ensureSudo(ctx, origin)
      ctx.emit(events.SudoAsDone({ sudo_result: resultOf(ctx.dispatch(signedBy(lookup(who)), inner)) }))
      return { pays: 'No' }
    },
  }),
  /** Gives up the sudo key for good. */
  remove_key: call({
    index: 4,
    origin: anyOrigin,
    args: {},
    weight: CHANGE,
    run(ctx, origin) {
      ensureSudo(ctx, origin)
      storage.Key.remove(ctx)
      ctx.emit(events.KeyRemoved())
      return { pays: 'No' }
    },
  }),
})

export interface SudoGenesis {
  readonly key: AccountId | undefined
}

export default P.build({
  storage,
  errors,
  events,
  calls,
  genesis(ctx, config: SudoGenesis) {
    if (config.key !== undefined) storage.Key.set(ctx, config.key)
  },
})
