import { U64F64 } from '@neurite/primitives/fixed'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decayBurn, decayFactorQ32, mulByQ32, powQ32, raiseBurn } from './burn.ts'
import { lockCost, lockReductionInterval } from './lockCost.ts'

const TAO = 1_000_000_000n
const WIDE = { min: 0n, max: 2n ** 64n - 1n }

describe('registration price', () => {
  test.each([
    [1, 2_147_483_648n],
    [2, 3_037_000_500n],
    [360, 4_286_705_684n],
    [36_100, 4_294_884_830n],
  ])('the factor for a half-life of %d blocks', (halfLife, factor) => {
    // One above is already too much: the factor is the largest that halves in time.
    expect(powQ32(decayFactorQ32(halfLife), halfLife) <= 1n << 31n).toBe(true)
    expect(powQ32(decayFactorQ32(halfLife) + 1n, halfLife) > 1n << 31n).toBe(true)
    expect(decayFactorQ32(halfLife)).toBe(factor)
  })

  function after(burn: bigint, halfLife: number, blocks: number) {
    let value = burn
    for (let i = 0; i < blocks; i++) value = decayBurn(value, halfLife, WIDE, 2n)
    return value
  }
  test('one TAO after 360 blocks', () => expect(after(TAO, 360, 360)).toBe(499_999_865n))
  test('1024 with half-life 2', () => {
    expect(after(1024n, 2, 2)).toBe(511n)
    expect(after(1024n, 2, 4)).toBe(255n)
  })
  test('the first block and half-life 0 decay nothing, bounds hold', () => {
    expect(decayBurn(TAO, 360, WIDE, 1n)).toBe(TAO)
    expect(decayBurn(TAO, 0, WIDE, 9n)).toBe(TAO)
    expect(decayBurn(1n, 360, { min: 500_000n, max: 100n * TAO }, 9n)).toBe(500_000n)
  })
  test('a registration multiplies, never lowers, and stops at the maximum', () => {
    const mult = U64F64.fromRatio(126n, 100n)
    expect(raiseBurn(TAO, mult, WIDE)).toBe(1_259_999_999n)
    expect(raiseBurn(TAO, U64F64.half, WIDE)).toBe(TAO)
    expect(raiseBurn(90n * TAO, mult, { min: 0n, max: 100n * TAO })).toBe(100n * TAO)
  })
  test('property: the price stays within its bounds', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.integer({ min: 1, max: 36_100 }), (burn, halfLife) => {
        const bounds = { min: 500_000n, max: 100n * TAO }
        for (const next of [decayBurn(burn, halfLife, bounds, 5n), raiseBurn(burn, U64F64.fromInt(3), bounds)]) {
          expect(next >= bounds.min && next <= bounds.max).toBe(true)
        }
      }),
    )
    expect(mulByQ32(2n ** 64n - 1n, 1n << 33n)).toBe(2n ** 64n - 1n)
  })
})

describe('subnet price', () => {
  const options = { last: 3000n * TAO, lastBlock: 1000n, interval: 100_800n, min: 1000n * TAO }
  test.each([
    [0n, 6000n * TAO],
    [7_200n, 5_785_714_291_200n],
    [50_400n, 4_500_000_038_400n],
    [100_800n, 3_000_000_076_800n],
    [201_600n, 1000n * TAO],
  ])('%d blocks after the last registration', (passed, cost) => {
    expect(lockCost({ ...options, now: 1000n + passed })).toBe(cost)
  })
  test('before the first registration it is the last price, not twice', () => {
    expect(lockCost({ ...options, lastBlock: 0n, now: 0n })).toBe(3000n * TAO)
  })
  test('the interval halves with emission and an interval of 0 does not divide', () => {
    expect(lockReductionInterval(100_800n, TAO / 2n)).toBe(50_400n)
    expect(lockCost({ ...options, interval: 0n, now: 9_999n })).toBe(6000n * TAO)
  })
  test('property: at least the minimum and falling with time', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n), fc.bigInt(1n, 10n ** 6n), fc.bigInt(0n, 10n ** 6n), (last, a, b) => {
        const at = (now: bigint) => lockCost({ ...options, last, lastBlock: 1n, now })
        expect(at(a) >= options.min && at(a + b) <= at(a)).toBe(true)
      }),
    )
  })
})
