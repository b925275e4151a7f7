/** Sections 1.8 and 1.9 and the exponential of section 2: weights for bonds, both Yumas, liquid alpha, reset. */
import { combinedDifference, type Fixed, sigmoidArgument } from '../oracle.ts'
import {
  anyEntry,
  type Branch,
  entries,
  isAscending,
  mapOf,
  oncePerView,
  SEARCHED,
  seenEntries,
  T,
  total,
  U16,
  type View,
} from './view.ts'

const between = ({ steps }: View): boolean => steps.penalty > 0n && steps.penalty < T
const lowered = ({ steps }: View): boolean => anyEntry(steps.weights, (_, j, w) => w > (steps.consensus[j] ?? 0n))

export const weightsForBonds: readonly Branch[] = [
  { name: '1.8 penalty 0: plain weights', reached: (view) => view.steps.penalty === 0n && lowered(view) },
  { name: '1.8 penalty 65535: clipped weights', reached: (view) => view.steps.penalty === T && lowered(view) },
  { name: '1.8 penalty between: interpolated', reached: (view) => between(view) && lowered(view) },
  {
    name: '1.8 interpolation rounds toward minus infinity',
    reached: (view) =>
      between(view) &&
      anyEntry(view.steps.weights, (_, j, w) => {
        const down = w - (view.steps.consensus[j]! < w ? view.steps.consensus[j]! : w)
        return ((view.steps.penalty * down) & (T - 1n)) !== 0n
      }),
  },
  {
    name: '1.8 [Q] penalty between: explicit zeros vanish',
    reached: (view) =>
      between(view) && view.hasConsensus && anyEntry(view.steps.weights, (_row, _column, w) => w === 0n),
  },
  {
    name: '1.8 interpolated to 0: vanishes',
    reached: (view) =>
      between(view) &&
      view.steps.weights.some((row, i) => {
        const kept = mapOf(view.steps.weightsForBonds[i])
        return row.some(([j, w]) => w > 0n && !kept.has(j))
      }),
  },
  {
    name: '1.8 penalty 0 or 65535 keeps the stored order',
    reached: (view) => !between(view) && view.steps.weightsForBonds.some((row) => !isAscending(row)),
  },
  {
    name: '1.8 penalty between sorts the row',
    reached: (view) => between(view) && view.hasConsensus && view.steps.weights.some((row) => !isAscending(row)),
  },
]

const registered = ({ input }: View, uid: number): bigint => BigInt(input.registeredAt[uid] ?? 0)
const forgets = (view: View, distance: bigint): boolean =>
  anyEntry(
    view.steps.storedBonds,
    (_, j, b) => b > 0n && j < view.input.n && registered(view, j) - view.steps.lastTempo === distance,
  )

export const heldBonds: readonly Branch[] = [
  {
    name: '1.8 bond toward a new registration: forgotten',
    reached: ({ steps }) => entries(steps.heldBonds) < entries(steps.storedBonds),
  },
  { name: '1.8 registered in the block of the last tempo: forgotten', reached: (view) => forgets(view, 0n) },
  { name: '1.8 registered a block before: kept', reached: (view) => forgets(view, -1n) },
  {
    name: '1.8 never stepped: a tempo ago counts',
    reached: ({ input, steps }) =>
      input.lastMechanismStepBlock === 0 && steps.lastTempo > 0n && entries(steps.storedBonds) > 0,
  },
  {
    name: '1.8 never stepped, tempo beyond the first block',
    reached: ({ input, steps }) =>
      input.lastMechanismStepBlock === 0 && input.tempo > input.block && entries(steps.storedBonds) > 0,
  },
  {
    name: '1.8 stepped before: the block after it counts',
    reached: ({ input, steps }) => input.lastMechanismStepBlock > 0 && entries(steps.storedBonds) > 0,
  },
  {
    name: '1.8 bond toward a uid outside the subnet',
    reached: ({ input, steps }) => anyEntry(steps.heldBonds, (_, j) => j >= input.n),
  },
]

const averages = (view: View, bondsMovingAverage: number): boolean =>
  !view.liquid && view.input.params.bondsMovingAverage === bondsMovingAverage && entries(view.steps.bonds) > 0

