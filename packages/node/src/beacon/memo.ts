/**
 * Work with pulses that is done before the block that needs it. Pairings take 10 to 20 ms each: the feed verifies a
 * pulse and opens the messages locked to it before it submits the pulse, and the block finds the results here.
 */
import { bytesToHex } from '@neurite/primitives/bytes'
import { isNeuriteError, type NeuriteError } from '@neurite/primitives/errors'
import { blake2_256 } from '@neurite/primitives/hash'
import { decrypt, verifyPulse } from '@neurite/primitives/timelock'
import type { TimelockHost } from '@neurite/runtime/frame'

type Outcome<T> = { readonly value: T } | { readonly error: NeuriteError }

export interface TimelockMemo extends TimelockHost {
  /** Results kept, of both kinds. */
  readonly remembered: number
}

/** The functions of `@neurite/primitives/timelock`, each result computed once. Failures are results too. */
export function createTimelockMemo(capacity = 4096): TimelockMemo {
  const pulses = new Map<string, Outcome<boolean>>()
  const messages = new Map<string, Outcome<Uint8Array>>()

  function once<T>(kept: Map<string, Outcome<T>>, key: string, compute: () => T): T {
    let outcome = kept.get(key)
    if (outcome === undefined) {
      outcome = attempt(compute)
      if (kept.size >= capacity) kept.delete(kept.keys().next().value!)
      kept.set(key, outcome)
    }
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  return {
    get remembered() {
      return pulses.size + messages.size
    },
    verifyPulse(publicKey, round, signature) {
      const key = `${bytesToHex(publicKey)} ${round} ${bytesToHex(signature)}`
      return once(pulses, key, () => verifyPulse(publicKey, round, signature))
    },
    decrypt(ciphertext, signature) {
      const key = `${bytesToHex(blake2_256(ciphertext))} ${bytesToHex(signature)}`
      return once(messages, key, () => decrypt(ciphertext, signature))
    },
  }
}

function attempt<T>(compute: () => T): Outcome<T> {
  try {
    return { value: compute() }
  } catch (error) {
    if (isNeuriteError(error)) return { error }
    throw error
  }
}
