/** The bytes of metadata V14 and V15, made from the pallets and one type registry. */

import type { TypeInfo } from '@neurite/primitives/scale'
import { type Codec, compact, encode, type TypeField, u32, Writer } from '@neurite/primitives/scale'
import type { ApiSet } from '../frame/api.ts'
import type { Ctx } from '../frame/ctx.ts'
import type { AnyPallet } from '../frame/pallet.ts'
import type { StorageItem } from '../frame/storage.ts'
import type { ExtrinsicTypes, SignedExtensionTypes } from './extrinsicTypes.ts'
import type { TypeRegistry } from './registry.ts'

const MAGIC = 0x6174_656d
const PRIMITIVES = [
  'bool',
  'char',
  'str',
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'u256',
  'i8',
  'i16',
  'i32',
  'i64',
  'i128',
  'i256',
]
const HASHERS = ['Blake2_128', 'Blake2_256', 'Blake2_128Concat', 'Twox128', 'Twox256', 'Twox64Concat', 'Identity']

export interface MetadataSource {
  readonly pallets: readonly AnyPallet[]
  readonly apis: readonly ApiSet[]
  readonly palletCall: ReadonlyMap<string, Codec<unknown>>
  readonly palletEvent: ReadonlyMap<string, Codec<unknown>>
  readonly palletError: ReadonlyMap<string, Codec<unknown>>
  readonly outerCall: Codec<unknown>
  readonly outerEvent: Codec<unknown>
  readonly outerError: Codec<unknown>
  readonly runtimeType: Codec<unknown>
  readonly extrinsic: ExtrinsicTypes
  /** Gives the defaults of storage items and the values of constants. */
  readonly ctx: Ctx
}

/** Metadata of `version` with its magic number. Both versions use the registry in the same order. */
export function encodeMetadata(version: 14 | 15, source: MetadataSource, registry: TypeRegistry): Uint8Array {
  const body = new MetadataWriter(registry, source.ctx)
  body.allPallets(version, source)
  const { extrinsic } = source
  if (version === 14) {
    body.type(extrinsic.unchecked)
    body.out.u8(extrinsic.version)
    body.extensions(extrinsic.extensions)
    body.type(source.runtimeType)
  } else {
    body.out.u8(extrinsic.version)
    body.type(extrinsic.address)
    body.type(extrinsic.call)
    body.type(extrinsic.signature)
    body.type(extrinsic.extra)
    body.extensions(extrinsic.extensions)
    body.type(source.runtimeType)
    body.runtimeApis(source.apis)
    body.type(source.outerCall)
    body.type(source.outerEvent)
    body.type(source.outerError)
    body.out.compact(0) // custom metadata
  }
  const head = new MetadataWriter(registry, source.ctx)
  head.out.u32(MAGIC)
  head.out.u8(version)
  head.types()
  head.out.bytes(body.out.finish())
  return head.out.finish()
}

class MetadataWriter {
  readonly out = new Writer(65_536)
  private readonly registry: TypeRegistry
  private readonly ctx: Ctx

