import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf, dispatchInfo, TransactionValidityError } from '../../frame/index.ts'
import { names, TestChain, testAccount } from '../../testing/harness.ts'
import balances, { calls as balancesCalls, freeBalance, totalIssuance } from '../balances/index.ts'
import system from '../system/index.ts'
import payment, {
  bindPaymentOptions,
  computeFee,
  correctAndDepositFee,
  feeDetails,
  lengthToFee,
  queryFeeDetails,
  queryInfo,
  weightToFee,
  withdrawFee,
} from './index.ts'

const [alice, bob, author] = [testAccount(1), testAccount(2), testAccount(3)]
const remark = balancesCalls.transfer_keep_alive({ dest: addressOf(bob), value: 1n })
const charge = (refTime: bigint, pays: 'Yes' | 'No' = 'Yes') => ({ weight: { refTime, proofSize: 0n }, pays })
/** Base of every fee: 108157000 / 2000, to the nearest with halves down. */
const BASE = 54_078n

function chainWith(withAuthor = true): TestChain {
  const chain = new TestChain([system, balances, payment], withAuthor ? { author } : {})
  balances.genesis!(chain.ctx, {
    balances: [
      [alice, 1_000_000n],
      [author, 1000n],
    ],
  })
  chain.ctx.events.length = 0
  return chain
}

describe('fees', () => {
  it.each([
    [0n, 0n],
    [999n, 0n],
    [1000n, 0n],
    [1001n, 1n],
    [2999n, 1n],
    [3000n, 1n],
    [3001n, 2n],
    [1_000_000_000_000n, 500_000_000n],
  ])('of %i picoseconds are %i rao', (refTime, fee) => {
    expect(weightToFee({ refTime, proofSize: 9n })).toBe(fee)
  })

  it('are never further than half a rao from the exact fraction', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000_000n }), (refTime) => {
        const error = weightToFee({ refTime, proofSize: 0n }) * 2000n - refTime
        expect(error >= -1000n && error < 1000n).toBe(true)
      }),
    )
  })

  it('are one rao per byte', () => {
    expect(lengthToFee(146)).toBe(146n)
  })

  it('add base, length, weight and tip', () => {
    const { ctx } = chainWith()
    expect(feeDetails(ctx, 146, charge(200_000_000n), 7n)).toEqual({
      inclusion_fee: { base_fee: BASE, len_fee: 146n, adjusted_weight_fee: 100_000n },
      tip: 7n,
    })
    expect(computeFee(ctx, 146, charge(200_000_000n), 7n)).toBe(BASE + 146n + 100_000n + 7n)
  })

  it('of free calls are the tip', () => {
    const { ctx } = chainWith()
    expect(computeFee(ctx, 146, charge(200_000_000n, 'No'), 7n)).toBe(7n)
    expect(feeDetails(ctx, 146, charge(1n, 'No'), 7n)).toEqual({ inclusion_fee: undefined, tip: 7n })
  })

  it('count no more weight than a block has', () => {
    const { ctx } = chainWith()
    expect(computeFee(ctx, 0, charge(10n ** 18n), 0n)).toBe(BASE + 2_000_000_000n)
  })

  it('are told to clients without a tip', () => {
    const { ctx } = chainWith()
    const info = dispatchInfo(remark)
    expect(queryInfo(ctx, info, 100)).toEqual({
      weight: { ref_time: info.weight.refTime, proof_size: info.weight.proofSize },
      class: 'Normal',
      partial_fee: computeFee(ctx, 100, info, 0n),
    })
    expect(queryFeeDetails(ctx, info, 100).tip).toBe(0n)
  })
})

