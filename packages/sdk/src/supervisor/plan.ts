/** The weights that somebody wants. */
const U16_MAX = 65_535
const MECHANISM_STRIDE = 4_096

export interface WeightPlan {
  readonly netuid: number
  readonly mecid: number
  readonly uids: readonly number[]
  /** Relative; the chain scales them so that the largest is 65535. @unit u16 */
  readonly values: readonly number[]
  readonly versionKey: bigint
}

/** Index under which the chain keeps a mechanism's weights. */
export function storageIndex(netuid: number, mecid: number): number {
  return Math.min(U16_MAX, mecid * MECHANISM_STRIDE + netuid)
}
