/**
 * Text as hashed features: each word, and the character n-grams inside it. A word that was mistyped or never seen keeps
 * most of its n-grams, so it still lands near its correct form.
 */
import { wordsOf } from './disguise.ts'

export interface FeatureOptions {
  /** Number of hash buckets; a power of two. */
  readonly buckets: number
  readonly words: boolean
  /** Lengths of character n-grams over `<word>`, from and to; absent for none. */
  readonly grams?: readonly [number, number]
  /** Changes where every feature lands. */
  readonly seed?: number
}

/** FNV-1a with a final mix (32 bits). */
export function hashText(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

export interface FeatureExtractor {
  /** Buckets of one word: the word itself first (if used), then its n-grams. */
  ofWord(word: string): Int32Array
  /** Buckets of every word of `text` in order. */
  ofText(text: string): Int32Array[]
}

/** Words remembered with their buckets; beyond it, strangers' words are computed anew. */
const REMEMBERED = 60_000

export function createFeatures({ buckets, words, grams, seed = 0 }: FeatureOptions): FeatureExtractor {
  const mask = buckets - 1
  const known = new Map<string, Int32Array>()

  function ofWord(word: string): Int32Array {
    const seen = known.get(word)
    if (seen !== undefined) return seen
    const found: number[] = words ? [hashText(word, seed) & mask] : []
    if (grams !== undefined) {
      const padded = `<${word}>`
      for (let n = grams[0]; n <= grams[1]; n++) {
        for (let at = 0; at + n <= padded.length; at++) found.push(hashText(padded.slice(at, at + n), seed ^ n) & mask)
      }
    }
    const result = Int32Array.from(found)
    if (known.size < REMEMBERED) known.set(word, result)
    return result
  }

  return { ofWord, ofText: (text) => wordsOf(text).map(ofWord) }
}
