/** Upstream's tests of the epoch's arithmetic, on the kernel's own steps. */
import { I32F32, I64F64 } from '@neurite/primitives/fixed'
import {
  checkVecMaxLimited,
  createSparseU16,
  isTopk,
  vecMaxUpscaleToU16,
  vecU16MaxUpscaleToU16,
} from '@neurite/runtime/yuma'
import { afterAll, describe, expect, test } from 'vitest'
import { bondsAlpha } from '../../packages/runtime/src/yuma/bonds.ts'
import { weightedMedian, weightedMedianColSparse } from '../../packages/runtime/src/yuma/consensus.ts'
import { expSafe, oneOverOnePlusExp, sigmoidSafe } from '../../packages/runtime/src/yuma/exp.ts'
import {
  fixedProportionToU16,
  fromU16Fraction,
  inplaceNormalize,
  ONE,
  vecMul,
} from '../../packages/runtime/src/yuma/fixed.ts'
import {
  combinedDifference,
  createLiquidAlpha,
  createMoveBond,
  movedBond,
} from '../../packages/runtime/src/yuma/liquid-alpha.ts'
import { matEmaAlphaSparse, matEmaSparse } from '../../packages/runtime/src/yuma/moving-average.ts'
import {
  clipAndSum,
  inplaceColMaxUpscaleSparse,
  inplaceColNormalizeSparse,
  inplaceRowNormalizeSparse,
  interpolateSparse,
  matmulTransposeSparse,
  rowHadamardSparse,
} from '../../packages/runtime/src/yuma/sparse.ts'
import { stakeWeights } from '../../packages/runtime/src/yuma/stake.ts'
import type { EpochInput, SparseFixed } from '../../packages/runtime/src/yuma/types.ts'
import { maskWeights } from '../../packages/runtime/src/yuma/weights.ts'
import tables from './math.json' with { type: 'json' }
import { createRandom } from './random-state.ts'

let compared = 0
afterAll(() => console.log(`upstream arithmetic tests: ${compared} cases`))

const I32F32_MAX = 2n ** 63n - 1n

/** I32F32 bits nearest to a double, ties to even. */
function fromF64(value: number): number {
  const scaled = value * ONE
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor
}

const fromF32 = (value: number): number => fromF64(Math.fround(value))
const vector = (values: readonly number[]) => Float64Array.from(values, fromF32)

/** The matrix `values` of `rows` rows without its zeros, or with them. */
function sparse(
  values: readonly number[],
  rows: number,
  options: { transpose?: boolean; zeros?: boolean; float?: string | undefined } = {},
): SparseFixed {
  const width = rows === 0 ? 0 : values.length / rows
  const lines = Array.from({ length: rows }, (_, i) => values.slice(i * width, (i + 1) * width))
  const matrix = options.transpose ? Array.from({ length: width }, (_, j) => lines.map((line) => line[j]!)) : lines
  const rowStart = new Uint32Array(matrix.length + 1)
  const columns: number[] = []
  const bits: number[] = []
  matrix.forEach((line, i) => {
    line.forEach((value, j) => {
      if (value === 0 && !options.zeros) return
      columns.push(j)
      bits.push(options.float === 'f64' ? fromF64(value) : fromF32(value))
    })
    rowStart[i + 1] = columns.length
  })
  return { rowStart, columns: Uint16Array.from(columns), values: Float64Array.from(bits) }
}

function expectClose(actual: SparseFixed, expected: SparseFixed, tolerance: number, title = ''): void {
  compared++
  expect([...actual.rowStart], title).toEqual([...expected.rowStart])
  expect([...actual.columns], title).toEqual([...expected.columns])
  actual.values.forEach((value, k) => {
    expect(Math.abs(value - expected.values[k]!), `${title}[${k}]`).toBeLessThanOrEqual(tolerance * ONE)
  })
}

