import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, dispatchInfo, type RuntimeCall, TransactionValidityError } from '../../frame/index.ts'
import * as balances from '../balances/index.ts'
import { bindPaymentOptions, computeFee, correctAndDepositFee, withdrawFee } from '../transaction-payment/index.ts'
import { payInAlpha } from './alphaFees.ts'
import {
  ALICE,
  ALICE_HOT,
  AUTHOR,
  BOB,
  BOB_HOT,
  createEconomy,
  type Economy,
  startedSubnet,
  TAO,
} from './economy.fixture.ts'
import { calls } from './index.ts'
import { stakeOf } from './staking/index.ts'

const LENGTH = 150
const UNUSED = { weight: { refTime: 0n, proofSize: 0n }, pays: 'Yes' } as const

beforeAll(() => bindPaymentOptions({ payInAlpha }))
afterAll(() => bindPaymentOptions({ payInAlpha: () => undefined }))

/** Bob has 100 TAO worth of stake on a subnet, and no TAO beyond the existential deposit. */
function poorStaker(): Economy & { readonly netuid: number } {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  economy.chain.run(BOB, calls.add_stake({ hotkey: ALICE_HOT, netuid, amount_staked: 100n * TAO }))
  const dest = addressOf(ALICE)
  economy.chain.run(BOB, balances.calls.transfer_all({ dest, keep_alive: true }))
  return Object.assign(economy, { netuid })
}

const charge = ({ chain }: Economy, call: RuntimeCall) =>
  withdrawFee(chain.ctx, BOB, call, dispatchInfo(call), LENGTH, 0n)

function refusal(body: () => unknown): unknown {
  try {
    body()
    return undefined
  } catch (error) {
    if (error instanceof TransactionValidityError) return error.value
    throw error
  }
}
const PAYMENT = { type: 'Invalid', value: { type: 'Payment' } }

describe('a fee in alpha', () => {
  test('is taken from the stake that is sold, and paid to the author in TAO', () => {
    const economy = poorStaker()
    const { netuid } = economy
    const { ctx } = economy.chain
    const all = stakeOf(ctx, ALICE_HOT, BOB, netuid)
    const call = calls.remove_stake({ hotkey: ALICE_HOT, netuid, amount_unstaked: all })
    const fee = computeFee(ctx, LENGTH, dispatchInfo(call), 0n)
    const author = balances.freeBalance(ctx, AUTHOR)

    const taken = charge(economy, call)
    const alphaFee = all - stakeOf(ctx, ALICE_HOT, BOB, netuid)
    const earned = balances.freeBalance(ctx, AUTHOR) - author
    // The spot price promises the fee; what the sale brings is at most a per cent less.
    expect(earned <= fee && earned > (fee * 99n) / 100n).toBe(true)
    expect(alphaFee > 0n).toBe(true)

    // The call sells what is left, and nothing of the fee comes back.
    economy.chain.run(BOB, call)
    correctAndDepositFee(ctx, taken, LENGTH, UNUSED)
    expect(stakeOf(ctx, ALICE_HOT, BOB, netuid)).toBe(0n)
    const last = economy.chain.ctx.events.slice(-2).map(({ event }) => event)
    expect(last[0]).toEqual({
      pallet: 'SubtensorModule',
      name: 'TransactionFeePaidWithAlpha',
      data: { who: BOB, netuid, alpha_fee: alphaFee, tao_amount: earned },
    })
    expect(last[1]!.name).toBe('TransactionFeePaid')
    expect(economy.violations()).toEqual([])
  })

  test('is only the way out: TAO is taken where there is enough', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    economy.chain.run(BOB, calls.add_stake({ hotkey: ALICE_HOT, netuid, amount_staked: 10n * TAO }))
    const taken = charge(economy, calls.remove_stake({ hotkey: ALICE_HOT, netuid, amount_unstaked: 1n }))
    expect(taken.paid.kind).toBe('tao')
  })

  test('pays for calls that take from one position', () => {
    const { netuid } = poorStaker()
    const [hotkey, amount] = [ALICE_HOT, 5n * TAO]
    const range = { origin_netuid: netuid, destination_netuid: netuid, alpha_amount: amount }
    const paying: RuntimeCall[] = [
      calls.remove_stake({ hotkey, netuid, amount_unstaked: amount }),
      calls.remove_stake_limit({ hotkey, netuid, amount_unstaked: amount, limit_price: 0n, allow_partial: true }),
      calls.remove_stake_full_limit({ hotkey, netuid, limit_price: undefined }),
      calls.unstake_all({ hotkey }),
      calls.unstake_all_alpha({ hotkey }),
      calls.move_stake({ origin_hotkey: hotkey, destination_hotkey: BOB_HOT, ...range }),
      calls.transfer_stake({ destination_coldkey: ALICE, hotkey, ...range }),
      calls.swap_stake({ hotkey, ...range, destination_netuid: 0 }),
      calls.swap_stake_limit({ hotkey, ...range, destination_netuid: 0, limit_price: 0n, allow_partial: true }),
      calls.recycle_alpha({ hotkey, amount, netuid }),
      calls.burn_alpha({ hotkey, amount, netuid }),
    ]
    for (const call of paying) expect([call.name, charge(poorStaker(), call).paid.kind]).toEqual([call.name, 'alpha'])
  })

  test('pays for nothing else', () => {
    const economy = poorStaker()
    const { netuid } = economy
    const stake = calls.add_stake({ hotkey: ALICE_HOT, netuid, amount_staked: TAO })
    const send = balances.calls.transfer_keep_alive({ dest: addressOf(ALICE), value: 1n })
    for (const call of [stake, send]) expect(refusal(() => charge(economy, call))).toEqual(PAYMENT)
  })

  test('needs enough stake in that very position', () => {
    const economy = poorStaker()
    const { netuid } = economy
    const elsewhere = calls.remove_stake({ hotkey: BOB_HOT, netuid, amount_unstaked: 1n })
    expect(refusal(() => charge(economy, elsewhere))).toEqual(PAYMENT)
    expect(refusal(() => charge(economy, calls.unstake_all({ hotkey: BOB_HOT })))).toEqual(PAYMENT)
  })

  test('costs nothing without an author to pay', () => {
    const economy = poorStaker()
    const { netuid, chain } = economy
    const before = stakeOf(chain.ctx, ALICE_HOT, BOB, netuid)
    chain.ctx.author = undefined
    const taken = charge(economy, calls.remove_stake({ hotkey: ALICE_HOT, netuid, amount_unstaked: 1n }))
    correctAndDepositFee(chain.ctx, taken, LENGTH, UNUSED)
    expect(stakeOf(chain.ctx, ALICE_HOT, BOB, netuid)).toBe(before)
  })
})
