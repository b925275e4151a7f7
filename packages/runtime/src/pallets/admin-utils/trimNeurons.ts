/** Fewer places on a subnet: the neurons that earn least leave. pallets/subtensor/src/subnets/uids.rs */
import { type Ctx, ensure, type StorageMap } from '../../frame/index.ts'
import { constants } from '../subtensor/constants.ts'
import { errors } from '../subtensor/errors.ts'
import { immortalPlaces, isImmune } from '../subtensor/registration/pruning.ts'
import { mechanismIndices } from '../subtensor/registration/uids.ts'
import { storage } from '../subtensor/storage/index.ts'
import { subnetExists } from '../subtensor/subnets.ts'

/** Lowers the maximum to `max`; removes the lowest earners beyond it, except immune ones, and renumbers the rest. */
export function trimToMaxAllowedUids(ctx: Ctx, netuid: number, max: number): void {
  ensure(subnetExists(ctx, netuid), errors.SubnetNotExists)
  ensure(max >= storage.MinAllowedUids.get(ctx, { netuid }), errors.InvalidValue)
  ensure(max <= storage.MaxAllowedUids.get(ctx, { netuid }), errors.InvalidValue)
  storage.MaxAllowedUids.set(ctx, { netuid }, max)
  const count = storage.SubnetworkN.get(ctx, { netuid })
  if (count <= max) return

  const safe = immuneUids(ctx, netuid, count)
  const percent = Math.floor((safe.size * 100) / max)
  ensure(percent < constants.MaxImmuneUidsPercentage.get(ctx), errors.TrimmingWouldExceedMaxImmunePercentage)
  const leaving = lowestEarners(ctx, netuid, count, safe, count - max)
  const staying: number[] = []
  for (let uid = 0; uid < count; uid++) {
    if (leaving.has(uid)) removeNeuron(ctx, netuid, uid)
    else staying.push(uid)
  }
  renumber(ctx, netuid, staying)
  storage.SubnetworkN.set(ctx, { netuid }, staying.length)
}

/** Neurons in their immunity period, and those of the owner that are never pruned. */
function immuneUids(ctx: Ctx, netuid: number, count: number): Set<number> {
  const safe = new Set(immortalPlaces(ctx, netuid).map(({ uid }) => uid))
  for (let uid = 0; uid < count; uid++) {
    if (isImmune(ctx, netuid, storage.BlockAtRegistration.get(ctx, { netuid, uid }))) safe.add(uid)
  }
  return safe
}

/** `wanted` neurons with the least emission; of equals the newer uid first. */
function lowestEarners(
  ctx: Ctx,
  netuid: number,
  count: number,
  safe: ReadonlySet<number>,
  wanted: number,
): Set<number> {
  const emission = storage.Emission.get(ctx, { netuid })
  const uids = Array.from({ length: count }, (_, uid) => uid).filter((uid) => !safe.has(uid))
  uids.sort((a, b) => {
    const [x, y] = [emission[a] ?? 0n, emission[b] ?? 0n]
    return x < y ? -1 : x > y ? 1 : b - a
  })
  return new Set(uids.slice(0, wanted))
}

function removeNeuron(ctx: Ctx, netuid: number, uid: number): void {
  if (storage.Keys.has(ctx, { netuid, uid })) {
    const hotkey = storage.Keys.get(ctx, { netuid, uid })
    storage.Uids.remove(ctx, { netuid, hotkey })
    storage.IsNetworkMember.remove(ctx, { hotkey, netuid })
    storage.LastHotkeyEmissionOnNetuid.remove(ctx, { hotkey, netuid })
    storage.AlphaDividendsPerSubnet.remove(ctx, { netuid, hotkey })
    storage.Axons.remove(ctx, { netuid, hotkey })
    storage.NeuronCertificates.remove(ctx, { netuid, hotkey })
    storage.Prometheus.remove(ctx, { netuid, hotkey })
  }
  storage.Keys.remove(ctx, { netuid, uid })
  storage.BlockAtRegistration.remove(ctx, { netuid, uid })
  for (const index of mechanismIndices(ctx, netuid)) {
    storage.Weights.remove(ctx, { index, uid })
    storage.Bonds.remove(ctx, { index, uid })
  }
}

type Rows = readonly (readonly [number, number])[]

/** Gives the neurons that stay the uids from 0 on, in their old order, everywhere a uid occurs. */
function renumber(ctx: Ctx, netuid: number, staying: readonly number[]): void {
  const newUid = new Map(staying.map((old, uid) => [old, uid]))
  const pick = <T>(list: readonly T[], none: T): T[] => staying.map((uid) => list[uid] ?? none)
  const lists = [
    [storage.Emission, 0n],
    [storage.Active, false],
    [storage.Consensus, 0],
    [storage.Dividends, 0],
    [storage.ValidatorTrust, 0],
    [storage.ValidatorPermit, false],
    [storage.StakeWeight, 0],
  ] as unknown as readonly [StorageMap<any, readonly unknown[]>, unknown][]
  for (const [item, none] of lists) item.set(ctx, { netuid }, pick(item.get(ctx, { netuid }), none))

  const indices = mechanismIndices(ctx, netuid)
  for (const index of indices) {
    storage.Incentive.set(ctx, { index }, pick(storage.Incentive.get(ctx, { index }), 0))
    storage.LastUpdate.set(ctx, { index }, pick(storage.LastUpdate.get(ctx, { index }), 0n))
  }
  const remap = (row: Rows): [number, number][] => {
    const out: [number, number][] = []
    for (const [target, value] of row) {
      const uid = newUid.get(target)
      if (uid !== undefined) out.push([uid, value])
    }
    return out
  }
  for (const [old, uid] of newUid) {
    const hotkey = storage.Keys.take(ctx, { netuid, uid: old })
    storage.Keys.set(ctx, { netuid, uid }, hotkey)
    storage.Uids.set(ctx, { netuid, hotkey }, uid)
    const since = storage.BlockAtRegistration.take(ctx, { netuid, uid: old })
    storage.BlockAtRegistration.set(ctx, { netuid, uid }, since)
    for (const index of indices) {
      for (const item of [storage.Weights, storage.Bonds]) {
        if (!item.has(ctx, { index, uid: old })) continue
        const row = item.take(ctx, { index, uid: old })
        item.set(ctx, { index, uid }, remap(row))
      }
    }
  }
}
