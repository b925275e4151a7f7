/** Putting transactions of the pool into a block that is being built. */
import type { Hash } from '@neurite/primitives/bytes'
import { ScaleError } from '@neurite/primitives/scale'
import type { BlockBuilder } from '@neurite/runtime/executive'
import { TransactionValidityError } from '@neurite/runtime/frame'
import type { Pool } from '../pool/index.ts'

export interface FillOptions {
  /** Of `performance.now`. */
  readonly deadline: number
  /** Most transactions to include. */
  readonly limit: number
  /** Told of errors that are no fault of the transaction. */
  readonly report: (hash: Hash, error: unknown) => void
}

export interface FillResult {
  /** In their order in the block. */
  readonly included: readonly Hash[]
  /** Those that turned out invalid on top of this block. */
  readonly invalid: readonly Hash[]
}

/** Transactions that do not fit before the rest is left for the next block: smaller ones may still. */
const MAX_MISFITS = 8
/** Milliseconds of work between two returns to the event loop. */
const SLICE_MS = 10

/** Applies ready transactions in the pool's order until the block is full, or a limit of `options` is reached. */
export async function fillBlock(builder: BlockBuilder, pool: Pool, options: FillOptions): Promise<FillResult> {
  const invalid: Hash[] = []
  const included: Hash[] = []
  let misfits = 0
  let sliceEnd = performance.now() + SLICE_MS
  const best = pool.best()
  for (const tx of best) {
    const now = performance.now()
    if (now >= options.deadline || included.length >= options.limit) break
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
      included.push(tx.hash)
    } catch (error) {
      best.skip(tx)
      if (error instanceof TransactionValidityError) {
        if (isMisfit(error) && ++misfits > MAX_MISFITS) break
        if (!isMisfit(error) && !isFuture(error)) invalid.push(tx.hash)
      } else {
        // A mistake of the runtime's. The builder has undone the transaction; without it the chain goes on.
        if (!(error instanceof ScaleError)) options.report(tx.hash, error)
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
