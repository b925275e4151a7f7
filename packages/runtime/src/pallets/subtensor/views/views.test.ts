import { bytesToHex, bytesToUtf8, utf8ToBytes } from '@neurite/primitives/bytes'
import { beforeEach, describe, expect, test } from 'vitest'
import { COMPAT_425, COMPAT_SDK10, FAST_PROFILE, type RuntimeProfile, twox128Key } from '../../../frame/index.ts'
import { testAccount } from '../../../testing/harness.ts'
import { ALICE, ALICE_HOT, BOB, BOB_HOT, CAROL, CAROL_HOT, TAO } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { SELECTIVE_FIELDS } from './types/index.ts'
import { createScene, endpoint, type Scene } from './views.fixture.ts'

const UNKNOWN = 77
const NOBODY = testAccount(0x99)
const MECHANISM_1 = 4_096
const withCompat = (changes: Partial<typeof COMPAT_425>): RuntimeProfile => ({
  ...FAST_PROFILE,
  compat: { ...COMPAT_425, ...changes },
})

let scene: Scene
let netuid: number
beforeEach(() => {
  scene = createScene()
  netuid = scene.netuid
})

const subnetInfo = (method: string, args?: Record<string, unknown>, profile?: RuntimeProfile) =>
  scene.ask(`SubnetInfoRuntimeApi_${method}`, args, profile)

/** Hyperparameters that only differ in where they are stored: a value of its own for each. */
const STORED = {
  rho: ['Rho', 11],
  kappa: ['Kappa', 12],
  immunity_period: ['ImmunityPeriod', 13],
  min_allowed_weights: ['MinAllowedWeights', 14],
  tempo: ['Tempo', 361],
  min_difficulty: ['MinDifficulty', 15n],
  max_difficulty: ['MaxDifficulty', 16n],
  weights_version: ['WeightsVersionKey', 17n],
  weights_rate_limit: ['WeightsSetRateLimit', 18n],
  adjustment_interval: ['AdjustmentInterval', 19],
  registration_allowed: ['NetworkRegistrationAllowed', false],
  target_regs_per_interval: ['TargetRegistrationsPerInterval', 20],
  min_burn: ['MinBurn', 21n],
  max_burn: ['MaxBurn', 22n],
  bonds_moving_avg: ['BondsMovingAverage', 23n],
  max_regs_per_block: ['MaxRegistrationsPerBlock', 24],
  serving_rate_limit: ['ServingRateLimit', 25n],
  max_validators: ['MaxAllowedValidators', 26],
  adjustment_alpha: ['AdjustmentAlpha', 27n],
  difficulty: ['Difficulty', 28n],
  commit_reveal_period: ['RevealPeriodEpochs', 29n],
  commit_reveal_weights_enabled: ['CommitRevealWeightsEnabled', true],
  liquid_alpha_enabled: ['LiquidAlphaOn', true],
} as const

function storeHyperparameters(): Record<string, unknown> {
  const { ctx } = scene
  for (const [item, value] of Object.values(STORED)) (storage[item] as any).set(ctx, { netuid }, value)
  storage.AlphaValues.set(ctx, { netuid }, [30, 31])
  storage.ActivityCutoffFactorMilli.set(ctx, { netuid }, 2_000)
  return {
    ...Object.fromEntries(Object.entries(STORED).map(([name, [, value]]) => [name, value])),
    max_weights_limit: 65_535,
    activity_cutoff: 722n,
    alpha_low: 30,
    alpha_high: 31,
  }
}

