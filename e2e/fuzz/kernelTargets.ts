/** The consensus kernel as a library: what programs of others may hand to `runtime/yuma`. */
import { isNeuriteError } from '@neurite/primitives/errors'
import {
  aggregateMechanisms,
  checkVecMaxLimited,
  conformPay,
  createSparseU16,
  type EpochInput,
  type EpochResult,
  epoch,
  normalizeWeights,
  rowOf,
  splitEmission,
  traceEpoch,
  vecMaxUpscaleToU16,
  vecU16MaxUpscaleToU16,
} from '@neurite/runtime/yuma'
import { randomEpochInput } from '../../conformance/yuma/random-state.ts'
import { pick, type Random } from './random.ts'
import type { Outcome, Target } from './run.ts'

/** Largest state that a case runs, so that a million of them end. */
const ENTRY_BUDGET = 120

type Damage = (input: any, random: Random) => void

const NO_INTEGER = [Number.NaN, -1, 0.5, Number.NEGATIVE_INFINITY, '3', undefined, null, 3n, {}]
const NO_U16 = [...NO_INTEGER, 65_536, 2 ** 32, Number.POSITIVE_INFINITY]
const NO_U64 = [-1n, 1n << 64n, 5, Number.NaN, undefined, '7', null]
const ARRAYS = ['lastUpdate', 'registeredAt', 'alphaStake', 'taoStake', 'validatorPermits'] as const

/** A typed array of the same kind with another length. */
function resized(array: any, random: Random): unknown {
  const length = pick(random, [0, array.length - 1, array.length + 1, 2 * array.length + 1])
  return new array.constructor(length < 0 || length === array.length ? array.length + 1 : length)
}

const otherKind = (array: any, random: Random): unknown =>
  pick<() => unknown>(random, [
    () => undefined,
    () => null,
    () => [...array],
    () => 7,
    () => ({ length: array.length }),
    () => new Int8Array(array.length),
    () => new DataView(new ArrayBuffer(8)),
  ])()

/** Each makes the input wrong, so that it must be refused. */
const DAMAGES: readonly Damage[] = [
  (input, random) => {
    const field = pick(random, ARRAYS)
    input[field] = resized(input[field], random)
  },
  (input, random) => {
    const field = pick(random, ARRAYS)
    input[field] = otherKind(input[field], random)
  },
  (input, random) => {
    if (input.n === 0) input.n = -1
    const field = pick(random, ['lastUpdate', 'registeredAt', 'earliestCommit'] as const)
    input[field] = Float64Array.from(input[field] ?? new Float64Array(Math.max(0, input.n)))
    input[field][random(Math.max(1, input.n))] = pick(random, [Number.NaN, -1, 0.25, Number.NEGATIVE_INFINITY])
  },
  (input, random) => {
    input.earliestCommit = resized(input.earliestCommit ?? new Float64Array(input.n), random)
  },
  (input, random) => {
    input.n = pick(random, [...NO_INTEGER, 65_537, input.n + 1, Number.POSITIVE_INFINITY, 2 ** 53])
  },
  (input, random) => {
    const field = pick(random, ['block', 'tempo', 'activityCutoff', 'lastMechanismStepBlock'])
    input[field] = pick(random, NO_INTEGER)
  },
  (input, random) => {
    input.ownerUid = pick(random, [-1, 0.5, Number.NaN, input.n, 65_536, '0', null])
  },
  (input, random) => {
    input.emission = pick(random, NO_U64)
  },
  (input, random) => {
    const field = pick(random, ['kappa', 'maxAllowedValidators', 'bondsPenalty', 'alphaLow', 'alphaHigh'])
    input.params = { ...input.params, [field]: pick(random, NO_U16) }
  },
  (input, random) => {
    const field = pick(random, ['bondsMovingAverage', 'alphaSigmoidSteepness'])
    const value = pick(random, [Number.NaN, -32_769, 0.5, Number.NEGATIVE_INFINITY, undefined, 5n])
    input.params = { ...input.params, [field]: value }
  },
  (input, random) => {
    const field = pick(random, ['stakeThreshold', 'taoWeight'])
    input.params = { ...input.params, [field]: pick(random, NO_U64) }
  },
  (input, random) => {
    const field = pick(random, ['yuma3On', 'liquidAlphaOn'])
    input.params = { ...input.params, [field]: pick<unknown>(random, [0, 1, 'true', undefined, null]) }
  },
  (input, random) => {
    input[pick(random, ['weights', 'bonds', 'params'])] = pick<unknown>(random, [undefined, null, 3, 'rows', []])
  },
  (input, random) => {
    const field = pick(random, ['weights', 'bonds'])
    const part = pick(random, ['rowStart', 'columns', 'values'])
    const rows = input[field]
    input[field] = { ...rows, [part]: random(2) === 0 ? resized(rows[part], random) : otherKind(rows[part], random) }
  },
  // Offsets that fall, start late, or point beyond the entries.
  (input, random) => {
    const field = pick(random, ['weights', 'bonds'])
    const rowStart = Uint32Array.from(input[field].rowStart)
    const at = random(rowStart.length)
    const last = rowStart.length - 1
    rowStart[at] = at === 0 ? 1 : rowStart[last]! + 1 + random(2 ** 31)
    input[field] = { ...input[field], rowStart }
  },
]

