/** What the tables of branches look at: one state, and everything that the oracle computed from it. */
import type { AggregatedResult, EpochInput, EpochResult } from '@neurite/runtime/yuma'
import { type Fixed, type Matrix, type OracleSteps, oracleSteps, resultOf } from '../oracle.ts'
import { inheritedBits, mechanismWeights, proportionBits } from '../oracle-around.ts'
import type { RandomSubnet } from '../random-subnet.ts'

export const T = 1n << 32n
export const U16 = 65535n
export const U64_MAX = (1n << 64n) - 1n
export { inheritedBits, mechanismWeights, proportionBits }

/** Entry by entry and column by column, only states up to this size are searched: larger ones cost too much time. */
export const SEARCHED = 96

/** A row of the tables. */
export interface Branch {
  /** Section of the specification, then the case. */
  readonly name: string
  readonly reached: (view: View) => boolean
  /** Cases that the rules exclude: the run fails if one occurs. */
  readonly impossible?: true
}

export interface View {
  readonly subnet: RandomSubnet
  readonly input: EpochInput
  readonly steps: OracleSteps
  readonly result: EpochResult
  /** Rows that enter the median. */
  readonly voters: readonly number[]
  /** Their stakes as the median uses them, normalised once more. */
  readonly votes: readonly Fixed[]
  readonly hasConsensus: boolean
  /** The speed of bonds depends on the entry. */
  readonly liquid: boolean
  readonly rewarded: boolean
  /** Set for subnets of several mechanisms, once the last has run. */
  readonly together: { readonly results: readonly EpochResult[]; readonly aggregated: AggregatedResult } | undefined
}

export function viewOf(subnet: RandomSubnet, input: EpochInput): View {
  const steps = oracleSteps(input)
  const { activeStake, consensus, incentive, dividends } = steps
  const voters = activeStake.flatMap((share, uid) => (share > 0n ? [uid] : []))
  const sum = activeStake.reduce((a, b) => a + b, 0n)
  const some = (values: readonly Fixed[]) => values.some((value) => value !== 0n)
  const hasConsensus = some(consensus)
  return {
    subnet,
    input,
    steps,
    result: resultOf(input, steps),
    voters,
    votes: voters.map((uid) => (activeStake[uid]! * T) / sum),
    hasConsensus,
    liquid: input.params.yuma3On && input.params.liquidAlphaOn && hasConsensus,
    rewarded: some(incentive) || some(dividends),
    together: undefined,
  }
}

/** Whether some entry of the matrix fits. */
export function anyEntry(
  matrix: Matrix,
  fits: (row: number, column: number, value: Fixed, at: number) => boolean,
): boolean {
  return matrix.some((entries, row) => entries.some(([column, value], at) => fits(row, column, value, at)))
}

export const entries = (matrix: Matrix): number => matrix.reduce((sum, row) => sum + row.length, 0)
export const total = (values: Iterable<Fixed>): Fixed => {
  let sum = 0n
  for (const value of values) sum += value
  return sum
}

/** Whether some uid fits. */
export function anyUid({ input }: View, fits: (uid: number) => boolean): boolean {
  for (let uid = 0; uid < input.n; uid++) if (fits(uid)) return true
  return false
}

/** The row as a map; the last of repeated columns wins. */
export const mapOf = (row: Matrix[number] | undefined): Map<number, Fixed> => new Map(row)

/** What a walk over the row that only goes forward meets. */
export function seenEntries(row: Matrix[number]): Map<number, Fixed> {
  const seen = new Map<number, Fixed>()
  let highest = -1
  for (const [column, value] of row) {
    if (column <= highest) continue
    highest = column
    seen.set(column, value)
  }
  return seen
}

export const isAscending = (row: Matrix[number]): boolean =>
  row.every(([column], k) => k === 0 || column > row[k - 1]![0])

/** `compute`, once per view. */
export function oncePerView<V>(compute: (view: View) => V): (view: View) => V {
  const known = new WeakMap<View, { readonly value: V }>()
  return (view) => {
    const found = known.get(view) ?? { value: compute(view) }
    known.set(view, found)
    return found.value
  }
}
