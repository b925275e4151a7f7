/** Thread of the verification pool: takes a batch, writes the verdicts into it, says so. */
import { parentPort } from 'node:worker_threads'
import { verifyBatch } from './batch.ts'
import { verifyNative } from './native.ts'

/** A batch to verify; the same buffer serves many batches. */
export interface BatchMessage {
  readonly buffer: SharedArrayBuffer
  readonly count: number
}

parentPort!.on('message', ({ buffer, count }: BatchMessage) => {
  verifyBatch(buffer, count, verifyNative)
  parentPort!.postMessage(count)
})
