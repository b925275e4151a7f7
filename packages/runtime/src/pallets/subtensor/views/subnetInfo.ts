/** The first two views of a subnet. subtensor 14bc6f9 pallets/subtensor/src/rpc_info/subnet_info.rs */
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'
import { allNetuids, subnetExists } from '../subnets.ts'
import { NO_WEIGHT_LIMIT } from './hyperparameters.ts'
import { type Fields, readFields, viewSubnet } from './subnetView.ts'
import type { SubnetInfo, SubnetInfov2 } from './types/index.ts'

const SHARED: Fields<Omit<SubnetInfo, 'emission_values'>> = {
  netuid: ({ netuid }) => netuid,
  rho: ({ ctx, netuid }) => storage.Rho.get(ctx, { netuid }),
  kappa: ({ ctx, netuid }) => storage.Kappa.get(ctx, { netuid }),
  difficulty: ({ ctx, netuid }) => storage.Difficulty.get(ctx, { netuid }),
  immunity_period: ({ ctx, netuid }) => storage.ImmunityPeriod.get(ctx, { netuid }),
  max_allowed_validators: ({ ctx, netuid }) => storage.MaxAllowedValidators.get(ctx, { netuid }),
  min_allowed_weights: ({ ctx, netuid }) => storage.MinAllowedWeights.get(ctx, { netuid }),
  max_weights_limit: () => NO_WEIGHT_LIMIT,
  scaling_law_power: ({ ctx, netuid }) => storage.ScalingLawPower.get(ctx, { netuid }),
  subnetwork_n: ({ ctx, netuid }) => storage.SubnetworkN.get(ctx, { netuid }),
  max_allowed_uids: ({ ctx, netuid }) => storage.MaxAllowedUids.get(ctx, { netuid }),
  // A counter of its own, not the distance to the latest epoch that the other views show.
  blocks_since_last_step: ({ ctx, netuid }) => storage.BlocksSinceLastStep.get(ctx, { netuid }),
  tempo: ({ ctx, netuid }) => storage.Tempo.get(ctx, { netuid }),
  // Retired; the fields stay for clients.
  network_modality: () => 0,
  network_connect: () => [],
  burn: ({ ctx, netuid }) => storage.Burn.get(ctx, { netuid }),
  owner: ({ ctx, netuid }) => storage.SubnetOwner.get(ctx, { netuid }),
}
const FIRST: Fields<SubnetInfo> = { ...SHARED, emission_values: () => 0n }
const SECOND: Fields<SubnetInfov2> = {
  ...SHARED,
  emission_value: () => 0n,
  identity: ({ ctx, netuid }) => storage.SubnetIdentitiesV3.get(ctx, { netuid }),
}

export function getSubnetInfo(ctx: Ctx, netuid: number): SubnetInfo | undefined {
  return subnetExists(ctx, netuid) ? readFields(viewSubnet(ctx, netuid), FIRST) : undefined
}

export function getSubnetInfoV2(ctx: Ctx, netuid: number): SubnetInfov2 | undefined {
  return subnetExists(ctx, netuid) ? readFields(viewSubnet(ctx, netuid), SECOND) : undefined
}

/** By netuid, without gaps for the indices that no subnet has. */
export function getSubnetsInfo(ctx: Ctx): (SubnetInfo | undefined)[] {
  return existing(ctx).map((netuid) => getSubnetInfo(ctx, netuid))
}

export function getSubnetsInfoV2(ctx: Ctx): (SubnetInfov2 | undefined)[] {
  return existing(ctx).map((netuid) => getSubnetInfoV2(ctx, netuid))
}

function existing(ctx: Ctx): number[] {
  return allNetuids(ctx)
    .filter((netuid) => subnetExists(ctx, netuid))
    .sort((a, b) => a - b)
}
