/** Putting transactions of the pool into a block that is being built. */
import type { Hash } from '@neurite/primitives/bytes'
import { ScaleError } from '@neurite/primitives/scale'
import type { BlockBuilder } from '@neurite/runtime/executive'
import { TransactionValidityError } from '@neurite/runtime/frame'
import type { Pool } from '../pool/index.ts'

export interface FillResult {
  readonly included: number
  /** Those that turned out invalid on top of this block. */
  readonly invalid: readonly Hash[]
}

/** Transactions that do not fit before the rest is left for the next block: smaller ones may still. */
const MAX_MISFITS = 8
/** Milliseconds of work between two returns to the event loop. */
const SLICE_MS = 10

/**
 * Applies ready transactions in the pool's order until the block is full or `deadline` (of `performance.now`) comes.
 * `report` is told of errors that are no fault of the transaction.
 */
export async function fillBlock(
  builder: BlockBuilder,
  pool: Pool,
  deadline: number,
  report: (hash: Hash, error: unknown) => void,
): Promise<FillResult> {
  const invalid: Hash[] = []
  let included = 0
  let misfits = 0
  let sliceEnd = performance.now() + SLICE_MS
  const best = pool.best()
  for (const tx of best) {
    const now = performance.now()
    if (now >= deadline) break
    if (now >= sliceEnd) {
      await new Promise((resolve) => setImmediate(resolve))
      sliceEnd = performance.now() + SLICE_MS
    }
    // The pool may have dropped or replaced it while others were served.
    if (pool.get(tx.hash) !== tx) {
      best.skip(tx)
      continue
    }
    try {
      builder.apply(tx.bytes)
      included++
    } catch (error) {
      best.skip(tx)
      if (error instanceof TransactionValidityError) {
        if (isMisfit(error) && ++misfits > MAX_MISFITS) break
        if (!isMisfit(error) && !isFuture(error)) invalid.push(tx.hash)
      } else {
        // A mistake of the runtime's. The builder has undone the transaction; without it the chain goes on.
        if (!(error instanceof ScaleError)) report(tx.hash, error)
        invalid.push(tx.hash)
      }
    }
  }
  return { included, invalid }
}

const isMisfit = ({ value }: TransactionValidityError) =>
  value.type === 'Invalid' && value.value.type === 'ExhaustsResources'

/** Its nonce is not next: it waits. */
const isFuture = ({ value }: TransactionValidityError) => value.type === 'Invalid' && value.value.type === 'Future'
