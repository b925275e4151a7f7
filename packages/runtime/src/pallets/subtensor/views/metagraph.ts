/**
 * A subnet in one answer, for the whole subnet or with the numbers of one mechanism.
 * subtensor 14bc6f9 pallets/subtensor/src/rpc_info/metagraph.rs
 */
import type { Ctx } from '../../../frame/index.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { storage } from '../storage/index.ts'
import { allNetuids, subnetExists } from '../subnets.ts'
import { HYPERPARAMETERS } from './hyperparameters.ts'
import { NEURON_FIELDS } from './neuronFields.ts'
import { axonOf } from './neuronInfo.ts'
import { SUBNET_FIELDS, subnetIdentity, subnetName, tokenSymbol } from './subnetFields.ts'
import { type Fields, readFields, viewSubnet } from './subnetView.ts'
import type { Metagraph } from './types/index.ts'

/** Everything but the netuid, which is the storage index in the view of a mechanism. */
export const METAGRAPH_FIELDS: Fields<Omit<Metagraph, 'netuid'>> = {
  ...HYPERPARAMETERS,
  ...SUBNET_FIELDS,
  ...NEURON_FIELDS,
  name: subnetName,
  symbol: tokenSymbol,
  identity: subnetIdentity,
  block: ({ ctx }) => ctx.block,
  // Retired; the field stays for clients.
  subnet_emission: () => 0n,
  num_uids: ({ ctx, netuid }) => storage.SubnetworkN.get(ctx, { netuid }),
  max_uids: ({ ctx, netuid }) => storage.MaxAllowedUids.get(ctx, { netuid }),
  burn: ({ ctx, netuid }) => storage.Burn.get(ctx, { netuid }),
  pow_registration_allowed: ({ ctx, netuid }) => storage.NetworkPowRegistrationAllowed.get(ctx, { netuid }),
  identities: ({ ctx, coldkeys }) => coldkeys().map((coldkey) => storage.IdentitiesV2.get(ctx, { coldkey })),
  axons: ({ ctx, netuid, hotkeys }) => hotkeys().map((hotkey) => axonOf(ctx, netuid, hotkey)),
  // Dividends are paid in alpha only.
  tao_dividends_per_hotkey: ({ hotkeys }) => hotkeys().map((hotkey) => [hotkey, 0n]),
  alpha_dividends_per_hotkey: ({ ctx, netuid, hotkeys }) =>
    hotkeys().map((hotkey) => [hotkey, storage.AlphaDividendsPerSubnet.get(ctx, { netuid, hotkey })]),
}

export function getMetagraph(ctx: Ctx, netuid: number): Metagraph | undefined {
  return subnetExists(ctx, netuid) ? { netuid, ...readFields(viewSubnet(ctx, netuid), METAGRAPH_FIELDS) } : undefined
}

export function getAllMetagraphs(ctx: Ctx): (Metagraph | undefined)[] {
  return allNetuids(ctx).map((netuid) => getMetagraph(ctx, netuid))
}

/** The metagraph with incentives and weight blocks of one mechanism; its netuid is the mechanism's storage index. */
export function getMechagraph(ctx: Ctx, netuid: number, mecid: number): Metagraph | undefined {
  if (!subnetExists(ctx, netuid) || mecid >= storage.MechanismCountCurrent.get(ctx, { netuid })) return undefined
  const fields = readFields(viewSubnet(ctx, netuid, mecid), METAGRAPH_FIELDS)
  return { netuid: mechanismStorageIndex(netuid, mecid), ...fields }
}

export function getAllMechagraphs(ctx: Ctx): (Metagraph | undefined)[] {
  return allNetuids(ctx).flatMap((netuid) =>
    Array.from({ length: storage.MechanismCountCurrent.get(ctx, { netuid }) }, (_, mecid) =>
      getMechagraph(ctx, netuid, mecid),
    ),
  )
}
