/** Explanations: the same numbers as the epoch, and the right reason for each weight that does not count. */
import { describe, expect, test } from 'vitest'
import { createRandom, randomEpochInput } from '../../../../conformance/yuma/random-state.ts'
import {
  conformPay,
  createSparseU16,
  type EpochInput,
  type EpochParams,
  type EpochTrace,
  epoch,
  traceEpoch,
} from './index.ts'

type Row = readonly (readonly [number, number])[]
const OLD = 10
const BLOCK = 1000

/** Uids 0 to 2 validate with equal stake, 3 and 4 mine. */
function subnet(weights: Row[], changes: Partial<EpochInput> = {}, params: Partial<EpochParams> = {}): EpochInput {
  const n = 5
  return {
    n,
    block: BLOCK,
    tempo: 100,
    activityCutoff: 500,
    lastMechanismStepBlock: 900,
    lastUpdate: new Float64Array(n).fill(990),
    registeredAt: new Float64Array(n).fill(OLD),
    alphaStake: BigUint64Array.of(100n, 100n, 100n, 0n, 0n),
    taoStake: new BigUint64Array(n),
    validatorPermits: Uint8Array.of(1, 1, 1, 0, 0),
    ownerUid: undefined,
    weights: createSparseU16(n, (uid) => weights[uid]),
    bonds: createSparseU16(n, () => undefined),
    emission: 1_000_000n,
    params: {
      kappa: 32767,
      maxAllowedValidators: 3,
      stakeThreshold: 0n,
      taoWeight: 0n,
      bondsMovingAverage: 900_000,
      bondsPenalty: 65535,
      yuma3On: true,
      liquidAlphaOn: false,
      alphaLow: 45875,
      alphaHigh: 58982,
      alphaSigmoidSteepness: 1000,
      ...params,
    },
    ...changes,
  }
}

const AGREED: Row[] = [[[3, 65535]], [[3, 65535]], [[3, 65535]]]
const array = (values: number[]): Float64Array => Float64Array.from(values)

test('property: an explanation has the results of the epoch, and its parts add up to them', () => {
  const seeds = createRandom(7)
  for (let i = 0; i < 300; i++) {
    const seed = Math.floor(seeds() * 2 ** 32)
    const input = randomEpochInput({ seed, entryBudget: i % 50 === 0 ? 8000 : 300 })
    const trace = traceEpoch(input)
    expect(trace.result).toEqual(epoch(input))
    expect(contradictions(input, trace), `seed ${seed}`).toEqual([])
  }
})

/** Statements of an explanation that disagree with each other. */
function contradictions(input: EpochInput, { weights, neurons }: EpochTrace): string[] {
  const counted = new Float64Array(input.n)
  const rank = new Float64Array(input.n)
  let total = 0
  const wrong: string[] = []
  for (const weight of weights) {
    if (weight.counted > weight.weight) wrong.push(`${weight.from} to ${weight.to} counts more than it is`)
    if (weight.rule !== undefined && weight.rank !== 0)
      wrong.push(`${weight.from} to ${weight.to} is masked and counts`)
    counted[weight.from]! += weight.counted
    if (weight.to < input.n) rank[weight.to]! += weight.rank
    total += weight.rank
  }
  if (weights.length !== input.weights.values.length) wrong.push('a weight is missing')
  for (const { uid, validatorTrust, incentive, voice, vote } of neurons) {
    if (counted[uid] !== validatorTrust) wrong.push(`trust of ${uid}`)
    if (total > 0 && Math.abs(rank[uid]! / total - incentive) > 2 ** -31) wrong.push(`incentive of ${uid}`)
    if ((voice === 'votes') !== vote > 0) wrong.push(`voice of ${uid}`)
  }
  return wrong
}

