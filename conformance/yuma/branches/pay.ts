/** Sections 1.10 to 1.13: amounts, what is stored, mechanisms, degenerate states. */
import type { EpochResult } from '@neurite/runtime/yuma'
import type { Fixed } from '../oracle.ts'
import { anyEntry, anyUid, type Branch, entries, mechanismWeights, T, total, U16, U64_MAX, type View } from './view.ts'

const paid = ({ input }: View): boolean => input.emission > 0n
const sums = ({ steps }: View) => ({ servers: total(steps.incentive), validators: total(steps.dividends) })

export const emission: readonly Branch[] = [
  {
    name: '1.10 servers and validators',
    reached: (view) => paid(view) && sums(view).servers > 0n && sums(view).validators > 0n,
  },
  {
    name: '1.10 servers alone',
    reached: (view) => paid(view) && sums(view).servers > 0n && sums(view).validators === 0n,
  },
  {
    // Dividends are bonds times incentive.
    name: '1.10 validators alone',
    reached: (view) => sums(view).servers === 0n && sums(view).validators > 0n,
    impossible: true,
  },
  {
    name: '1.10 neither: by active stake',
    reached: (view) => paid(view) && !view.rewarded && view.voters.length > 0,
  },
  {
    name: '1.10 neither, nobody votes: by all stake',
    reached: (view) => paid(view) && !view.rewarded && view.voters.length === 0 && total(view.steps.stake) > 0n,
  },
  {
    name: '1.10 amount rounded down',
    reached: ({ input, steps }) => steps.combinedShares.some((share) => ((share * input.emission) & (T - 1n)) !== 0n),
  },
  { name: '1.10 nothing to share out', reached: (view) => !paid(view) && view.rewarded },
  { name: '1.10 the largest amount', reached: ({ input, rewarded }) => input.emission === U64_MAX && rewarded },
  {
    name: '1.10 combined amount is not the sum of both',
    reached: ({ result }) =>
      result.emission.some((amount, uid) => amount !== result.serverEmission[uid]! + result.validatorEmission[uid]!),
  },
]

const VECTORS: readonly [name: string, field: keyof EpochResult, bits: (view: View) => readonly Fixed[]][] = [
  ['stake weight', 'stakeWeight', ({ steps }) => steps.stake],
  ['consensus', 'consensus', ({ steps }) => steps.consensus],
  ['incentive', 'incentive', ({ steps }) => steps.incentive],
  ['dividends', 'dividends', ({ steps }) => steps.dividends],
  ['validator trust', 'validatorTrust', ({ steps }) => steps.validatorTrust],
]
const isRounded = (bits: Fixed): boolean => (bits * U16) % T !== 0n && bits * U16 > T
const isLost = (bits: Fixed): boolean => bits > 0n && bits * U16 < T
const stored = (view: View, fits: (bits: Fixed) => boolean): boolean =>
  anyEntry(view.steps.bonds, (i, _, bits) => view.steps.newPermits[i]! && fits(bits))

export const quantisation: readonly Branch[] = [
  ...VECTORS.flatMap(([name, , bits]): Branch[] => [
    { name: `1.11 ${name} rounded down`, reached: (view) => bits(view).some(isRounded) },
    { name: `1.11 ${name} rounded to 0`, reached: (view) => bits(view).some(isLost) },
    { name: `1.11 ${name} exactly 65535`, reached: (view) => bits(view).includes(T) },
  ]),
  { name: '1.11 bond rounded down', reached: (view) => stored(view, isRounded) },
  { name: '1.11 bond rounded to 0 stays an entry', reached: (view) => stored(view, isLost) },
  { name: '1.11 bond exactly 65535', reached: (view) => stored(view, (bits) => bits === T) },
  {
    name: '1.11 bonds without a new permit: row emptied',
    reached: ({ steps }) => steps.bonds.some((row, i) => row.length > 0 && !steps.newPermits[i]),
  },
  {
    name: '1.11 row emptied that was stored before',
    reached: ({ steps }) => steps.storedBonds.some((row, i) => row.length > 0 && !steps.newPermits[i]),
  },
  {
    name: '1.11 activity stored both ways',
    reached: ({ result }) => result.active.includes(0) && result.active.includes(1),
  },
  {
    name: '1.11 permits stored differ from those that masked',
    reached: (view) => anyUid(view, (uid) => view.steps.permits[uid] !== view.steps.newPermits[uid]),
  },
]

const several = (view: View): boolean => view.together !== undefined
const fractional = (view: View): boolean => mechanismWeights(view.subnet.amounts).some((w) => w > 0n && w < 1n << 64n)
const sumOf = (amounts: readonly bigint[]): bigint => total(amounts)

