/** Events: what happened, in the past tense. Declared once; calling the declaration makes the value to emit. */
import { type Codec, struct, type TypeField, tuple, unit } from '@neurite/primitives/scale'

/** An event as emitted and as decoded: unnamed fields are an array (one field: the value itself). */
export interface RuntimeEvent {
  readonly pallet: string
  readonly name: string
  readonly data: unknown
}

export interface EventDef {
  pallet: string
  /** Set by the pallet's declaration: `name` of a function cannot be written. */
  eventName: string
  index: number
  readonly codec: Codec<any>
  readonly fields: readonly TypeField[]
  docs: readonly string[]
}

type AnyCodec = Codec<any>
type Args<C extends readonly AnyCodec[]> = { -readonly [I in keyof C]: C[I] extends Codec<infer T> ? T : never }
type Fields<F extends Record<string, AnyCodec>> = {
  readonly [K in keyof F]: F[K] extends Codec<infer T> ? T : never
} & {}

export type UnnamedEvent<C extends readonly AnyCodec[]> = EventDef & ((...args: Args<C>) => RuntimeEvent)
export type NamedEvent<F extends Record<string, AnyCodec>> = EventDef & ((fields: Fields<F>) => RuntimeEvent)

/** An event whose fields have no names, as `event(accountId, u16)`. */
export function event<const C extends readonly AnyCodec[]>(...of: C): UnnamedEvent<C> {
  const codec = of.length === 0 ? unit : of.length === 1 ? of[0]! : tuple(...of)
  const make = (...args: unknown[]): RuntimeEvent => ({
    pallet: def.pallet,
    name: def.eventName,
    data: of.length === 0 ? undefined : of.length === 1 ? args[0] : args,
  })
  const def = make as unknown as UnnamedEvent<C>
  return Object.assign(
    def,
    blank(
      codec,
      of.map((item) => ({ typeName: item.typeName, codec: item })),
    ),
  )
}

/** An event with named fields, as `eventOf({ who: accountId, amount: u64 })`. */
export function eventOf<const F extends Record<string, AnyCodec>>(fields: F): NamedEvent<F> {
  const make = (data: unknown): RuntimeEvent => ({ pallet: def.pallet, name: def.eventName, data })
  const def = make as unknown as NamedEvent<F>
  const list = Object.entries(fields).map(([name, codec]) => ({ name, typeName: codec.typeName, codec }))
  return Object.assign(def, blank(struct('', fields), list))
}

/** The same event at a given index, where the reference's list has gaps. */
export function eventAt<E extends EventDef>(index: number, def: E): E {
  def.index = index
  return def
}

function blank(codec: AnyCodec, fields: readonly TypeField[]): Omit<EventDef, never> {
  return { pallet: '', eventName: '', index: -1, codec, fields, docs: [] }
}
