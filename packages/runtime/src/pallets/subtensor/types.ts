/** Types of the pallet's storage and calls, under the paths by which clients know them. */
import {
  accountId,
  boundedBytes,
  btreeSet,
  bytes,
  fieldsOf,
  fixedBytes,
  h256,
  i64,
  itemsOf,
  named,
  nameEnum,
  netuid,
  result,
  struct,
  tuple,
  u8,
  u16,
  u32,
  u64,
  u128,
  unit,
  type ValueOf,
  variant,
  vec,
  wrapper,
} from '@neurite/primitives/scale'
import { DispatchErrorCodec } from '../../frame/index.ts'

/** Block number as the reference's storage has it: 32 bits. */
export const blockNumber = named('BlockNumberFor<T>', u32)
/** Index of a weight matrix: `netuid + 4096 * mecid`. Mechanism 0 has the index of its subnet. */
export const netuidIndex = named('NetUidStorageIndex', u16)
/** A hash whose type clients see as `H256`. */
export const hash256 = named('H256', h256)
export const leaseId = named('LeaseId', u32)
export const percent = wrapper('sp_arithmetic::per_things::Percent', u8)
export const palletId = wrapper('frame_support::PalletId', fixedBytes(8))
export const currencyBalance = named(
  '<<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance',
  u64,
)
export const dispatchResult = named('DispatchResult', result(unit, DispatchErrorCodec))

/** Pairs of uid and weight; only entries that are not zero. @unit u16 fraction */
export const sparseRow = vec(tuple(u16, u16))
/** Pairs of proportion and hotkey. @unit fraction of 2^64-1 */
export const accountLinkage = vec(tuple(u64, accountId))
export type AccountLinkage = ValueOf<typeof accountLinkage>

/** Most bytes of an encrypted commit of weights. */
export const MAX_COMMIT_BYTES = 5_000
/** Encrypted weights: hotkey, block of the commit, ciphertext, round that opens it. */
export const timelockedCommits = vec(
  tuple(
    accountId,
    u64,
    boundedBytes(MAX_COMMIT_BYTES, 'BoundedVec<u8, ConstU32<MAX_CRV3_COMMIT_SIZE_BYTES>>'),
    named('RoundNumber', u64),
  ),
)

/** Where a neuron answers requests. The block is that of the announcement. */
export const AxonInfo = struct('pallet_subtensor::pallet::AxonInfo', {
  block: u64,
  version: u32,
  ip: u128,
  port: u16,
  ip_type: u8,
  protocol: u8,
  placeholder1: u8,
  placeholder2: u8,
})
export type AxonInfo = ValueOf<typeof AxonInfo>

export const PrometheusInfo = struct('pallet_subtensor::pallet::PrometheusInfo', {
  block: u64,
  version: u32,
  ip: u128,
  port: u16,
  ip_type: u8,
})
export type PrometheusInfo = ValueOf<typeof PrometheusInfo>

export const NeuronCertificate = struct('pallet_subtensor::pallet::NeuronCertificate', {
  public_key: boundedBytes(64),
  algorithm: u8,
})
export type NeuronCertificate = ValueOf<typeof NeuronCertificate>

/** What a coldkey publishes about itself; UTF-8 by convention. */
export const ChainIdentityV2 = struct('pallet_subtensor::pallet::ChainIdentityV2', {
  name: bytes,
  url: bytes,
  github_repo: bytes,
  image: bytes,
  discord: bytes,
  description: bytes,
  additional: bytes,
})
export type ChainIdentityV2 = ValueOf<typeof ChainIdentityV2>

/** What an owner publishes about a subnet; UTF-8 by convention. */
export const SubnetIdentityV3 = struct('pallet_subtensor::pallet::SubnetIdentityV3', {
  subnet_name: bytes,
  github_repo: bytes,
  subnet_contact: bytes,
  subnet_url: bytes,
  discord: bytes,
  description: bytes,
  logo_url: bytes,
  additional: bytes,
})
export type SubnetIdentityV3 = ValueOf<typeof SubnetIdentityV3>

/** Burn: the alpha stays issued but nobody holds it. Recycle: it can be issued again. */
export const RecycleOrBurnEnum = nameEnum('pallet_subtensor::pallet::RecycleOrBurnEnum', ['Burn', 'Recycle'])
export type RecycleOrBurnEnum = ValueOf<typeof RecycleOrBurnEnum>

/** Swap: claims are sold for TAO. Keep: they stay alpha. KeepSubnets: they stay alpha on these subnets. */
export const RootClaimTypeEnum = variant('pallet_subtensor::pallet::RootClaimTypeEnum', {
  Swap: itemsOf(),
  Keep: itemsOf(),
  KeepSubnets: fieldsOf({ subnets: btreeSet(netuid) }),
})
export type RootClaimTypeEnum = ValueOf<typeof RootClaimTypeEnum>

/** Hyperparameters whose changes by an owner are limited each on its own. */
export const Hyperparameter = nameEnum('pallet_subtensor::utils::rate_limiting::Hyperparameter', [
  'Unknown',
  'ServingRateLimit',
  'MaxDifficulty',
  'AdjustmentAlpha',
  'MaxWeightLimit',
  'ImmunityPeriod',
  'MinAllowedWeights',
  'Kappa',
  'Rho',
  'ActivityCutoff',
  'PowRegistrationAllowed',
  'MinBurn',
  'MaxBurn',
  'BondsMovingAverage',
  'BondsPenalty',
  'CommitRevealEnabled',
  'LiquidAlphaEnabled',
  'AlphaValues',
  'WeightCommitInterval',
  'TransferEnabled',
  'AlphaSigmoidSteepness',
  'Yuma3Enabled',
  'BondsResetEnabled',
  'ImmuneNeuronLimit',
  'RecycleOrBurn',
  'MaxAllowedUids',
  'BurnHalfLife',
  'BurnIncreaseMult',
  'SubnetEmissionEnabled',
  'MinChildkeyTake',
  'ActivityCutoffFactorMilli',
  'TriggerEpoch',
])
export type Hyperparameter = ValueOf<typeof Hyperparameter>

const account = named('AccountId', accountId)

/** Things that can be done only every so many blocks. */
export const RateLimitKey = variant(
  'pallet_subtensor::RateLimitKey',
  {
    SetSNOwnerHotkey: itemsOf(netuid),
    OwnerHyperparamUpdate: itemsOf(netuid, Hyperparameter),
    NetworkLastRegistered: itemsOf(),
    LastTxBlock: itemsOf(account),
    LastTxBlockChildKeyTake: itemsOf(account),
    LastTxBlockDelegateTake: itemsOf(account),
    AddStakeBurn: itemsOf(netuid),
  },
  { params: [{ name: 'AccountId', codec: accountId }], typeName: 'RateLimitKey<T::AccountId>' },
)
export type RateLimitKey = ValueOf<typeof RateLimitKey>

/** Decimal number `mantissa * 10^exponent` in which shares of stake are counted. */
export const SafeFloat = struct('share_pool::SafeFloat', { mantissa: u128, exponent: i64 })
