/** Raw keys and values that clients write and read without our code. */
import { byteStringToBytes, bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { decodePrefix, encode } from '@neurite/primitives/scale'
import { describe, expect, test } from 'vitest'
import { RateLimitKey } from '../types.ts'
import { storage } from './index.ts'

const hex = (key: string) => bytesToHex(byteStringToBytes(key))
const ALICE = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
const BOB = '0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48'

describe('raw keys', () => {
  test('of the items that tests of the Python clients overwrite', () => {
    expect(hex(storage.SubnetOwner.key({ netuid: 0 }))).toBe(
      '0x658faa385070e074c85bf6b568cf055536e3e82152c8758267395fe524fbbd160000',
    )
    expect(hex(storage.SubnetMovingPrice.key({ netuid: 2 }))).toBe(
      '0x658faa385070e074c85bf6b568cf05551abf1b0f4fd14f7b72ee50f9d91d59150200',
    )
  })

  test('of a map with three parts keep their order and decode again', () => {
    const parts = { hotkey: ALICE, coldkey: BOB, netuid: 513 } as const
    const key = storage.AlphaV2.key(parts)
    // 32 bytes of prefix, twice a hash of 16 bytes before 32 bytes of account, a bare netuid.
    expect(key.length).toBe(32 + 48 + 48 + 2)
    expect(hex(key).endsWith(`${BOB.slice(2)}0102`)).toBe(true)
    expect(storage.AlphaV2.decodeKey(key)).toEqual(parts)
  })

  test('of a map keyed by an enum hold the enum as it is', () => {
    const key = { type: 'OwnerHyperparamUpdate', value: [2, 'Rho'] } as const
    expect(bytesToHex(encode(RateLimitKey, key))).toBe('0x01020008')
    expect(hex(storage.LastRateLimitedBlock.key({ key })).endsWith('01020008')).toBe(true)
  })
})

test('a fixed-point value with bytes behind it reads as its first 16 bytes', () => {
  // What the SDK's root claim test writes: 32 bytes for a value of 16.
  const written = hexToBytes('0x3030333636356334666663393961336230303030303030303030303030303030', 'value')
  const price = decodePrefix(storage.SubnetMovingPrice.valueCodec, written)
  expect(price >> 32n).toBeGreaterThan(10n ** 20n)
})
