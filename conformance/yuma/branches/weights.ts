/** Sections 1.5 to 1.7: masks, consensus, clipping, incentive. */
import {
  anyEntry,
  type Branch,
  entries,
  isAscending,
  mapOf,
  oncePerView,
  SEARCHED,
  T,
  total,
  U16,
  type View,
} from './view.ts'

const removedBy = ({ steps: { masked } }: View, mask: number): boolean =>
  entries(masked[mask - 1]!) > entries(masked[mask]!)
const commitOf = ({ input }: View, uid: number): number => input.earliestCommit?.[uid] ?? Number.POSITIVE_INFINITY

export const masks: readonly Branch[] = [
  {
    name: '1.5 target outside the subnet: dropped',
    reached: ({ input, steps }) => {
      const { rowStart, columns } = input.weights
      return steps.permits.some(
        (permit, uid) => permit && columns.subarray(rowStart[uid], rowStart[uid + 1]).some((j) => j >= input.n),
      )
    },
  },
  {
    name: '1.5 explicit zero: kept as an entry',
    reached: ({ steps, voters }) => voters.some((uid) => steps.weights[uid]!.some(([, w]) => w === 0n)),
  },
  {
    name: '1.5 stored order kept',
    reached: ({ steps, voters }) => voters.some((uid) => !isAscending(steps.weights[uid]!)),
  },
  { name: '1.5 mask 1: row without permit', reached: (view) => removedBy(view, 1) },
  { name: '1.5 mask 2: weight on itself', reached: (view) => removedBy(view, 2) },
  {
    name: "1.5 mask 2: the owner's own weight stays",
    reached: ({ input, steps }) =>
      input.ownerUid !== undefined && steps.weights[input.ownerUid]!.some(([j, w]) => j === input.ownerUid && w > 0n),
  },
  { name: '1.5 mask 3: weight older than the registration', reached: (view) => removedBy(view, 3) },
  {
    name: '1.5 mask 3: weight of the same block goes, too',
    reached: ({ input, steps }) => anyEntry(steps.masked[2]!, (i, j) => input.lastUpdate[i] === input.registeredAt[j]),
  },
  { name: '1.5 mask 4: committed before the registration', reached: (view) => removedBy(view, 4) },
  {
    name: '1.5 mask 4: committed in the same block stays',
    reached: (view) => anyEntry(view.steps.masked[4]!, (i, j) => commitOf(view, i) === view.input.registeredAt[j]),
  },
  {
    name: '1.5 mask 4: without a commit all stay',
    reached: (view) =>
      view.input.earliestCommit !== undefined &&
      view.steps.weights.some((row, i) => row.length > 0 && commitOf(view, i) === Number.POSITIVE_INFINITY),
  },
  {
    name: '1.5 mask 4: commit-reveal off',
    reached: ({ input, steps }) => input.earliestCommit === undefined && entries(steps.weights) > 0,
  },
  {
    name: '1.5 mask 5: row of zeros left as it is',
    reached: ({ steps }) => steps.weights.some((row) => row.length > 0 && row.every(([, w]) => w === 0n)),
  },
  {
    name: '1.5 mask 5: weights rounded down',
    reached: ({ steps }) =>
      steps.weights.some((row) => row.some(([, w]) => w > 0n) && total(row.map(([, w]) => w)) < T),
  },
  {
    // A row of 512 weights adds up to less than 2^25.
    name: '1.5 mask 5: weight rounded to 0',
    reached: ({ steps }) =>
      steps.weights.some((row, i) => row.some(([, w], k) => w === 0n && steps.masked[4]![i]![k]![1] > 0n)),
    impossible: true,
  },
]

const kappaBits = ({ input }: View): bigint => (BigInt(input.params.kappa) * T) / U16
/** Votes on each score, column by column. */
const votesByScore = oncePerView((view): Map<bigint, bigint>[] => {
  const rows = view.voters.map((uid) => mapOf(view.steps.weights[uid]))
  return Array.from({ length: view.input.n }, (_, column) => {
    const byScore = new Map<bigint, bigint>()
    rows.forEach((row, k) => {
      const score = row.get(column) ?? 0n
      byScore.set(score, (byScore.get(score) ?? 0n) + view.votes[k]!)
    })
    return byScore
  })
})
function anyColumn(view: View, fits: (votes: Map<bigint, bigint>, consensus: bigint) => boolean): boolean {
  if (view.voters.length === 0 || view.input.n > SEARCHED) return false
  return votesByScore(view).some((byScore, column) => fits(byScore, view.steps.consensus[column]!))
}
const ascending = (values: Iterable<bigint>): bigint[] => [...values].sort((a, b) => (a < b ? -1 : 1))

