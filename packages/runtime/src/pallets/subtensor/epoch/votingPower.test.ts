import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { names } from '../../../testing/harness.ts'
import {
  ALICE,
  ALICE_HOT,
  BOB,
  BOB_HOT,
  CAROL,
  CAROL_HOT,
  createEconomy,
  startedSubnet,
  TAO,
} from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { DISABLE_GRACE_BLOCKS, nextVotingPower } from './votingPower.ts'

const ONE = 10n ** 18n
const NEW_HOT = `0x${'77'.repeat(32)}` as const

/** Bob validates with stake on Alice's subnet; Carol has a place but no stake. */
function tracking() {
  const economy = createEconomy()
  const netuid = startedSubnet(economy)
  const { chain, blocks } = economy
  chain.run(BOB, calls.burned_register({ netuid, hotkey: BOB_HOT }))
  chain.run(CAROL, calls.burned_register({ netuid, hotkey: CAROL_HOT }))
  chain.run(BOB, calls.add_stake({ hotkey: BOB_HOT, netuid, amount_staked: 100n * TAO }))
  storage.StakeThreshold.set(chain.ctx, 0n)
  chain.run(ALICE, calls.enable_voting_power_tracking({ netuid }))
  chain.run('root', calls.sudo_set_voting_power_ema_alpha({ netuid, alpha: ONE }))
  /** Runs an epoch in the next block. */
  const epoch = (): void => {
    storage.PendingEpochAt.set(chain.ctx, { netuid }, chain.ctx.block + 1n)
    blocks(1)
  }
  const powerOf = (hotkey: `0x${string}`): bigint => storage.VotingPower.get(chain.ctx, { netuid, hotkey })
  return { chain, netuid, epoch, powerOf }
}

describe('calls', () => {
  test('owner and root turn tracking on', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const call = calls.enable_voting_power_tracking({ netuid })
    for (const who of [ALICE, 'root'] as const) {
      storage.VotingPowerTrackingEnabled.set(economy.ctx, { netuid }, false)
      expect(names(economy.chain.run(who, call))).toEqual(['SubtensorModule.VotingPowerTrackingEnabled'])
      expect(storage.VotingPowerTrackingEnabled.get(economy.chain.ctx, { netuid })).toBe(true)
    }
    expect(economy.chain.error(BOB, call)).toMatch(/BadOrigin$/)
  })

  test('turning it off is planned, and can be called off', () => {
    const { chain, netuid } = tracking()
    const off = calls.disable_voting_power_tracking({ netuid })
    expect(chain.error(BOB, off)).toMatch(/BadOrigin$/)
    expect(names(chain.run(ALICE, off))).toEqual(['SubtensorModule.VotingPowerTrackingDisableScheduled'])
    const end = storage.VotingPowerDisableAtBlock.get(chain.ctx, { netuid })
    expect(end).toBe(chain.ctx.block + 100_800n)
    chain.run('root', calls.enable_voting_power_tracking({ netuid }))
    expect(storage.VotingPowerDisableAtBlock.get(chain.ctx, { netuid })).toBe(0n)
  })

  test('what is not on cannot be turned off', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const off = calls.disable_voting_power_tracking({ netuid })
    expect(economy.chain.error(ALICE, off)).toBe('SubtensorModule.VotingPowerTrackingNotEnabled')
  })

  test('only root sets the smoothing, up to one', () => {
    const { chain, netuid } = tracking()
    const set = (alpha: bigint) => calls.sudo_set_voting_power_ema_alpha({ netuid, alpha })
    expect(names(chain.run('root', set(ONE)))).toEqual(['SubtensorModule.VotingPowerEmaAlphaSet'])
    expect(chain.error('root', set(ONE + 1n))).toBe('SubtensorModule.InvalidVotingPowerEmaAlpha')
    expect(chain.error(ALICE, set(0n))).toMatch(/BadOrigin$/)
  })
})

