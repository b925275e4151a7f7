/** Running a target many times: what it throws, how long one case takes, what it leaves in memory. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Random, randomFrom } from './random.ts'

/** What became of one frame: the reader took it, or refused it with an error that it declares. */
export type Outcome = 'taken' | 'refused'

export interface Target {
  readonly name: string
  /** Every so many cases of the others this one gets one: for what costs much more. @default 1 */
  readonly every?: number
  /**
   * Makes a valid frame from `random`, damages it unless `whole`, and has it read. Throws when the reader does
   * anything but take or refuse it.
   */
  run(random: Random, whole: boolean): Outcome | Promise<Outcome>
}

export interface FuzzReport {
  readonly cases: number
  readonly taken: number
  readonly refused: number
  /** Whole frames that were refused. */
  readonly wholeRefused: number
  readonly slowestMs: number
  readonly slowestSeed: number
  /** Bytes by which the heap grew between the second and the last quarter, each at its lowest. */
  readonly heapGrowth: number
}

/** Cases of a hundred that are left whole. */
const WHOLE_PERCENT = 10
/** Heap samples of one run. */
const SAMPLES = 16

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** @throws Error with the seed of the case, so that it can be run alone with `cases: 1`. */
export async function fuzz(
  target: Target,
  options: { readonly cases: number; readonly seed: number },
): Promise<FuzzReport> {
  const { cases, seed } = options
  const heap: number[] = []
  const sampleEvery = Math.max(1, Math.floor(cases / SAMPLES))
  const report = { taken: 0, refused: 0, wholeRefused: 0, slowestMs: 0, slowestSeed: seed }
  for (let i = 0; i < cases; i++) {
    const random = randomFrom(seed + i)
    const whole = random(100) < WHOLE_PERCENT
    const started = performance.now()
    let outcome: Outcome
    try {
      const result = target.run(random, whole)
      outcome = typeof result === 'string' ? result : await result
    } catch (cause) {
      const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
      throw new Error(`${target.name}: the case with seed ${seed + i} failed: ${text}`, { cause })
    }
    const took = performance.now() - started
    if (took > report.slowestMs) {
      report.slowestMs = took
      report.slowestSeed = seed + i
    }
    report[outcome]++
    if (whole && outcome === 'refused') report.wholeRefused++
    if (i % sampleEvery === 0) {
      // Timers and promises of the target get their turn, so that what they hold is let go.
      await new Promise((resolve) => setImmediate(resolve))
      collectGarbage()
      heap.push(process.memoryUsage().heapUsed)
    }
  }
  const quarter = heap.length >> 2
  const lowest = (from: number, to: number) => Math.min(...heap.slice(from, to))
  return { cases, ...report, heapGrowth: lowest(3 * quarter, heap.length) - lowest(quarter, 2 * quarter) }
}
