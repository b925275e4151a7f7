/** What can be committed, under the paths by which clients know it. subtensor 14bc6f9 pallets/commitments/src/types.rs */
import type { Hex } from '@neurite/primitives/bytes'
import {
  boundedBytes,
  boundedVec,
  bytes32,
  fieldsOf,
  fixedBytes,
  itemsOf,
  named,
  struct,
  u32,
  u64,
  type ValueOf,
  type VariantCase,
  variant,
} from '@neurite/primitives/scale'

/** Most fields of one commitment. */
export const MAX_FIELDS = 3
const MAX_RAW_BYTES = 128
const MAX_BIG_RAW_BYTES = 512
const MAX_TIMELOCKED_BYTES = 1024

type RawName = `Raw${number}`

/** A variant for each length, so that short data needs no length of its own. */
const raws = Object.fromEntries(
  Array.from({ length: MAX_RAW_BYTES + 1 }, (_, length) => [`Raw${length}`, itemsOf(fixedBytes(length))]),
) as Record<RawName, VariantCase<Uint8Array>>

const hash: VariantCase<Hex> = itemsOf(bytes32)

/** One field. The hashes are of data that is published elsewhere. */
export const Data = variant('pallet_commitments::types::Data', {
  None: itemsOf(),
  ...raws,
  BlakeTwo256: hash,
  Sha256: hash,
  Keccak256: hash,
  ShaThree256: hash,
  /** Opens when the beacon gives the signature of the round. */
  TimelockEncrypted: fieldsOf({
    encrypted: boundedBytes(MAX_TIMELOCKED_BYTES, 'BoundedVec<u8, ConstU32<MAX_TIMELOCK_COMMITMENT_SIZE_BYTES>>'),
    reveal_round: u64,
  }),
  /** Asks to reset the bonds toward the hotkey. */
  ResetBondsFlag: itemsOf(),
  BigRaw: itemsOf(boundedBytes(MAX_BIG_RAW_BYTES, 'BoundedVec<u8, ConstU32<MAX_BIGRAW_COMMITMENT_SIZE_BYTES>>')),
})
export type Data = ValueOf<typeof Data>

export const CommitmentInfo = struct('pallet_commitments::types::CommitmentInfo', {
  fields: boundedVec(Data, MAX_FIELDS, 'BoundedVec<Data, FieldLimit>'),
})
export type CommitmentInfo = ValueOf<typeof CommitmentInfo>

/** A stored commitment, with the block in which it was made and the rao reserved for it. */
export const Registration = struct('pallet_commitments::types::Registration', {
  deposit: named('Balance', u64),
  block: named('BlockNumber', u32),
  info: named('CommitmentInfo<MaxFields>', CommitmentInfo),
})

/** Bytes that a hotkey committed in one epoch. */
export const UsageTracker = struct('pallet_commitments::types::UsageTracker', { last_epoch: u64, used_space: u64 })

/** Bytes that a field counts. */
export function spaceOf(data: Data): number {
  switch (data.type) {
    case 'None':
    case 'ResetBondsFlag':
      return 0
    case 'BlakeTwo256':
    case 'Sha256':
    case 'Keccak256':
    case 'ShaThree256':
      return 32
    case 'TimelockEncrypted':
      return data.value.encrypted.length
    default:
      return data.value.length
  }
}
