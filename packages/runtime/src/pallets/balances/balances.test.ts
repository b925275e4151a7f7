import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf, type Ctx, type RuntimeCall } from '../../frame/index.ts'
import { failureOf, names, TestChain, testAccount } from '../../testing/harness.ts'
import system, * as accounts from '../system/index.ts'
import balances, * as pallet from './index.ts'
import { calls, EXISTENTIAL_DEPOSIT as ED, freeBalance, storage, totalIssuance } from './index.ts'

const [alice, bob, carol] = [testAccount(1), testAccount(2), testAccount(3)]

/** Alice has 10 000 rao, Bob 1000, Carol nothing. */
function chainWith(): TestChain {
  const chain = new TestChain([system, balances])
  balances.genesis!(chain.ctx, {
    balances: [
      [alice, 10_000n],
      [bob, 1000n],
    ],
  })
  chain.ctx.events.length = 0
  return chain
}

function sumOfBalances(ctx: Ctx): bigint {
  let sum = 0n
  for (const [, { data }] of accounts.storage.Account.entries(ctx)) sum += data.free + data.reserved
  return sum
}

const to = (who: `0x${string}`) => addressOf(who)

describe('transfers', () => {
  it('move rao', () => {
    const chain = chainWith()
    const events = chain.run(alice, calls.transfer_keep_alive({ dest: to(bob), value: 300n }))
    expect(events).toEqual([{ pallet: 'Balances', name: 'Transfer', data: { from: alice, to: bob, amount: 300n } }])
    expect([freeBalance(chain.ctx, alice), freeBalance(chain.ctx, bob)]).toEqual([9700n, 1300n])
  })

  it('make the receiver', () => {
    const chain = chainWith()
    expect(names(chain.run(alice, calls.transfer_allow_death({ dest: to(carol), value: ED })))).toEqual([
      'System.NewAccount',
      'Balances.Endowed',
      'Balances.Transfer',
    ])
  })

  it('remove a sender that keeps less than the existential deposit, and count the dust as lost', () => {
    const chain = chainWith()
    expect(names(chain.run(bob, calls.transfer_allow_death({ dest: to(alice), value: 501n })))).toEqual([
      'System.KilledAccount',
      'Balances.DustLost',
      'Balances.Transfer',
    ])
    expect(accounts.storage.Account.has(chain.ctx, { account: bob })).toBe(false)
    expect(totalIssuance(chain.ctx)).toBe(11_000n - 499n)
    expect(sumOfBalances(chain.ctx)).toBe(totalIssuance(chain.ctx))
  })

  it('to oneself change nothing and say nothing', () => {
    const chain = chainWith()
    expect(chain.run(alice, calls.transfer_keep_alive({ dest: to(alice), value: 300n }))).toEqual([])
  })

  it.each<[string, string, RuntimeCall]>([
    ['more than there is', 'Token.FundsUnavailable', calls.transfer_allow_death({ dest: to(bob), value: 10_001n })],
    ['more than keeps alive', 'Token.NotExpendable', calls.transfer_keep_alive({ dest: to(bob), value: 9501n })],
    [
      'too little for a new account',
      'Token.BelowMinimum',
      calls.transfer_allow_death({ dest: to(carol), value: 499n }),
    ],
    ['to an index', 'CannotLookup', calls.transfer_allow_death({ dest: { type: 'Index', value: 0 }, value: 1n })],
    ['more than is issued', 'Arithmetic.Underflow', calls.transfer_allow_death({ dest: to(bob), value: 11_001n })],
  ])('of %s fail', (_name, code, call) => {
    expect(chainWith().error(alice, call)).toBe(code)
  })

  it('of the last rao of a needed account fail', () => {
    const chain = chainWith()
    accounts.incConsumers(chain.ctx, alice)
    expect(chain.error(alice, calls.transfer_allow_death({ dest: to(bob), value: 9900n }))).toBe('Token.Frozen')
    expect(chain.run(alice, calls.transfer_all({ dest: to(bob), keep_alive: false }))).toHaveLength(1)
    expect(freeBalance(chain.ctx, alice)).toBe(ED)
  })

  it('of all rao leave the existential deposit if asked to', () => {
    const chain = chainWith()
    chain.run(alice, calls.transfer_all({ dest: to(bob), keep_alive: true }))
    expect(freeBalance(chain.ctx, alice)).toBe(ED)
    chain.run(alice, calls.transfer_all({ dest: to(bob), keep_alive: false }))
    expect(accounts.storage.Account.has(chain.ctx, { account: alice })).toBe(false)
    expect(freeBalance(chain.ctx, bob)).toBe(11_000n)
  })

  it('by force need root', () => {
    const chain = chainWith()
    const call = calls.force_transfer({ source: to(alice), dest: to(bob), value: 5n })
    expect(chain.error(alice, call)).toBe('BadOrigin')
    chain.run('root', call)
    expect(freeBalance(chain.ctx, bob)).toBe(1005n)
  })
})

