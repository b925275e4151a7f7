import { createSealer, meetsDifficulty } from '@neurite/primitives/pow'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FAST_PROFILE } from '../../../frame/index.ts'
import { names } from '../../../testing/harness.ts'
import { calls as admin } from '../../admin-utils/index.ts'
import { storage as system } from '../../system/index.ts'
import { ALICE, BOB, BOB_HOT, CAROL, CAROL_HOT, createEconomy, startedSubnet, TAO } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { adjusted, whatToAdjust } from './work.ts'

const BLOCK_HASH = `0x${'5a'.repeat(32)}` as const
const DIFFICULTY = 50n
const ONE = (1n << 64n) - 1n

/** A subnet of a network with proof of work, in a block whose parent's hash is known. */
function mining() {
  const economy = createEconomy({ ...FAST_PROFILE, registration: 'work' })
  const netuid = startedSubnet(economy)
  const { chain } = economy
  storage.Difficulty.set(chain.ctx, { netuid }, DIFFICULTY)
  const parent = chain.ctx.block - 1n
  system.BlockHash.set(chain.ctx, { number: Number(parent) }, BLOCK_HASH)
  /** The call that registers `hotkey` with work found here. */
  const register = (hotkey = BOB_HOT, changes: Partial<Parameters<typeof calls.register>[0]> = {}) =>
    calls.register({ netuid, block_number: parent, hotkey, coldkey: BOB, ...solve(hotkey), ...changes })
  return { economy, chain, netuid, parent, register }
}

function solve(who: `0x${string}`, meets = true) {
  const sealOf = createSealer(BLOCK_HASH, who)
  let nonce = 0n
  while (meetsDifficulty(sealOf(nonce), DIFFICULTY) !== meets) nonce++
  return { nonce, work: sealOf(nonce) }
}

