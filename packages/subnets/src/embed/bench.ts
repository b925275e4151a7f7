/**
 * Measures the reference miners and cheats of `embed` on held-out tasks and prints a table.
 *
 *   node packages/subnets/dist/embed/bench.js [rounds] [seeds]
 */
import {
  createRng,
  flaky,
  fromQ,
  garbage,
  random,
  type SimulatedMiner,
  silent,
  simulate,
  staleCopier,
  sybils,
  wired,
} from '@neurite/sdk/mechanism'
import { documentOf, loadCard } from './card.ts'
import { wordsOf } from './disguise.ts'
import { createFeatures, hashText } from './features.ts'
import { embed } from './index.ts'
import { retrieval } from './judge.ts'
import { createBadMiner } from './miner-bad.ts'
import { embedWith, trainedTable } from './miner-good.ts'
import { createMemoriser } from './miner-memoriser.ts'
import { createOkMiner, documentFrequencies } from './miner-ok.ts'
import type { EmbedAnswer, EmbedAsk } from './protocol.ts'
import { drawTask } from './task.ts'
import { unitOrFirst } from './vectors.ts'

const rounds = Number(process.argv[2] ?? 40)
const seeds = Number(process.argv[3] ?? 3)
const card = loadCard()

type Embedder = (ask: EmbedAsk) => EmbedAnswer
const perText =
  (of: (text: string) => Float32Array): Embedder =>
  ({ texts }) => ({ vectors: texts.map(of) })

/** TF-IDF without any loss of dimensions: the strongest plain word matching. */
function sparseTfidf(): Embedder {
  const idf = documentFrequencies(card.training.map(documentOf), wordsOf)
  return perText((text) => {
    const vector = new Float32Array(1 << 14)
    for (const word of wordsOf(text)) vector[hashText(word, 1) & 16_383]! += idf(word)
    return unitOrFirst(vector)
  })
}

/** Character trigrams hashed to the task's dimensions. */
function trigrams(dims: number): Embedder {
  const features = createFeatures({ buckets: 1 << 20, words: false, grams: [3, 3], seed: 3 })
  return perText((text) => {
    const vector = new Float32Array(dims)
    for (const word of features.ofText(text)) for (const b of word) vector[(b >>> 1) % dims]! += (b & 1) === 1 ? 1 : -1
    return unitOrFirst(vector)
  })
}

const started = performance.now()
const table = trainedTable({ seed: 'bench' })
const trainSeconds = (performance.now() - started) / 1000
const embedders: Record<string, Embedder> = {
  'good: trained, 128-d': embedWith(table),
  'ok: TF-IDF projected, 128-d': createOkMiner({ seed: 'bench' }),
  'bad: hashed counts, 128-d': createBadMiner({ seed: 'bench' }),
  memoriser: createMemoriser({ seed: 'bench' }),
  'baseline: TF-IDF, 16384-d': sparseTfidf(),
  'baseline: trigrams, 128-d': trigrams(128),
}

console.log(`card ${card.name}: ${card.training.length} training, ${card.heldOut.length} held out`)
console.log(`training the good miner: ${trainSeconds.toFixed(1)} s`)
console.log('miner                         recall@1   MRR   loss   texts/s')
for (const [name, answer] of Object.entries(embedders)) {
  const rng = createRng('bench/tasks')
  let [recall, reciprocal, loss, texts, ms] = [0, 0, 0, 0, 0]
  for (let i = 0; i < rounds; i++) {
    const { ask, truth } = drawTask(rng, card.heldOut, card.thesaurus)
    const from = performance.now()
    const { vectors } = answer(ask)
    ms += performance.now() - from
    texts += ask.texts.length
    const found = retrieval(vectors, truth)
    recall += found.recall / rounds
    reciprocal += found.reciprocalRank / rounds
    loss += found.loss / rounds
  }
  console.log(
    `${name.padEnd(30)}${recall.toFixed(3).padStart(7)}${reciprocal.toFixed(3).padStart(8)}${loss.toFixed(3).padStart(7)}${Math.round(
      (texts / ms) * 1000,
    )
      .toString()
      .padStart(10)}`,
  )
}

const make = (name: string, answer: Embedder): SimulatedMiner => ({ name, answer: wired(embed, answer) })
const totals = new Map<string, number>()
for (let seed = 0; seed < seeds; seed++) {
  const good = wired(embed, embedWith(table))
  const { standings } = await simulate(embed, {
    seed: `bench/${seed}`,
    rounds: 20,
    miners: [
      { name: 'good', answer: good },
      make('ok', createOkMiner({ seed: `${seed}` })),
      make('bad', createBadMiner({ seed: `${seed}` })),
      make('memoriser', createMemoriser({ seed: `${seed}` })),
      flaky(wired(embed, createOkMiner({ seed: `flaky ${seed}` })), 0.5, `${seed}`),
      staleCopier(wired(embed, createOkMiner({ seed: `copied ${seed}` }))),
      random(embed, `${seed}`),
      garbage(`${seed}`),
      silent(),
      ...sybils(wired(embed, createOkMiner({ seed: `sybil ${seed}` })), 3),
    ],
  })
  for (const { name, share } of standings) totals.set(name, (totals.get(name) ?? 0) + fromQ(share) / seeds)
}
console.log(`\npay after 20 rounds, mean of ${seeds} seeds`)
for (const [name, share] of totals) console.log(`${name.padEnd(30)}${(100 * share).toFixed(1).padStart(6)} %`)