describe('root', () => {
  it('sets balances, and issuance follows', () => {
    const chain = chainWith()
    const set = (who: typeof alice, new_free: bigint) =>
      names(chain.run('root', calls.force_set_balance({ who: to(who), new_free })))
    expect(set(carol, 5000n)).toEqual([
      'System.NewAccount',
      'Balances.Endowed',
      'Balances.Issued',
      'Balances.BalanceSet',
    ])
    expect(set(alice, 4000n)).toEqual(['Balances.Rescinded', 'Balances.BalanceSet'])
    expect(set(bob, 499n)).toEqual(['System.KilledAccount', 'Balances.Rescinded', 'Balances.BalanceSet'])
    expect(totalIssuance(chain.ctx)).toBe(9000n)
    expect(sumOfBalances(chain.ctx)).toBe(9000n)
    expect(chain.error(alice, calls.force_set_balance({ who: to(bob), new_free: 1n }))).toBe('BadOrigin')
  })

  it('corrects issuance', () => {
    const chain = chainWith()
    const adjust = (direction: 'Increase' | 'Decrease', delta: bigint) =>
      calls.force_adjust_total_issuance({ direction, delta })
    expect(chain.run('root', adjust('Increase', 5n))[0]).toMatchObject({ data: { old: 11_000n, new: 11_005n } })
    chain.run('root', adjust('Decrease', 6n))
    expect(totalIssuance(chain.ctx)).toBe(10_999n)
    expect(chain.error('root', adjust('Decrease', 0n))).toBe('Balances.DeltaZero')
    storage.InactiveIssuance.set(chain.ctx, 10_000n)
    expect(chain.error('root', adjust('Decrease', 1000n))).toBe('Balances.IssuanceDeactivated')
    expect(chain.error(alice, adjust('Increase', 1n))).toBe('BadOrigin')
  })

  it('frees reserves', () => {
    const chain = chainWith()
    pallet.reserve(chain.ctx, alice, 400n)
    expect(chain.error(alice, calls.force_unreserve({ who: to(alice), amount: 400n }))).toBe('BadOrigin')
    expect(names(chain.run('root', calls.force_unreserve({ who: to(alice), amount: 1000n })))).toEqual([
      'Balances.Unreserved',
    ])
    expect(pallet.balanceOf(chain.ctx, alice)).toMatchObject({ free: 10_000n, reserved: 0n })
    expect(accounts.consumers(chain.ctx, alice)).toBe(0)
  })
})

describe('burning', () => {
  it('lowers issuance', () => {
    const chain = chainWith()
    expect(names(chain.run(alice, calls.burn({ value: 9500n, keep_alive: true })))).toEqual(['Balances.Burned'])
    expect(totalIssuance(chain.ctx)).toBe(1500n)
    expect(chain.error(alice, calls.burn({ value: 1n, keep_alive: true }))).toBe('Token.FundsUnavailable')
    chain.run(alice, calls.burn({ value: 100n, keep_alive: false }))
    // 400 rao were dust.
    expect(totalIssuance(chain.ctx)).toBe(1000n)
    expect(sumOfBalances(chain.ctx)).toBe(1000n)
  })
})