function isExactMinority(view: View, byScore: Map<bigint, bigint>, found: bigint): boolean {
  const minority = total(view.votes) - kappaBits(view)
  let below = 0n
  for (const score of ascending(byScore.keys())) {
    below += byScore.get(score)!
    if (below === minority && found > score) return true
  }
  return false
}

export const consensus: readonly Branch[] = [
  {
    name: '1.6 column with too little agreement: 0',
    reached: ({ steps, voters }) =>
      voters.some((uid) => steps.weights[uid]!.some(([j, w]) => w > 0n && steps.consensus[j] === 0n)),
  },
  { name: '1.6 consensus above 0', reached: ({ hasConsensus }) => hasConsensus },
  {
    name: '1.6 votes up to a score are exactly the minority: the next score',
    reached: (view) => anyColumn(view, (byScore, found) => isExactMinority(view, byScore, found)),
  },
  {
    name: '1.6 the same among more than 16 scores',
    reached: (view) => anyColumn(view, (byScore, found) => byScore.size > 16 && isExactMinority(view, byScore, found)),
  },
  {
    name: '1.6 half of the votes is enough at kappa 32767',
    reached: (view) =>
      view.input.params.kappa === 32767 &&
      anyColumn(view, (byScore, found) => {
        const zero = byScore.get(0n) ?? 0n
        return found > 0n && zero > 0n && zero * 2n === total(view.votes)
      }),
  },
  {
    name: '1.6 kappa 0: the largest score',
    reached: (view) =>
      view.input.params.kappa === 0 &&
      anyColumn(view, (byScore, found) => byScore.size > 1 && found === ascending(byScore.keys()).at(-1)),
  },
  {
    name: '1.6 kappa above all votes: the smallest score',
    reached: (view) =>
      kappaBits(view) > total(view.votes) &&
      anyColumn(view, (byScore, found) => byScore.size > 1 && found > 0n && found === ascending(byScore.keys())[0]),
  },
  {
    name: '1.6 kappa above all votes: one row without the column makes it 0',
    reached: (view) =>
      kappaBits(view) > total(view.votes) &&
      anyColumn(view, (byScore, found) => byScore.size > 1 && byScore.has(0n) && found === 0n),
  },
  {
    // A vote is at least the share it is made of, because shares add up to at most 1.
    name: '1.6 vote rounded to 0',
    reached: ({ votes }) => votes.includes(0n),
    impossible: true,
  },
  {
    name: '1.6 votes normalised once more differ from active stake',
    reached: ({ steps, voters, votes }) => voters.some((uid, k) => votes[k] !== steps.activeStake[uid]),
  },
  {
    name: '1.6 nobody votes, though there are weights',
    reached: ({ steps, voters }) => voters.length === 0 && entries(steps.weights) > 0,
  },
  { name: '1.6 a single voter', reached: ({ voters, hasConsensus }) => voters.length === 1 && hasConsensus },
  {
    name: '1.6 clip: lowered to consensus',
    reached: ({ steps }) => anyEntry(steps.weights, (_, j, w) => steps.consensus[j]! > 0n && w > steps.consensus[j]!),
  },
  {
    name: '1.6 clip: dropped where consensus is 0',
    reached: ({ steps }) => entries(steps.clipped) < entries(steps.weights),
  },
  {
    name: '1.6 clip: equal to consensus stays',
    reached: ({ steps, voters }) =>
      voters.length > 1 && anyEntry(steps.weights, (_, j, w) => w > 0n && w === steps.consensus[j]),
  },
  {
    name: '1.6 clip: explicit zero stays',
    reached: ({ steps }) => anyEntry(steps.clipped, (_, j, w) => w === 0n && steps.consensus[j] === 0n),
  },
]

export const incentive: readonly Branch[] = [
  {
    name: '1.7 product rounded down',
    reached: ({ steps }) => anyEntry(steps.clipped, (i, _, w) => ((steps.activeStake[i]! * w) & (T - 1n)) !== 0n),
  },
  {
    name: '1.7 product rounded to 0',
    reached: ({ steps }) =>
      anyEntry(steps.clipped, (i, _, w) => steps.activeStake[i]! > 0n && w > 0n && steps.activeStake[i]! * w < T),
  },
  {
    name: '1.7 no ranks: all zero',
    reached: ({ steps, voters }) => voters.length > 0 && entries(steps.weights) > 0 && total(steps.ranks) === 0n,
  },
  {
    name: '1.7 incentive rounded down: its sum is short of 1',
    reached: ({ steps }) => total(steps.incentive) > 0n && total(steps.incentive) < T,
  },
]
