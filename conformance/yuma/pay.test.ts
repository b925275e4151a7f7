/**
 * Upstream's tests of who is paid what after an epoch: dividends, stake weight of root TAO, children, delegates.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/tests/{coinbase,children,delegate_info}.rs. Their set-up calls
 * leave a subnet with registered neurons, stakes and takes, which is what `subnetOf` writes; expected numbers and
 * tolerances are theirs.
 */
import { U64F64, U96F32 } from '@neurite/primitives/fixed'
import { afterAll, describe, expect, test } from 'vitest'
import { distributeDividends } from '../../packages/runtime/src/economics/index.ts'
import { PALLETS } from '../../packages/runtime/src/index.ts'
import { distributeEmission } from '../../packages/runtime/src/pallets/subtensor/coinbase/distribute.ts'
import { collectDividends, weighDividends } from '../../packages/runtime/src/pallets/subtensor/coinbase/dividends.ts'
import { applyChildren } from '../../packages/runtime/src/pallets/subtensor/delegation/children.ts'
import { stakeWeight, votingStake } from '../../packages/runtime/src/pallets/subtensor/epoch/stakes.ts'
import { storage } from '../../packages/runtime/src/pallets/subtensor/index.ts'
import { initSubnet } from '../../packages/runtime/src/pallets/subtensor/registration/initSubnet.ts'
import { appendNeuron } from '../../packages/runtime/src/pallets/subtensor/registration/uids.ts'
import {
  createAccountIfMissing,
  hotkeyStake,
  increaseStake,
  stakeOf,
} from '../../packages/runtime/src/pallets/subtensor/staking/index.ts'
import { returnPerThousand } from '../../packages/runtime/src/pallets/subtensor/views/delegateInfo.ts'
import { TestChain, testAccount } from '../../packages/runtime/src/testing/harness.ts'

let compared = 0
afterAll(() => console.log(`upstream pay, children and delegate tests: ${compared} values compared`))

function equal(actual: unknown, expected: unknown, title = ''): void {
  compared++
  expect(actual, title).toEqual(expected)
}

function close(actual: bigint, expected: bigint, tolerance: bigint, title = ''): void {
  compared++
  const distance = actual > expected ? actual - expected : expected - actual
  expect(distance <= tolerance, `${title}: ${actual}, expected ${expected}`).toBe(true)
}

const U64_MAX = (1n << 64n) - 1n
const U16_MAX = 65_535
const NETUID = 1
const ROOT = 0
const E9 = 1_000_000_000n

interface Neuron {
  readonly coldkey: number
  readonly alpha?: bigint
  readonly root?: bigint
}

/** A subnet of these neurons without takes and childkey burn; hotkeys are accounts 101, 102, … */
function subnetOf(neurons: readonly Neuron[], taoWeight: bigint) {
  const { ctx } = new TestChain(PALLETS, { block: 1n })
  initSubnet(ctx, NETUID)
  storage.Tempo.set(ctx, { netuid: NETUID }, 1)
  storage.TaoWeight.set(ctx, taoWeight)
  storage.CKBurn.set(ctx, 0n)
  const hotkeys = neurons.map(({ coldkey, alpha = 0n, root = 0n }, k) => {
    const hotkey = testAccount(101 + k)
    createAccountIfMissing(ctx, testAccount(coldkey), hotkey)
    storage.Delegates.set(ctx, { hotkey }, 0)
    storage.ChildkeyTake.set(ctx, { hotkey, netuid: NETUID }, 0)
    appendNeuron(ctx, NETUID, hotkey)
    increaseStake(ctx, hotkey, testAccount(coldkey), NETUID, alpha)
    increaseStake(ctx, hotkey, testAccount(coldkey), ROOT, root)
    return hotkey
  })
  const distribute = (amount: bigint) =>
    distributeEmission(ctx, { netuid: NETUID, server: amount / 2n, validator: amount / 2n, root: 0n, owner: 0n })
  const paidTo = (hotkey: (typeof hotkeys)[number]) =>
    storage.AlphaDividendsPerSubnet.get(ctx, { netuid: NETUID, hotkey })
  return { ctx, hotkeys, distribute, paidTo }
}

