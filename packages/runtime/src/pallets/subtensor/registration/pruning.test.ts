import { describe, expect, test } from 'vitest'
import { testAccount } from '../../../testing/harness.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { ZERO_ACCOUNT } from '../accounts.ts'
import { ALICE, ALICE_HOT, createEconomy, startedSubnet } from '../economy.fixture.ts'
import { storage } from '../index.ts'
import { createAccountIfMissing } from '../staking/hotkeys.ts'
import { immortalPlaces, neuronToPrune } from './pruning.ts'
import { appendNeuron, noteUpdate, replaceNeuron } from './uids.ts'

/** A subnet of Alice's with her owner hotkey at 0, then three more of hers, then two strangers'. */
function owned() {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  const { ctx } = economy
  storage.ImmunityPeriod.set(ctx, { netuid }, 0)
  storage.MinNonImmuneUids.set(ctx, { netuid }, 0)
  for (const n of [101, 102, 103]) {
    createAccountIfMissing(ctx, ALICE, testAccount(n))
    appendNeuron(ctx, netuid, testAccount(n))
  }
  for (const n of [104, 105]) appendNeuron(ctx, netuid, testAccount(n))
  const immortal = () => immortalPlaces(ctx, netuid).map(({ uid }) => uid)
  return { ctx, netuid, immortal }
}

describe("the owner's neurons", () => {
  test('are safe up to the limit: the earliest first, of one block the lower uid', () => {
    const { ctx, netuid, immortal } = owned()
    storage.SubnetOwnerHotkey.remove(ctx, { netuid })
    for (const [uid, block] of [9n, 5n, 3n, 3n].entries()) {
      storage.BlockAtRegistration.set(ctx, { netuid, uid }, block)
    }
    const safe = [1, 2, 3, 10].map((limit) => {
      storage.ImmuneOwnerUidsLimit.set(ctx, { netuid }, limit)
      return immortal()
    })
    expect(safe).toEqual([[2], [2, 3], [2, 3, 1], [2, 3, 1, 0]])
  })

  test('include the owner hotkey in any case, in the place of another', () => {
    const { ctx, netuid, immortal } = owned()
    storage.SubnetOwnerHotkey.set(ctx, { netuid }, testAccount(104))
    expect(immortal()).toEqual([4])
    storage.ImmuneOwnerUidsLimit.set(ctx, { netuid }, 2)
    expect(immortal()).toEqual([4, 0])
    // One without a place protects nobody.
    storage.SubnetOwnerHotkey.set(ctx, { netuid }, testAccount(99))
    expect(immortal()).toEqual([0, 1])
  })

  test('do not include the zero account where no owner hotkey is set', () => {
    const { ctx } = createEconomy()
    const netuid = 1
    expect(storage.Keys.get(ctx, { netuid, uid: 0 })).toBe(ZERO_ACCOUNT)
    storage.MinNonImmuneUids.set(ctx, { netuid }, 0)
    storage.ImmunityPeriod.set(ctx, { netuid }, 0)
    expect(immortalPlaces(ctx, netuid)).toEqual([])
    expect(neuronToPrune(ctx, netuid)).toBe(0)
  })
})

describe('a place', () => {
  test('taken by another forgets what was announced there and what every mechanism knew', () => {
    const { ctx, netuid } = owned()
    const [old, next, uid] = [testAccount(105), testAccount(120), 5]
    storage.MechanismCountCurrent.set(ctx, { netuid }, 2)
    const index = mechanismStorageIndex(netuid, 1)
    const key = { netuid, hotkey: old }
    const axon = { version: 1, ip: 1n, port: 1, ip_type: 4, protocol: 0, placeholder1: 0, placeholder2: 0 }
    storage.Axons.set(ctx, key, { block: 1n, ...axon })
    storage.Prometheus.set(ctx, key, { block: 1n, version: 1, ip: 1n, port: 1, ip_type: 4 })
    storage.NeuronCertificates.set(ctx, key, { algorithm: 1, public_key: new Uint8Array(1) })
    for (const on of [netuid, index]) {
      storage.Incentive.set(ctx, { index: on }, [1, 2, 3, 4, 5, 6])
      storage.Weights.set(ctx, { index: on, uid }, [[0, 1]])
      storage.Weights.set(ctx, { index: on, uid: 0 }, [
        [uid, 7],
        [1, 8],
      ])
      storage.Bonds.set(ctx, { index: on, uid }, [[0, 1]])
    }
    for (const item of [storage.Consensus, storage.Dividends, storage.StakeWeight, storage.ValidatorTrust]) {
      item.set(ctx, { netuid }, [1, 2, 3, 4, 5, 6])
    }
    storage.ValidatorPermit.set(ctx, { netuid }, new Array(6).fill(true))
    storage.Active.set(ctx, { netuid }, new Array(6).fill(false))

    replaceNeuron(ctx, netuid, uid, next)
    expect(storage.Axons.has(ctx, key)).toBe(false)
    expect(storage.Prometheus.has(ctx, key)).toBe(false)
    expect(storage.NeuronCertificates.has(ctx, key)).toBe(false)
    expect(storage.IsNetworkMember.has(ctx, { hotkey: old, netuid })).toBe(false)
    for (const on of [netuid, index]) {
      expect(storage.Incentive.get(ctx, { index: on })).toEqual([1, 2, 3, 4, 5, 0])
      expect(storage.Weights.has(ctx, { index: on, uid })).toBe(false)
      expect(storage.Bonds.has(ctx, { index: on, uid })).toBe(false)
      expect(storage.Weights.get(ctx, { index: on, uid: 0 })).toEqual([
        [uid, 0],
        [1, 8],
      ])
      expect(storage.LastUpdate.get(ctx, { index: on })[uid]).toBe(ctx.block)
    }
    for (const item of [storage.Consensus, storage.Dividends, storage.StakeWeight, storage.ValidatorTrust]) {
      expect(item.get(ctx, { netuid })).toEqual([1, 2, 3, 4, 5, 0])
    }
    expect(storage.ValidatorPermit.get(ctx, { netuid })).toEqual([true, true, true, true, true, false])
    expect(storage.Active.get(ctx, { netuid })).toEqual([false, false, false, false, false, true])
    expect(storage.BlockAtRegistration.get(ctx, { netuid, uid })).toBe(ctx.block)
  })

  test('has its clock on a mechanism that is younger than the neurons, for all of them', () => {
    const { ctx, netuid } = owned()
    const index = mechanismStorageIndex(netuid, 1)
    noteUpdate(ctx, index, 2)
    expect(storage.LastUpdate.get(ctx, { index })).toEqual([0n, 0n, ctx.block, 0n, 0n, 0n])
    expect(storage.Keys.get(ctx, { netuid, uid: 0 })).toBe(ALICE_HOT)
  })
})
