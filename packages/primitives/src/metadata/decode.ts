/** Metadata V14 and V15 as plain data. */

import { NeuriteError } from '../errors/index.ts'
import {
  Reader as ByteReader,
  bytes,
  type Codec,
  compact,
  fieldsOf,
  itemsOf,
  nameEnum,
  option,
  type Reader,
  ScaleError,
  str,
  struct,
  u8,
  u32,
  variant,
  vec,
} from '../scale/index.ts'

const typeId = compact(u32)
const texts = vec(str)

const field = struct('', { name: option(str), type: typeId, typeName: option(str), docs: texts })
const portableType = struct('', {
  id: typeId,
  path: texts,
  params: vec(struct('', { name: str, type: option(typeId) })),
  def: variant('TypeDef', {
    composite: fieldsOf({ fields: vec(field) }),
    variant: fieldsOf({ variants: vec(struct('', { name: str, fields: vec(field), index: u8, docs: texts })) }),
    sequence: itemsOf(typeId),
    array: fieldsOf({ length: u32, type: typeId }),
    tuple: itemsOf(vec(typeId)),
    primitive: itemsOf(
      nameEnum('Primitive', [
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
      ]),
    ),
    compact: itemsOf(typeId),
    bitSequence: fieldsOf({ store: typeId, order: typeId }),
  }),
  docs: texts,
})

const hasher = nameEnum('Hasher', [
  'Blake2_128',
  'Blake2_256',
  'Blake2_128Concat',
  'Twox128',
  'Twox256',
  'Twox64Concat',
  'Identity',
])
const storageItem = struct('', {
  name: str,
  modifier: nameEnum('Modifier', ['Optional', 'Default']),
  type: variant('StorageType', {
    plain: itemsOf(typeId),
    map: fieldsOf({ hashers: vec(hasher), key: typeId, value: typeId }),
  }),
  fallback: bytes,
  docs: texts,
})

const palletV14 = {
  name: str,
  storage: option(struct('', { prefix: str, items: vec(storageItem) })),
  calls: option(typeId),
  events: option(typeId),
  constants: vec(struct('', { name: str, type: typeId, value: bytes, docs: texts })),
  errors: option(typeId),
  index: u8,
}
const palletV15 = { ...palletV14, docs: texts }

const signedExtensions = vec(struct('', { identifier: str, type: typeId, additional: typeId }))
const apiMethods = vec(
  struct('', { name: str, inputs: vec(struct('', { name: str, type: typeId })), output: typeId, docs: texts }),
)

const v14 = struct('', {
  types: vec(portableType),
  pallets: vec(struct('', palletV14)),
  extrinsic: struct('', { type: typeId, version: u8, signedExtensions }),
  type: typeId,
})
const v15 = struct('', {
  types: vec(portableType),
  pallets: vec(struct('', palletV15)),
  extrinsic: struct('', {
    version: u8,
    address: typeId,
    call: typeId,
    signature: typeId,
    extra: typeId,
    signedExtensions,
  }),
  type: typeId,
  apis: vec(struct('', { name: str, methods: apiMethods, docs: texts })),
  outerEnums: struct('', { call: typeId, event: typeId, error: typeId }),
  custom: vec(struct('', { name: str, type: typeId, value: bytes })),
})

type Of<C> = C extends Codec<infer T> ? T : never
export type PortableType = Of<typeof portableType>
export type PortableField = Of<typeof field>
export type StorageEntry = Of<typeof storageItem>
export type MetadataPallet = Of<typeof v14>['pallets'][number] & { readonly docs?: readonly string[] }
export type MetadataApi = Of<typeof v15>['apis'][number]

/** Metadata in one shape for both versions; what V14 does not say is empty. */
export interface Metadata {
  readonly version: 14 | 15
  readonly types: readonly PortableType[]
  readonly pallets: readonly MetadataPallet[]
  readonly signedExtensions: readonly {
    readonly identifier: string
    readonly type: number
    readonly additional: number
  }[]
  readonly apis: readonly MetadataApi[]
}

const MAGIC = 0x6174_656d

/**
 * The metadata in `input`, which starts with the magic number.
 * @throws NeuriteError `BadMetadata` for another version or bytes that are no metadata.
 */
export function decodeMetadata(input: Uint8Array): Metadata {
  const reader: Reader = new ByteReader(input)
  try {
    const magic = reader.u32()
    const version = reader.u8()
    if (magic !== MAGIC || (version !== 14 && version !== 15)) {
      throw new NeuriteError('BadMetadata', `Not metadata that this client reads: version \`${version}\`.`, {
        details: ['Expected V14 or V15 with the magic number "meta".'],
      })
    }
    if (version === 14) {
      const { types, pallets, extrinsic } = v14.read(reader)
      return { version, types, pallets, signedExtensions: extrinsic.signedExtensions, apis: [] }
    }
    const { types, pallets, extrinsic, apis } = v15.read(reader)
    return { version, types, pallets, signedExtensions: extrinsic.signedExtensions, apis }
  } catch (error) {
    if (error instanceof ScaleError)
      throw new NeuriteError('BadMetadata', 'The metadata does not decode.', { cause: error })
    throw error
  }
}
