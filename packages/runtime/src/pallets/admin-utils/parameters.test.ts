import { describe, expect, it } from 'vitest'
import {
  type CallDef,
  NORMAL_PROFILE,
  ROOT,
  type RuntimeCall,
  type StorageMap,
  type StorageValue,
  signedBy,
} from '../../frame/index.ts'
import { names, TestChain, testAccount } from '../../testing/harness.ts'
import { storage } from '../subtensor/storage/index.ts'
import system from '../system/index.ts'
import adminUtils, { calls, type ParameterInfo, parameters } from './index.ts'

const owner = testAccount(1)
const stranger = testAccount(2)
const NETUID = 2
/** One block after an epoch of a subnet with tempo 360: far from the freeze window. */
const NOW = 1001n
const LAST_EPOCH = 1000n
const ONE = 1n << 64n

function chainWith(): TestChain {
  const chain = new TestChain([system, adminUtils], { profile: NORMAL_PROFILE, block: NOW })
  const { ctx } = chain
  const subnet = { netuid: NETUID }
  storage.NetworksAdded.set(ctx, { netuid: 0 }, true)
  storage.NetworksAdded.set(ctx, subnet, true)
  storage.SubnetOwner.set(ctx, subnet, owner)
  for (const netuid of [0, 9, NETUID]) {
    storage.Tempo.set(ctx, { netuid }, 360)
    storage.LastEpochBlock.set(ctx, { netuid }, LAST_EPOCH)
  }
  // A subnet that no longer exists can still have an owner: it must not pass for one that does.
  storage.SubnetOwner.set(ctx, { netuid: 9 }, owner)
  storage.SubnetworkN.set(ctx, subnet, 5)
  storage.MaxAllowedUids.set(ctx, subnet, 64)
  storage.MaxMechanismCount.set(ctx, 4)
  ctx.events.length = 0
  return chain
}

/** A valid value for each parameter whose type alone does not give one. */
const VALUES: Record<string, unknown> = {
  sudo_set_max_allowed_uids: 128,
  sudo_set_min_allowed_uids: 3,
  sudo_set_max_allowed_validators: 32,
  sudo_set_activity_cutoff: 400,
  sudo_set_min_burn: 1000n,
  sudo_set_max_burn: 5_000_000_000n,
  sudo_set_commit_reveal_weights_interval: 5n,
  sudo_set_owner_immune_neuron_limit: 4,
  sudo_set_mechanism_count: 2,
  sudo_set_mechanism_emission_split: [65_535],
  sudo_set_trim_to_max_allowed_uids: 64,
  sudo_trim_to_max_allowed_uids: 64,
  sudo_set_recycle_or_burn: 'Recycle',
  sudo_set_burn_half_life: 100,
  sudo_set_burn_increase_mult: 2n * ONE,
  sudo_set_min_childkey_take_per_subnet: 100,
  sudo_set_tao_flow_normalization_exponent: ONE + ONE / 2n,
}
const BY_TYPE: Record<string, unknown> = {
  bool: true,
  u8: 3,
  MechId: 3,
  u16: 700,
  i16: 5,
  'BlockNumberFor<T>': 12,
  u64: 77n,
  TaoBalance: 77n,
  I64F64: 5n,
  I96F32: 5n,
}

function sampleOf(name: string, { type }: ParameterInfo): unknown {
  const value = VALUES[name] ?? BY_TYPE[type]
  if (value === undefined) throw new Error(`no value for ${name} of type ${type}`)
  return value
}

function make(name: string, netuid: number, value: unknown): RuntimeCall {
  const info = parameters[name]!
  const def = (calls as unknown as Record<string, CallDef>)[name]!
  return def(info.scope === 'subnet' ? { netuid, [info.argument]: value } : { [info.argument]: value })
}

const all = Object.entries(parameters)
const ofSubnets = all.filter(([, info]) => info.scope === 'subnet')
const ofOwners = ofSubnets.filter(([, info]) => info.who === 'owner')
const limited = ofOwners.filter(([, info]) => info.limit !== undefined)
const frozen = ofSubnets.filter(([, info]) => info.window)
const ofRoot = all.filter(([, info]) => info.who === 'root')

