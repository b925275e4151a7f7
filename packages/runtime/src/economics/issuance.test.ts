import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockEmissionAt, DEFAULT_BLOCK_EMISSION, halvingsAt, mintable, TOTAL_SUPPLY } from './issuance.ts'

const TAO = 1_000_000_000n

// The thresholds of the schedule, in rao, and the emission from there on.
const STEPS: readonly (readonly [bigint, bigint])[] = [
  [0n, 1_000_000_000n],
  [10_500_000n * TAO, 500_000_000n],
  [15_750_000n * TAO, 250_000_000n],
  [18_375_000n * TAO, 125_000_000n],
  [19_687_500n * TAO, 62_500_000n],
  [20_343_750n * TAO, 31_250_000n],
  [20_671_875n * TAO, 15_625_000n],
  [20_835_937_500_000_000n, 7_812_500n],
  [TOTAL_SUPPLY - TOTAL_SUPPLY / 256n, 3_906_250n],
  [TOTAL_SUPPLY - TOTAL_SUPPLY / 512n, 1_953_125n],
  [TOTAL_SUPPLY - TOTAL_SUPPLY / 1024n, 976_562n],
  [TOTAL_SUPPLY - TOTAL_SUPPLY / 2048n, 488_281n],
]

test.each(STEPS)('from %d rao a block emits %d', (threshold, emission) => {
  expect(blockEmissionAt(threshold)).toBe(emission)
  const previous = STEPS[STEPS.findIndex(([at]) => at === threshold) - 1]
  if (previous) expect(blockEmissionAt(threshold - 1n)).toBe(previous[1])
})

test('emission ends at the supply and its last rao comes before', () => {
  expect(blockEmissionAt(TOTAL_SUPPLY)).toBe(0n)
  expect(blockEmissionAt(TOTAL_SUPPLY + 1n)).toBe(0n)
  expect(blockEmissionAt(TOTAL_SUPPLY - 1n)).toBe(0n)
})

test('the halving count is the largest n with issuance >= supply * (1 - 2^-n)', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, TOTAL_SUPPLY - 1n), (issuance) => {
      const n = BigInt(halvingsAt(issuance))
      const reached = (k: bigint) => issuance << k >= (TOTAL_SUPPLY << k) - TOTAL_SUPPLY
      expect(reached(n)).toBe(true)
      expect(reached(n + 1n)).toBe(false)
    }),
  )
})

test('minting never passes the supply', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, TOTAL_SUPPLY), fc.bigInt(0n, 2n * TOTAL_SUPPLY), (issuance, amount) => {
      const minted = mintable(amount, issuance)
      expect(minted <= amount && issuance + minted <= TOTAL_SUPPLY).toBe(true)
    }),
  )
  expect(mintable(5n, TOTAL_SUPPLY + 1n)).toBe(0n)
  expect(mintable(DEFAULT_BLOCK_EMISSION, TOTAL_SUPPLY - 3n)).toBe(3n)
})