export const mechanisms: readonly Branch[] = [
  { name: '1.12 a single mechanism', reached: ({ subnet, input }) => subnet.mechanisms.length === 1 && input.n > 0 },
  {
    name: '1.12 even split, remainder to mechanism 0',
    reached: ({ subnet }) =>
      subnet.split === undefined &&
      subnet.mechanisms.length > 1 &&
      subnet.amount % BigInt(subnet.mechanisms.length) !== 0n,
  },
  {
    name: '1.12 given split, remainder to mechanism 0',
    reached: ({ subnet }) =>
      subnet.split !== undefined &&
      subnet.mechanisms.length > 1 &&
      sumOf(subnet.split.map((share) => (subnet.amount * BigInt(share)) / U16)) < subnet.amount,
  },
  {
    name: '1.12 split shorter than the count: nothing for the others',
    reached: ({ subnet }) => subnet.split !== undefined && subnet.split.length < subnet.mechanisms.length,
  },
  {
    name: '1.12 nothing to share: all weight on mechanism 0',
    reached: (view) => several(view) && view.subnet.amount === 0n && view.input.n > 0,
  },
  {
    name: '1.12 fractions weighted and rounded down mechanism by mechanism',
    reached: (view) =>
      several(view) &&
      fractional(view) &&
      (['stakeWeight', 'consensus', 'dividends', 'validatorTrust'] as const).some((field) =>
        view.together!.aggregated[field].some((value, uid) => {
          const weights = mechanismWeights(view.subnet.amounts)
          const exact = total(view.together!.results.map((each, m) => BigInt(each[field][uid]!) * weights[m]!))
          return exact >> 64n !== BigInt(value) && exact > 0n
        }),
      ),
  },
  {
    name: '1.12 [Q] emission weighted though already split',
    reached: (view) =>
      several(view) &&
      view.together!.aggregated.emission.some(
        (amount, uid) => amount < total(view.together!.results.map((each) => each.emission[uid]!)),
      ),
  },
  {
    name: '1.12 server and validator amounts add up',
    reached: (view) =>
      several(view) && view.together!.results.every((each) => each.serverEmission.some((amount) => amount > 0n)),
  },
  {
    name: '1.12 active in one mechanism only: active',
    reached: (view) =>
      several(view) &&
      anyUid(view, (uid) => new Set(view.together!.results.map((each) => each.active[uid])).size === 2),
  },
  {
    name: '1.12 permits of all mechanisms together',
    reached: (view) => several(view) && view.together!.aggregated.validatorPermits.includes(1),
  },
  {
    name: '1.11 [Q] stake of voting power summed once per mechanism',
    reached: (view) =>
      several(view) &&
      view.together!.aggregated.totalStake.some((stake, uid) => stake > view.together!.results[0]!.totalStake[uid]!),
  },
]

const weighted = (view: View): boolean => entries(view.steps.masked[0]!) > 0
const noAmounts = ({ result }: View): boolean =>
  [result.serverEmission, result.validatorEmission, result.emission].every((amounts) => !amounts.some((a) => a > 0n))

export const degenerate: readonly Branch[] = [
  {
    name: '1.13 no stake at all: nobody is paid',
    reached: (view) => view.input.n > 0 && total(view.steps.totalStake) === 0n && paid(view) && noAmounts(view),
  },
  {
    name: '1.13 stake, but no permits yet: paid by stake, permits given',
    reached: (view) =>
      total(view.steps.stake) > 0n &&
      !view.steps.permits.includes(true) &&
      view.steps.newPermits.includes(true) &&
      view.result.validatorEmission.some((amount) => amount > 0n),
  },
  {
    name: '1.13 permits, but no weight counts: paid by active stake',
    reached: (view) =>
      view.voters.length > 0 &&
      entries(view.steps.weights) === 0 &&
      view.result.validatorEmission.some((amount) => amount > 0n),
  },
  {
    name: '1.13 the same with Yuma2 bonds: no dividends without incentive',
    reached: (view) =>
      !view.input.params.yuma3On &&
      view.voters.length > 0 &&
      entries(view.steps.weights) === 0 &&
      entries(view.steps.heldBonds) > 0 &&
      total(view.steps.dividends) === 0n,
  },
  {
    name: '1.13 all inactive: paid by stake',
    reached: (view) =>
      view.input.n > 0 &&
      view.steps.inactive.every((inactive) => inactive) &&
      view.result.validatorEmission.some((amount) => amount > 0n),
  },
  {
    name: '1.13 weights only on themselves: as no weights',
    reached: (view) =>
      weighted(view) &&
      view.voters.length > 0 &&
      !anyEntry(view.steps.masked[1]!, (i, j) => i !== j) &&
      entries(view.steps.masked[1]!) > 0 &&
      entries(view.steps.weights) === 0,
  },
  {
    name: '1.13 fewer than kappa agree anywhere: no incentive',
    reached: (view) =>
      view.voters.some((uid) => view.steps.weights[uid]!.some(([, w]) => w > 0n)) &&
      !view.hasConsensus &&
      total(view.steps.incentive) === 0n,
  },
  {
    name: '1.13 no uids: all vectors empty',
    reached: ({ input, result }) =>
      input.n === 0 && result.incentive.length === 0 && result.bonds.rowStart.length === 1,
  },
]
