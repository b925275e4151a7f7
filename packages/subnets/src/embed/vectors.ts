/** Small vector arithmetic shared by the trainer and the miners. */

/** Adds the rows of every feature of `words` to `out`. */
export function addText(rows: Float32Array, dims: number, words: readonly Int32Array[], out: Float32Array): void {
  for (const word of words) {
    for (const bucket of word) {
      const from = bucket * dims
      for (let k = 0; k < dims; k++) out[k]! += rows[from + k]!
    }
  }
}

/** Scales `vector` to length 1 in place and returns its length before; a zero vector stays. */
export function normalise(vector: Float32Array): number {
  let square = 0
  for (let k = 0; k < vector.length; k++) square += vector[k]! * vector[k]!
  const length = Math.sqrt(square)
  if (length > 0) for (let k = 0; k < vector.length; k++) vector[k]! /= length
  return length
}

/** `vector` scaled to length 1; the first axis when it is zero (a text without any known word still needs an answer). */
export function unitOrFirst(vector: Float32Array): Float32Array {
  if (normalise(vector) === 0) vector[0] = 1
  return vector
}
