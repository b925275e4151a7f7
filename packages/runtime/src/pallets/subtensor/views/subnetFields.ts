/** Fields about the subnet itself: owner, clock, pool. Amounts in rao and alpha-rao. */
import { utf8ToBytes } from '@neurite/primitives/bytes'
import { addU64, subU64 } from '@neurite/primitives/fixed'
import { defaultSubnetName } from '../registration/names.ts'
import { storage } from '../storage/index.ts'
import type { Fields, SubnetView } from './subnetView.ts'
import type { DynamicInfo } from './types/index.ts'

/** Those that the metagraph and the dynamic info have under the same names. */
type SharedFields = Omit<DynamicInfo, 'netuid' | 'subnet_name' | 'token_symbol' | 'emission' | 'subnet_identity'>

export const SUBNET_FIELDS: Fields<SharedFields> = {
  owner_hotkey: ({ ctx, netuid }) => storage.SubnetOwnerHotkey.get(ctx, { netuid }),
  owner_coldkey: ({ ctx, netuid }) => storage.SubnetOwner.get(ctx, { netuid }),
  network_registered_at: ({ ctx, netuid }) => storage.NetworkRegisteredAt.get(ctx, { netuid }),
  tempo: ({ ctx, netuid }) => storage.Tempo.get(ctx, { netuid }),
  last_step: ({ ctx, netuid }) => storage.LastMechansimStepBlock.get(ctx, { netuid }),
  blocks_since_last_step: ({ ctx, netuid }) => subU64(ctx.block, storage.LastMechansimStepBlock.get(ctx, { netuid })),
  alpha_in: ({ ctx, netuid }) => storage.SubnetAlphaIn.get(ctx, { netuid }),
  alpha_out: ({ ctx, netuid }) => storage.SubnetAlphaOut.get(ctx, { netuid }),
  tao_in: ({ ctx, netuid }) => storage.SubnetTAO.get(ctx, { netuid }),
  alpha_out_emission: ({ ctx, netuid }) => storage.SubnetAlphaOutEmission.get(ctx, { netuid }),
  alpha_in_emission: ({ ctx, netuid }) => storage.SubnetAlphaInEmission.get(ctx, { netuid }),
  tao_in_emission: ({ ctx, netuid }) => storage.SubnetTaoInEmission.get(ctx, { netuid }),
  pending_alpha_emission: ({ ctx, netuid }) =>
    addU64(storage.PendingValidatorEmission.get(ctx, { netuid }), storage.PendingServerEmission.get(ctx, { netuid })),
  // Root earns alpha now; the field stays for clients.
  pending_root_emission: () => 0n,
  subnet_volume: ({ ctx, netuid }) => storage.SubnetVolume.get(ctx, { netuid }),
  moving_price: ({ ctx, netuid }) => storage.SubnetMovingPrice.get(ctx, { netuid }),
}

/** The name its owner published, else the one that its index has. */
export function subnetName({ ctx, netuid }: SubnetView): Uint8Array {
  const published = storage.SubnetIdentitiesV3.get(ctx, { netuid })?.subnet_name
  return published && published.length > 0 ? published : utf8ToBytes(defaultSubnetName(netuid))
}

export function tokenSymbol({ ctx, netuid }: SubnetView): Uint8Array {
  return storage.TokenSymbol.get(ctx, { netuid })
}

export function subnetIdentity({ ctx, netuid }: SubnetView) {
  return storage.SubnetIdentitiesV3.get(ctx, { netuid })
}
