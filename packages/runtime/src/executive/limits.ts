/** Whether an extrinsic still fits in the block that is being built. */
import type { DispatchInfo } from '../frame/dispatchInfo.ts'
import { invalid } from '../frame/validity.ts'
import { addWeight, type DispatchClass, NO_WEIGHT, subWeight, type Weight } from '../frame/weight.ts'
import { BLOCK_LIMITS } from '../pallets/system/constants.ts'

/** What the block being built has used so far. */
export class BlockMeter {
  readonly weight: Record<DispatchClass, Weight> = {
    Normal: NO_WEIGHT,
    Operational: NO_WEIGHT,
    Mandatory: BLOCK_LIMITS.baseBlock,
  }
  /** Bytes of extrinsics. */
  length = 0

  /** @throws TransactionValidityError `ExhaustsResources` when the extrinsic does not fit any more. */
  check(info: DispatchInfo, length: number): void {
    const limits = BLOCK_LIMITS.perClass[info.class]
    if (this.length + length > BLOCK_LIMITS.maxLength[info.class]) throw invalid('ExhaustsResources')
    const { maxExtrinsic, maxTotal } = limits
    if (maxExtrinsic === undefined || maxTotal === undefined) return
    if (info.weight.refTime > maxExtrinsic.refTime) throw invalid('ExhaustsResources')
    const wanted = info.weight.refTime + BLOCK_LIMITS.baseExtrinsic.refTime
    const all = this.weight.Normal.refTime + this.weight.Operational.refTime + this.weight.Mandatory.refTime
    if (this.weight[info.class].refTime + wanted > maxTotal.refTime) throw invalid('ExhaustsResources')
    if (all + wanted > BLOCK_LIMITS.maxBlock.refTime) throw invalid('ExhaustsResources')
  }

  add(info: DispatchInfo, length: number): void {
    this.length += length
    this.weight[info.class] = addWeight(this.weight[info.class], addWeight(info.weight, BLOCK_LIMITS.baseExtrinsic))
  }

  /** Takes back weight that was declared but not used. */
  refund(info: DispatchInfo, unused: Weight): void {
    this.weight[info.class] = subWeight(this.weight[info.class], unused)
  }
}
