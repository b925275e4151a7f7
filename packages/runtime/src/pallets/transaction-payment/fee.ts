/**
 * What an extrinsic costs: for its base, its length and its weight, plus the tip.
 * subtensor 14bc6f9 pallets/transaction-fee/src/lib.rs, runtime/src/lib.rs
 */
import { named, option, struct, u64, type ValueOf } from '@neurite/primitives/scale'
import {
  type Ctx,
  DispatchClassCodec,
  type DispatchInfo,
  type Pays,
  U64_MAX,
  type Weight,
  WeightCodec,
} from '../../frame/index.ts'
import { BASE_EXTRINSIC, BLOCK_LIMITS, weightToWire } from '../system/index.ts'
import { storage } from './storage.ts'

const balance = named('Balance', u64)
const balanceParam = { name: 'Balance', codec: u64 }

export const InclusionFee = struct(
  'pallet_transaction_payment::types::InclusionFee',
  { base_fee: balance, len_fee: balance, adjusted_weight_fee: balance },
  { params: [balanceParam], typeName: 'InclusionFee<Balance>' },
)
/** A fee by its parts, in rao; without `inclusion_fee` for calls that are free. */
export const FeeDetails = struct(
  'pallet_transaction_payment::types::FeeDetails',
  { inclusion_fee: option(InclusionFee), tip: balance },
  { params: [balanceParam] },
)
export type FeeDetails = ValueOf<typeof FeeDetails>

/** What a call would weigh and cost, in rao and without a tip. */
export const RuntimeDispatchInfo = struct(
  'pallet_transaction_payment::types::RuntimeDispatchInfo',
  { weight: named('Weight', WeightCodec), class: DispatchClassCodec, partial_fee: balance },
  { params: [balanceParam, { name: 'Weight', codec: WeightCodec }] },
)

/** Picoseconds of reference time that cost one rao. */
const PICOSECONDS_PER_RAO = 2000n

/** Rao for `weight`: reference time over 2000, to the nearest, halves down. */
export function weightToFee(weight: Weight): bigint {
  const whole = weight.refTime / PICOSECONDS_PER_RAO
  return weight.refTime % PICOSECONDS_PER_RAO > PICOSECONDS_PER_RAO / 2n ? whole + 1n : whole
}

/** One rao per byte. */
export function lengthToFee(length: number): bigint {
  return BigInt(length)
}

const MULTIPLIER_ONE = 10n ** 18n

/** What is charged for. */
export interface Charge {
  readonly weight: Weight
  readonly pays: Pays
}

/** Rao by part. Each part is rounded on its own. */
export function feeDetails(ctx: Ctx, length: number, charge: Charge, tip: bigint): FeeDetails {
  if (charge.pays === 'No') return { inclusion_fee: undefined, tip }
  const { refTime, proofSize } = charge.weight
  const most = BLOCK_LIMITS.maxBlock.refTime
  const weightFee = weightToFee({ refTime: refTime < most ? refTime : most, proofSize })
  return {
    inclusion_fee: {
      base_fee: weightToFee(BASE_EXTRINSIC),
      len_fee: lengthToFee(length),
      adjusted_weight_fee: (weightFee * storage.NextFeeMultiplier.get(ctx)) / MULTIPLIER_ONE,
    },
    tip,
  }
}

/** Rao in all, tip included. */
export function computeFee(ctx: Ctx, length: number, charge: Charge, tip: bigint): bigint {
  const { inclusion_fee: parts } = feeDetails(ctx, length, charge, tip)
  const fee = (parts ? parts.base_fee + parts.len_fee + parts.adjusted_weight_fee : 0n) + tip
  return fee > U64_MAX ? U64_MAX : fee
}

export function queryInfo(ctx: Ctx, info: DispatchInfo, length: number): ValueOf<typeof RuntimeDispatchInfo> {
  return { weight: weightToWire(info.weight), class: info.class, partial_fee: computeFee(ctx, length, info, 0n) }
}

export function queryFeeDetails(ctx: Ctx, info: DispatchInfo, length: number): FeeDetails {
  return feeDetails(ctx, length, info, 0n)
}
