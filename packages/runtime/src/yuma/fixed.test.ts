import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  divFloor,
  fixedProportionToU16,
  fromU16Fraction,
  highPart,
  inplaceNormalize,
  LOW,
  mulCeil,
  mulFloor,
  mulFloorByParts,
  mulFloorSigned,
  ONE,
  smaller,
} from './fixed.ts'

const T = 1n << 32n
const RUNS = { numRuns: 20_000 }

/** Integers of every magnitude up to 2^bits, and those next to a power of two, where rounding goes wrong first. */
function integer(bits: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc
      .tuple(fc.nat({ max: bits }), fc.bigInt(0n, 2n ** BigInt(bits)))
      .map(([size, value]) => Number(value % 2n ** BigInt(size))),
    fc
      .tuple(fc.nat({ max: bits - 1 }), fc.integer({ min: -2, max: 2 }))
      .map(([size, offset]) => Math.max(0, 2 ** size + offset)),
  )
}

const floorOf = (a: number, b: number) => Number((BigInt(a) * BigInt(b)) >> 32n)

describe('products', () => {
  test('equal BigInt for proportions', () => {
    fc.assert(
      fc.property(integer(33), integer(33), (a, b) => {
        const product = BigInt(a) * BigInt(b)
        expect(mulFloor(a, b)).toBe(floorOf(a, b))
        expect(mulCeil(a, b)).toBe(Number((product + T - 1n) >> 32n))
        expect(mulFloorSigned(-a, b) + 0).toBe(Number(-product >> 32n))
      }),
      RUNS,
    )
  })

  test('equal BigInt up to products of 2^84', () => {
    fc.assert(
      fc.property(integer(49), integer(35), (a, b) => {
        expect(mulFloor(a, b)).toBe(floorOf(a, b))
        expect(mulFloor(b, a)).toBe(floorOf(a, b))
      }),
      RUNS,
    )
  })

  test('by parts equal BigInt, for a factor of either sign', () => {
    const byParts = (a: number, b: number) => mulFloorByParts(a, highPart(b), b - highPart(b) * LOW)
    fc.assert(
      fc.property(integer(34), integer(34), (a, b) => {
        expect(byParts(a, b)).toBe(floorOf(a, b))
        expect(byParts(a, -b) + 0).toBe(floorOf(a, -b))
      }),
      RUNS,
    )
  })

  test('equal BigInt next to a multiple of 2^32, where the double is rounded up', () => {
    fc.assert(
      fc.property(integer(32), integer(32), fc.integer({ min: -3, max: 3 }), (quotient, b, offset) => {
        if (b === 0) return
        const a = Math.max(0, Number((BigInt(quotient) << 32n) / BigInt(b)) + offset)
        if (a > 2 ** 33) return
        expect(mulFloor(a, b)).toBe(floorOf(a, b))
      }),
      RUNS,
    )
  })
})

test('the smaller of two', () => {
  fc.assert(
    fc.property(integer(51), integer(51), (a, b) => {
      expect(smaller(a, b)).toBe(Math.min(a, b))
    }),
    RUNS,
  )
})

describe('quotients', () => {
  const expected = (a: number, b: number) => Number((BigInt(a) << 32n) / BigInt(b))

  test('equal BigInt for shares of a sum', () => {
    fc.assert(
      fc.property(integer(41), integer(41), (a, b) => {
        const divisor = a + b
        if (divisor > 0) expect(divFloor(a, divisor)).toBe(expected(a, divisor))
      }),
      RUNS,
    )
  })

  test('equal BigInt for any divisor', () => {
    fc.assert(
      fc.property(integer(20), integer(52), (a, b) => {
        if (b > 0) expect(divFloor(a, b)).toBe(expected(a, b))
      }),
      RUNS,
    )
  })

  test('equal BigInt next to an exact quotient', () => {
    fc.assert(
      fc.property(integer(32), integer(40), fc.integer({ min: -3, max: 3 }), (quotient, b, offset) => {
        if (b === 0) return
        const a = Math.max(0, Number((BigInt(quotient) * BigInt(b)) >> 32n) + offset)
        expect(divFloor(a, b)).toBe(expected(a, b))
      }),
      RUNS,
    )
  })
})

test('u16 fractions: 65535 is exactly one, and back is floored and saturated', () => {
  expect(fromU16Fraction(65535)).toBe(ONE)
  expect(fromU16Fraction(32767)).toBe(2_147_450_879)
  for (let value = 0; value <= 65535; value++) {
    const bits = fromU16Fraction(value)
    if (BigInt(bits) !== (BigInt(value) << 32n) / 65535n) expect.fail(`${value}`)
    if (BigInt(fixedProportionToU16(bits)) !== (BigInt(bits) * 65535n) >> 32n) expect.fail(`${value} back`)
  }
  expect(fixedProportionToU16(2 * ONE)).toBe(65535)
})

test('normalising leaves zeros alone and never exceeds one', () => {
  fc.assert(
    fc.property(fc.array(integer(32), { maxLength: 40 }), (values) => {
      const shares = Float64Array.from(values)
      inplaceNormalize(shares)
      const total = values.reduce((a, b) => a + b, 0)
      const sum = shares.reduce((a, b) => a + b, 0)
      if (total === 0) expect([...shares]).toEqual(values)
      else expect(sum <= ONE && sum > ONE - values.length - 1).toBe(true)
    }),
  )
})
