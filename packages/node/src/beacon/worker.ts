/** Thread for pairings: takes one job after the other and answers each. */
import { parentPort } from 'node:worker_threads'
import { isNeuriteError } from '@neurite/primitives/errors'
import { decrypt, type PairingBytes, pairingBytes, verifyPulse } from '@neurite/primitives/timelock'
import { loadPairing } from './pairing.ts'

export type Job =
  | { readonly kind: 'verify'; readonly publicKey: Uint8Array; readonly round: bigint; readonly signature: Uint8Array }
  | { readonly kind: 'decrypt'; readonly ciphertext: Uint8Array; readonly signature: Uint8Array }

export type Answer =
  | { readonly value: boolean | Uint8Array }
  | { readonly error: { readonly code: string; readonly shortMessage: string; readonly details: readonly string[] } }

let loading: Promise<PairingBytes> | undefined

/** Loaded for the first message that is to be opened. Where WebAssembly cannot be had, slower ones do. */
function fastPairing(): Promise<PairingBytes> {
  loading ??= loadPairing().catch(() => pairingBytes)
  return loading
}

async function answer(job: Job): Promise<Answer> {
  try {
    if (job.kind === 'verify') return { value: verifyPulse(job.publicKey, job.round, job.signature) }
    return { value: decrypt(job.ciphertext, job.signature, await fastPairing()) }
  } catch (error) {
    if (!isNeuriteError(error)) throw error
    const { code, shortMessage, details } = error
    return { error: { code, shortMessage, details } }
  }
}

/** Answers go out in the order of the jobs. */
let last: Promise<void> = Promise.resolve()
parentPort!.on('message', (job: Job) => {
  last = last.then(async () => parentPort!.postMessage(await answer(job)))
})
