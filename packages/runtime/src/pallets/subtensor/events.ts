/**
 * What happened. The order is part of the protocol. Fields the reference leaves unnamed stay unnamed here;
 * the comment names them.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/macros/events.rs
 */
import {
  accountId,
  alphaBalance,
  bool,
  bytes,
  compact,
  h160,
  h256,
  i16,
  named,
  netuid,
  option,
  taoBalance,
  u8,
  u16,
  u32,
  u64,
  u64f64,
  vec,
} from '@neurite/primitives/scale'
import { DispatchErrorCodec, event, eventOf } from '../../frame/index.ts'
import { P } from './declare.ts'
import {
  accountLinkage,
  blockNumber,
  currencyBalance,
  dispatchResult,
  hash256,
  leaseId,
  netuidIndex,
  RootClaimTypeEnum,
} from './types.ts'

export const events = P.events({
  /** A subnet was made: netuid, mechanism. */
  NetworkAdded: event(netuid, u16),
  /** A subnet was removed: netuid. */
  NetworkRemoved: event(netuid),
  /** Stake was bought: coldkey, hotkey, rao, alpha-rao, netuid, fee. */
  StakeAdded: event(accountId, accountId, taoBalance, alphaBalance, netuid, u64),
  /** Stake was sold: coldkey, hotkey, rao, alpha-rao, netuid, fee. */
  StakeRemoved: event(accountId, accountId, taoBalance, alphaBalance, netuid, u64),
  /** Stake moved between hotkeys: coldkey, old hotkey, old netuid, new hotkey, new netuid, rao. */
  StakeMoved: event(accountId, accountId, netuid, accountId, netuid, taoBalance),
  /** A neuron set its weights: netuid or mechanism index, uid. */
  WeightsSet: event(netuidIndex, u16),
  /** A neuron joined: netuid, uid, hotkey. */
  NeuronRegistered: event(netuid, u16, accountId),
  /** Never emitted. */
  BulkNeuronsRegistered: event(u16, u16),
  /** Never emitted. */
  BulkBalancesSet: event(u16, u16),
  /** Most neurons changed: netuid, value. */
  MaxAllowedUidsSet: event(netuid, u16),
  /** No longer emitted: netuid, value. */
  MaxWeightLimitSet: event(netuid, u16),
  /** Difficulty changed: netuid, value. */
  DifficultySet: event(netuid, u64),
  /** Interval changed: netuid, blocks. */
  AdjustmentIntervalSet: event(netuid, u16),
  /** Target of registrations changed: netuid, value. */
  RegistrationPerIntervalSet: event(netuid, u16),
  /** Most registrations per block changed: netuid, value. */
  MaxRegistrationsPerBlockSet: event(netuid, u16),
  /** Activity cutoff changed: netuid, blocks. */
  ActivityCutoffSet: event(netuid, u16),
  /** Rho changed: netuid, value. */
  RhoSet: event(netuid, u16),
  /** Steepness of liquid alpha changed: netuid, value. */
  AlphaSigmoidSteepnessSet: event(netuid, i16),
  /** Kappa changed: netuid, u16 fraction. */
  KappaSet: event(netuid, u16),
  /** Least number of weights changed: netuid, value. */
  MinAllowedWeightSet: event(netuid, u16),
  /** Pruning length changed: netuid, value. */
  ValidatorPruneLenSet: event(netuid, u64),
  /** Scaling power changed: netuid, value. */
  ScalingLawPowerSet: event(netuid, u16),
  /** Rate limit of weights changed: netuid, blocks. */
  WeightsSetRateLimitSet: event(netuid, u64),
  /** Immunity period changed: netuid, blocks. */
  ImmunityPeriodSet: event(netuid, u16),
  /** Moving average of bonds changed: netuid, millionths. */
  BondsMovingAverageSet: event(netuid, u64),
  /** Bonds penalty changed: netuid, u16 fraction. */
  BondsPenaltySet: event(netuid, u16),
  /** Resetting of bonds was switched: netuid, on. */
  BondsResetOnSet: event(netuid, bool),
  /** Most validators changed: netuid, value. */
  MaxAllowedValidatorsSet: event(netuid, u16),
  /** An endpoint was announced: netuid, hotkey. */
  AxonServed: event(netuid, accountId),
  /** A metrics endpoint was announced: netuid, hotkey. */
  PrometheusServed: event(netuid, accountId),
  /** A hotkey opened for delegation: coldkey, hotkey, take. */
  DelegateAdded: event(accountId, accountId, u16),
  /** Default take changed: u16 fraction. */
  DefaultTakeSet: event(u16),
  /** Weights version changed: netuid, version. */
  WeightsVersionKeySet: event(netuid, u64),
  /** Lowest difficulty changed: netuid, value. */
  MinDifficultySet: event(netuid, u64),
  /** Highest difficulty changed: netuid, value. */
  MaxDifficultySet: event(netuid, u64),
  /** Rate limit of serving changed: netuid, blocks. */
  ServingRateLimitSet: event(netuid, u64),
  /** Price of registration changed: netuid, rao. */
  BurnSet: event(netuid, taoBalance),
  /** Highest price changed: netuid, rao. */
  MaxBurnSet: event(netuid, taoBalance),
  /** Lowest price changed: netuid, rao. */
  MinBurnSet: event(netuid, taoBalance),
  /** Most epochs per block changed: value. */
  MaxEpochsPerBlockSet: event(u8),
  /** Rate limit of key changes changed: blocks. */
  TxRateLimitSet: event(u64),
  /** Rate limit of takes changed: blocks. */
  TxDelegateTakeRateLimitSet: event(u64),
  /** Rate limit of child takes changed: blocks. */
  TxChildKeyTakeRateLimitSet: event(u64),
  /** Freeze window changed: blocks. */
  AdminFreezeWindowSet: event(u16),
  /** Rate limit of owners changed: tempos. */
  OwnerHyperparamRateLimitSet: event(u16),
  /** Lowest child take changed: u16 fraction. */
  MinChildKeyTakeSet: event(u16),
  /** Lowest child take of a subnet changed: netuid, u16 fraction. */
  MinChildKeyTakePerSubnetSet: event(netuid, u16),
  /** Highest child take changed: u16 fraction. */
  MaxChildKeyTakeSet: event(u16),
  /** A child take changed: hotkey, u16 fraction. */
  ChildKeyTakeSet: event(accountId, u16),
  /** A privileged call ran: its result. */
  Sudid: event(dispatchResult),
  /** Paid registration was switched: netuid, on. */
  RegistrationAllowed: event(netuid, bool),
  /** Proof-of-work registration was switched: netuid, on. */
  PowRegistrationAllowed: event(netuid, bool),
  /** Tempo changed: netuid, blocks. */
  TempoSet: event(netuid, u16),
  /** Sum of registration payments changed: netuid, rao. */
  RAORecycledForRegistrationSet: event(netuid, taoBalance),
  /** Least stake for weights changed: alpha-rao. */
  StakeThresholdSet: event(u64),
  /** Smoothing of the difficulty changed: netuid, fraction of 2^64-1. */
  AdjustmentAlphaSet: event(netuid, u64),
  /** Free test money was handed out: account, rao. */
  Faucet: event(accountId, u64),
  /** Owner cut changed: u16 fraction. */
  SubnetOwnerCutSet: event(u16),
  /** Rate limit of new subnets changed: blocks. */
  NetworkRateLimitSet: event(u64),
  /** Immunity of subnets changed: blocks. */
  NetworkImmunityPeriodSet: event(u64),
  /** Delay of the start call changed: blocks. */
  StartCallDelaySet: event(u64),
  /** Least price of a subnet changed: rao. */
  NetworkMinLockCostSet: event(taoBalance),
  /** Most subnets changed: value. */
  SubnetLimitSet: event(u16),
  /** Decay of the subnet price changed: blocks. */
  NetworkLockCostReductionIntervalSet: event(u64),
  /** A take fell: coldkey, hotkey, u16 fraction. */
  TakeDecreased: event(accountId, accountId, u16),
  /** A take rose: coldkey, hotkey, u16 fraction. */
  TakeIncreased: event(accountId, accountId, u16),
  /** A hotkey was replaced on all subnets. */
  HotkeySwapped: eventOf({ coldkey: accountId, old_hotkey: accountId, new_hotkey: accountId }),
  /** Highest take changed: u16 fraction. */
  MaxDelegateTakeSet: event(u16),
  /** Lowest take changed: u16 fraction. */
  MinDelegateTakeSet: event(u16),
  /** A change of coldkey was announced. */
  ColdkeySwapAnnounced: eventOf({ who: accountId, new_coldkey_hash: h256 }),
  /** An announced change was undone by root. */
  ColdkeySwapReset: eventOf({ who: accountId }),
  /** A coldkey was replaced. */
  ColdkeySwapped: eventOf({ old_coldkey: accountId, new_coldkey: accountId }),
  /** An announced change was disputed. */
  ColdkeySwapDisputed: eventOf({ coldkey: accountId }),
  /** No longer emitted. */
  AllBalanceUnstakedAndTransferredToNewColdkey: eventOf({
    current_coldkey: accountId,
    new_coldkey: accountId,
    total_balance: currencyBalance,
  }),
  /** No longer emitted. */
  ArbitrationPeriodExtended: eventOf({ coldkey: accountId }),
  /** Children were announced: hotkey, netuid, block, proportions and children. */
  SetChildrenScheduled: event(accountId, netuid, u64, accountLinkage),
  /** Children took effect: hotkey, netuid, proportions and children. */
  SetChildren: event(accountId, netuid, accountLinkage),
  /** An account published its identity: coldkey. */
  ChainIdentitySet: event(accountId),
  /** A subnet's identity was published: netuid. */
  SubnetIdentitySet: event(netuid),
  /** A subnet's identity was removed: netuid. */
  SubnetIdentityRemoved: event(netuid),
  /** No longer emitted. */
  DissolveNetworkScheduled: eventOf({ account: accountId, netuid: netuid, execution_block: blockNumber }),
  /** Delay of coldkey changes changed: blocks. */
  ColdkeySwapAnnouncementDelaySet: event(blockNumber),
  /** Delay of repeated announcements changed: blocks. */
  ColdkeySwapReannouncementDelaySet: event(blockNumber),
  /** Delay of dissolutions changed: blocks. */
  DissolveNetworkScheduleDurationSet: event(blockNumber),
  /** Encrypted weights were committed the old way: hotkey, index, hash. */
  CRV3WeightsCommitted: event(accountId, netuidIndex, hash256),
  /** A hash of weights was committed: hotkey, index, hash. */
  WeightsCommitted: event(accountId, netuidIndex, hash256),
  /** Committed weights were revealed: hotkey, index, hash. */
  WeightsRevealed: event(accountId, netuidIndex, hash256),
  /** Several commits were revealed: hotkey, netuid, hashes. */
  WeightsBatchRevealed: event(accountId, netuid, vec(hash256)),
  /** Weights were set on several subnets: netuids, hotkey. */
  BatchWeightsCompleted: event(vec(compact(netuid), 'Vec<Compact<NetUid>>'), accountId),
  /** Some items of a batch failed. */
  BatchCompletedWithErrors: event(),
  /** One item of a batch failed: netuid, error. */
  BatchWeightItemFailed: event(netuid, named('sp_runtime::DispatchError', DispatchErrorCodec)),
  /** Stake moved between coldkeys: old coldkey, new coldkey, hotkey, old netuid, new netuid, rao. */
  StakeTransferred: event(accountId, accountId, accountId, netuid, netuid, taoBalance),
  /** Stake moved between subnets: coldkey, hotkey, old netuid, new netuid, rao. */
  StakeSwapped: event(accountId, accountId, netuid, netuid, taoBalance),
  /** Transfers of stake were switched: netuid, on. */
  TransferToggle: event(netuid, bool),
  /** The owner's hotkey changed: netuid, hotkey. */
  SubnetOwnerHotkeySet: event(netuid, accountId),
  /** A subnet was started: netuid, first block with emission. */
  FirstEmissionBlockNumberSet: event(netuid, u64),
  /** Alpha was recycled: coldkey, hotkey, alpha-rao, netuid. */
  AlphaRecycled: event(accountId, accountId, alphaBalance, netuid),
  /** Alpha was burnt: coldkey, hotkey, alpha-rao, netuid. */
  AlphaBurned: event(accountId, accountId, alphaBalance, netuid),
  /** An Ethereum key was linked to a neuron. */
  EvmKeyAssociated: eventOf({ netuid: netuid, hotkey: accountId, evm_key: h160, block_associated: u64 }),
  /** Weights committed the old way were revealed: netuid, hotkey. */
  CRV3WeightsRevealed: event(netuid, accountId),
  /** Epochs until the reveal changed: netuid, epochs. */
  CommitRevealPeriodsSet: event(netuid, u64),
  /** Commit and reveal was switched: netuid, on. */
  CommitRevealEnabled: event(netuid, bool),
  /** A hotkey was replaced on one subnet. */
  HotkeySwappedOnSubnet: eventOf({ coldkey: accountId, old_hotkey: accountId, new_hotkey: accountId, netuid: netuid }),
  /** A leased subnet was made. */
  SubnetLeaseCreated: eventOf({
    beneficiary: accountId,
    lease_id: leaseId,
    netuid: netuid,
    end_block: option(blockNumber),
  }),
  /** A lease ended. */
  SubnetLeaseTerminated: eventOf({ beneficiary: accountId, netuid: netuid }),
  /** A subnet's symbol changed. */
  SymbolUpdated: eventOf({ netuid: netuid, symbol: bytes }),
  /** Version of timelocked commits changed: version. */
  CommitRevealVersionSet: event(u16),
  /** Encrypted weights were committed: hotkey, index, hash, round. */
  TimelockedWeightsCommitted: event(accountId, netuidIndex, hash256, u64),
  /** Encrypted weights were opened: index, hotkey. */
  TimelockedWeightsRevealed: event(netuidIndex, accountId),
  /** Mining income was staked with a chosen hotkey. */
  AutoStakeAdded: eventOf({
    netuid: netuid,
    destination: accountId,
    hotkey: accountId,
    owner: accountId,
    incentive: alphaBalance,
  }),
  /** What miners earned at an epoch, by uid. */
  IncentiveAlphaEmittedToMiners: eventOf({ netuid: netuidIndex, emissions: vec(alphaBalance) }),
  /** Least number of neurons changed: netuid, value. */
  MinAllowedUidsSet: event(netuid, u16),
  /** The hotkey for mining income was chosen. */
  AutoStakeDestinationSet: eventOf({ coldkey: accountId, netuid: netuid, hotkey: accountId }),
  /** Least number of prunable neurons changed: netuid, value. */
  MinNonImmuneUidsSet: event(netuid, u16),
  /** Root dividends were claimed. */
  RootClaimed: eventOf({ coldkey: accountId }),
  /** The kind of claims changed. */
  RootClaimTypeSet: eventOf({ coldkey: accountId, root_claim_type: RootClaimTypeEnum }),
  /** Voting power is tracked from now on. */
  VotingPowerTrackingEnabled: eventOf({ netuid: netuid }),
  /** Tracking of voting power will end. */
  VotingPowerTrackingDisableScheduled: eventOf({ netuid: netuid, disable_at_block: u64 }),
  /** Tracking of voting power ended. */
  VotingPowerTrackingDisabled: eventOf({ netuid: netuid }),
  /** Smoothing of voting power changed. */
  VotingPowerEmaAlphaSet: eventOf({ netuid: netuid, alpha: u64 }),
  /** A leaseholder was paid. */
  SubnetLeaseDividendsDistributed: eventOf({ lease_id: leaseId, contributor: accountId, alpha: alphaBalance }),
  /** Alpha was bought and burnt. */
  AddStakeBurn: eventOf({ netuid: netuid, hotkey: accountId, amount: taoBalance, alpha: alphaBalance }),
  /** An announced change was withdrawn. */
  ColdkeySwapCleared: eventOf({ who: accountId }),
  /** A fee was paid from stake. */
  TransactionFeePaidWithAlpha: eventOf({
    who: accountId,
    netuid: netuid,
    alpha_fee: alphaBalance,
    tao_amount: taoBalance,
  }),
  /** Half-life of the price changed. */
  BurnHalfLifeSet: eventOf({ netuid: netuid, burn_half_life: u16 }),
  /** Rise of the price per registration changed. */
  BurnIncreaseMultSet: eventOf({ netuid: netuid, burn_increase_mult: u64f64 }),
  /** Lending to subnet owners was switched. */
  AutoParentDelegationEnabledSet: eventOf({ hotkey: accountId, enabled: bool }),
  /** Stake was locked. */
  StakeLocked: eventOf({ coldkey: accountId, hotkey: accountId, netuid: netuid, amount: alphaBalance }),
  /** Stake was unlocked. */
  StakeUnlocked: eventOf({ coldkey: accountId, hotkey: accountId, netuid: netuid, amount: alphaBalance }),
  /** A lock moved to another hotkey. */
  LockMoved: eventOf({ coldkey: accountId, origin_hotkey: accountId, destination_hotkey: accountId, netuid: netuid }),
  /** Activity cutoff changed, in thousandths of a tempo. */
  ActivityCutoffFactorMilliSet: eventOf({ netuid: netuid, factor_milli: u32 }),
  /** The owner asked for an epoch. */
  EpochTriggered: eventOf({ netuid: netuid, by: accountId, fires_at: u64 }),
  /** A due epoch waits because the block is full. */
  EpochDeferred: eventOf({ netuid: netuid, from_block: u64, to_block: u64 }),
  /** An epoch was due but could not run. */
  EpochSkipped: eventOf({ netuid: netuid, block: u64 }),
  /** A subnet has a new owner. */
  SubnetOwnerChanged: eventOf({ netuid: netuid, old_coldkey: accountId, new_coldkey: accountId }),
  /** A lock became perpetual, or no longer is. */
  PerpetualLockUpdated: eventOf({ coldkey: accountId, netuid: netuid, enabled: bool }),
  /** An account refuses locked alpha, or no longer does. */
  RejectLockedAlphaUpdated: eventOf({ coldkey: accountId, enabled: bool }),
})
