/** What owners and root can tune per subnet. */
import { bool, i16, mecid, netuid, tuple, u16, u32, u64, vec } from '@neurite/primitives/scale'
import { blake2_128Concat, identity, map, twox64Concat, value } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { P } from '../declare.ts'
import { RecycleOrBurnEnum } from '../types.ts'

export const hyperparameterStorage = P.storage({
  /** Blocks between two epochs of the subnet; 0 stops its epochs. @unit blocks */
  Tempo: map({ netuid: identity(netuid) }, u16).default(constants.InitialTempo),
  /** Steepness of trust in the first version of the consensus; kept for clients. */
  Rho: map({ netuid: identity(netuid) }, u16).default(constants.InitialRho),
  /** Majority of stake that consensus asks for. @unit u16 fraction (65535 = 100%) */
  Kappa: map({ netuid: identity(netuid) }, u16).default(constants.InitialKappa),
  /** Blocks during which a new neuron is not pruned. @unit blocks */
  ImmunityPeriod: map({ netuid: identity(netuid) }, u16).default(constants.InitialImmunityPeriod),
  /** Blocks without new weights after which a validator no longer counts. @unit blocks */
  ActivityCutoff: map({ netuid: identity(netuid) }, u16).default(constants.InitialActivityCutoff),
  /** Activity cutoff as a multiple of the tempo. @unit thousandths of a tempo */
  ActivityCutoffFactorMilli: map({ netuid: identity(netuid) }, u32).default(13_889),
  /** Least number of neurons that trimming leaves. */
  MinAllowedUids: map({ netuid: identity(netuid) }, u16).default(constants.InitialMinAllowedUids),
  /** Most neurons on the subnet; beyond it a newcomer replaces the weakest. */
  MaxAllowedUids: map({ netuid: identity(netuid) }, u16).default(constants.InitialMaxAllowedUids),
  /** Most neurons that hold a validator permit. */
  MaxAllowedValidators: map({ netuid: identity(netuid) }, u16).default(constants.InitialMaxAllowedValidators),
  /** Least number of weights a validator must set. */
  MinAllowedWeights: map({ netuid: identity(netuid) }, u16).default(constants.InitialMinAllowedWeights),
  /** Largest single weight; the reference no longer enforces another. @unit u16 fraction */
  MaxWeightsLimit: map({ netuid: identity(netuid) }, u16).default(65_535),
  /** Version that weights must be set with, if not zero. */
  WeightsVersionKey: map({ netuid: identity(netuid) }, u64).default(constants.InitialWeightsVersionKey),
  /** Blocks between two weight settings of one neuron. @unit blocks */
  WeightsSetRateLimit: map({ netuid: identity(netuid) }, u64).default(100n),
  /** True while weights must be committed before they are revealed. */
  CommitRevealWeightsEnabled: map({ netuid: identity(netuid) }, bool).default(true),
  /** Epochs between a commit and its reveal. @unit epochs */
  RevealPeriodEpochs: map({ netuid: twox64Concat(netuid) }, u64).default(1n),
  /** Share of the old value in the bonds' moving average. @unit millionths */
  BondsMovingAverage: map({ netuid: identity(netuid) }, u64).default(constants.InitialBondsMovingAverage),
  /** How much of the weight above consensus is taken from bonds. @unit u16 fraction */
  BondsPenalty: map({ netuid: identity(netuid) }, u16).default(constants.InitialBondsPenalty),
  /** True when a miner's commitment of metadata resets its bonds. */
  BondsResetOn: map({ netuid: identity(netuid) }, bool).default(constants.InitialBondsResetOn),
  /** True when each bond has a smoothing factor of its own. */
  LiquidAlphaOn: map({ netuid: blake2_128Concat(netuid) }, bool),
  /** Bounds of that factor: low, high. @unit u16 fraction */
  AlphaValues: map({ netuid: identity(netuid) }, tuple(u16, u16)).default([45_875, 58_982]),
  /** Steepness of the curve between the bounds. */
  AlphaSigmoidSteepness: map({ netuid: identity(netuid) }, i16).default(constants.InitialAlphaSigmoidSteepness),
  /** True when bonds follow the third version of the consensus. */
  Yuma3On: map({ netuid: blake2_128Concat(netuid) }, bool),
  /** Blocks between two announcements of an endpoint. @unit blocks */
  ServingRateLimit: map({ netuid: identity(netuid) }, u64).default(constants.InitialServingRateLimit),
  /** Retired exponent; kept for clients. */
  ScalingLawPower: map({ netuid: identity(netuid) }, u16).default(constants.InitialScalingLawPower),
  /** Retired pruning length; kept for clients. */
  ValidatorPruneLen: map({ netuid: identity(netuid) }, u64).default(constants.InitialValidatorPruneLen),
  /** What becomes of alpha that the owner's own hotkeys would mine. */
  RecycleOrBurn: map({ netuid: identity(netuid) }, RecycleOrBurnEnum).default('Burn'),
  /** Least number of neurons that must stay prunable. */
  MinNonImmuneUids: map({ netuid: identity(netuid) }, u16).default(10),
  /** Most neurons of the owner that are safe from pruning. */
  ImmuneOwnerUidsLimit: map({ netuid: identity(netuid) }, u16).default(1),
  /** Most mechanisms a subnet can have. */
  MaxMechanismCount: value(mecid).default(2),
  /** Mechanisms of the subnet: independent weight matrices that share its emission. */
  MechanismCountCurrent: map({ netuid: twox64Concat(netuid) }, mecid).default(1),
  /** Share of emission of each mechanism; equal shares when none. @unit u16 fraction */
  MechanismEmissionSplit: map({ netuid: twox64Concat(netuid) }, vec(u16)).optional(),
  /** Blocks before each epoch in which owners cannot change hyperparameters. @unit blocks */
  AdminFreezeWindow: value(u16).default(10),
  /** Least time between two changes of one hyperparameter by an owner. @unit tempos */
  OwnerHyperparamRateLimit: value(u16).default(2),
  /** Least activity cutoff that can be set. @unit blocks */
  MinActivityCutoff: value(u16).default(360),
  /** Version of the scheme that timelocked commits must use. */
  CommitRevealWeightsVersion: value(u16).default(4),
})
