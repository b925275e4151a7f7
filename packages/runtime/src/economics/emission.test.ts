import type { AccountId } from '@neurite/primitives/bytes'
import { I96F32, U64F64, U96F32 } from '@neurite/primitives/fixed'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distributeDividends, selfContribution, splitParentDividends, splitTake, withheldShare } from './dividends.ts'
import {
  type EmissionCandidate,
  isRootSellAllowed,
  medianPrice,
  nextMovingPrice,
  rootProportion,
  splitAlphaOut,
  subnetEmissions,
  subnetTerms,
  taoWeightFraction,
} from './emission.ts'

const TAO_WEIGHT = taoWeightFraction(971_718_665_099_567_868n)
const hotkey = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as AccountId
const candidate = (price: number, burned = 0, enabled = true): EmissionCandidate => ({
  movingPrice: BigInt(Math.round(price * 2 ** 32)),
  minerBurned: BigInt(Math.round(burned * 2 ** 32)),
  enabled,
})
const rao = (emissions: bigint[]) => emissions.map(U96F32.toU64)

describe('golden vectors of the specification', () => {
  const rho = rootProportion(10n ** 15n, TAO_WEIGHT, 2n * 10n ** 15n)
  test('root proportion', () => {
    expect(U96F32.toNumber(TAO_WEIGHT)).toBe(0.05267697433009744)
    expect(rho).toBe(110_219_915n)
  })
  test('terms', () => {
    const terms = subnetTerms({
      taoEmission: U96F32.fromInt(25_000_000),
      alphaEmission: 1_000_000_000n,
      price: U64F64.fromRatio(2n, 100n),
      rootProportion: rho,
    })
    expect(rao([terms.alphaIn, terms.taoIn, terms.excess])).toEqual([25_662_573n, 513_251n, 24_486_748n])
  })
  test('split of the alpha', () => {
    // The root proportion is taken again after the block's mints: 25,662,573 injected and 1e9 for participants.
    const after = rootProportion(10n ** 15n, TAO_WEIGHT, 2n * 10n ** 15n + 1_025_662_573n)
    expect(splitAlphaOut({ alphaOut: 1_000_000_000n, ownerCut: 11_796, rootProportion: after })).toEqual({
      owner: 179_995_422n,
      server: 410_002_288n,
      validator: 399_480_580n,
      root: 10_521_708n,
    })
  })
})

describe('shares', () => {
  test('price times what was not burned', () => {
    expect(rao(subnetEmissions([candidate(0.1), candidate(0.3)], 1_000_000_000n))).toEqual([250_000_000n, 749_999_999n])
    expect(rao(subnetEmissions([candidate(0.1), candidate(0.1, 0.5)], 900n))).toEqual([599n, 299n])
  })
  test('everything burned falls back to prices, no prices to nothing', () => {
    expect(rao(subnetEmissions([candidate(0.25, 1), candidate(0.25, 1)], 100n))).toEqual([50n, 50n])
    expect(rao(subnetEmissions([candidate(0), candidate(0)], 100n))).toEqual([0n, 0n])
  })
  test('disabled subnets give their share to the others', () => {
    expect(rao(subnetEmissions([candidate(0.5), candidate(0.5, 0, false)], 100n))).toEqual([100n, 0n])
    expect(rao(subnetEmissions([candidate(0.5, 0, false)], 100n))).toEqual([0n])
  })
  test('root may sell above a price sum of 1, not at it', () => {
    expect(isRootSellAllowed([candidate(0.5), candidate(0.5)])).toBe(false)
    expect(isRootSellAllowed([candidate(0.5), candidate(0.5), candidate(2 ** -32)])).toBe(true)
  })
  const any = fc.record({
    movingPrice: fc.bigInt(0n, I96F32.fromInt(2)),
    minerBurned: fc.bigInt(0n, U96F32.fromInt(2)),
    enabled: fc.boolean(),
  })
  test('property: never more than the block emits; disabled subnets get none', () => {
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), fc.bigInt(0n, 10n ** 9n), (candidates, emission) => {
        const split = rao(subnetEmissions(candidates, emission))
        const sum = split.reduce((a, b) => a + b, 0n)
        expect(sum <= emission).toBe(true)
        expect(sum === 0n || sum + BigInt(candidates.length) + 1n >= emission).toBe(true)
        for (const [i, part] of split.entries()) if (!candidates[i]!.enabled) expect(part).toBe(0n)
      }),
    )
  })
  test('property: injected and excess TAO are the whole emission, parts of alpha the whole alpha', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, U96F32.fromInt(10 ** 9)),
        fc.bigInt(0n, 10n ** 9n),
        fc.bigInt(0n, U64F64.fromInt(100)),
        fc.bigInt(0n, U96F32.one),
        fc.integer({ min: 0, max: 65_535 }),
        (taoEmission, alphaEmission, price, rho, cut) => {
          const terms = subnetTerms({ taoEmission, alphaEmission, price, rootProportion: rho })
          expect(terms.taoIn + terms.excess).toBe(taoEmission > terms.taoIn ? taoEmission : terms.taoIn)
          const split = splitAlphaOut({ alphaOut: alphaEmission, ownerCut: cut, rootProportion: rho })
          const sum = split.owner + split.server + split.validator + split.root
          expect(sum <= alphaEmission && alphaEmission - sum <= 4n).toBe(true)
        },
      ),
    )
  })
})