export const averaging: readonly Branch[] = [
  { name: '1.8 moving average 900000', reached: (view) => averages(view, 900_000) },
  { name: '1.8 moving average 975000', reached: (view) => averages(view, 975_000) },
  { name: '1.8 moving average 0: only new', reached: (view) => averages(view, 0) },
  { name: '1.8 moving average 1000000: only old', reached: (view) => averages(view, 1_000_000) },
  {
    name: '1.8 moving average with a fraction',
    reached: (view) =>
      !view.liquid &&
      entries(view.steps.bonds) > 0 &&
      (BigInt(view.input.params.bondsMovingAverage) << 32n) % 1_000_000n !== 0n,
  },
  {
    name: '1.8 moving average above 1: negative speed',
    reached: (view) =>
      !view.liquid && view.input.params.bondsMovingAverage > 1_000_000 && entries(view.steps.heldBonds) > 0,
  },
]

interface Pair {
  readonly old: Fixed | undefined
  readonly weight: Fixed | undefined
  readonly bond: Fixed | undefined
}
/** What each validator held of each target, its weight on it, and what it holds now. */
const allPairs = oncePerView((view): Pair[] => {
  if (view.input.n > SEARCHED) return []
  const { heldBonds, weightsForBonds, bonds } = view.steps
  return bonds.flatMap((row, i) => {
    if (heldBonds[i]!.length + weightsForBonds[i]!.length === 0) return []
    const [old, weight, bond] = [mapOf(heldBonds[i]), mapOf(weightsForBonds[i]), mapOf(row)]
    const columns = new Set([...old.keys(), ...weight.keys()].filter((j) => j < view.input.n))
    return Array.from(columns, (j) => ({ old: old.get(j), weight: weight.get(j), bond: bond.get(j) }))
  })
})
const pairs = (view: View, fits: (pair: Pair) => boolean): boolean => allPairs(view).some(fits)
function columnSums(view: View, matrix: View['steps']['bonds']): Map<number, Fixed> {
  const sums = new Map<number, Fixed>()
  for (const row of matrix) {
    for (const [j, value] of row) if (j < view.input.n) sums.set(j, (sums.get(j) ?? 0n) + value)
  }
  return sums
}
const yuma2 = ({ input }: View): boolean => !input.params.yuma3On
const yuma3 = (view: View): boolean => view.input.params.yuma3On && !view.liquid
const emaCases = (yuma: string, applies: (view: View) => boolean): Branch[] => [
  {
    name: `1.8 ${yuma}: old bond and new weight`,
    reached: (view) => applies(view) && pairs(view, ({ old, weight, bond }) => !!old && !!weight && bond !== undefined),
  },
  {
    name: `1.8 ${yuma}: old bond without a weight decays`,
    reached: (view) =>
      applies(view) && pairs(view, ({ old, weight, bond }) => !!old && weight === undefined && bond !== undefined),
  },
  {
    name: `1.8 ${yuma}: weight without an old bond`,
    reached: (view) =>
      applies(view) && pairs(view, ({ old, weight, bond }) => old === undefined && !!weight && bond !== undefined),
  },
  {
    name: `1.8 ${yuma}: what averages to 0 vanishes`,
    reached: (view) =>
      applies(view) &&
      pairs(view, ({ old, weight, bond }) => bond === undefined && (old !== undefined || weight !== undefined)),
  },
]

