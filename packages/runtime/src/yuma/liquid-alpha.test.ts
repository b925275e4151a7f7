import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ONE } from './fixed.ts'
import { combinedDifference, createLiquidAlpha, createMoveBond, movedBond } from './liquid-alpha.ts'
import type { EpochParams } from './types.ts'

const fraction = fc.integer({ min: 0, max: 65535 })
const params = fc
  .record({
    alphaLow: fc.oneof(fc.constant(45_875), fraction),
    alphaHigh: fc.oneof(fc.constant(58_982), fraction),
    alphaSigmoidSteepness: fc.oneof(fc.constantFrom(1000, 200, -200, 0), fc.integer({ min: -32_768, max: 32_767 })),
  })
  .map((each) => each as EpochParams)
/** Shares of all magnitudes, also exactly 0 and 1. */
const share = fc.oneof(
  fc.integer({ min: 0, max: ONE }),
  fc.integer({ min: 0, max: 2 ** 16 }),
  fc.integer({ min: 0, max: 2 ** 24 }),
  fc.constantFrom(0, 1, ONE / 2, ONE - 1, ONE),
)

test('a bond moves exactly as the speed says, whether that is estimated or summed', () => {
  fc.assert(
    fc.property(params, fc.array(fc.tuple(share, share, share), { minLength: 20, maxLength: 20 }), (each, entries) => {
      const alphaOf = createLiquidAlpha(each)
      const moveBond = createMoveBond(each)
      for (const [consensus, weight, bond] of entries) {
        for (const [seenWeight, seenBond] of [
          [weight, bond],
          [0, bond],
          [weight, 0],
        ] as const) {
          const alpha = alphaOf(combinedDifference(consensus, seenWeight, seenBond))
          expect(moveBond(consensus, seenWeight, seenBond, weight, bond)).toBe(movedBond(alpha, weight, bond))
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('a speed lies between low and high, and is low when they are upside-down', () => {
  fc.assert(
    fc.property(params, share, (each, difference) => {
      const alpha = createLiquidAlpha(each)(difference)
      const low = Math.floor((each.alphaLow * ONE) / 65535)
      expect(alpha).toBeGreaterThanOrEqual(low)
      expect(alpha).toBeLessThanOrEqual(Math.max(low, Math.floor((each.alphaHigh * ONE) / 65535)))
    }),
  )
})
