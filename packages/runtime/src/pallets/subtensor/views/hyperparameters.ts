/**
 * Hyperparameters of a subnet, in the three forms that clients ask for.
 * subtensor 14bc6f9 pallets/subtensor/src/rpc_info/subnet_info.rs
 */
import { utf8ToBytes } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import { activityCutoff } from '../epoch/input.ts'
import { storage } from '../storage/index.ts'
import { subnetExists } from '../subnets.ts'
import { type Fields, readFields, viewSubnet } from './subnetView.ts'
import type { HyperparamValue, SubnetHyperparams, SubnetHyperparamsV2, SubnetHyperparamsV3 } from './types/index.ts'

/** No weight is limited any more. */
export const NO_WEIGHT_LIMIT = 65_535
const I32F32_FRACTION_BITS = 32n

export const HYPERPARAMETERS: Fields<SubnetHyperparams> = {
  rho: ({ ctx, netuid }) => storage.Rho.get(ctx, { netuid }),
  kappa: ({ ctx, netuid }) => storage.Kappa.get(ctx, { netuid }),
  immunity_period: ({ ctx, netuid }) => storage.ImmunityPeriod.get(ctx, { netuid }),
  min_allowed_weights: ({ ctx, netuid }) => storage.MinAllowedWeights.get(ctx, { netuid }),
  max_weights_limit: () => NO_WEIGHT_LIMIT,
  tempo: ({ ctx, netuid }) => storage.Tempo.get(ctx, { netuid }),
  min_difficulty: ({ ctx, netuid }) => storage.MinDifficulty.get(ctx, { netuid }),
  max_difficulty: ({ ctx, netuid }) => storage.MaxDifficulty.get(ctx, { netuid }),
  weights_version: ({ ctx, netuid }) => storage.WeightsVersionKey.get(ctx, { netuid }),
  weights_rate_limit: ({ ctx, netuid }) => storage.WeightsSetRateLimit.get(ctx, { netuid }),
  adjustment_interval: ({ ctx, netuid }) => storage.AdjustmentInterval.get(ctx, { netuid }),
  activity_cutoff: ({ ctx, netuid }) => BigInt(activityCutoff(ctx, netuid)),
  registration_allowed: ({ ctx, netuid }) => storage.NetworkRegistrationAllowed.get(ctx, { netuid }),
  target_regs_per_interval: ({ ctx, netuid }) => storage.TargetRegistrationsPerInterval.get(ctx, { netuid }),
  min_burn: ({ ctx, netuid }) => storage.MinBurn.get(ctx, { netuid }),
  max_burn: ({ ctx, netuid }) => storage.MaxBurn.get(ctx, { netuid }),
  bonds_moving_avg: ({ ctx, netuid }) => storage.BondsMovingAverage.get(ctx, { netuid }),
  max_regs_per_block: ({ ctx, netuid }) => storage.MaxRegistrationsPerBlock.get(ctx, { netuid }),
  serving_rate_limit: ({ ctx, netuid }) => storage.ServingRateLimit.get(ctx, { netuid }),
  max_validators: ({ ctx, netuid }) => storage.MaxAllowedValidators.get(ctx, { netuid }),
  adjustment_alpha: ({ ctx, netuid }) => storage.AdjustmentAlpha.get(ctx, { netuid }),
  difficulty: ({ ctx, netuid }) => storage.Difficulty.get(ctx, { netuid }),
  commit_reveal_period: ({ ctx, netuid }) => storage.RevealPeriodEpochs.get(ctx, { netuid }),
  commit_reveal_weights_enabled: ({ ctx, netuid }) => storage.CommitRevealWeightsEnabled.get(ctx, { netuid }),
  alpha_high: ({ ctx, netuid }) => storage.AlphaValues.get(ctx, { netuid })[1],
  alpha_low: ({ ctx, netuid }) => storage.AlphaValues.get(ctx, { netuid })[0],
  liquid_alpha_enabled: ({ ctx, netuid }) => storage.LiquidAlphaOn.get(ctx, { netuid }),
}

/** What the second form adds. */
type Added = Omit<SubnetHyperparamsV2, keyof SubnetHyperparams>