describe('hyperparameters', () => {
  test('v1 has the stored values', () => {
    expect(subnetInfo('get_subnet_hyperparams', { netuid })).not.toMatchObject({ rho: 11 })
    const expected = storeHyperparameters()
    expect(subnetInfo('get_subnet_hyperparams', { netuid })).toEqual(expected)
  })

  test('v2 adds the newer ones', () => {
    const expected = storeHyperparameters()
    storage.AlphaSigmoidSteepness.set(scene.ctx, { netuid }, -3)
    storage.Yuma3On.set(scene.ctx, { netuid }, false)
    storage.TransferToggle.set(scene.ctx, { netuid }, false)
    storage.BondsResetOn.set(scene.ctx, { netuid }, true)
    expect(subnetInfo('get_subnet_hyperparams_v2', { netuid })).toEqual({
      ...expected,
      alpha_sigmoid_steepness: -3n << 32n,
      yuma_version: 2,
      subnet_is_active: true,
      transfers_enabled: false,
      bonds_reset_enabled: true,
      user_liquidity_enabled: false,
    })
  })

  test('v3 lists names and values in the order of the reference', () => {
    storeHyperparameters()
    storage.MinChildkeyTakePerSubnet.set(scene.ctx, { netuid }, 5)
    storage.OwnerCutEnabled.set(scene.ctx, { netuid }, false)
    storage.BurnHalfLife.set(scene.ctx, { netuid }, 99)
    const entries = subnetInfo('get_subnet_hyperparams_v3', { netuid }) as { name: Uint8Array; value: any }[]
    const shown = entries.map(({ name, value }) => [bytesToUtf8(name), value.type, value.value])
    expect(shown).toEqual([
      ['kappa', 'U16', 12],
      ['immunity_period', 'U16', 13],
      ['min_allowed_weights', 'U16', 14],
      ['max_weights_limit', 'U16', 65_535],
      ['tempo', 'U16', 361],
      ['weights_version', 'U64', 17n],
      ['weights_rate_limit', 'U64', 18n],
      ['activity_cutoff', 'U64', 722n],
      ['activity_cutoff_factor', 'U32', 2_000],
      ['registration_allowed', 'Bool', false],
      ['target_regs_per_interval', 'U16', 20],
      ['min_burn', 'TaoBalance', 21n],
      ['max_burn', 'TaoBalance', 22n],
      ['burn_half_life', 'U16', 99],
      ['burn_increase_mult', 'U64F64', storage.BurnIncreaseMult.get(scene.ctx, { netuid })],
      ['bonds_moving_avg', 'U64', 23n],
      ['max_regs_per_block', 'U16', 24],
      ['serving_rate_limit', 'U64', 25n],
      ['max_validators', 'U16', 26],
      ['commit_reveal_period', 'U64', 29n],
      ['commit_reveal_weights_enabled', 'Bool', true],
      ['alpha_high', 'U16', 31],
      ['alpha_low', 'U16', 30],
      ['liquid_alpha_enabled', 'Bool', true],
      ['alpha_sigmoid_steepness', 'I32F32', 1_000n << 32n],
      ['yuma_version', 'U16', 3],
      ['subnet_is_active', 'Bool', true],
      ['transfers_enabled', 'Bool', true],
      ['bonds_reset_enabled', 'Bool', false],
      ['user_liquidity_enabled', 'Bool', false],
      ['owner_cut_enabled', 'Bool', false],
      ['owner_cut_auto_lock_enabled', 'Bool', false],
      ['min_childkey_take', 'U16', 5],
    ])
  })

  test('the older activity cutoff is fixed', () => {
    const profile = withCompat({ activityCutoff: 'blocks5000' })
    expect(subnetInfo('get_subnet_hyperparams_v2', { netuid }, profile).activity_cutoff).toBe(5_000n)
  })
})