describe('at an epoch', () => {
  test('a validator has the power of its stake, others have none', () => {
    const { epoch, powerOf } = tracking()
    epoch()
    expect(powerOf(BOB_HOT)).toBeGreaterThan(0n)
    expect(powerOf(CAROL_HOT)).toBe(0n)
  })

  test('power approaches the stake as the smoothing says', () => {
    const { chain, netuid, epoch, powerOf } = tracking()
    epoch()
    const full = powerOf(BOB_HOT)
    storage.VotingPower.set(chain.ctx, { netuid, hotkey: BOB_HOT }, 0n)
    chain.run('root', calls.sudo_set_voting_power_ema_alpha({ netuid, alpha: ONE / 2n }))
    epoch()
    const half = powerOf(BOB_HOT)
    // Dividends add a little stake between the two epochs.
    expect(half).toBeGreaterThanOrEqual(full / 2n)
    epoch()
    expect(powerOf(BOB_HOT)).toBeGreaterThan(half)
  })

  test('nothing is kept where tracking is off', () => {
    const { chain, netuid, epoch, powerOf } = tracking()
    storage.VotingPowerTrackingEnabled.set(chain.ctx, { netuid }, false)
    epoch()
    expect(powerOf(BOB_HOT)).toBe(0n)
  })

  test('power goes with the permit and with the place', () => {
    const { chain, netuid, epoch, powerOf } = tracking()
    storage.VotingPower.set(chain.ctx, { netuid, hotkey: CAROL_HOT }, 5n)
    storage.VotingPower.set(chain.ctx, { netuid, hotkey: NEW_HOT }, 5n)
    epoch()
    expect(powerOf(CAROL_HOT)).toBe(0n)
    expect(powerOf(NEW_HOT)).toBe(0n)
  })

  test('falling below the stake threshold removes it, growing up to it does not', () => {
    const { chain, netuid, epoch, powerOf } = tracking()
    epoch()
    const full = powerOf(BOB_HOT)
    const threshold = full / 2n
    storage.StakeThreshold.set(chain.ctx, threshold)
    chain.run('root', calls.sudo_set_voting_power_ema_alpha({ netuid, alpha: ONE / 10n }))
    storage.VotingPower.set(chain.ctx, { netuid, hotkey: BOB_HOT }, 0n)
    // The owner's hotkey has a permit whatever its stake, so its power decays.
    storage.VotingPower.set(chain.ctx, { netuid, hotkey: ALICE_HOT }, threshold)
    epoch()
    expect(powerOf(BOB_HOT)).toBeGreaterThan(0n)
    expect(powerOf(BOB_HOT)).toBeLessThan(threshold)
    expect(storage.VotingPower.has(chain.ctx, { netuid, hotkey: ALICE_HOT })).toBe(false)
  })

  test('power that was never above the threshold decays and stays', () => {
    const { chain, netuid, epoch, powerOf } = tracking()
    storage.StakeThreshold.set(chain.ctx, 10n ** 15n)
    chain.run('root', calls.sudo_set_voting_power_ema_alpha({ netuid, alpha: ONE / 10n }))
    storage.VotingPower.set(chain.ctx, { netuid, hotkey: ALICE_HOT }, 10n ** 12n)
    epoch()
    expect(powerOf(ALICE_HOT)).toBeGreaterThanOrEqual(9n * 10n ** 11n)
    expect(powerOf(ALICE_HOT)).toBeLessThan(10n ** 12n)
  })

  test('after the grace all power is removed and tracking is off', () => {
    const { chain, netuid, epoch, powerOf } = tracking()
    epoch()
    chain.run(ALICE, calls.disable_voting_power_tracking({ netuid }))
    epoch()
    expect(powerOf(BOB_HOT)).toBeGreaterThan(0n)
    chain.goTo(chain.ctx.block + DISABLE_GRACE_BLOCKS)
    epoch()
    expect(powerOf(BOB_HOT)).toBe(0n)
    expect(storage.VotingPowerTrackingEnabled.get(chain.ctx, { netuid })).toBe(false)
    expect(storage.VotingPowerDisableAtBlock.has(chain.ctx, { netuid })).toBe(false)
    expect(chain.ctx.events.map((record) => record.event.name)).toContain('VotingPowerTrackingDisabled')
  })
})

test('a swap of the hotkey adds its power to the new one', () => {
  const { chain, netuid, epoch, powerOf } = tracking()
  epoch()
  const power = powerOf(BOB_HOT)
  storage.VotingPower.set(chain.ctx, { netuid, hotkey: NEW_HOT }, 7n)
  chain.goTo(chain.ctx.block + 100_000n)
  chain.run(BOB, calls.swap_hotkey({ hotkey: BOB_HOT, new_hotkey: NEW_HOT, netuid }))
  expect(powerOf(BOB_HOT)).toBe(0n)
  expect(powerOf(NEW_HOT)).toBe(power + 7n)
})

test('the moving average stays between the old value and the stake', () => {
  const u64 = fc.bigInt(0n, (1n << 64n) - 1n)
  fc.assert(
    fc.property(u64, u64, fc.bigInt(0n, ONE), (previous, stake, alpha) => {
      const next = nextVotingPower(previous, stake, alpha)
      expect(next >= (previous < stake ? previous : stake)).toBe(true)
      expect(next <= (previous > stake ? previous : stake)).toBe(true)
    }),
  )
  expect(nextVotingPower(0n, 1000n * TAO, 3_570_000_000_000_000n)).toBe(3_570_000_000n)
})
