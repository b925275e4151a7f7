/** The chain's extrinsics: how calls are read from them, and how the metadata describes them. */
import {
  addressCodec,
  EXTRINSIC_VERSION,
  encodeBare as encodeBareCall,
  eraCodec,
  metadataHashMode,
  readEnvelope,
  type SignedPart,
  signatureCodec,
} from '@neurite/primitives/extrinsic'
import {
  bytes,
  type Codec,
  compact,
  decodeError,
  encode,
  fixedBytes,
  h256,
  named,
  once,
  option,
  struct,
  tuple,
  u32,
  u64,
  unit,
  wrapper,
} from '@neurite/primitives/scale'
import type { RuntimeCall } from '../frame/call.ts'
import { outer, runtimeCall } from '../frame/outer.ts'
import type { ExtrinsicTypes, SignedExtensionTypes } from '../metadata/extrinsicTypes.ts'

export interface Extrinsic {
  /** All bytes, length prefix included. */
  readonly bytes: Uint8Array
  readonly signed: SignedPart | undefined
  readonly call: RuntimeCall
  /** Encoded `call`, as signed. */
  readonly callBytes: Uint8Array
}

const unitPath = (path: string): Codec<undefined> => ({
  ...unit,
  typeName: path.slice(path.lastIndexOf(':') + 1),
  type: once(() => ({ path, def: { kind: 'composite', fields: [] } })),
})

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
    extra: struct('frame_metadata_hash_extension::CheckMetadataHash', { mode: metadataHashMode }),
    additional: option(fixedBytes(32)),
  },
]

const extraType = tuple(...EXTENSIONS.map((extension) => extension.extra))

/** The two extrinsic types name their last parameter differently; clients look it up by name. */
const uncheckedParams = (last: 'Extra' | 'Extension') => [
  { name: 'Address', codec: addressCodec },
  { name: 'Call', codec: runtimeCall },
  { name: 'Signature', codec: signatureCodec },
  { name: last, codec: extraType },
]
const genericUnchecked = wrapper('sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic', bytes, {
  params: uncheckedParams('Extra'),
})

/** An extrinsic as an argument of runtime APIs: its bytes with the length prefix. */
export const uncheckedExtrinsic: Codec<Uint8Array> = {
  type: once(() => ({
    path: 'fp_self_contained::unchecked_extrinsic::UncheckedExtrinsic',
    params: uncheckedParams('Extension'),
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
  version: EXTRINSIC_VERSION,
  address: addressCodec,
  call: runtimeCall,
  signature: signatureCodec,
  extra: extraType,
  unchecked: uncheckedExtrinsic,
  extensions: EXTENSIONS,
}

/** What has been decoded, for as long as somebody holds the bytes: the pool and the block ask for the same ones. */
const decoded = new WeakMap<Uint8Array, Extrinsic>()

/**
 * The extrinsic in `input`, which includes its length prefix and must not be changed afterwards.
 * @throws ScaleError for anything that is no V4 extrinsic of known calls.
 */
export function decodeExtrinsic(input: Uint8Array): Extrinsic {
  let extrinsic = decoded.get(input)
  if (extrinsic === undefined) {
    extrinsic = readExtrinsic(input)
    decoded.set(input, extrinsic)
  }
  return extrinsic
}

function readExtrinsic(input: Uint8Array): Extrinsic {
  const { signed, reader } = readEnvelope(input)
  const start = reader.at
  const call = outer().call.read(reader)
  if (reader.remaining > 0) throw decodeError(`${reader.remaining} bytes are left over`, reader.at)
  return { bytes: input, signed, call, callBytes: reader.data.slice(start) }
}

/** A bare extrinsic: an inherent, or an unsigned call. */
export function encodeBare(call: RuntimeCall): Uint8Array {
  return encodeBareCall(encode(outer().call, call))
}