describe('subnet info and dynamic info', () => {
  test('v1 and v2 show the subnet and its own step counter', () => {
    const { ctx } = scene
    const first = subnetInfo('get_subnet_info', { netuid })
    expect(first).toMatchObject({
      netuid,
      subnetwork_n: 3,
      max_allowed_uids: 64,
      max_weights_limit: 65_535,
      tempo: 20,
      network_modality: 0,
      network_connect: [],
      emission_values: 0n,
      owner: ALICE,
      burn: storage.Burn.get(ctx, { netuid }),
      blocks_since_last_step: storage.BlocksSinceLastStep.get(ctx, { netuid }),
      scaling_law_power: storage.ScalingLawPower.get(ctx, { netuid }),
    })
    const { emission_values, ...shared } = first
    expect(subnetInfo('get_subnet_info_v2', { netuid })).toEqual({ ...shared, emission_value: 0n, identity: undefined })
  })

  test('lists are by netuid, also where raw keys are not', () => {
    storage.NetworksAdded.set(scene.ctx, { netuid: 256 }, true)
    const netuids = (method: string) => subnetInfo(method).map((info: any) => info.netuid)
    expect(netuids('get_subnets_info')).toEqual([0, 1, 2, 256])
    expect(netuids('get_subnets_info_v2')).toEqual([0, 1, 2, 256])
    // The little-endian key of 256 comes before that of 1: the reference lists these in key order.
    expect(netuids('get_all_dynamic_info')).toEqual([0, 256, 1, 2])
    expect(netuids('get_all_metagraphs')).toEqual([0, 256, 1, 2])
  })

  test('dynamic info shows pool, emission and price', () => {
    const { ctx } = scene
    expect(subnetInfo('get_dynamic_info', { netuid })).toEqual({
      netuid,
      owner_hotkey: ALICE_HOT,
      owner_coldkey: ALICE,
      subnet_name: utf8ToBytes('omron'),
      token_symbol: utf8ToBytes('β'),
      tempo: 20,
      last_step: 40n,
      blocks_since_last_step: 6n,
      emission: 0n,
      alpha_in: storage.SubnetAlphaIn.get(ctx, { netuid }),
      alpha_out: storage.SubnetAlphaOut.get(ctx, { netuid }),
      tao_in: storage.SubnetTAO.get(ctx, { netuid }),
      alpha_out_emission: 1_000_000_000n,
      alpha_in_emission: storage.SubnetAlphaInEmission.get(ctx, { netuid }),
      tao_in_emission: storage.SubnetTaoInEmission.get(ctx, { netuid }),
      pending_alpha_emission:
        storage.PendingServerEmission.get(ctx, { netuid }) + storage.PendingValidatorEmission.get(ctx, { netuid }),
      pending_root_emission: 0n,
      subnet_volume: storage.SubnetVolume.get(ctx, { netuid }),
      network_registered_at: 0n,
      subnet_identity: undefined,
      moving_price: storage.SubnetMovingPrice.get(ctx, { netuid }),
    })
  })

  test('a published name replaces the one of the index', () => {
    const empty = new Uint8Array()
    const identity = {
      subnet_name: utf8ToBytes('Søren'),
      github_repo: empty,
      subnet_contact: empty,
      subnet_url: empty,
      discord: empty,
      description: empty,
      logo_url: empty,
      additional: empty,
    }
    scene.economy.chain.run(ALICE, calls.set_subnet_identity({ netuid, ...identity }))
    expect(bytesToUtf8(subnetInfo('get_metagraph', { netuid }).name)).toBe('Søren')
    expect(subnetInfo('get_dynamic_info', { netuid }).subnet_identity).toEqual(identity)
    expect(subnetInfo('get_subnet_info_v2', { netuid }).identity).toEqual(identity)
  })
})

