import { U64_MAX } from '@neurite/primitives/fixed'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { names, testAccount } from '../../../testing/harness.ts'
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
import { votingStake } from '../epoch/stakes.ts'
import { calls, storage } from '../index.ts'
import { applyChildren, applyPendingChildren, childkeyTakeOf } from './children.ts'

const HALF = U64_MAX / 2n

function started() {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  for (const [coldkey, hotkey] of [
    [BOB, BOB_HOT],
    [CAROL, CAROL_HOT],
  ] as const) {
    economy.chain.run(coldkey, calls.burned_register({ netuid, hotkey }))
    economy.chain.run(coldkey, calls.add_stake({ hotkey, netuid, amount_staked: 100n * TAO }))
  }
  return { economy, netuid }
}

describe('set_children', () => {
  test('waits for the cooldown and the next epoch, then works on both sides', () => {
    const { economy, netuid } = started()
    economy.chain.run(BOB, calls.set_children({ hotkey: BOB_HOT, netuid, children: [[HALF, CAROL_HOT]] }))
    expect(storage.ChildKeys.get(economy.ctx, { hotkey: BOB_HOT, netuid })).toEqual([])
    economy.blocks(40)
    expect(storage.ChildKeys.get(economy.ctx, { hotkey: BOB_HOT, netuid })).toEqual([[HALF, CAROL_HOT]])
    expect(storage.ParentKeys.get(economy.ctx, { hotkey: CAROL_HOT, netuid })).toEqual([[HALF, BOB_HOT]])
    expect(storage.PendingChildKeys.has(economy.ctx, { netuid, hotkey: BOB_HOT })).toBe(false)
  })

  test('is refused in the order clients see', () => {
    const { economy, netuid } = started()
    const { chain, ctx } = economy
    const set = (children: [bigint, `0x${string}`][], hotkey = BOB_HOT, on = netuid) =>
      chain.error(BOB, calls.set_children({ hotkey, netuid: on, children }))
    expect(set([], BOB_HOT, 0)).toBe('SubtensorModule.RegistrationNotPermittedOnRootSubnet')
    expect(set([], BOB_HOT, 55)).toBe('SubtensorModule.SubnetNotExists')
    expect(set([], CAROL_HOT)).toBe('SubtensorModule.NonAssociatedColdKey')
    const [a, b] = [testAccount(51), testAccount(52)]
    expect(
      set([
        [1n, a],
        [2n, a],
      ]),
    ).toBe('SubtensorModule.DuplicateChild')
    expect(set([[1n, BOB_HOT]])).toBe('SubtensorModule.InvalidChild')
    expect(set([51, 52, 53, 54, 55, 56].map((n) => [1n, testAccount(n)]))).toBe('SubtensorModule.TooManyChildren')
    expect(
      set([
        [U64_MAX, a],
        [1n, b],
      ]),
    ).toBe('SubtensorModule.ProportionOverflow')
    applyChildren(ctx, CAROL_HOT, netuid, [[HALF, BOB_HOT]])
    expect(set([[1n, CAROL_HOT]])).toBe('SubtensorModule.ChildParentInconsistency')
    storage.StakeThreshold.set(ctx, 10_000n * TAO)
    expect(set([[1n, a]])).toBe('SubtensorModule.NotEnoughStakeToSetChildkeys')
    expect(set([])).toBeUndefined()
    expect(set([])).toBe('SubtensorModule.TxRateLimitExceeded')
  })

  test("root validators become parents of a new subnet's owner, unless they forbid it", () => {
    const { economy, netuid } = started()
    const { chain } = economy
    chain.run(BOB, calls.root_register({ hotkey: BOB_HOT }))
    economy.blocks(1)
    chain.run(CAROL, calls.root_register({ hotkey: CAROL_HOT }))
    chain.run(CAROL, calls.set_auto_parent_delegation_enabled({ hotkey: CAROL_HOT, enabled: false }))
    const owner = testAccount(60)
    chain.run(ALICE, calls.register_network({ hotkey: owner }))
    const parents = storage.ParentKeys.get(economy.ctx, { hotkey: owner, netuid: netuid + 1 })
    expect(parents).toEqual([[U64_MAX, BOB_HOT]])
  })
})

test("a childkey's take is bounded, and rising is limited in time", () => {
  const { economy, netuid } = started()
  const { chain, ctx } = economy
  const set = (take: number) => chain.error(BOB, calls.set_childkey_take({ hotkey: BOB_HOT, netuid, take }))
  expect(set(11_797)).toBe('SubtensorModule.InvalidChildkeyTake')
  expect(set(100)).toBeUndefined()
  expect(set(200)).toBe('SubtensorModule.TxChildkeyTakeRateLimitExceeded')
  expect(set(50)).toBeUndefined()
  expect(storage.ChildkeyTake.get(ctx, { hotkey: BOB_HOT, netuid })).toBe(50)
})