function expectEqual(actual: unknown, expected: unknown, title = ''): void {
  compared++
  expect(actual, title).toEqual(expected)
}

describe('max-upscale', () => {
  test('vec_max_upscale_to_u16', () => {
    for (const { f32, expected } of tables.vec_max_upscale_to_u16) {
      const bits = f32.map((value) => (value === 'max' ? I32F32_MAX : BigInt(fromF32(Number(value)))))
      expectEqual([...vecMaxUpscaleToU16(bits)], expected, String(f32))
    }
  })

  test('vec_u16_max_upscale_to_u16', () => {
    for (const [weights, expected] of tables.vec_u16_max_upscale_to_u16 as [number[], number[]][]) {
      expectEqual([...vecU16MaxUpscaleToU16(weights)], expected, String(weights))
    }
  })

  test('both forms agree', () => {
    const random = createRandom(1)
    for (let i = 0; i < 2000; i++) {
      const top = 1 + Math.floor(random() * 65535)
      const weights = Array.from({ length: 5 }, () => Math.floor(random() * top))
      expect(vecU16MaxUpscaleToU16(weights)).toEqual(vecMaxUpscaleToU16(weights.map((weight) => BigInt(weight) << 32n)))
    }
  })

  test('check_vec_max_limited', () => {
    for (const { vector, limit, expected } of tables.check_vec_max_limited) {
      expectEqual(checkVecMaxLimited(vector, limit), expected, `${vector} at ${limit}`)
    }
  })
})

describe('conversions', () => {
  test('math_fixed_overflow: speed of the moving average', () => {
    expectEqual(bondsAlpha(900_000), fromF64(0.1))
    expectEqual(bondsAlpha(1_000_000), 0)
  })

  test('math_u64_normalization', () => {
    const { sum, cases } = tables.u64_normalization
    for (const { stake, expected } of cases) {
      const shares = stakeWeights({
        n: 2,
        ownerUid: undefined,
        alphaStake: BigUint64Array.of(BigInt(stake), BigInt(sum - stake)),
        taoStake: new BigUint64Array(2),
        params: { stakeThreshold: 0n, taoWeight: 0n },
      } as EpochInput)
      expectEqual(shares.stake[0], fromF64(expected), `${stake}`)
    }
  })

  test('fixed_to_u16, fixed_to_u64, fixed64_to_u64, fixed64_to_fixed32 and their saturation', () => {
    for (const value of [0n, 32767n, 65535n]) expectEqual(I32F32.toInt(I32F32.fromInt(value)), value)
    expectEqual(I32F32.toU64(I32F32.fromInt(0n)), 0n)
    expectEqual(I32F32.toU64(I32F32.fromInt(-1n)), 0n)
    for (const value of [0n, 2n ** 62n - 1n, 2n ** 63n - 1n]) expectEqual(I64F64.toU64(I64F64.fromInt(value)), value)
    expectEqual(I64F64.toU64(I64F64.fromInt(-1n)), 0n)
    for (const value of [0n, 2n ** 31n - 1n, -(2n ** 31n)]) {
      expectEqual(I32F32.from(I64F64, I64F64.fromInt(value)), I32F32.fromInt(value))
    }
    for (const value of [2n ** 32n - 1n, 2n ** 63n - 1n])
      expectEqual(I32F32.from(I64F64, I64F64.fromInt(value)), I32F32_MAX)
  })

  test('u16_proportion_to_fixed, fixed_proportion_to_u16 and its saturation', () => {
    expectEqual(fromU16Fraction(0), 0)
    expectEqual(fixedProportionToU16(0), 0)
    expectEqual(fixedProportionToU16(65535 * ONE), 65535)
    expectEqual(fixedProportionToU16(ONE), 65535)
    expectEqual(fixedProportionToU16(-1), 0)
  })
})

