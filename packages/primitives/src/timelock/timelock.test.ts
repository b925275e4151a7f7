import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesToHex, concatBytes, hexToBytes } from '../bytes/index.ts'
import { isNeuriteError } from '../errors/index.ts'
import { sha256 } from '../hash/index.ts'
import {
  beaconPublicKey,
  decrypt,
  ENTROPY_LENGTH,
  encrypt,
  OVERHEAD,
  QUICKNET,
  readEnvelope,
  roundAt,
  signPulse,
  timeOfRound,
  verifyPulse,
} from './index.ts'

const ascii = (text: string) => new TextEncoder().encode(text)

/** Quicknet's pulse 1000. */
const SIGNATURE_1000 = hexToBytes(
  '0xb44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
)
/** Made by bittensor-drand 2.0.0, `encrypt_at_round(b'hello timelock', 1000)`, without its list length and round. */
const FROM_REFERENCE = hexToBytes(
  '0xa0a0637f3995f6fdbd7046dbd92b2e0b314a5fa53d43f340838d95dcfeacc798e7601f210bd78b9a51d747c85420710c0d66a66c2c5760ce3c06e5dce9143ce2e51655d11c4c698d9e98f7e8a81cb7d5b0daa8c2039bf5672d02673f7bed47dc2000000000000000de95f85e45e4ec7f500a8af0c09100651cf1368acd9cb7a803262f7de5f950ed2000000000000000f95d8b735ad932d08fa972cbb714ce60da2b33dd18ca5a338ee820b3518d8d233a000000000000001e00000000000000b3a3dc5309415466ff70b4199d7974f16abaa1f6ce67dcecef00fc01edd80c0000000000000027c3ff311bbb3fbc83b9833008000000000000004145535f47434d5f',
)

const entropy = Uint8Array.from({ length: ENTROPY_LENGTH }, (_, i) => i)
const SEED = ascii('a beacon of our own, for tests')

function codeOf(body: () => unknown): string {
  try {
    body()
  } catch (error) {
    if (isNeuriteError(error)) return error.code
    throw error
  }
  return 'none'
}

describe('pulses', () => {
  it('verifies round 1000 of quicknet, and only as round 1000', () => {
    expect(verifyPulse(QUICKNET.publicKey, 1000n, SIGNATURE_1000)).toBe(true)
    expect(verifyPulse(QUICKNET.publicKey, 1001n, SIGNATURE_1000)).toBe(false)
    // Its randomness starts and ends as published.
    expect(bytesToHex(sha256(SIGNATURE_1000))).toMatch(/^0xfe290bec.*54fdd$/)
  })

  it('refuses bytes that are no signature, and takes infinity for a false one', () => {
    expect(codeOf(() => verifyPulse(QUICKNET.publicKey, 1n, new Uint8Array(48)))).toBe('InvalidPoint')
    expect(codeOf(() => verifyPulse(QUICKNET.publicKey, 1n, new Uint8Array(20)))).toBe('InvalidPoint')
    expect(codeOf(() => verifyPulse(new Uint8Array(96), 1n, SIGNATURE_1000))).toBe('InvalidPoint')
    const infinity = new Uint8Array(48)
    infinity[0] = 0xc0
    expect(verifyPulse(QUICKNET.publicKey, 1n, infinity)).toBe(false)
  })

  it('refuses points of the curve outside the subgroup', () => {
    // x = 4 is on the curve of G1, but not of prime order.
    const outside = new Uint8Array(48)
    outside[0] = 0x80
    outside[47] = 4
    expect(codeOf(() => verifyPulse(QUICKNET.publicKey, 1n, outside))).toBe('InvalidPoint')
  })

  it('signs rounds with a key of its own', () => {
    const pulse = signPulse(SEED, 7n)
    expect(verifyPulse(beaconPublicKey(SEED), 7n, pulse.signature)).toBe(true)
    expect(verifyPulse(QUICKNET.publicKey, 7n, pulse.signature)).toBe(false)
    expect(pulse.randomness).toEqual(sha256(pulse.signature))
  })

  it('counts rounds from the first at genesis', () => {
    expect(roundAt(QUICKNET, QUICKNET.genesisTime - 1)).toBe(0n)
    expect(roundAt(QUICKNET, QUICKNET.genesisTime)).toBe(1n)
    expect(roundAt(QUICKNET, QUICKNET.genesisTime + 2.9)).toBe(1n)
    expect(timeOfRound(QUICKNET, 1000n)).toBe(QUICKNET.genesisTime + 2997)
    expect(roundAt(QUICKNET, timeOfRound(QUICKNET, 1000n))).toBe(1000n)
  })
})

