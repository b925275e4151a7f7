import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesToHex } from '../bytes/index.ts'
import { decodeAddress, decodeAddressAnyPrefix, encodeAddress, isAddress } from './index.ts'

const ALICE = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'

/** Alice on networks with prefixes of one and of two bytes. */
const KNOWN: readonly (readonly [prefix: number, address: string])[] = [
  [42, '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'],
  [0, '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'],
  [2, 'HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F'],
  [64, 'cEaNSpz4PxFcZ7nT1VEKrKewH67rfx6MfcM6yKojyyPz7qaqp'],
  [1284, 'VdvKmYJfD4VXA9fzz1SbmCo2eYHSzUFbaDCZSuaNKJAe8YNg6'],
  [16383, 'yNa8JpqfFB3q8A29rCwSgxvdU94ufJw2yKKxDgznS5m1PoFvn'],
]

describe('known addresses', () => {
  test.each(KNOWN)('prefix %i', (prefix, address) => {
    expect(encodeAddress(ALICE, prefix)).toBe(address)
    expect(decodeAddressAnyPrefix(address)).toEqual({ account: ALICE, prefix })
  })

  test('the default prefix is 42', () => {
    expect(encodeAddress(ALICE)).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
    expect(decodeAddress('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')).toBe(ALICE)
  })

  test('the zero account has the address used for "nobody"', () => {
    expect(encodeAddress(new Uint8Array(32))).toBe('5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM')
  })
})

test('every account and prefix survives the round trip', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.integer({ min: 0, max: 16_383 }),
      (bytes, prefix) => {
        expect(decodeAddressAnyPrefix(encodeAddress(bytes, prefix))).toEqual({ account: bytesToHex(bytes), prefix })
      },
    ),
  )
  const nobody = encodeAddress(new Uint8Array(32), 0)
  expect(decodeAddressAnyPrefix(nobody).prefix).toBe(0)
})

test('errors say what is wrong', () => {
  expect(() => decodeAddress('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ')).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: \`5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ\` is not an SS58 address: its checksum is wrong, so a character was mistyped.
    Expected something like \`5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\`.]
  `)
  expect(() => decodeAddress('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKut0Y')).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: \`5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKut0Y\` is not an SS58 address: it has characters outside base58 (0, O, I and l are not used).
    Expected something like \`5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\`.]
  `)
  expect(() => decodeAddress('5Grwva')).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: \`5Grwva\` is not an SS58 address: it has 6 characters.
    Expected something like \`5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\`.]
  `)
  expect(() => decodeAddress('15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5')).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: \`15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5\` is not an SS58 address: its network prefix is 0 instead of 42.
    Expected something like \`5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\`.]
  `)
  expect(() => encodeAddress('0x1234')).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: The account has \`2\` bytes.
    Expected 32.]
  `)
  expect(() => encodeAddress(ALICE, 20_000)).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: The SS58 prefix \`20000\` is out of range.
    Expected an integer from 0 to 16383; Bittensor uses 42.]
  `)
})

test('isAddress is false on anything else', () => {
  for (const value of [undefined, 5, '', ALICE, 'x'.repeat(100_000)]) expect(isAddress(value)).toBe(false)
  expect(isAddress('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')).toBe(true)
})
