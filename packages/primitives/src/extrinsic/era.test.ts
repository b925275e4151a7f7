import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesToHex, hexToBytes } from '../bytes/index.ts'
import { decode, encode, ScaleError } from '../scale/index.ts'
import { eraBirth, eraCodec, eraDeath, IMMORTAL, mortalEra } from './index.ts'

describe('eras', () => {
  // Known encodings: sp_runtime::generic::era, tests.
  test.each([
    [64n, 42n, '0xa502'],
    [32_768n, 20_000n, '0x4e9c'],
    [4n, 2n, '0x2100'],
    [65_536n, 65_520n, '0xffff'],
  ])('a period of %i at phase %i is %s', (period, phase, hex) => {
    expect(bytesToHex(encode(eraCodec, { type: 'Mortal', period, phase }))).toBe(hex)
    expect(decode(eraCodec, hexToBytes(hex))).toEqual({ type: 'Mortal', period, phase })
  })

  test('the immortal era is one zero, holds from genesis and never ends', () => {
    expect(encode(eraCodec, IMMORTAL)).toEqual(Uint8Array.of(0))
    expect(decode(eraCodec, Uint8Array.of(0))).toEqual(IMMORTAL)
    expect(eraBirth(IMMORTAL, 77n)).toBe(0n)
    expect(eraDeath(IMMORTAL, 77n)).toBe(2n ** 64n - 1n)
  })

  test('what is no era is refused', () => {
    for (const [period, phase] of [
      [5n, 0n],
      [2n, 0n],
      [131_072n, 0n],
      [64n, 64n],
      [64n, -1n],
    ] as const) {
      expect(() => encode(eraCodec, { type: 'Mortal', period, phase })).toThrow(ScaleError)
    }
    // A period of 2, and a phase beyond its period.
    expect(() => decode(eraCodec, hexToBytes('0x1000'))).toThrow('Not an era')
    expect(() => decode(eraCodec, hexToBytes('0x2102').fill(0xf1, 0, 1))).toThrow('Not an era')
    expect(() => decode(eraCodec, hexToBytes('0x05'))).toThrow('Input ends early')
  })

  test('property: the block at which an era was made lies within it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 200_000n }), fc.bigInt({ min: 0n, max: 2n ** 40n }), (period, current) => {
        const era = mortalEra(period, current)
        expect(decode(eraCodec, encode(eraCodec, era))).toEqual(era)
        expect(eraBirth(era, current)).toBeLessThanOrEqual(current)
        expect(eraDeath(era, current)).toBeGreaterThan(current)
      }),
    )
  })
})