describe('metagraph', () => {
  test('lists neurons by uid with what they own, serve and earned', () => {
    const { ctx } = scene
    const metagraph = subnetInfo('get_metagraph', { netuid })
    expect(metagraph).toMatchObject({
      netuid,
      block: 46n,
      num_uids: 3,
      max_uids: 64,
      hotkeys: [ALICE_HOT, BOB_HOT, CAROL_HOT],
      coldkeys: [ALICE, BOB, CAROL],
      identities: [undefined, undefined, undefined],
      active: [true, true, true],
      validator_permit: [true, true, false],
      last_update: [0n, 22n, 1n],
      incentives: [0, 0, 65_535],
      block_at_registration: [0n, 1n, 1n],
      emission: storage.Emission.get(ctx, { netuid }),
      dividends: storage.Dividends.get(ctx, { netuid }),
      consensus: storage.Consensus.get(ctx, { netuid }),
    })
    const { netuid: _, ...announced } = endpoint(netuid)
    expect(metagraph.axons[2]).toEqual({ ...announced, block: 1n })
    expect(metagraph.axons[0]).toMatchObject({ block: 0n, ip: 0n, port: 0, ip_type: 0 })
    expect(metagraph.tao_dividends_per_hotkey).toEqual([ALICE_HOT, BOB_HOT, CAROL_HOT].map((hotkey) => [hotkey, 0n]))
    const [, [hotkey, dividends]] = metagraph.alpha_dividends_per_hotkey
    expect([hotkey, dividends]).toEqual([
      BOB_HOT,
      storage.AlphaDividendsPerSubnet.get(ctx, { netuid, hotkey: BOB_HOT }),
    ])
    expect(dividends).toBeGreaterThan(0n)
  })

  test('carries every hyperparameter', () => {
    const expected = storeHyperparameters()
    expect(subnetInfo('get_metagraph', { netuid })).toMatchObject(expected)
  })

  test('stakes are the inherited ones, root TAO counted by its weight', () => {
    const { ctx } = scene
    const half = 1n << 63n
    storage.ChildKeys.set(ctx, { hotkey: BOB_HOT, netuid }, [[half, CAROL_HOT]])
    storage.ParentKeys.set(ctx, { hotkey: CAROL_HOT, netuid }, [[half, BOB_HOT]])
    const bob = storage.TotalHotkeyAlpha.get(ctx, { hotkey: BOB_HOT, netuid })
    const carol = storage.TotalHotkeyAlpha.get(ctx, { hotkey: CAROL_HOT, netuid })
    const { alpha_stake, tao_stake, total_stake } = subnetInfo('get_metagraph', { netuid })
    expect(alpha_stake[1] + alpha_stake[2]).toBeGreaterThanOrEqual(bob + carol - 2n)
    expect(alpha_stake[2] - carol).toBeGreaterThan((bob * 49n) / 100n)
    expect(tao_stake).toEqual([0n, 50n * TAO, 50n * TAO])
    const weight = (storage.TaoWeight.get(ctx) << 32n) / ((1n << 64n) - 1n)
    expect(total_stake).toEqual(
      alpha_stake.map((alpha: bigint, uid: number) => alpha + ((tao_stake[uid] * weight) >> 32n)),
    )
  })

  test('the subnet state shows the same neurons, and emissions on every subnet', () => {
    storage.LastHotkeyEmissionOnNetuid.set(scene.ctx, { hotkey: BOB_HOT, netuid }, 7n)
    const metagraph = subnetInfo('get_metagraph', { netuid })
    const { emission_history, ...state } = subnetInfo('get_subnet_state', { netuid })
    expect(metagraph).toMatchObject(state)
    expect(emission_history).toEqual([
      [0n, 0n, 0n],
      [0n, 0n, 0n],
      [0n, 7n, 0n],
    ])
  })

  test.each([
    ['empty', []],
    ['zeros', [0, 0, 0]],
  ] as const)('retired scores can be %s', (retiredScores, expected) => {
    const profile = withCompat({ retiredScores })
    for (const method of ['get_metagraph', 'get_subnet_state']) {
      const { rank, trust, pruning_score } = subnetInfo(method, { netuid }, profile)
      expect([rank, trust, pruning_score]).toEqual([expected, expected, expected])
    }
    const args = { netuid, metagraph_indexes: [58, 64, 65] }
    const selected = subnetInfo('get_selective_metagraph', args, profile)
    expect([selected.rank, selected.trust, selected.pruning_score]).toEqual([expected, expected, expected])
  })
})

describe('mechanisms', () => {
  test('each has incentives and weight blocks of its own, under its storage index', () => {
    const whole = subnetInfo('get_metagraph', { netuid })
    expect(subnetInfo('get_mechagraph', { netuid, mecid: 0 })).toEqual(whole)
    expect(subnetInfo('get_mechagraph', { netuid, mecid: 1 })).toEqual({
      ...whole,
      netuid: netuid + MECHANISM_1,
      incentives: [65_535, 0, 0],
      last_update: storage.LastUpdate.get(scene.ctx, { index: netuid + MECHANISM_1 }),
    })
  })

  test('one that the subnet does not have is none', () => {
    expect(subnetInfo('get_mechagraph', { netuid, mecid: 2 })).toBeUndefined()
  })

  test('all of all subnets', () => {
    const netuids = subnetInfo('get_all_mechagraphs').map((metagraph: any) => metagraph.netuid)
    expect(netuids).toEqual([0, 1, netuid, netuid + MECHANISM_1])
  })

  test('the selective view keeps the netuid', () => {
    const args = { netuid, subid: 1, metagraph_indexes: [59, 62, 61] }
    const selected = subnetInfo('get_selective_mechagraph', args)
    expect(selected.netuid).toBe(netuid)
    expect(selected.incentives).toEqual([65_535, 0, 0])
    expect(selected.last_update[1]).toBe(25n)
    expect(selected.dividends).toEqual(storage.Dividends.get(scene.ctx, { netuid }))
  })
})

