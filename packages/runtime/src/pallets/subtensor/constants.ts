/**
 * Constants of the pallet. Values that the reference's `fast-runtime` build shortens depend on the network's profile.
 *
 * subtensor 14bc6f9 runtime/src/lib.rs, pallets/subtensor/src/macros/config.rs
 */
import { utf8ToBytes } from '@neurite/primitives/bytes'
import { bool, i16, taoBalance, u8, u16, u32, u64 } from '@neurite/primitives/scale'
import { constant } from '../../frame/index.ts'
import { P } from './declare.ts'
import { palletId, percent } from './types.ts'

export const constants = P.constants({
  /** TAO that exists before the first block. @unit rao */
  InitialIssuance: constant(taoBalance, 0n),
  /** Least number of weights on a new subnet. */
  InitialMinAllowedWeights: constant(u16, 1024),
  /** Emission of a new neuron. */
  InitialEmissionValue: constant(u16, 0),
  /** Tempo of a new subnet. @unit blocks */
  InitialTempo: constant(u16, (profile) => (profile.fastBlocks ? 10 : 360)),
  /** Difficulty on a new subnet. */
  InitialDifficulty: constant(u64, 10_000_000n),
  /** Highest difficulty on a new subnet. */
  InitialMaxDifficulty: constant(u64, 4_611_686_018_427_387_903n),
  /** Lowest difficulty on a new subnet. */
  InitialMinDifficulty: constant(u64, 10_000_000n),
  /** Registration payments of a new subnet. @unit rao */
  InitialRAORecycledForRegistration: constant(taoBalance, 0n),
  /** First price of a registration. @unit rao */
  InitialBurn: constant(taoBalance, 100_000_000n),
  /** Highest price on a new subnet. @unit rao */
  InitialMaxBurn: constant(taoBalance, 100_000_000_000n),
  /** Lowest price on a new subnet. @unit rao */
  InitialMinBurn: constant(taoBalance, 500_000n),
  /** Least amount that can be staked. @unit rao */
  InitialMinStake: constant(taoBalance, 2_000_000n),
  /** Highest value to which the lowest price can be set. @unit rao */
  MinBurnUpperBound: constant(taoBalance, 1_000_000_000n),
  /** Lowest value to which the highest price can be set. @unit rao */
  MaxBurnLowerBound: constant(taoBalance, 100_000_000n),
  /** Shortest tempo that an owner can set. @unit blocks */
  MinTempo: constant(u16, 360),
  /** Longest tempo that an owner can set. @unit blocks */
  MaxTempo: constant(u16, 50_400),
  /** Smallest activity cutoff that an owner can set. @unit thousandths of a tempo */
  MinActivityCutoffFactorMilli: constant(u32, 1000),
  /** Largest activity cutoff that an owner can set. @unit thousandths of a tempo */
  MaxActivityCutoffFactorMilli: constant(u32, 50_000),
  /** Interval of a new subnet. @unit blocks */
  InitialAdjustmentInterval: constant(u16, 100),
  /** Moving average of bonds on a new subnet. @unit millionths */
  InitialBondsMovingAverage: constant(u64, 900_000n),
  /** Bonds penalty on a new subnet. @unit u16 fraction */
  InitialBondsPenalty: constant(u16, 65_535),
  /** Whether commitments reset bonds on a new subnet. */
  InitialBondsResetOn: constant(bool, false),
  /** Target of registrations on a new subnet. */
  InitialTargetRegistrationsPerInterval: constant(u16, 2),
  /** Rho of a new subnet. */
  InitialRho: constant(u16, 10),
  /** Steepness of liquid alpha on a new subnet. */
  InitialAlphaSigmoidSteepness: constant(i16, 1000),
  /** Kappa of a new subnet. @unit u16 fraction */
  InitialKappa: constant(u16, 32_767),
  /** Least number of neurons on a new subnet. */
  InitialMinAllowedUids: constant(u16, 64),
  /** Most neurons on a new subnet. */
  InitialMaxAllowedUids: constant(u16, 256),
  /** Retired pruning length. */
  InitialValidatorPruneLen: constant(u64, 1n),
  /** Retired exponent. */
  InitialScalingLawPower: constant(u16, 50),
  /** Immunity of neurons on a new subnet. @unit blocks */
  InitialImmunityPeriod: constant(u16, 4096),
  /** Activity cutoff on a new subnet. @unit blocks */
  InitialActivityCutoff: constant(u16, 5000),
  /** Most registrations per block on a new subnet. */
  InitialMaxRegistrationsPerBlock: constant(u16, 1),
  /** Pruning score of a new neuron. @unit u16 fraction */
  InitialPruningScore: constant(u16, 65_535),
  /** Most validators on a new subnet. */
  InitialMaxAllowedValidators: constant(u16, 128),
  /** Take of a new delegate. @unit u16 fraction */
  InitialDefaultDelegateTake: constant(u16, 11_796),
  /** Lowest take. @unit u16 fraction */
  InitialMinDelegateTake: constant(u16, 0),
  /** Take of a new child. @unit u16 fraction */
  InitialDefaultChildKeyTake: constant(u16, 0),
  /** Lowest child take. @unit u16 fraction */
  InitialMinChildKeyTake: constant(u16, 0),
  /** Highest child take. @unit u16 fraction */
  InitialMaxChildKeyTake: constant(u16, 11_796),
  /** Weights version on a new subnet. */
  InitialWeightsVersionKey: constant(u64, 0n),
  /** Rate limit of serving. @unit blocks */
  InitialServingRateLimit: constant(u64, 50n),
  /** Rate limit of key changes. @unit blocks */
  InitialTxRateLimit: constant(u64, 1000n),
  /** Rate limit of takes. @unit blocks */
  InitialTxDelegateTakeRateLimit: constant(u64, 216_000n),
  /** Rate limit of child takes. @unit blocks */
  InitialTxChildKeyTakeRateLimit: constant(u64, (profile) => (profile.fastBlocks ? 5n : 216_000n)),
  /** Smoothing of the difficulty on a new subnet. @unit fraction of 2^64-1 */
  InitialAdjustmentAlpha: constant(u64, 0n),
  /** Immunity of a new subnet. @unit blocks */
  InitialNetworkImmunityPeriod: constant(u64, 1_296_000n),
  /** Least price of a subnet. @unit rao */
  InitialNetworkMinLockCost: constant(taoBalance, 1_000_000_000_000n),
  /** Share of the owner. @unit u16 fraction */
  InitialSubnetOwnerCut: constant(u16, 11_796),
  /** Decay of the subnet price. @unit blocks */
  InitialNetworkLockReductionInterval: constant(u64, 100_800n),
  /** Rate limit of new subnets. @unit blocks */
  InitialNetworkRateLimit: constant(u64, 7200n),
  /** Price of changing a hotkey everywhere. @unit rao */
  KeySwapCost: constant(taoBalance, 100_000_000n),
  /** Upper bound of liquid alpha. @unit u16 fraction */
  AlphaHigh: constant(u16, 58_982),
  /** Lower bound of liquid alpha. @unit u16 fraction */
  AlphaLow: constant(u16, 45_875),
  /** Whether a new subnet uses liquid alpha. */
  LiquidAlphaOn: constant(bool, false),
  /** Whether a new subnet uses the third version of the consensus. */
  Yuma3On: constant(bool, false),
  /** Delay of a coldkey change. @unit blocks */
  InitialColdkeySwapAnnouncementDelay: constant(u32, (profile) => (profile.fastBlocks ? 50 : 36_000)),
  /** Delay of a repeated announcement. @unit blocks */
  InitialColdkeySwapReannouncementDelay: constant(u32, (profile) => (profile.fastBlocks ? 10 : 7200)),
  /** Delay of a dissolution. @unit blocks */
  InitialDissolveNetworkScheduleDuration: constant(u32, 36_000),
  /** Weight of root TAO in validator power. @unit fraction of 2^64-1 */
  InitialTaoWeight: constant(u64, 971_718_665_099_567_868n),
  /** Start-up ramp of the moving price. @unit blocks */
  InitialEmaPriceHalvingPeriod: constant(u64, 201_600n),
  /** Delay of the start call. @unit blocks */
  InitialStartCallDelay: constant(u64, 0n),
  /** Price of changing a hotkey on one subnet. @unit rao */
  KeySwapOnSubnetCost: constant(taoBalance, 1_000_000n),
  /** Blocks between two such changes by one coldkey. @unit blocks */
  HotkeySwapOnSubnetInterval: constant(u64, (profile) => (profile.fastBlocks ? 1n : 7200n)),
  /** Blocks between two payments to leaseholders. @unit blocks */
  LeaseDividendsDistributionInterval: constant(u32, 100),
  /** Largest share of neurons that can be immune. @unit percent */
  MaxImmuneUidsPercentage: constant(percent, 80),
  /** Seed of the pallet's own account. */
  SubtensorPalletId: constant(palletId, utf8ToBytes('subtensr')),
  /** Seed of the account that collects burnt TAO. */
  BurnAccountId: constant(palletId, utf8ToBytes('burntnsr')),
  /** Most epochs per block. */
  InitialMaxEpochsPerBlock: constant(u8, (profile) => (profile.fastBlocks ? 32 : 2)),
})
