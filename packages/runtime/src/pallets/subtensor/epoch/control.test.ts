import { describe, expect, test } from 'vitest'
import { names } from '../../../testing/harness.ts'
import { ALICE, BOB, createEconomy, startedSubnet } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { isInFreezeWindow } from '../ownerLimits.ts'
import { nextEpochBlock } from './clock.ts'

const TEMPO = 400
const WINDOW = 10

/** Alice's subnet right after an epoch, with a long tempo and the usual window. */
function ownSubnet() {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  const { chain, blocks } = economy
  storage.AdminFreezeWindow.set(chain.ctx, WINDOW)
  storage.Tempo.set(chain.ctx, { netuid }, TEMPO)
  storage.LastEpochBlock.set(chain.ctx, { netuid }, chain.ctx.block)
  storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid }, false)
  return { chain, blocks, netuid }
}

/** Blocks until the subnet's number of epochs grows. */
function blocksToEpoch({ chain, blocks, netuid }: ReturnType<typeof ownSubnet>, most: number): number | undefined {
  const count = storage.SubnetEpochIndex.get(chain.ctx, { netuid })
  for (let passed = 1; passed <= most; passed++) {
    blocks(1)
    if (storage.SubnetEpochIndex.get(chain.ctx, { netuid }) > count) return passed
  }
  return undefined
}

describe('set_tempo', () => {
  test('starts the clock anew with the new tempo', () => {
    const { chain, netuid } = ownSubnet()
    chain.goTo(chain.ctx.block + 50n)
    const events = chain.run(ALICE, calls.set_tempo({ netuid, tempo: 720 }))
    expect(names(events)).toEqual(['SubtensorModule.TempoSet'])
    expect(storage.Tempo.get(chain.ctx, { netuid })).toBe(720)
    expect(nextEpochBlock(chain.ctx, netuid)).toBe(chain.ctx.block + 720n)
  })

  test('has the next epoch a whole tempo later', () => {
    const subnet = ownSubnet()
    subnet.blocks(20)
    subnet.chain.run(ALICE, calls.set_tempo({ netuid: subnet.netuid, tempo: 360 }))
    expect(blocksToEpoch(subnet, 361)).toBe(360)
  })

  test.each([359, 50_401])('refuses a tempo of %i', (tempo) => {
    const { chain, netuid } = ownSubnet()
    expect(chain.error(ALICE, calls.set_tempo({ netuid, tempo }))).toBe('SubtensorModule.TempoOutOfBounds')
  })

  test.each([360, 50_400])('takes a tempo of %i', (tempo) => {
    const { chain, netuid } = ownSubnet()
    expect(chain.error(ALICE, calls.set_tempo({ netuid, tempo }))).toBeUndefined()
  })

  test('is for the owner, not for root', () => {
    const { chain, netuid } = ownSubnet()
    expect(chain.error(BOB, calls.set_tempo({ netuid, tempo: 360 }))).toMatch(/BadOrigin$/)
    expect(chain.error('root', calls.set_tempo({ netuid, tempo: 360 }))).toMatch(/BadOrigin$/)
    expect(chain.error(ALICE, calls.set_tempo({ netuid: 99, tempo: 360 }))).toMatch(/BadOrigin$/)
  })

  test('waits 360 blocks between two changes', () => {
    const { chain, netuid } = ownSubnet()
    chain.run(ALICE, calls.set_tempo({ netuid, tempo: 1000 }))
    chain.goTo(chain.ctx.block + 359n)
    const again = calls.set_tempo({ netuid, tempo: 500 })
    expect(chain.error(ALICE, again)).toBe('SubtensorModule.TxRateLimitExceeded')
    chain.goTo(chain.ctx.block + 1n)
    expect(chain.error(ALICE, again)).toBeUndefined()
  })

  test('is closed in the window before an epoch', () => {
    const { chain, netuid } = ownSubnet()
    chain.goTo(chain.ctx.block + BigInt(TEMPO - WINDOW + 1))
    const call = calls.set_tempo({ netuid, tempo: 500 })
    expect(chain.error(ALICE, call)).toBe('SubtensorModule.AdminActionProhibitedDuringWeightsWindow')
  })
})

