/** What the connected node's runtime is, and the codecs that follow from its metadata. */
import {
  type ByteString,
  byteStringToHex,
  bytesToByteString,
  concatBytes,
  hexToBytes,
  utf8ToBytes,
} from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { blake2_128, blake2_256, twox64, twox128, twox256 } from '@neurite/primitives/hash'
import {
  DynamicCodecs,
  decodeMetadata,
  type Metadata,
  type MetadataPallet,
  type StorageEntry,
} from '@neurite/primitives/metadata'
import { type Codec, decodePrefix, encode, Reader } from '@neurite/primitives/scale'
import type { Connection } from './connection.ts'
import type { RuntimeCall } from './types.ts'

const HASHERS: Record<string, { readonly hash: (bytes: Uint8Array) => Uint8Array; readonly concat: boolean }> = {
  Blake2_128: { hash: blake2_128, concat: false },
  Blake2_256: { hash: blake2_256, concat: false },
  Blake2_128Concat: { hash: blake2_128, concat: true },
  Twox128: { hash: twox128, concat: false },
  Twox256: { hash: twox256, concat: false },
  Twox64Concat: { hash: twox64, concat: true },
  Identity: { hash: () => new Uint8Array(), concat: true },
}

export class StorageAccess {
  readonly name: string
  readonly prefix: ByteString
  readonly valueCodec: Codec<any>
  readonly isOptional: boolean
  private readonly fallback: Uint8Array
  private readonly parts: readonly { readonly hasher: (typeof HASHERS)[string]; readonly codec: Codec<any> }[]

  constructor(pallet: string, prefix: string, entry: StorageEntry, codecs: DynamicCodecs) {
    this.name = `${pallet}.${entry.name}`
    this.prefix = bytesToByteString(twox128(utf8ToBytes(prefix))) + bytesToByteString(twox128(utf8ToBytes(entry.name)))
    this.isOptional = entry.modifier === 'Optional'
    this.fallback = entry.fallback
    if (entry.type.type === 'plain') {
      this.valueCodec = codecs.codec(entry.type.value)
      this.parts = []
      return
    }
    const { hashers, key, value } = entry.type.value
    this.valueCodec = codecs.codec(value)
    const keyType = codecs.typeOf(key)
    const ids = hashers.length === 1 ? [key] : keyType.def.type === 'tuple' ? keyType.def.value : []
    this.parts = hashers.map((name, i) => ({ hasher: HASHERS[name]!, codec: codecs.codec(ids[i]!) }))
  }

  /** Raw key of one value. @throws NeuriteError `BadKey` */
  wholeKey(parts: readonly unknown[]): string {
    if (parts.length !== this.parts.length) throw this.badKey(parts)
    return this.key(parts)
  }

  private badKey(parts: readonly unknown[]): NeuriteError {
    return new NeuriteError(
      'BadKey',
      `Storage \`${this.name}\` has ${this.parts.length} key part${this.parts.length === 1 ? '' : 's'}, not ${parts.length}.`,
    )
  }

  /** Raw key of the given parts; a prefix when there are fewer than the map has. @throws NeuriteError `BadKey` */
  key(parts: readonly unknown[]): string {
    if (parts.length > this.parts.length) throw this.badKey(parts)
    let out = this.prefix
    parts.forEach((part, i) => {
      const { hasher, codec } = this.parts[i]!
      const bytes = encode(codec, part)
      out += bytesToByteString(hasher!.hash(bytes)) + (hasher!.concat ? bytesToByteString(bytes) : '')
    })
    return byteStringToHex(out)
  }

  /** The value in `hex`; the default, or undefined for optional items, when there is none. */
  value(hex: string | null | undefined): unknown {
    if (hex !== null && hex !== undefined) return decodePrefix(this.valueCodec, hexToBytes(hex))
    return this.isOptional ? undefined : decodePrefix(this.valueCodec, this.fallback)
  }

  /** Key parts in a raw key. */
  parseKey(hex: string): unknown[] {
    const reader = new Reader(hexToBytes(hex), this.prefix.length)
    return this.parts.map(({ hasher, codec }) => {
      reader.at += hasher!.hash(new Uint8Array()).length
      return hasher!.concat ? codec.read(reader) : undefined
    })
  }
}

export class RuntimeInfo {
  readonly specVersion: number
  readonly transactionVersion: number
  readonly metadata: Metadata
  readonly codecs: DynamicCodecs
  private readonly pallets = new Map<string, MetadataPallet>()
  private readonly storageAccess = new Map<string, StorageAccess>()
  readonly callCodec: Codec<any>
  readonly eventsCodec: Codec<any>

  constructor(version: { specVersion: number; transactionVersion: number }, metadata: Metadata) {
    this.specVersion = version.specVersion
    this.transactionVersion = version.transactionVersion
    this.metadata = metadata
    this.codecs = new DynamicCodecs(metadata)
    for (const pallet of metadata.pallets) this.pallets.set(pallet.name, pallet)
    const outerCall = metadata.types.find((type) => type.path.at(-1) === 'RuntimeCall')
    if (!outerCall) throw new NeuriteError('BadMetadata', 'The metadata has no RuntimeCall type.')
    this.callCodec = this.codecs.codec(outerCall.id)
    this.eventsCodec = this.storage('System', 'Events').valueCodec
  }

