/**
 * The ok miner: TF-IDF of words and letter trigrams, the classic of text matching, brought to the asked dimensions by a
 * random projection (each term gets Gaussian numbers drawn from its hash). It knows which words tell, but no synonyms.
 */
import type { MinerEnvironment } from '@neurite/sdk/mechanism'
import { createRng } from '@neurite/sdk/mechanism'
import { documentOf, loadCard } from './card.ts'
import { wordsOf } from './disguise.ts'
import type { EmbedAnswer, EmbedAsk } from './protocol.ts'
import { unitOrFirst } from './vectors.ts'

/** Projected terms kept; the rest is drawn again. */
const REMEMBERED = 40_000

/** Each word, marked with `=`, followed by its trigrams. */
export function termsOf(text: string): string[] {
  return wordsOf(text).flatMap((word) => {
    const padded = `<${word}>`
    const terms = [`=${word}`]
    for (let at = 0; at + 3 <= padded.length; at++) terms.push(padded.slice(at, at + 3))
    return terms
  })
}

/** Inverse document frequency of each term of `texts`, in nats. Terms never seen weigh 0: nothing is known of them. */
export function documentFrequencies(
  texts: readonly string[],
  terms: (text: string) => readonly string[],
): (term: string) => number {
  const counts = new Map<string, number>()
  for (const text of texts) for (const term of new Set(terms(text))) counts.set(term, (counts.get(term) ?? 0) + 1)
  return (term) => {
    const count = counts.get(term)
    return count === undefined ? 0 : Math.log((texts.length + 1) / (count + 1))
  }
}

let weights: ((term: string) => number) | undefined

export function createOkMiner({ seed }: Pick<MinerEnvironment, 'seed'>): (ask: EmbedAsk) => EmbedAnswer {
  weights ??= documentFrequencies(loadCard().training.map(documentOf), termsOf)
  const idf = weights
  const projected = new Map<string, Float32Array>()

  function project(term: string, dims: number): Float32Array {
    const key = `${dims}/${term}`
    let found = projected.get(key)
    if (found === undefined) {
      const rng = createRng(`embed/ok/${seed}/${term}`)
      found = Float32Array.from({ length: dims }, () => rng.normal())
      if (projected.size < REMEMBERED) projected.set(key, found)
    }
    return found
  }

  return ({ texts, dims }) => ({
    vectors: texts.map((text) => {
      const vector = new Float32Array(dims)
      for (const term of termsOf(text)) {
        const weight = idf(term)
        if (weight === 0) continue
        const direction = project(term, dims)
        for (let k = 0; k < dims; k++) vector[k]! += weight * direction[k]!
      }
      return unitOrFirst(vector)
    }),
  })
}
