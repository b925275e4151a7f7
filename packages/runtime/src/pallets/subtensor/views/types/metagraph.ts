/** A subnet in one answer: its parameters, its pool and all its neurons. */
import {
  alphaBalance,
  bool,
  type Codec,
  i96f32,
  mapped,
  named,
  netuid,
  option,
  struct,
  taoBalance,
  tuple,
  u16,
  u64,
  u128,
  type ValueOf,
  vec,
} from '@neurite/primitives/scale'
import { AxonInfo, ChainIdentityV2, SubnetIdentityV3 } from '../../types.ts'
import { account, accountParam, packed, packedText } from './shared.ts'

/** Everything after the netuid, in the order of the indices by which clients ask for single fields (Name is 1). */
const fields = {
  name: packedText,
  symbol: packedText,
  identity: option(SubnetIdentityV3),
  network_registered_at: packed(u64),
  owner_hotkey: account,
  owner_coldkey: account,
  block: packed(u64),
  tempo: packed(u16),
  last_step: packed(u64),
  blocks_since_last_step: packed(u64),
  subnet_emission: packed(u64),
  alpha_in: packed(alphaBalance),
  alpha_out: packed(alphaBalance),
  tao_in: packed(taoBalance),
  alpha_out_emission: packed(alphaBalance),
  alpha_in_emission: packed(alphaBalance),
  tao_in_emission: packed(taoBalance),
  pending_alpha_emission: packed(alphaBalance),
  pending_root_emission: packed(taoBalance),
  subnet_volume: packed(u128),
  /** I96F32 bits */
  moving_price: i96f32,
  rho: packed(u16),
  kappa: packed(u16),
  min_allowed_weights: packed(u16),
  max_weights_limit: packed(u16),
  weights_version: packed(u64),
  weights_rate_limit: packed(u64),
  activity_cutoff: packed(u64),
  max_validators: packed(u16),
  num_uids: packed(u16),
  max_uids: packed(u16),
  burn: packed(taoBalance),
  difficulty: packed(u64),
  registration_allowed: bool,
  pow_registration_allowed: bool,
  immunity_period: packed(u16),
  min_difficulty: packed(u64),
  max_difficulty: packed(u64),
  min_burn: packed(taoBalance),
  max_burn: packed(taoBalance),
  adjustment_alpha: packed(u64),
  adjustment_interval: packed(u16),
  target_regs_per_interval: packed(u16),
  max_regs_per_block: packed(u16),
  serving_rate_limit: packed(u64),
  commit_reveal_weights_enabled: bool,
  commit_reveal_period: packed(u64),
  liquid_alpha_enabled: bool,
  alpha_high: packed(u16),
  alpha_low: packed(u16),
  bonds_moving_avg: packed(u64),
  // From here on: lists by uid.
  hotkeys: vec(account),
  coldkeys: vec(account),
  identities: vec(option(named('ChainIdentityOfV2', ChainIdentityV2))),
  axons: vec(AxonInfo),
  active: vec(bool),
  validator_permit: vec(bool),
  pruning_score: vec(packed(u16)),
  last_update: vec(packed(u64)),
  emission: vec(packed(alphaBalance)),
  dividends: vec(packed(u16)),
  incentives: vec(packed(u16)),
  consensus: vec(packed(u16)),
  trust: vec(packed(u16)),
  rank: vec(packed(u16)),
  block_at_registration: vec(packed(u64)),
  alpha_stake: vec(packed(alphaBalance)),
  tao_stake: vec(packed(taoBalance)),
  total_stake: vec(packed(taoBalance)),
  tao_dividends_per_hotkey: vec(tuple(account, packed(taoBalance))),
  alpha_dividends_per_hotkey: vec(tuple(account, packed(alphaBalance))),
}

/** Fields that only the selective view has. */
const selectiveOnly = {
  /** uids with a validator permit */
  validators: vec(packed(u16)),
  commitments: vec(tuple(account, packedText)),
}

export const Metagraph = struct(
  'pallet_subtensor::rpc_info::metagraph::Metagraph',
  { netuid: packed(netuid), ...fields },
  accountParam,
)
export type Metagraph = ValueOf<typeof Metagraph>

type Optional<F extends Record<string, Codec<any>>> = {
  readonly [K in keyof F]: F[K] extends Codec<infer T> ? Codec<T | undefined> : never
}

function optional<F extends Record<string, Codec<any>>>(of: F): Optional<F> {
  const entries = Object.entries(of).map(([name, codec]) => [name, option(codec)])
  return Object.fromEntries(entries) as Optional<F>
}

/** An option inside an option: null where nothing is published, so that undefined is left for what was not asked for. */
function published<T>(of: Codec<T>): Codec<T | null> {
  return mapped(
    option(of),
    (value) => value ?? null,
    (value) => value ?? undefined,
  )
}

/** The same with every field optional: only those asked for are filled in, the netuid too (0 otherwise). */
export const SelectiveMetagraph = struct(
  'pallet_subtensor::rpc_info::metagraph::SelectiveMetagraph',
  {
    netuid: packed(netuid),
    ...optional({ ...fields, identity: published(SubnetIdentityV3), ...selectiveOnly }),
  },
  accountParam,
)
export type SelectiveMetagraph = ValueOf<typeof SelectiveMetagraph>

/** Field names by the index that clients send: 0 is the netuid, 72 validators, 73 commitments. */
export const SELECTIVE_FIELDS = [
  'netuid',
  ...Object.keys(fields),
  ...Object.keys(selectiveOnly),
] as readonly (keyof SelectiveMetagraph)[]