const ADDED: Fields<Added> = {
  alpha_sigmoid_steepness: ({ ctx, netuid }) =>
    BigInt(storage.AlphaSigmoidSteepness.get(ctx, { netuid })) << I32F32_FRACTION_BITS,
  yuma_version: ({ ctx, netuid }) => (storage.Yuma3On.get(ctx, { netuid }) ? 3 : 2),
  subnet_is_active: ({ ctx, netuid }) => storage.SubtokenEnabled.get(ctx, { netuid }),
  transfers_enabled: ({ ctx, netuid }) => storage.TransferToggle.get(ctx, { netuid }),
  bonds_reset_enabled: ({ ctx, netuid }) => storage.BondsResetOn.get(ctx, { netuid }),
  // Pools take no liquidity from users; the field stays for clients.
  user_liquidity_enabled: () => false,
}

/** What only the third form has. */
interface Latest {
  readonly activity_cutoff_factor: number
  readonly burn_half_life: number
  readonly burn_increase_mult: bigint
  readonly owner_cut_enabled: boolean
  readonly owner_cut_auto_lock_enabled: boolean
  readonly min_childkey_take: number
}

const LATEST: Fields<Latest> = {
  activity_cutoff_factor: ({ ctx, netuid }) => storage.ActivityCutoffFactorMilli.get(ctx, { netuid }),
  burn_half_life: ({ ctx, netuid }) => storage.BurnHalfLife.get(ctx, { netuid }),
  burn_increase_mult: ({ ctx, netuid }) => storage.BurnIncreaseMult.get(ctx, { netuid }),
  owner_cut_enabled: ({ ctx, netuid }) => storage.OwnerCutEnabled.get(ctx, { netuid }),
  // There are no locks, so nothing is locked by itself.
  owner_cut_auto_lock_enabled: () => false,
  min_childkey_take: ({ ctx, netuid }) =>
    Math.max(storage.MinChildkeyTake.get(ctx), storage.MinChildkeyTakePerSubnet.get(ctx, { netuid })),
}

const ALL = { ...HYPERPARAMETERS, ...ADDED, ...LATEST }
type Name = keyof typeof ALL

/** Names of the third form, in order, each with the type of its value. */
const ENTRIES: readonly (readonly [name: Name, type: HyperparamValue['type']])[] = [
  ['kappa', 'U16'],
  ['immunity_period', 'U16'],
  ['min_allowed_weights', 'U16'],
  ['max_weights_limit', 'U16'],
  ['tempo', 'U16'],
  ['weights_version', 'U64'],
  ['weights_rate_limit', 'U64'],
  ['activity_cutoff', 'U64'],
  ['activity_cutoff_factor', 'U32'],
  ['registration_allowed', 'Bool'],
  ['target_regs_per_interval', 'U16'],
  ['min_burn', 'TaoBalance'],
  ['max_burn', 'TaoBalance'],
  ['burn_half_life', 'U16'],
  ['burn_increase_mult', 'U64F64'],
  ['bonds_moving_avg', 'U64'],
  ['max_regs_per_block', 'U16'],
  ['serving_rate_limit', 'U64'],
  ['max_validators', 'U16'],
  ['commit_reveal_period', 'U64'],
  ['commit_reveal_weights_enabled', 'Bool'],
  ['alpha_high', 'U16'],
  ['alpha_low', 'U16'],
  ['liquid_alpha_enabled', 'Bool'],
  ['alpha_sigmoid_steepness', 'I32F32'],
  ['yuma_version', 'U16'],
  ['subnet_is_active', 'Bool'],
  ['transfers_enabled', 'Bool'],
  ['bonds_reset_enabled', 'Bool'],
  ['user_liquidity_enabled', 'Bool'],
  ['owner_cut_enabled', 'Bool'],
  ['owner_cut_auto_lock_enabled', 'Bool'],
  ['min_childkey_take', 'U16'],
]

export function getHyperparams(ctx: Ctx, netuid: number): SubnetHyperparams | undefined {
  return subnetExists(ctx, netuid) ? readFields(viewSubnet(ctx, netuid), HYPERPARAMETERS) : undefined
}

export function getHyperparamsV2(ctx: Ctx, netuid: number): SubnetHyperparamsV2 | undefined {
  if (!subnetExists(ctx, netuid)) return undefined
  return readFields<SubnetHyperparamsV2>(viewSubnet(ctx, netuid), { ...HYPERPARAMETERS, ...ADDED })
}

export function getHyperparamsV3(ctx: Ctx, netuid: number): SubnetHyperparamsV3 | undefined {
  if (!subnetExists(ctx, netuid)) return undefined
  const view = viewSubnet(ctx, netuid)
  return ENTRIES.map(([name, type]) => ({
    name: utf8ToBytes(name),
    // The table above gives each name the type of its value.
    value: { type, value: ALL[name](view) } as HyperparamValue,
  }))
}