describe('exponential', () => {
  const bitsOf = (value: number | string, toBits: (value: number) => number): bigint =>
    value === 'max' ? I32F32_MAX : value === 'min' ? -I32F32_MAX - 1n : BigInt(toBits(Number(value)))

  test('exp_safe: bits, and clamping at 20', () => {
    for (const [x, bits] of tables.exp.cases as [number, string][]) {
      expectEqual(expSafe(BigInt(fromF64(x))), BigInt(bits), `exp(${x})`)
    }
    const at = (x: number) => expSafe(BigInt(x) << 32n)
    for (const input of [-21n << 32n, -I32F32_MAX - 1n]) expectEqual(expSafe(input), at(-20))
    for (const input of [21n << 32n, I32F32_MAX]) expectEqual(expSafe(input), at(20))
  })

  test('sigmoid_safe', () => {
    for (const { rho, kappa, input, expected, float, inputFloat } of tables.sigmoid_safe) {
      const toBits = float === 'f32' ? fromF32 : fromF64
      input.forEach((value, i) => {
        const x = bitsOf(value, inputFloat === 'f32' ? fromF32 : fromF64)
        const sigmoid = sigmoidSafe(x, bitsOf(rho, fromF64), bitsOf(kappa, fromF64))
        expectEqual(Number(sigmoid), toBits(expected[i]!), `sigmoid(${value}) at ${rho}, ${kappa}`)
      })
    }
  })

  test('the form without BigInt equals the series on both sides of its limits', () => {
    const random = createRandom(3)
    for (let i = 0; i < 20_000; i++) {
      const x = Math.round((random() * 2 - 1) * [0.001, 1, 6, 7, 12, 13, 21][i % 7]! * ONE)
      const expected = (1n << 64n) / ((1n << 32n) + expSafe(BigInt(x)))
      if (BigInt(oneOverOnePlusExp(x)) !== expected) expect.fail(`x = ${x}`)
    }
    for (const x of [0, ONE, -ONE, 6 * ONE, -6 * ONE, 12 * ONE, -12 * ONE, 12 * ONE + 1, 20 * ONE, -20 * ONE]) {
      expectEqual(BigInt(oneOverOnePlusExp(x)), (1n << 64n) / ((1n << 32n) + expSafe(BigInt(x))), `${x}`)
    }
  })

  test('speed of liquid alpha', () => {
    const alpha = createLiquidAlpha({
      alphaLow: 45875,
      alphaHigh: 58982,
      alphaSigmoidSteepness: 1000,
    } as EpochInput['params'])
    for (const [difference, bits] of tables.alpha_sigmoid.cases as [number, number][]) {
      expectEqual(alpha(combinedDifference(0, difference * ONE, 0)), bits)
      expectEqual(alpha(combinedDifference(0, 0, difference * ONE)), bits)
    }
  })
})

test('is_topk', () => {
  for (const { f32, k, expected } of tables.is_topk) expectEqual([...isTopk(vector(f32), k)], expected, `${f32}, ${k}`)
})