describe('selective metagraph', () => {
  const select = (...metagraph_indexes: number[]) =>
    subnetInfo('get_selective_metagraph', { netuid, metagraph_indexes })

  test('each index gives the field of the metagraph at that place, and no other', () => {
    const metagraph = subnetInfo('get_metagraph', { netuid })
    for (let index = 1; index < 72; index++) {
      const name = SELECTIVE_FIELDS[index]!
      const filled = Object.entries(select(index)).filter(([, value]) => value !== undefined)
      expect(filled).toEqual([
        ['netuid', 0],
        [name, metagraph[name] ?? null],
      ])
    }
  })

  test('the netuid is shown when asked for; unknown indexes are passed over', () => {
    expect(select().netuid).toBe(0)
    expect(select(0, 0, 74, 999).netuid).toBe(netuid)
  })

  test('an identity that is not published differs from one not asked for', () => {
    const bytes = (...metagraph_indexes: number[]) =>
      bytesToHex(scene.askBytes('SubnetInfoRuntimeApi_get_selective_metagraph', { netuid, metagraph_indexes }))
    // Some, netuid 0, no name, no symbol, then the identity.
    expect(bytes().slice(0, 12)).toBe('0x0100000000')
    expect(bytes(3).slice(0, 14)).toBe('0x010000000100')
  })

  test('validators are those with a permit and enough stake, least stake first', () => {
    expect(select(72).validators).toEqual([0, 1])
    const total = subnetInfo('get_metagraph', { netuid }).total_stake[0]
    storage.StakeThreshold.set(scene.ctx, total)
    expect(select(72).validators).toEqual([1])
  })

  test('commitments are passed on as they are stored', () => {
    const key = (on: number, who: string) =>
      `${twox128Key('Commitments')}${twox128Key('CommitmentOf')}${String.fromCharCode(on, 0)}${'?'.repeat(8)}${who}`
    const who = String.fromCharCode(0xc8).repeat(32)
    scene.economy.chain.overlay.setRaw(key(netuid, who), Uint8Array.of(1, 200, 3))
    scene.economy.chain.overlay.setRaw(key(netuid + 1, who), Uint8Array.of(9))
    expect(select(73).commitments).toEqual([[`0x${'c8'.repeat(32)}`, Uint8Array.of(1, 200, 3)]])
  })
})

describe('neurons', () => {
  test('are shown with weights and bonds, zero entries left out', () => {
    const { ctx } = scene
    storage.Weights.set(ctx, { index: netuid, uid: 1 }, [
      [0, 0],
      [2, 65_535],
    ])
    const [alice, bob, carol] = scene.ask('NeuronInfoRuntimeApi_get_neurons', { netuid })
    expect(alice).toMatchObject({ hotkey: ALICE_HOT, coldkey: ALICE, uid: 0, netuid, weights: [], bonds: [] })
    expect(bob).toMatchObject({
      weights: [[2, 65_535]],
      bonds: storage.Bonds.get(ctx, { index: netuid, uid: 1 }),
      stake: [[BOB, storage.TotalHotkeyAlpha.get(ctx, { hotkey: BOB_HOT, netuid })]],
      emission: storage.Emission.get(ctx, { netuid })[1],
      dividends: storage.Dividends.get(ctx, { netuid })[1],
      validator_trust: storage.ValidatorTrust.get(ctx, { netuid })[1],
      last_update: 22n,
      validator_permit: true,
      active: true,
      rank: 0,
      trust: 0,
      pruning_score: 65_535,
    })
    expect(bob.bonds).not.toEqual([])
    expect(carol).toMatchObject({ incentive: 65_535, validator_permit: false, axon_info: { port: 8_091 } })
  })

  test('one by one and without weights they are the same', () => {
    const all = scene.ask('NeuronInfoRuntimeApi_get_neurons', { netuid })
    const lite = scene.ask('NeuronInfoRuntimeApi_get_neurons_lite', { netuid })
    expect(lite).toHaveLength(3)
    for (const uid of [0, 1, 2]) {
      expect(scene.ask('NeuronInfoRuntimeApi_get_neuron', { netuid, uid })).toEqual(all[uid])
      expect(scene.ask('NeuronInfoRuntimeApi_get_neuron_lite', { netuid, uid })).toEqual(lite[uid])
      expect(all[uid]).toMatchObject(lite[uid])
    }
    expect(scene.ask('NeuronInfoRuntimeApi_get_neuron', { netuid, uid: 3 })).toBeUndefined()
  })
})

