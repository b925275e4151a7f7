import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { EpochInput } from './index.ts'
import { createSparseU16, epoch, normalizeWeights } from './index.ts'

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

test('error: a block that is none', () => {
  const input = { ...emptyInput(2), lastUpdate: Float64Array.of(1, Number.NaN) }
  expect(() => epoch(input)).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: Epoch input: \`lastUpdate\` of uid 1 is no block.
    Given: \`NaN\`.
    Expected: an integer of at least 0.]
  `)
})

test('error: a parameter out of range', () => {
  const input = emptyInput(1)
  expect(() => epoch({ ...input, params: { ...input.params, kappa: 65_536 } })).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: Epoch input: \`params.kappa\` is out of range.
    Given: \`65536\`.
    Expected: an integer from 0 to 65535.]
  `)
})

test('error: an array of another kind', () => {
  const input = { ...emptyInput(1), alphaStake: [1n] as never }
  expect(() => epoch(input)).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: Epoch input \`alphaStake\` has the wrong shape.
    Given: 1 elements of a Array.
    Expected: 1, one per uid, in a BigUint64Array.]
  `)
})

test('error: rows whose offsets fall', () => {
  const weights = { rowStart: Uint32Array.of(0, 2, 1), columns: Uint16Array.of(0), values: Uint16Array.of(5) }
  expect(() => epoch({ ...emptyInput(2), weights })).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: Epoch input \`weights\` has the wrong shape.
    Given: row 1 from 2 to 1.
    Expected: offsets that do not fall.]
  `)
})

test('error: entries that are no u16', () => {
  expect(() => createSparseU16(1, () => [[65_536, 1]])).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: Epoch input: \`column of row 0\` is out of range.
    Given: \`65536\`.
    Expected: an integer from 0 to 65535.]
  `)
  expect(() => normalizeWeights([1, -1])).toThrowErrorMatchingInlineSnapshot(`
    [NeuriteError: Element 1 of the vector is out of range: \`-1\`.
    Expected an integer from 0 to 65535.]
  `)
})

// An array of a worker or a frame is no instance of ours.
test('behavior: arrays of another realm are taken', () => {
  const foreign = runInNewContext('new Float64Array(1)') as Float64Array
  expect(foreign).not.toBeInstanceOf(Float64Array)
  expect(epoch({ ...emptyInput(1), lastUpdate: foreign }).active).toEqual(Uint8Array.of(1))
})
