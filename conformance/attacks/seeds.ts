/** Where the numbers that a test may choose come from: fixed seeds, and one that differs with every run. */
import { randomFrom as generator } from '../../e2e/fuzz/random.ts'

/** Tables show what these give. */
export const FIXED_SEEDS: readonly number[] = [1, 2, 3]

/** Printed with the results; `NEURITE_ATTACK_SEED` repeats a run. */
export const FRESH_SEED: number = Number(process.env['NEURITE_ATTACK_SEED'] ?? Date.now() % 1_000_000_007)

export const SEEDS: readonly number[] = [...FIXED_SEEDS, FRESH_SEED]

/** Numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  const below = generator(seed)
  return () => below(2 ** 31) / 2 ** 31
}

/** For tests that take seconds by themselves, and longer where the machine does much else. */
export const UNHURRIED = { timeout: 300_000 } as const
