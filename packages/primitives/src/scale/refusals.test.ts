/** Values that have no encoding and bytes that have no value: each is refused by name, never cut or wrapped. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hexToBytes } from '../bytes/index.ts'
import { declarationError, mapped } from './codec.ts'
import * as s from './index.ts'

const encoding = (codec: s.Codec<any>, value: unknown) => () => s.encode(codec, value)
const decoding = (codec: s.Codec<any>, hex: string) => () => s.decode(codec, hexToBytes(hex))

describe('encoding refuses', () => {
  test.each<[string, s.Codec<any>, unknown]>([
    ['Not a u8: `256`.', s.u8, 256],
    ['Not a i8: `-129`.', s.i8, -129],
    ['Not a u32: `1.5`.', s.u32, 1.5],
    ['Not a u64: `1`.', s.u64, 1],
    ['Not a u64: `-1`.', s.u64, -1n],
    ['Not a i128: `170141183460469231731687303715884105728`.', s.i128, 2n ** 127n],
    ['Not a compact u16: `65536`.', s.compact(s.u16), 65_536],
    ['Not a compact u32: `1`.', s.compact(s.u32), 1n],
    ['Not a compact u64: `18446744073709551616`.', s.compact(s.u64), 2n ** 64n],
    ['Not a compact u64: `[object Object]`.', s.compact(s.u64), {}],
    ['Expected 2 bytes, got 3: ``.', s.fixedBytes(2), new Uint8Array(3)],
    ['Expected 2 items, got 1: ``.', s.array(2, s.u8), [1]],
    ['More than 1 items: `2`.', s.boundedVec(s.u8, 1), [1, 2]],
    ['More than 1 items: `2`.', s.boundedBytes(1), new Uint8Array(2)],
    ['Not one of A, B: `C`.', s.nameEnum('test::E', ['A', 'B']), 'C'],
    ['Not a variant of test::V: `C`.', s.variant('test::V', { A: s.itemsOf() }), { type: 'C' }],
  ])('%s', (message, codec, value) => {
    expect(encoding(codec, value)).toThrow(new s.ScaleError('ScaleEncode', message))
  })

  test('an account of another length', () => {
    expect(encoding(s.accountId, '0x00')).toThrow('Expected 32 bytes, got 1')
  })
})

describe('decoding refuses', () => {
  test.each<[string, s.Codec<any>, string]>([
    ['Not a bool: 2 (at byte 0).', s.bool, '0x02'],
    ['Not an option: tag 2 (at byte 0).', s.option(s.u8), '0x0200'],
    ['Not a result: tag 2 (at byte 0).', s.result(s.u8, s.u8), '0x0200'],
    ['No variant 2 in test::E (at byte 0).', s.nameEnum('test::E', ['A', 'B']), '0x02'],
    ['No variant 1 in test::V (at byte 0).', s.variant('test::V', { A: s.itemsOf() }), '0x01'],
    ['Compact number is longer than needed (at byte 0).', s.compact(s.u32), '0x0100'],
    ['Compact number is longer than needed (at byte 0).', s.compact(s.u32), '0x02000000'],
    ['Compact number is longer than needed (at byte 0).', s.compact(s.u32), '0x0300000000'],
    ['Compact number is longer than needed (at byte 0).', s.compact(s.u64), '0x070000004000'],
    ['Compact number is longer than needed (at byte 0).', s.compact(s.u64), '0x03ffffff3f'],
    ['Compact number has more than 32 bits (at byte 0).', s.compact(s.u32), '0x070000000001'],
    ['Compact number has more than 64 bits (at byte 0).', s.compact(s.u64), `0x17${'ff'.repeat(9)}`],
    ['Compact number exceeds u8 (at byte 0).', s.compact(s.u8), '0x0104'],
    ['More than 1 items: 2 (at byte 0).', s.boundedVec(s.u8, 1), '0x080102'],
    ['List of 65537 empty items (at byte 0).', s.vec(s.unit), '0x06000400'],
    ['List of 4 items does not fit in the 7 bytes left (at byte 0).', s.vec(s.u16), '0x1000000000000000'],
    ['Input ends early: 4 more bytes expected (at byte 0).', s.u32, '0x0000'],
    ['1 bytes are left over (at byte 1).', s.u8, '0x0000'],
  ])('%s', (message, codec, hex) => {
    expect(decoding(codec, hex)).toThrow(new s.ScaleError('ScaleDecode', message))
  })

  test('property: lists in lists take no more memory than the bytes that were sent', () => {
    // Each of the lengths claims all that is left; allocated ahead they would be 200 times the input.
    const deep = Array.from({ length: 200 }).reduce<s.Codec<any>>((of) => s.vec(of), s.u8)
    const writer = new s.Writer()
    for (let level = 0; level < 200; level++) writer.compact(1_000_000)
    writer.bytes(new Uint8Array(1_000_100))
    const before = process.memoryUsage().heapUsed
    expect(() => s.decode(deep, writer.finish())).toThrow(s.ScaleError)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200e6)
  })
})

describe('composites', () => {
  test('results, sets, maps and bounded lists go there and back', () => {
    const result = s.result(s.u8, s.str)
    for (const value of [{ ok: true, value: 7 } as const, { ok: false, error: 'ключ' } as const]) {
      expect(s.decode(result, s.encode(result, value))).toEqual(value)
    }
    const map = s.btreeMap(s.u16, s.array(2, s.bool))
    expect(s.decode(map, s.encode(map, [[3, [true, false]]]))).toEqual([[3, [true, false]]])
    const set = s.btreeSet(s.boundedBytes(3))
    expect(s.decode(set, s.encode(set, [Uint8Array.of(1)]))).toEqual([Uint8Array.of(1)])
    expect(s.encode(s.vec(s.unit), [undefined, undefined])).toEqual(Uint8Array.of(8))
    expect(s.decode(s.vec(s.unit), Uint8Array.of(8))).toEqual([undefined, undefined])
  })

  test('variants keep the indices that they name', () => {
    const of = s.variant('test::V', {
      A: s.itemsOf(),
      B: s.atIndex(5, s.itemsOf(s.u8, s.u8)),
      C: s.fieldsOf({ x: s.u8 }, 9),
    })
    expect(s.encode(of, { type: 'B', value: [1, 2] })).toEqual(Uint8Array.of(5, 1, 2))
    expect(s.decode(of, Uint8Array.of(9, 4))).toEqual({ type: 'C', value: { x: 4 } })
    expect(() => s.variant('test::W', { A: s.itemsOf(), B: s.atIndex(0, s.itemsOf()) })).toThrow(
      declarationError('Two variants of test::W have index 0.'),
    )
  })

  test('codecs tell their shapes, lazily', () => {
    const self: s.Codec<any> = s.lazy('List', () => list)
    const list = s.struct('test::List', { next: s.option(self) })
    expect(self.type()).toBe(list.type())
    expect(s.decode(list, Uint8Array.of(1, 1, 0))).toEqual({ next: { next: { next: undefined } } })
    expect(s.encode(self, { next: undefined })).toEqual(Uint8Array.of(0))
    for (const codec of [
      s.result(s.u8, s.u8),
      s.btreeMap(s.u8, s.u8),
      s.btreeSet(s.u8),
      s.boundedVec(s.u8, 1),
      s.u64f64,
    ]) {
      expect(codec.type().path).toBeDefined()
    }
    expect(s.array(2, s.u8).type().def).toMatchObject({ kind: 'array', length: 2 })
    expect(s.variant('test::V', { A: s.itemsOf(s.u8) }).type().def).toMatchObject({ kind: 'variant' })
    expect(s.nameEnum('test::E', ['A'], { typeName: 'Other' }).typeName).toBe('Other')
  })

  test('property: mapped codecs are the same bytes', () => {
    const doubled = mapped(
      s.u32,
      (value) => value * 2,
      (value: number) => value / 2,
    )
    fc.assert(
      fc.property(fc.nat(), (value) => {
        expect(s.encode(doubled, value * 2)).toEqual(s.encode(s.u32, value))
        expect(s.decode(doubled, s.encode(s.u32, value))).toBe(value * 2)
      }),
    )
  })

  test('an encoding that fails leaves nothing for the next', () => {
    expect(encoding(s.tuple(s.u32, s.u8), [7, 999])).toThrow(s.ScaleError)
    expect(s.encode(s.u8, 1)).toEqual(Uint8Array.of(1))
    // While one is being written, another may be encoded.
    const nested = mapped(
      s.bytes,
      (bytes) => s.decode(s.u32, bytes),
      (value: number) => s.encode(s.u32, value),
    )
    expect(s.encode(s.tuple(s.u8, nested), [9, 1])).toEqual(Uint8Array.of(9, 16, 1, 0, 0, 0))
    expect(s.encode(s.bytes, new Uint8Array(100_000))).toHaveLength(100_004)
    expect(s.encode(s.u16, 513)).toEqual(Uint8Array.of(1, 2))
  })
})
