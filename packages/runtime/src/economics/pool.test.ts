import { minBig, PERQUINTILL, U64F64 } from '@neurite/primitives/fixed'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  alphaInForTaoOut,
  alphaInToPrice,
  alphaOut,
  DEFAULT_QUOTE_WEIGHT,
  isWeightInBounds,
  MIN_WEIGHT,
  type Pool,
  poolPrice,
  quoteWeightAfterInjection,
  quoteWeightForPrice,
  sqrtFloor,
  sqrtPrice,
  taoInToPrice,
  taoOut,
} from './pool.ts'

const SUPPLY = 21_000_000_000_000_000n
const GOLDEN: Pool = { alpha: 1_000_000_000_000_000n, tao: 20_000_000_000_000n, quoteWeight: DEFAULT_QUOTE_WEIGHT }
const parts = (share: number) => BigInt(Math.round(share * 1e9)) * 10n ** 9n
const price = (value: number) => BigInt(Math.round(value * 2 ** 50)) << 14n

// subtensor 14bc6f9 pallets/swap/src/pallet/tests.rs test_convert_deltas
describe('output against the closed formula', () => {
  const cases: [number, number, number, bigint][] = []
  for (const weight of [0.5, 0.50000001, 0.49999999, 0.1, 0.9]) {
    for (const [tao, alpha] of [
      [1500, 1000],
      [1, 1_000_000],
      [1_000_000, 1],
    ] as const) {
      for (const delta of [1n, 10_000n, 1_000_000n, 2n ** 64n - 1n]) cases.push([tao, alpha, weight, delta])
    }
  }
  test.each(cases)('tao %d alpha %d weight %d delta %d', (tao, alpha, weight, delta) => {
    const pool: Pool = { alpha: BigInt(alpha), tao: BigInt(tao), quoteWeight: parts(weight) }
    const d = Number(delta)
    const sell = tao * (1 - (alpha / (alpha + d)) ** ((1 - weight) / weight))
    const buy = alpha * (1 - (tao / (tao + d)) ** (weight / (1 - weight)))
    // Upstream allows 2 here; one more where doubles lose the last digits of reserve + 2^64.
    expect(Math.abs(Number(taoOut(pool, delta)) - Math.trunc(sell))).toBeLessThanOrEqual(2)
    expect(Math.abs(Number(alphaOut(pool, delta)) - Math.trunc(buy))).toBeLessThanOrEqual(2)
  })
})

// subtensor 14bc6f9 pallets/swap/src/pallet/balancer.rs
describe('amounts to a price', () => {
  const pool: Pool = { alpha: 1_000_000_000n, tao: 1_000_000_000n, quoteWeight: PERQUINTILL / 4n }
  test('test_calculate_quote_delta_in', () => {
    expect(taoInToPrice(pool, price(0.1), price(0.2))).toBe(BigInt(Math.trunc(1e9 * (2 ** 0.75 - 1))))
    expect(taoInToPrice(pool, price(0.1), price(0.05))).toBe(0n)
  })
  test('test_calculate_base_delta_in', () => {
    expect(alphaInToPrice(pool, price(0.2), price(0.1))).toBe(BigInt(Math.trunc(1e9 * (2 ** 0.25 - 1))))
    expect(alphaInToPrice(pool, price(0.1), price(0.2))).toBe(0n)
  })
  test('test_base_needed_for_quote', () => {
    const expected = 1e9 * ((1e9 / (1e9 - 1_123_432)) ** (0.25 / 0.75) - 1)
    expect(alphaInForTaoOut(pool, 1_123_432n)).toBe(BigInt(Math.trunc(expected)))
  })
  test('an empty price or reserve gives 0 instead of an error', () => {
    for (const p of [0n, U64F64.one, U64F64.max]) {
      for (const t of [0n, U64F64.one, U64F64.max]) {
        for (const reserve of [0n, 1n, 2n ** 64n - 1n]) {
          const extreme: Pool = { alpha: reserve, tao: reserve, quoteWeight: MIN_WEIGHT }
          expect(taoInToPrice(extreme, p, t) >= 0n && alphaInToPrice(extreme, p, t) >= 0n).toBe(true)
        }
      }
    }
    expect(poolPrice({ alpha: 0n, tao: 5n, quoteWeight: DEFAULT_QUOTE_WEIGHT })).toBe(0n)
  })
})

