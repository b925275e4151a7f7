/** Weight: reference time in picoseconds, and bytes of proof. Fees follow from it, so it is part of consensus. */

import { U64_MAX } from '@neurite/primitives/fixed'
import { compact, nameEnum, struct, u64 } from '@neurite/primitives/scale'

export interface Weight {
  readonly refTime: bigint
  readonly proofSize: bigint
}

export const WeightCodec = struct('sp_weights::weight_v2::Weight', { ref_time: compact(u64), proof_size: compact(u64) })

export type DispatchClass = 'Normal' | 'Operational' | 'Mandatory'
export const DispatchClassCodec = nameEnum('frame_support::dispatch::DispatchClass', [
  'Normal',
  'Operational',
  'Mandatory',
])

export type Pays = 'Yes' | 'No'
export const PaysCodec = nameEnum('frame_support::dispatch::Pays', ['Yes', 'No'])

export const NO_WEIGHT: Weight = { refTime: 0n, proofSize: 0n }

/** Reference time of one database read and write (`RocksDbWeight`), in picoseconds. */
export const DB_READ = 25_000_000n
export const DB_WRITE = 100_000_000n

/** Weight of a call: its own time, plus its database accesses. */
export function weight(
  refTime: bigint,
  access: { readonly reads?: number; readonly writes?: number; readonly proofSize?: bigint } = {},
): Weight {
  return {
    refTime: refTime + DB_READ * BigInt(access.reads ?? 0) + DB_WRITE * BigInt(access.writes ?? 0),
    proofSize: access.proofSize ?? 0n,
  }
}

/** `a + b`, at most 2^64 - 1: callers of `sudo_unchecked_weight` may state the largest weight there is. */
export function addWeight(a: Weight, b: Weight): Weight {
  return { refTime: saturated(a.refTime + b.refTime), proofSize: saturated(a.proofSize + b.proofSize) }
}

const saturated = (value: bigint) => (value > U64_MAX ? U64_MAX : value)

/** `a - b`, not below zero. */
export function subWeight(a: Weight, b: Weight): Weight {
  return {
    refTime: a.refTime > b.refTime ? a.refTime - b.refTime : 0n,
    proofSize: a.proofSize > b.proofSize ? a.proofSize - b.proofSize : 0n,
  }
}

export function minWeight(a: Weight, b: Weight): Weight {
  return {
    refTime: a.refTime < b.refTime ? a.refTime : b.refTime,
    proofSize: a.proofSize < b.proofSize ? a.proofSize : b.proofSize,
  }
}

export const DispatchInfoCodec = struct('frame_system::DispatchEventInfo', {
  weight: WeightCodec,
  class: DispatchClassCodec,
  pays_fee: PaysCodec,
})