function stored(chain: TestChain, { item, scope }: ParameterInfo): unknown {
  const items = storage as unknown as Record<string, StorageMap<any, unknown> & StorageValue<unknown>>
  return scope === 'subnet' ? items[item!]!.get(chain.ctx, { netuid: NETUID }) : items[item!]!.get(chain.ctx)
}

describe('the registry', () => {
  it('has a row for every parameter', () => {
    expect(all).toHaveLength(73)
    expect(parameters.sudo_set_rho).toEqual({
      scope: 'subnet',
      argument: 'rho',
      type: 'u16',
      item: 'Rho',
      who: 'owner',
      limit: 'Rho',
      window: true,
      bounds: undefined,
    })
  })
})

describe('root', () => {
  it.each(all)('%s stores its value', (name, info) => {
    const chain = chainWith()
    const value = sampleOf(name, info)
    chain.run('root', make(name, NETUID, value))
    if (info.item) expect(stored(chain, info)).toEqual(value)
  })

  it.each(ofRoot)('%s refuses others', (name, info) => {
    const chain = chainWith()
    expect(chain.error(owner, make(name, NETUID, sampleOf(name, info)))).toBe('BadOrigin')
  })

  it('has no rate limit', () => {
    const chain = chainWith()
    for (let i = 0; i < 2; i++) chain.run('root', calls.sudo_set_rho({ netuid: NETUID, rho: i }))
  })
})

describe('owners', () => {
  it.each(ofOwners)('%s is theirs to set', (name, info) => {
    const chain = chainWith()
    const value = sampleOf(name, info)
    chain.run(owner, make(name, NETUID, value))
    if (info.item) expect(stored(chain, info)).toEqual(value)
    expect(chain.error(stranger, make(name, NETUID, value))).toBe('BadOrigin')
    expect(chain.ctx.dispatch({ type: 'None' }, make(name, NETUID, value))).toMatchObject({ code: 'BadOrigin' })
  })

  it.each(limited)('%s waits for its rate limit', (name, info) => {
    const chain = chainWith()
    const set = make(name, NETUID, sampleOf(name, info))
    // A failure in between costs nothing: the limit starts with a success.
    expect(chain.error(owner, make(name, 9, sampleOf(name, info)))).not.toBe('SubtensorModule.TxRateLimitExceeded')
    chain.run(owner, set)
    const blocks: Record<string, bigint> = {
      SetWeightsVersionKey: 5n * 360n,
      MechanismCountUpdate: 7200n,
      MechanismEmission: 7200n,
      MaxUidsTrimming: 216_000n,
    }
    const limit = blocks[info.limit!] ?? 2n * 360n
    const epochBefore = (block: bigint): void => storage.LastEpochBlock.set(chain.ctx, { netuid: NETUID }, block - 1n)
    chain.goTo(NOW + limit - 1n)
    epochBefore(NOW + limit - 1n)
    expect(chain.error(owner, set)).toBe('SubtensorModule.TxRateLimitExceeded')
    chain.goTo(NOW + limit)
    epochBefore(NOW + limit)
    chain.run(owner, set)
  })
})