describe('accounts of an older format', () => {
  it('are brought up to date, free of charge when nearly all were', () => {
    const chain = chainWith()
    const info = accounts.storage.Account.get(chain.ctx, { account: alice })
    accounts.storage.Account.set(
      chain.ctx,
      { account: alice },
      { ...info, data: { ...info.data, reserved: 7n, flags: 0n } },
    )
    const upgrade = (who: (typeof alice)[]) =>
      chain.dispatch({ type: 'Signed', who: bob }, calls.upgrade_accounts({ who }))
    expect(upgrade([alice])).toMatchObject({ ok: true, pays: 'No' })
    expect(accounts.consumers(chain.ctx, alice)).toBe(1)
    expect(upgrade([alice])).toMatchObject({ ok: true, pays: 'Yes' })
    expect(upgrade([])).toMatchObject({ ok: true, pays: 'Yes' })
  })
})

describe('reserves', () => {
  it('hold rao back and need the account', () => {
    const { ctx } = chainWith()
    pallet.reserve(ctx, alice, 9500n)
    expect(pallet.balanceOf(ctx, alice)).toMatchObject({ free: 500n, reserved: 9500n })
    expect(accounts.consumers(ctx, alice)).toBe(1)
    expect(pallet.reducible(ctx, alice, false)).toBe(0n)
    expect(pallet.unreserve(ctx, alice, 10_000n)).toBe(500n)
  })

  it('leave the existential deposit free', () => {
    const { ctx } = chainWith()
    expect(pallet.canReserve(ctx, alice, 9501n)).toBe(false)
    expect(failureOf(() => ctx.transactional(() => pallet.reserve(ctx, alice, 9501n)))).toBe('ConsumerRemaining')
    expect(failureOf(() => pallet.reserve(ctx, alice, 10_001n))).toBe('Balances.InsufficientBalance')
  })

  it('can be given to another account', () => {
    const { ctx } = chainWith()
    pallet.reserve(ctx, alice, 3000n)
    expect(pallet.repatriateReserved(ctx, alice, bob, 1000n, 'Free')).toBe(0n)
    expect(pallet.repatriateReserved(ctx, alice, bob, 5000n, 'Reserved')).toBe(3000n)
    expect(pallet.balanceOf(ctx, bob)).toMatchObject({ free: 2000n, reserved: 2000n })
    expect(failureOf(() => pallet.repatriateReserved(ctx, bob, carol, 1n, 'Free'))).toBe('Balances.DeadAccount')
    expect(sumOfBalances(ctx)).toBe(totalIssuance(ctx))
  })

  it('can be slashed', () => {
    const { ctx } = chainWith()
    pallet.reserve(ctx, alice, 3000n)
    expect(pallet.slashReserved(ctx, alice, 3500n)).toBe(500n)
    expect(totalIssuance(ctx)).toBe(8000n)
    expect(sumOfBalances(ctx)).toBe(8000n)
  })
})

describe('credits', () => {
  it('move rao through no account without changing issuance', () => {
    const { ctx } = chainWith()
    pallet.withdrawCredit(ctx, alice, 700n, true)
    pallet.resolve(ctx, carol, 600n)
    expect(totalIssuance(ctx)).toBe(11_000n)
    pallet.dropCredit(ctx, 100n)
    expect(totalIssuance(ctx)).toBe(sumOfBalances(ctx))
    pallet.issue(ctx, 900n)
    pallet.resolve(ctx, carol, 900n)
    expect(totalIssuance(ctx)).toBe(sumOfBalances(ctx))
    expect(names(ctx.events.map((record) => record.event))).toEqual([
      'Balances.Withdraw',
      'System.NewAccount',
      'Balances.Endowed',
      'Balances.Deposit',
      'Balances.Issued',
      'Balances.Deposit',
    ])
  })

  it('do not pay in what would not live', () => {
    const { ctx } = chainWith()
    expect(failureOf(() => pallet.resolve(ctx, carol, 499n))).toBe('Token.BelowMinimum')
    expect(failureOf(() => pallet.withdraw(ctx, alice, 9501n, true))).toBe('Token.FundsUnavailable')
  })
})

