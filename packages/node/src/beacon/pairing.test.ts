import { isNeuriteError } from '@neurite/primitives/errors'
import {
  beaconPublicKey,
  decrypt,
  ENTROPY_LENGTH,
  encrypt,
  pairingBytes,
  readG1,
  readG2,
  signPulse,
} from '@neurite/primitives/timelock'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadPairing } from './pairing.ts'

const pair = await loadPairing()

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const seed = bytes(32).filter((value) => value.some((byte) => byte !== 0))

/** Compressed, infinite. */
const infinity = (length: number) => Uint8Array.from({ length }, (_, index) => (index === 0 ? 0xc0 : 0))

test('property: pairings are those of the other library, to the byte', () => {
  fc.assert(
    fc.property(seed, seed, fc.bigInt(1n, 1_000_000n), (signer, other, round) => {
      const p = readG1('p', signPulse(signer, round).signature)
      const q = readG2('q', beaconPublicKey(other))
      expect(pair(p, q)).toEqual(pairingBytes(p, q))
    }),
    { numRuns: 20 },
  )
})

test('limit: with a point at infinity the pairing is one', () => {
  const p = readG1('p', signPulse(new Uint8Array(32).fill(7), 1n).signature)
  const q = readG2('q', beaconPublicKey(new Uint8Array(32).fill(7)))
  const one = Uint8Array.from({ length: 576 }, (_, index) => (index === 0 ? 1 : 0))
  expect(pair(readG1('p', infinity(48)), q)).toEqual(one)
  expect(pair(p, readG2('q', infinity(96)))).toEqual(one)
})

test('property: a time lock opens to its message, and altered it ends as it does with the other library', () => {
  const key = new Uint8Array(32).fill(3)
  const publicKey = beaconPublicKey(key)
  const { signature } = signPulse(key, 9n)
  const outcome = (run: () => Uint8Array): unknown => {
    try {
      return run()
    } catch (error) {
      return isNeuriteError(error) ? error.code : error
    }
  }
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600 }),
      bytes(ENTROPY_LENGTH),
      fc.option(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { nil: undefined }),
      (message, entropy, damage) => {
        const sealed = encrypt(message, 9n, publicKey, entropy)
        if (damage !== undefined) sealed[damage[0] % sealed.length]! ^= damage[1]
        const opened = outcome(() => decrypt(sealed, signature, pair))
        expect(opened).toEqual(outcome(() => decrypt(sealed, signature)))
        if (damage === undefined) expect(opened).toEqual(message)
      },
    ),
    { numRuns: 30 },
  )
})