describe('the freeze window', () => {
  it.each(frozen)('stops %s, for root as well', (name, info) => {
    const chain = chainWith()
    const set = make(name, NETUID, sampleOf(name, info))
    // The next epoch is at 1360; the last ten blocks before it are frozen.
    chain.goTo(1351n)
    expect(chain.error('root', set)).toBe('SubtensorModule.AdminActionProhibitedDuringWeightsWindow')
    if (info.who === 'owner')
      expect(chain.error(owner, set)).toBe('SubtensorModule.AdminActionProhibitedDuringWeightsWindow')
    chain.goTo(1350n)
    chain.run('root', set)
  })

  it('does not stop the others', () => {
    const free = ofSubnets.filter(([, info]) => !info.window)
    expect(free.map(([name]) => name)).toEqual([
      'sudo_set_weights_set_rate_limit',
      'sudo_set_adjustment_interval',
      'sudo_set_kappa',
      'sudo_set_network_registration_allowed',
      'sudo_set_rao_recycled',
      'sudo_set_ema_price_halving_period',
      'sudo_set_min_non_immune_uids',
      'sudo_set_subnet_emission_enabled',
    ])
    for (const [name, info] of free) {
      const chain = chainWith()
      chain.goTo(1355n)
      chain.run('root', make(name, NETUID, sampleOf(name, info)))
    }
  })

  it('also precedes a triggered epoch, and ends when the window is 0 or the tempo is', () => {
    const chain = chainWith()
    const set = calls.sudo_set_rho({ netuid: NETUID, rho: 1 })
    storage.PendingEpochAt.set(chain.ctx, { netuid: NETUID }, 1003n)
    expect(chain.error('root', set)).toBe('SubtensorModule.AdminActionProhibitedDuringWeightsWindow')
    chain.goTo(1003n)
    chain.run('root', set)
    chain.goTo(1359n)
    chain.run('root', calls.sudo_set_admin_freeze_window({ window: 0 }))
    chain.run('root', set)
    chain.run('root', calls.sudo_set_admin_freeze_window({ window: 10 }))
    storage.Tempo.set(chain.ctx, { netuid: NETUID }, 0)
    chain.run('root', set)
  })

  it('follows the block number where epochs do', () => {
    const compat = { ...NORMAL_PROFILE.compat, epochClock: 'modulo' } as const
    const chain = new TestChain([system, adminUtils], { profile: { fastBlocks: false, compat } })
    storage.NetworksAdded.set(chain.ctx, { netuid: NETUID }, true)
    storage.Tempo.set(chain.ctx, { netuid: NETUID }, 99)
    const set = calls.sudo_set_rho({ netuid: NETUID, rho: 1 })
    // The epoch is at 97: (97 + 2 + 1) mod 100 is 0.
    for (const [block, open] of [
      [86n, true],
      [87n, false],
      [96n, false],
      [97n, true],
    ] as const) {
      chain.goTo(block)
      expect([block, chain.error('root', set) === undefined]).toEqual([block, open])
    }
  })
})

describe('subnets that do not exist', () => {
  const ANY = [
    'sudo_set_serving_rate_limit',
    'sudo_set_liquid_alpha_enabled',
    'sudo_set_toggle_transfer',
    'sudo_set_yuma3_enabled',
    'sudo_set_bonds_reset_enabled',
    'sudo_set_owner_immune_neuron_limit',
    'sudo_set_recycle_or_burn',
    'sudo_set_network_registration_allowed',
    'sudo_set_ema_price_halving_period',
    'sudo_set_subtoken_enabled',
    'sudo_set_min_non_immune_uids',
  ]
  const OWN_ERROR: Record<string, string> = {
    sudo_set_mechanism_count: 'SubtensorModule.MechanismDoesNotExist',
    sudo_set_mechanism_emission_split: 'SubtensorModule.MechanismDoesNotExist',
    sudo_trim_to_max_allowed_uids: 'SubtensorModule.SubnetNotExists',
  }

  it.each(ofSubnets)('%s', (name, info) => {
    const code = ANY.includes(name) ? undefined : (OWN_ERROR[name] ?? 'AdminUtils.SubnetDoesNotExist')
    expect(chainWith().error('root', make(name, 9, sampleOf(name, info)))).toBe(code)
  })

  it.each([
    'sudo_set_burn_half_life',
    'sudo_set_burn_increase_mult',
    'sudo_set_owner_cut_enabled',
    'sudo_set_subnet_emission_enabled',
  ])('%s is not for the root subnet', (name) => {
    expect(chainWith().error('root', make(name, 0, sampleOf(name, parameters[name]!)))).toBe(
      'AdminUtils.NotPermittedOnRootSubnet',
    )
  })
})

