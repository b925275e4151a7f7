import { describe, expect, it } from 'vitest'
import { NORMAL_PROFILE } from '../../frame/index.ts'
import { names, TestChain, testAccount } from '../../testing/harness.ts'
import aura, { storage as auraStorage } from '../aura/index.ts'
import grandpa, { storage as grandpaStorage } from '../grandpa/index.ts'
import { subnetAccount } from '../subtensor/accounts.ts'
import { storage } from '../subtensor/storage/index.ts'
import system, { storage as systemStorage } from '../system/index.ts'
import adminUtils, { calls, storage as own } from './index.ts'

const owner = testAccount(1)
const stranger = testAccount(2)
const netuid = 2

function chainWith(): TestChain {
  const chain = new TestChain([system, aura, grandpa, adminUtils], { profile: NORMAL_PROFILE, block: 1001n })
  storage.NetworksAdded.set(chain.ctx, { netuid }, true)
  storage.SubnetOwner.set(chain.ctx, { netuid }, owner)
  storage.Tempo.set(chain.ctx, { netuid }, 360)
  storage.LastEpochBlock.set(chain.ctx, { netuid }, 1000n)
  return chain
}

describe('authorities', () => {
  it('of blocks are replaced by root', () => {
    const chain = chainWith()
    const swap = calls.swap_authorities({ new_authorities: [owner, stranger] })
    expect(chain.error(owner, swap)).toBe('BadOrigin')
    chain.run('root', swap)
    expect(auraStorage.Authorities.get(chain.ctx)).toEqual([owner, stranger])
    expect(systemStorage.Digest.get(chain.ctx).logs).toHaveLength(1)
  })

  it('of finality change after their delay', () => {
    const chain = chainWith()
    const next_authorities: [typeof owner, bigint][] = [[owner, 1n]]
    const change = calls.schedule_grandpa_change({ next_authorities, in_blocks: 2, forced: undefined })
    expect(chain.error(owner, change)).toBe('BadOrigin')
    chain.run('root', change)
    expect(chain.error('root', change)).toBe('Grandpa.ChangePending')
    const finish = () => grandpa.hooks.onFinalize!(chain.ctx)
    finish()
    expect(systemStorage.Digest.get(chain.ctx).logs).toHaveLength(1)
    chain.goTo(1002n)
    finish()
    expect(grandpaStorage.Authorities.get(chain.ctx)).toEqual([])
    chain.goTo(1003n)
    finish()
    expect(grandpaStorage.Authorities.get(chain.ctx)).toEqual(next_authorities)
    expect(names(chain.ctx.events.map((record) => record.event))).toEqual(['Grandpa.NewAuthorities'])
  })

  it('of finality cannot be forced again too soon', () => {
    const chain = chainWith()
    const change = calls.schedule_grandpa_change({ next_authorities: [[owner, 1n]], in_blocks: 3, forced: 900 })
    chain.run('root', change)
    grandpaStorage.PendingChange.remove(chain.ctx)
    expect(chain.error('root', change)).toBe('Grandpa.TooSoon')
    chain.goTo(1007n)
    chain.run('root', change)
  })
})

describe.each(['sudo_set_sn_owner_hotkey', 'sudo_set_subnet_owner_hotkey'] as const)('%s', (name) => {
  const set = (hotkey: `0x${string}`, subnet = netuid) => calls[name]({ netuid: subnet, hotkey })

  it('is for owner and root, once a week, inside the freeze window too', () => {
    const chain = chainWith()
    chain.goTo(1359n)
    expect(names(chain.run(owner, set(stranger)))).toEqual(['SubtensorModule.SubnetOwnerHotkeySet'])
    expect(storage.SubnetOwnerHotkey.get(chain.ctx, { netuid })).toBe(stranger)
    chain.goTo(1359n + 50_399n)
    expect(chain.error('root', set(owner))).toBe('SubtensorModule.TxRateLimitExceeded')
    chain.goTo(1359n + 50_400n)
    chain.run('root', set(owner))
  })

  it('refuses strangers, unknown subnets and subnet accounts', () => {
    const chain = chainWith()
    expect(chain.error(stranger, set(owner))).toBe('BadOrigin')
    expect(chain.error('root', set(owner, 7))).toBe('SubtensorModule.SubnetNotExists')
    expect(chain.error(owner, set(subnetAccount(1)))).toBe('SubtensorModule.CannotUseSystemAccount')
    // The refused attempt did not start the limit.
    chain.run(owner, set(stranger))
  })
})