export const yumas: readonly Branch[] = [
  ...emaCases('Yuma2', yuma2),
  {
    name: '1.8 Yuma2: old bonds of a column add up to 0',
    reached: (view) => yuma2(view) && [...columnSums(view, view.steps.heldBonds).values()].includes(0n),
  },
  {
    name: '1.8 Yuma2: new weights of a column add up to 0',
    reached: (view) => yuma2(view) && [...columnSums(view, view.steps.weightsForBonds).values()].includes(0n),
  },
  {
    name: '1.8 Yuma2: largest bond of a column is exactly 1, another less',
    reached: (view) =>
      yuma2(view) &&
      anyEntry(view.steps.bonds, (_row, _column, b) => b === T) &&
      anyEntry(view.steps.bonds, (_row, _column, b) => b < T),
  },
  { name: '1.8 Yuma2: dividends', reached: (view) => yuma2(view) && total(view.steps.dividends) > 0n },
  ...emaCases('Yuma3', yuma3),
  { name: '1.8 Yuma3: dividends', reached: (view) => yuma3(view) && total(view.steps.dividends) > 0n },
  {
    name: '1.8 Yuma3: bonds of one without a vote earn nothing',
    reached: (view) =>
      view.input.params.yuma3On &&
      anyEntry(
        view.steps.bonds,
        (i, j, b) => b > 0n && (view.steps.incentive[j] ?? 0n) > 0n && view.steps.activeStake[i] === 0n,
      ),
  },
  {
    name: '1.8 liquid alpha on, but no consensus: constant speed',
    reached: (view) =>
      view.input.params.yuma3On &&
      view.input.params.liquidAlphaOn &&
      !view.hasConsensus &&
      entries(view.steps.bonds) > 0,
  },
  {
    name: '1.8 liquid alpha set, but Yuma2: not used',
    reached: (view) => yuma2(view) && view.input.params.liquidAlphaOn && entries(view.steps.bonds) > 0,
  },
]

interface LiquidEntry {
  readonly difference: Fixed
  readonly argument: Fixed
  readonly consensus: Fixed
  readonly weight: Fixed
  readonly bond: Fixed
  readonly seenWeight: boolean
  readonly seenBond: boolean
}

/** The entries with a speed of their own. */
const liquidEntries = oncePerView((view): LiquidEntry[] => {
  if (!view.liquid || view.input.n > SEARCHED || view.input.params.alphaLow >= view.input.params.alphaHigh) return []
  const steepness = BigInt(view.input.params.alphaSigmoidSteepness) * T
  return view.steps.weightsForBonds.flatMap((row, i) => {
    if (row.length === 0) return []
    // As in the bonds: values of 65535 are exactly 1.
    const held = view.steps.heldBonds[i]!.map(([j, b]): [number, Fixed] => [j, b / U16])
    const [bonds, seenWeights, seenBonds] = [mapOf(held), seenEntries(row), seenEntries(held)]
    return row.flatMap(([j, weight]) => {
      if (j >= view.input.n) return []
      const consensus = view.steps.consensus[j]!
      const difference = combinedDifference(consensus, seenWeights.get(j) ?? 0n, seenBonds.get(j) ?? 0n)
      const argument = sigmoidArgument(difference, steepness)
      const [seenWeight, seenBond] = [seenWeights.has(j), seenBonds.has(j)]
      return [{ difference, argument, consensus, weight, bond: bonds.get(j) ?? 0n, seenWeight, seenBond }]
    })
  })
})
const liquidEntry = (view: View, fits: (entry: LiquidEntry) => boolean): boolean => liquidEntries(view).some(fits)
const steepness = (view: View, fits: (value: number) => boolean): boolean =>
  fits(view.input.params.alphaSigmoidSteepness) && liquidEntry(view, () => true)
const LIMIT = 20n * T
/** Whether a bond with an incoming weight of some kind is gone after the epoch. */
const bondLost = (view: View, fits: (row: number, column: number) => boolean): boolean =>
  view.liquid &&
  view.steps.heldBonds.some((row, i) => {
    const target = mapOf(view.steps.weightsForBonds[i])
    return row.some(([j, b]) => b > 0n && j < view.input.n && !target.has(j) && fits(i, j))
  })
const rawWeight = (view: View, row: number, column: number): Fixed | undefined =>
  mapOf(view.steps.weights[row]).get(column)

