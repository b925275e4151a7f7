/**
 * Trains the embedder of the good miner: a table of hashed word and n-gram vectors, summed and normalised, so that a
 * disguised question lies near its document and away from near senses (contrastive loss, InfoNCE).
 *
 * It starts as a random projection of TF-IDF, so even an interrupted training is a working embedder. Everything is
 * drawn from the seed: the same seed and card give the same table.
 */
import { createRng, type Rng } from '@neurite/sdk/mechanism'
import { documentOf, type GlossCard, type Meaning } from './card.ts'
import { DISGUISE, type DisguiseOptions, disguise } from './disguise.ts'
import { families } from './families.ts'
import { createFeatures, type FeatureExtractor } from './features.ts'
import { addText, normalise } from './vectors.ts'

export interface TrainOptions {
  readonly seed: string
  readonly dims: number
  readonly buckets: number
  readonly steps: number
  /** Question and document pairs in one step. */
  readonly batch: number
  readonly learningRate: number
  /** Divides the cosine before the softmax. */
  readonly temperature: number
  readonly disguise: DisguiseOptions
  /** Called after each step with the share done and the loss in nats. */
  readonly onProgress?: (done: number, loss: number) => void
}

export const TRAIN_DEFAULTS = {
  dims: 128,
  buckets: 1 << 15,
  steps: 200,
  batch: 96,
  learningRate: 0.3,
  temperature: 0.06,
  disguise: DISGUISE,
} as const satisfies Omit<TrainOptions, 'seed'>

/** n-gram lengths of the trained embedder. */
export const GRAMS = [3, 3] as const

export interface Table {
  readonly dims: number
  readonly buckets: number
  /** Row by bucket, `dims` numbers each. */
  readonly rows: Float32Array
}

export function tableFeatures(buckets: number): FeatureExtractor {
  return createFeatures({ buckets, words: true, grams: GRAMS })
}

/** Starting table: Gaussian rows scaled by the inverse document frequency of their bucket; n-grams weigh less. */
function startTable(
  rng: Rng,
  texts: readonly string[],
  features: FeatureExtractor,
  dims: number,
  buckets: number,
): Table {
  const documents = new Float64Array(buckets)
  const wordBuckets = new Uint8Array(buckets)
  for (const text of texts) {
    const seen = new Set<number>()
    for (const word of features.ofText(text)) {
      if (word.length > 0) wordBuckets[word[0]!] = 1
      for (const bucket of word) seen.add(bucket)
    }
    for (const bucket of seen) documents[bucket]! += 1
  }
  const rows = new Float32Array(buckets * dims)
  const scale = 1 / Math.sqrt(dims)
  for (let bucket = 0; bucket < buckets; bucket++) {
    const idf = Math.log((texts.length + 1) / (documents[bucket]! + 1))
    const weight = Math.sqrt(idf) * scale * (wordBuckets[bucket] === 1 ? 1 : 0.5)
    for (let k = 0; k < dims; k++) rows[bucket * dims + k] = weight * rng.normal()
  }
  return { dims, buckets, rows }
}

