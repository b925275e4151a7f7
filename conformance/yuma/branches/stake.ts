/** Sections 1.1 to 1.4: activity, stake, permits, active stake. */
import { anyUid, type Branch, inheritedBits, proportionBits, T, total, U64_MAX, type View } from './view.ts'

const cutoffBlock = (view: View, uid: number): number => view.input.lastUpdate[uid]! + view.input.activityCutoff
const inheritance = (view: View, fits: (parameters: View['subnet']['inheritance'][number]) => boolean): boolean =>
  view.subnet.inheritance.some(fits)
const proportions = ({ children, parents }: View['subnet']['inheritance'][number]): bigint[] => [
  ...children,
  ...parents.map(({ proportion }) => proportion),
]
const whole = (view: View, uid: number): bigint => view.steps.totalStake[uid]! >> 64n
const isOwner = (view: View, uid: number): boolean => uid === view.input.ownerUid
const surplus = (view: View): number => view.input.n - view.input.params.maxAllowedValidators

export const sizes: readonly Branch[] = [
  { name: 'size: no uids', reached: ({ input }) => input.n === 0 },
  { name: 'size: 1 uid', reached: ({ input }) => input.n === 1 },
  { name: 'size: 2 to 31 uids', reached: ({ input }) => input.n >= 2 && input.n < 32 },
  { name: 'size: 32 to 255 uids', reached: ({ input }) => input.n >= 32 && input.n < 256 },
  { name: 'size: 256 to 512 uids', reached: ({ input }) => input.n >= 256 },
]

export const activity: readonly Branch[] = [
  {
    name: '1.1 cutoff reached in this very block: active',
    reached: (view) => anyUid(view, (uid) => cutoffBlock(view, uid) === view.input.block && !view.steps.inactive[uid]),
  },
  {
    name: '1.1 cutoff reached a block ago: inactive',
    reached: (view) =>
      anyUid(view, (uid) => cutoffBlock(view, uid) === view.input.block - 1 && view.steps.inactive[uid]!),
  },
  { name: '1.1 uid without any update', reached: ({ input }) => input.lastUpdate.includes(0) },
  { name: '1.1 slot without registration', reached: ({ input }) => input.registeredAt.includes(0) },
]

export const stake: readonly Branch[] = [
  {
    name: '1.2 share of 2^64-1 is exactly 1',
    reached: (view) =>
      inheritance(view, (each) => proportions(each).some((share) => share === U64_MAX && proportionBits(share) === T)),
  },
  {
    name: '1.2 share rounded down',
    reached: (view) =>
      inheritance(view, (each) => proportions(each).some((share) => proportionBits(share) * U64_MAX < share << 32n)),
  },
  {
    name: '1.2 children take a part',
    reached: (view) =>
      inheritance(
        view,
        ({ stake, children }) =>
          children.length > 0 &&
          stake > 0n &&
          total(children.map(proportionBits)) > 0n &&
          inheritedBits({ stake, children, parents: [] }) > 0n,
      ),
  },
  {
    name: '1.2 children take more than there is: nothing left',
    reached: (view) =>
      inheritance(view, ({ stake, children }) => stake > 0n && total(children.map(proportionBits)) > T),
  },
  {
    name: '1.2 parents add to it',
    reached: (view) =>
      inheritance(view, ({ parents }) => parents.some((each) => each.stake * proportionBits(each.proportion) > 0n)),
  },
  {
    name: '1.2 inherited stake rounded down',
    reached: (view) => inheritance(view, (each) => (inheritedBits(each) & (T - 1n)) !== 0n),
  },
  {
    name: '1.2 root TAO adds a fraction of a rao',
    reached: ({ steps }) => steps.totalStake.some((stake) => (stake & U64_MAX) !== 0n),
  },
  {
    name: '1.2 below the threshold: no stake',
    reached: (view) => anyUid(view, (uid) => view.steps.totalStake[uid]! > 0n && view.steps.filteredStake[uid] === 0n),
  },
  {
    name: '1.2 exactly at the threshold: kept',
    reached: (view) =>
      anyUid(
        view,
        (uid) =>
          !isOwner(view, uid) &&
          view.input.params.stakeThreshold > 0n &&
          whole(view, uid) === view.input.params.stakeThreshold &&
          view.steps.filteredStake[uid]! > 0n,
      ),
  },
  {
    name: '1.2 owner below the threshold: kept',
    reached: (view) =>
      anyUid(
        view,
        (uid) =>
          isOwner(view, uid) &&
          whole(view, uid) < view.input.params.stakeThreshold &&
          view.steps.filteredStake[uid]! > 0n,
      ),
  },
  {
    name: '1.2 shares rounded down: their sum is short of 1',
    reached: ({ steps }) => total(steps.stake) > 0n && total(steps.stake) < T,
  },
  {
    name: '1.2 stake too small for a share',
    reached: ({ steps }) => steps.filteredStake.some((stake, uid) => stake > 0n && steps.stake[uid] === 0n),
  },
]

