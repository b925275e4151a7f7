/** The places of a subnet as a whole: who holds them, and since when. */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, derive } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

const hotkeys = derive(storage.Keys, (entries) => {
  const byUid: AccountId[] = []
  for (const [{ uid }, hotkey] of entries) byUid[uid] = hotkey
  return byUid
})

const blocks = derive(storage.BlockAtRegistration, (entries) => {
  const byUid: number[] = []
  for (const [{ uid }, block] of entries) byUid[uid] = Number(block)
  return byUid
})

/** Hotkeys by uid. */
export function hotkeysOf(ctx: Ctx, netuid: number): AccountId[] {
  const known = hotkeys.get(ctx, { netuid })
  const n = storage.SubnetworkN.get(ctx, { netuid })
  const out = known.slice(0, n)
  for (let uid = 0; uid < n; uid++) out[uid] ??= storage.Keys.get(ctx, { netuid, uid })
  return out
}

/** Block in which each place was taken, by uid. */
export function registrationBlocks(ctx: Ctx, netuid: number): Float64Array {
  const known = blocks.get(ctx, { netuid })
  const out = new Float64Array(storage.SubnetworkN.get(ctx, { netuid }))
  for (let uid = 0; uid < out.length; uid++) {
    out[uid] = known[uid] ?? Number(storage.BlockAtRegistration.get(ctx, { netuid, uid }))
  }
  return out
}