/** What must hold of every result. */
function checkResult({ n, emission }: EpochInput, result: EpochResult): void {
  for (const [field, array] of Object.entries(result)) {
    if (field !== 'bonds' && array.length !== n) throw new Error(`${field} has ${array.length} elements for ${n} uids`)
  }
  for (const field of ['incentive', 'dividends', 'stakeWeight'] as const) {
    const sum = result[field].reduce((all, share) => all + share, 0)
    if (sum > 65_535) throw new Error(`${field} adds up to ${sum}`)
  }
  let paid = 0n
  for (let uid = 0; uid < n; uid++) paid += result.serverEmission[uid]! + result.validatorEmission[uid]!
  if (paid > emission) throw new Error(`${paid} of ${emission} were paid`)
}

/** The outcome of `body`; only errors with these codes count as refusals. */
function outcomeOf(body: () => void, codes: readonly string[]): Outcome {
  try {
    body()
    return 'taken'
  } catch (error) {
    if (isNeuriteError(error) && codes.includes(error.code)) return 'refused'
    throw error
  }
}

const epochs: Target = {
  name: 'states of a subnet',
  run(random, whole) {
    const input: any = randomEpochInput({ seed: random(2 ** 31), entryBudget: ENTRY_BUDGET })
    if (!whole) pick(random, DAMAGES)(input, random)
    const run = pick(random, [epoch, (given: EpochInput) => traceEpoch(given).result])
    const outcome = outcomeOf(() => checkResult(input, run(input)), ['InvalidEpochInput'])
    if (!whole && outcome === 'taken') throw new Error('garbage was taken for a state')
    return outcome
  },
}

const uid = (random: Random): any => pick<unknown>(random, [0, 1, 2, 5, 65_535, 65_536, -1, Number.NaN, 1.5, '1', 2n])

const conform: Target = {
  name: 'questions about a validator',
  every: 8,
  run(random, whole) {
    const input = randomEpochInput({ seed: random(2 ** 31), entryBudget: ENTRY_BUDGET })
    const asked = whole && input.n > 0 ? random(input.n) : uid(random)
    return outcomeOf(() => void conformPay(input, traceEpoch(input), asked), ['InvalidEpochInput'])
  },
}

const numbers = (random: Random, whole: boolean): any[] =>
  Array.from({ length: random(9) }, () => (whole ? random(65_536) : pick<any>(random, [random(65_536), ...NO_U16])))

const vectors: Target = {
  name: 'vectors of weights',
  run(random, whole) {
    const vector = numbers(random, whole)
    const bits = vector.map((value) =>
      typeof value === 'number' && Number.isInteger(value) ? BigInt(value) << 32n : value,
    )
    const check = pick<() => void>(random, [
      () => {
        for (const value of vecU16MaxUpscaleToU16(vector)) if (value > 65_535) throw new Error('too large')
      },
      () => void normalizeWeights(vector),
      () => void checkVecMaxLimited(vector, 65_535),
      () => void vecMaxUpscaleToU16(bits),
      () => {
        const n = whole ? 1 + random(5) : uid(random)
        const rows = createSparseU16(n, () => vector.map((value, i) => [whole ? i : uid(random), value] as const))
        rowOf(rows, whole ? random(n) : uid(random))
      },
    ])
    return outcomeOf(check, ['InvalidVector', 'InvalidEpochInput'])
  },
}

const amounts = (random: Random, whole: boolean): any =>
  whole ? BigInt(random(2 ** 31)) * 1_000_000n : pick<unknown>(random, [0n, 10n, ...NO_U64])

const mechanisms: Target = {
  name: 'results of mechanisms',
  run(random, whole) {
    if (random(2) === 0) {
      const amount = amounts(random, whole)
      const count: any = whole ? random(17) : pick(random, [0, 2, 16, 256, ...NO_INTEGER])
      const split = random(2) === 0 ? undefined : numbers(random, whole)
      return outcomeOf(() => {
        const parts = splitEmission(amount, count, split)
        if (parts.length !== count || parts.some((part) => part < 0n)) throw new Error('parts that are none')
      }, ['InvalidEpochInput'])
    }
    const results = Array.from({ length: 1 + random(3) }, () => {
      const n = whole ? 3 : random(4)
      return epoch({ ...EMPTY, ...sized(n) })
    })
    const paid = Array.from({ length: whole ? results.length : random(4) }, () => 7n)
    return outcomeOf(() => {
      const total = aggregateMechanisms(results, paid)
      if (total.emission.length !== results[0]!.emission.length) throw new Error('lengths differ')
    }, ['InvalidEpochInput'])
  },
}

const EMPTY = randomEpochInput({ seed: 1, entryBudget: 10 })
function sized(n: number): Partial<EpochInput> {
  return {
    n,
    lastUpdate: new Float64Array(n),
    registeredAt: new Float64Array(n),
    alphaStake: new BigUint64Array(n),
    taoStake: new BigUint64Array(n),
    validatorPermits: new Uint8Array(n),
    ownerUid: undefined,
    earliestCommit: undefined,
    weights: createSparseU16(n, () => undefined),
    bonds: createSparseU16(n, () => undefined),
  }
}

export const kernelTargets: readonly Target[] = [epochs, conform, vectors, mechanisms]
