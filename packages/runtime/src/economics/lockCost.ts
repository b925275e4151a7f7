/**
 * The price of a subnet: it doubles with every registration and falls back in a straight line.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/root.rs get_network_lock_cost
 */
import { maxBig, mulU64, safeDivU64, subU64 } from '@neurite/primitives/fixed'
import { DEFAULT_BLOCK_EMISSION } from './issuance.ts'

export interface LockCostOptions {
  /** Paid for the last subnet. @unit rao */
  readonly last: bigint
  /** Block of the last subnet; 0 before the first. */
  readonly lastBlock: bigint
  readonly now: bigint
  /** Blocks over which `last` melts away, see {@link lockReductionInterval}. */
  readonly interval: bigint
  /** @unit rao */
  readonly min: bigint
}

/** Rao a new subnet costs now. */
export function lockCost({ last, lastBlock, now, interval, min }: LockCostOptions): bigint {
  const start = mulU64(last, lastBlock === 0n ? 1n : 2n)
  const melted = mulU64(safeDivU64(last, interval), subU64(now, lastBlock))
  return maxBig(subU64(start, melted), min)
}

/** Blocks of the reduction interval: it shortens as block emission halves. */
export function lockReductionInterval(configured: bigint, blockEmission: bigint): bigint {
  return mulU64(configured, blockEmission) / DEFAULT_BLOCK_EMISSION
}
