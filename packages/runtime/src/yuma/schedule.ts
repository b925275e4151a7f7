/**
 * When epochs run.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/coinbase/run_coinbase.rs should_run_epoch and below, and
 * utils/misc.rs get_activity_cutoff_blocks. Blocks are u64.
 */
const U64_MAX = (1n << 64n) - 1n

/** Longest tempo an owner may set, and how long a subnet may go without an epoch at all. @unit blocks */
export const MAX_TEMPO = 50_400
/** Shortest tempo an owner may set. @unit blocks */
export const MIN_TEMPO = 360

export interface EpochSchedule {
  /** Period; 0 means that no epoch runs. @unit blocks */
  readonly tempo: number
  /** Block of the last epoch slot. */
  readonly lastEpochBlock: bigint
  /** Block an epoch was moved or triggered to; 0 for none. */
  readonly pendingEpochAt: bigint
  /** Blocks since an epoch really ran; a safety net. */
  readonly blocksSinceLastStep: bigint
}

/** Whether an epoch of the subnet is due at `block`. */
export function shouldRunEpoch(schedule: EpochSchedule, block: bigint): boolean {
  const { tempo, lastEpochBlock, pendingEpochAt, blocksSinceLastStep } = schedule
  if (tempo === 0) return false
  if (pendingEpochAt > 0n && block >= pendingEpochAt) return true
  if (blocksSinceLastStep > BigInt(MAX_TEMPO)) return true
  return saturatingSub(block, lastEpochBlock) >= BigInt(tempo)
}

/** Blocks until the periodic epoch, 0 if it is due, 2^64 - 1 with tempo 0. Pending epochs are not considered. */
export function blocksUntilNextAutoEpoch(tempo: number, lastEpochBlock: bigint, block: bigint): bigint {
  if (tempo === 0) return U64_MAX
  return saturatingSub(nextAutoEpoch(tempo, lastEpochBlock), block)
}

/** Block of the next epoch, periodic or pending; undefined with tempo 0. */
export function nextEpochStartBlock(
  schedule: Pick<EpochSchedule, 'tempo' | 'lastEpochBlock' | 'pendingEpochAt'>,
): bigint | undefined {
  const { tempo, lastEpochBlock, pendingEpochAt } = schedule
  if (tempo === 0) return undefined
  const automatic = nextAutoEpoch(tempo, lastEpochBlock)
  return pendingEpochAt > 0n && pendingEpochAt < automatic ? pendingEpochAt : automatic
}

/** Anchor of a new subnet: spread over the period, so that subnets do not all run in one block. */
export function initialLastEpochBlock(netuid: number, tempo: number, block: bigint): bigint {
  return saturatingSub(block, BigInt(netuid % Math.max(tempo, 1)))
}

/** Blocks without update after which a uid is inactive; at least 1. @unit factorMilli: thousandths of a tempo */
export function activityCutoffBlocks(factorMilli: number, tempo: number): number {
  return Math.max(1, Math.floor((factorMilli * tempo) / 1000))
}

function nextAutoEpoch(tempo: number, lastEpochBlock: bigint): bigint {
  const next = lastEpochBlock + BigInt(tempo)
  return next > U64_MAX ? U64_MAX : next
}

function saturatingSub(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n
}
