import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTopk, isTopkNonzero } from './permits.ts'

const values = fc.array(fc.oneof(fc.nat(4), fc.nat(1e9)), { maxLength: 80 })

/** Indices from the largest value on; the higher index first where values are alike. */
function ranking(list: readonly number[]): number[] {
  return list.map((_, index) => index).sort((a, b) => list[b]! - list[a]! || b - a)
}

test('property: the largest values, at a tie those of the higher index', () => {
  fc.assert(
    fc.property(values, fc.nat(90), (list, k) => {
      const chosen = new Set(ranking(list).slice(0, k))
      const flags = (counts: (index: number) => boolean) => Uint8Array.from(list, (_, index) => Number(counts(index)))
      expect(isTopk(Float64Array.from(list), k)).toEqual(flags((index) => chosen.has(index)))
      expect(isTopkNonzero(Float64Array.from(list), k)).toEqual(flags((index) => chosen.has(index) && list[index]! > 0))
    }),
    { numRuns: 500 },
  )
})