describe('weighted median', () => {
  const { majority, cases, randomMajorities } = tables.weighted_median

  test('weighted_median, hand cases', () => {
    for (const { stake, score, expected, normalize } of cases) {
      const stakes = vector(stake)
      if (normalize) inplaceNormalize(stakes)
      expectEqual(
        weightedMedian(stakes, vector(score), ONE - fromF32(majority)),
        fromF32(expected),
        `${stake}, ${score}`,
      )
    }
  })

  test('weighted_median, permuted lists: smallest score with more than the minority at or below it', () => {
    const random = createRandom(5)
    for (const ratio of randomMajorities) {
      for (const allowEqual of [false, true]) {
        const pairs = Array.from({ length: 100 }, (_, i) => ({
          stake: allowEqual ? Math.floor(random() * 2) : 1,
          score: allowEqual ? Math.floor(i / 2) : i,
        }))
        const stakes = Float64Array.from(pairs, ({ stake }) => stake * ONE)
        inplaceNormalize(stakes)
        const total = stakes.reduce((a, b) => a + b, 0)
        const minority = Math.max(0, total - fromF32(ratio))
        let cumulative = 0
        const found = pairs.find((_, i) => {
          cumulative += stakes[i]!
          return cumulative > minority
        })
        const expected = (found ?? pairs.at(-1)!).score
        for (let round = 0; round < 10; round++) {
          const order = pairs.map((_, i) => ({ i, key: random() })).sort((a, b) => a.key - b.key)
          const median = weightedMedian(
            Float64Array.from(order, ({ i }) => stakes[i]!),
            Float64Array.from(order, ({ i }) => pairs[i]!.score),
            minority,
          )
          expectEqual(median, expected, `majority ${ratio}`)
        }
      }
    }
  })

  test('weighted_median_col and weighted_median_col_sparse', () => {
    for (const { stake, weights, rows, columns, majority, expected } of tables.weighted_median_col) {
      for (const zeros of [false, true]) {
        const median = weightedMedianColSparse(
          vector(stake),
          sparse(weights, rows, { zeros }),
          columns,
          fromF32(majority),
        )
        expectEqual(median, vector(expected), `${stake}, ${majority}`)
      }
    }
  })
})

