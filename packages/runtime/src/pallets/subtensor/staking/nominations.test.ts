import { describe, expect, test } from 'vitest'
import { calls as admin } from '../../admin-utils/index.ts'
import * as balances from '../../balances/index.ts'
import { BOB, BOB_HOT, CAROL, createEconomy, startedSubnet, TAO } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { stakeOf } from './index.ts'

/** Least stake: 0.002 TAO. The minimum of nominators is in millionths of it. */
const MIN_STAKE = 2_000_000n
const factorFor = (rao: bigint) => (rao * 1_000_000n) / MIN_STAKE

/** Bob's hotkey with stake of his own and of Carol's, 5 TAO each, on a subnet and on root. */
function nominated() {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  const { chain, ctx } = economy
  storage.SubtokenEnabled.set(ctx, { netuid: 0 }, true)
  chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
  for (const coldkey of [BOB, CAROL]) {
    for (const on of [0, netuid]) {
      chain.run(coldkey, calls.add_stake({ hotkey: BOB_HOT, netuid: on, amount_staked: 5n * TAO }))
    }
  }
  const stake = (coldkey: `0x${string}`) => [0, netuid].map((on) => stakeOf(chain.ctx, BOB_HOT, coldkey, on) > 0n)
  const setFactor = (min_stake: bigint) => admin.sudo_set_nominator_min_required_stake({ min_stake })
  return { economy, chain, netuid, stake, setFactor }
}

describe('raising the least stake of nominators', () => {
  test('pays out at once whoever has less, everywhere, but not the owner', () => {
    const { economy, chain, stake, setFactor } = nominated()
    const free = balances.freeBalance(chain.ctx, CAROL)
    chain.run('root', setFactor(factorFor(6n * TAO)))
    expect(stake(CAROL)).toEqual([false, false])
    expect(stake(BOB)).toEqual([true, true])
    const paid = balances.freeBalance(chain.ctx, CAROL) - free
    expect(paid > (99n * 10n * TAO) / 100n && paid <= 10n * TAO).toBe(true)
    expect(economy.violations()).toEqual([])
  })

  test('leaves whoever has as much', () => {
    const { chain, stake, setFactor } = nominated()
    chain.run('root', setFactor(factorFor(4n * TAO)))
    expect(stake(CAROL)).toEqual([true, true])
  })

  test('is for root; lowering it pays nobody', () => {
    const { chain, stake, setFactor } = nominated()
    expect(chain.error(BOB, setFactor(1n))).toBe('BadOrigin')
    storage.NominatorMinRequiredStake.set(chain.ctx, factorFor(7n * TAO))
    chain.run('root', setFactor(factorFor(6n * TAO)))
    expect(stake(CAROL)).toEqual([true, true])
  })

  test('recycles what cannot be sold', () => {
    const { chain, netuid, stake, setFactor } = nominated()
    // Below its reserve the pool trades nothing.
    storage.SubnetTAO.set(chain.ctx, { netuid }, 500_000n)
    const out = storage.SubnetAlphaOut.get(chain.ctx, { netuid })
    const held = stakeOf(chain.ctx, BOB_HOT, CAROL, netuid)
    chain.run('root', setFactor(factorFor(6n * TAO)))
    expect(stake(CAROL)).toEqual([false, false])
    expect(out - storage.SubnetAlphaOut.get(chain.ctx, { netuid })).toBe(held)
  })
})

test('a removal that leaves a nominator with too little pays out the rest', () => {
  const { chain, netuid, stake } = nominated()
  storage.NominatorMinRequiredStake.set(chain.ctx, factorFor(TAO))
  const alpha = stakeOf(chain.ctx, BOB_HOT, CAROL, netuid)
  chain.run(CAROL, calls.remove_stake({ hotkey: BOB_HOT, netuid, amount_unstaked: (alpha * 9n) / 10n }))
  expect(stake(CAROL)).toEqual([true, false])
  const own = stakeOf(chain.ctx, BOB_HOT, BOB, netuid)
  chain.run(BOB, calls.remove_stake({ hotkey: BOB_HOT, netuid, amount_unstaked: (own * 9n) / 10n }))
  expect(stake(BOB)).toEqual([true, true])
})
