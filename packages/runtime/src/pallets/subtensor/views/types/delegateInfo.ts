import { netuid, struct, tuple, u16, u64, type ValueOf, vec } from '@neurite/primitives/scale'
import { account, accountParam, packed } from './shared.ts'

/** A hotkey open for delegation, who stakes with it, and what it earns. */
export const DelegateInfo = struct(
  'pallet_subtensor::rpc_info::delegate_info::DelegateInfo',
  {
    delegate_ss58: account,
    /** u16 fraction */
    take: packed(u16),
    /** Coldkeys with their stake per subnet, in alpha-rao. */
    nominators: vec(tuple(account, vec(tuple(packed(netuid), packed(u64))))),
    owner_ss58: account,
    registrations: vec(packed(netuid)),
    validator_permits: vec(packed(netuid)),
    /** rao per 1000 TAO and day */
    return_per_1000: packed(u64),
    /** rao per day */
    total_daily_return: packed(u64),
  },
  accountParam,
)
export type DelegateInfo = ValueOf<typeof DelegateInfo>
