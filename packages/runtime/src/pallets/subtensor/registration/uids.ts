/**
 * Places on a subnet: joining, replacing, and what a place remembers.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/uids.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import { mechanismOfIndex, mechanismStorageIndex } from '../../../yuma/index.ts'
import { storage } from '../storage/index.ts'

/** Storage indices of the subnet's weight matrices. */
export function mechanismIndices(ctx: Ctx, netuid: number): number[] {
  const count = storage.MechanismCountCurrent.get(ctx, { netuid })
  return Array.from({ length: count }, (_, mecid) => mechanismStorageIndex(netuid, mecid))
}

/** `list` with `value` at `place`; as it was when it is too short. */
function withAt<T>(list: readonly T[], place: number, value: T): readonly T[] {
  if (place >= list.length) return list
  const next = [...list]
  next[place] = value
  return next
}

/**
 * Notes that the neuron joined, or set or committed weights, in this block: the clock of its rate limit and of its
 * activity. The list of a mechanism younger than its neurons is filled up.
 */
export function noteUpdate(ctx: Ctx, index: number, uid: number): void {
  const count = storage.SubnetworkN.get(ctx, { netuid: mechanismOfIndex(index).netuid })
  storage.LastUpdate.mutate(ctx, { index }, (blocks) => {
    const next = [...blocks]
    while (next.length < count) next.push(0n)
    if (uid < next.length) next[uid] = ctx.block
    return next
  })
}

function takePlace(ctx: Ctx, netuid: number, uid: number, hotkey: AccountId): void {
  storage.Keys.set(ctx, { netuid, uid }, hotkey)
  storage.Uids.set(ctx, { netuid, hotkey }, uid)
  storage.BlockAtRegistration.set(ctx, { netuid, uid }, ctx.block)
  storage.IsNetworkMember.set(ctx, { hotkey, netuid }, true)
}

/** Gives the hotkey a new place at the end; returns its uid. */
export function appendNeuron(ctx: Ctx, netuid: number, hotkey: AccountId): number {
  const key = { netuid }
  const uid = storage.SubnetworkN.get(ctx, key)
  storage.SubnetworkN.set(ctx, key, uid + 1)
  storage.Active.mutate(ctx, key, (active) => [...active, true])
  storage.Emission.mutate(ctx, key, (emission) => [...emission, 0n])
  storage.Consensus.mutate(ctx, key, (consensus) => [...consensus, 0])
  for (const index of mechanismIndices(ctx, netuid)) {
    storage.Incentive.mutate(ctx, { index }, (incentive) => [...incentive, 0])
    noteUpdate(ctx, index, uid)
  }
  storage.Dividends.mutate(ctx, key, (dividends) => [...dividends, 0])
  storage.ValidatorTrust.mutate(ctx, key, (trust) => [...trust, 0])
  storage.ValidatorPermit.mutate(ctx, key, (permits) => [...permits, false])
  takePlace(ctx, netuid, uid, hotkey)
  return uid
}

/** Sets everything an epoch found about a place to nothing, and removes weights by and for it. */
function clearNeuron(ctx: Ctx, netuid: number, uid: number): void {
  const key = { netuid }
  storage.Emission.mutate(ctx, key, (list) => withAt(list, uid, 0n))
  storage.Consensus.mutate(ctx, key, (list) => withAt(list, uid, 0))
  storage.Dividends.mutate(ctx, key, (list) => withAt(list, uid, 0))
  storage.StakeWeight.mutate(ctx, key, (list) => withAt(list, uid, 0))
  storage.ValidatorTrust.mutate(ctx, key, (list) => withAt(list, uid, 0))
  storage.ValidatorPermit.mutate(ctx, key, (list) => withAt(list, uid, false))
  for (const index of mechanismIndices(ctx, netuid)) {
    storage.Incentive.mutate(ctx, { index }, (list) => withAt(list, uid, 0))
    storage.Bonds.remove(ctx, { index, uid })
    storage.Weights.remove(ctx, { index, uid })
    for (const [other, row] of storage.Weights.entries(ctx, { index })) {
      if (!row.some(([to, weight]) => to === uid && weight !== 0)) continue
      const cleared = row.map(([to, weight]): [number, number] => [to, to === uid ? 0 : weight])
      storage.Weights.set(ctx, other, cleared)
    }
  }
}

/** Gives the place `uid` to `hotkey` and forgets who had it. The subnet owner's own hotkey is never replaced. */
export function replaceNeuron(ctx: Ctx, netuid: number, uid: number, hotkey: AccountId): void {
  const old = storage.Keys.get(ctx, { netuid, uid })
  if (storage.SubnetOwnerHotkey.has(ctx, { netuid }) && storage.SubnetOwnerHotkey.get(ctx, { netuid }) === old) return
  storage.Uids.remove(ctx, { netuid, hotkey: old })
  storage.IsNetworkMember.remove(ctx, { hotkey: old, netuid })
  storage.Active.mutate(ctx, { netuid }, (active) => withAt(active, uid, true))
  takePlace(ctx, netuid, uid, hotkey)
  storage.Axons.remove(ctx, { netuid, hotkey: old })
  storage.NeuronCertificates.remove(ctx, { netuid, hotkey: old })
  storage.Prometheus.remove(ctx, { netuid, hotkey: old })
  clearNeuron(ctx, netuid, uid)
  for (const index of mechanismIndices(ctx, netuid)) noteUpdate(ctx, index, uid)
}
