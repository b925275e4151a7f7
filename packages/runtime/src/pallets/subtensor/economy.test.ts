import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COMPAT_SDK10, FAST_PROFILE, StorageMap } from '../../frame/index.ts'
import * as balances from '../balances/index.ts'
import { storage as swap, calls as swapCalls } from '../swap/index.ts'
import { subnetAccount } from './accounts.ts'
import {
  ALICE,
  ALICE_HOT,
  AUTHOR,
  BOB,
  BOB_HOT,
  CAROL,
  CAROL_HOT,
  createEconomy,
  startedSubnet,
  TAO,
} from './economy.fixture.ts'
import { calls, storage } from './index.ts'
import { rootDividendsOwed, stakeOf } from './staking/index.ts'

describe('genesis', () => {
  test('is sound and stays so while nobody acts', () => {
    const economy = createEconomy()
    expect(economy.violations()).toEqual([])
    economy.blocks(25)
    expect(economy.violations()).toEqual([])
  })

  test('without a started subnet all emission is recycled', () => {
    const economy = createEconomy()
    const before = balances.totalIssuance(economy.ctx)
    economy.blocks(3)
    expect(balances.totalIssuance(economy.ctx)).toBe(before)
  })
})

describe('a subnet', () => {
  test('costs its price, which becomes the pool, and doubles the next', () => {
    const economy = createEconomy()
    const free = balances.freeBalance(economy.ctx, ALICE)
    const netuid = startedSubnet(economy)
    expect(netuid).toBe(2)
    expect(free - balances.freeBalance(economy.ctx, ALICE)).toBe(1000n * TAO)
    expect(storage.SubnetTAO.get(economy.ctx, { netuid }) >= 1000n * TAO).toBe(true)
    expect(economy.chain.error(BOB, calls.start_call({ netuid }))).toBe('BadOrigin')
    expect(storage.Uids.get(economy.ctx, { netuid, hotkey: ALICE_HOT })).toBe(0)
    expect(economy.violations()).toEqual([])
  })

  test('receives TAO and alpha every block, and its epoch pays the owner', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const before = balances.totalIssuance(economy.ctx)
    // A fresh subnet's average price is 0 until it is old enough to move.
    economy.blocks(40)
    expect(storage.SubnetAlphaOutEmission.get(economy.ctx, { netuid })).toBe(TAO)
    expect(stakeOf(economy.ctx, ALICE_HOT, ALICE, netuid) > 0n).toBe(true)
    expect(balances.totalIssuance(economy.ctx) >= before).toBe(true)
    expect(economy.violations()).toEqual([])
  })

  test('that is dissolved pays its holders and leaves no key', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    economy.chain.run(BOB, calls.add_stake({ hotkey: ALICE_HOT, netuid, amount_staked: 100n * TAO }))
    economy.chain.run(CAROL, calls.burned_register({ netuid, hotkey: CAROL_HOT }))
    economy.blocks(30)
    const before = balances.freeBalance(economy.ctx, BOB)
    economy.chain.run('root', calls.root_dissolve_network({ netuid }))
    expect(balances.freeBalance(economy.ctx, BOB) > before).toBe(true)
    const left = Object.entries(storage).flatMap(([name, item]) => {
      if (name === 'RegisteredSubnetCounter' || !(item instanceof StorageMap)) return []
      return [...(item as any).keys(economy.ctx)].filter((key: any) => key.netuid === netuid).map(() => name)
    })
    expect(left).toEqual([])
    expect(economy.violations()).toEqual([])
    // The place can be used again.
    economy.chain.run(CAROL, calls.register_network({ hotkey: CAROL_HOT }))
    expect(storage.SubnetOwner.get(economy.ctx, { netuid })).toBe(CAROL)
    expect(economy.violations()).toEqual([])
  })
})

