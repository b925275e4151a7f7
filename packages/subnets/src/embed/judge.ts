/** Facts about embeddings of a task. What they are worth is said in `subnet.ts`. */
import type { Judged } from '@neurite/sdk/mechanism'
import { type EmbedAnswer, type EmbedAsk, isUnitMatrix } from './protocol.ts'
import type { EmbedTruth } from './task.ts'

export interface EmbedMetrics {
  /** The answer is a matrix of unit vectors of the size asked for. */
  readonly valid: boolean
  /** Mean surprise at the right entry among all entries. @unit nats; ln(entries) is chance */
  readonly loss: number
  /** Share of questions whose right entry is the nearest. */
  readonly recall: number
  /** Mean of 1 / place of the right entry. */
  readonly reciprocalRank: number
  /** @unit bytes of the answer per millisecond */
  readonly rate: number
}

/** Cosines are multiplied by this before the softmax. */
const SHARPNESS = 20

/** Loss of an answer that is no matrix: above chance for any task. @unit nats */
const WORST_LOSS = 20

export function judge({ truth, answers }: Judged<EmbedAsk, EmbedAnswer, EmbedTruth>): EmbedMetrics[] {
  return answers.map(({ value: { vectors }, bytes, serviceMs }) => {
    const rate = bytes / serviceMs
    if (!isUnitMatrix(vectors, truth.rows, truth.dims)) {
      return { valid: false, loss: WORST_LOSS, recall: 0, reciprocalRank: 0, rate }
    }
    return { valid: true, ...retrieval(vectors, truth), rate }
  })
}

export function retrieval(
  vectors: readonly Float32Array[],
  { pairs, documents }: Pick<EmbedTruth, 'pairs' | 'documents'>,
): Pick<EmbedMetrics, 'loss' | 'recall' | 'reciprocalRank'> {
  let loss = 0
  let hits = 0
  let reciprocal = 0
  for (const { question, document } of pairs) {
    const cosines = documents.map((other) => dot(vectors[question]!, vectors[other]!))
    const right = cosines[documents.indexOf(document)]!
    let total = 0
    // An equal cosine counts as nearer: an embedder that maps everything to one point finds nothing.
    let place = 0
    for (const cosine of cosines) {
      total += Math.exp(SHARPNESS * (cosine - right))
      if (cosine >= right) place++
    }
    loss += Math.log(total)
    reciprocal += 1 / place
    if (place === 1) hits++
  }
  return { loss: loss / pairs.length, recall: hits / pairs.length, reciprocalRank: reciprocal / pairs.length }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/**
 * Likeness of two answers to one ask, 1 if one is the other turned in space: linear centred kernel alignment of the
 * cosines between all texts. Different backends trained on the same data stay clearly below 1.
 */
export function kernelAlignment(a: EmbedAnswer, b: EmbedAnswer): number {
  const rows = a.vectors.length
  if (rows === 0 || b.vectors.length !== rows) return 0
  const first = centredKernel(a.vectors)
  const second = centredKernel(b.vectors)
  let cross = 0
  let squareA = 0
  let squareB = 0
  for (let i = 0; i < first.length; i++) {
    cross += first[i]! * second[i]!
    squareA += first[i]! * first[i]!
    squareB += second[i]! * second[i]!
  }
  return squareA === 0 || squareB === 0 ? 0 : cross / Math.sqrt(squareA * squareB)
}

const kernels = new WeakMap<readonly Float32Array[], Float64Array>()

/** Gram matrix of the vectors with row and column means removed. Kept per answer: it is compared with many others. */
function centredKernel(vectors: readonly Float32Array[]): Float64Array {
  const known = kernels.get(vectors)
  if (known !== undefined) return known
  const n = vectors.length
  const kernel = new Float64Array(n * n)
  const means = new Float64Array(n)
  let mean = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = vectors[i]!.length === vectors[j]!.length ? dot(vectors[i]!, vectors[j]!) : 0
      kernel[i * n + j] = value
      kernel[j * n + i] = value
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += kernel[i * n + j]!
    means[i] = sum / n
    mean += sum / (n * n)
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) kernel[i * n + j]! += mean - means[i]! - means[j]!
  kernels.set(vectors, kernel)
  return kernel
}