describe('prices', () => {
  const step = (movingPrice: bigint, price: bigint, blocksSinceStart: bigint) =>
    nextMovingPrice({ movingPrice, price, movingAlpha: 12_885n, blocksSinceStart, halvingBlocks: 201_600n })
  test('a young subnet stays at exactly 0 until the step reaches the last bit', () => {
    expect(step(0n, U64F64.one, 1n)).toBe(0n)
    expect(step(0n, U64F64.one, 100_000n)).toBeGreaterThan(0n)
  })
  test('the price counts as at most 1 and pulls the average toward it', () => {
    const start = I96F32.fromRatio(1n, 2n)
    const high = step(start, U64F64.fromInt(50), 201_600n)
    expect(high).toBe(step(start, U64F64.one, 201_600n))
    expect(high > start && step(start, 0n, 201_600n) < start).toBe(true)
  })
  test('median ignores zeros; even counts take the mean', () => {
    const p = (...values: number[]) => values.map((v) => U64F64.fromInt(v))
    expect(medianPrice([])).toBe(U64F64.one)
    expect(medianPrice(p(0, 0))).toBe(U64F64.one)
    expect(medianPrice(p(9, 0, 1, 5))).toBe(U64F64.fromInt(5))
    expect(medianPrice(p(4, 2, 2, 10))).toBe(U64F64.fromInt(3))
    expect(medianPrice(p(7, 7, 7, 7))).toBe(U64F64.fromInt(7))
  })
})

describe('dividends', () => {
  // subtensor 14bc6f9 pallets/subtensor/src/tests/coinbase.rs test_calculate_dividend_distribution_totals
  const claims = [
    { hotkey: hotkey(0), dividends: U96F32.fromInt(77_783_738), alphaStake: 4_859_302n, rootStake: 2_342_352n },
    { hotkey: hotkey(1), dividends: U96F32.fromInt(19_283_940), alphaStake: 23_423n, rootStake: 859_273n },
  ]
  const taoWeight = U96F32.fromRatio(18n, 100n)
  const totals = (validatorPot: bigint, rootPot: bigint, weight = taoWeight) => {
    const payouts = distributeDividends(claims, { validatorPot, rootPot, taoWeight: weight })
    return [payouts.reduce((s, p) => s + p.alpha, 0n), payouts.reduce((s, p) => s + p.root, 0n)].map(U96F32.toU64)
  }
  test('both pots are paid out', () => {
    const [alpha, root] = totals(183_123_567_452n, 837_120_949_872n)
    expect(183_123_567_452n - alpha! <= 1000n && alpha! <= 183_123_567_452n).toBe(true)
    expect(837_120_949_872n - root! <= 1000n && root! <= 837_120_949_872n).toBe(true)
  })
  test('without root weight nobody earned the root pot', () => {
    expect(totals(0n, 837_120_949_872n, 0n)[1]).toBe(0n)
  })

  const parent = (n: number, proportion: bigint, alphaStake: bigint, sameOwner = false) => ({
    hotkey: hotkey(n),
    proportion,
    alphaStake,
    rootStake: 0n,
    sameOwner,
  })
  const ALL = 2n ** 64n - 1n
  const split = (parents: ReturnType<typeof parent>[], self: bigint, take = 11_796, burn = 0n) =>
    splitParentDividends({
      dividends: 1_000_000n,
      selfContribution: self,
      parents,
      childkeyTake: take,
      childkeyBurn: burn,
      taoWeight,
    })
  test('parents get the part their stake earned, minus the take', () => {
    const result = split([parent(1, ALL, 750n)], 250n, 0)
    expect(result.self + result.parents[0]!.amount).toBe(1_000_000n)
    expect(result.parents[0]!.amount).toBe(750_000n)
    const taken = split([parent(1, ALL, 750n)], 250n)
    expect(taken.parents[0]!.amount).toBe(615_003n)
    expect(split([parent(1, ALL, 750n, true)], 250n).parents[0]!.amount).toBe(750_000n)
  })
  test('a childkey alone keeps everything; a burn is destroyed', () => {
    expect(split([], 0n)).toEqual({ parents: [], self: 1_000_000n, burned: 0n })
    const burned = split([parent(1, ALL, 1000n)], 0n, 0, ALL / 4n)
    expect(burned.burned).toBe(249_999n)
  })
  test('property: the parts never exceed the dividends', () => {
    const any = fc.record({
      hotkey: fc.constant(hotkey(1)),
      proportion: fc.bigInt(0n, ALL),
      alphaStake: fc.bigInt(0n, 10n ** 16n),
      rootStake: fc.bigInt(0n, 10n ** 16n),
      sameOwner: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 5 }),
        fc.bigInt(0n, 10n ** 16n),
        fc.bigInt(0n, 10n ** 15n),
        (parents, self, dividends) => {
          const result = splitParentDividends({
            dividends,
            selfContribution: self,
            parents,
            childkeyTake: 11_796,
            childkeyBurn: ALL / 10n,
            taoWeight,
          })
          const sum = result.parents.reduce((s, p) => s + p.amount, result.self + result.burned)
          expect(sum <= dividends && dividends - sum <= 12n).toBe(true)
        },
      ),
    )
  })
  test('self contribution keeps what was not given to children', () => {
    const options = { alphaStake: 1000n, rootStake: 0n, taoWeight }
    expect(selfContribution({ ...options, childProportions: [] })).toBe(1000n)
    expect(selfContribution({ ...options, childProportions: [ALL] })).toBe(0n)
    expect(selfContribution({ ...options, childProportions: [ALL / 2n] })).toBe(500n)
  })
  test('take and withheld share', () => {
    const { take, rest } = splitTake(U96F32.fromInt(1000), 65_535)
    expect([U96F32.toU64(take), rest]).toEqual([1000n, 0n])
    expect(withheldShare(0n, 0n)).toBe(0n)
    expect(withheldShare(1n, 2n)).toBe(U96F32.half)
  })
})
