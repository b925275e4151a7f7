import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { concatBytes, hexToBytes, utf8ToBytes } from '@neurite/primitives/bytes'
import {
  SIGNATURE_LENGTHS,
  SIGNATURE_SCHEMES,
  type SignatureScheme,
  sr25519Verify,
  verify,
} from '@neurite/primitives/crypto'
import { keypairFromSeed } from '@neurite/primitives/keyring'
import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readVerdicts, type SignedItem, verifyBatch, writeBatch } from './batch.ts'
import { createVerifier, hasNativeSecp256k1, hasQuickSr25519, type SignatureVerifier, verifyNative } from './index.ts'

function signedItem(scheme: SignatureScheme, seed: number, text: string, good = true): SignedItem {
  const keypair = keypairFromSeed(new Uint8Array(32).fill(seed), scheme)
  const message = utf8ToBytes(text)
  return {
    scheme,
    signature: keypair.sign(message),
    message: good ? message : utf8ToBytes(`${text}!`),
    publicKey: hexToBytes(keypair.publicKey),
  }
}

describe('native verification', () => {
  test('the native libraries are loaded here', () => {
    expect(hasNativeSecp256k1).toBe(true)
    expect(hasQuickSr25519).toBe(true)
  })

  test('sr25519: thousands of malformed signatures and keys leave the quick library working', () => {
    const good = signedItem('sr25519', 5, 'block')
    const off = (bytes: Uint8Array, at: number, value: number) => bytes.map((byte, i) => (i === at ? value : byte))
    const zeros = new Uint8Array(64)
    zeros[63] = 0x80
    const order = hexToBytes('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000090')
    const items = [
      // A key that is no point makes the library trap.
      { ...good, publicKey: new Uint8Array(32).fill(0xff) },
      { ...good, publicKey: off(good.publicKey, 31, 0xff) },
      { ...good, signature: new Uint8Array(64).fill(0xff) },
      { ...good, signature: off(good.signature, 63, good.signature[63]! & 0x7f) },
      { ...good, signature: concatBytes(good.signature.subarray(0, 32), order) },
      { ...good, message: new Uint8Array() },
      { ...good, signature: zeros, publicKey: new Uint8Array(32) },
      { ...good, signature: zeros },
      good,
    ]
    const expected = items.map((item) => sr25519Verify(item.signature, item.message, item.publicKey))
    expect(expected).toEqual([false, false, false, false, false, false, true, false, true])
    for (let round = 0; round < 300; round++) {
      const verdicts = items.map((item) => verifyNative('sr25519', item.signature, item.message, item.publicKey))
      expect(verdicts).toEqual(expected)
    }
  })

  test.each(SIGNATURE_SCHEMES)('%s agrees with the portable rules on good, bad and malformed input', (scheme) => {
    const good = signedItem(scheme, 5, 'block')
    expect(verifyNative(scheme, good.signature, good.message, good.publicKey)).toBe(true)
    fc.assert(
      fc.property(fc.nat({ max: SIGNATURE_LENGTHS[scheme] - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const signature = good.signature.slice()
        signature[at] = value
        expect(verifyNative(scheme, signature, good.message, good.publicKey)).toBe(
          verify(scheme, signature, good.message, good.publicKey),
        )
      }),
      { numRuns: 40 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ maxLength: 40 }), (signature, publicKey) => {
        expect(verifyNative(scheme, signature, good.message, publicKey)).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  test('ed25519 accepts what only ZIP 215 admits', () => {
    const key = hexToBytes('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff')
    expect(verifyNative('ed25519', concatBytes(key, new Uint8Array(32)), utf8ToBytes('Zcash'), key)).toBe(true)
  })
})

test('a batch carries items of any length through shared memory', () => {
  const item = fc.record({
    scheme: fc.constantFrom(...SIGNATURE_SCHEMES),
    signature: fc.uint8Array({ maxLength: 66 }),
    publicKey: fc.uint8Array({ maxLength: 34 }),
    message: fc.uint8Array({ maxLength: 300 }),
  })
  fc.assert(
    fc.property(fc.array(item, { maxLength: 20 }), (items) => {
      const buffer = new SharedArrayBuffer(16_384)
      writeBatch(buffer, items)
      const seen: SignedItem[] = []
      verifyBatch(buffer, items.length, (scheme, signature, message, publicKey) => {
        seen.push({ scheme, signature, message, publicKey })
        return seen.length % 2 === 0
      })
      expect(seen).toEqual(items)
      expect(readVerdicts(buffer, items.length)).toEqual(items.map((_, i) => i % 2 === 1))
    }),
    { numRuns: 60 },
  )
})

describe('pool', () => {
  let verifier: SignatureVerifier

  beforeAll(() => {
    // The threads run the built files.
    execFileSync(process.execPath, [fileURLToPath(new URL('../../../../scripts/build.mjs', import.meta.url))])
  })

  afterEach(() => verifier.close())

  test('gives each item its own verdict, in order, whatever the scheme', async () => {
    verifier = createVerifier({ threads: 2 })
    const items = Array.from({ length: 150 }, (_, i) =>
      signedItem(SIGNATURE_SCHEMES[i % 3]!, (i % 5) + 1, `message ${i}`, i % 7 !== 0),
    )
    expect(await verifier.verifyMany(items)).toEqual(items.map((_, i) => i % 7 !== 0))
    expect(verifier.pending).toBe(0)
  })

  test('serves several callers at once', async () => {
    verifier = createVerifier({ threads: 1 })
    const good = signedItem('sr25519', 1, 'a')
    const bad = signedItem('sr25519', 1, 'a', false)
    const answers = await Promise.all([
      verifier.verifyMany([good, bad, good]),
      verifier.verifyOne(good),
      verifier.verifyOne(bad),
      verifier.verifyMany([]),
    ])
    expect(answers).toEqual([[true, false, true], true, false, []])
  })

  test('takes a message larger than its buffers', async () => {
    verifier = createVerifier({ threads: 1 })
    const large = signedItem('ed25519', 1, 'x'.repeat(3_000_000))
    expect(await verifier.verifyMany([large, { ...large, message: large.message.subarray(1) }])).toEqual([true, false])
  })

  test('malformed items are false and do not disturb their neighbours', async () => {
    verifier = createVerifier({ threads: 1 })
    const good = signedItem('sr25519', 2, 'b')
    const empty = new Uint8Array()
    const malformed = SIGNATURE_SCHEMES.map((scheme) => ({ ...good, scheme, signature: empty, publicKey: empty }))
    expect(await verifier.verifyMany([...malformed, good])).toEqual([false, false, false, true])
  })

  test('closing decides what is pending and refuses the rest', async () => {
    verifier = createVerifier({ threads: 1 })
    const pending = verifier.verifyMany(Array.from({ length: 80 }, () => signedItem('ed25519', 3, 'c')))
    await verifier.close()
    expect(new Set(await pending)).toEqual(new Set([true]))
    await expect(verifier.verifyOne(signedItem('ed25519', 3, 'c'))).rejects.toMatchObject({ code: 'VerifierClosed' })
  })
})
