import type { ByteString } from '@neurite/primitives/bytes'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortedPlaces } from './sortKeys.ts'

const sorted = (keys: readonly ByteString[]) => sortedPlaces(keys).map((place) => keys[place])

const bytes = (constraints: fc.ArrayConstraints) =>
  fc.array(fc.oneof(fc.constantFrom(0, 1, 255), fc.nat(255)), constraints).map((codes) => String.fromCharCode(...codes))

test('property: any keys come out in byte order, each once', () => {
  const item = fc.constantFrom('a'.repeat(32), `${'a'.repeat(31)}b`, '\xff'.repeat(32))
  const key: fc.Arbitrary<ByteString> = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(item, bytes({ maxLength: 8 })).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: bytes({ maxLength: 34 }) },
  )
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 200, size: 'max' }), (keys) => {
      expect(sorted(keys)).toEqual([...keys].sort())
    }),
  )
})

test('property: as many keys of one item as there may be', () => {
  for (const count of [17, 8192, 8193]) {
    const keys = Array.from({ length: count }, (_, index) => {
      const mixed = Math.imul(index, 2654435761) >>> 0
      return 'p'.repeat(32) + String.fromCharCode(mixed >>> 24, (mixed >>> 16) & 255, mixed & 255, (mixed >>> 8) & 255)
    })
    expect(sorted(keys)).toEqual([...keys].sort())
  }
})
