import { U64_MAX } from '@neurite/primitives/fixed'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addFloat,
  divFloat,
  growFloat,
  isFloatGreater,
  mulDivFloat,
  SAFE_FLOAT_MAX,
  SAFE_FLOAT_ZERO,
  safeFloat,
  safeFloatFromInt,
  safeFloatToNumber,
  safeFloatToU64,
  subFloat,
} from './safeFloat.ts'
import { canDeposit, depositShares, type SharePosition, shareValue, withdrawShares } from './shares.ts'

// Vectors: subtensor 14bc6f9 primitives/share-pool/src/lib.rs test_safefloat_*
const E20 = 10n ** 20n
const E21 = 10n ** 21n

describe('SafeFloat', () => {
  test.each([
    [1n, 0n, E21, -21n],
    [0n, 0n, 0n, 0n],
    [10n, 0n, E21, -20n],
    [1_000n, 0n, E21, -18n],
    [E20, 0n, E21, -1n],
    [SAFE_FLOAT_MAX, 0n, SAFE_FLOAT_MAX, 0n],
  ])('%d e%d is normalised', (m, e, mantissa, exponent) => {
    expect(safeFloat(m, e)).toEqual({ mantissa, exponent })
  })

  test('a mantissa above the maximum and an exponent outside i64 are refused', () => {
    expect(safeFloat(SAFE_FLOAT_MAX + 1n)).toBeUndefined()
    expect(safeFloat(1n, -(2n ** 63n))).toBeUndefined()
  })

  test.each([
    [1n, 0n, 1n, 0n, 2n * E20, -20n],
    [0n, 0n, 1n, 0n, E21, -21n],
    [0n, 0n, 1n, -1n, E21, -22n],
    [1n, -1000n, 1n, -1n, E21, -22n],
    [SAFE_FLOAT_MAX, 0n, SAFE_FLOAT_MAX, 0n, 2n * E20, 1n],
    [1n, 0n, E21, 1n, E21, 1n],
    [1n, 0n, 1n, 22n, E21, 1n],
    [1n, 0n, 1n, 23n, E21, 2n],
    [123n, 0n, 1n, 23n, E21, 2n],
    [123n, 1n, 1n, 23n, E20 + 1n, 3n],
    [42n, 0n, 1n, 22n, E21, 1n],
    [E21 - 1n, 0n, 1n, 22n, 109_999_999_999_999_999_999n, 2n],
    [42n, 0n, 1n, 23n, E21, 2n],
    [4_200n, 0n, 1n, 23n, E20 + 4n, 3n],
    [E21 - 1n, 0n, 1n, 23n, 100_999_999_999_999_999_999n, 3n],
    [999_999n, 1n, 1n, 23n, 100_000_000_000_000_009_999n, 3n],
    [1n, 24n, 1n, 0n, E21, 3n],
    [1n, 24n, 123_456_789_012_345_678_901n, 0n, 100_012_345_678_901_234_567n, 4n],
    [1n, 22n, 1n, 23n, 110_000_000_000_000_000_000n, 3n],
    [E21 - 1n, 22n, 1n, 22n, E21, 22n],
  ])('%d e%d + %d e%d', (ma, ea, mb, eb, mantissa, exponent) => {
    const [a, b] = [safeFloat(ma, ea)!, safeFloat(mb, eb)!]
    expect(addFloat(a, b)).toEqual({ mantissa, exponent })
    expect(addFloat(b, a)).toEqual({ mantissa, exponent })
  })

  test('division by zero is nothing, subtraction from zero too', () => {
    const one = safeFloatFromInt(1n)
    expect(divFloat(one, SAFE_FLOAT_ZERO)).toBeUndefined()
    expect(mulDivFloat(one, one, SAFE_FLOAT_ZERO)).toBeUndefined()
    expect(subFloat(SAFE_FLOAT_ZERO, one)).toBeUndefined()
    expect(subFloat(SAFE_FLOAT_ZERO, SAFE_FLOAT_ZERO)).toEqual(SAFE_FLOAT_ZERO)
    expect(subFloat(one, safeFloatFromInt(2n))).toEqual(SAFE_FLOAT_ZERO)
  })

  const M = SAFE_FLOAT_MAX
  const LONG = 123_456_789_123_456_789_123n
  const OTHER = 87_654_321_987_654_321_987n
  const expectNear = (actual: number, expected: number) =>
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(actual / 1e14)
  const double = (m: bigint, e: bigint) => Number(m) * 10 ** Number(e)
  test.each([
    [1n, 0n, E20, -20n],
    ...[1n, 7n, 3n].flatMap((b) => [0n, 1n, 7n, 50n, 100n].map((e) => [1n, e, b, 0n])),
    ...[2n, 5n].flatMap((a) => [0n, 1n, 7n, 50n, 100n].map((e) => [a, e, 3n, 0n])),
    [10n, 0n, E20, -19n],
    [1_000n, 0n, E20, -17n],
    [E20, 0n, E21, -1n],
    [M, 0n, M, 0n],
    [M, 100n, M, -100n],
    [M, 100n, M - 1n, -100n],
    [M - 1n, 100n, M, -100n],
    [M - 2n, 100n, M, -100n],
    [M, 100n, M / 2n - 1n, -100n],
    [M, 100n, M / 2n - 1n, 100n],
    [LONG, 20n, OTHER, -20n],
    [LONG, 100n, OTHER, -100n],
    [LONG, -100n, OTHER, 100n],
    [LONG, -99n, OTHER, 99n],
    [LONG, 123n, OTHER, -32n],
    [LONG, -123n, OTHER, 32n],
  ] as [bigint, bigint, bigint, bigint][])('test_safefloat_div: %d e%d / %d e%d', (ma, ea, mb, eb) => {
    const quotient = divFloat(safeFloat(ma, ea)!, safeFloat(mb, eb)!)!
    expectNear(safeFloatToNumber(quotient), double(ma, ea) / double(mb, eb))
  })

  test.each([
    [1n, -20n, 1n, -20n, 1n, -20n],
    [123n, 20n, 123n, -20n, 321n, 0n],
    [123_123_123_123_123_123n, 20n, 321_321_321_321_321_321n, -20n, 777_777_777_777_777_777n, 0n],
    [11_111_111_111_111_111_111n, 20n, 99_321_321_321_321_321_321n, -20n, 77_777_777_777_777_777_777n, 0n],
  ])('test_safefloat_mul_div: %d e%d * %d e%d / %d e%d', (ma, ea, mb, eb, mc, ec) => {
    const result = mulDivFloat(safeFloat(ma, ea)!, safeFloat(mb, eb)!, safeFloat(mc, ec)!)!
    expectNear(safeFloatToNumber(result), (double(ma, ea) * double(mb, eb)) / double(mc, ec))
  })

  // Upstream sweeps mantissas and exponents; the properties below take them at random from the same ranges.
  const mantissa = fc.bigInt(1n, SAFE_FLOAT_MAX)
  const exponent = fc.bigInt(-120n, 120n)
  test('div and mulDiv keep 14 digits over a wide range', () => {
    fc.assert(
      fc.property(mantissa, exponent, mantissa, exponent, mantissa, exponent, (ma, ea, mb, eb, mc, ec) => {
        const [a, b, c] = [safeFloat(ma, ea)!, safeFloat(mb, eb)!, safeFloat(mc, ec)!]
        const [x, y, z] = [a, b, c].map(safeFloatToNumber) as [number, number, number]
        const close = (actual: number, expected: number) => {
          if (Number.isFinite(expected) && expected > 1e-300 && expected < 1e300) {
            expect(Math.abs(actual - expected) / expected).toBeLessThan(1e-12)
          }
        }
        close(safeFloatToNumber(divFloat(a, b)!), x / y)
        close(safeFloatToNumber(mulDivFloat(a, b, c)!), (x / z) * y)
        expect(isFloatGreater(a, b)).toBe(ma * 10n ** (ea + 200n) > mb * 10n ** (eb + 200n))
      }),
    )
  })

  test('growing by a part is adding that part, digit for digit', () => {
    // Of every length, so that parts of all sizes occur, also those too small to be seen.
    const integer = fc.integer({ min: 1, max: 64 }).chain((bits) => fc.bigInt(1n, (1n << BigInt(bits)) - 1n))
    const value = fc
      .tuple(
        fc.oneof(fc.bigInt(E20 + 1n, E21), fc.bigInt(E20 + 1n, E20 + 10n), fc.bigInt(E21 - 10n, E21)),
        fc.bigInt(-999n, 999n),
      )
      .map(([mantissa, exponent]) => ({ mantissa, exponent }))
    let grown = 0
    fc.assert(
      fc.property(value, integer, integer, (a, amount, total) => {
        const fast = growFloat(a, amount, total)
        expect(fast === undefined).toBe(amount > total)
        if (fast === undefined) return
        grown++
        expect(fast).toEqual(addFloat(a, mulDivFloat(safeFloatFromInt(amount), a, safeFloatFromInt(total))!))
      }),
      { numRuns: 5_000 },
    )
    expect(grown).toBeGreaterThan(1_000)
  })

  test('what is not normalised, or near the bounds of exponents, does not grow so', () => {
    for (const [mantissa, exponent] of [
      [E20, 0n],
      [E21 + 1n, 0n],
      [E21, 1_000n],
      [E21, -1_000n],
      [0n, 0n],
    ] as const) {
      expect(growFloat({ mantissa, exponent }, 1n, 2n)).toBeUndefined()
    }
    expect(growFloat({ mantissa: E21, exponent: 0n }, 0n, 2n)).toBeUndefined()
  })

  test('integers survive a round trip, others floor and saturate', () => {
    fc.assert(fc.property(fc.bigInt(0n, U64_MAX), (v) => safeFloatToU64(safeFloatFromInt(v)) === v))
    expect(safeFloatToU64(safeFloat(199n, -2n)!)).toBe(1n)
    expect(safeFloatToU64(safeFloat(1n, 30n)!)).toBe(U64_MAX)
    expect(safeFloatToU64(safeFloat(1n, -30n)!)).toBe(0n)
  })
})

