import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesToHex, hexToBytes, utf8ToBytes } from '../bytes/index.ts'
import { blake2_128, blake2_256, blake2_512, keccak256, sha3_256, sha256, twox64, twox128, twox256 } from './index.ts'

type Hasher = (data: Uint8Array) => Uint8Array

/** Known answers: RFC 7693 and its parameters for shorter digests, FIPS 180-4, FIPS 202, the xxHash64 specification. */
const KNOWN: readonly (readonly [name: string, input: string, digest: string, hash: Hasher])[] = [
  ['blake2_128', '', 'cae66941d9efbd404e4d88758ea67670', blake2_128],
  ['blake2_128', 'abc', 'cf4ab791c62b8d2b2109c90275287816', blake2_128],
  ['blake2_256', '', '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8', blake2_256],
  ['blake2_256', 'abc', 'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319', blake2_256],
  [
    'blake2_512',
    'abc',
    'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
    blake2_512,
  ],
  ['twox64', '', '99e9d85137db46ef', twox64],
  ['twox64', 'abc', '990977adf52cbc44', twox64],
  ['twox128', 'System', '26aa394eea5630e07c48ae0c9558cef7', twox128],
  ['twox128', 'Account', 'b99d880ec681799c0cf30e8886371da9', twox128],
  ['twox128', 'SubtensorModule', '658faa385070e074c85bf6b568cf0555', twox128],
  ['keccak256', '', 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470', keccak256],
  ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', sha256],
  ['sha3_256', '', 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a', sha3_256],
  ['sha3_256', 'abc', '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532', sha3_256],
]

describe('known answers', () => {
  test.each(KNOWN)('%s of "%s"', (_name, input, digest, hash) => {
    expect(bytesToHex(hash(utf8ToBytes(input)))).toBe(`0x${digest}`)
  })

  test('twox256 starts with twox128, which starts with twox64', () => {
    const data = utf8ToBytes('Yuma')
    expect(twox256(data).subarray(0, 16)).toEqual(twox128(data))
    expect(twox128(data).subarray(0, 8)).toEqual(twox64(data))
    expect(twox256(data)).toHaveLength(32)
  })
})

describe('properties', () => {
  test('agree with an independent implementation on any input, whatever its length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (data) => {
        expect(blake2_512(data)).toEqual(new Uint8Array(createHash('blake2b512').update(data).digest()))
        expect(sha3_256(data)).toEqual(new Uint8Array(createHash('sha3-256').update(data).digest()))
        expect(sha256(data)).toEqual(new Uint8Array(createHash('sha256').update(data).digest()))
      }),
      { numRuns: 60 },
    )
  })

  test('the result is independent memory: later calls do not change it', () => {
    const hashers: Hasher[] = [blake2_128, blake2_256, twox128, keccak256]
    for (const hash of hashers) {
      const first = hash(hexToBytes('0x01'))
      const copy = first.slice()
      hash(hexToBytes('0x02'))
      expect(first).toEqual(copy)
    }
  })

  test('a view into a larger buffer is hashed alone', () => {
    const whole = Uint8Array.from({ length: 64 }, (_, i) => i)
    expect(blake2_256(whole.subarray(8, 24))).toEqual(blake2_256(whole.slice(8, 24)))
    expect(twox128(whole.subarray(8, 24))).toEqual(twox128(whole.slice(8, 24)))
  })

  test('every length around the largest that has its place in the module is hashed alike', () => {
    for (const length of [16_383, 16_384, 16_385]) {
      const data = Uint8Array.from({ length }, (_, i) => i * 7)
      expect(bytesToHex(blake2_512(data))).toBe(`0x${createHash('blake2b512').update(data).digest('hex')}`)
    }
  })

  test('a megabyte (a runtime upgrade) is hashed', () => {
    expect(bytesToHex(blake2_512(new Uint8Array(1_000_000)))).toBe(
      `0x${createHash('blake2b512').update(new Uint8Array(1_000_000)).digest('hex')}`,
    )
  })
})
