/**
 * Damage to everything that consensus reads from strangers: time-locked messages, pulses, weights, commitments, the
 * states that programs hand to the kernel, and explanations that clients read. Each is taken or refused with a declared error, and the work is counted.
 *
 * `NEURITE_FUZZ_CASES` sets the cases in all, `NEURITE_FUZZ_SEED` repeats a run.
 */
import { describe } from 'vitest'
import { explanationTargets } from './explanationTargets.ts'
import { kernelTargets } from './kernelTargets.ts'
import { testTargets } from './suite.ts'
import { timelockTargets } from './timelockTargets.ts'
import { weightTargets } from './weightTargets.ts'

describe('fuzz of consensus', () =>
  testTargets([...timelockTargets, ...weightTargets, ...kernelTargets, ...explanationTargets]))