/** Whether the last uid without and the first with a permit by rank have the same share. */
function tieAtBoundary(view: View): boolean {
  const { stake, topStakes } = view.steps
  if (surplus(view) <= 0 || view.input.params.maxAllowedValidators === 0) return false
  const order = stake
    .map((_, uid) => uid)
    .sort((a, b) => (stake[a]! < stake[b]! ? -1 : stake[a]! > stake[b]! ? 1 : a - b))
  const lastOut = order[surplus(view) - 1]!
  const firstIn = order[surplus(view)]!
  return stake[lastOut] === stake[firstIn] && stake[firstIn]! > 0n && topStakes[firstIn]! && !topStakes[lastOut]
}

export const permits: readonly Branch[] = [
  {
    name: '1.3 owner votes without a stored permit',
    reached: (view) =>
      anyUid(view, (uid) => isOwner(view, uid) && view.input.validatorPermits[uid] === 0 && view.voters.includes(uid)),
  },
  {
    name: '1.3 fewer uids than permits: all with stake',
    reached: (view) => surplus(view) < 0 && view.steps.topStakes.includes(true),
  },
  {
    name: '1.3 as many uids as permits: all with stake',
    reached: (view) => surplus(view) === 0 && view.steps.topStakes.includes(true),
  },
  {
    name: '1.3 more uids than permits: the lowest stakes go without',
    reached: (view) =>
      surplus(view) > 0 &&
      view.steps.topStakes.includes(true) &&
      view.steps.stake.some((s, uid) => s > 0n && !view.steps.topStakes[uid]),
  },
  { name: '1.3 tie at the boundary: the higher uid has it', reached: tieAtBoundary },
  {
    name: '1.3 rank without stake: no permit',
    reached: (view) =>
      view.steps.stake.filter((share) => share > 0n).length <
      Math.min(view.input.n, view.input.params.maxAllowedValidators),
  },
  {
    name: '1.3 no permits at all but the owner',
    reached: ({ input }) => input.n > 0 && input.params.maxAllowedValidators === 0,
  },
  {
    name: '1.3 owner has a permit without rank',
    reached: ({ steps }) => steps.newPermits.some((permit, uid) => permit && !steps.topStakes[uid]),
  },
  {
    name: '1.3 permit lost now, but its weights still counted',
    reached: ({ steps, voters }) => voters.some((uid) => !steps.newPermits[uid] && steps.weights[uid]!.length > 0),
  },
  {
    name: '1.3 permit gained now, but its weights did not count yet',
    reached: ({ steps }) =>
      steps.newPermits.some((permit, uid) => permit && !steps.permits[uid] && steps.masked[0]![uid]!.length > 0),
  },
]

export const activeStake: readonly Branch[] = [
  {
    name: '1.4 inactive: no vote',
    reached: (view) =>
      anyUid(view, (uid) => view.steps.inactive[uid]! && view.steps.permits[uid]! && view.steps.stake[uid]! > 0n),
  },
  {
    name: '1.4 no permit: no vote',
    reached: (view) =>
      anyUid(view, (uid) => !view.steps.inactive[uid] && !view.steps.permits[uid] && view.steps.stake[uid]! > 0n),
  },
  {
    name: '1.4 nobody may vote: left at 0',
    reached: ({ steps, voters }) => voters.length === 0 && total(steps.stake) > 0n,
  },
  {
    name: '1.4 votes rounded down: their sum is short of 1',
    reached: ({ steps }) => total(steps.activeStake) > 0n && total(steps.activeStake) < T,
  },
]
