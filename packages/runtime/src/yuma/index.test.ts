import { expect, test } from 'vitest'
import * as yuma from './index.ts'

test('exported names', () => {
  expect(Object.keys(yuma).sort((a, b) => (a < b ? -1 : 1))).toMatchInlineSnapshot(`
    [
      "GLOBAL_MAX_SUBNET_COUNT",
      "MAX_MECHANISM_COUNT_PER_SUBNET",
      "MAX_TEMPO",
      "MIN_TEMPO",
      "activityCutoffBlocks",
      "aggregateMechanisms",
      "blocksUntilNextAutoEpoch",
      "checkVecMaxLimited",
      "childProportionBits",
      "conformPay",
      "createSparseU16",
      "epoch",
      "fixedProportionToU16",
      "fromU16Fraction",
      "inheritStake",
      "initialLastEpochBlock",
      "isTopk",
      "isTopkNonzero",
      "mechanismOfIndex",
      "mechanismStorageIndex",
      "neuronToPrune",
      "nextEpochStartBlock",
      "normalizeWeights",
      "resetBonds",
      "rowOf",
      "shouldRunEpoch",
      "splitEmission",
      "taoWeightBits",
      "traceEpoch",
      "vecMaxUpscaleToU16",
      "vecU16MaxUpscaleToU16",
    ]
  `)
})
