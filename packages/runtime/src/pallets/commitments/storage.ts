import type { AccountId } from '@neurite/primitives/bytes'
import { accountId, btreeSet, bytes, named, netuid, tuple, u32, u64, vec } from '@neurite/primitives/scale'
import { type Ctx, identity, map, twox64Concat, value } from '../../frame/index.ts'
import { P } from './declare.ts'
import { Registration, UsageTracker } from './types.ts'

const blockNumber = named('BlockNumberFor<T>', u32)
const keys = { netuid: identity(netuid), who: twox64Concat(accountId) }
const DEFAULT_SPACE = 3100

export const storage = P.storage({
  /** Commitments with at least one field that opens later, in order. */
  TimelockedIndex: value(btreeSet(tuple(netuid, accountId))),
  /** What a hotkey committed last. */
  CommitmentOf: map(keys, Registration).optional(),
  /** When a hotkey committed last. @unit block */
  LastCommitment: map(keys, blockNumber).optional(),
  /** When a hotkey last asked to reset its bonds. @unit block */
  LastBondsReset: map(keys, blockNumber).optional(),
  /** What was opened of a hotkey's commitments: bytes and the block, the oldest first. */
  RevealedCommitments: map(keys, vec(tuple(bytes, u64))).optional(),
  /** What a hotkey committed in its current epoch. */
  UsedSpaceOf: map(keys, UsageTracker).optional(),
  /** Most that a hotkey may commit on a subnet in one epoch. @unit bytes */
  MaxSpace: value(u32).default(DEFAULT_SPACE),
})

type Entry = readonly [netuid: number, who: AccountId]

function isBefore([netuid, who]: Entry, [otherNetuid, otherWho]: Entry): boolean {
  return netuid === otherNetuid ? who < otherWho : netuid < otherNetuid
}

/** Notes whether a hotkey's commitment has fields that open later. */
export function noteTimelocked(ctx: Ctx, netuid: number, who: AccountId, isTimelocked: boolean): void {
  const index = storage.TimelockedIndex.get(ctx)
  const isKnown = index.some(([on, account]) => on === netuid && account === who)
  if (isKnown === isTimelocked) return
  const entry: [number, AccountId] = [netuid, who]
  const others = index.filter(([on, account]) => on !== netuid || account !== who)
  const place = others.filter((other) => isBefore(other, entry)).length
  storage.TimelockedIndex.set(ctx, isTimelocked ? others.toSpliced(place, 0, entry) : others)
}

/** Forgets all commitments on a subnet that is gone. The deposits are 0. */
export function clearCommitments(ctx: Ctx, netuid: number): void {
  const maps = [
    storage.CommitmentOf,
    storage.LastCommitment,
    storage.LastBondsReset,
    storage.RevealedCommitments,
    storage.UsedSpaceOf,
  ]
  for (const item of maps) item.removePrefix(ctx, { netuid })
  const index = storage.TimelockedIndex.get(ctx)
  if (index.some(([on]) => on === netuid)) {
    storage.TimelockedIndex.set(
      ctx,
      index.filter(([on]) => on !== netuid),
    )
  }
}
