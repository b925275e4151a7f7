import { beforeEach, describe, expect, test } from 'vitest'
import { names, testAccount } from '../../../testing/harness.ts'
import { calls as admin } from '../../admin-utils/index.ts'
import { ALICE, BOB, BOB_HOT, createEconomy, type Economy } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { takeOf } from '../staking/hotkeys.ts'
import { ownError, poolCode } from '../weights/weights.fixture.ts'

const DEFAULT_TAKE = 11_796
const LIMIT = 216_000n
const increase = (take: number, hotkey = BOB_HOT) => calls.increase_take({ hotkey, take })
const decrease = (take: number, hotkey = BOB_HOT) => calls.decrease_take({ hotkey, take })

let economy: Economy
beforeEach(() => {
  economy = createEconomy()
  economy.chain.run(BOB, calls.try_associate_hotkey({ hotkey: BOB_HOT }))
  economy.chain.goTo(10n)
})

const fail = (who: `0x${string}`, call: ReturnType<typeof increase>) => ownError(economy.chain, who, call)

describe('associating a hotkey', () => {
  test('makes the signer its owner; one that is owned stays with its owner', () => {
    const { chain } = economy
    expect(storage.Owner.get(chain.ctx, { hotkey: BOB_HOT })).toBe(BOB)
    expect(storage.OwnedHotkeys.get(chain.ctx, { coldkey: BOB })).toEqual([BOB_HOT])
    expect(storage.StakingHotkeys.get(chain.ctx, { coldkey: BOB })).toEqual([BOB_HOT])
    expect(chain.error(ALICE, calls.try_associate_hotkey({ hotkey: BOB_HOT }))).toBeUndefined()
    expect(storage.Owner.get(chain.ctx, { hotkey: BOB_HOT })).toBe(BOB)
    expect(storage.OwnedHotkeys.get(chain.ctx, { coldkey: ALICE })).toEqual([])
  })
})

describe('the take', () => {
  test('of a hotkey that never chose one is 18 %, and may be set to anything in its bounds', () => {
    const { chain } = economy
    expect(takeOf(chain.ctx, BOB_HOT)).toBe(DEFAULT_TAKE)
    expect(names(chain.run(BOB, increase(5)))).toEqual(['SubtensorModule.TakeIncreased'])
    expect(takeOf(chain.ctx, BOB_HOT)).toBe(5)
  })

  test('rises strictly, at most to the maximum, and not within 30 days of any change', () => {
    const { chain } = economy
    chain.run(BOB, decrease(100))
    expect(fail(BOB, increase(100))).toBe('SubtensorModule.DelegateTakeTooLow')
    expect(fail(BOB, increase(DEFAULT_TAKE + 1))).toBe('SubtensorModule.DelegateTakeTooHigh')
    expect(fail(BOB, increase(101))).toBe('SubtensorModule.DelegateTxRateLimitExceeded')
    chain.goTo(10n + LIMIT)
    expect(fail(BOB, increase(101))).toBe('SubtensorModule.DelegateTxRateLimitExceeded')
    chain.goTo(11n + LIMIT)
    expect(fail(BOB, increase(101))).toBeUndefined()
    storage.TxDelegateTakeRateLimit.set(chain.ctx, 0n)
    expect(fail(BOB, increase(DEFAULT_TAKE))).toBeUndefined()
  })

  test('falls strictly, at least to the minimum, whenever the owner likes', () => {
    const { chain } = economy
    expect(names(chain.run(BOB, decrease(100)))).toEqual(['SubtensorModule.TakeDecreased'])
    expect(fail(BOB, decrease(100))).toBe('SubtensorModule.DelegateTakeTooLow')
    chain.run('root', admin.sudo_set_min_delegate_take({ take: 50 }))
    expect(fail(BOB, decrease(49))).toBe('SubtensorModule.DelegateTakeTooLow')
    expect(fail(BOB, decrease(50))).toBeUndefined()
  })

  test('belongs to the owner of a known hotkey', () => {
    for (const call of [increase, decrease]) {
      expect(fail(BOB, call(1, testAccount(66)))).toBe('SubtensorModule.HotKeyAccountNotExists')
      expect(fail(ALICE, call(1))).toBe('SubtensorModule.NonAssociatedColdKey')
    }
  })

  test('is checked in the pool: bounds, then the hotkey, then its owner; the rate limit is not', () => {
    const { chain } = economy
    chain.run('root', admin.sudo_set_min_delegate_take({ take: 50 }))
    const stranger = testAccount(66)
    for (const call of [increase, decrease]) {
      expect(poolCode(chain, ALICE, call(49, stranger))).toBe(26)
      expect(poolCode(chain, ALICE, call(DEFAULT_TAKE + 1, stranger))).toBe(27)
      expect(poolCode(chain, ALICE, call(50, stranger))).toBe(4)
      expect(poolCode(chain, ALICE, call(50))).toBe(25)
      expect(poolCode(chain, BOB, call(50))).toBeUndefined()
    }
    chain.run(BOB, decrease(60))
    expect(poolCode(chain, BOB, increase(70))).toBeUndefined()
  })
})
