/** What the chain will open when a round comes. */
import type { Ctx } from '@neurite/runtime/frame'
import { storage as commitments } from '@neurite/runtime/pallets/commitments'
import { storage as subtensor } from '@neurite/runtime/pallets/subtensor'

export interface Locked {
  readonly round: bigint
  readonly ciphertext: Uint8Array
}

/** Time-locked weights and commitments. */
export function* lockedMessages(ctx: Ctx): Iterable<Locked> {
  for (const [, commits] of subtensor.TimelockedWeightCommits.entries(ctx)) {
    for (const [, , ciphertext, round] of commits) yield { round, ciphertext }
  }
  for (const [netuid, who] of commitments.TimelockedIndex.get(ctx)) {
    for (const field of commitments.CommitmentOf.get(ctx, { netuid, who })?.info.fields ?? []) {
      if (field.type !== 'TimelockEncrypted') continue
      yield { round: field.value.reveal_round, ciphertext: field.value.encrypted }
    }
  }
}