describe('sparse steps', () => {
  /** Thresholds that clip nothing. */
  const unlimited = new Float64Array(16).fill(2 ** 40)

  test('col_clip_sparse', () => {
    const { thresholds, rows, cases } = tables.col_clip_sparse
    for (const [matrix, expected] of cases as [number[], number[]][]) {
      const { clipped } = clipAndSum(sparse(matrix, rows), vector(thresholds), new Float64Array(rows))
      expectClose(clipped, sparse(expected, rows), 0)
    }
  })

  test('row_hadamard_sparse', () => {
    const { vector: factors, rows, cases } = tables.row_hadamard_sparse
    for (const [matrix, expected] of cases as [number[], number[]][]) {
      expectClose(rowHadamardSparse(sparse(matrix, rows), vector(factors)), sparse(expected, rows), 0)
    }
  })

  test('row_sum_sparse', () => {
    const { rows, cases } = tables.row_sum_sparse
    for (const [matrix, expected] of cases as [number[], number[]][]) {
      const { rowSums } = clipAndSum(sparse(matrix, rows), unlimited, new Float64Array(rows))
      expectEqual(rowSums, vector(expected))
    }
  })

  test('matmul_sparse, matmul_transpose_sparse, vec_mul', () => {
    const plain = tables.sparse_matmul
    for (const [matrix, expected] of plain.cases as [number[], number[]][]) {
      const { colTotals } = clipAndSum(
        sparse(matrix, plain.rows),
        unlimited.subarray(0, plain.columns),
        vector(plain.vector),
      )
      expectEqual(colTotals, vector(expected))
    }
    const transposed = tables.sparse_matmul_transpose
    for (const [matrix, expected] of transposed.cases as [number[], number[]][]) {
      expectEqual(matmulTransposeSparse(sparse(matrix, transposed.rows), vector(transposed.vector)), vector(expected))
    }
    for (const [a, b, expected] of tables.vec_mul as [number[], number[], number[]][]) {
      expectEqual(vecMul(vector(a), vector(b)), vector(expected))
    }
  })

  test('inplace_row_normalize_sparse', () => {
    const { tolerance, cases } = tables.inplace_row_normalize_sparse
    for (const { rows, matrix, expected } of cases) {
      const normalized = sparse(matrix, rows)
      inplaceRowNormalizeSparse(normalized)
      expectClose(normalized, sparse(expected, rows), tolerance)
    }
  })

  test('inplace_col_normalize_sparse, inplace_col_max_upscale_sparse', () => {
    for (const [step, { tolerance, cases }] of [
      [inplaceColNormalizeSparse, tables.inplace_col_normalize_sparse],
      [inplaceColMaxUpscaleSparse, tables.inplace_col_max_upscale_sparse],
    ] as const) {
      for (const { rows, columns, matrix, expected } of cases) {
        for (const zeros of [false, true]) {
          const changed = sparse(matrix, rows, { transpose: true, zeros })
          step(changed, columns)
          expectClose(changed, sparse(expected, rows, { transpose: true, zeros }), tolerance)
        }
      }
    }
  })

  test('mask_diag_sparse_except_index', () => {
    const rows = 3
    for (const matrix of tables.mask_diag_sparse_except_index) {
      for (const kept of [0, 1, 2, undefined]) {
        const weights = createSparseU16(rows, (uid) =>
          Array.from({ length: rows }, (_, j): [number, number] => [j, matrix[uid * rows + j]!]).filter(
            ([, w]) => w > 0,
          ),
        )
        const masked = maskWeights(
          {
            n: rows,
            ownerUid: kept,
            weights,
            lastUpdate: new Float64Array(rows).fill(1),
            registeredAt: new Float64Array(rows),
          } as unknown as EpochInput,
          new Uint8Array(rows).fill(1),
        )
        const target = matrix.map((value, k) => (k % (rows + 1) === 0 && k / (rows + 1) !== kept ? 0 : value))
        const expected = sparse(target, rows)
        expectEqual([...masked.rowStart], [...expected.rowStart])
        expectEqual([...masked.columns], [...expected.columns])
        expectEqual(
          [...masked.values],
          target.filter((value) => value > 0),
        )
      }
    }
  })

  test('interpolate_sparse', () => {
    for (const { rows, from, to, fill, ratio, expected, expectedFill, tolerance } of tables.interpolate_sparse) {
      const all = (value: number) => new Array<number>(12).fill(value)
      const start = sparse(fill ? all(fill[0]!) : from!, rows)
      const end = sparse(fill ? all(fill[1]!) : to!, rows)
      const width = (fill ? 12 : from!.length) / rows
      const target = sparse(fill ? all(expectedFill!) : expected!, rows)
      expectClose(interpolateSparse(start, end, width, fromF64(ratio)), target, tolerance ?? 0, `ratio ${ratio}`)
    }
  })

  test('mat_ema_alpha_sparse', () => {
    for (const {
      name,
      rows,
      old,
      new: current,
      alpha,
      alphaRows,
      expected,
      tolerance,
      float,
    } of tables.mat_ema_alpha_sparse) {
      const width = rows === 0 ? 0 : current.length / rows
      for (let row = 0; row < Math.max(rows, 1); row++) {
        // One row at a time, with the column's number in place of its consensus: so the speed can depend on both.
        const line = (values: readonly number[]) =>
          sparse(values.slice(row * width, (row + 1) * width), Math.min(rows, 1), { float })
        const speeds = alphaRows?.[row] ?? alpha!
        const columns = Float64Array.from({ length: width }, (_, j) => j)
        const result = matEmaAlphaSparse(line(current), line(old), columns, (column, _weight, _bond, weight, bond) =>
          movedBond(fromF64(speeds[column]!), weight, bond),
        )
        expectClose(result, line(expected), tolerance, name)
      }
    }
  })

  test('liquid alpha with low = high equals the constant speed', () => {
    const { rows, alpha, bondsMovingAverage, weights, bonds, consensus, tolerance } = tables.liquid_alpha_equal_values
    const target = sparse(weights, rows, { zeros: true })
    const held = sparse(bonds, rows, { zeros: true })
    const params = { alphaLow: alpha, alphaHigh: alpha, alphaSigmoidSteepness: 1000 } as EpochInput['params']
    const liquid = matEmaAlphaSparse(target, held, vector(consensus), createMoveBond(params))
    expectClose(liquid, matEmaSparse(target, held, consensus.length, bondsAlpha(bondsMovingAverage)), tolerance)
  })
})
