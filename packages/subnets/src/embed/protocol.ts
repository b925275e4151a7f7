/** What is said between validator (or gateway) and miner. */
import { NeuriteError } from '@neurite/primitives/errors'
import { s, type ValueOf } from '@neurite/sdk/mechanism'

export const LIMITS = { texts: 96, characters: 2_000, dims: [16, 512] } as const

/** Turn these texts into vectors of `dims` numbers and length 1. */
export const askSchema = s.object({
  texts: s.array(s.text(LIMITS.characters), 1, LIMITS.texts),
  dims: s.int(...LIMITS.dims),
})

/** One vector per text, in order. */
export const answerSchema = s.object({ vectors: s.array(s.floats(LIMITS.dims[1]), 0, LIMITS.texts) })

export type EmbedAsk = ValueOf<typeof askSchema>
export type EmbedAnswer = ValueOf<typeof answerSchema>

/** Largest distance of a vector's length from 1. */
const LENGTH_TOLERANCE = 1e-3

export function isUnitMatrix(vectors: readonly Float32Array[], rows: number, dims: number): boolean {
  if (vectors.length !== rows) return false
  return vectors.every((vector) => {
    if (vector.length !== dims) return false
    let square = 0
    for (const value of vector) square += value * value
    return Math.abs(Math.sqrt(square) - 1) <= LENGTH_TOLERANCE
  })
}

/** The vectors of an answer, checked against the ask. @throws NeuriteError `InvalidAnswer` */
export function vectorsOf(ask: EmbedAsk, answer: EmbedAnswer): readonly Float32Array[] {
  if (!isUnitMatrix(answer.vectors, ask.texts.length, ask.dims)) {
    throw new NeuriteError('InvalidAnswer', `A miner answered ${answer.vectors.length} vectors.`, {
      details: [`Expected ${ask.texts.length} of length 1 with ${ask.dims} numbers each.`],
    })
  }
  return answer.vectors
}
