/** All neurons of a subnet. subtensor 14bc6f9 pallets/subtensor/src/rpc_info/show_subnet.rs */
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'
import { allNetuids, subnetExists } from '../subnets.ts'
import { NEURON_FIELDS } from './neuronFields.ts'
import { type Fields, readFields, viewSubnet } from './subnetView.ts'
import type { SubnetState } from './types/index.ts'

const FIELDS: Fields<SubnetState> = {
  ...NEURON_FIELDS,
  netuid: ({ netuid }) => netuid,
  emission_history: ({ ctx, hotkeys }) =>
    allNetuids(ctx).map((netuid) =>
      hotkeys().map((hotkey) => storage.LastHotkeyEmissionOnNetuid.get(ctx, { hotkey, netuid })),
    ),
}

export function getSubnetState(ctx: Ctx, netuid: number): SubnetState | undefined {
  return subnetExists(ctx, netuid) ? readFields(viewSubnet(ctx, netuid), FIELDS) : undefined
}
