/** Pool and emission of subnets. subtensor 14bc6f9 pallets/subtensor/src/rpc_info/dynamic_info.rs */
import type { Ctx } from '../../../frame/index.ts'
import { allNetuids, subnetExists } from '../subnets.ts'
import { SUBNET_FIELDS, subnetIdentity, subnetName, tokenSymbol } from './subnetFields.ts'
import { type Fields, readFields, viewSubnet } from './subnetView.ts'
import type { DynamicInfo } from './types/index.ts'

const FIELDS: Fields<DynamicInfo> = {
  ...SUBNET_FIELDS,
  netuid: ({ netuid }) => netuid,
  subnet_name: subnetName,
  token_symbol: tokenSymbol,
  // Retired; the field stays for clients.
  emission: () => 0n,
  subnet_identity: subnetIdentity,
}

export function getDynamicInfo(ctx: Ctx, netuid: number): DynamicInfo | undefined {
  return subnetExists(ctx, netuid) ? readFields(viewSubnet(ctx, netuid), FIELDS) : undefined
}

export function getAllDynamicInfo(ctx: Ctx): (DynamicInfo | undefined)[] {
  return allNetuids(ctx).map((netuid) => getDynamicInfo(ctx, netuid))
}