describe('time locks', () => {
  it('opens what the reference client locked', () => {
    expect(decrypt(FROM_REFERENCE, SIGNATURE_1000)).toEqual(ascii('hello timelock'))
  })

  it('locks to the same bytes for the same entropy', () => {
    const message = ascii('weights')
    const locked = encrypt(message, 1000n, QUICKNET.publicKey, entropy)
    expect(locked.length).toBe(OVERHEAD + message.length)
    expect(OVERHEAD).toBe(244)
    expect(bytesToHex(sha256(locked))).toMatchInlineSnapshot(
      `"0xc41d0edcaaebddc2ef099d6c4c58e98583e1ddaca12afc9c386d48f86b710eba"`,
    )
    expect(decrypt(locked, SIGNATURE_1000)).toEqual(message)
    // The reference reads a prefix.
    expect(decrypt(concatBytes(locked, ascii('more')), SIGNATURE_1000)).toEqual(message)
  })

  it('stays shut for another round and another beacon', () => {
    const locked = encrypt(ascii('weights'), 7n, beaconPublicKey(SEED), entropy)
    expect(decrypt(locked, signPulse(SEED, 7n).signature)).toEqual(ascii('weights'))
    expect(codeOf(() => decrypt(locked, signPulse(SEED, 8n).signature))).toBe('TimelockNotOpened')
    expect(codeOf(() => decrypt(locked, signPulse(ascii('another'), 7n).signature))).toBe('TimelockNotOpened')
  })

  it('wants exactly the entropy it uses', () => {
    expect(codeOf(() => encrypt(ascii(''), 1n, QUICKNET.publicKey, new Uint8Array(75)))).toBe('InvalidEntropy')
  })

  it('opens any message of any round', () => {
    const property = fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.uint8Array({ minLength: ENTROPY_LENGTH, maxLength: ENTROPY_LENGTH }),
      (message, round, random) => {
        const locked = encrypt(message, round, beaconPublicKey(SEED), random)
        expect(decrypt(locked, signPulse(SEED, round).signature)).toEqual(message)
      },
    )
    fc.assert(property, { numRuns: 10 })
  })

  it('refuses every altered byte', () => {
    const locked = encrypt(ascii('weights'), 7n, beaconPublicKey(SEED), entropy)
    const { signature } = signPulse(SEED, 7n)
    const property = fc.property(fc.nat(locked.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const altered = locked.slice()
      altered[at] = altered[at]! ^ flip
      expect(['MalformedTimelock', 'InvalidPoint', 'TimelockNotOpened']).toContain(
        codeOf(() => decrypt(altered, signature)),
      )
    })
    fc.assert(property, { numRuns: 40 })
  })

  it('refuses cut and random bytes by name, before any point is computed', () => {
    for (let length = 0; length < FROM_REFERENCE.length; length++) {
      expect(codeOf(() => readEnvelope(FROM_REFERENCE.subarray(0, length)))).toBe('MalformedTimelock')
    }
    const property = fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      expect(['MalformedTimelock', 'InvalidPoint']).toContain(codeOf(() => decrypt(bytes, SIGNATURE_1000)))
    })
    fc.assert(property, { numRuns: 200 })
  })

  it('does not believe claimed lengths', () => {
    const claims = FROM_REFERENCE.slice()
    claims.fill(0xff, 176, 184)
    expect(() => readEnvelope(claims)).toThrow(/claims `18446744073709551615` bytes/)
  })
})
