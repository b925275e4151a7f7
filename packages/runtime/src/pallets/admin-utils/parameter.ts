/**
 * Parameters as data: one entry says how a parameter is set, by whom, when and within which bounds. The entry is the
 * call, and at the same time a row of the registry that tools read.
 */
import { type Codec, netuid as netuidCodec } from '@neurite/primitives/scale'
import {
  anyOrigin,
  type CallDef,
  type Ctx,
  call,
  type DispatchClass,
  type DispatchError,
  ensure,
  type RuntimeEvent,
  root,
  weight,
} from '../../frame/index.ts'
import {
  ensureOwnerOrRoot,
  ensureOwnerWithLimit,
  ensureWindowOpen,
  type OwnerLimit,
  recordOwnerChange,
} from '../subtensor/ownerLimits.ts'
import { ROOT_NETUID, subnetExists } from '../subtensor/subnets.ts'
import { errors } from './declare.ts'

/** Inclusive limits of a value, and the error beyond them. */
export interface Bounds<V> {
  readonly min?: V
  readonly max?: V
  readonly error: DispatchError
  /** Root may go beyond. */
  readonly ownersOnly?: boolean
}

/** A row of the registry. Values are as the call takes them. */
export interface ParameterInfo {
  readonly scope: 'subnet' | 'global'
  /** Name of the argument that carries the value. */
  readonly argument: string
  /** Rust name of the value's type. */
  readonly type: string
  /** Storage item of SubtensorModule that holds it; undefined when setting it does more than writing. */
  readonly item: string | undefined
  /** `owner`: the subnet's owner or root. */
  readonly who: 'owner' | 'root'
  /** What an owner has to wait for between two changes. */
  readonly limit: OwnerLimit | undefined
  /** Whether it is frozen before epochs. */
  readonly window: boolean
  readonly bounds: Bounds<unknown> | undefined
}

/** Own reference time in picoseconds, then database reads and writes, then bytes of proof. */
type Cost = readonly [time: bigint, reads: number, writes: number, proofSize?: bigint]
const costOf = ([time, reads, writes, proofSize = 0n]: Cost) => weight(time, { reads, writes, proofSize })

interface Common<A extends string, V> {
  readonly index: number
  readonly argument: A
  readonly codec: Codec<V>
  readonly cost: Cost
  readonly class?: DispatchClass
  readonly bounds?: Bounds<V>
}

export interface SubnetParameter<A extends string, V> extends Common<A, V> {
  readonly who: 'owner' | 'root'
  /** Only for `owner`. */
  readonly limit?: OwnerLimit
  /** False: the value can change shortly before an epoch. */
  readonly window?: boolean
  /** Which subnets have it; `any` skips the check that there is one. */
  readonly on?: 'existing' | 'notRoot' | 'any'
  /** Conditions on other parameters. `owner` is undefined for root. */
  readonly check?: (ctx: Ctx, netuid: number, value: V) => void
  /** Where the value is kept, */
  readonly item?: { readonly name: string; set(ctx: Ctx, key: { readonly netuid: number }, value: V): void }
  /** or what setting it does. */
  readonly set?: (ctx: Ctx, netuid: number, value: V) => void
  readonly event?: (netuid: number, value: V) => RuntimeEvent
}

export interface GlobalParameter<A extends string, V> extends Common<A, V> {
  readonly check?: (ctx: Ctx, value: V) => void
  readonly item?: { readonly name: string; set(ctx: Ctx, value: V): void }
  readonly set?: (ctx: Ctx, value: V) => void
  readonly event?: (value: V) => RuntimeEvent
}

export type ParameterCall<Args extends Record<string, Codec<any>>> = CallDef<Args> & {
  readonly parameter: ParameterInfo
}

/** The call that sets a parameter of one subnet. Checks in order: origin, rate limit, window, subnet, bounds. */
export function subnetParameter<const A extends string, V>(
  spec: SubnetParameter<A, V>,
): ParameterCall<{ readonly netuid: Codec<number> } & Readonly<Record<A, Codec<V>>>> {
  const { limit, window = true, on = 'existing' } = spec
  type Args = { readonly netuid: Codec<number> } & Readonly<Record<A, Codec<V>>>
  const args = { netuid: netuidCodec, [spec.argument]: spec.codec } as unknown as Args
  const def = call<Args, ReturnType<typeof anyOrigin>>({
    index: spec.index,
    origin: anyOrigin,
    args,
    weight: costOf(spec.cost),
    class: spec.class ?? 'Normal',
    run(ctx, origin, given) {
      const { netuid, [spec.argument]: value } = given as unknown as { readonly netuid: number } & Record<string, V>
      let owner: `0x${string}` | undefined
      if (spec.who === 'root') root(origin)
      else if (limit === undefined) owner = ensureOwnerOrRoot(ctx, origin, netuid)
      else owner = ensureOwnerWithLimit(ctx, origin, netuid, limit)
      if (window) ensureWindowOpen(ctx, netuid)
      if (on !== 'any') ensure(subnetExists(ctx, netuid), errors.SubnetDoesNotExist)
      if (on === 'notRoot') ensure(netuid !== ROOT_NETUID, errors.NotPermittedOnRootSubnet)
      ensureWithin(spec.bounds, value as V, owner !== undefined)
      spec.check?.(ctx, netuid, value as V)
      spec.item?.set(ctx, { netuid }, value as V)
      spec.set?.(ctx, netuid, value as V)
      if (spec.event) ctx.emit(spec.event(netuid, value as V))
      if (limit !== undefined) recordOwnerChange(ctx, owner, netuid, limit)
    },
  })
  return withInfo(def, spec, { scope: 'subnet', who: spec.who, limit, window })
}

/** The call by which root sets a parameter of the whole chain. */
export function globalParameter<const A extends string, V>(
  spec: GlobalParameter<A, V>,
): ParameterCall<Readonly<Record<A, Codec<V>>>> {
  type Args = Readonly<Record<A, Codec<V>>>
  const def = call<Args, undefined>({
    index: spec.index,
    origin: root,
    args: { [spec.argument]: spec.codec } as unknown as Args,
    weight: costOf(spec.cost),
    class: spec.class ?? 'Normal',
    run(ctx, _root, given) {
      const value = (given as unknown as Record<string, V>)[spec.argument] as V
      ensureWithin(spec.bounds, value, false)
      spec.check?.(ctx, value)
      spec.item?.set(ctx, value)
      spec.set?.(ctx, value)
      if (spec.event) ctx.emit(spec.event(value))
    },
  })
  return withInfo(def, spec, { scope: 'global', who: 'root', limit: undefined, window: false })
}

function ensureWithin<V>(bounds: Bounds<V> | undefined, value: V, byOwner: boolean): void {
  if (!bounds || (bounds.ownersOnly && !byOwner)) return
  // Bounds are only declared for numbers and bigints, which compare alike.
  const { min, max } = bounds as Bounds<number>
  ensure(min === undefined || (value as number) >= min, bounds.error)
  ensure(max === undefined || (value as number) <= max, bounds.error)
}

function withInfo<D extends CallDef<any>>(
  def: D,
  spec: Common<string, any> & { readonly item?: { readonly name: string } },
  rest: Pick<ParameterInfo, 'scope' | 'who' | 'limit' | 'window'>,
): D & { readonly parameter: ParameterInfo } {
  const { argument, codec, item, bounds } = spec
  return Object.assign(def, { parameter: { ...rest, argument, type: codec.typeName, item: item?.name, bounds } })
}
