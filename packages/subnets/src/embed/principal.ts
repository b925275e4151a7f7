/**
 * Turns the trained space so that its first axes carry most of the variance. Cosines stay as they are, and a caller who
 * asks for fewer dimensions gets the best of them.
 */
import { documentOf, type GlossCard } from './card.ts'
import { type Table, tableFeatures } from './trainer.ts'
import { addText, normalise } from './vectors.ts'

/** Documents the axes are estimated from. */
const SAMPLE = 2_000

export function rotateToAxes(table: Table, card: Pick<GlossCard, 'training'>): Table {
  const { dims, rows, buckets } = table
  const features = tableFeatures(buckets)
  const moments = new Float64Array(dims * dims)
  const stride = Math.max(1, Math.floor(card.training.length / SAMPLE))
  for (let i = 0; i < card.training.length; i += stride) {
    const vector = new Float32Array(dims)
    addText(rows, dims, features.ofText(documentOf(card.training[i]!)), vector)
    normalise(vector)
    for (let a = 0; a < dims; a++) for (let b = 0; b <= a; b++) moments[a * dims + b]! += vector[a]! * vector[b]!
  }
  for (let a = 0; a < dims; a++) for (let b = 0; b < a; b++) moments[b * dims + a] = moments[a * dims + b]!
  const axes = eigenvectors(moments, dims)

  const turned = new Float32Array(rows.length)
  for (let row = 0; row < buckets; row++) {
    const from = row * dims
    for (let axis = 0; axis < dims; axis++) {
      let sum = 0
      for (let k = 0; k < dims; k++) sum += rows[from + k]! * axes[axis * dims + k]!
      turned[from + axis] = sum
    }
  }
  return { dims, buckets, rows: turned }
}

/** Eigenvectors of a symmetric matrix as rows, largest eigenvalue first (cyclic Jacobi rotations). */
function eigenvectors(matrix: Float64Array, n: number): Float64Array {
  const a = matrix.slice()
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  for (let sweep = 0; sweep < 12; sweep++) {
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = a[p * n + q]!
        if (Math.abs(off) < 1e-9) continue
        const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * off)
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
        const cos = 1 / Math.sqrt(t * t + 1)
        const sin = t * cos
        for (let k = 0; k < n; k++) {
          const left = a[k * n + p]!
          const right = a[k * n + q]!
          a[k * n + p] = cos * left - sin * right
          a[k * n + q] = sin * left + cos * right
        }
        for (let k = 0; k < n; k++) {
          const up = a[p * n + k]!
          const down = a[q * n + k]!
          a[p * n + k] = cos * up - sin * down
          a[q * n + k] = sin * up + cos * down
          const vp = vectors[p * n + k]!
          const vq = vectors[q * n + k]!
          vectors[p * n + k] = cos * vp - sin * vq
          vectors[q * n + k] = sin * vp + cos * vq
        }
      }
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((x, y) => a[y * n + y]! - a[x * n + x]!)
  const out = new Float64Array(n * n)
  order.forEach((from, to) => {
    out.set(vectors.subarray(from * n, (from + 1) * n), to * n)
  })
  return out
}
