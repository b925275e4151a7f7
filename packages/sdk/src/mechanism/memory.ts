/**
 * What a validator remembers of a miner between rounds. Kept by hotkey, never by UID: a UID can change hands.
 * A round in which a miner was not asked changes nothing, so the luck of sampling moves no pay.
 */
import { NeuriteError } from '@neurite/primitives/errors'
import { I32F32 } from '@neurite/primitives/fixed'
import { type Q, Q_ONE, toQ } from './expr.ts'

export interface Memory {
  readonly kind: 'ema'
  /** Rounds after which an old score weighs half. */
  readonly halfLife: number
  /** Share of its first score a new miner starts with. */
  readonly newcomer: number
  /** Rounds a miner must have been asked in before it is paid: fewer say too little. */
  readonly min: number
}

export interface Remembered {
  readonly score: Q
  /** Rounds in which the miner was asked. */
  readonly rounds: number
}

/** Moving average. @default newcomer 1, min 1 */
function ema(options: { readonly halfLife: number; readonly newcomer?: number; readonly min?: number }): Memory {
  const { halfLife, newcomer = 1, min = 1 } = options
  if (!(halfLife > 0) || !(newcomer > 0 && newcomer <= 1) || !(Number.isInteger(min) && min >= 1)) {
    throw new NeuriteError(
      'InvalidPolicy',
      `Memory has half-life \`${halfLife}\`, newcomer \`${newcomer}\` and min \`${min}\`.`,
      { details: ['Expected a half-life above 0, a newcomer share above 0 and at most 1, and at least 1 round.'] },
    )
  }
  return { kind: 'ema', halfLife, newcomer, min }
}

export const over = { ema }

/** Memory after a round in which the miner was asked and got `score` (0 when it did not answer). */
export function remember(memory: Memory, before: Remembered | undefined, score: Q): Remembered {
  if (before === undefined) return { score: I32F32.mul(score, toQ(memory.newcomer)!), rounds: 1 }
  const rounds = before.rounds + 1
  // The plain mean until enough rounds are in: otherwise the luck of the first one would rule a whole half-life.
  const mean = Q_ONE / BigInt(rounds)
  const average = Q_ONE - toQ(2 ** (-1 / memory.halfLife))!
  const step = mean > average ? mean : average
  return { score: I32F32.add(before.score, I32F32.mul(I32F32.sub(score, before.score), step)), rounds }
}

/** The score that is paid: 0 for a miner that is unknown or was asked too seldom. */
export function paidScore(memory: Memory, held: Remembered | undefined): Q {
  return held === undefined || held.rounds < memory.min ? 0n : held.score
}
