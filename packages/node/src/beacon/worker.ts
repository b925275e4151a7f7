/** Thread for pairings: takes one job after the other and answers each. */
import { parentPort } from 'node:worker_threads'
import { isNeuriteError } from '@neurite/primitives/errors'
import { decrypt, verifyPulse } from '@neurite/primitives/timelock'

export type Job =
  | { readonly kind: 'verify'; readonly publicKey: Uint8Array; readonly round: bigint; readonly signature: Uint8Array }
  | { readonly kind: 'decrypt'; readonly ciphertext: Uint8Array; readonly signature: Uint8Array }

export type Answer =
  | { readonly value: boolean | Uint8Array }
  | { readonly error: { readonly code: string; readonly shortMessage: string; readonly details: readonly string[] } }

function answer(job: Job): Answer {
  try {
    if (job.kind === 'verify') return { value: verifyPulse(job.publicKey, job.round, job.signature) }
    return { value: decrypt(job.ciphertext, job.signature) }
  } catch (error) {
    if (!isNeuriteError(error)) throw error
    const { code, shortMessage, details } = error
    return { error: { code, shortMessage, details } }
  }
}

parentPort!.on('message', (job: Job) => parentPort!.postMessage(answer(job)))
