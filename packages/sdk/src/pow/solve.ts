/** Searching for work on one thread. */
import type { AccountId, Hash } from '@neurite/primitives/bytes'
import { createSealer, meetsDifficulty } from '@neurite/primitives/pow'

export interface WorkTask {
  /** Hash of a recent block: the work counts for the two blocks after it. */
  readonly blockHash: Hash
  /** The hotkey that registers. */
  readonly who: AccountId
  readonly difficulty: bigint
}

export interface Solution {
  readonly nonce: bigint
  /** What `register` takes as `work`: 32 bytes. */
  readonly seal: Uint8Array
}

export interface NonceRange {
  readonly from: bigint
  readonly count: number
  /** Distance of two nonces. @default 1 */
  readonly step?: bigint
}

/** The first nonce of the range whose seal meets the difficulty; undefined when none does. */
export function searchRange({ blockHash, who, difficulty }: WorkTask, range: NonceRange): Solution | undefined {
  const { from, count, step = 1n } = range
  const sealOf = createSealer(blockHash, who)
  let nonce = from
  for (let i = 0; i < count; i++) {
    const seal = sealOf(nonce)
    if (meetsDifficulty(seal, difficulty)) return { nonce, seal }
    nonce += step
  }
  return undefined
}