describe('bounds', () => {
  const netuid = NETUID
  const cases: [RuntimeCall, string][] = [
    [
      calls.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: 63 }),
      'AdminUtils.MaxAllowedUidsLessThanMinAllowedUids',
    ],
    [
      calls.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: 257 }),
      'AdminUtils.MaxAllowedUidsGreaterThanDefaultMaxAllowedUids',
    ],
    [calls.sudo_set_activity_cutoff({ netuid, activity_cutoff: 359 }), 'SubtensorModule.ActivityCutoffTooLow'],
    [calls.sudo_set_min_burn({ netuid, min_burn: 1_000_000_000n }), 'AdminUtils.ValueNotInBounds'],
    [calls.sudo_set_max_burn({ netuid, max_burn: 100_000_000n }), 'AdminUtils.ValueNotInBounds'],
    [calls.sudo_set_commit_reveal_weights_interval({ netuid, interval: 101n }), 'SubtensorModule.RevealPeriodTooLarge'],
    [calls.sudo_set_commit_reveal_weights_interval({ netuid, interval: 0n }), 'SubtensorModule.RevealPeriodTooSmall'],
    [calls.sudo_set_owner_immune_neuron_limit({ netuid, immune_neurons: 0 }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_set_owner_immune_neuron_limit({ netuid, immune_neurons: 11 }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_set_burn_half_life({ netuid, burn_half_life: 0 }), 'AdminUtils.InvalidValue'],
    [calls.sudo_set_burn_half_life({ netuid, burn_half_life: 36_101 }), 'AdminUtils.InvalidValue'],
    [calls.sudo_set_burn_increase_mult({ netuid, burn_increase_mult: ONE - 1n }), 'AdminUtils.InvalidValue'],
    [calls.sudo_set_burn_increase_mult({ netuid, burn_increase_mult: 3n * ONE + 1n }), 'AdminUtils.InvalidValue'],
    [calls.sudo_set_min_childkey_take_per_subnet({ netuid, take: 11_797 }), 'AdminUtils.InvalidValue'],
    [
      calls.sudo_set_max_allowed_validators({ netuid, max_allowed_validators: 65 }),
      'AdminUtils.MaxValidatorsLargerThanMaxUIds',
    ],
    [
      calls.sudo_set_min_allowed_uids({ netuid, min_allowed_uids: 64 }),
      'AdminUtils.MinAllowedUidsGreaterThanMaxAllowedUids',
    ],
    [
      calls.sudo_set_min_allowed_uids({ netuid, min_allowed_uids: 5 }),
      'AdminUtils.MinAllowedUidsGreaterThanCurrentUids',
    ],
    [calls.sudo_set_mechanism_count({ netuid, mechanism_count: 0 }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_set_mechanism_count({ netuid, mechanism_count: 5 }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_set_mechanism_emission_split({ netuid, maybe_split: [] }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_set_mechanism_emission_split({ netuid, maybe_split: [1, 65_534] }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_set_mechanism_emission_split({ netuid, maybe_split: [65_534] }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_trim_to_max_allowed_uids({ netuid, max_n: 63 }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_trim_to_max_allowed_uids({ netuid, max_n: 65 }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_set_tao_flow_normalization_exponent({ exponent: ONE - 1n }), 'AdminUtils.InvalidValue'],
    [calls.sudo_set_tao_flow_normalization_exponent({ exponent: 2n * ONE + 1n }), 'AdminUtils.InvalidValue'],
    [calls.sudo_set_max_mechanism_count({ max_mechanism_count: 0 }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_set_max_mechanism_count({ max_mechanism_count: 17 }), 'SubtensorModule.InvalidValue'],
    [calls.sudo_set_max_epochs_per_block({ max_epochs_per_block: 0 }), 'AdminUtils.ValueNotInBounds'],
    [
      calls.sudo_set_network_pow_registration_allowed({ netuid, registration_allowed: true }),
      'AdminUtils.POWRegistrationDisabled',
    ],
    [calls.sudo_set_total_issuance({ total_issuance: 1n }), 'AdminUtils.Deprecated'],
  ]

  it.each(cases.map(([call, code]) => [call.name, code, call] as const))('%s: %s', (_name, code, call) => {
    expect(chainWith().error('root', call)).toBe(code)
  })

  it('on the number of neurons: not below those there are, not above 256 over all mechanisms', () => {
    const chain = chainWith()
    storage.MinAllowedUids.set(chain.ctx, { netuid }, 1)
    expect(chain.error('root', calls.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: 4 }))).toBe(
      'AdminUtils.MaxAllowedUIdsLessThanCurrentUIds',
    )
    storage.MechanismCountCurrent.set(chain.ctx, { netuid }, 2)
    expect(chain.error('root', calls.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: 129 }))).toBe(
      'SubtensorModule.TooManyUIDsPerMechanism',
    )
    storage.MaxAllowedUids.set(chain.ctx, { netuid }, 256)
    expect(chain.error('root', calls.sudo_set_mechanism_count({ netuid, mechanism_count: 3 }))).toBe(
      'SubtensorModule.TooManyUIDsPerMechanism',
    )
  })

  it('between the lowest and the highest price', () => {
    const chain = chainWith()
    storage.MaxBurn.set(chain.ctx, { netuid }, 400_000n)
    expect(chain.error('root', calls.sudo_set_min_burn({ netuid, min_burn: 400_000n }))).toBe(
      'AdminUtils.ValueNotInBounds',
    )
    storage.MinBurn.set(chain.ctx, { netuid }, 900_000_000n)
    expect(chain.error('root', calls.sudo_set_max_burn({ netuid, max_burn: 900_000_000n }))).toBe(
      'AdminUtils.ValueNotInBounds',
    )
  })

  it('that hold for owners only', () => {
    const chain = chainWith()
    const slow = calls.sudo_set_bonds_moving_average({ netuid, bonds_moving_average: 975_001n })
    expect(chain.error(owner, slow)).toBe('AdminUtils.BondsMovingAverageMaxReached')
    chain.run('root', slow)
    const negative = calls.sudo_set_alpha_sigmoid_steepness({ netuid, steepness: -1 })
    expect(chain.error(owner, negative)).toBe('AdminUtils.NegativeSigmoidSteepness')
    chain.run('root', negative)
  })
})

describe('events', () => {
  it('name the subnet and the value', () => {
    const chain = chainWith()
    const events = [
      ...chain.run('root', calls.sudo_set_kappa({ netuid: NETUID, kappa: 9 })),
      ...chain.run('root', calls.sudo_set_bonds_reset_enabled({ netuid: NETUID, enabled: true })),
      ...chain.run('root', calls.sudo_set_tempo({ netuid: NETUID, tempo: 20 })),
      ...chain.run('root', calls.sudo_set_admin_freeze_window({ window: 0 })),
      ...chain.run('root', calls.sudo_set_burn_half_life({ netuid: NETUID, burn_half_life: 5 })),
    ]
    expect(names(events)).toEqual([
      'SubtensorModule.KappaSet',
      'SubtensorModule.BondsResetOnSet',
      'AdminUtils.BondsResetToggled',
      'SubtensorModule.TempoSet',
      'SubtensorModule.AdminFreezeWindowSet',
      'AdminUtils.BurnHalfLifeSet',
    ])
    expect(events[0]!.data).toEqual([NETUID, 9])
  })

  it('a new tempo starts the clock anew', () => {
    const chain = chainWith()
    chain.goTo(1100n)
    chain.run('root', calls.sudo_set_tempo({ netuid: NETUID, tempo: 20 }))
    expect(storage.LastEpochBlock.get(chain.ctx, { netuid: NETUID })).toBe(1100n)
  })
})

it('weights and classes are declared', () => {
  const info = calls.sudo_set_burn_half_life.spec
  expect([info.class, calls.sudo_set_rho.spec.class]).toEqual(['Operational', 'Normal'])
  expect(calls.sudo_set_rho.spec.weight).toEqual({ refTime: 31_268_000n + 225_000_000n, proofSize: 4383n })
  expect([ROOT.type, signedBy(owner).type]).toEqual(['Root', 'Signed'])
})
