/** Extrinsic format V4: how it is read, what is signed, and how the metadata describes it. */
import { concatBytes, type Hash } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import {
  bytes,
  type Codec,
  compact,
  decodeError,
  fixedBytes,
  h256,
  named,
  nameEnum,
  once,
  option,
  Reader,
  struct,
  tuple,
  u32,
  u64,
  unit,
  Writer,
  wrapper,
} from '@neurite/primitives/scale'
import { addressCodec, type MultiAddress, type MultiSignature, signatureCodec } from '../frame/address.ts'
import type { RuntimeCall } from '../frame/call.ts'
import { outer, runtimeCall } from '../frame/outer.ts'
import type { ExtrinsicTypes, SignedExtensionTypes } from '../metadata/extrinsicTypes.ts'
import { type Era, eraCodec } from './era.ts'

const VERSION = 4
const SIGNED = 0x80 | VERSION
const BARE_V4 = 0x04
const BARE_V5 = 0x05

/** What the signer sends beside the call. */
export interface Extra {
  readonly era: Era
  readonly nonce: number
  /** In rao; goes to the block's author. */
  readonly tip: bigint
  /** Whether the signer also signs a hash of the metadata. */
  readonly metadataHashMode: 'Disabled' | 'Enabled'
}

export interface SignedPart {
  readonly address: MultiAddress
  readonly signature: MultiSignature
  readonly extra: Extra
  /** Encoded `extra`, as signed. */
  readonly extraBytes: Uint8Array
}

export interface Extrinsic {
  /** All bytes, length prefix included. */
  readonly bytes: Uint8Array
  readonly signed: SignedPart | undefined
  readonly call: RuntimeCall
  /** Encoded `call`, as signed. */
  readonly callBytes: Uint8Array
}

/** Facts that are signed but not sent: they tie an extrinsic to one chain and one time. */
export interface Implied {
  readonly specVersion: number
  readonly transactionVersion: number
  readonly genesisHash: Hash
  /** Genesis for immortal extrinsics, else the hash of the era's first block. */
  readonly birthHash: Hash
}

const unitPath = (path: string): Codec<undefined> => ({
  ...unit,
  typeName: path.slice(path.lastIndexOf(':') + 1),
  type: once(() => ({ path, def: { kind: 'composite', fields: [] } })),
})

const modeCodec = nameEnum('frame_metadata_hash_extension::Mode', ['Disabled', 'Enabled'])

/** The 13 extensions in order. Empty ones add no bytes. */
export const EXTENSIONS: readonly SignedExtensionTypes[] = [
  {
    identifier: 'CheckNonZeroSender',
    extra: unitPath('frame_system::extensions::check_non_zero_sender::CheckNonZeroSender'),
    additional: unit,
  },
  {
    identifier: 'CheckSpecVersion',
    extra: unitPath('frame_system::extensions::check_spec_version::CheckSpecVersion'),
    additional: u32,
  },
  {
    identifier: 'CheckTxVersion',
    extra: unitPath('frame_system::extensions::check_tx_version::CheckTxVersion'),
    additional: u32,
  },
  {
    identifier: 'CheckGenesis',
    extra: unitPath('frame_system::extensions::check_genesis::CheckGenesis'),
    additional: h256,
  },
  {
    identifier: 'CheckMortality',
    extra: wrapper('node_subtensor_runtime::check_mortality::CheckMortality', eraCodec),
    additional: h256,
  },
  {
    identifier: 'CheckNonce',
    extra: wrapper('node_subtensor_runtime::check_nonce::CheckNonce', named('T::Nonce', compact(u32))),
    additional: unit,
  },
  {
    identifier: 'CheckWeight',
    extra: unitPath('frame_system::extensions::check_weight::CheckWeight'),
    additional: unit,
  },
  {
    identifier: 'ChargeTransactionPayment',
    extra: wrapper('pallet_transaction_payment::ChargeTransactionPayment', named('BalanceOf<T>', compact(u64))),
    additional: unit,
  },
  {
    identifier: 'SudoTransactionExtension',
    extra: unitPath('node_subtensor_runtime::sudo_wrapper::SudoTransactionExtension'),
    additional: unit,
  },
  {
    identifier: 'CheckShieldedTxValidity',
    extra: unitPath('pallet_shield::extension::CheckShieldedTxValidity'),
    additional: unit,
  },
  {
    identifier: 'SubtensorTransactionExtension',
    extra: unitPath('pallet_subtensor::extensions::subtensor::SubtensorTransactionExtension'),
    additional: unit,
  },
  { identifier: 'DrandPriority', extra: unitPath('pallet_drand::drand_priority::DrandPriority'), additional: unit },
  {
    identifier: 'CheckMetadataHash',
    extra: struct('frame_metadata_hash_extension::CheckMetadataHash', { mode: modeCodec }),
    additional: option(fixedBytes(32)),
  },
]

