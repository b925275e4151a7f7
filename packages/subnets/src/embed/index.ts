/** The subnet `embed`: vectors in which a half-remembered question lies next to its answer. */
import { base, deadline, defineSubnet, duplicates, literal, over, pay } from '@neurite/sdk/mechanism'
import { loadCard } from './card.ts'
import { judge, kernelAlignment } from './judge.ts'
import { createBadMiner } from './miner-bad.ts'
import { createGoodMiner } from './miner-good.ts'
import { createOkMiner } from './miner-ok.ts'
import { answerSchema, askSchema, type EmbedAnswer, type EmbedAsk, LIMITS, vectorsOf } from './protocol.ts'
import { TASK, task } from './task.ts'

export const embed = defineSubnet({
  name: 'embed',
  version: 1,
  shape: 'live',
  docs: 'Texts in, unit vectors out; paid for finding the entry a disguised question was made from.',
  ask: askSchema,
  answer: answerSchema,
  data: { glosses: { name: 'wordnet-glosses@1', licence: 'WordNet 3.0', load: loadCard } },
  task,
  judge,
  metrics: {
    valid: { unit: 'flag', better: 'higher', range: [0, 1] },
    loss: { unit: 'nats', better: 'lower' },
    recall: { unit: 'share', better: 'higher', range: [0, 1] },
    reciprocalRank: { unit: 'share', better: 'higher', range: [0, 1] },
    rate: { unit: 'bytes/ms', better: 'higher' },
  },
  // Quality from the bad reference miner (0) to no surprise at all (1); speed moves at most a tenth of it, so that a
  // fast answer without quality earns nothing.
  score: (x) => x.valid.gate(x.loss.between({ bad: base('bad'), good: 0 }).mul(literal(1).mix(0.1, x.rate.rank()))),
  guards: [duplicates<EmbedAnswer>({ by: kernelAlignment, above: 0.999 }), deadline(3_000)],
  memory: over.ema({ halfLife: 16, newcomer: 0.5, min: 5 }),
  // What a miner without any learning reaches by luck (0.12 or less in the bench) is not paid.
  pay: pay.geometric(0.8, { above: 0.2 }),
  organic: [
    {
      route: 'openai.embeddings',
      model: 'embed',
      limits: { inputs: LIMITS.texts, characters: LIMITS.characters, dimensions: LIMITS.dims },
      defaultDimensions: TASK.dims,
      toAsk: ({ inputs, dimensions }): EmbedAsk => ({ texts: inputs, dims: dimensions }),
      fromAnswer: vectorsOf,
    },
  ],
  miners: {
    good: { docs: 'A contrastively trained embedder of hashed words and n-grams.', create: createGoodMiner },
    ok: { docs: 'TF-IDF of words and trigrams under a random projection.', create: createOkMiner },
    bad: { docs: 'Counts of hashed words with random signs.', create: createBadMiner },
  },
})

export { type GlossCard, loadCard, parseCard } from './card.ts'
export { createMemoriser } from './miner-memoriser.ts'
export type { EmbedAnswer, EmbedAsk } from './protocol.ts'