describe('price and weights', () => {
  test.each([
    [1 / 2, 2n, 5n, 2.5],
    [1 / 3, 4n, 10n, 5],
    [3 / 10, 10n, 0n, 0],
    [2 / 5, 9n, 25n, 1.5 * (25 / 9)],
    [3 / 10, SUPPLY, 15_000_000_000_000_000n, (0.7 / 0.3) * (15 / 21)],
  ])('weight %d, alpha %d, tao %d', (weight, alpha, tao, expected) => {
    const pool = { alpha, tao, quoteWeight: parts(weight) }
    expect(U64F64.toNumber(poolPrice(pool))).toBeCloseTo(expected, 7)
  })

  test('weights stay within 1 % and 99 %', () => {
    for (const weight of [0n, 1n, MIN_WEIGHT - 1n, PERQUINTILL - MIN_WEIGHT + 1n, PERQUINTILL]) {
      expect(isWeightInBounds(weight)).toBe(false)
    }
    expect(isWeightInBounds(MIN_WEIGHT) && isWeightInBounds(PERQUINTILL - MIN_WEIGHT)).toBe(true)
  })

  test('golden injections', () => {
    expect(quoteWeightAfterInjection(GOLDEN, 1_000_000_000_000n, 0n)).toBe(512_195_121_951_219_512n)
    expect(quoteWeightAfterInjection(GOLDEN, 513_265n, 25_663_270n)).toBe(499_999_999_999_995_000n)
  })

  test('an empty pool starts at equal weights, an absurd injection is refused', () => {
    const empty = { alpha: 0n, tao: 10n ** 12n, quoteWeight: DEFAULT_QUOTE_WEIGHT }
    expect(quoteWeightAfterInjection(empty, 5n, 0n)).toBe(DEFAULT_QUOTE_WEIGHT)
    expect(quoteWeightAfterInjection(GOLDEN, SUPPLY, 0n)).toBeUndefined()
  })

  test('weights can be set from a price', () => {
    const weight = quoteWeightForPrice(1_000_000_000n, 4_000_000_000n, U64F64.fromRatio(1n, 5n))!
    const pool = { tao: 1_000_000_000n, alpha: 4_000_000_000n, quoteWeight: weight }
    expect(U64F64.toNumber(poolPrice(pool))).toBeCloseTo(0.2, 9)
    expect(quoteWeightForPrice(0n, 0n, U64F64.one)).toBeUndefined()
  })

  const reserve = fc.bigInt(10n ** 9n, SUPPLY)
  test('property: injection leaves the price within 1e-12', () => {
    fc.assert(
      fc.property(
        reserve,
        reserve,
        fc.bigInt(0n, 10n ** 10n),
        fc.bigInt(0n, 10n ** 10n),
        (tao, alpha, dTao, dAlpha) => {
          const pool = { alpha, tao, quoteWeight: DEFAULT_QUOTE_WEIGHT }
          const weight = quoteWeightAfterInjection(pool, dTao, dAlpha)
          if (weight === undefined) return
          const before = poolPrice(pool)
          const after = poolPrice({ alpha: alpha + dAlpha, tao: tao + dTao, quoteWeight: weight })
          const difference = after > before ? after - before : before - after
          expect(difference * 10n ** 12n <= before + ((10n ** 12n) << 4n)).toBe(true)
        },
      ),
    )
  })

  test('sqrtPrice squares back to the price', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, U64F64.max), (p) => {
        const root = sqrtPrice(p)
        expect(root * root <= p << 64n && (root + 1n) * (root + 1n) > p << 64n).toBe(true)
      }),
    )
    expect([0n, 1n, 2n, 3n, 4n, 99n, 100n].map(sqrtFloor)).toEqual([0n, 1n, 1n, 1n, 2n, 9n, 10n])
  })

  test('property: a larger input never gives less, and never more than the reserve', () => {
    const weight = fc.bigInt(MIN_WEIGHT, PERQUINTILL - MIN_WEIGHT)
    fc.assert(
      fc.property(reserve, reserve, weight, reserve, fc.bigInt(0n, SUPPLY), (alpha, tao, quoteWeight, input, more) => {
        const pool = { alpha, tao, quoteWeight }
        const capped = minBig(input, 1000n * minBig(alpha, tao))
        expect(alphaOut(pool, capped + more) >= alphaOut(pool, capped)).toBe(true)
        expect(taoOut(pool, capped + more) >= taoOut(pool, capped)).toBe(true)
        expect(alphaOut(pool, capped + more) <= alpha && taoOut(pool, capped + more) <= tao).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
