/** Upstream's tests of the epoch schedule, of mechanism indices and splits, and of pruning. */
import {
  activityCutoffBlocks,
  blocksUntilNextAutoEpoch,
  GLOBAL_MAX_SUBNET_COUNT,
  inheritStake,
  initialLastEpochBlock,
  MAX_MECHANISM_COUNT_PER_SUBNET,
  mechanismOfIndex,
  mechanismStorageIndex,
  neuronToPrune,
  nextEpochStartBlock,
  shouldRunEpoch,
  splitEmission,
  taoWeightBits,
} from '@neurite/runtime/yuma'
import { afterAll, describe, expect, test } from 'vitest'
import tables from './schedule.json' with { type: 'json' }

let compared = 0
afterAll(() => console.log(`upstream schedule, mechanism and prune tests: ${compared} cases`))

function equal(actual: unknown, expected: unknown, title: string): void {
  compared++
  expect(actual, title).toEqual(expected)
}

describe('schedule', () => {
  test('blocks_until_next_auto_epoch', () => {
    for (const { test, tempo, block, expected } of tables.blocksUntilNextAutoEpoch) {
      equal(blocksUntilNextAutoEpoch(tempo, 0n, BigInt(block)), BigInt(expected), test)
    }
    const { tempo, test } = tables.consecutiveBlocks
    for (let block = 1n; block < BigInt(tempo) - 1n; block++) {
      equal(blocksUntilNextAutoEpoch(tempo, 0n, block), blocksUntilNextAutoEpoch(tempo, 0n, block - 1n) - 1n, test)
    }
  })

  test('get_next_epoch_start_block', () => {
    for (const { test, tempo, last, pending, expected } of tables.nextEpochStartBlock) {
      const schedule = { tempo, lastEpochBlock: BigInt(last), pendingEpochAt: BigInt(pending) }
      equal(nextEpochStartBlock(schedule), expected === null ? undefined : BigInt(expected), test)
    }
  })

  test('an epoch is due after the tempo, when pending, or after 50 400 blocks without one', () => {
    const schedule = { tempo: 360, lastEpochBlock: 1000n, pendingEpochAt: 0n, blocksSinceLastStep: 0n }
    expect(shouldRunEpoch(schedule, 1359n)).toBe(false)
    expect(shouldRunEpoch(schedule, 1360n)).toBe(true)
    expect(shouldRunEpoch({ ...schedule, pendingEpochAt: 1100n }, 1099n)).toBe(false)
    expect(shouldRunEpoch({ ...schedule, pendingEpochAt: 1100n }, 1100n)).toBe(true)
    expect(shouldRunEpoch({ ...schedule, blocksSinceLastStep: 50_400n }, 1001n)).toBe(false)
    expect(shouldRunEpoch({ ...schedule, blocksSinceLastStep: 50_401n }, 1001n)).toBe(true)
    expect(shouldRunEpoch({ ...schedule, tempo: 0, pendingEpochAt: 1n }, 5000n)).toBe(false)
  })

  test('new subnets are spread over the tempo', () => {
    expect(initialLastEpochBlock(7, 360, 1000n)).toBe(993n)
    expect(initialLastEpochBlock(361, 360, 1000n)).toBe(999n)
    expect(initialLastEpochBlock(7, 0, 3n)).toBe(3n)
    expect(initialLastEpochBlock(7, 360, 3n)).toBe(0n)
  })

  test('the activity cutoff is 5000 blocks at the default tempo and at least 1', () => {
    expect(activityCutoffBlocks(13_889, 360)).toBe(5000)
    expect(activityCutoffBlocks(13_889, 0)).toBe(1)
  })
})

describe('mechanisms', () => {
  test('storage index and back', () => {
    for (const [netuid, mecid] of tables.storageIndex as [number, number][]) {
      equal(mechanismStorageIndex(netuid, mecid), mecid * 4096 + netuid, `${netuid}, ${mecid}`)
    }
    for (const index of tables.fromStorageIndex) {
      equal(mechanismOfIndex(index), { netuid: index % 4096, mecid: Math.floor(index / 4096) }, `${index}`)
    }
    equal(GLOBAL_MAX_SUBNET_COUNT * MAX_MECHANISM_COUNT_PER_SUBNET, 0x10000, 'constants')
  })

  test('split_emissions', () => {
    for (const { test, amount, count, split, expected } of tables.splitEmissions) {
      equal(splitEmission(BigInt(amount), count, split).map(Number), expected, test)
    }
  })

  test('a split shorter than the count leaves the others without, a longer one is cut', () => {
    expect(splitEmission(100n, 3, [65535])).toEqual([100n, 0n, 0n])
    expect(splitEmission(100n, 1, [32767, 32768])).toEqual([100n])
  })
})

test('prune choice', () => {
  for (const { test, minNonImmuneUids, uids, expected } of tables.prune) {
    const candidates = uids.map((candidate, uid) => ({
      uid,
      emission: BigInt(('emission' in candidate && candidate.emission) || 0),
      registeredAt: BigInt(candidate.registeredAt),
      immune: candidate.immune,
      immortal: 'immortal' in candidate && candidate.immortal === true,
    }))
    equal(neuronToPrune(candidates, minNonImmuneUids), expected ?? undefined, test)
    equal(neuronToPrune(candidates.toReversed(), minNonImmuneUids), expected ?? undefined, `${test}, reversed`)
  }
})

describe('stake inheritance', () => {
  const all = 2n ** 64n - 1n

  test('half of the stake goes to a child, floored against the parent', () => {
    const half = 2n ** 63n
    expect(inheritStake({ stake: 1000n, children: [half], parents: [] })).toBe(500n)
    expect(inheritStake({ stake: 0n, children: [], parents: [{ proportion: half, stake: 1000n }] })).toBe(500n)
    const below = half - 1n
    expect(inheritStake({ stake: 1000n, children: [below], parents: [] })).toBe(500n)
    expect(inheritStake({ stake: 0n, children: [], parents: [{ proportion: below, stake: 1000n }] })).toBe(499n)
  })

  test('everything to children leaves nothing, more than everything not less than that', () => {
    expect(inheritStake({ stake: 1000n, children: [all], parents: [] })).toBe(0n)
    expect(inheritStake({ stake: 1000n, children: [all, all], parents: [{ proportion: all, stake: 7n }] })).toBe(7n)
  })

  test('the weight of root TAO at its default', () => {
    expect(taoWeightBits(971_718_665_099_567_868n)).toBe(226_245_882n)
    expect(taoWeightBits(all)).toBe(2n ** 32n)
  })
})
