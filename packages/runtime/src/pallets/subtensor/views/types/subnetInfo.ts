import { array, netuid, option, struct, taoBalance, u16, u64, type ValueOf, vec } from '@neurite/primitives/scale'
import { SubnetIdentityV3 } from '../../types.ts'
import { account, accountParam, packed } from './shared.ts'

const head = {
  netuid: packed(netuid),
  rho: packed(u16),
  kappa: packed(u16),
  difficulty: packed(u64),
  immunity_period: packed(u16),
  max_allowed_validators: packed(u16),
  min_allowed_weights: packed(u16),
  max_weights_limit: packed(u16),
  scaling_law_power: packed(u16),
  subnetwork_n: packed(u16),
  max_allowed_uids: packed(u16),
  blocks_since_last_step: packed(u64),
  tempo: packed(u16),
  network_modality: packed(u16),
  network_connect: vec(array(2, u16)),
}
const tail = { burn: packed(taoBalance), owner: account }

/** The first view of a subnet; the name of one field is plural there. */
export const SubnetInfo = struct(
  'pallet_subtensor::rpc_info::subnet_info::SubnetInfo',
  { ...head, emission_values: packed(u64), ...tail },
  accountParam,
)
export type SubnetInfo = ValueOf<typeof SubnetInfo>

export const SubnetInfov2 = struct(
  'pallet_subtensor::rpc_info::subnet_info::SubnetInfov2',
  { ...head, emission_value: packed(u64), ...tail, identity: option(SubnetIdentityV3) },
  accountParam,
)
export type SubnetInfov2 = ValueOf<typeof SubnetInfov2>