export function train(card: Pick<GlossCard, 'training' | 'thesaurus'>, options: TrainOptions): Table {
  const { dims, buckets, batch, temperature, learningRate, steps } = options
  const rng = createRng(`embed/train/${options.seed}`)
  const features = tableFeatures(buckets)
  const table = startTable(rng.fork('start'), card.training.map(documentOf), features, dims, buckets)
  const grouped = families(card.training)

  const documents = 2 * batch
  const questionVectors = new Float32Array(batch * dims)
  const documentVectors = new Float32Array(documents * dims)
  const questionSlopes = new Float32Array(batch * dims)
  const documentSlopes = new Float32Array(documents * dims)
  const chances = new Float32Array(documents)
  // Adagrad with one accumulator per row: rare features take large steps, common ones small.
  const energy = new Float32Array(buckets).fill(1e-4)
  let queue: Meaning[] = []

  for (let step = 0; step < steps; step++) {
    if (queue.length < batch) queue = rng.shuffle(card.training)
    const picks = queue.splice(-batch)
    const questions = picks.map((meaning) =>
      features.ofText(disguise(rng, meaning.definition, card.thesaurus, options.disguise)),
    )
    const entries = [...picks, ...picks.map((meaning) => rng.pick(grouped.get(meaning.family)!))]
    const texts = entries.map((meaning) => features.ofText(documentOf(meaning)))
    const questionNorms = questions.map((words, i) => embed(table, words, questionVectors, i))
    const documentNorms = texts.map((words, i) => embed(table, words, documentVectors, i))
    questionSlopes.fill(0)
    documentSlopes.fill(0)

    let loss = 0
    for (let i = 0; i < batch; i++) {
      const at = i * dims
      let highest = -Infinity
      for (let j = 0; j < documents; j++) {
        let dot = 0
        const to = j * dims
        for (let k = 0; k < dims; k++) dot += questionVectors[at + k]! * documentVectors[to + k]!
        // The right entry, drawn a second time as somebody's near sense, is no wrong answer.
        chances[j] = j !== i && entries[j] === entries[i] ? -Infinity : dot / temperature
        if (chances[j]! > highest) highest = chances[j]!
      }
      let total = 0
      for (let j = 0; j < documents; j++) {
        chances[j] = Math.exp(chances[j]! - highest)
        total += chances[j]!
      }
      loss -= Math.log(chances[i]! / total)
      for (let j = 0; j < documents; j++) {
        const slope = (chances[j]! / total - (j === i ? 1 : 0)) / temperature
        if (Math.abs(slope) < 1e-4) continue
        const to = j * dims
        for (let k = 0; k < dims; k++) {
          questionSlopes[at + k]! += slope * documentVectors[to + k]!
          documentSlopes[to + k]! += slope * questionVectors[at + k]!
        }
      }
    }
    const rate = learningRate * Math.min(1, 2 * (1 - step / steps))
    for (let i = 0; i < batch; i++)
      learn(table, energy, questions[i]!, questionVectors, questionSlopes, i, questionNorms[i]!, rate)
    for (let j = 0; j < documents; j++)
      learn(table, energy, texts[j]!, documentVectors, documentSlopes, j, documentNorms[j]!, rate)
    options.onProgress?.((step + 1) / steps, loss / batch)
  }
  return table
}

/** Writes the unit vector of a text to row `index` of `out`; returns the length before normalising. */
function embed(table: Table, words: readonly Int32Array[], out: Float32Array, index: number): number {
  const row = out.subarray(index * table.dims, (index + 1) * table.dims)
  row.fill(0)
  addText(table.rows, table.dims, words, row)
  return normalise(row)
}

/** One Adagrad step on every row a text uses. */
function learn(
  table: Table,
  energy: Float32Array,
  words: readonly Int32Array[],
  vectors: Float32Array,
  slopes: Float32Array,
  index: number,
  norm: number,
  rate: number,
): void {
  if (norm === 0) return
  const { dims, rows } = table
  const at = index * dims
  // Through the normalisation: only the part of the slope across the vector changes its direction.
  let along = 0
  for (let k = 0; k < dims; k++) along += slopes[at + k]! * vectors[at + k]!
  let size = 0
  for (let k = 0; k < dims; k++) {
    const slope = (slopes[at + k]! - along * vectors[at + k]!) / norm
    slopes[at + k] = slope
    size += slope * slope
  }
  size /= dims
  if (size === 0) return
  for (const word of words) {
    for (const bucket of word) {
      energy[bucket]! += size
      const stepSize = rate / Math.sqrt(energy[bucket]!) / 10
      const to = bucket * dims
      for (let k = 0; k < dims; k++) rows[to + k]! -= stepSize * slopes[at + k]!
    }
  }
}