/** A pool with several owners, for the tests. */
function createPool(total = 0n, denominator = SAFE_FLOAT_ZERO) {
  let state = { total, denominator }
  const shares = new Map<number, SharePosition['share']>()
  const position = (key: number): SharePosition => ({ ...state, share: shares.get(key) ?? SAFE_FLOAT_ZERO })
  const store = (key: number, next: SharePosition) => {
    state = { total: next.total, denominator: next.denominator }
    shares.set(key, next.share)
  }
  return {
    value: (key: number) => shareValue(position(key)),
    total: () => state.total,
    setShare: (key: number, share: SharePosition['share']) => void shares.set(key, share),
    dividend: (amount: bigint) => {
      state = { ...state, total: state.total + amount }
    },
    deposit: (key: number, amount: bigint) => store(key, depositShares(position(key), amount)),
    withdraw: (key: number, amount: bigint) => store(key, withdrawShares(position(key), amount)),
  }
}

describe('share pool, vectors', () => {
  test('test_get_value and division by zero', () => {
    const pool = createPool(100n, safeFloatFromInt(10n))
    pool.setShare(1, safeFloatFromInt(3n))
    pool.setShare(2, safeFloatFromInt(7n))
    expect([pool.value(1), pool.value(2)]).toEqual([30n, 70n])
    expect(createPool(5n).value(1)).toBe(0n)
  })
  test('test_max_shared_value, test_max_share_value', () => {
    const pool = createPool(U64_MAX, safeFloatFromInt(10n))
    pool.setShare(1, safeFloatFromInt(3n))
    pool.setShare(2, safeFloatFromInt(7n))
    expect(U64_MAX - pool.value(1) - pool.value(2) <= 5n).toBe(true)
    const wide = createPool(1_000_000_000n, safeFloatFromInt(U64_MAX))
    wide.setShare(1, safeFloatFromInt(U64_MAX / 2n))
    expect(500_000_000n - wide.value(1) <= 1n).toBe(true)
  })
  test('test_denom_precision', () => {
    const pool = createPool()
    pool.deposit(1, 1000n)
    pool.withdraw(1, 990n)
    pool.deposit(2, 1000n)
    pool.withdraw(2, 990n)
    expect([pool.value(1), pool.value(2)]).toEqual([10n, 10n])
  })
  test('test_denom_high_precision', () => {
    const pool = createPool()
    for (const key of [1, 2]) pool.deposit(key, 1n)
    pool.dividend(999_999_999_999_998n)
    for (const key of [1, 2]) pool.withdraw(key, 499_999_999_999_990n)
    pool.dividend(999_999_999_999_980n)
    for (const key of [1, 2]) pool.deposit(key, 1_000_000_000_000n)
    for (const key of [1, 2]) expect(501_000_000_000_000n - pool.value(key) <= 1n).toBe(true)
  })
  test('test_denom_high_precision_many_small_unstakes', () => {
    const pool = createPool()
    for (const key of [1, 2]) pool.deposit(key, 1n)
    pool.dividend(1_000_000_000_000_000n)
    for (let i = 0; i < 1000; i++) for (const key of [1, 2]) pool.withdraw(key, 500_000_000n)
    pool.dividend(1_000_000_000_000_000n)
    for (const key of [1, 2]) pool.deposit(key, 1_000_000_000_000n)
    const expected = 1_001_000_000_000_000n - 1000n * 500_000_000n
    for (const key of [1, 2]) expect([expected - 1n, expected, expected + 1n]).toContain(pool.value(key))
  })
  test('test_loss_due_to_precision', () => {
    const pool = createPool(1_000_000_000_000n, safeFloat(1n, -14n)!)
    pool.setShare(1, safeFloat(1n, -15n)!)
    expect(pool.value(1)).toBe(100_000_000_000n)
    pool.withdraw(1, 1000n)
    expect(100_000_000_000n - pool.value(1)).toBe(1000n)
  })
})

