import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bitLength,
  clampBig,
  type Fixed,
  I32F32,
  I64F64,
  I96F32,
  mulPerquintillRound,
  PERQUINTILL,
  perquintillFromRatio,
  U64_MAX,
  U64F64,
  U96F32,
  u16Ratio,
  u64Ratio,
} from './index.ts'

const FORMATS: readonly Fixed[] = [I32F32, I64F64, I96F32, U64F64, U96F32]

/** Floor of an exact quotient. */
function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b
  return q * b !== a && a < 0n !== b < 0n ? q - 1n : q
}

const anyBits = (format: Fixed) => fc.bigInt({ min: format.min, max: format.max })

describe.each(FORMATS.map((format) => [format.name, format] as const))('%s', (_name, format) => {
  const inside = (value: bigint) => value >= format.min && value <= format.max
  const clamp = (value: bigint) => (value < format.min ? format.min : value > format.max ? format.max : value)

  test('add and sub are exact or stop at the bounds', () => {
    fc.assert(
      fc.property(anyBits(format), anyBits(format), (a, b) => {
        expect(format.add(a, b)).toBe(clamp(a + b))
        expect(format.sub(a, b)).toBe(clamp(a - b))
        expect(format.checkedAdd(a, b)).toBe(inside(a + b) ? a + b : undefined)
        expect(format.checkedSub(a, b)).toBe(inside(a - b) ? a - b : undefined)
      }),
    )
  })

  test('mul floors toward minus infinity', () => {
    fc.assert(
      fc.property(anyBits(format), anyBits(format), (a, b) => {
        const exact = floorDiv(a * b, format.one)
        expect(format.mul(a, b)).toBe(clamp(exact))
        expect(format.checkedMul(a, b)).toBe(inside(exact) ? exact : undefined)
      }),
    )
  })

  test('div truncates toward zero; a zero divisor and an overflow give the fallback', () => {
    fc.assert(
      fc.property(anyBits(format), anyBits(format), (a, b) => {
        if (b === 0n) {
          expect(format.safeDiv(a, b)).toBe(0n)
          return
        }
        const exact = (a * format.one) / b
        expect(format.div(a, b)).toBe(clamp(exact))
        expect(format.safeDiv(a, b, 7n)).toBe(inside(exact) ? exact : 7n)
        expect(format.checkedDiv(a, b)).toBe(inside(exact) ? exact : undefined)
      }),
    )
    expect(format.safeDiv(format.one, 0n)).toBe(0n)
    expect(() => format.div(format.one, 0n)).toThrow('division')
  })

  test('integers floor and saturate', () => {
    fc.assert(
      fc.property(anyBits(format), (a) => {
        const floor = floorDiv(a, format.one)
        expect(format.toInt(a)).toBe(floor)
        expect(format.toU64(a)).toBe(clampBig(floor, 0n, U64_MAX))
      }),
    )
    expect(format.fromInt(3)).toBe(3n * format.one)
    expect(format.fromInt(1n << 127n)).toBe(format.max)
  })

  test('fromRatio floors the exact quotient', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.bigInt(1n, 10n ** 12n), (n, d) => {
        expect(format.fromRatio(n, d)).toBe(clamp(floorDiv(n * format.one, d)))
      }),
    )
    expect(format.fromRatio(1n, 0n)).toBe(0n)
  })

  test.each(FORMATS)('from $name keeps the number, floored and saturated', (source) => {
    fc.assert(
      fc.property(anyBits(source), (a) => {
        expect(format.from(source, a)).toBe(clamp(floorDiv(a * format.one, source.one)))
      }),
    )
  })
})

test('round takes the nearest integer, ties away from zero', () => {
  const half = I32F32.half
  expect(I32F32.round(5n * half)).toBe(I32F32.fromInt(3))
  expect(I32F32.round(-5n * half)).toBe(I32F32.fromInt(-3))
  expect(I32F32.round(5n * half - 1n)).toBe(I32F32.fromInt(2))
  expect(I32F32.round(I32F32.max)).toBe(I32F32.max)
})

test('a negative product keeps the floor, a negative quotient the truncation', () => {
  expect(I32F32.mul(-1n, 1n)).toBe(-1n)
  expect(I32F32.div(-1n, I32F32.fromInt(2))).toBe(0n)
})

test('ratios: u16 of 65535, u64 of 2^64 - 1', () => {
  // The default TaoWeight, floored to 32 fraction bits, is 226246096 / 2^32 = 0.05267697433009744.
  expect(U96F32.toNumber(u64Ratio(U96F32, 971_718_665_099_567_868n))).toBe(0.05267697433009744)
  expect(u16Ratio(U96F32, 65_535)).toBe(U96F32.one)
  expect(u16Ratio(U64F64, 33)).toBe((33n << 64n) / 65_535n)
})

test('perquintill of a ratio floors and stops at one', () => {
  expect(perquintillFromRatio(1n, 2n)).toBe(PERQUINTILL / 2n)
  expect(perquintillFromRatio(2n, 3n)).toBe(666_666_666_666_666_666n)
  expect(perquintillFromRatio(3n, 2n)).toBe(PERQUINTILL)
  expect(perquintillFromRatio(0n, 0n)).toBe(PERQUINTILL)
})

// subtensor 14bc6f9 pallets/swap/src/pallet/balancer.rs test_mul_round_*
test.each([
  [0n, 1_000_000n, 0n],
  [PERQUINTILL, 1_000_000n, 1_000_000n],
  [PERQUINTILL / 2n, 0n, 0n],
  [PERQUINTILL / 2n, 1n, 1n],
  [PERQUINTILL / 2n, 2n, 1n],
  [PERQUINTILL / 2n, 3n, 2n],
  [PERQUINTILL / 2n, 4n, 2n],
  [PERQUINTILL / 2n, 5n, 3n],
  [PERQUINTILL / 2n, 1023n, 512n],
  [PERQUINTILL / 2n, 1025n, 513n],
  [PERQUINTILL / 3n, 3n, 1n],
  [PERQUINTILL / 3n, 4n, 1n],
  [PERQUINTILL / 3n, 5n, 2n],
  [PERQUINTILL / 3n, 6n, 2n],
  [(PERQUINTILL * 7n) / 10n, 10n ** 18n, 7n * 10n ** 17n],
  [PERQUINTILL, (1n << 128n) - 1n, (1n << 128n) - 1n],
])('%d parts of %d round to %d', (parts, value, expected) => {
  expect(mulPerquintillRound(parts, value)).toBe(expected)
})

test('bitLength counts binary digits', () => {
  fc.assert(fc.property(fc.bigInt(0n, 1n << 300n), (v) => v === 0n || bitLength(v) === v.toString(2).length))
  expect(bitLength(0n)).toBe(0)
})
