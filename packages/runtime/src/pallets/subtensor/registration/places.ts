/** The places of a subnet as a whole: who holds them, and since when. */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, derive } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

/** What the entries hold, by uid. */
function byUid<V>(entries: Iterable<readonly [{ readonly uid: number }, V]>): ReadonlyMap<number, V> {
  return new Map(Array.from(entries, ([{ uid }, value]) => [uid, value]))
}

const hotkeys = derive(storage.Keys, byUid)
const blocks = derive(storage.BlockAtRegistration, byUid)

/** Hotkeys by uid. */
export function hotkeysOf(ctx: Ctx, netuid: number): AccountId[] {
  const known = hotkeys.get(ctx, { netuid })
  return Array.from(
    { length: storage.SubnetworkN.get(ctx, { netuid }) },
    (_, uid) => known.get(uid) ?? storage.Keys.get(ctx, { netuid, uid }),
  )
}

/** Block in which each place was taken, by uid. */
export function registrationBlocks(ctx: Ctx, netuid: number): Float64Array {
  const known = blocks.get(ctx, { netuid })
  return Float64Array.from({ length: storage.SubnetworkN.get(ctx, { netuid }) }, (_, uid) =>
    Number(known.get(uid) ?? storage.BlockAtRegistration.get(ctx, { netuid, uid })),
  )
}
