/** Pairings on a thread of their own, so that the node answers and makes blocks meanwhile. */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Answer, Job } from './worker.ts'

export interface TimelockThread {
  /** Rejects with `NoThread` when the thread cannot be had; then the caller does the work itself. */
  run(job: Job): Promise<Answer>
  close(): Promise<void>
}

/** The built worker: beside this file when built, in the build folder when this is run from source. */
const workerFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/beacon/worker.js' : './worker.js', import.meta.url),
)

interface Waiting {
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** The thread starts with the first job, and does not keep the process alive. */
export function createTimelockThread(file: string = workerFile): TimelockThread {
  let worker: Worker | undefined
  let isBroken = false
  /** In the order of the jobs: the thread answers in that order. */
  const waiting: Waiting[] = []

  function fail(cause: unknown): void {
    isBroken = true
    worker = undefined
    const error = new NeuriteError('NoThread', 'The thread for pairings has ended.', {
      details: ['The work is done on the main thread from now on.'],
      cause,
    })
    for (const each of waiting.splice(0)) each.reject(error)
  }

  function start(): Worker {
    const started = new Worker(file, { execArgv: [] })
    started.on('message', (answer: Answer) => {
      waiting.shift()?.resolve(answer)
      if (waiting.length === 0) started.unref()
    })
    started.on('error', fail)
    started.on('exit', () => fail(undefined))
    return started
  }

  return {
    run(job) {
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        if (isBroken) return fail(undefined)
        worker ??= start()
        worker.ref()
        worker.postMessage(job)
      })
    },
    async close() {
      const ended = worker
      isBroken = true
      await ended?.terminate()
    },
  }
}