describe('alpha values', () => {
  const set = (alpha_low: number, alpha_high: number) => calls.sudo_set_alpha_values({ netuid, alpha_low, alpha_high })

  it('need liquid alpha and their order', () => {
    const chain = chainWith()
    expect(chain.error(stranger, set(1638, 1638))).toBe('BadOrigin')
    expect(chain.error(owner, set(1638, 1638))).toBe('SubtensorModule.LiquidAlphaDisabled')
    chain.run('root', calls.sudo_set_liquid_alpha_enabled({ netuid, enabled: true }))
    expect(chain.error(owner, set(1638, 1637))).toBe('SubtensorModule.AlphaHighTooLow')
    expect(chain.error(owner, set(1637, 1638))).toBe('SubtensorModule.AlphaLowOutOfRange')
    expect(chain.error(owner, set(1640, 1639))).toBe('SubtensorModule.AlphaLowOutOfRange')
    chain.run(owner, set(1638, 65_535))
    expect(storage.AlphaValues.get(chain.ctx, { netuid })).toEqual([1638, 65_535])
    expect(chain.error(owner, set(1638, 65_535))).toBe('SubtensorModule.TxRateLimitExceeded')
    chain.goTo(1355n)
    expect(chain.error('root', set(1638, 65_535))).toBe('SubtensorModule.AdminActionProhibitedDuringWeightsWindow')
  })
})

describe('precompiles', () => {
  it('are switched by root; only a change is an event', () => {
    const chain = chainWith()
    const off = calls.sudo_toggle_evm_precompile({ precompile_id: 'Staking', enabled: false })
    expect(chain.error(owner, off)).toBe('BadOrigin')
    expect(names(chain.run('root', off))).toEqual(['AdminUtils.PrecompileUpdated'])
    expect(chain.run('root', off)).toEqual([])
    expect(own.PrecompileEnable.get(chain.ctx, { precompile: 'Staking' })).toBe(false)
  })
})

describe('mechanisms', () => {
  it('beyond a lower count lose their matrices, and the split is even again', () => {
    const chain = chainWith()
    const { ctx } = chain
    storage.MaxAllowedUids.set(ctx, { netuid }, 64)
    chain.run('root', calls.sudo_set_mechanism_count({ netuid, mechanism_count: 2 }))
    chain.run('root', calls.sudo_set_mechanism_emission_split({ netuid, maybe_split: [65_000, 535] }))
    const [first, second] = [netuid, netuid + 4096]
    for (const index of [first, second]) {
      storage.Weights.set(ctx, { index, uid: 0 }, [[1, 5]])
      storage.Bonds.set(ctx, { index, uid: 0 }, [[1, 5]])
      storage.Incentive.set(ctx, { index }, [1])
      storage.LastUpdate.set(ctx, { index }, [1n])
    }
    chain.run('root', calls.sudo_set_mechanism_count({ netuid, mechanism_count: 1 }))
    expect([storage.Weights, storage.Bonds].map((item) => item.has(ctx, { index: second, uid: 0 }))).toEqual([
      false,
      false,
    ])
    expect([storage.Incentive, storage.LastUpdate].map((item) => item.has(ctx, { index: second }))).toEqual([
      false,
      false,
    ])
    expect(storage.Weights.has(ctx, { index: first, uid: 0 })).toBe(true)
    expect(storage.MechanismEmissionSplit.get(ctx, { netuid })).toBeUndefined()
  })

  it('share emission evenly once the split is taken back', () => {
    const chain = chainWith()
    chain.run('root', calls.sudo_set_mechanism_emission_split({ netuid, maybe_split: [65_535] }))
    expect(storage.MechanismEmissionSplit.get(chain.ctx, { netuid })).toEqual([65_535])
    chain.run('root', calls.sudo_set_mechanism_emission_split({ netuid, maybe_split: undefined }))
    expect(storage.MechanismEmissionSplit.get(chain.ctx, { netuid })).toBeUndefined()
  })
})

