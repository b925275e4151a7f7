import { alphaBalance, bool, netuid, struct, taoBalance, u64, u64f64, type ValueOf } from '@neurite/primitives/scale'
import { account, accountParam, packed } from './shared.ts'

/** What one coldkey has with one hotkey on one subnet. Amounts in alpha-rao and rao. */
export const StakeInfo = struct(
  'pallet_subtensor::rpc_info::stake_info::StakeInfo',
  {
    hotkey: account,
    coldkey: account,
    netuid: packed(netuid),
    stake: packed(alphaBalance),
    locked: packed(u64),
    emission: packed(alphaBalance),
    tao_emission: packed(taoBalance),
    drain: packed(u64),
    is_registered: bool,
  },
  accountParam,
)
export type StakeInfo = ValueOf<typeof StakeInfo>

/** How much of a stake is locked and how much can be moved. @unit alpha-rao */
export const StakeAvailability = struct('pallet_subtensor::rpc_info::stake_info::StakeAvailability', {
  total: packed(alphaBalance),
  locked: packed(alphaBalance),
  available: packed(alphaBalance),
})
export type StakeAvailability = ValueOf<typeof StakeAvailability>

/** What a coldkey has locked on a subnet. @unit locked_mass: alpha-rao, conviction: U64F64 bits */
export const LockState = struct('pallet_subtensor::staking::lock::LockState', {
  locked_mass: alphaBalance,
  conviction: u64f64,
  /** Block of the latest change. */
  last_update: u64,
})
export type LockState = ValueOf<typeof LockState>
