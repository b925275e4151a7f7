/**
 * The runtime-wide enums of calls, events and errors. Calls contain calls (`Utility.batch`, `Sudo.sudo`), so pallets
 * refer to these codecs before the list of pallets is known; `bindOuter` fills them in when the runtime is composed.
 */
import {
  type Codec,
  declarationError,
  decodeError,
  encodeError,
  lazy,
  once,
  type TypeVariant,
} from '@neurite/primitives/scale'
import type { CallDef, RuntimeCall } from './call.ts'
import type { EventDef, RuntimeEvent } from './event.ts'
import type { AnyPallet } from './pallet.ts'

const RUNTIME = 'node_subtensor_runtime'
/** Calls within calls, counted when decoding: the reference's limit. */
const MAX_CALL_DEPTH = 256

interface Outer {
  readonly pallets: readonly AnyPallet[]
  readonly call: Codec<RuntimeCall>
  readonly event: Codec<RuntimeEvent>
  readonly error: Codec<never>
  /** Call type of each pallet, for the metadata. */
  readonly palletCall: ReadonlyMap<string, Codec<unknown>>
  readonly palletEvent: ReadonlyMap<string, Codec<unknown>>
  readonly palletError: ReadonlyMap<string, Codec<unknown>>
  readonly findCall: (call: RuntimeCall) => CallDef<any> | undefined
}

let bound: Outer | undefined

/** The composed runtime's enums. */
export function outer(): Outer {
  if (!bound) throw declarationError('The runtime is not composed yet: `composeRuntime` has to run first.')
  return bound
}

/** Any call, as an argument of a call. */
export const runtimeCall: Codec<RuntimeCall> = lazy('<T as Config>::RuntimeCall', () => outer().call)
export const runtimeEvent: Codec<RuntimeEvent> = lazy('<T as Config>::RuntimeEvent', () => outer().event)

export function bindOuter(pallets: readonly AnyPallet[]): Outer {
  if (bound) {
    const same = bound.pallets.length === pallets.length && bound.pallets.every((pallet, i) => pallet === pallets[i])
    if (!same) throw declarationError('The runtime is already composed of other pallets in this process.')
    return bound
  }
  const palletCall = new Map<string, Codec<unknown>>()
  const palletEvent = new Map<string, Codec<unknown>>()
  const palletError = new Map<string, Codec<unknown>>()
  for (const pallet of pallets) {
    if (pallet.hasCalls) palletCall.set(pallet.name, callEnum(pallet))
    if (pallet.events.length > 0) palletEvent.set(pallet.name, eventEnum(pallet))
    if (pallet.errors.length > 0) palletError.set(pallet.name, errorEnum(pallet))
  }
  const calls = outerCodec<RuntimeCall, CallDef<any>>('RuntimeCall', pallets, palletCall, (pallet) => pallet.calls, {
    nameOf: (def) => def.callName,
    indexOf: (def) => def.spec.index,
    codecOf: (def) => def.codec,
    dataOf: (call) => call.args,
    make: (pallet, name, args) => ({ pallet, name, args }),
    nests: true,
  })
  const events = outerCodec<RuntimeEvent, EventDef>('RuntimeEvent', pallets, palletEvent, (pallet) => pallet.events, {
    nameOf: (def) => def.eventName,
    indexOf: (def) => def.index,
    codecOf: (def) => def.codec,
    dataOf: (event) => event.data,
    make: (pallet, name, data) => ({ pallet, name, data }),
    nests: false,
  })
  bound = {
    pallets,
    call: calls.codec,
    event: events.codec,
    error: typeOnly(`${RUNTIME}::RuntimeError`, () => outerVariants(pallets, palletError)),
    palletCall,
    palletEvent,
    palletError,
    findCall: (call) => calls.find(call.pallet, call.name),
  }
  return bound
}

function outerVariants(pallets: readonly AnyPallet[], inner: ReadonlyMap<string, Codec<unknown>>): TypeVariant[] {
  return pallets
    .filter((pallet) => inner.has(pallet.name))
    .map((pallet) => ({
      name: pallet.name,
      index: pallet.index,
      fields: [{ typeName: inner.get(pallet.name)!.typeName, codec: inner.get(pallet.name)! }],
    }))
}

interface Access<V, D> {
  readonly nameOf: (def: D) => string
  readonly indexOf: (def: D) => number
  readonly codecOf: (def: D) => Codec<any>
  readonly dataOf: (value: V) => unknown
  readonly make: (pallet: string, name: string, data: unknown) => V
  readonly nests: boolean
}

