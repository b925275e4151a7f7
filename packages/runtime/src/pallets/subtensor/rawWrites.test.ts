import { expect, test } from 'vitest'
import { storage as balances } from '../balances/index.ts'
import { BOB, BOB_HOT, CAROL, CAROL_HOT, createEconomy, startedSubnet, TAO } from './economy.fixture.ts'
import { calls, storage } from './index.ts'

/** Nothing, too little, too much, and a list that promises more than it holds. */
const JUNK = [[], [1], new Array(40).fill(255), [16, 1]].map((bytes) => Uint8Array.from(bytes))

test('whatever root writes over one entry of the state, blocks and epochs go on', () => {
  const economy = createEconomy()
  const { chain, ctx } = economy
  const netuid = startedSubnet(economy)
  storage.Tempo.set(ctx, { netuid }, 1)
  storage.WeightsSetRateLimit.set(ctx, { netuid }, 0n)
  storage.CommitRevealWeightsEnabled.set(ctx, { netuid }, false)
  for (const [coldkey, hotkey] of [
    [BOB, BOB_HOT],
    [CAROL, CAROL_HOT],
  ] as const) {
    chain.run(coldkey, calls.burned_register({ netuid, hotkey }))
    chain.run(coldkey, calls.add_stake({ hotkey, netuid, amount_staked: 100n * TAO }))
  }
  economy.blocks(3)
  chain.run(BOB_HOT, calls.set_weights({ netuid, dests: [2], weights: [65_535], version_key: 0n }))
  economy.blocks(3)

  /** One entry of each item. The fixture's own recount reads the total issuance strictly. */
  const entries = new Map(chain.overlay.keys('').map((key) => [key.slice(0, 32), key]))
  entries.delete(balances.TotalIssuance.prefix)
  expect(entries.size).toBeGreaterThan(60)
  const { block } = chain.ctx
  for (const key of entries.values()) {
    for (const junk of JUNK) {
      chain.overlay.begin()
      chain.overlay.setRaw(key, junk)
      economy.blocks(2)
      chain.overlay.rollback()
      expect(chain.overlay.depth).toBe(0)
      chain.goTo(block)
    }
  }
})
