/** The kernel and the oracle agree bit for bit on random states; what the states reached is printed. */
import { type EpochInput, type EpochResult, epoch } from '@neurite/runtime/yuma'
import { expect, test } from 'vitest'
import { epochByOracle } from './oracle.ts'
import { createRandom, randomEpochInput } from './random-state.ts'

const STATES = 10_000
const SEED = 20_260_630

test('kernel equals oracle on random states', () => {
  const hits = new Map<string, number>()
  const seeds = createRandom(SEED)
  for (let i = 0; i < STATES; i++) {
    const seed = Math.floor(seeds() * 2 ** 32)
    // Every fiftieth state may be large; the others stay cheap for the oracle.
    const input = randomEpochInput({ seed, entryBudget: i % 50 === 0 ? 8000 : 500 })
    const result = epoch(input)
    const difference = firstDifference(result, epochByOracle(input))
    if (difference !== undefined) expect.fail(`seed ${seed}, n ${input.n}: ${difference}\n${describe(input)}`)
    for (const [name, reached] of Object.entries(branches(input, result))) {
      hits.set(name, (hits.get(name) ?? 0) + (reached ? 1 : 0))
    }
  }
  console.log(`${STATES} states, seed ${SEED}\n${[...hits].map(([name, count]) => `  ${name}: ${count}`).join('\n')}`)
  for (const [name, count] of hits) expect(count, name).toBeGreaterThan(0)
}, 300_000)

function describe(input: EpochInput): string {
  return JSON.stringify(input.params, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
}

function firstDifference(actual: EpochResult, expected: EpochResult): string | undefined {
  for (const [field, value] of Object.entries(expected) as [keyof EpochResult, EpochResult[keyof EpochResult]][]) {
    if (field === 'bonds') continue
    const found = firstDifferentElement(actual[field] as ArrayLike<unknown>, value as ArrayLike<unknown>)
    if (found !== undefined) return `${field}${found}`
  }
  for (const part of ['rowStart', 'columns', 'values'] as const) {
    const found = firstDifferentElement(actual.bonds[part], expected.bonds[part])
    if (found !== undefined) return `bonds.${part}${found}`
  }
  return undefined
}

function firstDifferentElement(actual: ArrayLike<unknown>, expected: ArrayLike<unknown>): string | undefined {
  if (actual.length !== expected.length) return `.length is ${actual.length}, expected ${expected.length}`
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] !== expected[i]) return `[${i}] is ${actual[i]}, expected ${expected[i]}`
  }
  return undefined
}

