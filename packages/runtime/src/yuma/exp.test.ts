import fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimatedSigmoid, expSafe, oneOverOnePlusExp, SIGMOID_ERROR, seriesOf } from './exp.ts'
import { ONE } from './fixed.ts'

/** The series as upstream sums it; exp(1) alone has a shortcut there. */
const exact = (y: number) => (y === ONE ? undefined : Number(expSafe(BigInt(y))))

test('the series on doubles equals BigInt, term by term', () => {
  const argument = fc.oneof(
    fc.integer({ min: 1, max: 6 * ONE }),
    fc.integer({ min: 1, max: 12 * ONE }),
    fc.integer({ min: 5 * ONE - 2 ** 26, max: 5 * ONE }),
    // Round arguments make terms that are exactly an integer before the floor.
    fc.tuple(fc.integer({ min: 1, max: 12 * 64 }), fc.integer({ min: -2, max: 2 })).map(([k, d]) => (k * ONE) / 64 + d),
  )
  fc.assert(
    fc.property(argument, (y) => {
      const expected = exact(y)
      if (expected !== undefined && y <= 12 * ONE) expect(seriesOf(y)).toBe(expected)
    }),
    { numRuns: 20_000 },
  )
})

test('the series at its edges', () => {
  for (const y of [1, 2, 3, ONE - 1, ONE + 1, 6 * ONE - 1, 6 * ONE, 6 * ONE + 1, 12 * ONE - 1, 12 * ONE]) {
    expect(seriesOf(y)).toBe(exact(y))
  }
})

test('arguments at which the estimate of a term alone is rounded up to the next integer', () => {
  const arguments_ = [
    21298709239, 20248362926, 19522521471, 24053807787, 24677619827, 22649873727, 17227201228, 24492171281, 22306193645,
    25334239411, 23462660926, 20638596625,
  ]
  for (const y of arguments_) expect(seriesOf(y)).toBe(exact(y))
})

test('the estimated sigmoid is as near to the exact one as it says', () => {
  const scale = fc.constantFrom(1e-9, 1e-4, 0.1, 1, 2, 6, 12, 20, 25)
  const argument = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), scale).map(([part, to]) => part * to * ONE)
  let largest = 0
  fc.assert(
    fc.property(argument, (x) => {
      // The exact one is of the argument rounded down.
      const bits = Math.floor(x)
      if (bits === ONE) return
      const error = Math.abs(estimatedSigmoid(x / ONE) * ONE - oneOverOnePlusExp(bits))
      largest = Math.max(largest, error)
      expect(error, `${x}`).toBeLessThanOrEqual(SIGMOID_ERROR)
    }),
    { numRuns: 50_000 },
  )
  // A bound far above what occurs would make the property empty.
  expect(largest).toBeGreaterThan(SIGMOID_ERROR / 3)
})