  constructor(registry: TypeRegistry, ctx: Ctx) {
    this.registry = registry
    this.ctx = ctx
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value)
    this.out.compact(bytes.length)
    this.out.bytes(bytes)
  }

  texts(values: readonly string[]): void {
    this.list(values, (value) => this.text(value))
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.out.compact(items.length)
    for (const item of items) write(item)
  }

  optional<T>(value: T | undefined, write: (value: T) => void): void {
    this.out.u8(value === undefined ? 0 : 1)
    if (value !== undefined) write(value)
  }

  blob(bytes: Uint8Array): void {
    this.out.compact(bytes.length)
    this.out.bytes(bytes)
  }

  type(codec: Codec<unknown>): void {
    this.out.compact(this.registry.idOf(codec))
  }

  types(): void {
    this.list(this.registry.entries, ({ id, info }) => {
      this.out.compact(id)
      this.typeInfo(info)
    })
  }

  private typeInfo(info: TypeInfo): void {
    this.texts(info.path ? info.path.split('::') : [])
    this.list(info.params ?? [], (param) => {
      this.text(param.name)
      this.optional(param.codec, (codec) => this.type(codec))
    })
    this.typeDef(info)
    this.texts(info.docs ?? [])
  }

  private typeDef({ def }: TypeInfo): void {
    switch (def.kind) {
      case 'composite':
        this.out.u8(0)
        this.fields(def.fields)
        return
      case 'variant':
        this.out.u8(1)
        this.list(def.variants, (item) => {
          this.text(item.name)
          this.fields(item.fields)
          this.out.u8(item.index)
          this.texts(item.docs ?? [])
        })
        return
      case 'sequence':
        this.out.u8(2)
        this.type(def.of)
        return
      case 'array':
        this.out.u8(3)
        this.out.u32(def.length)
        this.type(def.of)
        return
      case 'tuple':
        this.out.u8(4)
        this.list(def.of, (codec) => this.type(codec))
        return
      case 'primitive':
        this.out.u8(5)
        this.out.u8(PRIMITIVES.indexOf(def.name))
        return
      case 'compact':
        this.out.u8(6)
        this.type(def.of)
    }
  }

  private fields(fields: readonly TypeField[]): void {
    this.list(fields, (field) => {
      this.optional(field.name, (name) => this.text(name))
      this.type(field.codec)
      this.optional(field.typeName, (name) => this.text(name))
      this.out.compact(0) // docs
    })
  }

  allPallets(version: 14 | 15, source: MetadataSource): void {
    this.list(source.pallets, (pallet) => {
      this.text(pallet.name)
      this.optional(pallet.hasStorage ? pallet : undefined, () => this.storage(pallet))
      this.optional(source.palletCall.get(pallet.name), (codec) => this.type(codec))
      this.optional(source.palletEvent.get(pallet.name), (codec) => this.type(codec))
      this.list(pallet.constants, (item) => {
        this.text(item.name)
        this.type(item.codec)
        this.blob(encode(item.codec, item.get(this.ctx)))
        this.texts(item.docs)
      })
      this.optional(source.palletError.get(pallet.name), (codec) => this.type(codec))
      this.out.u8(pallet.index)
      if (version === 15) this.texts(pallet.docs)
    })
  }

  private storage(pallet: AnyPallet): void {
    this.text(pallet.name)
    this.list(pallet.storage, (item) => {
      this.text(item.name)
      this.out.u8(item.isOptional ? 0 : 1)
      this.storageType(item)
      this.blob(item.isOptional ? new Uint8Array([0]) : encode(item.valueCodec, item.defaultValue(this.ctx)))
      this.texts(item.docs)
    })
  }

  private storageType(item: StorageItem): void {
    const parts = item.keyParts.map(([, part]) => part)
    if (parts.length === 0) {
      this.out.u8(0)
      this.type(item.valueCodec)
      return
    }
    this.out.u8(1)
    this.list(parts, (part) => this.out.u8(HASHERS.indexOf(part.hasher)))
    if (parts.length === 1) this.type(parts[0]!.codec)
    else this.type(tupleOf(parts.map((part) => part.codec)))
    this.type(item.valueCodec)
  }

  extensions(extensions: readonly SignedExtensionTypes[]): void {
    this.list(extensions, (extension) => {
      this.text(extension.identifier)
      this.type(extension.extra)
      this.type(extension.additional)
    })
  }

  runtimeApis(apis: readonly ApiSet[]): void {
    this.list(apis, (set) => {
      this.text(set.name)
      this.list(Object.entries(set.methods), ([name, method]) => {
        this.text(name)
        this.list(Object.entries(method.args), ([arg, codec]) => {
          this.text(arg)
          this.type(codec)
        })
        this.type(method.returns)
        this.texts(method.docs)
      })
      this.texts([])
    })
  }
}

/** The tuple type of a map's key parts. */
function tupleOf(of: readonly Codec<unknown>[]): Codec<unknown> {
  return { ...compact(u32), type: () => ({ def: { kind: 'tuple', of } }) } as Codec<unknown>
}
