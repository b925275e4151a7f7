/**
 * The bad miner: counts of hashed words with random signs, nothing learnt, nothing weighted. A frequent word counts like
 * a telling one, and words that share a slot cannot be told apart.
 */
import type { MinerEnvironment } from '@neurite/sdk/mechanism'
import { wordsOf } from './disguise.ts'
import { hashText } from './features.ts'
import type { EmbedAnswer, EmbedAsk } from './protocol.ts'
import { unitOrFirst } from './vectors.ts'

export function createBadMiner({ seed }: Pick<MinerEnvironment, 'seed'>): (ask: EmbedAsk) => EmbedAnswer {
  const start = hashText(seed, 0)
  return ({ texts, dims }) => ({
    vectors: texts.map((text) => {
      const vector = new Float32Array(dims)
      for (const word of wordsOf(text)) {
        const hash = hashText(word, start)
        vector[(hash & 0x7fffffff) % dims]! += hash >>> 31 === 1 ? 1 : -1
      }
      return unitOrFirst(vector)
    }),
  })
}