  pallet(name: string): MetadataPallet {
    const pallet = this.pallets.get(name)
    if (!pallet) {
      throw new NeuriteError('NoSuchPallet', `The connected chain has no pallet \`${name}\`.`, {
        details: [`It has: ${[...this.pallets.keys()].join(', ')}.`],
      })
    }
    return pallet
  }

  storage(pallet: string, item: string): StorageAccess {
    const id = `${pallet}.${item}`
    let access = this.storageAccess.get(id)
    if (!access) {
      const { storage } = this.pallet(pallet)
      const entry = storage?.items.find(({ name }) => name === item)
      if (!storage || !entry)
        throw new NeuriteError('NoSuchStorage', `The connected chain has no storage item \`${id}\`.`)
      access = new StorageAccess(pallet, storage.prefix, entry, this.codecs)
      this.storageAccess.set(id, access)
    }
    return access
  }

  constant(pallet: string, name: string): unknown {
    const found = this.pallet(pallet).constants.find((item) => item.name === name)
    if (!found) throw new NeuriteError('NoSuchConstant', `The connected chain has no constant \`${pallet}.${name}\`.`)
    return decodePrefix(this.codecs.codec(found.type), found.value)
  }

  /** Bytes of a call. @throws NeuriteError `NoSuchCall`, `BadArguments` */
  encodeCall(call: RuntimeCall): Uint8Array {
    const id = `${call.pallet}.${call.name}`
    const { calls } = this.pallet(call.pallet)
    const def = calls === undefined ? undefined : this.codecs.typeOf(calls).def
    const found = def?.type === 'variant' ? def.value.variants.find(({ name }) => name === call.name) : undefined
    if (!found) throw new NeuriteError('NoSuchCall', `The connected chain has no call \`${id}\`.`)
    const names = found.fields.map((field) => field.name ?? '')
    return encodeArguments(id, names, call.args, () => encode(this.callCodec, call))
  }

  /** Bytes of a runtime API's arguments. @throws NeuriteError `NoSuchApi`, `BadArguments` */
  encodeApiCall(name: string, method: string, args: Readonly<Record<string, unknown>>): Uint8Array {
    const { inputs } = this.api(name, method)
    const names = inputs.map((input) => input.name)
    return encodeArguments(`${name}.${method}`, names, args, () =>
      concatBytes(...inputs.map((input) => encode(input.codec, args[input.name]))),
    )
  }

  /** Codecs of a runtime API's arguments and result. */
  api(
    name: string,
    method: string,
  ): {
    readonly inputs: readonly { readonly name: string; readonly codec: Codec<any> }[]
    readonly output: Codec<any>
  } {
    const found = this.metadata.apis.find((set) => set.name === name)?.methods.find((item) => item.name === method)
    if (!found) throw new NeuriteError('NoSuchApi', `The connected chain has no runtime API \`${name}_${method}\`.`)
    return {
      inputs: found.inputs.map((input) => ({ name: input.name, codec: this.codecs.codec(input.type) })),
      output: this.codecs.codec(found.output),
    }
  }

  /** Name and text of a pallet's error, for people. */
  moduleError(palletIndex: number, errorIndex: number): { readonly name: string; readonly docs: string } {
    const pallet = this.metadata.pallets.find((item) => item.index === palletIndex)
    if (pallet?.errors === undefined) return { name: `Module ${palletIndex}, error ${errorIndex}`, docs: '' }
    const { def } = this.codecs.typeOf(pallet.errors)
    const found = def.type === 'variant' ? def.value.variants.find((item) => item.index === errorIndex) : undefined
    return { name: `${pallet.name}.${found?.name ?? errorIndex}`, docs: found?.docs.join(' ').trim() ?? '' }
  }
}

/** What `write` gives; when it fails, an error that says what was expected. */
function encodeArguments(
  id: string,
  names: readonly string[],
  args: Readonly<Record<string, unknown>> | undefined,
  write: () => Uint8Array,
): Uint8Array {
  const unknown = Object.keys(args ?? {}).filter((name) => !names.includes(name))
  let cause: unknown
  if (unknown.length === 0) {
    try {
      return write()
    } catch (error) {
      cause = error
    }
  }
  throw new NeuriteError('BadArguments', `The arguments of \`${id}\` do not fit.`, {
    details: [
      ...(unknown.length > 0 ? [`Unknown: ${unknown.join(', ')}.`] : []),
      `Expected: ${names.length > 0 ? names.join(', ') : 'none'}.`,
      ...(cause instanceof Error ? [cause.message] : []),
    ],
    cause,
  })
}

/** Loads the runtime of the block `at` (the best one if undefined). */
export async function loadRuntime(connection: Connection, at?: string): Promise<RuntimeInfo> {
  const where = at === undefined ? [] : [at]
  const [version, opaque] = await Promise.all([
    connection.request('state_getRuntimeVersion', where),
    connection.request<string>('state_call', ['Metadata_metadata_at_version', '0x0f000000', ...where]),
  ])
  const reader = new Reader(hexToBytes(opaque))
  if (reader.u8() !== 1) throw new NeuriteError('BadMetadata', 'The node offers no metadata V15.')
  const bytes = reader.bytes(reader.compact())
  return new RuntimeInfo(version, decodeMetadata(bytes))
}