const extraCodec = struct('', { era: eraCodec, nonce: compact(u32), tip: compact(u64), metadataHashMode: modeCodec })
const extraType = tuple(...EXTENSIONS.map((extension) => extension.extra))

const uncheckedParams = [
  { name: 'Address', codec: addressCodec },
  { name: 'Call', codec: runtimeCall },
  { name: 'Signature', codec: signatureCodec },
  { name: 'Extra', codec: extraType },
]
const genericUnchecked = wrapper('sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic', bytes, {
  params: uncheckedParams,
})

/** An extrinsic as an argument of runtime APIs: its bytes with the length prefix. */
export const uncheckedExtrinsic: Codec<Uint8Array> = {
  type: once(() => ({
    path: 'fp_self_contained::unchecked_extrinsic::UncheckedExtrinsic',
    params: uncheckedParams,
    def: {
      kind: 'composite',
      fields: [
        {
          typeName: 'sp_runtime::generic::UncheckedExtrinsic<Address, Call, Signature, Extension>',
          codec: genericUnchecked,
        },
      ],
    },
  })),
  typeName: '<Block as BlockT>::Extrinsic',
  minSize: 1,
  write: (value, writer) => writer.bytes(value),
  read(reader) {
    const start = reader.at
    const length = reader.compact()
    reader.bytes(length)
    return reader.data.slice(start, reader.at)
  },
}

export const extrinsicTypes: ExtrinsicTypes = {
  version: VERSION,
  address: addressCodec,
  call: runtimeCall,
  signature: signatureCodec,
  extra: extraType,
  unchecked: uncheckedExtrinsic,
  extensions: EXTENSIONS,
}

/**
 * The extrinsic in `input`, which includes its length prefix.
 * @throws ScaleError for anything that is no V4 extrinsic of known calls.
 */
export function decodeExtrinsic(input: Uint8Array): Extrinsic {
  const reader = new Reader(input)
  const length = reader.compact()
  if (length !== reader.remaining) {
    throw decodeError(`Length prefix says ${length} bytes, ${reader.remaining} follow`, 0)
  }
  const preamble = reader.u8()
  let signed: SignedPart | undefined
  if (preamble === SIGNED) {
    const address = addressCodec.read(reader)
    const signature = signatureCodec.read(reader)
    const extraStart = reader.at
    const extra = extraCodec.read(reader)
    signed = { address, signature, extra, extraBytes: reader.data.slice(extraStart, reader.at) }
  } else if (preamble !== BARE_V4 && preamble !== BARE_V5) {
    throw decodeError(
      `Unsupported extrinsic format 0x${preamble.toString(16)}; expected 0x84 (signed) or 0x04 (bare)`,
      reader.at - 1,
    )
  }
  const callStart = reader.at
  const call = outer().call.read(reader)
  if (reader.remaining > 0) throw decodeError(`${reader.remaining} bytes are left over`, reader.at)
  return { bytes: input, signed, call, callBytes: reader.data.slice(callStart) }
}

/** A bare extrinsic: an inherent, or an unsigned call. */
export function encodeBare(call: RuntimeCall): Uint8Array {
  const body = new Writer()
  body.u8(BARE_V4)
  outer().call.write(call, body)
  return withLength(body.finish())
}

/** A signed extrinsic. */
export function encodeSigned(
  address: MultiAddress,
  signature: MultiSignature,
  extra: Extra,
  callBytes: Uint8Array,
): Uint8Array {
  const body = new Writer(callBytes.length + 128)
  body.u8(SIGNED)
  addressCodec.write(address, body)
  signatureCodec.write(signature, body)
  extraCodec.write(extra, body)
  body.bytes(callBytes)
  return withLength(body.finish())
}

function withLength(body: Uint8Array): Uint8Array {
  const out = new Writer(body.length + 4)
  out.compact(body.length)
  out.bytes(body)
  return out.finish()
}

/** The bytes that the signer signs: call, extra and what is implied; hashed when longer than 256 bytes. */
export function signingPayload(callBytes: Uint8Array, extraBytes: Uint8Array, implied: Implied): Uint8Array {
  const out = new Writer(128)
  u32.write(implied.specVersion, out)
  u32.write(implied.transactionVersion, out)
  h256.write(implied.genesisHash, out)
  h256.write(implied.birthHash, out)
  out.u8(0) // no metadata hash
  const payload = concatBytes(callBytes, extraBytes, out.finish())
  return payload.length > 256 ? blake2_256(payload) : payload
}

export function encodeExtra(extra: Extra): Uint8Array {
  const out = new Writer(16)
  extraCodec.write(extra, out)
  return out.finish()
}