describe('frozen rao', () => {
  /** As an imported state may have it: no pallet freezes funds here. */
  function freeze(chain: TestChain, frozen: bigint): void {
    const info = accounts.storage.Account.get(chain.ctx, { account: alice })
    const data = { ...info.data, frozen }
    accounts.storage.Account.set(chain.ctx, { account: alice }, { ...info, consumers: 1, data })
  }

  it('can be neither sent nor reserved, but reserved rao count towards them', () => {
    const chain = chainWith()
    freeze(chain, 4000n)
    expect(pallet.reducible(chain.ctx, alice, false)).toBe(6000n)
    expect(pallet.reducible(chain.ctx, alice, false, true)).toBe(9500n)
    expect(chain.error(alice, calls.transfer_allow_death({ dest: to(bob), value: 6001n }))).toBe('Token.Frozen')
    expect(failureOf(() => pallet.reserve(chain.ctx, alice, 6001n))).toBe('Balances.LiquidityRestrictions')
    expect(pallet.canReserve(chain.ctx, alice, 6001n)).toBe(false)
    pallet.reserve(chain.ctx, alice, 3000n)
    expect(pallet.reducible(chain.ctx, alice, false)).toBe(6000n)
  })
})

describe('minting', () => {
  it('makes rao with an event of its own', () => {
    const { ctx } = chainWith()
    pallet.mintInto(ctx, bob, 5n)
    pallet.deposit(ctx, bob, 6n)
    pallet.burnFrom(ctx, bob, 7n, true)
    pallet.withdraw(ctx, bob, 4n, true)
    expect(names(ctx.events.map((record) => record.event))).toEqual([
      'Balances.Minted',
      'Balances.Deposit',
      'Balances.Burned',
      'Balances.Withdraw',
    ])
    expect([freeBalance(ctx, bob), totalIssuance(ctx)]).toEqual([1000n, 11_000n])
    expect(failureOf(() => pallet.mintInto(ctx, bob, 2n ** 64n - 11_000n))).toBe('Arithmetic.Overflow')
  })
})

describe('any sequence of calls', () => {
  const account = fc.constantFrom(alice, bob, carol, testAccount(4))
  const amount = fc.oneof(fc.bigInt({ min: 0n, max: 1200n }), fc.bigInt({ min: 0n, max: 20_000n }))
  type Step = (chain: TestChain) => void
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(account, account, amount, fc.boolean()).map(
      ([from, dest, value, keep]): Step =>
        (chain) => {
          const args = { dest: to(dest), value }
          chain.error(from, keep ? calls.transfer_keep_alive(args) : calls.transfer_allow_death(args))
        },
    ),
    fc.tuple(account, account, fc.boolean()).map(
      ([from, dest, keep_alive]): Step =>
        (chain) => {
          chain.error(from, calls.transfer_all({ dest: to(dest), keep_alive }))
        },
    ),
    fc.tuple(account, amount).map(
      ([who, new_free]): Step =>
        (chain) => {
          chain.error('root', calls.force_set_balance({ who: to(who), new_free }))
        },
    ),
    fc.tuple(account, amount, fc.boolean()).map(
      ([who, value, keep_alive]): Step =>
        (chain) => {
          chain.error(who, calls.burn({ value, keep_alive }))
        },
    ),
    fc.tuple(account, amount, fc.nat(3), account).map(
      ([who, value, kind, other]): Step =>
        ({ ctx }) => {
          try {
            ctx.transactional(() => {
              if (kind === 0) pallet.reserve(ctx, who, value)
              if (kind === 1) pallet.unreserve(ctx, who, value)
              if (kind === 2) pallet.slashReserved(ctx, who, value)
              if (kind === 3) pallet.repatriateReserved(ctx, who, other, value, value % 2n === 0n ? 'Free' : 'Reserved')
            })
          } catch (error) {
            // A refusal is a fine outcome; anything else is a bug.
            if (!(typeof error === 'object' && error !== null && 'code' in error)) throw error
          }
        },
    ),
  )

  it('keeps issuance equal to the sum of balances, and no account below the existential deposit', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const chain = chainWith()
        for (const act of steps) act(chain)
        expect(sumOfBalances(chain.ctx)).toBe(totalIssuance(chain.ctx))
        for (const [, info] of accounts.storage.Account.entries(chain.ctx)) {
          expect(info.data.free >= ED).toBe(true)
          expect(info.data.reserved >= 0n).toBe(true)
          expect(info.providers).toBe(1)
          expect(info.consumers).toBe(info.data.reserved > 0n ? 1 : 0)
        }
      }),
      { numRuns: 300 },
    )
  })
})
