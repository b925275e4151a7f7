import { encode } from '@neurite/primitives/scale'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sparseRow } from '../types.ts'
import { joinPairs, PAIR, splitPairs } from './pairs.ts'

const u16 = fc.integer({ min: 0, max: 65_535 })
// The pairs of a row repeat, so that some rows are longer than what is worked on at once.
const row = fc.tuple(fc.array(fc.tuple(u16, u16), { maxLength: 5 }), fc.constantFrom(1, 40, 2000))

test('property: the pairs of rows, one row after the other, are what their bytes say, and make them again', () => {
  fc.assert(
    fc.property(fc.array(fc.option(row, { nil: undefined }), { maxLength: 6 }), (parts) => {
      const rows = parts.map((part) => part && Array.from({ length: part[1] }, () => part[0]).flat())
      const bytes = rows.map((pairs) => pairs && encode(sparseRow, pairs).slice(-PAIR * pairs.length || 9e9))
      const all = rows.flatMap((pairs) => pairs ?? [])
      const arrays = { columns: new Uint16Array(all.length), values: new Uint16Array(all.length) }
      splitPairs(bytes, arrays)
      expect(arrays).toEqual({
        columns: Uint16Array.from(all, ([uid]) => uid),
        values: Uint16Array.from(all, ([, value]) => value),
      })
      let at = 0
      for (const [index, pairs] of rows.entries()) {
        if (pairs === undefined) continue
        const joined: number[] = []
        joinPairs(arrays, at, at + pairs.length, (piece) => {
          for (const byte of piece) joined.push(byte)
        })
        expect(Uint8Array.from(joined)).toEqual(bytes[index])
        at += pairs.length
      }
    }),
    { numRuns: 50 },
  )
})