describe('delegates', () => {
  const [DELEGATE, DELEGATES, DELEGATED] = ['get_delegate', 'get_delegates', 'get_delegated'].map(
    (name) => `DelegateInfoRuntimeApi_${name}`,
  ) as [string, string, string]
  const sharesOf = (coldkey: typeof ALICE, on: number) => {
    const { ctx } = scene
    const share = storage.AlphaV2.get(ctx, { hotkey: BOB_HOT, coldkey, netuid: on })
    const all = storage.TotalHotkeySharesV2.get(ctx, { hotkey: BOB_HOT, netuid: on })
    const exact = (float: { mantissa: bigint; exponent: bigint }) => float.mantissa * 10n ** (float.exponent + 40n)
    return (storage.TotalHotkeyAlpha.get(ctx, { hotkey: BOB_HOT, netuid: on }) * exact(share)) / exact(all)
  }

  test('shows nominators by account, their stakes by subnet, and what a day brings', () => {
    const { ctx } = scene
    const info = scene.ask(DELEGATE, { delegate_account: BOB_HOT })
    const daily = storage.Emission.get(ctx, { netuid })[1]! * 360n
    expect(info).toMatchObject({
      delegate_ss58: BOB_HOT,
      owner_ss58: BOB,
      take: 6_553,
      registrations: [0, netuid],
      validator_permits: [netuid],
      total_daily_return: daily,
    })
    expect(info.nominators).toEqual([
      [
        BOB,
        [
          [0, 100n * TAO],
          [netuid, sharesOf(BOB, netuid)],
        ],
      ],
      [CAROL, [[netuid, sharesOf(CAROL, netuid)]]],
    ])
    // 1000 TAO are ten times its root stake.
    const exact = (daily * 10n * (65_535n - 6_553n)) / 65_535n
    expect(Math.abs(Number(info.return_per_1000 - exact))).toBeLessThanOrEqual(1)
  })

  test('only hotkeys with a take of their own are delegates', () => {
    expect(scene.ask(DELEGATES).map((info: any) => info.delegate_ss58)).toEqual([BOB_HOT])
    expect(scene.ask(DELEGATE, { delegate_account: ALICE_HOT })).toBeUndefined()
  })

  test('finds the delegates of a coldkey, one entry for each subnet', () => {
    const { nominators, ...shared } = scene.ask(DELEGATE, { delegate_account: BOB_HOT })
    const info = { ...shared, nominators: [] }
    expect(scene.ask(DELEGATED, { delegatee_account: BOB })).toEqual([
      [info, [0, 100n * TAO]],
      [info, [netuid, sharesOf(BOB, netuid)]],
    ])
    expect(scene.ask(DELEGATED, { delegatee_account: ALICE })).toEqual([])
  })

  test('values are right where netuids have gaps', () => {
    const { ctx } = scene
    storage.NetworksAdded.remove(ctx, { netuid: 1 })
    const [, [, stakes]] = scene.ask(DELEGATE, { delegate_account: BOB_HOT }).nominators
    expect(stakes).toEqual([[netuid, sharesOf(CAROL, netuid)]])
  })
})

