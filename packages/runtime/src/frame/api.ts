/** Runtime APIs: read-only functions of the state, called by name through `state_call`. */
import { type Codec, struct, type ValueOf } from '@neurite/primitives/scale'
import type { Ctx } from './ctx.ts'

type ArgCodecs = Record<string, Codec<any>>
type ArgsOf<A extends ArgCodecs> = { readonly [K in keyof A]: ValueOf<A[K]> } & {}

export interface ApiMethod {
  readonly args: ArgCodecs
  readonly argsCodec: Codec<any>
  readonly returns: Codec<any>
  readonly run: (ctx: Ctx, args: any) => unknown
  readonly docs: readonly string[]
}

export interface ApiSet {
  /** Name of the trait, as `DelegateInfoRuntimeApi`. */
  readonly name: string
  readonly version: number
  readonly methods: Readonly<Record<string, ApiMethod>>
}

export function api<const A extends ArgCodecs, R>(spec: {
  readonly args: A
  readonly returns: Codec<R>
  readonly run: (ctx: Ctx, args: ArgsOf<A>) => R
  readonly docs?: readonly string[]
}): ApiMethod {
  return {
    args: spec.args,
    argsCodec: struct('', spec.args),
    returns: spec.returns,
    run: spec.run,
    docs: spec.docs ?? [],
  }
}

export function apis(name: string, version: number, methods: Readonly<Record<string, ApiMethod>>): ApiSet {
  return { name, version, methods }
}
