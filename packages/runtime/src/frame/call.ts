/** Calls: what an extrinsic asks for. */
import { type Codec, struct, type ValueOf } from '@neurite/primitives/scale'
import type { Ctx } from './ctx.ts'
import type { OriginGuard } from './origin.ts'
import type { DispatchClass, Pays, Weight } from './weight.ts'

type ArgCodecs = Record<string, Codec<any>>
export type ArgsOf<A extends ArgCodecs> = { readonly [K in keyof A]: ValueOf<A[K]> } & {}

/** A call with its arguments, erased so that calls can contain calls. */
export interface RuntimeCall {
  readonly pallet: string
  readonly name: string
  readonly args: any
}

/** What a call reports of itself when it is done, if it differs from what was declared. */
export interface PostInfo {
  readonly actualWeight?: Weight
  readonly pays?: Pays
}

export interface CallSpec<A extends ArgCodecs, O> {
  /** Index in the pallet's calls. The reference has gaps, so it is explicit. */
  readonly index: number
  readonly origin: OriginGuard<O>
  readonly args: A
  /** Declared weight; a function where it follows from the arguments. */
  readonly weight?: Weight | ((args: ArgsOf<A>) => Weight)
  readonly class?: DispatchClass | ((args: ArgsOf<A>) => DispatchClass)
  /** 'No' makes the call free of charge; it must then be fully validated before the pool takes it. */
  readonly pays?: Pays | ((args: ArgsOf<A>) => Pays)
  readonly docs?: readonly string[]
  // biome-ignore lint/suspicious/noConfusingVoidType: most calls return nothing
  run(ctx: Ctx, origin: O, args: ArgsOf<A>): PostInfo | void
}

/** A declared call. Calling it makes the {@link RuntimeCall} value. */
export interface CallDef<A extends ArgCodecs = ArgCodecs> {
  (args: ArgsOf<A>): RuntimeCall
  pallet: string
  callName: string
  readonly spec: CallSpec<A, any>
  readonly codec: Codec<ArgsOf<A>>
}

export function call<const A extends ArgCodecs, O>(spec: CallSpec<A, O>): CallDef<A> {
  const make = (args: ArgsOf<A>): RuntimeCall => ({ pallet: def.pallet, name: def.callName, args })
  const def: CallDef<A> = Object.assign(make, {
    pallet: '',
    callName: '',
    spec: spec as CallSpec<A, any>,
    codec: struct('', spec.args) as Codec<ArgsOf<A>>,
  })
  return def
}
