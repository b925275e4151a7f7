/**
 * Whom a newcomer replaces on a full subnet.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/registration.rs get_neuron_to_prune
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { subU64 } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

interface Place {
  readonly hotkey: AccountId
  readonly uid: number
  /** Block of registration. */
  readonly since: bigint
}

/** Places that are never pruned: that of the owner's hotkey, then the owner's earliest, as many as the subnet allows. */
export function immortalPlaces(ctx: Ctx, netuid: number): Place[] {
  const coldkey = storage.SubnetOwner.get(ctx, { netuid })
  const limit = storage.ImmuneOwnerUidsLimit.get(ctx, { netuid })
  const places = storage.OwnedHotkeys.get(ctx, { coldkey }).flatMap((hotkey) => placeOf(ctx, netuid, hotkey) ?? [])
  places.sort((a, b) => (a.since === b.since ? a.uid - b.uid : a.since < b.since ? -1 : 1))
  const kept = places.slice(0, limit)
  const own = storage.SubnetOwnerHotkey.has(ctx, { netuid })
    ? placeOf(ctx, netuid, storage.SubnetOwnerHotkey.get(ctx, { netuid }))
    : undefined
  return own === undefined || kept.some(({ uid }) => uid === own.uid) ? kept : [own, ...kept].slice(0, limit)
}

function placeOf(ctx: Ctx, netuid: number, hotkey: AccountId): Place | undefined {
  const uid = storage.Uids.get(ctx, { netuid, hotkey })
  if (uid === undefined) return undefined
  return { hotkey, uid, since: storage.BlockAtRegistration.get(ctx, { netuid, uid }) }
}

/** Hotkeys that are never pruned. */
export function immortalHotkeys(ctx: Ctx, netuid: number): Set<AccountId> {
  return new Set(immortalPlaces(ctx, netuid).map(({ hotkey }) => hotkey))
}

/** Whether the neuron is too young to be pruned. */
export function isImmune(ctx: Ctx, netuid: number, since: bigint): boolean {
  return subU64(ctx.block, since) < BigInt(storage.ImmunityPeriod.get(ctx, { netuid }))
}

interface Candidate {
  readonly uid: number
  readonly emission: bigint
  readonly since: bigint
}

/** The one to go first: least emission, then longest registered, then lowest uid. */
function weaker(a: Candidate | undefined, b: Candidate): Candidate {
  if (a === undefined) return b
  if (a.emission !== b.emission) return a.emission < b.emission ? a : b
  if (a.since !== b.since) return a.since < b.since ? a : b
  return a.uid < b.uid ? a : b
}

/**
 * Uid to prune, undefined when there is none. Immune neurons go only while fewer others than the subnet wants to keep
 * prunable are left.
 */
export function neuronToPrune(ctx: Ctx, netuid: number): number | undefined {
  const immortal = immortalHotkeys(ctx, netuid)
  const emissions = storage.Emission.get(ctx, { netuid })
  let prunable = 0
  let weakest: Candidate | undefined
  let weakestImmune: Candidate | undefined
  const count = storage.SubnetworkN.get(ctx, { netuid })
  for (let uid = 0; uid < count; uid++) {
    if (!storage.Keys.has(ctx, { netuid, uid }) || immortal.has(storage.Keys.get(ctx, { netuid, uid }))) continue
    const since = storage.BlockAtRegistration.get(ctx, { netuid, uid })
    const candidate = { uid, emission: emissions[uid] ?? 0n, since }
    if (isImmune(ctx, netuid, since)) weakestImmune = weaker(weakestImmune, candidate)
    else {
      prunable++
      weakest = weaker(weakest, candidate)
    }
  }
  const mayPrune = prunable > storage.MinNonImmuneUids.get(ctx, { netuid })
  return mayPrune && weakest ? weakest.uid : weakestImmune?.uid
}