export const liquidAlpha: readonly Branch[] = [
  {
    name: '1.8 liquid alpha: weight above bond and consensus',
    reached: (view) =>
      liquidEntry(view, (each) => each.weight >= each.bond && each.weight > each.consensus && each.difference > 0n),
  },
  {
    name: '1.8 liquid alpha: weight above bond, not above consensus: difference 0',
    reached: (view) =>
      liquidEntry(view, (each) => each.weight >= each.bond && each.weight < each.consensus && each.difference === 0n),
  },
  {
    name: '1.8 liquid alpha: bond above weight',
    reached: (view) =>
      liquidEntry(view, (each) => each.bond > each.weight && each.difference === each.bond - each.weight),
  },
  {
    name: '1.8 liquid alpha: difference 1',
    reached: (view) => liquidEntry(view, ({ difference }) => difference === T),
  },
  {
    name: '1.8 liquid alpha: positive argument',
    reached: (view) => liquidEntry(view, ({ argument }) => argument > 0n),
  },
  {
    name: '1.8 liquid alpha: negative argument',
    reached: (view) => liquidEntry(view, ({ argument }) => argument < 0n),
  },
  {
    name: '1.8 liquid alpha: argument above 12',
    reached: (view) => liquidEntry(view, ({ argument }) => argument > 12n * T && argument < LIMIT),
  },
  {
    name: '1.8 liquid alpha: argument clamped at 20',
    reached: (view) => liquidEntry(view, ({ argument }) => argument > LIMIT),
  },
  {
    name: '1.8 liquid alpha: argument clamped at -20',
    reached: (view) => liquidEntry(view, ({ argument }) => argument < -LIMIT),
  },
  { name: '2 exponential of 0', reached: (view) => liquidEntry(view, ({ argument }) => argument === 0n) },
  {
    name: '2 [Q] exponential of exactly 1: e with 23 bits',
    reached: (view) => liquidEntry(view, ({ argument }) => argument === T),
  },
  { name: '1.8 liquid alpha: steepness 0', reached: (view) => steepness(view, (value) => value === 0) },
  {
    name: '1.8 liquid alpha: steepness with a fraction, truncated',
    reached: (view) => steepness(view, (value) => value % 25 !== 0),
  },
  { name: '1.8 liquid alpha: negative steepness', reached: (view) => steepness(view, (value) => value < 0) },
  {
    name: '1.8 liquid alpha: low equals high',
    reached: (view) =>
      view.liquid && view.input.params.alphaLow === view.input.params.alphaHigh && entries(view.steps.bonds) > 0,
  },
  {
    name: '1.8 liquid alpha: low above high: low',
    reached: (view) =>
      view.liquid && view.input.params.alphaLow > view.input.params.alphaHigh && entries(view.steps.bonds) > 0,
  },
  {
    name: '1.8 [Q] liquid alpha: bond without a weight entry is deleted',
    reached: (view) => bondLost(view, (i, j) => rawWeight(view, i, j) === undefined),
  },
  {
    name: '1.8 [Q] liquid alpha: bond with an explicit zero decays',
    reached: (view) =>
      view.liquid && pairs(view, ({ old, weight, bond }) => !!old && weight === 0n && bond !== undefined),
  },
  {
    name: '1.8 [Q] liquid alpha: bond lost because the weight was clipped to 0',
    reached: (view) => view.steps.penalty === T && bondLost(view, (i, j) => (rawWeight(view, i, j) ?? 0n) > 0n),
  },
  {
    name: '1.8 [Q] liquid alpha: bond lost because the weight was interpolated to 0',
    reached: (view) => between(view) && bondLost(view, (i, j) => rawWeight(view, i, j) !== undefined),
  },
  {
    name: '1.8 liquid alpha: what averages to 0 vanishes',
    reached: (view) => view.liquid && pairs(view, ({ weight, bond }) => weight !== undefined && bond === undefined),
  },
  {
    name: '1.8 [Q] liquid alpha: unsorted weight unseen by the speed',
    reached: (view) => liquidEntry(view, ({ seenWeight, weight }) => !seenWeight && weight > 0n),
  },
  {
    name: '1.8 [Q] liquid alpha: unsorted bond unseen by the speed, but averaged',
    reached: (view) => liquidEntry(view, ({ seenBond, bond }) => !seenBond && bond > 0n),
  },
  {
    // Both products are at most what they take from, and the two parts of the speed add up to 1.
    name: '1.8 liquid alpha: average above 1',
    reached: (view) => view.liquid && anyEntry(view.steps.bonds, (_row, _column, b) => b > T),
    impossible: true,
  },
]

export const reset: readonly Branch[] = [
  {
    name: '1.9 reset: column deleted',
    reached: ({ subnet, input }) => subnet.reset !== undefined && input.bonds.columns.includes(subnet.reset),
  },
  {
    name: '1.9 reset: nothing to delete',
    reached: ({ subnet, input }) => subnet.reset !== undefined && !input.bonds.columns.includes(subnet.reset),
  },
]
