/** Kernel and oracle on the same random subnets, bit for bit, with a count of the branches they reached. */
import {
  aggregateMechanisms,
  createSparseU16,
  type EpochInput,
  epoch,
  inheritStake,
  resetBonds,
  rowOf,
  splitEmission,
} from '@neurite/runtime/yuma'
import { countHits, type Hits, type View, viewOf } from './branches/index.ts'
import { aggregateByOracle, inheritByOracle, resetByOracle, splitByOracle } from './oracle-around.ts'
import { createRandom } from './random-state.ts'
import { type RandomSubnet, randomSubnet } from './random-subnet.ts'

export const DIFFERENTIAL_SEED = 20_260_630
/** Most states are kept small enough for the oracle to be quick. */
const ENTRY_BUDGET = 700

export interface Range {
  /** States [from, to) of the sequence. */
  readonly from: number
  readonly to: number
  readonly onState?: (done: number) => void
}

/** Compares a range of the states that a seed gives. @throws on the first difference, naming the state */
export function compareStates(seed: number, { from, to, onState }: Range): Hits {
  const hits: Hits = new Map()
  const seeds = createRandom(seed)
  for (let i = 0; i < to; i++) {
    const state = Math.floor(seeds() * 2 ** 32)
    if (i < from) continue
    const subnet = randomSubnet({ seed: state, entryBudget: ENTRY_BUDGET })
    const { views, difference } = compareSubnet(subnet)
    if (difference !== undefined) throw new Error(`state ${i}, seed ${state}: ${difference}\n${describe(subnet)}`)
    countHits(hits, views)
    onState?.(i + 1 - from)
  }
  return hits
}

interface Comparison {
  readonly views: readonly View[]
  readonly difference: string | undefined
}

function compareSubnet(subnet: RandomSubnet): Comparison {
  const differences: (string | undefined)[] = []
  const compare = (name: string, actual: unknown, expected: unknown): void => {
    differences.push(firstDifference(name, actual, expected))
  }

  compare('inheritance', subnet.inheritance.map(inheritStake), subnet.inheritance.map(inheritByOracle))
  const count = subnet.mechanisms.length
  compare('split', splitEmission(subnet.amount, count, subnet.split), splitByOracle(subnet.amount, count, subnet.split))

  const results = subnet.mechanisms.map(epoch)
  const views = subnet.mechanisms.map((input) => viewOf(subnet, input))
  const expected = views.map(({ result }) => result)
  compare('mechanism', results, expected)
  if (subnet.reset !== undefined) {
    const [{ bonds, n }] = subnet.mechanisms as [EpochInput]
    const rows = Array.from({ length: n }, (_, uid) => rowOf(bonds, uid))
    const kept = resetByOracle(rows, subnet.reset)
    compare(
      'reset',
      resetBonds(bonds, subnet.reset),
      createSparseU16(n, (uid) => kept[uid]),
    )
  }
  const found = () => differences.find((difference) => difference !== undefined)
  if (count === 1) return { views, difference: found() }
  const aggregated = aggregateByOracle(expected, subnet.amounts)
  compare('together', aggregateMechanisms(results, subnet.amounts), aggregated)
  return { views: views.map((view) => ({ ...view, together: { results: expected, aggregated } })), difference: found() }
}

/** Where two values of numbers, arrays and plain objects first differ. */
function firstDifference(name: string, actual: unknown, expected: unknown): string | undefined {
  if (typeof expected !== 'object' || expected === null) {
    return actual === expected ? undefined : `${name} is ${actual}, expected ${expected}`
  }
  const [a, b] = [actual as Record<string, unknown>, expected as Record<string, unknown>]
  if (ArrayBuffer.isView(expected) || Array.isArray(expected)) {
    const [x, y] = [actual as ArrayLike<unknown>, expected as unknown as ArrayLike<unknown>]
    if (x.length !== y.length) return `${name}.length is ${x.length}, expected ${y.length}`
    for (let i = 0; i < y.length; i++) {
      const difference = x[i] === y[i] ? undefined : firstDifference(`${name}[${i}]`, x[i], y[i])
      if (difference !== undefined) return difference
    }
    return undefined
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const difference = firstDifference(`${name}.${key}`, a[key], b[key])
    if (difference !== undefined) return difference
  }
  return undefined
}

function describe({ mechanisms, split }: RandomSubnet): string {
  const [{ n, params }] = mechanisms as [EpochInput]
  return JSON.stringify({ n, mechanisms: mechanisms.length, split, params }, (_, value) =>
    typeof value === 'bigint' ? `${value}` : value,
  )
}
