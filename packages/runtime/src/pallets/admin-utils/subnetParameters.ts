/** Parameters of single subnets. subtensor 14bc6f9 pallets/admin-utils/src/lib.rs; costs from its weights.rs */
import { bool, i16, mecid, named, option, taoBalance, u16, u64, u64f64, vec } from '@neurite/primitives/scale'
import { ensure } from '../../frame/index.ts'
import { constants } from '../subtensor/constants.ts'
import { applyTempo } from '../subtensor/epoch/control.ts'
import { errors as subtensorErrors } from '../subtensor/errors.ts'
import { events as subtensor } from '../subtensor/events.ts'
import { storage } from '../subtensor/storage/index.ts'
import { RecycleOrBurnEnum } from '../subtensor/types.ts'
import { errors, events, P } from './declare.ts'
import { ensureUidsOverMechanisms, setEmissionSplit, setMechanismCount } from './mechanisms.ts'
import { subnetParameter } from './parameter.ts'
import { trimToMaxAllowedUids } from './trimNeurons.ts'

const ONE = 1n << 64n
const MAX_BURN_HALF_LIFE = 36_100
/** Owners cannot make bonds slower than this, in millionths. */
const MAX_OWNER_BONDS_AVERAGE = 975_000n

/** Parameters that the subnet's owner can set. */
const ownerCalls = P.calls({
  /** Blocks between two announcements of an endpoint. */
  sudo_set_serving_rate_limit: subnetParameter({
    index: 3,
    argument: 'serving_rate_limit',
    codec: u64,
    who: 'owner',
    limit: 'ServingRateLimit',
    on: 'any',
    item: storage.ServingRateLimit,
    event: subtensor.ServingRateLimitSet,
    cost: [28_633_000n, 4, 1, 4212n],
  }),
  /** Retired; kept for clients. */
  sudo_set_max_difficulty: subnetParameter({
    index: 5,
    argument: 'max_difficulty',
    codec: u64,
    who: 'owner',
    limit: 'MaxDifficulty',
    item: storage.MaxDifficulty,
    event: subtensor.MaxDifficultySet,
    cost: [34_704_000n, 5, 1, 4383n],
  }),
  /** Version that validators must set weights with. */
  sudo_set_weights_version_key: subnetParameter({
    index: 6,
    argument: 'weights_version_key',
    codec: u64,
    who: 'owner',
    limit: 'SetWeightsVersionKey',
    item: storage.WeightsVersionKey,
    event: subtensor.WeightsVersionKeySet,
    cost: [34_204_000n, 5, 1, 4383n],
  }),
  /** Retired; kept for clients. */
  sudo_set_adjustment_alpha: subnetParameter({
    index: 9,
    argument: 'adjustment_alpha',
    codec: u64,
    who: 'owner',
    limit: 'AdjustmentAlpha',
    item: storage.AdjustmentAlpha,
    event: subtensor.AdjustmentAlphaSet,
    cost: [14_000_000n, 1, 1],
  }),
  /** Blocks during which a new neuron is not pruned. */
  sudo_set_immunity_period: subnetParameter({
    index: 13,
    argument: 'immunity_period',
    codec: u16,
    who: 'owner',
    limit: 'ImmunityPeriod',
    item: storage.ImmunityPeriod,
    event: subtensor.ImmunityPeriodSet,
    cost: [34_414_000n, 5, 1, 4383n],
  }),
  sudo_set_min_allowed_weights: subnetParameter({
    index: 14,
    argument: 'min_allowed_weights',
    codec: u16,
    who: 'owner',
    limit: 'MinAllowedWeights',
    item: storage.MinAllowedWeights,
    event: subtensor.MinAllowedWeightSet,
    cost: [34_664_000n, 5, 1, 4383n],
  }),
  sudo_set_max_allowed_uids: subnetParameter({
    index: 15,
    argument: 'max_allowed_uids',
    codec: u16,
    who: 'owner',
    limit: 'MaxAllowedUids',
    check(ctx, netuid, value) {
      ensure(value >= storage.MinAllowedUids.get(ctx, { netuid }), errors.MaxAllowedUidsLessThanMinAllowedUids)
      ensure(value >= storage.SubnetworkN.get(ctx, { netuid }), errors.MaxAllowedUIdsLessThanCurrentUIds)
      const most = constants.InitialMaxAllowedUids.get(ctx)
      ensure(value <= most, errors.MaxAllowedUidsGreaterThanDefaultMaxAllowedUids)
      ensureUidsOverMechanisms(ctx, value, storage.MechanismCountCurrent.get(ctx, { netuid }))
    },
    item: storage.MaxAllowedUids,
    event: subtensor.MaxAllowedUidsSet,
    cost: [43_381_000n, 8, 1, 4433n],
  }),
  /** Unlike most, it emits no event: the reference never did. */
  sudo_set_rho: subnetParameter({
    index: 17,
    argument: 'rho',
    codec: u16,
    who: 'owner',
    limit: 'Rho',
    item: storage.Rho,
    cost: [31_268_000n, 5, 1, 4383n],
  }),
  /** Retired in favour of the activity cutoff factor. */
  sudo_set_activity_cutoff: subnetParameter({
    index: 18,
    argument: 'activity_cutoff',
    codec: u16,
    who: 'owner',
    limit: 'ActivityCutoff',
    check(ctx, _netuid, value) {
      ensure(value >= storage.MinActivityCutoff.get(ctx), subtensorErrors.ActivityCutoffTooLow)
    },
    item: storage.ActivityCutoff,
    event: subtensor.ActivityCutoffSet,
    cost: [35_165_000n, 6, 1, 4383n],
  }),
  /** Lowest price of a registration, in rao. */
  sudo_set_min_burn: subnetParameter({
    index: 22,
    argument: 'min_burn',
    codec: taoBalance,
    who: 'owner',
    limit: 'MinBurn',
    check(ctx, netuid, value) {
      ensure(value < constants.MinBurnUpperBound.get(ctx), errors.ValueNotInBounds)
      ensure(value < storage.MaxBurn.get(ctx, { netuid }), errors.ValueNotInBounds)
    },
    item: storage.MinBurn,
    event: subtensor.MinBurnSet,
    cost: [37_780_000n, 6, 1, 4385n],
  }),
  /** Highest price of a registration, in rao. */
  sudo_set_max_burn: subnetParameter({
    index: 23,
    argument: 'max_burn',
    codec: taoBalance,
    who: 'owner',
    limit: 'MaxBurn',
    check(ctx, netuid, value) {
      ensure(value > constants.MaxBurnLowerBound.get(ctx), errors.ValueNotInBounds)
      ensure(value > storage.MinBurn.get(ctx, { netuid }), errors.ValueNotInBounds)
    },
    item: storage.MaxBurn,
    event: subtensor.MaxBurnSet,
    cost: [36_949_000n, 6, 1, 4410n],
  }),
  /** Share of the old value in the bonds' moving average, in millionths. */
  sudo_set_bonds_moving_average: subnetParameter({
    index: 26,
    argument: 'bonds_moving_average',
    codec: u64,
    who: 'owner',
    limit: 'BondsMovingAverage',
    bounds: { max: MAX_OWNER_BONDS_AVERAGE, error: errors.BondsMovingAverageMaxReached, ownersOnly: true },
    item: storage.BondsMovingAverage,
    event: subtensor.BondsMovingAverageSet,
    cost: [34_495_000n, 5, 1, 4383n],
  }),
  sudo_set_commit_reveal_weights_enabled: subnetParameter({
    index: 49,
    argument: 'enabled',
    codec: bool,
    who: 'owner',
    limit: 'CommitRevealEnabled',
    item: storage.CommitRevealWeightsEnabled,
    event: subtensor.CommitRevealEnabled,
    cost: [34_544_000n, 5, 1, 4383n],
  }),
  sudo_set_liquid_alpha_enabled: subnetParameter({
    index: 50,
    argument: 'enabled',
    codec: bool,
    who: 'owner',
    limit: 'LiquidAlphaEnabled',
    on: 'any',
    item: storage.LiquidAlphaOn,
    cost: [25_538_000n, 4, 1, 4280n],
  }),
  /** Epochs between a commit and its reveal. */
  sudo_set_commit_reveal_weights_interval: subnetParameter({
    index: 57,
    argument: 'interval',
    codec: u64,
    who: 'owner',
    limit: 'WeightCommitInterval',
    check(_ctx, _netuid, value) {
      ensure(value <= 100n, subtensorErrors.RevealPeriodTooLarge)
      ensure(value >= 1n, subtensorErrors.RevealPeriodTooSmall)
    },
    item: storage.RevealPeriodEpochs,
    event: subtensor.CommitRevealPeriodsSet,
    cost: [34_654_000n, 5, 1, 4383n],
  }),
  /** How much of the weight above consensus is taken from bonds, as a u16 fraction. */
  sudo_set_bonds_penalty: subnetParameter({
    index: 60,
    argument: 'bonds_penalty',
    codec: u16,
    who: 'owner',
    limit: 'BondsPenalty',
    item: storage.BondsPenalty,
    event: subtensor.BondsPenaltySet,
    cost: [34_354_000n, 5, 1, 4383n],
  }),
  /** Whether stake can move to another coldkey. */
  sudo_set_toggle_transfer: subnetParameter({
    index: 61,
    argument: 'toggle',
    codec: bool,
    who: 'owner',
    limit: 'TransferEnabled',
    on: 'any',
    item: storage.TransferToggle,
    event: subtensor.TransferToggle,
    cost: [28_343_000n, 4, 1, 4280n],
  }),
  sudo_set_alpha_sigmoid_steepness: subnetParameter({
    index: 68,
    argument: 'steepness',
    codec: i16,
    who: 'owner',
    limit: 'AlphaSigmoidSteepness',
    bounds: { min: 0, error: errors.NegativeSigmoidSteepness, ownersOnly: true },
    item: storage.AlphaSigmoidSteepness,
    cost: [31_438_000n, 5, 1, 4383n],
  }),
  sudo_set_yuma3_enabled: subnetParameter({
    index: 69,
    argument: 'enabled',
    codec: bool,
    who: 'owner',
    limit: 'Yuma3Enabled',
    on: 'any',
    item: storage.Yuma3On,
    event: (netuid, enabled) => events.Yuma3EnableToggled({ netuid, enabled }),
    cost: [28_583_000n, 4, 1, 4280n],
  }),
  /** Whether a miner's commitment of metadata resets its bonds. */
  sudo_set_bonds_reset_enabled: subnetParameter({
    index: 70,
    argument: 'enabled',
    codec: bool,
    who: 'owner',
    limit: 'BondsResetEnabled',
    on: 'any',
    set(ctx, netuid, enabled) {
      storage.BondsResetOn.set(ctx, { netuid }, enabled)
      ctx.emit(subtensor.BondsResetOnSet(netuid, enabled))
    },
    event: (netuid, enabled) => events.BondsResetToggled({ netuid, enabled }),
    cost: [30_507_000n, 4, 1, 4280n],
  }),
  /** Most neurons of the owner that are safe from pruning. */
  sudo_set_owner_immune_neuron_limit: subnetParameter({
    index: 72,
    argument: 'immune_neurons',
    codec: u16,
    who: 'owner',
    limit: 'ImmuneNeuronLimit',
    on: 'any',
    bounds: { min: 1, max: 10, error: subtensorErrors.InvalidValue },
    item: storage.ImmuneOwnerUidsLimit,
    cost: [25_107_000n, 4, 1, 4280n],
  }),
  /** Number of weight matrices. */
  sudo_set_mechanism_count: subnetParameter({
    index: 76,
    argument: 'mechanism_count',
    codec: mecid,
    who: 'owner',
    limit: 'MechanismCountUpdate',
    on: 'any',
    set: setMechanismCount,
    cost: [15_000_000n, 1, 1],
  }),
  /** Shares of emission of the matrices; none splits evenly. */
  sudo_set_mechanism_emission_split: subnetParameter({
    index: 77,
    argument: 'maybe_split',
    codec: option(vec(u16)),
    who: 'owner',
    limit: 'MechanismEmission',
    on: 'any',
    set: setEmissionSplit,
    cost: [15_000_000n, 1, 1],
  }),
  /** Lowers the number of places and removes the neurons that earn least. */
  sudo_trim_to_max_allowed_uids: subnetParameter({
    index: 78,
    argument: 'max_n',
    codec: u16,
    who: 'owner',
    limit: 'MaxUidsTrimming',
    on: 'any',
    set: trimToMaxAllowedUids,
    cost: [38_302_000n, 8, 1, 4398n],
  }),
  /** What becomes of alpha that the owner's own hotkeys would mine. */
  sudo_set_recycle_or_burn: subnetParameter({
    index: 80,
    argument: 'recycle_or_burn',
    codec: named('pallet_subtensor::RecycleOrBurnEnum', RecycleOrBurnEnum),
    who: 'owner',
    limit: 'RecycleOrBurn',
    on: 'any',
    item: storage.RecycleOrBurn,
    cost: [20_000_000n, 2, 2],
  }),
  /** Blocks after which the price of a registration has fallen by half. */
  sudo_set_burn_half_life: subnetParameter({
    index: 89,
    argument: 'burn_half_life',
    codec: u16,
    who: 'owner',
    limit: 'BurnHalfLife',
    on: 'notRoot',
    bounds: { min: 1, max: MAX_BURN_HALF_LIFE, error: errors.InvalidValue },
    item: storage.BurnHalfLife,
    event: (netuid, burn_half_life) => events.BurnHalfLifeSet({ netuid, burn_half_life }),
    class: 'Operational',
    cost: [25_000_000n, 4, 1],
  }),
  /** Factor on the price after each registration: 1 to 3. */
  sudo_set_burn_increase_mult: subnetParameter({
    index: 90,
    argument: 'burn_increase_mult',
    codec: u64f64,
    who: 'owner',
    limit: 'BurnIncreaseMult',
    on: 'notRoot',
    bounds: { min: ONE, max: 3n * ONE, error: errors.InvalidValue },
    item: storage.BurnIncreaseMult,
    event: (netuid, burn_increase_mult) => events.BurnIncreaseMultSet({ netuid, burn_increase_mult }),
    class: 'Operational',
    cost: [25_000_000n, 4, 1],
  }),
  /** Whether the owner gets a share of emission. */
  sudo_set_owner_cut_enabled: subnetParameter({
    index: 92,
    argument: 'enabled',
    codec: bool,
    who: 'owner',
    on: 'notRoot',
    item: storage.OwnerCutEnabled,
    class: 'Operational',
    cost: [25_000_000n, 4, 1],
  }),
  /** Lowest child take on the subnet, as a u16 fraction. */
  sudo_set_min_childkey_take_per_subnet: subnetParameter({
    index: 93,
    argument: 'take',
    codec: u16,
    who: 'owner',
    limit: 'MinChildkeyTake',
    check(ctx, _netuid, take) {
      const lowest = storage.MinChildkeyTake.get(ctx)
      ensure(take >= lowest && take <= storage.MaxChildkeyTake.get(ctx), errors.InvalidValue)
    },
    item: storage.MinChildkeyTakePerSubnet,
    event: subtensor.MinChildKeyTakePerSubnetSet,
    cost: [38_100_000n, 7, 1, 4419n],
  }),
})