describe('dividends', () => {
  const claims = [
    { hotkey: testAccount(1), dividends: U96F32.fromInt(77_783_738), alphaStake: 4_859_302n, rootStake: 2_342_352n },
    { hotkey: testAccount(2), dividends: U96F32.fromInt(19_283_940), alphaStake: 23_423n, rootStake: 859_273n },
  ]
  test.each([
    ['test_calculate_dividend_distribution_totals', 183_123_567_452n, 837_120_949_872n, 18n],
    ['test_calculate_dividend_distribution_total_only_tao', 0n, 837_120_949_872n, 18n],
    ['test_calculate_dividend_distribution_total_no_tao_weight', 183_123_567_452n, 0n, 0n],
    ['test_calculate_dividend_distribution_total_only_alpha', 183_123_567_452n, 0n, 18n],
  ])('%s', (_, validatorPot, rootPot, percent) => {
    const taoWeight = U96F32.fromRatio(percent, 100n)
    const payouts = distributeDividends(claims, { validatorPot, rootPot, taoWeight })
    const sum = (part: 'alpha' | 'root') => U96F32.toU64(payouts.reduce((total, each) => total + each[part], 0n))
    close(sum('alpha'), validatorPot, 1000n, 'validators')
    close(sum('root'), rootPot, 1000n, 'root')
  })

  /** One neuron with a single alpha-rao, paid these. */
  function single(incentive: bigint, dividend: bigint) {
    const { ctx, hotkeys } = subnetOf([{ coldkey: 2, alpha: 1n }], 0n)
    const pays = [{ hotkey: hotkeys[0]!, incentive, dividend }]
    return { ctx, raw: collectDividends(ctx, NETUID, pays) }
  }

  test.each([
    ['test_calculate_dividend_and_incentive_distribution', 61_728_394n, 61_728_394n, 2n],
    ['test_calculate_dividend_and_incentive_distribution_all_to_validators', 0n, 123_456_789n, 0n],
  ])('%s', (_, incentive, dividend, tolerance) => {
    const { ctx, raw } = single(incentive, dividend)
    const payouts = weighDividends(ctx, NETUID, raw, { validator: dividend, root: 0n })
    const dividends = U96F32.toU64(payouts.reduce((total, { alpha }) => total + alpha, 0n))
    close(dividends + incentive, 123_456_789n, tolerance)
  })

  test.each([
    ['test_calculate_dividends_and_incentives', 683_051_923n, 123_456_789n],
    ['test_calculate_dividends_and_incentives_only_validators', 0n, 123_456_789n],
    ['test_calculate_dividends_and_incentives_only_miners', 123_456_789n, 0n],
  ])('%s', (_, incentive, dividend) => {
    const { raw } = single(incentive, dividend)
    equal(U96F32.toU64(raw.byHotkey.reduce((total, { dividends }) => total + dividends, 0n)), dividend)
    equal(raw.burned, 0n)
  })
})

describe('stake weight and distribution', () => {
  // Without permits yet all is paid by stake; without root dividends alpha alone counts for the rest.
  test.each([
    ['test_drain_base_with_subnet_with_two_stakers_registered_and_root_different_amounts', U64_MAX],
    [
      'test_drain_base_with_subnet_with_two_stakers_registered_and_root_different_amounts_half_tao_weight',
      U64_MAX / 2n,
    ],
  ])('%s', (_, taoWeight) => {
    const { ctx, hotkeys, distribute } = subnetOf(
      [
        { coldkey: 3, alpha: E9, root: 2n * E9 },
        { coldkey: 3, alpha: E9, root: E9 },
      ],
      taoWeight,
    )
    distribute(E9)
    for (const hotkey of hotkeys) close(stakeOf(ctx, hotkey, testAccount(3), NETUID), E9 + E9 / 2n, 10n, hotkey)
  })

  const both = [
    { coldkey: 1, alpha: E9, root: E9 },
    { coldkey: 2, alpha: E9, root: E9 },
  ]

  test('test_get_root_children_drain', () => {
    const { ctx, hotkeys, distribute, paidTo } = subnetOf(both, U64_MAX)
    const [alice, bob] = hotkeys as [`0x${string}`, `0x${string}`]
    applyChildren(ctx, alice, NETUID, [[U64_MAX, bob]])
    equal(stakeWeight(ctx, alice, NETUID), 0n, 'weight of the parent')
    equal(stakeWeight(ctx, bob, NETUID), 4n * E9, 'weight of the child')
    distribute(E9)
    for (const hotkey of [alice, bob]) equal(hotkeyStake(ctx, hotkey, NETUID), E9 + E9 / 2n, 'each has half')
    distribute(E9)
    for (const hotkey of [alice, bob]) equal(hotkeyStake(ctx, hotkey, ROOT), E9, 'root stake stays')
    storage.ChildkeyTake.set(ctx, { hotkey: bob, netuid: NETUID }, U16_MAX)
    distribute(E9)
    equal(paidTo(alice), 0n, 'the child takes all')
    close(paidTo(bob), E9, 1n, 'the child takes all')
  })

  test.each([
    ['test_get_root_children_drain_half_proportion', U64_MAX / 2n, 0, E9 / 2n, E9 / 2n, 10n],
    ['test_get_root_children_drain_with_take', U64_MAX, U16_MAX, 0n, E9, 10n],
    ['test_get_root_children_drain_with_half_take', U64_MAX, 32_767, E9 / 4n, (3n * E9) / 4n, 10_000n],
  ])('%s', (name, proportion, take, ofParent, ofChild, tolerance) => {
    const { ctx, hotkeys, distribute, paidTo } = subnetOf(both, U64_MAX)
    const [alice, bob] = hotkeys as [`0x${string}`, `0x${string}`]
    // This one leaves the burn at its default; nothing is left to burn from.
    if (name.endsWith('with_take')) storage.CKBurn.remove(ctx)
    storage.ChildkeyTake.set(ctx, { hotkey: bob, netuid: NETUID }, take)
    applyChildren(ctx, alice, NETUID, [[proportion, bob]])
    distribute(E9)
    close(paidTo(alice), ofParent, tolerance, 'parent')
    close(paidTo(bob), ofChild, tolerance, 'child')
  })
})