describe('stake', () => {
  test('bought and sold back costs the fee and slippage, and the author earns the fee', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const { chain, ctx } = economy
    const author = balances.freeBalance(ctx, AUTHOR)
    const free = balances.freeBalance(ctx, BOB)
    chain.run(BOB, calls.add_stake({ hotkey: ALICE_HOT, netuid, amount_staked: 10n * TAO }))
    expect(balances.freeBalance(ctx, AUTHOR) - author).toBe(5_035_477n)
    const alpha = stakeOf(ctx, ALICE_HOT, BOB, netuid)
    chain.run(BOB, calls.remove_stake({ hotkey: ALICE_HOT, netuid, amount_unstaked: alpha }))
    expect(stakeOf(ctx, ALICE_HOT, BOB, netuid)).toBe(0n)
    const lost = free - balances.freeBalance(ctx, BOB)
    expect(lost > 0n && lost < (10n * TAO) / 900n).toBe(true)
    expect(economy.violations()).toEqual([])
  })

  test('is refused in the order clients see', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const { chain } = economy
    const add = (hotkey: `0x${string}`, on: number, amount_staked: bigint) =>
      chain.error(BOB, calls.add_stake({ hotkey, netuid: on, amount_staked }))
    expect(add(ALICE_HOT, 77, TAO)).toBe('SubtensorModule.SubnetNotExists')
    expect(add(ALICE_HOT, 1, TAO)).toBe('SubtensorModule.SubtokenDisabled')
    expect(add(ALICE_HOT, netuid, 2_000_000n)).toBe('SubtensorModule.AmountTooLow')
    expect(add(ALICE_HOT, netuid, 20_000n * TAO)).toBe('SubtensorModule.NotEnoughBalanceToStake')
    expect(add(BOB_HOT, netuid, TAO)).toBe('SubtensorModule.HotKeyAccountNotExists')
    expect(add(ALICE_HOT, netuid, 2_000_000n * TAO)).toBe('SubtensorModule.InsufficientLiquidity')
    const sell = calls.remove_stake({ hotkey: ALICE_HOT, netuid, amount_unstaked: 5n })
    expect(chain.error(BOB, sell)).toBe('SubtensorModule.AmountTooLow')
    const limit = { hotkey: ALICE_HOT, netuid, amount_staked: 500n * TAO, limit_price: 1_010_000_000n }
    expect(chain.error(BOB, calls.add_stake_limit({ ...limit, allow_partial: false }))).toBe(
      'SubtensorModule.SlippageTooHigh',
    )
    expect(chain.error(BOB, calls.add_stake_limit({ ...limit, limit_price: 1n, allow_partial: true }))).toBe(
      'Swap.PriceLimitExceeded',
    )
    expect(chain.error(BOB, calls.add_stake_limit({ ...limit, allow_partial: true }))).toBeUndefined()
  })

  test('moves within a subnet for nothing, and across subnets for one fee', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const { chain, ctx } = economy
    chain.run(BOB, calls.add_stake({ hotkey: ALICE_HOT, netuid, amount_staked: 100n * TAO }))
    chain.run(CAROL, calls.try_associate_hotkey({ hotkey: CAROL_HOT }))
    const alpha = stakeOf(ctx, ALICE_HOT, BOB, netuid)
    const move = { origin_hotkey: ALICE_HOT, destination_hotkey: CAROL_HOT, alpha_amount: alpha }
    chain.run(BOB, calls.move_stake({ ...move, origin_netuid: netuid, destination_netuid: netuid }))
    const moved = stakeOf(ctx, CAROL_HOT, BOB, netuid)
    expect(alpha - moved <= 1n && moved <= alpha).toBe(true)
    const give = { destination_coldkey: CAROL, hotkey: CAROL_HOT, origin_netuid: netuid, destination_netuid: netuid }
    chain.run(BOB, calls.transfer_stake({ ...give, alpha_amount: moved }))
    expect(stakeOf(ctx, CAROL_HOT, CAROL, netuid) + 1n >= moved).toBe(true)
    storage.TransferToggle.set(ctx, { netuid }, false)
    expect(
      chain.error(CAROL, calls.transfer_stake({ ...give, destination_coldkey: BOB, alpha_amount: 10n * TAO })),
    ).toBe('SubtensorModule.TransferDisallowed')
    storage.SubtokenEnabled.set(ctx, { netuid: 0 }, true)
    const author = balances.freeBalance(ctx, AUTHOR)
    const cross = { hotkey: CAROL_HOT, origin_netuid: netuid, destination_netuid: 0, alpha_amount: 10n * TAO }
    chain.run(CAROL, calls.swap_stake(cross))
    expect(stakeOf(ctx, CAROL_HOT, CAROL, 0) > 0n).toBe(true)
    expect(balances.freeBalance(ctx, AUTHOR) > author).toBe(true)
    expect(economy.violations()).toEqual([])
  })

  test('a limit that stops a purchase refunds the rest', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const { chain, ctx } = economy
    const held = balances.freeBalance(ctx, subnetAccount(netuid)) - storage.SubnetTAO.get(ctx, { netuid })
    const order = { hotkey: ALICE_HOT, netuid, amount_staked: 900n * TAO, limit_price: 1_100_000_000n }
    chain.run(BOB, calls.add_stake_limit({ ...order, allow_partial: true }))
    expect(balances.freeBalance(ctx, subnetAccount(netuid)) - storage.SubnetTAO.get(ctx, { netuid })).toBe(held)
    expect(economy.violations()).toEqual([])
  })
})

