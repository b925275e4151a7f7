/**
 * Work with pulses that is done before the block that needs it. Pairings take 10 to 20 ms each: the feed verifies a
 * pulse and opens the messages locked to it before it submits the pulse, and the block finds the results here.
 */
import { bytesToHex } from '@neurite/primitives/bytes'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import { blake2_256 } from '@neurite/primitives/hash'
import { decrypt, verifyPulse } from '@neurite/primitives/timelock'
import type { TimelockHost } from '@neurite/runtime/frame'
import type { TimelockThread } from './thread.ts'
import type { Job } from './worker.ts'

type Outcome = { readonly value: boolean | Uint8Array } | { readonly error: NeuriteError }

export interface TimelockMemo extends TimelockHost {
  /** As `verifyPulse`, on the thread if there is one. */
  verifyPulseAhead(publicKey: Uint8Array, round: bigint, signature: Uint8Array): Promise<boolean>
  /** Makes the result of `decrypt` known, whether the message opens or not. */
  decryptAhead(ciphertext: Uint8Array, signature: Uint8Array): Promise<void>
  /** Results kept. */
  readonly remembered: number
}

export interface TimelockMemoOptions {
  readonly capacity?: number
  readonly thread?: TimelockThread
}

/** The functions of `@neurite/primitives/timelock`, each result computed once. Failures are results too. */
export function createTimelockMemo({ capacity = 4096, thread }: TimelockMemoOptions = {}): TimelockMemo {
  const outcomes = new Map<string, Outcome>()

  function keep(key: string, outcome: Outcome): Outcome {
    if (outcomes.size >= capacity) outcomes.delete(outcomes.keys().next().value!)
    outcomes.set(key, outcome)
    return outcome
  }

  function now(job: Job): Outcome {
    const key = keyOf(job)
    return outcomes.get(key) ?? keep(key, compute(job))
  }

  async function ahead(job: Job): Promise<Outcome> {
    const known = outcomes.get(keyOf(job))
    if (known) return known
    if (!thread) return now(job)
    try {
      const answer = await thread.run(job)
      if ('value' in answer) return keep(keyOf(job), answer)
      const { code, shortMessage, details } = answer.error
      return keep(keyOf(job), { error: new NeuriteError(code, shortMessage, { details }) })
    } catch (error) {
      if (isNeuriteError(error, 'NoThread')) return now(job)
      throw error
    }
  }

  return {
    get remembered() {
      return outcomes.size
    },
    verifyPulse: (publicKey, round, signature) =>
      resultOf(now({ kind: 'verify', publicKey, round, signature })) as boolean,
    decrypt: (ciphertext, signature) => resultOf(now({ kind: 'decrypt', ciphertext, signature })) as Uint8Array,
    async verifyPulseAhead(publicKey, round, signature) {
      return resultOf(await ahead({ kind: 'verify', publicKey, round, signature })) as boolean
    },
    async decryptAhead(ciphertext, signature) {
      await ahead({ kind: 'decrypt', ciphertext, signature })
    },
  }
}

function keyOf(job: Job): string {
  if (job.kind === 'verify') return `${bytesToHex(job.publicKey)} ${job.round} ${bytesToHex(job.signature)}`
  return `${bytesToHex(blake2_256(job.ciphertext))} ${bytesToHex(job.signature)}`
}

function compute(job: Job): Outcome {
  try {
    if (job.kind === 'verify') return { value: verifyPulse(job.publicKey, job.round, job.signature) }
    return { value: decrypt(job.ciphertext, job.signature) }
  } catch (error) {
    if (isNeuriteError(error)) return { error }
    throw error
  }
}

function resultOf(outcome: Outcome): boolean | Uint8Array {
  if ('error' in outcome) throw outcome.error
  return outcome.value
}
