import { alphaBalance, bool, netuid, struct, tuple, u16, u64, type ValueOf, vec } from '@neurite/primitives/scale'
import { AxonInfo, PrometheusInfo } from '../../types.ts'
import { account, accountParam, packed } from './shared.ts'

/** Scores are u16 fractions; stake and emission are alpha-rao. */
const head = {
  hotkey: account,
  coldkey: account,
  uid: packed(u16),
  netuid: packed(netuid),
  active: bool,
  axon_info: AxonInfo,
  prometheus_info: PrometheusInfo,
  /** Coldkeys and their stake with this hotkey. */
  stake: vec(tuple(account, packed(alphaBalance))),
  rank: packed(u16),
  emission: packed(alphaBalance),
  incentive: packed(u16),
  consensus: packed(u16),
  trust: packed(u16),
  validator_trust: packed(u16),
  dividends: packed(u16),
  last_update: packed(u64),
  validator_permit: bool,
}
const row = vec(tuple(packed(u16), packed(u16)))

export const NeuronInfo = struct(
  'pallet_subtensor::rpc_info::neuron_info::NeuronInfo',
  { ...head, weights: row, bonds: row, pruning_score: packed(u16) },
  accountParam,
)
export type NeuronInfo = ValueOf<typeof NeuronInfo>

/** A neuron without its weights and bonds. */
export const NeuronInfoLite = struct(
  'pallet_subtensor::rpc_info::neuron_info::NeuronInfoLite',
  { ...head, pruning_score: packed(u16) },
  accountParam,
)
export type NeuronInfoLite = ValueOf<typeof NeuronInfoLite>