describe('weights that do not count', () => {
  const ruleOf = (input: EpochInput, from: number, to: number) =>
    traceEpoch(input).weights.find((weight) => weight.from === from && weight.to === to)!.rule

  test('noPermit: the validator holds none', () => {
    const input = subnet(AGREED, { validatorPermits: Uint8Array.of(0, 1, 1, 0, 0) })
    expect(ruleOf(input, 0, 3)).toBe('noPermit')
    expect(ruleOf(input, 1, 3)).toBe(undefined)
    expect(traceEpoch(input).neurons[0]!.voice).toBe('noPermit')
  })

  test('selfWeight: on the validator itself, unless it is the owner', () => {
    const weights: Row[] = [[[0, 65535]], [[3, 65535]], [[3, 65535]]]
    expect(ruleOf(subnet(weights), 0, 0)).toBe('selfWeight')
    expect(ruleOf(subnet(weights, { ownerUid: 0 }), 0, 0)).toBe(undefined)
  })

  test('outdated: set in the block of the registration of the target, or before', () => {
    const registeredAt = array([OLD, OLD, OLD, 990, OLD])
    expect(ruleOf(subnet(AGREED, { registeredAt }), 0, 3)).toBe('outdated')
    expect(ruleOf(subnet(AGREED, { registeredAt: array([OLD, OLD, OLD, 989, OLD]) }), 0, 3)).toBe(undefined)
  })

  test('committedBefore: committed before the registration of the target, and revealed after it', () => {
    const registeredAt = array([OLD, OLD, OLD, 980, OLD])
    const earliestCommit = new Float64Array(5).fill(Number.POSITIVE_INFINITY)
    earliestCommit[0] = 979
    earliestCommit[1] = 980
    const input = subnet(AGREED, { registeredAt, earliestCommit })
    expect(ruleOf(input, 0, 3)).toBe('committedBefore')
    // In the very block of the registration still counts.
    expect(ruleOf(input, 1, 3)).toBe(undefined)
    expect(traceEpoch(input).neurons.map(({ waitingCommit }) => waitingCommit)).toEqual([
      979,
      980,
      undefined,
      undefined,
      undefined,
    ])
  })

  test('outOfRange: on a uid that does not exist', () => {
    const input = subnet([
      [
        [3, 65535],
        [7, 65535],
      ],
      AGREED[1]!,
      AGREED[2]!,
    ]) // prettier-ignore
    expect(ruleOf(input, 0, 7)).toBe('outOfRange')
    // The rest of the row has all of it.
    expect(traceEpoch(input).weights[0]).toMatchObject({ to: 3, rule: undefined, weight: 1 })
  })

  test('an inactive validator and one without stake have no voice, though no weight of theirs is masked', () => {
    const lastUpdate = array([400, 990, 990, 990, 990])
    const alphaStake = BigUint64Array.of(100n, 100n, 0n, 0n, 0n)
    const { neurons, weights } = traceEpoch(subnet(AGREED, { lastUpdate, alphaStake }))
    expect(neurons.map(({ voice }) => voice)).toEqual(['inactive', 'votes', 'noStake', 'noPermit', 'noPermit'])
    expect(weights.map(({ rule, rank }) => [rule, rank])).toEqual([
      [undefined, 0],
      [undefined, 1],
      [undefined, 0],
    ])
  })
})

describe('clipping', () => {
  /** Two agree on uid 3; the third gives all to uid 4. */
  const SPLIT: Row[] = [
    [[3, 65535]],
    [
      [3, 49151],
      [4, 16384],
    ],
    [[4, 65535]],
  ] // prettier-ignore

  test('a weight that few support is lowered to the consensus, and the validator loses trust', () => {
    const { weights, neurons } = traceEpoch(subnet(SPLIT))
    const [first, second, third, fourth] = weights
    // The median of 1, 0.75 and 0 is 0.75 on uid 3; that of 0, 0.25 and 1 on uid 4 is 0.25.
    expect(first!.counted).toBeCloseTo(0.75, 4)
    expect(first!.weight).toBe(1)
    expect([second!.counted, third!.counted]).toEqual([second!.weight, third!.weight])
    expect(fourth!.weight - fourth!.counted).toBeCloseTo(0.75, 4)
    expect(neurons[2]!.validatorTrust).toBeCloseTo(0.25, 4)
    expect(neurons[3]!.incentive).toBeCloseTo(0.75, 4)
  })

  test('what its own opinion costs a validator; who follows the consensus pays nothing', () => {
    const input = subnet(SPLIT)
    const trace = traceEpoch(input)
    const paid = (uid: number) => trace.neurons[uid]!.validatorEmission
    expect(conformPay(input, trace, 2)!.validatorEmission).toBeGreaterThan(2n * paid(2))
    const agreed = subnet(AGREED)
    expect(conformPay(agreed, traceEpoch(agreed), 1)!.validatorEmission).toBe(
      traceEpoch(agreed).neurons[1]!.validatorEmission,
    )
  })

  test('without consensus there is nothing to follow', () => {
    const input = subnet([])
    expect(conformPay(input, traceEpoch(input), 0)).toBe(undefined)
  })

  test('the penalty decides whether the bond follows the clipped or the plain weight', () => {
    const bondOf = (bondsPenalty: number) =>
      traceEpoch(subnet(SPLIT, {}, { bondsPenalty })).bonds.find(({ from, to }) => from === 2 && to === 4)!
    // A tenth of the weight in one epoch: of 0.25 or of 1.
    expect(bondOf(65535)).toMatchObject({ before: 0, after: 1638, forgotten: false })
    expect(bondOf(0)).toMatchObject({ before: 0, after: 6553 })
    expect(bondOf(32768).after).toBeGreaterThan(1638)
    expect(bondOf(32768).after).toBeLessThan(6553)
  })

  test('a bond with a neuron registered since the last epoch is forgotten', () => {
    const bonds = createSparseU16(5, (uid) =>
      uid === 0
        ? [
            [3, 30_000],
            [4, 20_000],
          ]
        : undefined,
    ) // prettier-ignore
    const registeredAt = array([OLD, OLD, OLD, OLD, 950])
    const traced = traceEpoch(subnet(AGREED, { bonds, registeredAt })).bonds.filter(({ from }) => from === 0)
    expect(traced.map(({ to, before, after, forgotten }) => [to, before, after > 0, forgotten])).toEqual([
      [3, 30_000, true, false],
      [4, 20_000, false, true],
    ])
  })
})
