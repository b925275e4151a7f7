/** Codecs made of others: tuples, lists, options, structs and enums. */
import { type Codec, declarationError, named, once } from './codec.ts'
import { decodeError, encodeError, type Reader } from './io.ts'
import { bytes, u8 } from './primitives.ts'
import type { TypeField, TypeInfo, TypeParam, TypeVariant } from './type.ts'

type AnyCodec = Codec<any>
type Values<C extends readonly AnyCodec[]> = { -readonly [I in keyof C]: C[I] extends Codec<infer T> ? T : never }
type FieldValues<F extends Record<string, AnyCodec>> = {
  readonly [K in keyof F]: F[K] extends Codec<infer T> ? T : never
} & {}

/** Length of a list; refuses one that the bytes left could not hold. */
function readLength(reader: Reader, minSize: number): number {
  const at = reader.at
  const length = reader.compact()
  if (length * Math.max(minSize, 1) > reader.remaining && length > 0 && minSize > 0) {
    throw decodeError(`List of ${length} items does not fit in the ${reader.remaining} bytes left`, at)
  }
  if (minSize === 0 && length > 65_536) throw decodeError(`List of ${length} empty items`, at)
  return length
}

export function vec<T>(of: Codec<T>, typeName = `Vec<${of.typeName}>`): Codec<readonly T[]> {
  return {
    type: once(() => ({ def: { kind: 'sequence', of } })),
    typeName,
    minSize: 1,
    write(value, writer) {
      writer.compact(value.length)
      for (const item of value) of.write(item, writer)
    },
    read(reader) {
      const length = readLength(reader, of.minSize)
      // Not allocated ahead: in nested lists each length may claim all the bytes that are left.
      const out: T[] = []
      for (let i = 0; i < length; i++) out.push(of.read(reader))
      return out
    },
  }
}

export function array<T>(length: number, of: Codec<T>): Codec<readonly T[]> {
  return {
    type: once(() => ({ def: { kind: 'array', length, of } })),
    typeName: `[${of.typeName}; ${length}]`,
    minSize: length * of.minSize,
    write(value, writer) {
      if (value.length !== length) throw encodeError(`Expected ${length} items, got ${value.length}`, '')
      for (const item of value) of.write(item, writer)
    },
    read: (reader) => Array.from({ length }, () => of.read(reader)),
  }
}

export function tuple<const C extends readonly AnyCodec[]>(...of: C): Codec<Values<C>> {
  return {
    type: once(() => ({ def: { kind: 'tuple', of } })),
    typeName: `(${of.map((codec) => codec.typeName).join(', ')})`,
    minSize: of.reduce((sum, codec) => sum + codec.minSize, 0),
    write(value, writer) {
      for (let i = 0; i < of.length; i++) of[i]!.write(value[i], writer)
    },
    read: (reader) => of.map((codec) => codec.read(reader)) as Values<C>,
  }
}

export const unit: Codec<undefined> = {
  type: once(() => ({ def: { kind: 'tuple', of: [] } })),
  typeName: '()',
  minSize: 0,
  write: () => {},
  read: () => undefined,
}

export function option<T>(of: Codec<T>): Codec<T | undefined> {
  return {
    type: once(() => ({
      path: 'Option',
      params: [{ name: 'T', codec: of }],
      def: {
        kind: 'variant',
        variants: [
          { name: 'None', index: 0, fields: [] },
          { name: 'Some', index: 1, fields: [{ codec: of }] },
        ],
      },
    })),
    typeName: `Option<${of.typeName}>`,
    minSize: 1,
    write(value, writer) {
      if (value === undefined) writer.u8(0)
      else {
        writer.u8(1)
        of.write(value, writer)
      }
    },
    read(reader) {
      const tag = reader.u8()
      if (tag > 1) throw decodeError(`Not an option: tag ${tag}`, reader.at - 1)
      return tag === 1 ? of.read(reader) : undefined
    },
  }
}

export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export function result<T, E>(ok: Codec<T>, err: Codec<E>): Codec<Result<T, E>> {
  return {
    type: once(() => ({
      path: 'Result',
      params: [
        { name: 'T', codec: ok },
        { name: 'E', codec: err },
      ],
      def: {
        kind: 'variant',
        variants: [
          { name: 'Ok', index: 0, fields: [{ codec: ok }] },
          { name: 'Err', index: 1, fields: [{ codec: err }] },
        ],
      },
    })),
    typeName: `Result<${ok.typeName}, ${err.typeName}>`,
    minSize: 1,
    write(value, writer) {
      writer.u8(value.ok ? 0 : 1)
      if (value.ok) ok.write(value.value, writer)
      else err.write(value.error, writer)
    },
    read(reader) {
      const tag = reader.u8()
      if (tag > 1) throw decodeError(`Not a result: tag ${tag}`, reader.at - 1)
      return tag === 0 ? { ok: true, value: ok.read(reader) } : { ok: false, error: err.read(reader) }
    },
  }
}

