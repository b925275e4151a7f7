import { expect, test } from 'vitest'
import type { EpochInput } from './index.ts'
import { createSparseU16, epoch } from './index.ts'

function emptyInput(n: number): EpochInput {
  return {
    n,
    block: 10,
    tempo: 360,
    activityCutoff: 5000,
    lastMechanismStepBlock: 0,
    lastUpdate: new Float64Array(n),
    registeredAt: new Float64Array(n),
    alphaStake: new BigUint64Array(n),
    taoStake: new BigUint64Array(n),
    validatorPermits: new Uint8Array(n),
    ownerUid: undefined,
    weights: createSparseU16(n, () => undefined),
    bonds: createSparseU16(n, () => undefined),
    emission: 1000n,
    params: {
      kappa: 32767,
      maxAllowedValidators: 64,
      stakeThreshold: 0n,
      taoWeight: 0n,
      bondsMovingAverage: 900_000,
      bondsPenalty: 65535,
      yuma3On: true,
      liquidAlphaOn: false,
      alphaLow: 45875,
      alphaHigh: 58982,
      alphaSigmoidSteepness: 1000,
    },
  }
}

test('a subnet without uids has empty results', () => {
  const result = epoch(emptyInput(0))
  expect(result.incentive).toEqual(new Uint16Array(0))
  expect(result.bonds.rowStart).toEqual(new Uint32Array(1))
})

test('without any stake nobody is paid', () => {
  const { emission, validatorPermits } = epoch(emptyInput(3))
  expect(emission).toEqual(BigUint64Array.of(0n, 0n, 0n))
  expect(validatorPermits).toEqual(Uint8Array.of(0, 0, 0))
})

test('behavior: the input is left as it was', () => {
  const input = { ...emptyInput(2), weights: createSparseU16(2, () => [[1, 5] as const, [0, 7] as const]) }
  const before = structuredClone(input)
  epoch(input)
  expect(input).toEqual(before)
})

test('error: an array that does not fit the number of uids', () => {
  const input = { ...emptyInput(3), lastUpdate: new Float64Array(2) }
  expect(() => epoch(input)).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: Epoch input \`lastUpdate\` has the wrong shape.
    Given: 2 elements.
    Expected: 3, one per uid.]
  `)
})

test('error: rows that do not cover the entries', () => {
  const bonds = { rowStart: Uint32Array.of(0, 1), columns: Uint16Array.of(0, 1), values: Uint16Array.of(5, 5) }
  expect(() => epoch({ ...emptyInput(1), bonds })).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: Epoch input \`bonds\` has the wrong shape.
    Given: 2 columns and 2 values.
    Expected: 1 of each.]
  `)
  expect(() => epoch({ ...emptyInput(2), bonds })).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: Epoch input \`bonds\` has the wrong shape.
    Given: 2 row offsets.
    Expected: 3, one per uid and the end.]
  `)
})
