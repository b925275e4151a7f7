/**
 * Seeded randomness: xoshiro128** started from the SHA-256 of a label. The same seed gives the same numbers on every
 * machine, so a round can be repeated from its seed. Not for keys.
 */
import { utf8ToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { sha256 } from '@neurite/primitives/hash'

export interface Rng {
  /** Uniform integer in 0..2^32-1. */
  u32(): number
  /** Uniform integer in 0..`bound`-1. */
  below(bound: number): number
  /** Uniform fraction in [0, 1) with 32 bits. */
  float(): number
  /** Standard normal number. */
  normal(): number
  /** True with probability `p`. */
  chance(p: number): boolean
  pick<T>(list: readonly T[]): T
  /** `count` different elements in random order; all of them when the list is shorter. */
  sample<T>(list: readonly T[], count: number): T[]
  /** A shuffled copy. */
  shuffle<T>(list: readonly T[]): T[]
  /** An independent generator: the same label from the same seed gives the same stream, whatever was drawn before. */
  fork(label: string): Rng
}

export function createRng(seed: string): Rng {
  const digest = new DataView(sha256(utf8ToBytes(seed)).buffer)
  let a = digest.getUint32(0, true)
  let b = digest.getUint32(4, true)
  let c = digest.getUint32(8, true)
  // A state of all zeros would stay zero; one set bit excludes it.
  let d = digest.getUint32(12, true) | 1

  function u32(): number {
    const scrambled = Math.imul(b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result
  }

  const float = () => u32() / 4_294_967_296

  /** Rejects the incomplete last range, so that no value is favoured. */
  function below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 4_294_967_296) {
      throw new NeuriteError('InvalidBound', `Random bound is \`${bound}\`.`, {
        details: ['Expected an integer from 1 to 2^32.'],
      })
    }
    const limit = 4_294_967_296 - (4_294_967_296 % bound)
    let value = u32()
    while (value >= limit) value = u32()
    return value % bound
  }

  function sample<T>(list: readonly T[], count: number): T[] {
    const pool = list.slice()
    const wanted = Math.min(count, pool.length)
    for (let i = 0; i < wanted; i++) {
      const other = i + below(pool.length - i)
      const held = pool[i]!
      pool[i] = pool[other]!
      pool[other] = held
    }
    return pool.slice(0, wanted)
  }

  return {
    u32,
    below,
    float,
    normal: () => Math.sqrt(-2 * Math.log(1 - float())) * Math.cos(2 * Math.PI * float()),
    chance: (p) => float() < p,
    pick: (list) => list[below(list.length)]!,
    sample,
    shuffle: (list) => sample(list, list.length),
    fork: (label) => createRng(`${seed}/${label}`),
  }
}
