import { PERQUINTILL } from '@neurite/primitives/fixed'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { powRatioScaled } from './power.ts'

const SUPPLY = 21_000_000_000_000_000n

// subtensor 14bc6f9 pallets/swap/src/pallet/balancer.rs and safe-bigmath 013c499 src/integer.rs
describe('upstream vectors', () => {
  test.each([
    // n, d, p, q, scale, expected
    [SUPPLY, 28_000_000_000_000_000n, 6n * 10n ** 17n, 4n * 10n ** 17n, PERQUINTILL, 649_519_052_838_328_985n],
    [2n, 3n, 1n, 2n, 1000n, 816n],
    [SUPPLY, SUPPLY + 100n, PERQUINTILL / 2n, PERQUINTILL / 2n, PERQUINTILL, 999_999_999_999_995_238n],
    [SUPPLY, SUPPLY + 100n, 499_999_999_999_500_000n, 500_000_000_000_500_000n, PERQUINTILL, 999_999_999_999_995_238n],
    [SUPPLY, SUPPLY + 100n, 500_000_000_000_250_000n, 499_999_999_999_750_000n, PERQUINTILL, 999_999_999_999_995_238n],
    [SUPPLY, SUPPLY + 1n, 499_999_999_500_000_000n, 500_000_000_500_000_000n, PERQUINTILL, 999_999_999_999_999_952n],
  ])('floor of %d/%d ^ %d/%d', (n, d, p, q, scale, expected) => {
    expect(powRatioScaled(n, d, p, q, scale)).toBe(expected)
  })

  // Values good to the doubles they were given as.
  test.each([
    [400_775_553n, 400_775_553n + 14_446_633_907_665_582n, 102_337_248_363_782_924n, 897_662_751_636_217_076n],
    [1n, 10n, 500_000_000_001n, 1_000_000_000_000n],
    [123_456_789n, 987_654_321n, 987_654_321_123_456_789n, 123_456_789_987_654_321n],
  ])('%d/%d ^ %d/%d agrees with doubles', (n, d, p, q) => {
    const expected = (Number(n) / Number(d)) ** (Number(p) / Number(q))
    expect(Number(powRatioScaled(n, d, p, q, PERQUINTILL)) / 1e18).toBeCloseTo(expected, 12)
  })
})

test('a zero base gives 0, a zero exponent the scale, a zero denominator nothing', () => {
  expect(powRatioScaled(0n, 5n, 1n, 2n, 100n)).toBe(0n)
  expect(powRatioScaled(5n, 7n, 0n, 2n, 100n)).toBe(100n)
  expect(powRatioScaled(5n, 0n, 1n, 2n, 100n)).toBeUndefined()
  expect(powRatioScaled(5n, 7n, 1n, 0n, 100n)).toBeUndefined()
})

test('perfect powers are not rounded below their exact value', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, 10n ** 6n),
      fc.bigInt(1n, 10n ** 6n),
      fc.bigInt(2n, 9n),
      fc.bigInt(1n, 9n),
      (a, b, q, p) => {
        expect(powRatioScaled(a ** q, b ** q, p, q, PERQUINTILL)).toBe((PERQUINTILL * a ** p) / b ** p)
      },
    ),
  )
})

test('the result is the exact floor for every exponent with small terms', () => {
  const reserve = fc.bigInt(1n, 2n ** 64n)
  fc.assert(
    fc.property(reserve, reserve, fc.bigInt(1n, 40n), fc.bigInt(1n, 40n), (n, d, p, q) => {
      const r = powRatioScaled(n, d, p, q, PERQUINTILL)!
      const exact = PERQUINTILL ** q * n ** p
      expect(r ** q * d ** p <= exact).toBe(true)
      expect((r + 1n) ** q * d ** p > exact).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('the result is the exact floor for bases near 1, as small swaps have them', () => {
  const shift = fc.bigInt(8n, 40n)
  const small = fc.bigInt(1n, 40n)
  fc.assert(
    fc.property(fc.bigInt(2n ** 42n, 2n ** 64n), shift, fc.boolean(), small, small, (n, by, grows, p, q) => {
      const d = grows ? n - (n >> by) : n + (n >> by)
      const r = powRatioScaled(n, d, p, q, PERQUINTILL)!
      const exact = PERQUINTILL ** q * n ** p
      expect(r ** q * d ** p <= exact).toBe(true)
      expect((r + 1n) ** q * d ** p > exact).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('the result grows with the exponent numerator when the base is above 1 and shrinks below 1', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, SUPPLY),
      fc.bigInt(1n, SUPPLY),
      fc.bigInt(10n ** 16n, 99n * 10n ** 16n),
      fc.bigInt(1n, 10n ** 12n),
      (n, d, w, step) => {
        const before = powRatioScaled(n, d, w, PERQUINTILL, PERQUINTILL)!
        const after = powRatioScaled(n, d, w + step, PERQUINTILL, PERQUINTILL)!
        if (n >= d) expect(after >= before).toBe(true)
        else expect(after <= before).toBe(true)
      },
    ),
    { numRuns: 300 },
  )
})
