/** Parameters of the whole chain: root sets them. subtensor 14bc6f9 pallets/admin-utils/src/lib.rs */
import { bool, i64f64, i96f32, mecid, taoBalance, u8, u16, u64, u64f64 } from '@neurite/primitives/scale'
import { storage as evmChainId } from '../evm-chain-id/index.ts'
import { errors as subtensorErrors } from '../subtensor/errors.ts'
import { events as subtensor } from '../subtensor/events.ts'
import { clearSmallNominations } from '../subtensor/staking/nominations.ts'
import { storage } from '../subtensor/storage/index.ts'
import { blockNumber } from '../subtensor/types.ts'
import { errors, P } from './declare.ts'
import { MECHANISM_LIMIT } from './mechanisms.ts'
import { globalParameter } from './parameter.ts'

const ONE = 1n << 64n

export const globalCalls = P.calls({
  /** Highest take of validators, as a u16 fraction; new delegates start with it. */
  sudo_set_default_take: globalParameter({
    index: 1,
    argument: 'default_take',
    codec: u16,
    item: storage.MaxDelegateTake,
    event: subtensor.MaxDelegateTakeSet,
    cost: [5_400_000n, 0, 1],
  }),
  /** Blocks between two changes of a hotkey by one account. */
  sudo_set_tx_rate_limit: globalParameter({
    index: 2,
    argument: 'tx_rate_limit',
    codec: u64,
    item: storage.TxRateLimit,
    event: subtensor.TxRateLimitSet,
    cost: [5_440_000n, 0, 1],
  }),
  /** Share of a subnet's alpha that its owner gets, as a u16 fraction. */
  sudo_set_subnet_owner_cut: globalParameter({
    index: 28,
    argument: 'subnet_owner_cut',
    codec: u16,
    item: storage.SubnetOwnerCut,
    event: subtensor.SubnetOwnerCutSet,
    cost: [14_000_000n, 0, 1],
  }),
  /** Blocks between two new subnets. */
  sudo_set_network_rate_limit: globalParameter({
    index: 29,
    argument: 'rate_limit',
    codec: u64,
    item: storage.NetworkRateLimit,
    event: subtensor.NetworkRateLimitSet,
    cost: [14_000_000n, 0, 1],
  }),
  /** Blocks during which a new subnet cannot be replaced. */
  sudo_set_network_immunity_period: globalParameter({
    index: 35,
    argument: 'immunity_period',
    codec: u64,
    item: storage.NetworkImmunityPeriod,
    event: subtensor.NetworkImmunityPeriodSet,
    cost: [14_000_000n, 0, 1],
  }),
  /** Least price of a new subnet, in rao. */
  sudo_set_network_min_lock_cost: globalParameter({
    index: 36,
    argument: 'lock_cost',
    codec: taoBalance,
    item: storage.NetworkMinLockCost,
    event: subtensor.NetworkMinLockCostSet,
    cost: [14_000_000n, 0, 1],
  }),
  /** Most subnets. */
  sudo_set_subnet_limit: globalParameter({
    index: 37,
    argument: 'max_subnets',
    codec: u16,
    item: storage.SubnetLimit,
    event: subtensor.SubnetLimitSet,
    cost: [14_000_000n, 0, 1],
  }),
  /** Blocks in which the price of a new subnet falls from its peak to the minimum. */
  sudo_set_lock_reduction_interval: globalParameter({
    index: 38,
    argument: 'interval',
    codec: u64,
    item: storage.NetworkLockReductionInterval,
    event: subtensor.NetworkLockCostReductionIntervalSet,
    cost: [14_000_000n, 0, 1],
  }),
  /** Least validator power for setting weights. */
  sudo_set_stake_threshold: globalParameter({
    index: 42,
    argument: 'min_stake',
    codec: u64,
    item: storage.StakeThreshold,
    event: subtensor.StakeThresholdSet,
    cost: [5_500_000n, 0, 1],
  }),
  /** Least stake of nominators, in millionths of the minimum stake. Raising it pays out those below. */
  sudo_set_nominator_min_required_stake: globalParameter({
    index: 43,
    argument: 'min_stake',
    codec: u64,
    set(ctx, value) {
      const before = storage.NominatorMinRequiredStake.get(ctx)
      storage.NominatorMinRequiredStake.set(ctx, value)
      if (value > before) clearSmallNominations(ctx)
    },
    cost: [30_697_000n, 5, 1, 6890n],
  }),
  /** Blocks between two rises of a take. */
  sudo_set_tx_delegate_take_rate_limit: globalParameter({
    index: 45,
    argument: 'tx_rate_limit',
    codec: u64,
    item: storage.TxDelegateTakeRateLimit,
    event: subtensor.TxDelegateTakeRateLimitSet,
    cost: [5_420_000n, 0, 1],
  }),
  /** Lowest take of validators, as a u16 fraction. */
  sudo_set_min_delegate_take: globalParameter({
    index: 46,
    argument: 'take',
    codec: u16,
    item: storage.MinDelegateTake,
    event: subtensor.MinDelegateTakeSet,
    cost: [5_490_000n, 0, 1],
  }),
  sudo_set_dissolve_network_schedule_duration: globalParameter({
    index: 55,
    argument: 'duration',
    codec: blockNumber,
    item: storage.DissolveNetworkScheduleDuration,
    event: subtensor.DissolveNetworkScheduleDurationSet,
    cost: [5_591_000n, 0, 1],
  }),
  /** Id of the chain for Ethereum tools. */
  sudo_set_evm_chain_id: globalParameter({
    index: 58,
    argument: 'chain_id',
    codec: u64,
    set: (ctx, id) => evmChainId.ChainId.set(ctx, id),
    cost: [27_199_000n, 1, 1],
  }),
  /** Weight of the newest price in the moving average, before the start-up ramp. */
  sudo_set_subnet_moving_alpha: globalParameter({
    index: 63,
    argument: 'alpha',
    codec: i96f32,
    item: storage.SubnetMovingAlpha,
    cost: [2_955_000n, 0, 1],
  }),
  /** Version of the scheme that timelocked commits must use. */
  sudo_set_commit_reveal_version: globalParameter({
    index: 71,
    argument: 'version',
    codec: u16,
    item: storage.CommitRevealWeightsVersion,
    event: subtensor.CommitRevealVersionSet,
    cost: [6_052_000n, 0, 1],
  }),
  /** Share of a child's income that is burnt, of 2^64-1. */
  sudo_set_ck_burn: globalParameter({
    index: 73,
    argument: 'burn',
    codec: u64,
    item: storage.CKBurn,
    cost: [15_650_000n, 1, 1],
  }),
  /** Blocks before each epoch in which owners cannot change hyperparameters. */
  sudo_set_admin_freeze_window: globalParameter({
    index: 74,
    argument: 'window',
    codec: u16,
    item: storage.AdminFreezeWindow,
    event: subtensor.AdminFreezeWindowSet,
    cost: [5_450_000n, 0, 1],
  }),
  /** Tempos between two changes of one hyperparameter by an owner. */
  sudo_set_owner_hparam_rate_limit: globalParameter({
    index: 75,
    argument: 'epochs',
    codec: u16,
    item: storage.OwnerHyperparamRateLimit,
    event: subtensor.OwnerHyperparamRateLimitSet,
    cost: [5_471_000n, 0, 1],
  }),
  /** Flow below which a subnet gets no emission. */
  sudo_set_tao_flow_cutoff: globalParameter({
    index: 81,
    argument: 'flow_cutoff',
    codec: i64f64,
    item: storage.TaoFlowCutoff,
    cost: [7_343_000n, 0, 1],
  }),
  /** Power to which flows are raised before sharing: 1 to 2. */
  sudo_set_tao_flow_normalization_exponent: globalParameter({
    index: 82,
    argument: 'exponent',
    codec: u64f64,
    bounds: { min: ONE, max: 2n * ONE, error: errors.InvalidValue },
    item: storage.FlowNormExponent,
    cost: [7_343_000n, 0, 1],
  }),
  /** Weight of the newest flow in its average, of 2^63-1. */
  sudo_set_tao_flow_smoothing_factor: globalParameter({
    index: 83,
    argument: 'smoothing_factor',
    codec: u64,
    item: storage.FlowEmaSmoothingFactor,
    cost: [7_343_000n, 0, 1],
  }),
  /** Blocks after its making before a subnet can be started. */
  sudo_set_start_call_delay: globalParameter({
    index: 85,
    argument: 'delay',
    codec: u64,
    item: storage.StartCallDelay,
    event: subtensor.StartCallDelaySet,
    cost: [14_000_000n, 0, 1],
  }),
  sudo_set_coldkey_swap_announcement_delay: globalParameter({
    index: 86,
    argument: 'duration',
    codec: blockNumber,
    item: storage.ColdkeySwapAnnouncementDelay,
    event: subtensor.ColdkeySwapAnnouncementDelaySet,
    cost: [5_370_000n, 0, 1],
  }),
  sudo_set_coldkey_swap_reannouncement_delay: globalParameter({
    index: 87,
    argument: 'duration',
    codec: blockNumber,
    item: storage.ColdkeySwapReannouncementDelay,
    event: subtensor.ColdkeySwapReannouncementDelaySet,
    cost: [5_360_000n, 0, 1],
  }),
  sudo_set_max_mechanism_count: globalParameter({
    index: 88,
    argument: 'max_mechanism_count',
    codec: mecid,
    bounds: { min: 1, max: MECHANISM_LIMIT, error: subtensorErrors.InvalidValue },
    item: storage.MaxMechanismCount,
    cost: [15_000_000n, 1, 1],
  }),
  /** Whether the protocol's own flow counts when emission is shared. */
  sudo_set_net_tao_flow_enabled: globalParameter({
    index: 91,
    argument: 'enabled',
    codec: bool,
    item: storage.NetTaoFlowEnabled,
    cost: [7_343_000n, 0, 1],
  }),
  /** Most epochs in one block; the others wait. */
  sudo_set_max_epochs_per_block: globalParameter({
    index: 96,
    argument: 'max_epochs_per_block',
    codec: u8,
    bounds: { min: 1, error: errors.ValueNotInBounds },
    item: storage.MaxEpochsPerBlock,
    event: subtensor.MaxEpochsPerBlockSet,
    cost: [5_530_000n, 0, 1],
  }),
})