describe('registration by work', () => {
  test('gives the hotkey a place, free of charge', () => {
    const { chain, netuid, register } = mining()
    const events = chain.run(BOB_HOT, register())
    expect(names(events)).toContain('SubtensorModule.NeuronRegistered')
    expect(names(events).filter((name) => name.startsWith('Balances.'))).toEqual([])
    expect(storage.Uids.get(chain.ctx, { netuid, hotkey: BOB_HOT })).toBe(1)
    expect(storage.Owner.get(chain.ctx, { hotkey: BOB_HOT })).toBe(BOB)
    expect(storage.POWRegistrationsThisInterval.get(chain.ctx, { netuid })).toBe(1)
  })

  test('is signed by the hotkey', () => {
    const { chain, register } = mining()
    expect(chain.error(BOB, register())).toBe('SubtensorModule.TransactorAccountShouldBeHotKey')
  })

  test('takes work on the two blocks before', () => {
    const { economy, chain, parent, register } = mining()
    const expected = 'SubtensorModule.InvalidWorkBlock'
    expect(chain.error(BOB_HOT, register(BOB_HOT, { block_number: parent + 1n }))).toBe(expected)
    expect(chain.error(BOB_HOT, register(BOB_HOT, { block_number: parent + 2n }))).toBe(expected)
    economy.blocks(2)
    expect(chain.error(BOB_HOT, register())).toBe(expected)
  })

  test('refuses work that is too easy, of another nonce, account or length', () => {
    const { chain, register } = mining()
    expect(chain.error(BOB_HOT, register(BOB_HOT, solve(BOB_HOT, false)))).toBe('SubtensorModule.InvalidDifficulty')
    const { nonce, work } = solve(BOB_HOT)
    const expected = 'SubtensorModule.InvalidSeal'
    expect(chain.error(BOB_HOT, register(BOB_HOT, { nonce: nonce + 1n }))).toBe(expected)
    expect(chain.error(CAROL_HOT, register(CAROL_HOT, { work }))).toBe(expected)
    expect(chain.error(BOB_HOT, register(BOB_HOT, { work: work.subarray(1) }))).toBe(expected)
  })

  test('takes the same work once', () => {
    const { economy, chain, netuid, register } = mining()
    chain.run(BOB_HOT, register())
    economy.blocks(1)
    storage.Uids.remove(chain.ctx, { netuid, hotkey: BOB_HOT })
    expect(chain.error(BOB_HOT, register())).toBe('SubtensorModule.InvalidSeal')
  })

  test('counts with paid ones against the caps of block and interval', () => {
    const { economy, chain, netuid, register } = mining()
    chain.run(BOB_HOT, register())
    const paid = calls.burned_register({ netuid, hotkey: CAROL_HOT })
    expect(chain.error(CAROL, paid)).toBe('SubtensorModule.TooManyRegistrationsThisBlock')
    economy.blocks(1)
    storage.RegistrationsThisInterval.set(chain.ctx, { netuid }, 6)
    expect(chain.error(CAROL, paid)).toBe('SubtensorModule.TooManyRegistrationsThisInterval')
    storage.RegistrationsThisInterval.set(chain.ctx, { netuid }, 5)
    chain.run(CAROL, paid)
    expect(storage.BurnRegistrationsThisInterval.get(chain.ctx, { netuid })).toBe(1)
  })

  test('is switched by the owner, apart from paid registration', () => {
    const { chain, netuid, register } = mining()
    storage.AdminFreezeWindow.set(chain.ctx, 0)
    const allow = (registration_allowed: boolean) =>
      admin.sudo_set_network_pow_registration_allowed({ netuid, registration_allowed })
    expect(chain.error(BOB, allow(false))).toBe('BadOrigin')
    expect(names(chain.run(ALICE, allow(false)))).toEqual(['SubtensorModule.PowRegistrationAllowed'])
    expect(chain.error(BOB_HOT, register())).toBe('SubtensorModule.SubNetRegistrationDisabled')
    expect(chain.error(ALICE, allow(true))).toBe('SubtensorModule.TxRateLimitExceeded')
    chain.run('root', allow(true))
    storage.NetworkRegistrationAllowed.set(chain.ctx, { netuid }, false)
    const paid = calls.burned_register({ netuid, hotkey: CAROL_HOT })
    expect(chain.error(CAROL, paid)).toBe('SubtensorModule.SubNetRegistrationDisabled')
    expect(chain.error(BOB_HOT, register())).toBeUndefined()
  })

  test('is refused in the order clients see', () => {
    const { chain, netuid, register } = mining()
    const { ctx } = chain
    const wrong = { ...solve(BOB_HOT, false), block_number: 0n }
    const fails = (changes = {}, who = BOB_HOT) =>
      chain.error(who, register(BOB_HOT, { ...wrong, ...changes }))?.split('.')[1]
    storage.NetworkPowRegistrationAllowed.set(ctx, { netuid }, false)
    storage.RegistrationsThisBlock.set(ctx, { netuid }, 1)
    storage.RegistrationsThisInterval.set(ctx, { netuid }, 6)
    storage.Uids.set(ctx, { netuid, hotkey: BOB_HOT }, 7)
    expect(fails({ netuid: 0 }, CAROL)).toBe('TransactorAccountShouldBeHotKey')
    expect(fails({ netuid: 0 })).toBe('RegistrationNotPermittedOnRootSubnet')
    expect(fails({ netuid: 77 })).toBe('SubnetNotExists')
    expect(fails()).toBe('SubNetRegistrationDisabled')
    storage.NetworkPowRegistrationAllowed.set(ctx, { netuid }, true)
    expect(fails()).toBe('TooManyRegistrationsThisBlock')
    storage.RegistrationsThisBlock.set(ctx, { netuid }, 0)
    expect(fails()).toBe('TooManyRegistrationsThisInterval')
    storage.RegistrationsThisInterval.set(ctx, { netuid }, 0)
    expect(fails()).toBe('HotKeyAlreadyRegisteredInSubNet')
    storage.Uids.remove(ctx, { netuid, hotkey: BOB_HOT })
    expect(fails({ block_number: ctx.block })).toBe('InvalidWorkBlock')
    expect(fails({ block_number: ctx.block - 1n })).toBe('InvalidDifficulty')
    storage.Owner.set(ctx, { hotkey: BOB_HOT }, CAROL)
    expect(chain.error(BOB_HOT, register())?.split('.')[1]).toBe('NonAssociatedColdKey')
    storage.Owner.set(ctx, { hotkey: BOB_HOT }, BOB)
    storage.MaxAllowedUids.set(ctx, { netuid }, 0)
    expect(chain.error(BOB_HOT, register())?.split('.')[1]).toBe('NoNeuronIdAvailable')
  })

  test('is not asked for in other networks', () => {
    const economy = createEconomy()
    const netuid = startedSubnet(economy)
    const call = { netuid, block_number: 0n, nonce: 0n, work: new Uint8Array(), hotkey: BOB_HOT, coldkey: BOB }
    expect(economy.chain.error(BOB, calls.register(call))).toBeUndefined()
    const allow = admin.sudo_set_network_pow_registration_allowed({ netuid, registration_allowed: true })
    expect(economy.chain.error(ALICE, allow)).toBe('AdminUtils.POWRegistrationDisabled')
  })
})