/** Which situations of the specification a state reached. */
function branches(input: EpochInput, result: EpochResult): Record<string, boolean> {
  const { n, params, weights, bonds } = input
  const some = (values: ArrayLike<number | bigint>) => Array.prototype.some.call(values, (v) => v !== 0 && v !== 0n)
  const consensus = some(result.consensus)
  const liquid = params.yuma3On && params.liquidAlphaOn && consensus
  const rewarded = some(result.incentive) || some(result.dividends)
  const permitted = (uid: number) => input.validatorPermits[uid] === 1 || uid === input.ownerUid
  const rowHas = (matrix: typeof weights, found: (columns: number[], values: number[], uid: number) => boolean) =>
    Array.from({ length: n }, (_, uid) => uid).some((uid) => {
      const [from, to] = [matrix.rowStart[uid]!, matrix.rowStart[uid + 1]!]
      return found([...matrix.columns.subarray(from, to)], [...matrix.values.subarray(from, to)], uid)
    })
  const unsorted = (columns: number[]) => columns.some((column, k) => k > 0 && column < columns[k - 1]!)
  const repeated = (columns: number[]) => new Set(columns).size < columns.length
  const voting = (uid: number) => permitted(uid) && result.active[uid] === 1
  return {
    'no uids': n === 0,
    '1 uid': n === 1,
    '2 to 31 uids': n >= 2 && n < 32,
    '32 to 255 uids': n >= 32 && n < 256,
    '256 to 512 uids': n >= 256,
    'no stake': n > 0 && !some(result.stakeWeight),
    'stake below the threshold': result.totalStake.some((stake) => stake > 0n && stake < params.stakeThreshold),
    'nobody active': n > 0 && !some(result.active),
    'tie of stake': new Set(result.totalStake).size < n && some(result.totalStake),
    'permit lost': Array.from(result.validatorPermits).some((permit, uid) => permit === 0 && permitted(uid)),
    'permit gained': Array.from(result.validatorPermits).some((permit, uid) => permit === 1 && !permitted(uid)),
    'owner votes': input.ownerUid !== undefined && voting(input.ownerUid),
    'weights without permit': rowHas(weights, (columns, _, uid) => columns.length > 0 && !permitted(uid)),
    'weight on itself': rowHas(weights, (columns, _, uid) => columns.includes(uid) && voting(uid)),
    'weight older than registration': rowHas(
      weights,
      (columns, _, uid) => voting(uid) && columns.some((j) => input.lastUpdate[uid]! <= (input.registeredAt[j] ?? 0)),
    ),
    'commit older than registration': rowHas(
      weights,
      (columns, _, uid) =>
        voting(uid) && columns.some((j) => (input.earliestCommit?.[uid] ?? Infinity) < (input.registeredAt[j] ?? 0)),
    ),
    'explicit zero weight': rowHas(weights, (_, values, uid) => values.includes(0) && voting(uid)),
    'repeated column': rowHas(weights, (columns, _, uid) => repeated(columns) && voting(uid)),
    'column out of range in weights': rowHas(weights, (columns) => columns.some((j) => j >= n)),
    'column out of range in bonds': rowHas(bonds, (columns) => columns.some((j) => j >= n)),
    'the minority is exactly reached': consensus && input.alphaStake[0] === BigInt(params.kappa) && params.kappa > 0,
    'kappa 0': params.kappa === 0 && consensus,
    'kappa 65535': params.kappa === 65535 && consensus,
    'consensus partly 0': consensus && result.consensus.includes(0),
    'Yuma2 with reward': !params.yuma3On && rewarded,
    'Yuma3 with reward': params.yuma3On && !liquid && rewarded,
    'liquid alpha with reward': liquid && rewarded,
    'liquid alpha on, no consensus': params.yuma3On && params.liquidAlphaOn && !consensus,
    'liquid alpha, unsorted weights': liquid && rowHas(weights, (columns, _, uid) => voting(uid) && unsorted(columns)),
    'liquid alpha, unsorted bonds': liquid && rowHas(bonds, (columns, _, uid) => voting(uid) && unsorted(columns)),
    'liquid alpha, repeated column': liquid && rowHas(weights, (c, _, uid) => voting(uid) && repeated(c)),
    'liquid alpha, upside-down range': liquid && params.alphaLow > params.alphaHigh,
    'liquid alpha, negative steepness': liquid && params.alphaSigmoidSteepness < 0,
    'liquid alpha, argument above 12': liquid && Math.abs(params.alphaSigmoidSteepness) > 2400,
    'liquid alpha, argument up to 12': liquid && Math.abs(params.alphaSigmoidSteepness) === 2000,
    'penalty 0': params.bondsPenalty === 0 && consensus,
    'penalty between': params.bondsPenalty > 0 && params.bondsPenalty < 65535 && consensus,
    'penalty 65535': params.bondsPenalty === 65535 && consensus,
    'moving average above 1': params.bondsMovingAverage > 1_000_000 && consensus,
    'stored bond rounds to 0': result.bonds.values.includes(0),
    'bond of the uid without permit dropped': rowHas(
      bonds,
      (c, _, uid) => c.length > 0 && result.validatorPermits[uid] === 0,
    ),
    'paid by active stake': !rewarded && some(result.validatorEmission) && some(result.active),
    'paid by inactive stake': !some(result.active) && some(result.validatorEmission),
    'only incentive': some(result.incentive) && !some(result.dividends),
  }
}