describe('children', () => {
  const votes = (ctx: Parameters<typeof votingStake>[0], hotkey: `0x${string}`) =>
    votingStake(ctx, hotkey, NETUID).alpha

  test('test_get_stake_for_hotkey_on_subnet_complex_hierarchy', () => {
    const { ctx, hotkeys } = subnetOf(
      [{ coldkey: 5, alpha: 1000n }, { coldkey: 6 }, { coldkey: 7 }, { coldkey: 8 }],
      0n,
    )
    const [parent, first, second, grandchild] = hotkeys as [`0x${string}`, `0x${string}`, `0x${string}`, `0x${string}`]
    const half = U64_MAX / 2n
    applyChildren(ctx, parent, NETUID, [
      [half, first],
      [half, second],
    ])
    equal(votes(ctx, parent), 0n, 'parent')
    for (const child of [first, second]) close(votes(ctx, child), 499n, 10n, 'child')
    applyChildren(ctx, first, NETUID, [[U64_MAX, grandchild]])
    close(votes(ctx, parent), 0n, 10n, 'parent')
    for (const child of [first, second]) close(votes(ctx, child), 499n, 10n, 'child')
    close(votes(ctx, grandchild), 0n, 10n, 'only own stake is lent on')
    close(
      hotkeys.reduce((sum, hotkey) => sum + votes(ctx, hotkey), 0n),
      1000n,
      10n,
      'all together',
    )
    const links = { children: storage.ChildKeys, parents: storage.ParentKeys }
    const linked = (item: keyof typeof links, hotkey: `0x${string}`) => links[item].get(ctx, { hotkey, netuid: NETUID })
    equal(linked('children', parent), [
      [half, first],
      [half, second],
    ])
    for (const child of [first, second]) equal(linked('parents', child), [[half, parent]])
    equal(linked('children', first), [[U64_MAX, grandchild]])
    equal(linked('parents', grandchild), [[U64_MAX, first]])
  })

  test('test_children_stake_values', () => {
    const { ctx, hotkeys } = subnetOf(
      [{ coldkey: 1, alpha: 100_000_000_000_000n }, ...Array(3).fill({ coldkey: 1 })],
      0n,
    )
    const [hotkey, ...children] = hotkeys as [`0x${string}`, ...`0x${string}`[]]
    applyChildren(
      ctx,
      hotkey,
      NETUID,
      children.map((child): [bigint, `0x${string}`] => [U64_MAX / 4n, child]),
    )
    equal(votes(ctx, hotkey), 25_000_000_069_849n, 'hotkey')
    for (const child of children) equal(votes(ctx, child), 24_999_999_976_716n, 'child')
    equal(
      hotkeys.reduce((sum, each) => sum + votes(ctx, each), 0n),
      99_999_999_999_997n,
      'all together',
    )
  })

  test('test_parent_child_chain_emission', () => {
    const stakes = [300n, 100n, 50n]
    const { ctx, hotkeys, distribute } = subnetOf(
      stakes.map((alpha, k) => ({ coldkey: 100 + k, alpha: alpha * E9 })),
      0n,
    )
    const [a, b, c] = hotkeys as [`0x${string}`, `0x${string}`, `0x${string}`]
    applyChildren(ctx, a, NETUID, [[U64_MAX / 2n, b]])
    applyChildren(ctx, b, NETUID, [[U64_MAX / 2n, c]])
    const take = Math.floor(U16_MAX / 9)
    for (const hotkey of [b, c]) storage.ChildkeyTake.set(ctx, { hotkey, netuid: NETUID }, take)
    distribute(E9)
    const gains = hotkeys.map((hotkey, k) => hotkeyStake(ctx, hotkey, NETUID) - stakes[k]! * E9)
    const all = gains.reduce((x, y) => x + y, 0n)
    const part = 1 / 9 / 2
    const expected = [(2 / 3) * (1 - part), (2 / 9) * (1 - part) + (2 / 3) * part, 1 / 9 + (2 / 9) * part]
    expected.forEach((share, k) => {
      compared++
      expect(Math.abs(Number(gains[k]) / Number(all) - share), `hotkey ${k}`).toBeLessThanOrEqual(1e-4)
    })
    close(all, E9, E9 / 1000n, 'all of it')
  })
})

test('test_return_per_1000_tao', () => {
  const daily = U64F64.fromInt(1000n * E9)
  const perThousand = returnPerThousand(Math.floor(0.18 * U16_MAX), 10_000n * E9, daily)
  // Upstream's own tolerance is 0.0005 TAO.
  close(U64F64.toU64(perThousand), 82n * E9, 500_000n)
})
