/**
 * Codecs built from a node's metadata. Their values look like those of the pallets' own codecs, so that the typed client
 * can show the pallets' types and use the connected node's bytes.
 *
 * Conventions: accounts and hashes are `0x…`; Vec<u8>, Vec<Compact<u8>> and [u8; n] are Uint8Array; Option is the value
 * or undefined, and null for the inner one of two that is none; a composite with one unnamed field is that field; an enum without fields is its name, others `{ type, value }`;
 * calls are `{ pallet, name, args }` and events `{ pallet, name, data }`.
 */
import { NeuriteError } from '../errors/index.ts'
import {
  accountId,
  array,
  atIndex,
  bool,
  bytes,
  type Codec,
  compact,
  decodeError,
  encodeError,
  fieldsOf,
  fixedBytes,
  h160,
  h256,
  i8,
  i16,
  i32,
  i64,
  i128,
  itemsOf,
  lazy,
  mapped,
  nameEnum,
  option,
  result,
  str,
  struct,
  tuple,
  u8,
  u16,
  u32,
  u64,
  u128,
  u256,
  unit,
  type VariantCase,
  variant,
  vec,
} from '../scale/index.ts'
import type { Metadata, PortableField, PortableType } from './decode.ts'

type AnyCodec = Codec<any>

const PRIMITIVES: Record<string, AnyCodec> = { bool, str, u8, u16, u32, u64, u128, u256, i8, i16, i32, i64, i128 }
const BY_PATH: Record<string, AnyCodec> = {
  'sp_core::crypto::AccountId32': accountId,
  'primitive_types::H256': h256,
  'primitive_types::H160': h160,
}

/** Text as some views carry it: every byte is a compact integer of its own. */
const compactBytes: AnyCodec = mapped(
  vec(compact(u8)),
  (items) => Uint8Array.from(items),
  (text) => [...text],
)

/** An option inside of an option. */
function orNull(of: AnyCodec): AnyCodec {
  return mapped(
    of,
    (value) => value ?? null,
    (value) => value ?? undefined,
  )
}

export class DynamicCodecs {
  private readonly types = new Map<number, PortableType>()
  private readonly built = new Map<number, AnyCodec>()

  constructor(metadata: Metadata) {
    for (const type of metadata.types) this.types.set(type.id, type)
  }

  typeOf(id: number): PortableType {
    const type = this.types.get(id)
    if (!type) throw new NeuriteError('BadMetadata', `The metadata names type \`${id}\` but does not describe it.`)
    return type
  }

  /** Codec of type `id`. */
  codec(id: number): AnyCodec {
    const known = this.built.get(id)
    if (known) return known
    // Types contain themselves through calls; the placeholder resolves once the type is built.
    this.built.set(
      id,
      lazy('', () => this.built.get(id)!),
    )
    const codec = this.build(this.typeOf(id))
    this.built.set(id, codec)
    return codec
  }

  private build(type: PortableType): AnyCodec {
    const path = type.path.join('::')
    const special = BY_PATH[path]
    if (special) return special
    if (path.endsWith('::RuntimeCall')) return this.outer(type, 'args')
    if (path.endsWith('::RuntimeEvent')) return this.outer(type, 'data')
    const { def } = type
    switch (def.type) {
      case 'primitive': {
        const codec = PRIMITIVES[def.value]
        if (!codec) throw new NeuriteError('BadMetadata', `No codec for the primitive type \`${def.value}\`.`)
        return codec
      }
      case 'compact':
        return this.compactOf(def.value)
      case 'sequence':
        if (this.isCompactU8(def.value)) return compactBytes
        return this.isU8(def.value) ? bytes : vec(this.codec(def.value))
      case 'array':
        return this.isU8(def.value.type)
          ? fixedBytes(def.value.length)
          : array(def.value.length, this.codec(def.value.type))
      case 'tuple':
        return def.value.length === 0 ? unit : tuple(...def.value.map((id) => this.codec(id)))
      case 'composite':
        return this.composite(path, def.value.fields)
      case 'variant':
        return this.enumeration(path, type)
      case 'bitSequence':
        throw new NeuriteError('BadMetadata', 'Bit sequences are not supported.')
    }
  }

  private isU8(id: number): boolean {
    const { def } = this.typeOf(id)
    return def.type === 'primitive' && def.value === 'u8'
  }

  private isCompactU8(id: number): boolean {
    const { def } = this.typeOf(id)
    return def.type === 'compact' && this.isU8(def.value)
  }