/** Codec of `pallet index, item index, data`. */
function outerCodec<V extends { readonly pallet: string; readonly name: string }, D>(
  typeName: string,
  pallets: readonly AnyPallet[],
  inner: ReadonlyMap<string, Codec<unknown>>,
  itemsOf: (pallet: AnyPallet) => readonly D[],
  access: Access<V, D>,
): { readonly codec: Codec<V>; readonly find: (pallet: string, name: string) => D | undefined } {
  const byIndex = new Map<number, { readonly name: string; readonly items: ReadonlyMap<number, D> }>()
  const byName = new Map<string, { readonly index: number; readonly items: ReadonlyMap<string, D> }>()
  for (const pallet of pallets) {
    const items = itemsOf(pallet)
    byIndex.set(pallet.index, { name: pallet.name, items: new Map(items.map((def) => [access.indexOf(def), def])) })
    byName.set(pallet.name, { index: pallet.index, items: new Map(items.map((def) => [access.nameOf(def), def])) })
  }
  const codec: Codec<V> = {
    type: once(() => ({
      path: `${RUNTIME}::${typeName}`,
      def: { kind: 'variant', variants: outerVariants(pallets, inner) },
    })),
    typeName: `<T as Config>::${typeName}`,
    minSize: 2,
    write(value, writer) {
      const pallet = byName.get(value.pallet)
      const def = pallet?.items.get(value.name)
      if (!pallet || def === undefined) throw encodeError(`Not in ${typeName}`, `${value.pallet}.${value.name}`)
      writer.u8(pallet.index)
      writer.u8(access.indexOf(def))
      access.codecOf(def).write(access.dataOf(value), writer)
    },
    read(reader) {
      const at = reader.at
      const palletIndex = reader.u8()
      const pallet = byIndex.get(palletIndex)
      if (!pallet) throw decodeError(`No pallet ${palletIndex} in ${typeName}`, at)
      const itemIndex = reader.u8()
      const def = pallet.items.get(itemIndex)
      if (def === undefined) throw decodeError(`No item ${itemIndex} of ${pallet.name} in ${typeName}`, at + 1)
      if (access.nests && ++reader.depth > MAX_CALL_DEPTH) throw decodeError('Calls are nested too deeply', at)
      const data = access.codecOf(def).read(reader)
      if (access.nests) reader.depth--
      return access.make(pallet.name, access.nameOf(def), data)
    },
  }
  return { codec, find: (pallet, name) => byName.get(pallet)?.items.get(name) }
}

/** A codec that only has a type: for enums that occur in the metadata but never on the wire. */
function typeOnly(path: string, variants: () => readonly TypeVariant[], params: readonly string[] = []): Codec<never> {
  return {
    type: once(() => ({
      path,
      params: params.map((name) => ({ name })),
      def: { kind: 'variant', variants: variants() },
    })),
    typeName: path.slice(path.lastIndexOf(':') + 1),
    minSize: 1,
    write: (value) => {
      throw encodeError(`${path} has no encoding`, value)
    },
    read: (reader) => {
      throw decodeError(`${path} has no encoding`, reader.at)
    },
  }
}

function callEnum(pallet: AnyPallet): Codec<never> {
  return typeOnly(
    `${pallet.crate}::pallet::Call`,
    () =>
      pallet.calls.map(({ callName, spec }) => ({
        name: callName,
        index: spec.index,
        docs: spec.docs,
        fields: Object.entries(spec.args as Record<string, Codec<any>>).map(([name, codec]) => ({
          name,
          typeName: codec.typeName,
          codec,
        })),
      })),
    pallet.typeParams.call,
  )
}

function eventEnum(pallet: AnyPallet): Codec<never> {
  return typeOnly(
    `${pallet.crate}::pallet::Event`,
    () => pallet.events.map(({ eventName, index, fields, docs }) => ({ name: eventName, index, fields, docs })),
    pallet.typeParams.event,
  )
}

function errorEnum(pallet: AnyPallet): Codec<never> {
  return typeOnly(
    `${pallet.crate}::pallet::Error`,
    () =>
      pallet.errors.map(({ name, index, docs }) => ({
        name,
        index,
        fields: [],
        docs: docs === '' ? [] : docs.split('\n'),
      })),
    pallet.typeParams.error,
  )
}
