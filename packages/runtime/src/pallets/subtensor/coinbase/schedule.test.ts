import { beforeEach, describe, expect, test } from 'vitest'
import type { RuntimeEvent } from '../../../frame/index.ts'
import { testAccount } from '../../../testing/harness.ts'
import { MAX_TEMPO } from '../../../yuma/schedule.ts'
import { ALICE, createEconomy, type Economy } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { openTimelockedWeights } from '../weights/openTimelocked.ts'

/** Subnets 2, 3 and 4 of Alice's, started, with an epoch far away. */
const NETUIDS = [2, 3, 4]
const TEMPO = 1_000

let economy: Economy
beforeEach(() => {
  economy = createEconomy()
  for (const netuid of NETUIDS) {
    economy.chain.run(ALICE, calls.register_network({ hotkey: testAccount(40 + netuid) }))
    economy.chain.run(ALICE, calls.start_call({ netuid }))
  }
  economy.chain.goTo(5_000n)
  for (const netuid of [1, ...NETUIDS]) {
    storage.Tempo.set(economy.ctx, { netuid }, TEMPO)
    storage.LastEpochBlock.set(economy.ctx, { netuid }, economy.ctx.block)
    storage.BlocksSinceLastStep.set(economy.ctx, { netuid }, 0n)
  }
})

function makeDue(...netuids: number[]): void {
  for (const netuid of netuids) storage.LastEpochBlock.set(economy.ctx, { netuid }, 1n)
}

/** Runs a block; returns its events about epochs. */
function block(): Pick<RuntimeEvent, 'name' | 'data'>[] {
  economy.chain.ctx.events.length = 0
  economy.blocks(1)
  return economy.ctx.events
    .map(({ event }) => event)
    .filter(({ name }) => name.startsWith('Epoch'))
    .map(({ name, data }) => ({ name, data }))
}

const epochsOf = () => NETUIDS.map((netuid) => storage.SubnetEpochIndex.get(economy.ctx, { netuid }))

describe('more epochs than a block may have', () => {
  test('wait for the next block, those of higher netuids first to wait', () => {
    storage.MaxEpochsPerBlock.set(economy.ctx, 1)
    makeDue(...NETUIDS)
    const now = economy.ctx.block + 1n
    const deferred = (netuid: number, from: bigint) => ({
      name: 'EpochDeferred',
      data: { netuid, from_block: from, to_block: from + 1n },
    })
    expect(block()).toEqual([deferred(3, now), deferred(4, now)])
    expect(epochsOf()).toEqual([1n, 0n, 0n])
    expect(storage.PendingEpochAt.get(economy.ctx, { netuid: 3 })).toBe(now + 1n)
    expect(storage.LastEpochBlock.get(economy.ctx, { netuid: 3 })).toBe(1n)
    expect(block()).toEqual([deferred(4, now + 1n)])
    expect(block()).toEqual([])
    expect(epochsOf()).toEqual([1n, 1n, 1n])
    for (const netuid of NETUIDS) expect(storage.PendingEpochAt.get(economy.ctx, { netuid })).toBe(0n)
  })

  test('keep what is pending for them', () => {
    storage.MaxEpochsPerBlock.set(economy.ctx, 1)
    const pending = storage.PendingServerEmission
    for (const netuid of [2, 3]) pending.set(economy.ctx, { netuid }, 5n)
    makeDue(2, 3)
    block()
    expect(pending.get(economy.ctx, { netuid: 2 })).toBe(0n)
    expect(pending.get(economy.ctx, { netuid: 3 }) >= 5n).toBe(true)
  })
})

