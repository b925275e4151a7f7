import { alphaBalance, bool, netuid, struct, taoBalance, u16, u64, type ValueOf, vec } from '@neurite/primitives/scale'
import { account, accountParam, packed } from './shared.ts'

/** All neurons of a subnet, one list per property, by uid. Scores are u16 fractions. */
export const SubnetState = struct(
  'pallet_subtensor::rpc_info::show_subnet::SubnetState',
  {
    netuid: packed(netuid),
    hotkeys: vec(account),
    coldkeys: vec(account),
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
    /** Per subnet, by uid: alpha earned at its latest epoch. */
    emission_history: vec(vec(packed(alphaBalance))),
  },
  accountParam,
)
export type SubnetState = ValueOf<typeof SubnetState>
