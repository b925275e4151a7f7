/** The places of a subnet as a whole: who holds them, and since when. */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, derive } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

/** Who holds the places. */
export interface Holders {
  /** By uid. */
  readonly hotkeys: readonly AccountId[]
  /** uids in the order of their hotkeys' account ids. */
  readonly byAccount: Uint16Array
}

const holders = derive(storage.Keys, (entries) => {
  const byUid: AccountId[] = []
  for (const [{ uid }, hotkey] of entries) byUid[uid] = hotkey
  return withOrder(byUid)
})

function withOrder(hotkeys: readonly AccountId[]): Holders {
  const uids = [...hotkeys.keys()].sort((a, b) => (hotkeys[a]! < hotkeys[b]! ? -1 : 1))
  return { hotkeys, byAccount: Uint16Array.from(uids) }
}

/** By uid, NaN for a place that nobody ever took. */
const blocks = derive(storage.BlockAtRegistration, (entries) => {
  const byUid: number[] = []
  for (const [{ uid }, block] of entries) byUid[uid] = Number(block)
  return Float64Array.from(byUid)
})

export function holdersOf(ctx: Ctx, netuid: number): Holders {
  const known = holders.get(ctx, { netuid })
  const n = storage.SubnetworkN.get(ctx, { netuid })
  const byUid: readonly (AccountId | undefined)[] = known.hotkeys
  if (byUid.length === n && !byUid.includes(undefined)) return known
  return withOrder(Array.from({ length: n }, (_, uid) => byUid[uid] ?? storage.Keys.get(ctx, { netuid, uid })))
}

/** Block in which each place was taken, by uid. */
export function registrationBlocks(ctx: Ctx, netuid: number): Float64Array {
  const known = blocks.get(ctx, { netuid })
  const n = storage.SubnetworkN.get(ctx, { netuid })
  if (known.length === n && !known.includes(Number.NaN)) return known
  return Float64Array.from({ length: n }, (_, uid) => {
    const block = known[uid] ?? Number.NaN
    return Number.isNaN(block) ? Number(storage.BlockAtRegistration.get(ctx, { netuid, uid })) : block
  })
}
