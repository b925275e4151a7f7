import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesToHex, hexToBytes } from '../bytes/index.ts'
import * as s from './index.ts'

const hexOf = <T>(codec: s.Codec<T>, value: T): string => bytesToHex(s.encode(codec, value))

describe('known encodings', () => {
  // Values and bytes as the SCALE specification lists them.
  test.each([
    [0, '0x00'],
    [1, '0x04'],
    [42, '0xa8'],
    [69, '0x1501'],
    [65535, '0xfeff0300'],
    [16383, '0xfdff'],
    [16384, '0x02000100'],
    [1073741823, '0xfeffffff'],
    [1073741824, '0x0300000040'],
  ])('compact u32 %i is %s', (value, hex) => {
    expect(hexOf(s.compact(s.u32), value)).toBe(hex)
    expect(s.decode(s.compact(s.u32), hexToBytes(hex))).toBe(value)
  })

  test('compact u64 above 2^32', () => {
    expect(hexOf(s.compact(s.u64), 100000000000000n)).toBe('0x0b00407a10f35a')
    expect(hexOf(s.compact(s.u64), 2n ** 64n - 1n)).toBe('0x13ffffffffffffffff')
  })

  test('integers are little-endian and two-complement', () => {
    expect(hexOf(s.u16, 42)).toBe('0x2a00')
    expect(hexOf(s.i8, -2)).toBe('0xfe')
    expect(hexOf(s.i64, -1n)).toBe('0xffffffffffffffff')
    expect(s.decode(s.i16, hexToBytes('0x00fc'))).toBe(-1024)
  })

  test('lists, options, enums and structs', () => {
    expect(hexOf(s.vec(s.u16), [4, 8, 15, 16, 23, 42])).toBe('0x18040008000f00100017002a00')
    expect(hexOf(s.option(s.bool), true)).toBe('0x0101')
    expect(hexOf(s.tuple(s.compact(s.u32), s.bool), [3, false])).toBe('0x0c00')
    const shape = s.variant('test::Shape', {
      Dot: s.itemsOf(),
      Circle: s.fieldsOf({ radius: s.u8 }),
      Far: s.itemsOf(s.u16),
    })
    expect(hexOf(shape, { type: 'Circle', value: { radius: 7 } })).toBe('0x0107')
    expect(s.decode(shape, hexToBytes('0x020100'))).toEqual({ type: 'Far', value: 1 })
    expect(s.decode(shape, hexToBytes('0x00'))).toEqual({ type: 'Dot', value: undefined })
  })
})

describe('hostile bytes', () => {
  test.each([
    ['compact longer than needed', s.compact(s.u32), '0x01' + '00'],
    ['compact beyond 32 bits', s.compact(s.u32), '0x0700000000ff'],
    ['compact beyond u8', s.compact(s.u8), '0x0104'],
    ['bool of 2', s.bool, '0x02'],
    ['option tag 2', s.option(s.u8), '0x02'],
    ['list longer than the input', s.vec(s.u64), '0xfeffffff'],
    ['bytes left over', s.u8, '0x0000'],
    ['early end', s.u32, '0x000000'],
  ])('%s is refused', (_name, codec, hex) => {
    expect(() => s.decode(codec as s.Codec<unknown>, hexToBytes(hex))).toThrow(s.ScaleError)
  })

  test('any bytes either decode and encode back to themselves, or are refused with ScaleError', () => {
    const codec = s.struct('test::All', {
      a: s.compact(s.u32),
      b: s.option(s.vec(s.tuple(s.u16, s.bool))),
      c: s.compact(s.u128),
      d: s.bytes,
      e: s.i64,
    })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        try {
          const value = s.decode(codec, input)
          expect(s.encode(codec, value)).toEqual(input)
        } catch (error) {
          expect(error).toBeInstanceOf(s.ScaleError)
        }
      }),
      { numRuns: 5000 },
    )
  })
})

test('every value comes back from its bytes', () => {
  const codec = s.struct('test::Account', {
    who: s.accountId,
    free: s.u64,
    flags: s.u128,
    names: s.vec(s.str),
    deep: s.btreeMap(s.u16, s.option(s.i128)),
  })
  const hex32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytesToHex)
  fc.assert(
    fc.property(
      fc.record({
        who: hex32,
        free: fc.bigInt(0n, 2n ** 64n - 1n),
        flags: fc.bigInt(0n, 2n ** 128n - 1n),
        names: fc.array(fc.string({ unit: 'binary' })),
        deep: fc.array(
          fc.tuple(
            fc.integer({ min: 0, max: 65535 }),
            fc.option(fc.bigInt(-(2n ** 127n), 2n ** 127n - 1n), { nil: undefined }),
          ),
        ),
      }),
      (value) => {
        expect(s.decode(codec, s.encode(codec, value as any))).toEqual(value)
      },
    ),
  )
})

test('many values packed behind each other are what each of them encodes to, also beyond the end of a piece', () => {
  const codec = s.vec(s.u16)
  const long = fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 9_000, maxLength: 9_200 })
  const short = fc.array(fc.integer({ min: 0, max: 65535 }), { maxLength: 40 })
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 30, arbitrary: short }, { weight: 1, arbitrary: long })), (values) => {
      const packer = new s.Packer()
      const packed = values.map((value) => packer.encode(codec, value))
      expect(packed).toEqual(values.map((value) => s.encode(codec, value)))
    }),
    { numRuns: 50 },
  )
})

test('typed arrays encode to what lists of their numbers do', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint16Array(), fc.bigUint64Array(), (bytes, words, longs) => {
      expect(s.encodeElements(bytes)).toEqual(s.encode(s.vec(s.u8), [...bytes]))
      expect(s.encodeElements(words)).toEqual(s.encode(s.vec(s.u16), [...words]))
      expect(s.encodeElements(longs)).toEqual(s.encode(s.vec(s.u64), [...longs]))
    }),
  )
})