test("root bounds a childkey's take and its rate limit; a subnet's minimum counts too", () => {
  const { economy, netuid } = started()
  const { chain, ctx } = economy
  const set = (take: number) => chain.error(BOB, calls.set_childkey_take({ hotkey: BOB_HOT, netuid, take }))
  const root = [
    [calls.sudo_set_min_childkey_take({ take: 100 }), 'MinChildKeyTakeSet'],
    [calls.sudo_set_max_childkey_take({ take: 300 }), 'MaxChildKeyTakeSet'],
    [calls.sudo_set_tx_childkey_take_rate_limit({ tx_rate_limit: 0n }), 'TxChildKeyTakeRateLimitSet'],
  ] as const
  for (const [call, event] of root) {
    expect(chain.error(BOB, call)).toBe('BadOrigin')
    expect(names(chain.run('root', call))).toEqual([`SubtensorModule.${event}`])
  }
  expect(childkeyTakeOf(ctx, BOB_HOT, netuid)).toBe(100)
  expect([99, 100, 301, 300].map(set)).toEqual([
    'SubtensorModule.InvalidChildkeyTake',
    undefined,
    'SubtensorModule.InvalidChildkeyTake',
    undefined,
  ])
  storage.MinChildkeyTakePerSubnet.set(ctx, { netuid }, 200)
  expect(set(199)).toBe('SubtensorModule.InvalidChildkeyTake')
  expect(set(200)).toBeUndefined()
  storage.MinChildkeyTakePerSubnet.set(ctx, { netuid }, 250)
  expect(childkeyTakeOf(ctx, BOB_HOT, netuid)).toBe(250)
  expect(chain.error(CAROL, calls.set_childkey_take({ hotkey: BOB_HOT, netuid, take: 260 }))).toBe(
    'SubtensorModule.NonAssociatedColdKey',
  )
})

describe('scheduled children', () => {
  test('come into force at an epoch of their subnet after the cooldown, not in its last block', () => {
    const { economy, netuid } = started()
    const { chain } = economy
    chain.run('root', calls.set_pending_childkey_cooldown({ cooldown: 3n }))
    expect(chain.error(BOB, calls.set_pending_childkey_cooldown({ cooldown: 0n }))).toBe('BadOrigin')
    chain.run(BOB, calls.set_children({ hotkey: BOB_HOT, netuid, children: [[HALF, CAROL_HOT]] }))
    const due = chain.ctx.block + 3n
    const children = () => storage.ChildKeys.get(chain.ctx, { hotkey: BOB_HOT, netuid })
    chain.goTo(due)
    applyPendingChildren(chain.ctx, netuid)
    expect(children()).toEqual([])
    chain.goTo(due + 1n)
    applyPendingChildren(chain.ctx, netuid)
    expect(children()).toEqual([[HALF, CAROL_HOT]])
    expect(names(chain.ctx.events.map(({ event }) => event))).toContain('SubtensorModule.SetChildren')
  })

  test('that became inconsistent meanwhile are dropped in silence', () => {
    const { economy, netuid } = started()
    const { chain } = economy
    chain.run(BOB, calls.set_children({ hotkey: BOB_HOT, netuid, children: [[HALF, CAROL_HOT]] }))
    applyChildren(chain.ctx, CAROL_HOT, netuid, [[1n, BOB_HOT]])
    chain.goTo(chain.ctx.block + 1_000n)
    applyPendingChildren(chain.ctx, netuid)
    expect(storage.ChildKeys.get(chain.ctx, { hotkey: BOB_HOT, netuid })).toEqual([])
    expect(storage.PendingChildKeys.has(chain.ctx, { netuid, hotkey: BOB_HOT })).toBe(false)
    expect(names(chain.ctx.events.map(({ event }) => event))).not.toContain('SubtensorModule.SetChildren')
  })

  test('of a hotkey that falls below the stake threshold are dropped', () => {
    const { economy, netuid } = started()
    const { chain, ctx } = economy
    chain.run(BOB, calls.set_children({ hotkey: BOB_HOT, netuid, children: [[HALF, CAROL_HOT]] }))
    storage.StakeThreshold.set(ctx, 10n ** 15n)
    chain.run(BOB, calls.remove_stake({ hotkey: BOB_HOT, netuid, amount_unstaked: TAO }))
    expect(storage.PendingChildKeys.has(ctx, { netuid, hotkey: BOB_HOT })).toBe(false)
  })
})

test('property: links are the same on both sides and lend no more stake than there is', () => {
  const keys = [ALICE_HOT, BOB_HOT, CAROL_HOT, testAccount(61), testAccount(62)]
  const change = fc.record({
    from: fc.nat(4),
    to: fc.uniqueArray(fc.nat(4), { maxLength: 4 }),
    parts: fc.array(fc.bigInt(0n, U64_MAX), { minLength: 4, maxLength: 4 }),
  })
  const { economy, netuid } = started()
  const { ctx } = economy
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      for (const { from, to, parts } of changes) {
        const list = to.map((index, i): [bigint, `0x${string}`] => [parts[i]!, keys[index]!])
        try {
          ctx.transactional(() => applyChildren(ctx, keys[from]!, netuid, list))
        } catch {}
      }
      let [own, voting] = [0n, 0n]
      for (const hotkey of keys) {
        const children = storage.ChildKeys.get(ctx, { hotkey, netuid })
        expect(children.reduce((sum, [part]) => sum + part, 0n) <= U64_MAX).toBe(true)
        for (const [part, child] of children) {
          expect(storage.ParentKeys.get(ctx, { hotkey: child, netuid })).toContainEqual([part, hotkey])
        }
        for (const [part, parent] of storage.ParentKeys.get(ctx, { hotkey, netuid })) {
          expect(storage.ChildKeys.get(ctx, { hotkey: parent, netuid })).toContainEqual([part, hotkey])
        }
        own += storage.TotalHotkeyAlpha.get(ctx, { hotkey, netuid })
        voting += votingStake(ctx, hotkey, netuid).alpha
      }
      // Every link rounds down what it lends and what it takes away, each by less than 2^-32 of the stake.
      const slack = own / 2n ** 26n + 50n
      expect(voting <= own + slack && voting + slack >= own).toBe(true)
    }),
  )
})
