import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { describe, expect, test } from 'vitest'
import { testAccount } from '../../../testing/harness.ts'
import * as balances from '../../balances/index.ts'
import {
  ALICE,
  ALICE_HOT,
  BOB,
  BOB_HOT,
  CAROL,
  CAROL_HOT,
  createEconomy,
  startedSubnet,
  TAO,
} from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { hotkeyStake, rootDividendsOwed, stakeOf } from '../staking/index.ts'

const NEW_HOT = testAccount(70)
const NEW_COLD = testAccount(71)

/** Bob validates on a subnet with stake of his own, of Carol's, and on root; root dividends are owed. */
function validating() {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  const { chain, ctx } = economy
  storage.SubtokenEnabled.set(ctx, { netuid: 0 }, true)
  chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
  chain.run(BOB, calls.root_register({ hotkey: BOB_HOT }))
  for (const coldkey of [BOB, CAROL]) {
    for (const on of [0, netuid])
      chain.run(coldkey, calls.add_stake({ hotkey: BOB_HOT, netuid: on, amount_staked: 50n * TAO }))
  }
  storage.NumRootClaim.set(ctx, 0n)
  storage.SubnetAlphaOut.mutate(ctx, { netuid }, (alpha) => alpha + 100n * TAO)
  storage.RootClaimable.set(ctx, { hotkey: BOB_HOT }, [[netuid, 1n << 30n]])
  storage.RootClaimed.set(ctx, { netuid, hotkey: BOB_HOT, coldkey: CAROL }, 2n * TAO)
  economy.blocks(12)
  return { economy, netuid }
}

/** Everything that must not change when a key is renamed. */
function worth(ctx: Parameters<typeof stakeOf>[0], hotkey: `0x${string}`, coldkey: `0x${string}`, netuid: number) {
  return {
    alpha: stakeOf(ctx, hotkey, coldkey, netuid),
    root: stakeOf(ctx, hotkey, coldkey, 0),
    owed: rootDividendsOwed(ctx, hotkey, coldkey, netuid),
  }
}

/** Stake that changes its owner goes through the share pool, which may round down one unit. */
function expectSame(after: ReturnType<typeof worth>, before: ReturnType<typeof worth>) {
  for (const key of ['alpha', 'root', 'owed'] as const) {
    expect(before[key] - after[key] <= 1n && after[key] <= before[key]).toBe(true)
  }
}

describe('swapping a hotkey', () => {
  test('everywhere moves place, stake, claims and ownership, for 0.1 TAO', () => {
    const { economy, netuid } = validating()
    const { chain, ctx } = economy
    const [bob, carol, free] = [
      worth(ctx, BOB_HOT, BOB, netuid),
      worth(ctx, BOB_HOT, CAROL, netuid),
      balances.freeBalance(ctx, BOB),
    ]
    expect(carol.owed > 0n).toBe(true)
    chain.run(BOB, calls.swap_hotkey({ hotkey: BOB_HOT, new_hotkey: NEW_HOT, netuid: undefined }))
    expectSame(worth(ctx, NEW_HOT, BOB, netuid), bob)
    expectSame(worth(ctx, NEW_HOT, CAROL, netuid), carol)
    expect(hotkeyStake(ctx, BOB_HOT, netuid)).toBe(0n)
    expect(storage.Uids.get(ctx, { netuid, hotkey: NEW_HOT })).toBe(1)
    expect(storage.Keys.get(ctx, { netuid, uid: 1 })).toBe(NEW_HOT)
    expect(storage.Owner.has(ctx, { hotkey: BOB_HOT })).toBe(false)
    expect(storage.StakingHotkeys.get(ctx, { coldkey: CAROL })).toEqual([NEW_HOT])
    expect(free - balances.freeBalance(ctx, BOB)).toBe(TAO / 10n)
    expect(economy.violations()).toEqual([])
  })

  test('on one subnet leaves the others, and waits its turn the next time', () => {
    const { economy, netuid } = validating()
    const { chain } = economy
    const on = { hotkey: BOB_HOT, new_hotkey: NEW_HOT, netuid }
    const root = stakeOf(economy.ctx, BOB_HOT, BOB, 0)
    chain.run(BOB, calls.swap_hotkey(on))
    expect(stakeOf(economy.ctx, BOB_HOT, BOB, 0)).toBe(root)
    expect(stakeOf(economy.ctx, NEW_HOT, BOB, netuid) > 0n).toBe(true)
    storage.TxRateLimit.set(economy.ctx, 0n)
    const back = calls.swap_hotkey({ hotkey: NEW_HOT, new_hotkey: BOB_HOT, netuid })
    expect(chain.error(BOB, back)).toBe('SubtensorModule.HotKeySwapOnSubnetIntervalNotPassed')
    economy.blocks(2)
    expect(chain.error(BOB, back)).toBeUndefined()
    expect(economy.violations()).toEqual([])
  })

  test('with keep_stake moves the place only', () => {
    const { economy, netuid } = validating()
    const before = worth(economy.ctx, BOB_HOT, CAROL, netuid)
    const swap = { hotkey: BOB_HOT, new_hotkey: NEW_HOT, netuid, keep_stake: true }
    economy.chain.run(BOB, calls.swap_hotkey_v2(swap))
    expectSame(worth(economy.ctx, BOB_HOT, CAROL, netuid), before)
    expect(storage.Uids.get(economy.ctx, { netuid, hotkey: NEW_HOT })).toBe(1)
  })

  test('is refused in the order clients see', () => {
    const { economy, netuid } = validating()
    const { chain, ctx } = economy
    const swap = (new_hotkey: `0x${string}`, on: number | undefined = undefined, hotkey = BOB_HOT) =>
      chain.error(BOB, calls.swap_hotkey({ hotkey, new_hotkey, netuid: on }))
    expect(swap(NEW_HOT, netuid, ALICE_HOT)).toBe('SubtensorModule.NonAssociatedColdKey')
    expect(swap(ALICE_HOT)).toBe('SubtensorModule.NonAssociatedColdKey')
    expect(swap(BOB_HOT)).toBe('SubtensorModule.NewHotKeyIsSameWithOld')
    chain.run(BOB, calls.burned_register({ netuid, hotkey: NEW_HOT }))
    expect(swap(NEW_HOT)).toBe('SubtensorModule.HotKeyAlreadyRegisteredInSubNet')
    // GHSA-2026-010: a new key with a history on root would mix its claims with the old one's.
    const used = testAccount(72)
    storage.RootClaimed.set(ctx, { netuid, hotkey: used, coldkey: CAROL }, 1n)
    expect(swap(used)).toBe('SubtensorModule.NewHotKeyNotCleanForRootSwap')
    expect(swap(used, netuid)).toBeUndefined()
    expect(swap(testAccount(73), netuid, used)).toBe('SubtensorModule.HotKeySetTxRateLimitExceeded')
  })
})

