import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { describe, expect, test } from 'vitest'
import { names, testAccount } from '../../../testing/harness.ts'
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

function identity() {
  const none = new Uint8Array()
  return { name: none, url: none, github_repo: none, image: none, discord: none, description: none, additional: none }
}

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

  test('gives the new key the limits of the old one, not its own', () => {
    const { economy } = validating()
    const { chain, ctx } = economy
    const limit = (value: `0x${string}`) =>
      storage.LastRateLimitedBlock.get(ctx, { key: { type: 'LastTxBlockDelegateTake', value } })
    chain.run(BOB, calls.try_associate_hotkey({ hotkey: NEW_HOT }))
    chain.run(BOB, calls.decrease_take({ hotkey: NEW_HOT, take: 9 }))
    expect(limit(NEW_HOT)).toBe(ctx.block)
    chain.run(BOB, calls.swap_hotkey({ hotkey: BOB_HOT, new_hotkey: NEW_HOT, netuid: undefined }))
    expect(limit(NEW_HOT)).toBe(0n)
    expect(storage.OwnedHotkeys.get(ctx, { coldkey: BOB })).toEqual([NEW_HOT])
    // The take moves as well.
    expect(storage.Delegates.get(ctx, { hotkey: NEW_HOT })).toBe(11_796)
  })

  test('everywhere waits a day after a swap on a subnet it is on, but not for being a child there', () => {
    const { economy, netuid } = validating()
    const { chain } = economy
    const { ctx } = economy
    storage.TxRateLimit.set(ctx, 0n)
    storage.LastHotkeySwapOnNetuid.set(ctx, { netuid, coldkey: BOB }, ctx.block)
    const everywhere = calls.swap_hotkey({ hotkey: BOB_HOT, new_hotkey: NEW_HOT, netuid: undefined })
    expect(chain.error(BOB, everywhere)).toBe('SubtensorModule.HotKeySwapOnSubnetIntervalNotPassed')
    storage.LastHotkeySwapOnNetuid.remove(ctx, { netuid, coldkey: BOB })
    // GHSA-2026-011: anybody can make a hotkey its child, on any subnet.
    storage.ParentKeys.set(ctx, { hotkey: BOB_HOT, netuid: 1 }, [[1n, CAROL_HOT]])
    storage.ChildKeys.set(ctx, { hotkey: CAROL_HOT, netuid: 1 }, [[1n, BOB_HOT]])
    storage.LastHotkeySwapOnNetuid.set(ctx, { netuid: 1, coldkey: BOB }, ctx.block)
    chain.run(BOB, everywhere)
    expect(storage.ParentKeys.get(ctx, { hotkey: NEW_HOT, netuid: 1 })).toEqual([[1n, CAROL_HOT]])
    expect(storage.ChildKeys.get(ctx, { hotkey: CAROL_HOT, netuid: 1 })).toEqual([[1n, NEW_HOT]])
    expect(storage.LastHotkeySwapOnNetuid.get(ctx, { netuid, coldkey: BOB })).toBe(ctx.block)
  })

  test('moves what the neuron announced, its commits, its child take and what is scheduled', () => {
    const { economy, netuid } = validating()
    const { chain, ctx } = economy
    const [old, next] = [
      { netuid, hotkey: BOB_HOT },
      { netuid, hotkey: NEW_HOT },
    ]
    storage.Axons.set(ctx, old, {
      block: 1n,
      version: 1,
      ip: 1n,
      port: 1,
      ip_type: 4,
      protocol: 0,
      placeholder1: 0,
      placeholder2: 0,
    })
    storage.Prometheus.set(ctx, old, { block: 1n, version: 1, ip: 1n, port: 1, ip_type: 4 })
    storage.NeuronCertificates.set(ctx, old, { algorithm: 1, public_key: new Uint8Array(1) })
    storage.WeightCommits.set(ctx, { index: netuid, hotkey: BOB_HOT }, [[`0x${'ab'.repeat(32)}`, 1n, 2n, 0n]])
    // GHSA-2026-014: the take was reset.
    storage.ChildkeyTake.set(ctx, old, 77)
    storage.PendingChildKeys.set(ctx, old, [[[5n, CAROL_HOT]], 9n])
    storage.PendingChildKeys.set(ctx, { netuid, hotkey: ALICE_HOT }, [[[6n, BOB_HOT]], 9n])
    storage.AutoStakeDestination.set(ctx, { coldkey: CAROL, netuid }, BOB_HOT)
    storage.AutoStakeDestinationColdkeys.set(ctx, old, [CAROL])
    storage.AutoStakeDestinationColdkeys.set(ctx, next, [ALICE])
    chain.run(BOB, calls.swap_hotkey({ hotkey: BOB_HOT, new_hotkey: NEW_HOT, netuid }))
    const held = (key: typeof old): boolean[] => [
      storage.Axons.has(ctx, key),
      storage.Prometheus.has(ctx, key),
      storage.NeuronCertificates.has(ctx, key),
      storage.ChildkeyTake.has(ctx, key),
    ]
    expect(held(old)).toEqual([false, false, false, false])
    expect(held(next)).toEqual([true, true, true, true])
    expect(storage.WeightCommits.has(ctx, { index: netuid, hotkey: BOB_HOT })).toBe(false)
    expect(storage.WeightCommits.get(ctx, { index: netuid, hotkey: NEW_HOT })).toHaveLength(1)
    expect(storage.ChildkeyTake.get(ctx, next)).toBe(77)
    expect(storage.PendingChildKeys.get(ctx, next)).toEqual([[[5n, CAROL_HOT]], 9n])
    expect(storage.PendingChildKeys.get(ctx, { netuid, hotkey: ALICE_HOT })).toEqual([[[6n, NEW_HOT]], 9n])
    expect(storage.AutoStakeDestination.get(ctx, { coldkey: CAROL, netuid })).toBe(NEW_HOT)
    expect(storage.AutoStakeDestinationColdkeys.get(ctx, next)).toEqual([ALICE, CAROL])
  })

  test("of a subnet's owner moves the owner hotkey, and costs 0.001 TAO there", () => {
    const { economy, netuid } = validating()
    const { chain } = economy
    const free = balances.freeBalance(chain.ctx, ALICE)
    chain.run(ALICE, calls.swap_hotkey({ hotkey: ALICE_HOT, new_hotkey: NEW_HOT, netuid }))
    expect(storage.SubnetOwnerHotkey.get(chain.ctx, { netuid })).toBe(NEW_HOT)
    expect(free - balances.freeBalance(chain.ctx, ALICE)).toBe(TAO / 1000n)
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

  test('costs 0.1 TAO the first time; another announcement waits and is free, and so does its withdrawal', () => {
    const { economy } = validating()
    const { chain } = economy
    const free = () => balances.freeBalance(chain.ctx, BOB)
    const before = free()
    const announce = calls.announce_coldkey_swap({ new_coldkey_hash: hash })
    chain.run(BOB, announce)
    expect(before - free()).toBe(TAO / 10n)
    const [when] = storage.ColdkeySwapAnnouncements.get(chain.ctx, { coldkey: BOB })!
    expect(BigInt(when)).toBe(chain.ctx.block + 50n)
    chain.goTo(BigInt(when) + 9n)
    expect(chain.error(BOB, announce)).toBe('SubtensorModule.ColdkeySwapReannouncedTooEarly')
    expect(chain.error(BOB, calls.clear_coldkey_swap_announcement({}))).toBe('SubtensorModule.ColdkeySwapClearTooEarly')
    chain.goTo(BigInt(when) + 10n)
    chain.run(BOB, announce)
    expect(before - free()).toBe(TAO / 10n)
    const [again] = storage.ColdkeySwapAnnouncements.get(chain.ctx, { coldkey: BOB })!
    chain.goTo(BigInt(again) + 10n)
    expect(names(chain.run(BOB, calls.clear_coldkey_swap_announcement({})))).toEqual([
      'SubtensorModule.ColdkeySwapCleared',
    ])
    expect(chain.error(BOB, calls.try_associate_hotkey({ hotkey: testAccount(75) }))).toBeUndefined()
    expect(chain.error(BOB, calls.clear_coldkey_swap_announcement({}))).toBe(
      'SubtensorModule.ColdkeySwapAnnouncementNotFound',
    )
  })

  test('disputed cannot be done, announced anew or withdrawn, also when its time has come', () => {
    const { economy } = validating()
    const { chain } = economy
    chain.run(BOB, calls.announce_coldkey_swap({ new_coldkey_hash: hash }))
    chain.run(BOB, calls.dispute_coldkey_swap({}))
    chain.goTo(chain.ctx.block + 1_000n)
    const all = [
      calls.swap_coldkey_announced({ new_coldkey: NEW_COLD }),
      calls.announce_coldkey_swap({ new_coldkey_hash: hash }),
      calls.clear_coldkey_swap_announcement({}),
      calls.add_stake({ hotkey: BOB_HOT, netuid: 0, amount_staked: TAO }),
    ]
    for (const call of all) expect(chain.error(BOB, call)).toBe('SubtensorModule.ColdkeySwapDisputed')
    expect(chain.error(BOB, calls.reset_coldkey_swap({ coldkey: BOB }))).toBe('SubtensorModule.ColdkeySwapDisputed')
    expect(chain.error(CAROL, calls.reset_coldkey_swap({ coldkey: BOB }))).toBe('BadOrigin')
  })

  test('by root takes the price it names, and forgets announcement and dispute', () => {
    const { economy, netuid } = validating()
    const { chain, ctx } = economy
    chain.run(BOB, calls.announce_coldkey_swap({ new_coldkey_hash: hash }))
    chain.run(BOB, calls.dispute_coldkey_swap({}))
    storage.IdentitiesV2.set(ctx, { coldkey: BOB }, identity())
    storage.SubnetOwner.set(ctx, { netuid }, BOB)
    storage.AutoStakeDestination.set(ctx, { coldkey: BOB, netuid }, ALICE_HOT)
    storage.AutoStakeDestinationColdkeys.set(ctx, { hotkey: ALICE_HOT, netuid }, [BOB, CAROL])
    const swap = (swap_cost: bigint) => calls.swap_coldkey({ old_coldkey: BOB, new_coldkey: NEW_COLD, swap_cost })
    expect(chain.error(BOB, swap(0n))).toBe('SubtensorModule.ColdkeySwapDisputed')
    expect(chain.error(CAROL, swap(0n))).toBe('BadOrigin')
    const free = balances.freeBalance(ctx, BOB)
    expect(chain.error('root', swap(free + 1n))).toBe('SubtensorModule.NotEnoughBalanceToPaySwapColdKey')
    chain.run('root', swap(TAO))
    expect(balances.freeBalance(ctx, NEW_COLD)).toBe(free - TAO)
    expect(storage.ColdkeySwapAnnouncements.has(ctx, { coldkey: BOB })).toBe(false)
    expect(storage.ColdkeySwapDisputes.has(ctx, { coldkey: BOB })).toBe(false)
    expect(storage.SubnetOwner.get(ctx, { netuid })).toBe(NEW_COLD)
    expect(storage.IdentitiesV2.has(ctx, { coldkey: NEW_COLD })).toBe(true)
    expect(storage.IdentitiesV2.has(ctx, { coldkey: BOB })).toBe(false)
    expect(storage.AutoStakeDestination.get(ctx, { coldkey: NEW_COLD, netuid })).toBe(ALICE_HOT)
    expect(storage.AutoStakeDestinationColdkeys.get(ctx, { hotkey: ALICE_HOT, netuid })).toEqual([CAROL, NEW_COLD])
    expect(storage.OwnedHotkeys.get(ctx, { coldkey: NEW_COLD })).toEqual([BOB_HOT])
    const limited = { key: { type: 'LastTxBlock', value: NEW_COLD } } as const
    expect(storage.LastRateLimitedBlock.get(ctx, limited)).toBe(ctx.block)
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
