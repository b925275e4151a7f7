import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testAccount } from '../../../testing/harness.ts'
import { ALICE_HOT, createEconomy, startedSubnet } from '../economy.fixture.ts'
import { storage } from '../index.ts'
import { neuronToPrune } from './pruning.ts'
import { appendNeuron, replaceNeuron } from './uids.ts'

/** A subnet with `count` neurons: Alice's owner hotkey at 0, then accounts 101, 102, … */
function populated(count: number) {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  const { ctx } = economy
  storage.MinAllowedUids.set(ctx, { netuid }, 1)
  storage.ImmunityPeriod.set(ctx, { netuid }, 0)
  for (let i = 1; i < count; i++) appendNeuron(ctx, netuid, testAccount(100 + i))
  return { ctx, netuid }
}

type World = ReturnType<typeof populated>

function expectConsistent({ ctx, netuid }: World) {
  const count = storage.SubnetworkN.get(ctx, { netuid })
  const keys = [...storage.Keys.entries(ctx, { netuid })]
  expect(keys.map(([{ uid }]) => uid).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, uid) => uid))
  for (const [{ uid }, hotkey] of keys) {
    expect(storage.Uids.get(ctx, { netuid, hotkey })).toBe(uid)
    expect(storage.IsNetworkMember.get(ctx, { hotkey, netuid })).toBe(true)
  }
  expect([...storage.Uids.keys(ctx, { netuid })].length).toBe(count)
  const lists = [storage.Active, storage.Emission, storage.Consensus, storage.Dividends, storage.ValidatorTrust]
  for (const item of lists) expect((item as typeof storage.Active).get(ctx, { netuid }).length).toBe(count)
  expect(storage.ValidatorPermit.get(ctx, { netuid }).length).toBe(count)
  expect(storage.LastUpdate.get(ctx, { index: netuid }).length).toBe(count)
  for (const [{ uid }, row] of storage.Weights.entries(ctx, { index: netuid })) {
    expect(uid < count && row.every(([to]) => to < count)).toBe(true)
  }
}

test('a replaced neuron leaves nothing but its place', () => {
  const world = populated(4)
  const { ctx, netuid } = world
  const [old, next] = [testAccount(102), testAccount(150)]
  storage.Emission.set(ctx, { netuid }, [1n, 2n, 3n, 4n])
  storage.Weights.set(ctx, { index: netuid, uid: 1 }, [
    [2, 50],
    [3, 60],
  ])
  storage.Weights.set(ctx, { index: netuid, uid: 2 }, [[1, 70]])
  storage.Bonds.set(ctx, { index: netuid, uid: 2 }, [[1, 70]])
  replaceNeuron(ctx, netuid, 2, next)
  expect(storage.Uids.get(ctx, { netuid, hotkey: old })).toBeUndefined()
  expect(storage.Emission.get(ctx, { netuid })).toEqual([1n, 2n, 0n, 4n])
  expect(storage.Weights.get(ctx, { index: netuid, uid: 1 })).toEqual([
    [2, 0],
    [3, 60],
  ])
  expect(storage.Weights.has(ctx, { index: netuid, uid: 2 })).toBe(false)
  expect(storage.Bonds.has(ctx, { index: netuid, uid: 2 })).toBe(false)
  expect(storage.LastUpdate.get(ctx, { index: netuid })[2]).toBe(ctx.block)
  expectConsistent(world)
  // The owner's own hotkey stays, whoever asks.
  replaceNeuron(ctx, netuid, 0, old)
  expect(storage.Keys.get(ctx, { netuid, uid: 0 })).toBe(ALICE_HOT)
})

describe('whom a newcomer replaces', () => {
  test('the least paid, then the longest there, then the lowest uid; never the owner', () => {
    const { ctx, netuid } = populated(5)
    storage.MinNonImmuneUids.set(ctx, { netuid }, 0)
    storage.Emission.set(ctx, { netuid }, [0n, 5n, 3n, 3n, 9n])
    expect(neuronToPrune(ctx, netuid)).toBe(2)
    storage.BlockAtRegistration.set(ctx, { netuid, uid: 3 }, 0n)
    expect(neuronToPrune(ctx, netuid)).toBe(3)
  })

  test('an immune one when too few others are left', () => {
    const { ctx, netuid } = populated(5)
    storage.ImmunityPeriod.set(ctx, { netuid }, 100)
    for (const uid of [1, 2]) storage.BlockAtRegistration.set(ctx, { netuid, uid }, 0n)
    storage.ImmunityPeriod.set(ctx, { netuid }, Number(ctx.block))
    storage.Emission.set(ctx, { netuid }, [0n, 1n, 1n, 7n, 6n])
    storage.MinNonImmuneUids.set(ctx, { netuid }, 1)
    expect(neuronToPrune(ctx, netuid)).toBe(1)
    storage.MinNonImmuneUids.set(ctx, { netuid }, 2)
    expect(neuronToPrune(ctx, netuid)).toBe(4)
  })

  test("nobody when all are the owner's", () => {
    const { ctx, netuid } = populated(1)
    expect(neuronToPrune(ctx, netuid)).toBeUndefined()
  })
})

test('property: places stay a bijection through joining and replacing', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), n: fc.nat(20) }),
    fc.record({ kind: fc.constant('replace' as const), n: fc.nat(20) }),
  )
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 15 }), (steps) => {
      const world = populated(6)
      const { ctx, netuid } = world
      let next = 120
      for (const { kind, n } of steps) {
        const count = storage.SubnetworkN.get(ctx, { netuid })
        storage.Weights.set(ctx, { index: netuid, uid: n % count }, [[(n * 7) % count, 5]])
        if (kind === 'append') appendNeuron(ctx, netuid, testAccount(next++))
        else replaceNeuron(ctx, netuid, n % count, testAccount(next++))
        expectConsistent(world)
        expect(storage.Keys.get(ctx, { netuid, uid: 0 })).toBe(ALICE_HOT)
      }
    }),
    { numRuns: 40 },
  )
})