describe('set_activity_cutoff_factor', () => {
  test('sets the factor for owner and root', () => {
    const { chain, netuid } = ownSubnet()
    for (const [who, factor_milli] of [
      [ALICE, 1000],
      ['root', 50_000],
    ] as const) {
      const events = chain.run(who, calls.set_activity_cutoff_factor({ netuid, factor_milli }))
      expect(names(events)).toEqual(['SubtensorModule.ActivityCutoffFactorMilliSet'])
      expect(storage.ActivityCutoffFactorMilli.get(chain.ctx, { netuid })).toBe(factor_milli)
    }
  })

  test.each([999, 50_001])('refuses a factor of %i', (factor_milli) => {
    const { chain, netuid } = ownSubnet()
    const call = calls.set_activity_cutoff_factor({ netuid, factor_milli })
    const expected = 'SubtensorModule.ActivityCutoffFactorMilliOutOfBounds'
    expect(chain.error(ALICE, call)).toBe(expected)
    expect(chain.error('root', call)).toBe(expected)
  })

  test('refuses strangers', () => {
    const { chain, netuid } = ownSubnet()
    expect(chain.error(BOB, calls.set_activity_cutoff_factor({ netuid, factor_milli: 2000 }))).toMatch(/BadOrigin$/)
  })

  test('limits the owner to a change in two tempos, and root not at all', () => {
    const { chain, netuid } = ownSubnet()
    const call = calls.set_activity_cutoff_factor({ netuid, factor_milli: 2000 })
    chain.run(ALICE, call)
    chain.goTo(chain.ctx.block + 2n)
    expect(chain.error(ALICE, call)).toBe('SubtensorModule.TxRateLimitExceeded')
    expect(chain.error('root', call)).toBeUndefined()
  })

  test('closes the window for the owner only', () => {
    const { chain, netuid } = ownSubnet()
    chain.goTo(chain.ctx.block + BigInt(TEMPO - 1))
    const call = calls.set_activity_cutoff_factor({ netuid, factor_milli: 2000 })
    expect(chain.error(ALICE, call)).toBe('SubtensorModule.AdminActionProhibitedDuringWeightsWindow')
    expect(chain.error('root', call)).toBeUndefined()
  })
})

describe('trigger_epoch', () => {
  test('runs an epoch after the window, and the next a tempo later', () => {
    const subnet = ownSubnet()
    const { chain, netuid, blocks } = subnet
    blocks(5)
    const events = chain.run(ALICE, calls.trigger_epoch({ netuid }))
    const firesAt = chain.ctx.block + BigInt(WINDOW)
    expect(events.map(({ name, data }) => ({ name, data }))).toEqual([
      { name: 'EpochTriggered', data: { netuid, by: ALICE, fires_at: firesAt } },
    ])
    expect(nextEpochBlock(chain.ctx, netuid)).toBe(firesAt)
    expect(blocksToEpoch(subnet, WINDOW + 1)).toBe(WINDOW)
    expect(storage.PendingEpochAt.get(chain.ctx, { netuid })).toBe(0n)
    expect(nextEpochBlock(chain.ctx, netuid)).toBe(firesAt + BigInt(TEMPO))
  })

  test('freezes the parameters until the epoch has run', () => {
    const { chain, netuid, blocks } = ownSubnet()
    expect(isInFreezeWindow(chain.ctx, netuid)).toBe(false)
    chain.run(ALICE, calls.trigger_epoch({ netuid }))
    const change = calls.set_activity_cutoff_factor({ netuid, factor_milli: 2000 })
    expect(chain.error(ALICE, change)).toBe('SubtensorModule.AdminActionProhibitedDuringWeightsWindow')
    blocks(WINDOW)
    expect(chain.error(ALICE, change)).toBeUndefined()
  })

  test('is for the owner, not for root', () => {
    const { chain, netuid } = ownSubnet()
    expect(chain.error(BOB, calls.trigger_epoch({ netuid }))).toMatch(/BadOrigin$/)
    expect(chain.error('root', calls.trigger_epoch({ netuid }))).toMatch(/BadOrigin$/)
  })

  test('refuses subnets with commit and reveal', () => {
    const { chain, netuid } = ownSubnet()
    storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid }, true)
    const expected = 'SubtensorModule.DynamicTempoBlockedByCommitReveal'
    expect(chain.error(ALICE, calls.trigger_epoch({ netuid }))).toBe(expected)
  })

  test('refuses a second trigger', () => {
    const { chain, netuid } = ownSubnet()
    chain.run(ALICE, calls.trigger_epoch({ netuid }))
    expect(chain.error(ALICE, calls.trigger_epoch({ netuid }))).toBe('SubtensorModule.EpochTriggerAlreadyPending')
  })

  test('refuses when the next epoch is nearer than the window', () => {
    const { chain, netuid } = ownSubnet()
    chain.goTo(chain.ctx.block + BigInt(TEMPO - WINDOW + 1))
    expect(chain.error(ALICE, calls.trigger_epoch({ netuid }))).toBe('SubtensorModule.AutoEpochAlreadyImminent')
    chain.goTo(chain.ctx.block - 1n)
    expect(chain.error(ALICE, calls.trigger_epoch({ netuid }))).toBeUndefined()
  })

  test('waits two tempos between two triggers', () => {
    const { chain, netuid, blocks } = ownSubnet()
    chain.run(ALICE, calls.trigger_epoch({ netuid }))
    blocks(WINDOW + 1)
    expect(chain.error(ALICE, calls.trigger_epoch({ netuid }))).toBe('SubtensorModule.TxRateLimitExceeded')
  })

  test('never runs an epoch without a tempo', () => {
    const subnet = ownSubnet()
    const { chain, netuid } = subnet
    storage.Tempo.set(chain.ctx, { netuid }, 0)
    chain.run(ALICE, calls.trigger_epoch({ netuid }))
    expect(blocksToEpoch(subnet, WINDOW + 5)).toBeUndefined()
  })
})
