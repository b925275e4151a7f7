import { NeuriteError } from '@neurite/primitives/errors'
import { decrypt } from '@neurite/primitives/timelock'
import type { Ctx } from '../../frame/index.ts'

/** What was encrypted for the round whose pulse has `signature`; undefined when it does not open. */
export function openMessage(ctx: Ctx, ciphertext: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const { timelock } = ctx.host
  try {
    return timelock ? timelock.decrypt(ciphertext, signature) : decrypt(ciphertext, signature)
  } catch (error) {
    // The sender's mistake is its own loss. Anything else is a bug.
    if (error instanceof NeuriteError) return undefined
    throw error
  }
}