describe('emission', () => {
  /** A subnet with a price history, a validator with root and subnet stake, and a miner that it rewards. */
  function working(movingPrice: bigint) {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const { chain, ctx } = economy
    storage.SubtokenEnabled.set(ctx, { netuid: 0 }, true)
    storage.SubnetMovingPrice.set(ctx, { netuid }, movingPrice)
    chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
    chain.run(CAROL, calls.burned_register({ netuid, hotkey: CAROL_HOT }))
    chain.run(BOB, calls.root_register({ hotkey: BOB_HOT }))
    chain.run(BOB, calls.add_stake({ hotkey: BOB_HOT, netuid, amount_staked: 100n * TAO }))
    chain.run(BOB, calls.add_stake({ hotkey: BOB_HOT, netuid: 0, amount_staked: 1000n * TAO }))
    storage.ValidatorPermit.set(ctx, { netuid }, [false, true, false])
    storage.CommitRevealWeightsEnabled.set(ctx, { netuid }, false)
    storage.WeightsSetRateLimit.set(ctx, { netuid }, 0n)
    economy.blocks(1)
    chain.run(BOB_HOT, calls.set_weights({ netuid, dests: [2], weights: [65_535], version_key: 0n }))
    return { economy, netuid }
  }

  test('mints one TAO a block, split between liquidity and a purchase', () => {
    const { economy, netuid } = working(1n << 31n)
    const { ctx } = economy
    const issued = balances.totalIssuance(ctx)
    const key = { netuid }
    const [pool, stake] = [storage.SubnetTAO.get(ctx, key), storage.TotalStake.get(ctx)]
    economy.blocks(1)
    const grown = storage.SubnetTAO.get(economy.ctx, key) - pool
    expect(balances.totalIssuance(economy.ctx) - issued).toBe(grown)
    expect(storage.TotalStake.get(economy.ctx) - stake).toBe(grown)
    expect(grown >= TAO - 3n && grown <= TAO).toBe(true)
    const [into, excess] = [
      storage.SubnetTaoInEmission.get(economy.ctx, key),
      storage.SubnetExcessTao.get(economy.ctx, key),
    ]
    expect(into + excess).toBe(grown)
    expect(storage.SubnetProtocolAlpha.get(economy.ctx, key) > 0n).toBe(true)
    expect(economy.violations()).toEqual([])
  })

  test('disabled subnets get no TAO but still alpha', () => {
    const { economy, netuid } = working(1n << 31n)
    storage.SubnetEmissionEnabled.set(economy.ctx, { netuid }, false)
    const pool = storage.SubnetTAO.get(economy.ctx, { netuid })
    economy.blocks(1)
    expect(storage.SubnetTAO.get(economy.ctx, { netuid })).toBe(pool)
    expect(storage.SubnetAlphaOutEmission.get(economy.ctx, { netuid })).toBe(TAO)
  })

  test('an epoch pays owner, miner, validator and root stakers, and recycles what nobody gets', () => {
    const { economy, netuid } = working(3n << 31n)
    const before = {
      owner: stakeOf(economy.ctx, ALICE_HOT, ALICE, netuid),
      miner: stakeOf(economy.ctx, CAROL_HOT, CAROL, netuid),
      validator: stakeOf(economy.ctx, BOB_HOT, BOB, netuid),
    }
    economy.blocks(25)
    const { ctx } = economy
    const gained = (hotkey: `0x${string}`, coldkey: `0x${string}`, old: bigint) =>
      stakeOf(ctx, hotkey, coldkey, netuid) - old
    expect(gained(ALICE_HOT, ALICE, before.owner) > TAO).toBe(true)
    expect(gained(CAROL_HOT, CAROL, before.miner) > TAO).toBe(true)
    expect(gained(BOB_HOT, BOB, before.validator) > TAO).toBe(true)
    expect(storage.RootClaimable.get(ctx, { hotkey: BOB_HOT }).map(([id]) => id)).toEqual([netuid])
    expect(economy.violations()).toEqual([])
    // Root dividends were claimed and sold by the block itself, or wait to be.
    storage.RootClaimableThreshold.set(ctx, { netuid }, 0n)
    const root = stakeOf(ctx, BOB_HOT, BOB, 0)
    economy.chain.run(BOB, calls.claim_root({ subnets: [netuid] }))
    expect(stakeOf(ctx, BOB_HOT, BOB, 0) >= root).toBe(true)
    expect(rootDividendsOwed(ctx, BOB_HOT, BOB, netuid) <= 1n).toBe(true)
    expect(economy.violations()).toEqual([])
  })

  test('new root stake is owed nothing of the past', () => {
    const { economy, netuid } = working(3n << 31n)
    storage.NumRootClaim.set(economy.ctx, 0n)
    economy.blocks(25)
    const { ctx, chain } = economy
    expect(rootDividendsOwed(ctx, BOB_HOT, BOB, netuid) > 0n).toBe(true)
    chain.run(CAROL, calls.add_stake({ hotkey: BOB_HOT, netuid: 0, amount_staked: 500n * TAO }))
    expect(rootDividendsOwed(ctx, BOB_HOT, CAROL, netuid)).toBe(0n)
    chain.run(BOB, calls.set_root_claim_type({ new_root_claim_type: { type: 'Keep' } }))
    const [kept, owed] = [stakeOf(ctx, BOB_HOT, BOB, netuid), rootDividendsOwed(ctx, BOB_HOT, BOB, netuid)]
    chain.run(BOB, calls.claim_root({ subnets: [netuid] }))
    const gain = stakeOf(ctx, BOB_HOT, BOB, netuid) - kept
    expect(owed - gain <= 1n && gain <= owed).toBe(true)
    expect(chain.error(BOB, calls.claim_root({ subnets: [] }))).toBe('SubtensorModule.InvalidSubnetNumber')
    expect(economy.violations()).toEqual([])
  })
})

