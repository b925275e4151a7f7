/** Neurons one by one. subtensor 14bc6f9 pallets/subtensor/src/rpc_info/neuron_info.rs */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import { hotkeyStake } from '../staking/shares.ts'
import { storage } from '../storage/index.ts'
import { subnetExists } from '../subnets.ts'
import type { AxonInfo, PrometheusInfo } from '../types.ts'
import type { NeuronInfo, NeuronInfoLite } from './types/index.ts'

const NO_AXON: AxonInfo = {
  block: 0n,
  version: 0,
  ip: 0n,
  port: 0,
  ip_type: 0,
  protocol: 0,
  placeholder1: 0,
  placeholder2: 0,
}
const NO_PROMETHEUS: PrometheusInfo = { block: 0n, version: 0, ip: 0n, port: 0, ip_type: 0 }

/** Scores that are no longer computed. */
const RETIRED = { rank: 0, trust: 0, pruning_score: 65_535 } as const

/** Where the hotkey answers requests; all zeros when it announced nothing. */
export function axonOf(ctx: Ctx, netuid: number, hotkey: AccountId): AxonInfo {
  return storage.Axons.get(ctx, { netuid, hotkey }) ?? NO_AXON
}

/** What an epoch found, by uid: read once for all neurons. */
function readLists(ctx: Ctx, netuid: number) {
  const key = { netuid }
  // Mechanism 0 has the index of its subnet.
  const index = netuid
  return {
    active: storage.Active.get(ctx, key),
    emission: storage.Emission.get(ctx, key),
    incentive: storage.Incentive.get(ctx, { index }),
    consensus: storage.Consensus.get(ctx, key),
    validatorTrust: storage.ValidatorTrust.get(ctx, key),
    dividends: storage.Dividends.get(ctx, key),
    lastUpdate: storage.LastUpdate.get(ctx, { index }),
    permits: storage.ValidatorPermit.get(ctx, key),
  }
}
type Lists = ReturnType<typeof readLists>

function readLite(ctx: Ctx, netuid: number, uid: number, lists: Lists): NeuronInfoLite | undefined {
  if (!storage.Keys.has(ctx, { netuid, uid })) return undefined
  const hotkey = storage.Keys.get(ctx, { netuid, uid })
  const coldkey = storage.Owner.get(ctx, { hotkey })
  return {
    hotkey,
    coldkey,
    uid,
    netuid,
    active: lists.active[uid] ?? false,
    axon_info: axonOf(ctx, netuid, hotkey),
    prometheus_info: storage.Prometheus.get(ctx, { netuid, hotkey }) ?? NO_PROMETHEUS,
    // One entry: everybody's stake under the name of the owner.
    stake: [[coldkey, hotkeyStake(ctx, hotkey, netuid)]],
    emission: lists.emission[uid] ?? 0n,
    incentive: lists.incentive[uid] ?? 0,
    consensus: lists.consensus[uid] ?? 0,
    validator_trust: lists.validatorTrust[uid] ?? 0,
    dividends: lists.dividends[uid] ?? 0,
    last_update: lists.lastUpdate[uid] ?? 0n,
    validator_permit: lists.permits[uid] ?? false,
    ...RETIRED,
  }
}

function readFull(ctx: Ctx, netuid: number, uid: number, lists: Lists): NeuronInfo | undefined {
  const lite = readLite(ctx, netuid, uid, lists)
  if (!lite) return undefined
  const row = { index: netuid, uid }
  return {
    ...lite,
    weights: storage.Weights.get(ctx, row).filter(([, weight]) => weight > 0),
    bonds: storage.Bonds.get(ctx, row).filter(([, bond]) => bond > 0),
  }
}

type ReadNeuron<T> = (ctx: Ctx, netuid: number, uid: number, lists: Lists) => T | undefined

function readOne<T>(read: ReadNeuron<T>, ctx: Ctx, netuid: number, uid: number): T | undefined {
  return subnetExists(ctx, netuid) ? read(ctx, netuid, uid, readLists(ctx, netuid)) : undefined
}

/** By uid, up to the first place without a neuron. */
function readAll<T>(read: ReadNeuron<T>, ctx: Ctx, netuid: number): T[] {
  if (!subnetExists(ctx, netuid)) return []
  const lists = readLists(ctx, netuid)
  const out: T[] = []
  const n = storage.SubnetworkN.get(ctx, { netuid })
  for (let uid = 0; uid < n; uid++) {
    const neuron = read(ctx, netuid, uid, lists)
    if (neuron === undefined) break
    out.push(neuron)
  }
  return out
}

export function getNeuron(ctx: Ctx, netuid: number, uid: number): NeuronInfo | undefined {
  return readOne(readFull, ctx, netuid, uid)
}

export function getNeuronLite(ctx: Ctx, netuid: number, uid: number): NeuronInfoLite | undefined {
  return readOne(readLite, ctx, netuid, uid)
}

export function getNeurons(ctx: Ctx, netuid: number): NeuronInfo[] {
  return readAll(readFull, ctx, netuid)
}

export function getNeuronsLite(ctx: Ctx, netuid: number): NeuronInfoLite[] {
  return readAll(readLite, ctx, netuid)
}