describe('terms', () => {
  test('stay as they are until the interval is over, then follow demand', () => {
    const { economy, chain, netuid } = mining()
    storage.MinDifficulty.set(chain.ctx, { netuid }, 1n)
    storage.AdjustmentAlpha.set(chain.ctx, { netuid }, 0n)
    storage.AdjustmentInterval.set(chain.ctx, { netuid }, 3)
    storage.LastAdjustmentBlock.set(chain.ctx, { netuid }, chain.ctx.block)
    storage.Burn.set(chain.ctx, { netuid }, TAO)
    storage.RegistrationsThisInterval.set(chain.ctx, { netuid }, 6)
    storage.POWRegistrationsThisInterval.set(chain.ctx, { netuid }, 6)
    economy.blocks(2)
    expect(storage.Difficulty.get(chain.ctx, { netuid })).toBe(DIFFICULTY)
    economy.blocks(1)
    expect(storage.Difficulty.get(chain.ctx, { netuid })).toBe(DIFFICULTY * 2n)
    expect(storage.Burn.get(chain.ctx, { netuid })).toBe(TAO)
    expect(storage.RegistrationsThisInterval.get(chain.ctx, { netuid })).toBe(0)
    economy.blocks(3)
    expect(storage.Difficulty.get(chain.ctx, { netuid })).toBe(DIFFICULTY)
    expect(storage.Burn.get(chain.ctx, { netuid })).toBe(TAO / 2n)
  })

  test.each([
    { byWork: 5, byBurn: 0, work: true, burn: false },
    { byWork: 0, byBurn: 5, work: false, burn: true },
    { byWork: 3, byBurn: 3, work: true, burn: true },
    { byWork: 1, byBurn: 0, work: false, burn: true },
    { byWork: 0, byBurn: 1, work: true, burn: false },
    { byWork: 0, byBurn: 0, work: true, burn: true },
  ])('$byWork by work and $byBurn paid', ({ byWork, byBurn, work, burn }) => {
    expect(whatToAdjust(byWork, byBurn, 2)).toEqual({ work, burn })
  })

  test('move toward the demand and stay in their bounds', () => {
    const bounds = { min: 10n, max: 1000n }
    expect(adjusted(100n, { registrations: 6, target: 2, alpha: 0n, ...bounds })).toBe(200n)
    expect(adjusted(100n, { registrations: 0, target: 2, alpha: ONE / 5n, ...bounds })).toBe(60n)
    expect(adjusted(100n, { registrations: 6, target: 2, alpha: ONE, ...bounds })).toBe(100n)
    const count = fc.nat({ max: 65_535 })
    const u64 = fc.bigInt(0n, ONE)
    fc.assert(
      fc.property(u64, count, fc.integer({ min: 1, max: 65_535 }), u64, (value, registrations, target, alpha) => {
        const next = adjusted(value, { registrations, target, alpha, min: 0n, max: ONE })
        if (registrations > target) expect(next >= value).toBe(true)
        if (registrations < target) expect(next <= value).toBe(true)
      }),
    )
  })
})
