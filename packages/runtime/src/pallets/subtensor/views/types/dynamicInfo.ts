import {
  alphaBalance,
  i96f32,
  netuid,
  option,
  struct,
  taoBalance,
  u16,
  u64,
  u128,
  type ValueOf,
} from '@neurite/primitives/scale'
import { SubnetIdentityV3 } from '../../types.ts'
import { account, accountParam, packed, packedText } from './shared.ts'

/** A subnet's pool and emission. Amounts in rao and alpha-rao. */
export const DynamicInfo = struct(
  'pallet_subtensor::rpc_info::dynamic_info::DynamicInfo',
  {
    netuid: packed(netuid),
    owner_hotkey: account,
    owner_coldkey: account,
    subnet_name: packedText,
    token_symbol: packedText,
    tempo: packed(u16),
    last_step: packed(u64),
    blocks_since_last_step: packed(u64),
    emission: packed(u64),
    alpha_in: packed(alphaBalance),
    alpha_out: packed(alphaBalance),
    tao_in: packed(taoBalance),
    alpha_out_emission: packed(alphaBalance),
    alpha_in_emission: packed(alphaBalance),
    tao_in_emission: packed(taoBalance),
    pending_alpha_emission: packed(alphaBalance),
    pending_root_emission: packed(taoBalance),
    subnet_volume: packed(u128),
    network_registered_at: packed(u64),
    subnet_identity: option(SubnetIdentityV3),
    /** I96F32 bits */
    moving_price: i96f32,
  },
  accountParam,
)
export type DynamicInfo = ValueOf<typeof DynamicInfo>