describe('stake', () => {
  const ask = (method: string, args: Record<string, unknown>) => scene.ask(`StakeInfoRuntimeApi_${method}`, args)

  test('lists what a coldkey has, by subnet', () => {
    const stakes = ask('get_stake_info_for_coldkey', { coldkey_account: BOB })
    expect(stakes.map((info: any) => [info.hotkey, info.netuid, info.is_registered])).toEqual([
      [BOB_HOT, 0, true],
      [BOB_HOT, netuid, true],
    ])
    expect(stakes[0]).toMatchObject({ stake: 100n * TAO, coldkey: BOB, locked: 0n, drain: 0n, tao_emission: 0n })
    expect(stakes[1].emission).toBe(storage.AlphaDividendsPerSubnet.get(scene.ctx, { netuid, hotkey: BOB_HOT }))
    expect(ask('get_stake_info_for_coldkeys', { coldkey_accounts: [NOBODY, BOB] })).toEqual([
      [NOBODY, []],
      [BOB, stakes],
    ])
  })

  test('one place is always answered', () => {
    const args = { hotkey_account: BOB_HOT, coldkey_account: CAROL, netuid }
    const info = ask('get_stake_info_for_hotkey_coldkey_netuid', args)
    expect(info).toMatchObject({ hotkey: BOB_HOT, coldkey: CAROL, netuid, is_registered: true })
    expect(info.stake).toBeGreaterThan(0n)
    expect(ask('get_stake_info_for_hotkey_coldkey_netuid', { ...args, netuid: UNKNOWN })).toMatchObject({
      stake: 0n,
      is_registered: false,
    })
  })

  test('everything can be unstaked', () => {
    const availability = (coldkey_accounts: readonly string[], netuids: readonly number[] | undefined) =>
      ask('get_stake_availability_for_coldkeys', { coldkey_accounts, netuids })
    const total = ask('get_stake_info_for_coldkey', { coldkey_account: BOB })[1].stake
    const onSubnet = [netuid, { total, locked: 0n, available: total }]
    const onRoot = [0, { total: 100n * TAO, locked: 0n, available: 100n * TAO }]
    expect(availability([NOBODY, BOB, NOBODY], undefined)).toEqual([
      [BOB, [onRoot, onSubnet]],
      [NOBODY, []],
    ])
    expect(availability([BOB], [netuid, UNKNOWN, netuid])).toEqual([[BOB, [onSubnet]]])
    // An empty list, or one longer than the list of subnets, gives nothing.
    expect(availability([BOB], [])).toEqual([[BOB, []]])
    expect(availability([BOB], [0, 1, 2, 3])).toEqual([[BOB, []]])
    expect(availability([], undefined)).toEqual([])
  })

  test('the fee is that of the pool it goes to', () => {
    const fee = (origin: unknown, destination: unknown) =>
      ask('get_stake_fee', {
        origin,
        destination,
        origin_coldkey_account: BOB,
        destination_coldkey_account: BOB,
        amount: 65_535n * 1_000n,
      })
    // 33 of 65535 parts; the quotient is floored before it is multiplied.
    expect(fee(undefined, [BOB_HOT, netuid])).toBe(32_999n)
    expect(fee([BOB_HOT, netuid], undefined)).toBe(32_999n)
    expect(fee([BOB_HOT, netuid], [BOB_HOT, netuid])).toBe(0n)
    expect(fee([BOB_HOT, netuid], [BOB_HOT, 0])).toBe(0n)
    expect(fee(undefined, undefined)).toBe(0n)
  })

  test('nobody has locks', () => {
    expect(ask('get_coldkey_lock', { coldkey: BOB, netuid })).toBeUndefined()
    expect(ask('get_hotkey_conviction', { hotkey: BOB_HOT, netuid })).toBe(0n)
    expect(ask('get_most_convicted_hotkey_on_subnet', { netuid })).toBeUndefined()
  })
})