/** Parameters that only root can set. */
const rootCalls = P.calls({
  /** Retired; kept for clients. */
  sudo_set_min_difficulty: subnetParameter({
    index: 4,
    argument: 'min_difficulty',
    codec: u64,
    who: 'root',
    item: storage.MinDifficulty,
    event: subtensor.MinDifficultySet,
    cost: [34_554_000n, 5, 1, 4383n],
  }),
  /** Blocks between two weight settings of one neuron. */
  sudo_set_weights_set_rate_limit: subnetParameter({
    index: 7,
    argument: 'weights_set_rate_limit',
    codec: u64,
    who: 'root',
    window: false,
    item: storage.WeightsSetRateLimit,
    event: subtensor.WeightsSetRateLimitSet,
    cost: [16_420_000n, 1, 1, 4084n],
  }),
  /** Retired; kept for clients. */
  sudo_set_adjustment_interval: subnetParameter({
    index: 8,
    argument: 'adjustment_interval',
    codec: u16,
    who: 'root',
    window: false,
    item: storage.AdjustmentInterval,
    event: subtensor.AdjustmentIntervalSet,
    cost: [16_320_000n, 1, 1, 4084n],
  }),
  /** Majority of stake that consensus asks for, as a u16 fraction. */
  sudo_set_kappa: subnetParameter({
    index: 16,
    argument: 'kappa',
    codec: u16,
    who: 'root',
    window: false,
    item: storage.Kappa,
    event: subtensor.KappaSet,
    cost: [16_301_000n, 1, 1, 4084n],
  }),
  sudo_set_network_registration_allowed: subnetParameter({
    index: 19,
    argument: 'registration_allowed',
    codec: bool,
    who: 'root',
    window: false,
    on: 'any',
    item: storage.NetworkRegistrationAllowed,
    event: subtensor.RegistrationAllowed,
    cost: [7_113_000n, 0, 1],
  }),
  sudo_set_target_registrations_per_interval: subnetParameter({
    index: 21,
    argument: 'target_registrations_per_interval',
    codec: u16,
    who: 'root',
    item: storage.TargetRegistrationsPerInterval,
    event: subtensor.RegistrationPerIntervalSet,
    cost: [34_103_000n, 5, 1, 4383n],
  }),
  /** Retired; kept for clients. */
  sudo_set_difficulty: subnetParameter({
    index: 24,
    argument: 'difficulty',
    codec: u64,
    who: 'root',
    item: storage.Difficulty,
    event: subtensor.DifficultySet,
    cost: [34_434_000n, 5, 1, 4383n],
  }),
  sudo_set_max_allowed_validators: subnetParameter({
    index: 25,
    argument: 'max_allowed_validators',
    codec: u16,
    who: 'root',
    check(ctx, netuid, value) {
      ensure(value <= storage.MaxAllowedUids.get(ctx, { netuid }), errors.MaxValidatorsLargerThanMaxUIds)
    },
    item: storage.MaxAllowedValidators,
    event: subtensor.MaxAllowedValidatorsSet,
    cost: [35_896_000n, 6, 1, 4383n],
  }),
  sudo_set_max_registrations_per_block: subnetParameter({
    index: 27,
    argument: 'max_registrations_per_block',
    codec: u16,
    who: 'root',
    item: storage.MaxRegistrationsPerBlock,
    event: subtensor.MaxRegistrationsPerBlockSet,
    cost: [34_604_000n, 5, 1, 4383n],
  }),
  /** Blocks between two epochs; 0 stops them. */
  sudo_set_tempo: subnetParameter({
    index: 30,
    argument: 'tempo',
    codec: u16,
    who: 'root',
    set: applyTempo,
    cost: [36_298_000n, 5, 2, 4383n],
  }),
  /** TAO paid for registrations so far, in rao. */
  sudo_set_rao_recycled: subnetParameter({
    index: 39,
    argument: 'rao_recycled',
    codec: taoBalance,
    who: 'root',
    window: false,
    item: storage.RAORecycledForRegistration,
    event: subtensor.RAORecycledForRegistrationSet,
    cost: [16_541_000n, 1, 1, 4084n],
  }),
  /** Blocks after which the start-up ramp of the moving price is half done. */
  sudo_set_ema_price_halving_period: subnetParameter({
    index: 65,
    argument: 'ema_halving',
    codec: u64,
    who: 'root',
    window: false,
    on: 'any',
    item: storage.EMAPriceHalvingBlocks,
    cost: [4_198_000n, 0, 1],
  }),
  /** Whether the subnet's alpha can be bought and sold. */
  sudo_set_subtoken_enabled: subnetParameter({
    index: 66,
    argument: 'subtoken_enabled',
    codec: bool,
    who: 'root',
    on: 'any',
    item: storage.SubtokenEnabled,
    cost: [25_467_000n, 4, 1, 4280n],
  }),
  /** Least number of neurons that trimming leaves. */
  sudo_set_min_allowed_uids: subnetParameter({
    index: 79,
    argument: 'min_allowed_uids',
    codec: u16,
    who: 'root',
    check(ctx, netuid, value) {
      ensure(value < storage.MaxAllowedUids.get(ctx, { netuid }), errors.MinAllowedUidsGreaterThanMaxAllowedUids)
      ensure(value < storage.SubnetworkN.get(ctx, { netuid }), errors.MinAllowedUidsGreaterThanCurrentUids)
    },
    item: storage.MinAllowedUids,
    event: subtensor.MinAllowedUidsSet,
    cost: [37_890_000n, 7, 1, 4383n],
  }),
  /** Least number of neurons that must stay prunable. */
  sudo_set_min_non_immune_uids: subnetParameter({
    index: 84,
    argument: 'min',
    codec: u16,
    who: 'root',
    window: false,
    on: 'any',
    item: storage.MinNonImmuneUids,
    event: subtensor.MinNonImmuneUidsSet,
    cost: [6_783_000n, 0, 1],
  }),
  /** Whether TAO and alpha flow into the subnet's pool. */
  sudo_set_subnet_emission_enabled: subnetParameter({
    index: 94,
    argument: 'enabled',
    codec: bool,
    who: 'root',
    window: false,
    on: 'notRoot',
    item: storage.SubnetEmissionEnabled,
    event: (netuid, enabled) => events.SubnetEmissionEnabledSet({ netuid, enabled }),
    cost: [16_351_000n, 1, 1, 4084n],
  }),
})

export const subnetCalls = { ...ownerCalls, ...rootCalls }
