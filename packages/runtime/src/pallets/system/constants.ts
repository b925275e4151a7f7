/** Limits of a block. */

import type { ValueOf } from '@neurite/primitives/scale'
import { u16, u32 } from '@neurite/primitives/scale'
import { constant, DB_READ, DB_WRITE, type DispatchClass, type Weight } from '../../frame/index.ts'
import { P } from './pallet.ts'
import {
  BlockLength,
  BlockWeights,
  RuntimeDbWeight,
  RuntimeVersion,
  type WeightsPerClass,
  weightToWire,
} from './types.ts'
import { runtimeVersion } from './version.ts'

/** The reference sets no limit to proof size. */
const NO_LIMIT = 0xffff_ffff_ffff_ffffn
/** 75 % of {@link NO_LIMIT}, rounded down. */
const NO_LIMIT_NORMAL = 13_835_058_055_282_163_711n

/** Picoseconds: what a block may take in all, and what remains for normal calls. */
const MAX_BLOCK: Weight = { refTime: 4_000_000_000_000n, proofSize: NO_LIMIT }
const MAX_NORMAL: Weight = { refTime: 3_000_000_000_000n, proofSize: NO_LIMIT_NORMAL }
const RESERVED: Weight = { refTime: 1_000_000_000_000n, proofSize: NO_LIMIT - NO_LIMIT_NORMAL }
const BASE_BLOCK: Weight = { refTime: 431_614_000n, proofSize: 0n }

/** Weight of an extrinsic before its call: signature, nonce, fee. */
export const BASE_EXTRINSIC: Weight = { refTime: 108_157_000n, proofSize: 0n }

/** An extrinsic must leave room for the block's own work: a tenth of the maximum. */
const AVERAGE_INITIALISATION: Weight = { refTime: 400_000_000_000n, proofSize: 1_844_674_407_370_955_161n }
const lessBase = (limit: Weight): Weight => ({
  refTime: limit.refTime - AVERAGE_INITIALISATION.refTime - BASE_EXTRINSIC.refTime,
  proofSize: limit.proofSize - AVERAGE_INITIALISATION.proofSize,
})

interface ClassLimits {
  readonly maxExtrinsic: Weight | undefined
  readonly maxTotal: Weight | undefined
  readonly reserved: Weight | undefined
}

export interface BlockLimits {
  readonly baseBlock: Weight
  readonly maxBlock: Weight
  readonly baseExtrinsic: Weight
  readonly perClass: Readonly<Record<DispatchClass, ClassLimits>>
  /** Bytes of extrinsics per block. */
  readonly maxLength: Readonly<Record<DispatchClass, number>>
}

/** The limits that the executive enforces; the constants below show them to clients. */
export const BLOCK_LIMITS: BlockLimits = {
  baseBlock: BASE_BLOCK,
  maxBlock: MAX_BLOCK,
  baseExtrinsic: BASE_EXTRINSIC,
  perClass: {
    Normal: { maxExtrinsic: lessBase(MAX_NORMAL), maxTotal: MAX_NORMAL, reserved: { refTime: 0n, proofSize: 0n } },
    Operational: { maxExtrinsic: lessBase(MAX_BLOCK), maxTotal: MAX_BLOCK, reserved: RESERVED },
    Mandatory: { maxExtrinsic: undefined, maxTotal: undefined, reserved: undefined },
  },
  maxLength: { Normal: 7_864_320, Operational: 10_485_760, Mandatory: 10_485_760 },
}

function wireClass(limits: ClassLimits): ValueOf<typeof WeightsPerClass> {
  const wire = (weight: Weight | undefined) => (weight === undefined ? undefined : weightToWire(weight))
  return {
    base_extrinsic: weightToWire(BASE_EXTRINSIC),
    max_extrinsic: wire(limits.maxExtrinsic),
    max_total: wire(limits.maxTotal),
    reserved: wire(limits.reserved),
  }
}

export const constants = P.constants({
  BlockWeights: constant(BlockWeights, {
    base_block: weightToWire(BASE_BLOCK),
    max_block: weightToWire(MAX_BLOCK),
    per_class: {
      normal: wireClass(BLOCK_LIMITS.perClass.Normal),
      operational: wireClass(BLOCK_LIMITS.perClass.Operational),
      mandatory: wireClass(BLOCK_LIMITS.perClass.Mandatory),
    },
  }),
  BlockLength: constant(BlockLength, {
    max: {
      normal: BLOCK_LIMITS.maxLength.Normal,
      operational: BLOCK_LIMITS.maxLength.Operational,
      mandatory: BLOCK_LIMITS.maxLength.Mandatory,
    },
  }),
  BlockHashCount: constant(u32, 2400),
  DbWeight: constant(RuntimeDbWeight, { read: DB_READ, write: DB_WRITE }),
  Version: constant(RuntimeVersion, () => runtimeVersion()),
  SS58Prefix: constant(u16, 42),
})

/** Most things that may need an account to exist at a time. */
export const MAX_CONSUMERS = 16