describe('single facts', () => {
  test('hotkey that mining income is staked to', () => {
    expect(subnetInfo('get_coldkey_auto_stake_hotkey', { coldkey: CAROL, netuid })).toBeUndefined()
    scene.economy.chain.run(CAROL, calls.set_coldkey_auto_stake_hotkey({ netuid, hotkey: BOB_HOT }))
    expect(subnetInfo('get_coldkey_auto_stake_hotkey', { coldkey: CAROL, netuid })).toBe(BOB_HOT)
  })

  test('the subnet a new one would replace', () => {
    expect(subnetInfo('get_subnet_to_prune')).toBeUndefined()
    storage.NetworkImmunityPeriod.set(scene.ctx, 1n)
    storage.SubnetMovingPrice.set(scene.ctx, { netuid: 1 }, 2n << 32n)
    storage.SubnetMovingPrice.set(scene.ctx, { netuid }, 1n << 32n)
    expect(subnetInfo('get_subnet_to_prune')).toBe(netuid)
  })

  test('account of the pool', () => {
    const account = subnetInfo('get_subnet_account_id', { netuid })
    expect(account).toBe(`0x${bytesToHex(utf8ToBytes('modlsubtensr')).slice(2)}0200${'00'.repeat(18)}`)
    expect(subnetInfo('get_subnet_account_id', { netuid: UNKNOWN })).toBeUndefined()
  })

  test('block of the next epoch', () => {
    const next = (profile?: RuntimeProfile) => subnetInfo('get_next_epoch_start_block', { netuid }, profile)
    const automatic = storage.LastEpochBlock.get(scene.ctx, { netuid }) + 20n
    expect(next()).toBe(automatic)
    storage.PendingEpochAt.set(scene.ctx, { netuid }, automatic - 1n)
    expect(next()).toBe(automatic - 1n)
    storage.PendingEpochAt.remove(scene.ctx, { netuid })
    // (block + 2 + 1) mod 21 = 20.
    expect(next({ ...FAST_PROFILE, compat: COMPAT_SDK10 })).toBe(59n)
    scene.economy.chain.goTo(59n)
    expect(next({ ...FAST_PROFILE, compat: COMPAT_SDK10 })).toBe(80n)
    storage.Tempo.set(scene.ctx, { netuid }, 0)
    expect(next()).toBeUndefined()
  })

  test('price of a subnet', () => {
    const cost = scene.ask('SubnetRegistrationRuntimeApi_get_network_registration_cost')
    const before = storage.NetworkLastLockCost.get(scene.ctx)
    scene.economy.chain.run(CAROL, calls.register_network({ hotkey: testAccount(40) }))
    expect(storage.NetworkLastLockCost.get(scene.ctx)).toBe(cost)
    expect(cost).toBeGreaterThanOrEqual(before)
  })
})

describe('a subnet that does not exist', () => {
  test.each([
    'get_subnet_info',
    'get_subnet_info_v2',
    'get_subnet_hyperparams',
    'get_subnet_hyperparams_v2',
    'get_subnet_hyperparams_v3',
    'get_dynamic_info',
    'get_metagraph',
    'get_subnet_state',
  ])('%s is none', (method) => {
    expect(subnetInfo(method, { netuid: UNKNOWN })).toBeUndefined()
    expect(scene.askBytes(`SubnetInfoRuntimeApi_${method}`, { netuid: UNKNOWN })).toEqual(Uint8Array.of(0))
  })

  test('has no mechanisms, fields and neurons', () => {
    const indexes = { netuid: UNKNOWN, metagraph_indexes: [0, 1] }
    expect(subnetInfo('get_mechagraph', { netuid: UNKNOWN, mecid: 0 })).toBeUndefined()
    expect(subnetInfo('get_selective_metagraph', indexes)).toBeUndefined()
    expect(subnetInfo('get_selective_mechagraph', { ...indexes, subid: 0 })).toBeUndefined()
    expect(scene.ask('NeuronInfoRuntimeApi_get_neurons', { netuid: UNKNOWN })).toEqual([])
    expect(scene.ask('NeuronInfoRuntimeApi_get_neurons_lite', { netuid: UNKNOWN })).toEqual([])
    expect(scene.ask('NeuronInfoRuntimeApi_get_neuron', { netuid: UNKNOWN, uid: 0 })).toBeUndefined()
  })
})
