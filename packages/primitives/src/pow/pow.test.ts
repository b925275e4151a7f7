import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesToHex, concatBytes, hexToBytes } from '../bytes/index.ts'
import { keccak256, sha256 } from '../hash/index.ts'
import { createSealer, meetsDifficulty } from './index.ts'

const BLOCK = `0x${'ab'.repeat(32)}` as const
const WHO = `0x${'cd'.repeat(32)}` as const

test('a seal binds nonce, block and account', () => {
  const digest = keccak256(concatBytes(hexToBytes(BLOCK), hexToBytes(WHO)))
  const expected = keccak256(sha256(concatBytes(Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0), digest)))
  expect(bytesToHex(createSealer(BLOCK, WHO)(258n))).toBe(bytesToHex(expected))
  expect(bytesToHex(createSealer(WHO, BLOCK)(258n))).not.toBe(bytesToHex(expected))
})

test('the seal is a little-endian number', () => {
  const low = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 255 : 0))
  const high = Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 255 : 0))
  expect(meetsDifficulty(low, 1n << 200n)).toBe(true)
  expect(meetsDifficulty(high, 2n)).toBe(false)
  expect(meetsDifficulty(high, 1n)).toBe(true)
})

test('what meets a difficulty meets every lower one', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const u64 = fc.bigInt(0n, (1n << 64n) - 1n)
  fc.assert(
    fc.property(bytes, u64, u64, (seal, a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a]
      expect(!meetsDifficulty(seal, high) || meetsDifficulty(seal, low)).toBe(true)
    }),
  )
})