describe('charging', () => {
  const info = { weight: { refTime: 200_000_000n, proofSize: 0n }, class: 'Normal', pays: 'Yes' } as const
  const declared = BASE + 100n + 100_000n
  const actual = BASE + 100n + 50_000n

  it('takes the declared fee, gives back the rest, and pays the author', () => {
    const chain = chainWith()
    const { ctx } = chain
    const taken = withdrawFee(ctx, alice, remark, info, 100, 5n)
    expect(freeBalance(ctx, alice)).toBe(1_000_000n - declared - 5n)
    correctAndDepositFee(ctx, taken, 100, charge(100_000_000n))
    expect(freeBalance(ctx, alice)).toBe(1_000_000n - actual - 5n)
    expect(freeBalance(ctx, author)).toBe(1000n + actual + 5n)
    expect(totalIssuance(ctx)).toBe(1_001_000n)
    expect(ctx.events.map(({ event }) => [event.name, event.data])).toEqual([
      ['Withdraw', { who: alice, amount: declared + 5n }],
      ['Deposit', { who: alice, amount: 50_000n }],
      ['Deposit', { who: author, amount: actual + 5n }],
      ['TransactionFeePaid', { who: alice, actual_fee: actual + 5n, tip: 5n }],
    ])
  })

  it('gives all but the tip back when the call turns out to be free', () => {
    const { ctx } = chainWith()
    correctAndDepositFee(ctx, withdrawFee(ctx, alice, remark, info, 100, 5n), 100, charge(1n, 'No'))
    expect(freeBalance(ctx, alice)).toBe(999_995n)
    expect(freeBalance(ctx, author)).toBe(1005n)
  })

  it('reports a fee of nothing for free calls', () => {
    const { ctx } = chainWith()
    const free = { ...info, pays: 'No' } as const
    correctAndDepositFee(ctx, withdrawFee(ctx, bob, remark, free, 100, 0n), 100, charge(1n, 'No'))
    expect(ctx.events.map(({ event }) => event.data)).toEqual([{ who: bob, actual_fee: 0n, tip: 0n }])
  })

  it('destroys the fee without an author, or with one who would not live on it', () => {
    const { ctx } = chainWith(false)
    correctAndDepositFee(ctx, withdrawFee(ctx, alice, remark, info, 100, 0n), 100, charge(200_000_000n))
    expect(totalIssuance(ctx)).toBe(1_001_000n - declared)

    const poor = new TestChain([system, balances, payment], { author: testAccount(9) })
    balances.genesis!(poor.ctx, { balances: [[alice, 1_000_000n]] })
    const free = { ...info, pays: 'No' } as const
    correctAndDepositFee(poor.ctx, withdrawFee(poor.ctx, alice, remark, free, 0, 499n), 0, charge(1n, 'No'))
    expect(totalIssuance(poor.ctx)).toBe(1_000_000n - 499n)
  })

  it('keeps the payer alive', () => {
    const { ctx } = chainWith()
    const paysAll = { ...info, pays: 'No' } as const
    withdrawFee(ctx, author, remark, paysAll, 0, 500n)
    expect(freeBalance(ctx, author)).toBe(500n)
    let refused: unknown
    try {
      withdrawFee(ctx, author, remark, paysAll, 0, 1n)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(TransactionValidityError)
    expect((refused as TransactionValidityError).value).toEqual({ type: 'Invalid', value: { type: 'Payment' } })
    expect(freeBalance(ctx, author)).toBe(500n)
  })

  it('gives nothing back to an account that went meanwhile', () => {
    const { ctx } = chainWith()
    const taken = withdrawFee(ctx, alice, remark, info, 100, 0n)
    ctx.dispatch(
      { type: 'Signed', who: alice },
      balancesCalls.transfer_all({ dest: addressOf(author), keep_alive: false }),
    )
    correctAndDepositFee(ctx, taken, 100, charge(0n))
    expect(freeBalance(ctx, alice)).toBe(0n)
    expect(freeBalance(ctx, author)).toBe(1_001_000n)
  })

  it('can be paid by another account, or in alpha, where a pallet offers that', () => {
    const settled: string[] = []
    bindPaymentOptions({
      payerOf: (_ctx, signer) => (signer === bob ? alice : undefined),
      payInAlpha: (_ctx, who) =>
        who === testAccount(5) ? { kind: 'alpha', settle: () => settled.push(who) } : undefined,
    })
    const { ctx } = chainWith()
    expect(withdrawFee(ctx, bob, remark, info, 100, 0n).payer).toBe(alice)
    const taken = withdrawFee(ctx, testAccount(5), remark, info, 100, 0n)
    correctAndDepositFee(ctx, taken, 100, charge(1n))
    expect(settled).toEqual([testAccount(5)])
    expect(names(ctx.events.map(({ event }) => event)).at(-1)).toBe('TransactionPayment.TransactionFeePaid')
    bindPaymentOptions({ payerOf: () => undefined, payInAlpha: () => undefined })
  })
})
