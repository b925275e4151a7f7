import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { NeuriteError } from '@neurite/primitives/errors'
import { itemSize, readVerdicts, type SignedItem, writeBatch } from './batch.ts'
import { assertNativeSecp256k1 } from './native.ts'
import type { BatchMessage } from './worker.ts'

export interface VerifierOptions {
  /** Threads to verify on. @default one less than the cores, at least 1 */
  readonly threads?: number
  /** Refuse to start without native ecdsa. @default false */
  readonly requireNative?: boolean
}

/** Verifies signatures on threads of its own. */
export interface SignatureVerifier {
  readonly threads: number
  /** Items handed in and not yet decided. */
  readonly pending: number
  /** One verdict for each of `items`, in their order. Malformed items are false. */
  verifyMany(items: readonly SignedItem[]): Promise<boolean[]>
  verifyOne(item: SignedItem): Promise<boolean>
  /** Decides what is pending, then ends the threads. Later calls reject with `VerifierClosed`. */
  close(): Promise<void>
}

/** Most items of one batch: about 8 ms of sr25519, so that a single urgent item never waits long. */
const BATCH_ITEMS = 64
/** Most bytes of one batch, unless a single item is larger. */
const BATCH_BYTES = 1 << 20

interface Job {
  readonly item: SignedItem
  decide(verdict: boolean): void
  fail(error: unknown): void
}

interface Thread {
  readonly worker: Worker
  /** The batch being verified; empty when idle. */
  jobs: readonly Job[]
  buffer: SharedArrayBuffer
}

/** The built worker: beside this file when built, in the build folder when this is run from source. */
const workerFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/verify/worker.js' : './worker.js', import.meta.url),
)

function closedError(): NeuriteError {
  return new NeuriteError('VerifierClosed', 'The signature verifier is closed.', {
    details: ['Verify before closing it, or create another.'],
  })
}

export function createVerifier(options: VerifierOptions = {}): SignatureVerifier {
  const size = Math.max(1, Math.floor(options.threads ?? availableParallelism() - 1))
  if (options.requireNative) assertNativeSecp256k1()

  const threads: Thread[] = []
  const queue: Job[] = []
  let taken = 0
  let closed = false
  let whenIdle: (() => void) | undefined

  function startThread(): Thread {
    const worker = new Worker(workerFile, { execArgv: [] })
    const thread: Thread = { worker, jobs: [], buffer: new SharedArrayBuffer(64 * 1024) }
    const finish = (settle: (job: Job, i: number) => void): void => {
      const { jobs } = thread
      thread.jobs = []
      worker.unref()
      jobs.forEach(settle)
    }
    worker.on('message', (count: number) => {
      const verdicts = readVerdicts(thread.buffer, count)
      finish((job, i) => job.decide(verdicts[i]!))
      dispatch()
    })
    worker.on('error', (cause) => {
      // A lost thread must never look like a bad signature: its items fail and the next batch starts a fresh thread.
      threads.splice(threads.indexOf(thread), 1)
      const error = new NeuriteError('VerifierCrashed', 'A signature verification thread ended unexpectedly.', {
        cause,
      })
      finish((job) => job.fail(error))
      dispatch()
    })
    worker.unref()
    threads.push(thread)
    return thread
  }

  /** The next items of the queue, at most a fair share for each thread. */
  function nextBatch(): Job[] {
    const share = Math.min(BATCH_ITEMS, Math.ceil((queue.length - taken) / size))
    const batch: Job[] = []
    let bytes = 0
    while (batch.length < share) {
      const job = queue[taken]!
      bytes += itemSize(job.item)
      if (batch.length > 0 && bytes > BATCH_BYTES) break
      batch.push(job)
      taken++
    }
    if (taken === queue.length) {
      queue.length = 0
      taken = 0
    } else if (taken > 4_096) {
      queue.splice(0, taken)
      taken = 0
    }
    return batch
  }

  function send(thread: Thread, jobs: readonly Job[]): void {
    const items = jobs.map((job) => job.item)
    const bytes = items.reduce((sum, item) => sum + itemSize(item), 0)
    if (thread.buffer.byteLength < bytes) thread.buffer = new SharedArrayBuffer(2 ** Math.ceil(Math.log2(bytes)))
    writeBatch(thread.buffer, items)
    thread.jobs = jobs
    thread.worker.ref()
    const message: BatchMessage = { buffer: thread.buffer, count: items.length }
    thread.worker.postMessage(message)
  }

  function dispatch(): void {
    while (queue.length > taken) {
      const idle = threads.find((thread) => thread.jobs.length === 0)
      if (idle !== undefined) send(idle, nextBatch())
      else if (threads.length < size) send(startThread(), nextBatch())
      else return
    }
    if (whenIdle !== undefined && threads.every((thread) => thread.jobs.length === 0)) whenIdle()
  }

  function enqueue(items: readonly SignedItem[]): Promise<boolean[]> {
    if (closed) return Promise.reject(closedError())
    if (items.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      const verdicts: boolean[] = new Array(items.length)
      let open = items.length
      items.forEach((item, i) => {
        queue.push({
          item,
          decide: (verdict) => {
            verdicts[i] = verdict
            if (--open === 0) resolve(verdicts)
          },
          fail: reject,
        })
      })
      dispatch()
    })
  }

  return {
    threads: size,
    get pending() {
      return queue.length - taken + threads.reduce((sum, thread) => sum + thread.jobs.length, 0)
    },
    verifyMany: enqueue,
    verifyOne: async (item) => (await enqueue([item]))[0]!,
    async close() {
      closed = true
      if (threads.some((thread) => thread.jobs.length > 0)) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve
        })
      }
      await Promise.all(threads.map((thread) => thread.worker.terminate()))
      threads.length = 0
    },
  }
}
