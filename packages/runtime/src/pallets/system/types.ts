/** Types of the system pallet: accounts, blocks, events, versions. */
import {
  bool,
  type Codec,
  compact,
  fixedBytes,
  h256,
  itemsOf,
  named,
  option,
  str,
  struct,
  tuple,
  u8,
  u32,
  u64,
  type ValueOf,
  variant,
  vec,
  wrapper,
} from '@neurite/primitives/scale'
import { runtimeEvent, type Weight, WeightCodec } from '../../frame/index.ts'
import { AccountData, EMPTY_DATA } from '../balances/types.ts'

const refCount = named('RefCount', u32)

export const AccountInfo = struct(
  'frame_system::AccountInfo',
  {
    nonce: named('Nonce', u32),
    consumers: refCount,
    providers: refCount,
    sufficients: refCount,
    data: named('AccountData', AccountData),
  },
  {
    params: [
      { name: 'Nonce', codec: u32 },
      { name: 'AccountData', codec: AccountData },
    ],
  },
)
/**
 * An account. It exists while `providers` or `sufficients` is above zero; `consumers` counts what needs it to exist.
 */
export type AccountInfo = ValueOf<typeof AccountInfo>

/** PERF: written out, as a property that follows a spread costs more than all that is done with the account in a block. */
export function withData(info: AccountInfo, data: AccountData): AccountInfo {
  return {
    nonce: info.nonce,
    consumers: info.consumers,
    providers: info.providers,
    sufficients: info.sufficients,
    data,
  }
}

export const EMPTY_ACCOUNT: AccountInfo = { nonce: 0, consumers: 0, providers: 0, sufficients: 0, data: EMPTY_DATA }

/** One value for each class of call. */
export function perDispatchClass<T>(
  of: Codec<T>,
): Codec<{ readonly normal: T; readonly operational: T; readonly mandatory: T }> {
  const field = named('T', of)
  return struct(
    'frame_support::dispatch::PerDispatchClass',
    { normal: field, operational: field, mandatory: field },
    { params: [{ name: 'T', codec: of }], typeName: `PerDispatchClass<${of.typeName}>` },
  )
}

export type WireWeight = ValueOf<typeof WeightCodec>
export function weightToWire(weight: Weight): WireWeight {
  return { ref_time: weight.refTime, proof_size: weight.proofSize }
}

export const WeightsPerClass = struct('frame_system::limits::WeightsPerClass', {
  base_extrinsic: WeightCodec,
  max_extrinsic: option(WeightCodec),
  max_total: option(WeightCodec),
  reserved: option(WeightCodec),
})
export const BlockWeights = struct('frame_system::limits::BlockWeights', {
  base_block: WeightCodec,
  max_block: WeightCodec,
  per_class: perDispatchClass(WeightsPerClass),
})
export const BlockLength = struct('frame_system::limits::BlockLength', { max: perDispatchClass(u32) })
export const RuntimeDbWeight = struct('sp_weights::RuntimeDbWeight', { read: u64, write: u64 })

export const Phase = variant('frame_system::Phase', {
  ApplyExtrinsic: itemsOf(u32),
  Finalization: itemsOf(),
  Initialization: itemsOf(),
})
/** Where in the block an event happened. */
export type Phase = ValueOf<typeof Phase>

export const EventRecord = struct(
  'frame_system::EventRecord',
  { phase: Phase, event: named('E', runtimeEvent), topics: named('Vec<T>', vec(h256)) },
  {
    params: [
      { name: 'E', codec: runtimeEvent },
      { name: 'T', codec: h256 },
    ],
  },
)
export type EventRecord = ValueOf<typeof EventRecord>

const apiVersions = vec(tuple(fixedBytes(8), u32))
const text = wrapper('Cow', str, { params: [{ name: 'T', codec: str }], typeName: "Cow<'static, str>" })
export const RuntimeVersion = struct('sp_version::RuntimeVersion', {
  spec_name: text,
  impl_name: text,
  authoring_version: u32,
  spec_version: u32,
  impl_version: u32,
  apis: wrapper('Cow', apiVersions, { params: [{ name: 'T', codec: apiVersions }], typeName: 'ApisVec' }),
  transaction_version: u32,
  system_version: u8,
})
export type RuntimeVersion = ValueOf<typeof RuntimeVersion>

export const LastRuntimeUpgradeInfo = struct('frame_system::LastRuntimeUpgradeInfo', {
  spec_version: named('codec::Compact<u32>', compact(u32)),
  spec_name: text,
})

export const CodeUpgradeAuthorization = struct(
  'frame_system::CodeUpgradeAuthorization',
  { code_hash: h256, check_version: bool },
  { params: [{ name: 'T' }] },
)
