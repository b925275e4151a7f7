/** Proof of work for registrations, on networks that take it. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Solution, WorkTask } from './solve.ts'
import type { WorkerStart } from './worker.ts'

export { type NonceRange, type Solution, searchRange, type WorkTask } from './solve.ts'

export interface FindWorkOptions {
  /** Threads to search on. @default one less than the cores, at least 1 */
  readonly threads?: number
  /** First nonce. @default 0 */
  readonly from?: bigint
  /** Gives up: a new block has come, say. */
  readonly signal?: AbortSignal
}

/** The built worker: beside this file when built, in the build folder when this is run from source. */
const workerFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/pow/worker.js' : './worker.js', import.meta.url),
)

/**
 * Searches on several threads and resolves with the first solution found.
 * @throws NeuriteError `SearchStopped` when the signal stops it
 */
export async function findWork(task: WorkTask, options: FindWorkOptions = {}): Promise<Solution> {
  const { from = 0n, signal } = options
  const threads = Math.max(1, Math.floor(options.threads ?? availableParallelism() - 1))
  if (signal?.aborted) throw stopped()
  const workers = Array.from({ length: threads }, (_, i) => {
    const start: WorkerStart = { task, from: from + BigInt(i), step: BigInt(threads) }
    return new Worker(workerFile, { execArgv: [], workerData: start })
  })
  let onAbort: (() => void) | undefined
  try {
    return await new Promise<Solution>((resolve, reject) => {
      onAbort = () => reject(stopped())
      signal?.addEventListener('abort', onAbort, { once: true })
      for (const worker of workers) worker.once('message', resolve).once('error', reject)
    })
  } finally {
    if (onAbort) signal?.removeEventListener('abort', onAbort)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function stopped(): NeuriteError {
  return new NeuriteError('SearchStopped', 'The search for work was stopped.', {
    details: ['Start another on the newest block: work counts for two blocks only.'],
  })
}