  private isOption(id: number | undefined): boolean {
    return id !== undefined && this.typeOf(id).path.join('::') === 'Option'
  }

  private compactOf(id: number): AnyCodec {
    const { def } = this.typeOf(id)
    // Compact of a wrapper is the compact of what it wraps.
    if (def.type === 'composite' && def.value.fields.length === 1) return this.compactOf(def.value.fields[0]!.type)
    if (def.type === 'tuple' && def.value.length === 0) return unit
    return compact(this.codec(id))
  }

  private composite(path: string, fields: readonly PortableField[]): AnyCodec {
    if (fields.length === 0) return unit
    if (fields.length === 1 && (fields[0]!.name === undefined || fields[0]!.name === 'bits'))
      return this.codec(fields[0]!.type)
    if (fields.every((field) => field.name !== undefined)) {
      return struct(path, Object.fromEntries(fields.map((field) => [field.name!, this.codec(field.type)])))
    }
    return tuple(...fields.map((field) => this.codec(field.type)))
  }

  private enumeration(path: string, type: PortableType): AnyCodec {
    if (type.def.type !== 'variant') throw new NeuriteError('BadMetadata', `\`${path}\` is no enum.`)
    const { variants } = type.def.value
    const inner = (index: number): AnyCodec => {
      const field = variants[index]?.fields[0]
      return field ? this.codec(field.type) : unit
    }
    if (path === 'Option') return option(this.isOption(variants[1]?.fields[0]?.type) ? orNull(inner(1)) : inner(1))
    if (path === 'Result') return result(inner(0), inner(1))
    if (variants.length === 0) return unit
    const contiguous = variants.every((item, i) => item.index === i)
    if (contiguous && variants.every((item) => item.fields.length === 0))
      return nameEnum(
        path,
        variants.map((item) => item.name),
      )
    const cases: Record<string, VariantCase<any>> = {}
    for (const item of variants) cases[item.name] = atIndex(item.index, this.caseOf(item.fields))
    return variant(path, cases)
  }

  private caseOf(fields: readonly PortableField[]): VariantCase<any> {
    if (fields.length > 0 && fields.every((field) => field.name !== undefined)) {
      return fieldsOf(Object.fromEntries(fields.map((field) => [field.name!, this.codec(field.type)])))
    }
    return itemsOf(...fields.map((field) => this.codec(field.type)))
  }

  /** `{ pallet, name, args | data }` for the outer enum of calls or events. */
  private outer(type: PortableType, dataKey: 'args' | 'data'): AnyCodec {
    if (type.def.type !== 'variant') throw new NeuriteError('BadMetadata', 'The outer enum is no enum.')
    const byIndex = new Map<number, { name: string; codec: AnyCodec }>()
    const byName = new Map<string, { index: number; codec: AnyCodec }>()
    for (const item of type.def.value.variants) {
      const codec = this.items(item.fields[0]!.type)
      byIndex.set(item.index, { name: item.name, codec })
      byName.set(item.name, { index: item.index, codec })
    }
    return {
      type: () => ({ def: { kind: 'tuple', of: [] } }),
      typeName: type.path.at(-1) ?? '',
      minSize: 2,
      write(value: Record<string, any>, writer) {
        const pallet = byName.get(value['pallet'])
        if (!pallet) throw encodeError('No such pallet on this chain', value['pallet'])
        writer.u8(pallet.index)
        pallet.codec.write({ type: value['name'], value: value[dataKey] }, writer)
      },
      read(reader) {
        const pallet = byIndex.get(reader.u8())
        if (!pallet) throw decodeError('No such pallet on this chain', reader.at - 1)
        const item = pallet.codec.read(reader)
        return { pallet: pallet.name, name: item.type, [dataKey]: item.value }
      },
    }
  }

  /** A pallet's calls or events: always `{ type, value }`, even when none has fields. */
  private items(id: number): AnyCodec {
    return lazy('', () => {
      const type = this.typeOf(id)
      if (type.def.type !== 'variant') throw new NeuriteError('BadMetadata', `Type \`${id}\` is no enum.`)
      const known = this.itemCodecs.get(id)
      if (known) return known
      const cases: Record<string, VariantCase<any>> = {}
      for (const item of type.def.value.variants) cases[item.name] = atIndex(item.index, this.caseOf(item.fields))
      const codec = variant(type.path.join('::'), cases)
      this.itemCodecs.set(id, codec)
      return codec
    })
  }

  private readonly itemCodecs = new Map<number, AnyCodec>()
}
