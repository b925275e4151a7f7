/** Runtime APIs: read-only functions of the state, called by name through `state_call`. */
import { type Codec, struct, type ValueOf } from '@neurite/primitives/scale'
import type { Ctx } from './ctx.ts'

type ArgCodecs = Record<string, Codec<any>>
/** Arguments of a method by name. */
export type ApiArgs<A extends ArgCodecs> = { readonly [K in keyof A]: ValueOf<A[K]> } & {}

export interface ApiMethod<A extends ArgCodecs = ArgCodecs, R = any> {
  readonly args: A
  readonly argsCodec: Codec<any>
  readonly returns: Codec<R>
  readonly run: (ctx: Ctx, args: any) => unknown
  readonly docs: readonly string[]
}

type Methods = Readonly<Record<string, ApiMethod>>

export interface ApiSet<M extends Methods = Methods> {
  /** Name of the trait, as `DelegateInfoRuntimeApi`. */
  readonly name: string
  readonly version: number
  readonly methods: M
}

export function api<const A extends ArgCodecs, R>(spec: {
  readonly args: A
  readonly returns: Codec<R>
  readonly run: (ctx: Ctx, args: ApiArgs<A>) => R
  readonly docs?: readonly string[]
}): ApiMethod<A, R> {
  return {
    args: spec.args,
    argsCodec: struct('', spec.args),
    returns: spec.returns,
    run: spec.run,
    docs: spec.docs ?? [],
  }
}

export function apis<M extends Methods>(name: string, version: number, methods: M): ApiSet<M> {
  return { name, version, methods }
}