describe('registration', () => {
  test('costs the price, raises it, and its alpha is recycled', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const { chain, ctx } = economy
    const price = storage.Burn.get(ctx, { netuid })
    const free = balances.freeBalance(ctx, BOB)
    const outside = storage.SubnetAlphaOut.get(ctx, { netuid })
    chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
    expect(free - balances.freeBalance(ctx, BOB)).toBe(price)
    expect(storage.SubnetAlphaOut.get(ctx, { netuid })).toBe(outside)
    expect(storage.Burn.get(ctx, { netuid })).toBe((price * 126n) / 100n)
    expect(chain.error(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))).toBe(
      'SubtensorModule.HotKeyAlreadyRegisteredInSubNet',
    )
    expect(chain.error(CAROL, calls.register_limit({ netuid, hotkey: CAROL_HOT, limit_price: 1n }))).toBe(
      'SubtensorModule.RegistrationPriceLimitExceeded',
    )
    expect(chain.error(CAROL, calls.burned_register({ netuid: 0, hotkey: CAROL_HOT }))).toBe(
      'SubtensorModule.RegistrationNotPermittedOnRootSubnet',
    )
    expect(economy.violations()).toEqual([])
  })

  test('leaves the price as it is where the Python SDK 10 expects that, on old and new subnets', () => {
    const economy = createEconomy({ ...FAST_PROFILE, compat: COMPAT_SDK10 })
    const { chain, ctx } = economy
    for (const netuid of [1, startedSubnet(economy)]) {
      const price = storage.Burn.get(ctx, { netuid })
      chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
      expect(storage.Burn.get(ctx, { netuid })).toBe(price)
    }
  })

  test('on a full subnet replaces the weakest', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const { chain, ctx } = economy
    storage.MaxAllowedUids.set(ctx, { netuid }, 2)
    storage.MinNonImmuneUids.set(ctx, { netuid }, 0)
    storage.ImmunityPeriod.set(ctx, { netuid }, 0)
    chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
    chain.run(CAROL, calls.burned_register({ netuid, hotkey: CAROL_HOT }))
    expect(storage.Uids.get(ctx, { netuid, hotkey: BOB_HOT })).toBeUndefined()
    expect(storage.Uids.get(ctx, { netuid, hotkey: CAROL_HOT })).toBe(1)
    expect(storage.Uids.get(ctx, { netuid, hotkey: ALICE_HOT })).toBe(0)
    expect(storage.SubnetworkN.get(ctx, { netuid })).toBe(2)
  })

  test('a seat on root is free and makes a delegate', () => {
    const economy = createEconomy()
    const { chain, ctx } = economy
    chain.run(BOB, calls.root_register({ hotkey: BOB_HOT }))
    expect(storage.Delegates.get(ctx, { hotkey: BOB_HOT })).toBe(11_796)
    expect(chain.error(CAROL, calls.root_register({ hotkey: CAROL_HOT }))).toBe(
      'SubtensorModule.TooManyRegistrationsThisBlock',
    )
  })
})