export interface PathOptions {
  readonly params?: readonly TypeParam[]
  readonly docs?: readonly string[]
  readonly typeName?: string
}

/** Last segment of a Rust path. */
function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf(':') + 1)
}

/** A composite with named fields. The order of the keys is the order on the wire. */
export function struct<const F extends Record<string, AnyCodec>>(
  path: string,
  fields: F,
  options: PathOptions = {},
): Codec<FieldValues<F>> {
  const entries = Object.entries(fields)
  const names = entries.map(([name]) => name)
  const codecs = entries.map(([, codec]) => codec)
  const writes = codecs.map((codec) => codec.write)
  return {
    type: once(() => ({
      path: path || undefined,
      params: options.params,
      docs: options.docs,
      def: { kind: 'composite', fields: entries.map(([name, codec]) => ({ name, typeName: codec.typeName, codec })) },
    })),
    typeName: options.typeName ?? lastSegment(path),
    minSize: entries.reduce((sum, [, codec]) => sum + codec.minSize, 0),
    // By index: a pair taken apart by an iterator costs more than most fields.
    write(value, writer) {
      for (let i = 0; i < writes.length; i++) writes[i]!((value as Record<string, unknown>)[names[i]!], writer)
    },
    read(reader) {
      const out: Record<string, unknown> = {}
      for (let i = 0; i < codecs.length; i++) out[names[i]!] = codecs[i]!.read(reader)
      return out as FieldValues<F>
    },
  }
}

/** A composite with one unnamed field, transparent on the wire and in values. */
export function wrapper<T>(path: string, of: Codec<T>, options: PathOptions = {}): Codec<T> {
  return {
    type: once(() => ({
      path,
      params: options.params,
      docs: options.docs,
      def: { kind: 'composite', fields: [{ typeName: of.typeName, codec: of }] },
    })),
    typeName: options.typeName ?? lastSegment(path),
    minSize: of.minSize,
    write: of.write,
    read: of.read,
  }
}

/** A list of at most `limit` items; decoding a longer one fails. */
export function boundedVec<T>(of: Codec<T>, limit: number, typeName?: string): Codec<readonly T[]> {
  const list = vec(of)
  return bounded(list, of, limit, typeName ?? `BoundedVec<${of.typeName}, ConstU32<${limit}>>`)
}

/** At most `limit` bytes. */
export function boundedBytes(limit: number, typeName = `BoundedVec<u8, ConstU32<${limit}>>`): Codec<Uint8Array> {
  return bounded(bytes, u8, limit, typeName)
}

function bounded<L extends { readonly length: number }>(
  list: Codec<L>,
  of: AnyCodec,
  limit: number,
  typeName: string,
): Codec<L> {
  return {
    type: once(() => ({
      path: 'bounded_collections::bounded_vec::BoundedVec',
      params: [{ name: 'T', codec: of }, { name: 'S' }],
      def: { kind: 'composite', fields: [{ typeName: `Vec<${of.typeName}>`, codec: list }] },
    })),
    typeName,
    minSize: 1,
    write(value, writer) {
      if (value.length > limit) throw encodeError(`More than ${limit} items`, value.length)
      list.write(value, writer)
    },
    read(reader) {
      const at = reader.at
      const value = list.read(reader)
      if (value.length > limit) throw decodeError(`More than ${limit} items: ${value.length}`, at)
      return value
    },
  }
}

/** Sorted list of distinct keys, as `BTreeSet`. */
export function btreeSet<T>(of: Codec<T>): Codec<readonly T[]> {
  const list = vec(of)
  return {
    ...list,
    typeName: `BTreeSet<${of.typeName}>`,
    type: once(() => ({
      path: 'BTreeSet',
      params: [{ name: 'T', codec: of }],
      def: { kind: 'composite', fields: [{ codec: list }] },
    })),
  }
}