describe('swapping a coldkey', () => {
  const hash = bytesToHex(blake2_256(hexToBytes(NEW_COLD)))

  test('is announced, waits, freezes the account, and moves everything', () => {
    const { economy, netuid } = validating()
    const { chain } = economy
    const before = worth(economy.ctx, BOB_HOT, BOB, netuid)
    chain.run(BOB, calls.announce_coldkey_swap({ new_coldkey_hash: hash }))
    const call = calls.swap_coldkey_announced({ new_coldkey: NEW_COLD })
    expect(chain.error(BOB, call)).toBe('SubtensorModule.ColdkeySwapTooEarly')
    expect(chain.error(BOB, calls.unstake_all({ hotkey: BOB_HOT }))).toBe('SubtensorModule.ColdkeySwapAnnounced')
    chain.goTo(economy.ctx.block + 50n)
    expect(chain.error(BOB, calls.swap_coldkey_announced({ new_coldkey: CAROL }))).toBe(
      'SubtensorModule.AnnouncedColdkeyHashDoesNotMatch',
    )
    const free = balances.freeBalance(economy.ctx, BOB)
    chain.run(BOB, call)
    expectSame(worth(economy.ctx, BOB_HOT, NEW_COLD, netuid), before)
    expect(balances.freeBalance(economy.ctx, NEW_COLD)).toBe(free)
    expect(balances.freeBalance(economy.ctx, BOB)).toBe(0n)
    expect(storage.Owner.get(economy.ctx, { hotkey: BOB_HOT })).toBe(NEW_COLD)
    expect(storage.StakingColdkeys.has(economy.ctx, { coldkey: BOB })).toBe(false)
    expect(storage.StakingColdkeys.has(economy.ctx, { coldkey: NEW_COLD })).toBe(true)
    economy.blocks(1)
    expect(economy.violations()).toEqual([])
  })

  test('keeps what a staker without alpha has claimed, so that nothing is claimed twice', () => {
    const { economy, netuid } = validating()
    const { chain, ctx } = economy
    chain.run(CAROL, calls.remove_stake_full_limit({ hotkey: BOB_HOT, netuid, limit_price: undefined }))
    const owed = rootDividendsOwed(ctx, BOB_HOT, CAROL, netuid)
    chain.run('root', calls.swap_coldkey({ old_coldkey: CAROL, new_coldkey: NEW_COLD, swap_cost: 0n }))
    expect(rootDividendsOwed(ctx, BOB_HOT, NEW_COLD, netuid)).toBe(owed)
  })

  test('disputed is frozen until root resets it', () => {
    const { economy } = validating()
    const { chain } = economy
    expect(chain.error(BOB, calls.dispute_coldkey_swap({}))).toBe('SubtensorModule.ColdkeySwapAnnouncementNotFound')
    chain.run(BOB, calls.announce_coldkey_swap({ new_coldkey_hash: hash }))
    expect(chain.error(BOB, calls.announce_coldkey_swap({ new_coldkey_hash: hash }))).toBe(
      'SubtensorModule.ColdkeySwapReannouncedTooEarly',
    )
    expect(chain.error(BOB, calls.clear_coldkey_swap_announcement({}))).toBe('SubtensorModule.ColdkeySwapClearTooEarly')
    chain.run(BOB, calls.dispute_coldkey_swap({}))
    expect(chain.error(BOB, calls.dispute_coldkey_swap({}))).toBe('SubtensorModule.ColdkeySwapDisputed')
    chain.run('root', calls.reset_coldkey_swap({ coldkey: BOB }))
    expect(chain.error(BOB, calls.try_associate_hotkey({ hotkey: testAccount(75) }))).toBeUndefined()
  })

  test('needs a key that is new to staking', () => {
    const { economy } = validating()
    const swap = (new_coldkey: `0x${string}`) =>
      economy.chain.error('root', calls.swap_coldkey({ old_coldkey: BOB, new_coldkey, swap_cost: 0n }))
    expect(swap(ALICE)).toBe('SubtensorModule.ColdKeyAlreadyAssociated')
    expect(swap(ALICE_HOT)).toBe('SubtensorModule.NewColdKeyIsHotkey')
    expect(economy.chain.error(CAROL, calls.schedule_swap_coldkey({ new_coldkey: CAROL_HOT }))).toBe(
      'SubtensorModule.Deprecated',
    )
  })
})
