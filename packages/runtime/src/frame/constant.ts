/** Pallet constants: fixed per network, listed in the metadata. */
import type { Codec } from '@neurite/primitives/scale'
import type { RuntimeProfile } from './profile.ts'

export class Constant<V> {
  name = ''
  readonly codec: Codec<V>
  private readonly source: V | ((profile: RuntimeProfile) => V)
  docs: readonly string[] = []

  constructor(codec: Codec<V>, source: V | ((profile: RuntimeProfile) => V)) {
    this.codec = codec
    this.source = source
  }

  /** The value under `profile`. */
  resolve(profile: RuntimeProfile): V {
    return typeof this.source === 'function' ? (this.source as (profile: RuntimeProfile) => V)(profile) : this.source
  }

  get(ctx: { readonly profile: RuntimeProfile }): V {
    return this.resolve(ctx.profile)
  }
}

/** A constant with one value for all networks, or one computed from the network's profile. */
export function constant<V>(codec: Codec<V>, source: V | ((profile: RuntimeProfile) => V)): Constant<V> {
  return new Constant(codec, source)
}