describe('a subnet with one hotkey at two places', () => {
  beforeEach(() => {
    const hotkey = storage.Keys.get(economy.ctx, { netuid: 2, uid: 0 })
    storage.Keys.set(economy.ctx, { netuid: 2, uid: 1 }, hotkey)
    storage.PendingServerEmission.set(economy.ctx, { netuid: 2 }, 5n)
    storage.BlocksSinceLastStep.set(economy.ctx, { netuid: 2 }, 7n)
    makeDue(2, 3)
  })

  test('loses its turn but nothing else, and takes nobody else’s', () => {
    storage.MaxEpochsPerBlock.set(economy.ctx, 1)
    const now = economy.ctx.block + 1n
    expect(block()).toEqual([{ name: 'EpochSkipped', data: { netuid: 2, block: now } }])
    expect(epochsOf()).toEqual([1n, 1n, 0n])
    expect(storage.PendingServerEmission.get(economy.ctx, { netuid: 2 }) >= 5n).toBe(true)
    expect(storage.BlocksSinceLastStep.get(economy.ctx, { netuid: 2 })).toBe(8n)
    expect(storage.BlocksSinceLastStep.get(economy.ctx, { netuid: 3 })).toBe(0n)
    expect(storage.LastEpochBlock.get(economy.ctx, { netuid: 2 })).toBe(now)
    expect(storage.LastMechansimStepBlock.get(economy.ctx, { netuid: 2 })).toBe(0n)
    expect(block()).toEqual([])
  })
})

describe('an epoch is due', () => {
  test('when none has run for longer than any tempo, whatever the clock says', () => {
    const steps = (blocks: number) => storage.BlocksSinceLastStep.set(economy.ctx, { netuid: 3 }, BigInt(blocks))
    // The counter moves before it is looked at.
    steps(MAX_TEMPO - 1)
    block()
    expect(epochsOf()).toEqual([0n, 0n, 0n])
    steps(MAX_TEMPO)
    block()
    expect(epochsOf()).toEqual([0n, 1n, 0n])
    expect(storage.BlocksSinceLastStep.get(economy.ctx, { netuid: 3 })).toBe(0n)
  })

  test('never with tempo 0', () => {
    storage.Tempo.set(economy.ctx, { netuid: 3 }, 0)
    makeDue(3)
    storage.PendingEpochAt.set(economy.ctx, { netuid: 3 }, 1n)
    storage.BlocksSinceLastStep.set(economy.ctx, { netuid: 3 }, 60_000n)
    block()
    expect(epochsOf()).toEqual([0n, 0n, 0n])
  })

  test('never for root', () => {
    storage.LastEpochBlock.set(economy.ctx, { netuid: 0 }, 0n)
    block()
    expect(storage.SubnetEpochIndex.get(economy.ctx, { netuid: 0 })).toBe(0n)
    expect(storage.BlocksSinceLastStep.get(economy.ctx, { netuid: 0 })).toBe(0n)
  })
})

test('new subnets start at different places in their tempo', () => {
  const fresh = createEconomy()
  fresh.chain.goTo(2_000n)
  for (const netuid of NETUIDS) {
    fresh.chain.run(ALICE, calls.register_network({ hotkey: testAccount(40 + netuid) }))
    expect(storage.LastEpochBlock.get(fresh.ctx, { netuid })).toBe(2_000n - BigInt(netuid))
  }
})

test('commits stay closed on exactly those subnets whose epoch waits', () => {
  storage.MaxEpochsPerBlock.set(economy.ctx, 1)
  makeDue(2, 3)
  const commit = (netuid: number) => {
    storage.RevealPeriodEpochs.set(economy.ctx, { netuid }, 1n)
    const waiting: [`0x${string}`, bigint, Uint8Array, bigint][] = [[testAccount(9), 1n, new Uint8Array(1), 5n]]
    storage.TimelockedWeightCommits.set(economy.ctx, { index: netuid, epoch: 0n }, waiting)
  }
  for (const netuid of NETUIDS) {
    commit(netuid)
    storage.SubnetEpochIndex.set(economy.ctx, { netuid }, 1n)
  }
  // With the epoch that begins, epoch 0 is too old: 2 forgets it. 3 waits, and 4 is still in its reveal.
  openTimelockedWeights(economy.ctx, NETUIDS)
  const kept = NETUIDS.map((netuid) => storage.TimelockedWeightCommits.has(economy.ctx, { index: netuid, epoch: 0n }))
  expect(kept).toEqual([false, true, true])
})