/** Sorted list of pairs, as `BTreeMap`. */
export function btreeMap<K, V>(key: Codec<K>, value: Codec<V>): Codec<readonly [K, V][]> {
  const list = vec(tuple(key, value))
  return {
    ...(list as Codec<readonly [K, V][]>),
    typeName: `BTreeMap<${key.typeName}, ${value.typeName}>`,
    type: once(() => ({
      path: 'BTreeMap',
      params: [
        { name: 'K', codec: key },
        { name: 'V', codec: value },
      ],
      def: { kind: 'composite', fields: [{ codec: list }] },
    })),
  }
}

/** An enum without fields; values are the names. */
export function nameEnum<const N extends string>(
  path: string,
  names: readonly N[],
  options: PathOptions = {},
): Codec<N> {
  const indexOf = new Map<string, number>(names.map((name, index) => [name, index]))
  return {
    type: once(() => ({
      path,
      params: options.params,
      docs: options.docs,
      def: { kind: 'variant', variants: names.map((name, index) => ({ name, index, fields: [] })) },
    })),
    typeName: options.typeName ?? lastSegment(path),
    minSize: 1,
    write(value, writer) {
      const index = indexOf.get(value)
      if (index === undefined) throw encodeError(`Not one of ${names.join(', ')}`, value)
      writer.u8(index)
    },
    read(reader) {
      const index = reader.u8()
      const name = names[index]
      if (name === undefined) throw decodeError(`No variant ${index} in ${path}`, reader.at - 1)
      return name
    },
  }
}

/** One variant of {@link variant}: its codec, and how its fields look in the metadata. */
export interface VariantCase<T = unknown> {
  readonly codec: Codec<T>
  readonly fields: readonly TypeField[]
  readonly index?: number
}

/** A variant with named fields; its value is an object. */
export function fieldsOf<const F extends Record<string, AnyCodec>>(
  fields: F,
  index?: number,
): VariantCase<FieldValues<F>> {
  const codec = struct('', fields)
  const list = Object.entries(fields).map(([name, of]) => ({ name, typeName: of.typeName, codec: of }))
  return index === undefined ? { codec, fields: list } : { codec, fields: list, index }
}

/** A variant with unnamed fields: one field is its value; more are an array. */
export function itemsOf<const C extends readonly AnyCodec[]>(
  ...of: C
): VariantCase<C extends readonly [] ? undefined : C extends readonly [Codec<infer T>] ? T : Values<C>> {
  const codec = of.length === 0 ? unit : of.length === 1 ? of[0]! : tuple(...of)
  return { codec: codec as Codec<any>, fields: of.map((item) => ({ typeName: item.typeName, codec: item })) }
}

/** The same case at another index. */
export function atIndex<T>(index: number, item: VariantCase<T>): VariantCase<T> {
  return { ...item, index }
}

export type VariantValue<V extends Record<string, VariantCase<any>>> = {
  [K in keyof V & string]: V[K] extends VariantCase<infer T>
    ? [T] extends [undefined]
      ? { readonly type: K; readonly value?: undefined }
      : { readonly type: K; readonly value: T }
    : never
}[keyof V & string]

/** An enum with fields; values are `{ type: 'Name', value }`. Indices follow the order unless a case names its own. */
export function variant<const V extends Record<string, VariantCase<any>>>(
  path: string,
  cases: V,
  options: PathOptions = {},
): Codec<VariantValue<V>> {
  const byIndex = new Map<number, [string, VariantCase<any>]>()
  const indexOf = new Map<string, number>()
  let next = 0
  for (const [name, item] of Object.entries(cases)) {
    const index = item.index ?? next
    next = index + 1
    if (byIndex.has(index)) throw declarationError(`Two variants of ${path} have index ${index}.`)
    byIndex.set(index, [name, item])
    indexOf.set(name, index)
  }
  const variants = (): TypeVariant[] =>
    [...byIndex].map(([index, [name, item]]) => ({ name, index, fields: item.fields }))
  return {
    type: once(
      (): TypeInfo => ({
        path,
        params: options.params,
        docs: options.docs,
        def: { kind: 'variant', variants: variants() },
      }),
    ),
    typeName: options.typeName ?? lastSegment(path),
    minSize: 1,
    write(value, writer) {
      const index = indexOf.get(value.type)
      if (index === undefined) throw encodeError(`Not a variant of ${path}`, value.type)
      writer.u8(index)
      byIndex.get(index)![1].codec.write(value.value, writer)
    },
    read(reader) {
      const index = reader.u8()
      const found = byIndex.get(index)
      if (!found) throw decodeError(`No variant ${index} in ${path}`, reader.at - 1)
      return { type: found[0], value: found[1].codec.read(reader) } as VariantValue<V>
    },
  }
}

export { named }