describe('share pool, properties', () => {
  const amount = fc.bigInt(1n, 10n ** 16n)
  test('owners never hold more than the total, and lose less than one unit each', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 4 }), amount, fc.constantFrom('deposit', 'withdraw', 'dividend'))
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const pool = createPool()
        pool.deposit(0, 10n ** 9n)
        for (const [key, value, kind] of steps) {
          if (kind === 'deposit') pool.deposit(key, value)
          else if (kind === 'withdraw') pool.withdraw(key, value % (pool.value(key) + 1n))
          else pool.dividend(value)
        }
        const sum = [0, 1, 2, 3, 4].reduce((total, key) => total + pool.value(key), 0n)
        expect(sum <= pool.total()).toBe(true)
      }),
    )
  })

  test('deposit then full withdrawal returns the deposit or one unit less', () => {
    fc.assert(
      fc.property(amount, amount, amount, (first, dividend, second) => {
        const pool = createPool()
        pool.deposit(1, first)
        pool.dividend(dividend)
        pool.deposit(2, second)
        const value = pool.value(2)
        expect(value <= second && value >= second - 1n).toBe(true)
        pool.withdraw(2, value)
        expect(pool.value(2) <= 1n).toBe(true)
      }),
    )
  })

  test('joining or leaving does not change another owner by more than one unit', () => {
    fc.assert(
      fc.property(amount, amount, amount, (first, dividend, second) => {
        const pool = createPool()
        pool.deposit(1, first)
        pool.dividend(dividend)
        const before = pool.value(1)
        pool.deposit(2, second)
        const joined = pool.value(1)
        pool.withdraw(2, pool.value(2))
        for (const after of [joined, pool.value(1)]) {
          expect(after - before <= 1n && before - after <= 1n).toBe(true)
        }
      }),
    )
  })

  test('withdrawing more than the value changes nothing; dust that buys no shares is refused', () => {
    const pool = createPool()
    pool.deposit(1, 100n)
    pool.withdraw(1, 101n)
    expect(pool.value(1)).toBe(100n)
    expect(canDeposit(1n, 0n, SAFE_FLOAT_ZERO)).toBe(true)
    expect(canDeposit(1n, 0n, safeFloatFromInt(1n))).toBe(false)
    expect(canDeposit(1n, 10n ** 18n, safeFloatFromInt(1n))).toBe(true)
  })
})
