import {
  bool,
  bytes,
  i32f32,
  itemsOf,
  struct,
  taoBalance,
  u16,
  u32,
  u64,
  u64f64,
  u128,
  type ValueOf,
  variant,
  vec,
} from '@neurite/primitives/scale'
import { packed } from './shared.ts'

const first = {
  rho: packed(u16),
  kappa: packed(u16),
  immunity_period: packed(u16),
  min_allowed_weights: packed(u16),
  max_weights_limit: packed(u16),
  tempo: packed(u16),
  min_difficulty: packed(u64),
  max_difficulty: packed(u64),
  weights_version: packed(u64),
  weights_rate_limit: packed(u64),
  adjustment_interval: packed(u16),
  activity_cutoff: packed(u64),
  registration_allowed: bool,
  target_regs_per_interval: packed(u16),
  min_burn: packed(taoBalance),
  max_burn: packed(taoBalance),
  bonds_moving_avg: packed(u64),
  max_regs_per_block: packed(u16),
  serving_rate_limit: packed(u64),
  max_validators: packed(u16),
  adjustment_alpha: packed(u64),
  difficulty: packed(u64),
  commit_reveal_period: packed(u64),
  commit_reveal_weights_enabled: bool,
  alpha_high: packed(u16),
  alpha_low: packed(u16),
  liquid_alpha_enabled: bool,
}

/** What owners can tune, as the first clients ask for it. */
export const SubnetHyperparams = struct('pallet_subtensor::rpc_info::subnet_info::SubnetHyperparams', first)
export type SubnetHyperparams = ValueOf<typeof SubnetHyperparams>

export const SubnetHyperparamsV2 = struct('pallet_subtensor::rpc_info::subnet_info::SubnetHyperparamsV2', {
  ...first,
  /** I32F32 bits */
  alpha_sigmoid_steepness: i32f32,
  yuma_version: packed(u16),
  subnet_is_active: bool,
  transfers_enabled: bool,
  bonds_reset_enabled: bool,
  user_liquidity_enabled: bool,
})
export type SubnetHyperparamsV2 = ValueOf<typeof SubnetHyperparamsV2>

export const HyperparamValue = variant('pallet_subtensor::rpc_info::subnet_info::HyperparamValue', {
  Bool: itemsOf(bool),
  U16: itemsOf(packed(u16)),
  U32: itemsOf(packed(u32)),
  U64: itemsOf(packed(u64)),
  U128: itemsOf(packed(u128)),
  TaoBalance: itemsOf(packed(taoBalance)),
  I32F32: itemsOf(i32f32),
  U64F64: itemsOf(u64f64),
})
export type HyperparamValue = ValueOf<typeof HyperparamValue>

/** Name and value of each hyperparameter, so that new ones need no new view. */
export const SubnetHyperparamsV3 = vec(
  struct('pallet_subtensor::rpc_info::subnet_info::HyperparamEntry', { name: bytes, value: HyperparamValue }),
)
export type SubnetHyperparamsV3 = ValueOf<typeof SubnetHyperparamsV3>