describe('trimming', () => {
  /** Hotkey of the neuron that has `uid` before trimming. */
  const hotkeyOf = (uid: number) => testAccount(100 + uid)

  /** Six neurons, none immune, with these emissions. */
  function sixNeurons(emissions: bigint[]): TestChain {
    const chain = chainWith()
    const { ctx } = chain
    storage.MinAllowedUids.set(ctx, { netuid }, 1)
    storage.MaxAllowedUids.set(ctx, { netuid }, 6)
    storage.ImmunityPeriod.set(ctx, { netuid }, 10)
    storage.SubnetworkN.set(ctx, { netuid }, 6)
    storage.Emission.set(ctx, { netuid }, emissions)
    storage.Consensus.set(ctx, { netuid }, [0, 1, 2, 3, 4, 5])
    storage.Incentive.set(ctx, { index: netuid }, [0, 1, 2, 3, 4, 5])
    for (let uid = 0; uid < 6; uid++) {
      const hotkey = hotkeyOf(uid)
      storage.Keys.set(ctx, { netuid, uid }, hotkey)
      storage.Uids.set(ctx, { netuid, hotkey }, uid)
      storage.IsNetworkMember.set(ctx, { netuid, hotkey }, true)
      storage.BlockAtRegistration.set(ctx, { netuid, uid }, BigInt(uid))
      storage.Weights.set(
        ctx,
        { index: netuid, uid },
        [0, 1, 2, 3, 4, 5].map((target) => [target, 10 * uid + target]),
      )
    }
    return chain
  }

  it('removes the lowest earners, the newer of equals first, and renumbers the rest everywhere', () => {
    const chain = sixNeurons([50n, 1n, 40n, 1n, 30n, 20n])
    const { ctx } = chain
    chain.run(owner, calls.sudo_trim_to_max_allowed_uids({ netuid, max_n: 4 }))
    // uids 1 and 3 left: 0, 2, 4, 5 are now 0, 1, 2, 3.
    expect(storage.SubnetworkN.get(ctx, { netuid })).toBe(4)
    expect(storage.MaxAllowedUids.get(ctx, { netuid })).toBe(4)
    expect(storage.Emission.get(ctx, { netuid })).toEqual([50n, 40n, 30n, 20n])
    expect(storage.Consensus.get(ctx, { netuid })).toEqual([0, 2, 4, 5])
    expect(storage.Incentive.get(ctx, { index: netuid })).toEqual([0, 2, 4, 5])
    expect([...storage.Keys.entries(ctx, { netuid })].map(([{ uid }, hotkey]) => [uid, hotkey])).toEqual(
      [0, 2, 4, 5].map((old, uid) => [uid, hotkeyOf(old)]),
    )
    for (const [uid, old] of [0, 2, 4, 5].entries()) {
      expect(storage.Uids.get(ctx, { netuid, hotkey: hotkeyOf(old) })).toBe(uid)
      expect(storage.BlockAtRegistration.get(ctx, { netuid, uid })).toBe(BigInt(old))
      expect(storage.Weights.get(ctx, { index: netuid, uid })).toEqual(
        [0, 2, 4, 5].map((target, column) => [column, 10 * old + target]),
      )
    }
    expect(storage.Uids.get(ctx, { netuid, hotkey: hotkeyOf(1) })).toBeUndefined()
    expect(storage.IsNetworkMember.get(ctx, { netuid, hotkey: hotkeyOf(3) })).toBe(false)
    expect([...storage.Weights.keys(ctx, { index: netuid })]).toHaveLength(4)
  })

  it('takes the newest of equals', () => {
    const chain = sixNeurons([1n, 1n, 1n, 1n, 1n, 1n])
    chain.run('root', calls.sudo_trim_to_max_allowed_uids({ netuid, max_n: 3 }))
    expect([0, 1, 2].map((uid) => storage.Keys.get(chain.ctx, { netuid, uid }))).toEqual([0, 1, 2].map(hotkeyOf))
  })

  it("spares immune neurons and the owner's", () => {
    const chain = sixNeurons([1n, 90n, 1n, 80n, 1n, 70n])
    const { ctx } = chain
    // uid 0 is new; uid 4 belongs to the owner.
    storage.BlockAtRegistration.set(ctx, { netuid, uid: 0 }, 1000n)
    storage.SubnetOwnerHotkey.set(ctx, { netuid }, hotkeyOf(4))
    chain.run('root', calls.sudo_trim_to_max_allowed_uids({ netuid, max_n: 4 }))
    // 2 left first, then the lowest of 1, 3 and 5.
    expect([0, 1, 2, 3].map((uid) => storage.Keys.get(ctx, { netuid, uid }))).toEqual([0, 1, 3, 4].map(hotkeyOf))
  })

  it('fails when too many are immune, and changes nothing', () => {
    const chain = sixNeurons([1n, 1n, 1n, 1n, 1n, 1n])
    for (const uid of [0, 1, 2, 3]) storage.BlockAtRegistration.set(chain.ctx, { netuid, uid }, 1000n)
    expect(chain.error('root', calls.sudo_trim_to_max_allowed_uids({ netuid, max_n: 5 }))).toBe(
      'SubtensorModule.TrimmingWouldExceedMaxImmunePercentage',
    )
    expect(storage.MaxAllowedUids.get(chain.ctx, { netuid })).toBe(6)
  })
})