describe('swap', () => {
  test('the price mirror starts with the first trade and follows the price', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const { chain, ctx } = economy
    expect(swap.AlphaSqrtPrice.get(ctx, { netuid })).toBe(0n)
    chain.run(BOB, calls.add_stake({ hotkey: ALICE_HOT, netuid, amount_staked: 100n * TAO }))
    economy.blocks(1)
    const root = swap.AlphaSqrtPrice.get(economy.ctx, { netuid })
    expect(Number(root * root) / 2 ** 128).toBeCloseTo(1.2, 1)
  })

  test('fees are set by root alone, user liquidity is gone', () => {
    const { chain } = createEconomy()
    expect(chain.error(BOB, swapCalls.set_fee_rate({ netuid: 1, rate: 5 }))).toBe('BadOrigin')
    expect(chain.error('root', swapCalls.set_fee_rate({ netuid: 1, rate: 10_001 }))).toBe('Swap.FeeRateTooHigh')
    expect(chain.error('root', swapCalls.set_fee_rate({ netuid: 9, rate: 1 }))).toBe('Swap.MechanismDoesNotExist')
    expect(chain.error(BOB, swapCalls.disable_lp({}))).toBe('Swap.Deprecated')
  })
})

/** Root and two subnets that trade, and three users with stake on all of them. */
function busyEconomy() {
  const economy = createEconomy()
  const { chain, ctx } = economy
  const first = startedSubnet(economy)
  chain.run(BOB, calls.register_network({ hotkey: BOB_HOT }))
  chain.run(BOB, calls.start_call({ netuid: first + 1 }))
  storage.SubtokenEnabled.set(ctx, { netuid: 0 }, true)
  for (const netuid of [first, first + 1]) {
    storage.SubnetEmissionEnabled.set(ctx, { netuid }, true)
    storage.SubnetMovingPrice.set(ctx, { netuid }, 3n << 31n)
  }
  chain.run(CAROL, calls.root_register({ hotkey: CAROL_HOT }))
  for (const coldkey of [ALICE, BOB, CAROL]) {
    for (const netuid of [0, first, first + 1]) {
      chain.run(coldkey, calls.add_stake({ hotkey: CAROL_HOT, netuid, amount_staked: 100n * TAO }))
    }
  }
  economy.blocks(12)
  return economy
}

test('property: whatever users do, the economy stays sound', () => {
  const users = [
    [ALICE, ALICE_HOT],
    [BOB, BOB_HOT],
    [CAROL, CAROL_HOT],
  ] as const
  const action = fc.record({
    kind: fc.constantFrom(
      'buy',
      'buyLimit',
      'sell',
      'sellLimit',
      'sellAll',
      'move',
      'give',
      'burn',
      'recycle',
      'register',
      'root',
      'claim',
      'subnet',
      'wait',
      'wait',
      'dissolve',
    ),
    user: fc.integer({ min: 0, max: 2 }),
    other: fc.integer({ min: 0, max: 2 }),
    netuid: fc.constantFrom(0, 2, 3),
    to: fc.constantFrom(0, 2, 3),
    amount: fc.oneof(fc.bigInt(1n, 3000n * TAO), fc.bigInt(TAO / 100n, 60n * TAO)),
  })
  fc.assert(
    fc.property(fc.array(action, { minLength: 5, maxLength: 30 }), (actions) => {
      const economy = busyEconomy()
      const { chain } = economy
      for (const { kind, user, other, netuid, to, amount } of actions) {
        const [coldkey, hotkey] = users[user]!
        const [otherCold, otherHot] = users[other]!
        const limits = { limit_price: (amount % 3n) * TAO + (amount % TAO), allow_partial: true }
        const list = {
          buy: () => calls.add_stake({ hotkey: otherHot, netuid, amount_staked: amount }),
          buyLimit: () => calls.add_stake_limit({ hotkey: otherHot, netuid, amount_staked: amount, ...limits }),
          sell: () => calls.remove_stake({ hotkey: CAROL_HOT, netuid, amount_unstaked: amount }),
          sellLimit: () => calls.remove_stake_limit({ hotkey: CAROL_HOT, netuid, amount_unstaked: amount, ...limits }),
          sellAll: () => calls.unstake_all_alpha({ hotkey: CAROL_HOT }),
          move: () =>
            calls.move_stake({
              origin_hotkey: CAROL_HOT,
              destination_hotkey: otherHot,
              origin_netuid: netuid,
              destination_netuid: to,
              alpha_amount: amount,
            }),
          give: () =>
            calls.transfer_stake({
              destination_coldkey: otherCold,
              hotkey: CAROL_HOT,
              origin_netuid: netuid,
              destination_netuid: to,
              alpha_amount: amount,
            }),
          burn: () => calls.add_stake_burn({ hotkey: otherHot, netuid, amount, limit: undefined }),
          recycle: () => calls.recycle_alpha({ hotkey: CAROL_HOT, amount, netuid }),
          register: () => calls.burned_register({ netuid, hotkey }),
          root: () => calls.root_register({ hotkey }),
          claim: () => calls.claim_root({ subnets: [2, 3] }),
          subnet: () => calls.register_network({ hotkey }),
          dissolve: () => calls.root_dissolve_network({ netuid }),
          wait: () => undefined,
        } as const
        const call = list[kind]()
        const before = balances.totalIssuance(economy.ctx)
        if (call !== undefined) {
          chain.error(kind === 'dissolve' ? 'root' : coldkey, call)
          expect(balances.totalIssuance(economy.ctx) <= before).toBe(true)
        } else economy.blocks(7)
        expect(economy.violations()).toEqual([])
      }
      economy.blocks(12)
      expect(economy.violations()).toEqual([])
    }),
    { numRuns: 40 },
  )
})
