/**
 * The epoch once more, in the plainest way: BigInt bits, rows as lists of pairs, one function per upstream function
 * and in its order. Slow and independent of the kernel, so that the two can be compared bit for bit.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/epoch/{run_epoch,math}.rs.
 */
import type { EpochInput, EpochResult, SparseU16 } from '@neurite/runtime/yuma'

export type Fixed = bigint
export type Row = [column: number, value: Fixed][]
export type Matrix = Row[]

const T = 1n << 32n
const MAX = (1n << 63n) - 1n
const MIN = -(1n << 63n)
const U64_MAX = (1n << 64n) - 1n

const saturate = (x: bigint): Fixed => (x > MAX ? MAX : x < MIN ? MIN : x)
const int = (x: number | bigint): Fixed => BigInt(x) << 32n
const mul = (a: Fixed, b: Fixed): Fixed => saturate((a * b) >> 32n)
const add = (a: Fixed, b: Fixed): Fixed => saturate(a + b)
const sub = (a: Fixed, b: Fixed): Fixed => saturate(a - b)
/** Quotient toward zero; 0 when it does not exist or does not fit. */
const safeDiv = (a: Fixed, b: Fixed): Fixed => {
  if (b === 0n) return 0n
  const quotient = (a << 32n) / b
  return quotient > MAX || quotient < MIN ? 0n : quotient
}
const saturatingDiv = (a: Fixed, b: Fixed): Fixed => saturate((a << 32n) / b)
const total = (xs: readonly Fixed[]): Fixed => xs.reduce((a, b) => a + b, 0n)
const normalize = (xs: readonly Fixed[], sum = total(xs)): Fixed[] =>
  sum === 0n ? [...xs] : xs.map((x) => safeDiv(x, sum))
const u16 = (x: Fixed): number => {
  const value = mul(x, int(65535)) >> 32n
  return Number(value < 0n ? 0n : value > 65535n ? 65535n : value)
}
const clamp = (x: Fixed, low: Fixed, high: Fixed): Fixed => {
  const upper = x < high ? x : high
  return upper > low ? upper : low
}

/** Everything an epoch computes on its way. Matrices keep their stored order. */
export interface OracleSteps {
  readonly inactive: boolean[]
  /** I64F64. */
  readonly totalStake: bigint[]
  /** I64F64. */
  readonly filteredStake: bigint[]
  readonly stake: Fixed[]
  readonly permits: boolean[]
  /** Before the owner gets its own. */
  readonly topStakes: boolean[]
  readonly newPermits: boolean[]
  readonly allowedStake: Fixed[]
  readonly activeStake: Fixed[]
  /** The stored rows in range, then as each mask left them. */
  readonly masked: readonly Matrix[]
  readonly weights: Matrix
  readonly consensus: Fixed[]
  readonly clipped: Matrix
  readonly validatorTrust: Fixed[]
  readonly ranks: Fixed[]
  readonly incentive: Fixed[]
  readonly penalty: Fixed
  readonly weightsForBonds: Matrix
  readonly lastTempo: bigint
  readonly storedBonds: Matrix
  /** Raw u16 values that are not forgotten. */
  readonly heldBonds: Matrix
  readonly bonds: Matrix
  readonly dividends: Fixed[]
  readonly combined: Fixed[]
  readonly serverShares: Fixed[]
  readonly validatorShares: Fixed[]
  readonly combinedShares: Fixed[]
}

export function epochByOracle(input: EpochInput): EpochResult {
  return resultOf(input, oracleSteps(input))
}

export function oracleSteps(input: EpochInput): OracleSteps {
  const { n, ownerUid, params } = input
  const block = BigInt(input.block)
  const updated = Array.from(input.lastUpdate, BigInt)
  const registered = Array.from(input.registeredAt, BigInt)

  const inactive = updated.map((at) => at + BigInt(input.activityCutoff) < block)

  // Stake, in I64F64.
  const totalStake = Array.from(
    input.alphaStake,
    (alpha, uid) => (alpha << 64n) + (((input.taoStake[uid]! << 64n) * (params.taoWeight << 32n)) >> 64n),
  )
  const filteredStake = totalStake.map((stake, uid) =>
    uid !== ownerUid && stake >> 64n < params.stakeThreshold ? 0n : stake,
  )
  const filteredSum = total(filteredStake)
  const stake = filteredStake.map((s) => (filteredSum === 0n ? s : (s << 64n) / filteredSum) >> 32n)

  // Permits.
  const permits = Array.from(input.validatorPermits, (permit) => permit !== 0)
  if (ownerUid !== undefined && ownerUid < n) permits[ownerUid] = true
  const topStakes = topkNonzero(stake, params.maxAllowedValidators)
  const newPermits = [...topStakes]
  if (ownerUid !== undefined && ownerUid < n) newPermits[ownerUid] = true

  const allowedStake = stake.map((s, uid) => (inactive[uid] || !permits[uid] ? 0n : s))
  const activeStake = normalize(allowedStake)

  // Weights, one mask after the other.
  const inRange: Matrix = rowsOf(input.weights, n).map((row) =>
    row.filter(([j]) => j < n).map(([j, w]): [number, Fixed] => [j, int(w)]),
  )
  const ofPermitted = inRange.map((row, i) => (permits[i] ? row : []))
  const toOthers = ofPermitted.map((row, i) => row.filter(([j]) => i !== j || i === ownerUid))
  const upToDate = toOthers.map((row, i) => row.filter(([j]) => !(updated[i]! <= registered[j]!)))
  let committedAfter = upToDate
  const { earliestCommit } = input
  if (earliestCommit !== undefined) {
    const commits = Array.from(earliestCommit, (at) => (at === Number.POSITIVE_INFINITY ? U64_MAX : BigInt(at)))
    committedAfter = upToDate.map((row, i) => row.filter(([j]) => !(commits[i]! < registered[j]!)))
  }
  const weights = committedAfter.map((row) => {
    const sum = total(row.map(([, w]) => w))
    return sum > 0n ? row.map(([j, w]): [number, Fixed] => [j, safeDiv(w, sum)]) : row
  })

  const kappa = safeDiv(int(params.kappa), int(65535))
  const consensus = medianByColumn(activeStake, weights, n, kappa)
  const clipped = clipColumns(weights, consensus)
  const validatorTrust = clipped.map((row) => total(row.map(([, w]) => w)))
  const ranks = columnProducts(clipped, activeStake, n)
  const incentive = normalize(ranks)

  const penalty = safeDiv(int(params.bondsPenalty), int(65535))
  const weightsForBonds = interpolateRows(weights, clipped, n, penalty)
  const lastTempo =
    input.lastMechanismStepBlock === 0
      ? BigInt(Math.max(0, input.block - input.tempo))
      : BigInt(input.lastMechanismStepBlock) + 1n
  const storedBonds: Matrix = rowsOf(input.bonds, n).map((row) => row.map(([j, b]): [number, Fixed] => [j, int(b)]))
  const heldBonds = storedBonds.map((row) => row.filter(([j]) => !(lastTempo <= (registered[j] ?? 0n))))

  let bonds: Matrix
  let dividends: Fixed[]
  if (params.yuma3On) {
    const proportions = heldBonds.map((row) => row.map(([j, b]): [number, Fixed] => [j, safeDiv(b, int(65535))]))
    bonds =
      params.liquidAlphaOn && consensus.some((c) => c !== 0n)
        ? emaWithAlphas(weightsForBonds, proportions, liquidAlphas(weightsForBonds, proportions, consensus, params))
        : ema(weightsForBonds, proportions, bondsSpeed(params.bondsMovingAverage))
    const shares = normalizeColumns(bonds, n)
    const perValidator = shares.map((row) =>
      total(row.filter(([j]) => j < n).map(([j, value]) => mul(value, incentive[j]!))),
    )
    dividends = normalize(perValidator.map((bond, i) => mul(bond, activeStake[i]!)))
  } else {
    const shares = normalizeColumns(heldBonds, n)
    const bought = weightsForBonds.map((row, i) => row.map(([j, w]): [number, Fixed] => [j, mul(w, activeStake[i]!)]))
    bonds = ema(normalizeColumns(bought, n), shares, bondsSpeed(params.bondsMovingAverage))
    bonds = normalizeColumns(bonds, n)
    dividends = normalize(bonds.map((row) => total(row.map(([j, b]) => mul(incentive[j] ?? 0n, b)))))
    bonds = upscaleColumns(bonds, n)
  }

  const combined = incentive.map((share, i) => add(share, dividends[i]!))
  const emissionSum = total(combined)
  const serverShares = normalize(incentive, emissionSum)
  let validatorShares = normalize(dividends, emissionSum)
  let combinedShares = normalize(combined)
  if (emissionSum === 0n) {
    validatorShares = total(activeStake) === 0n ? stake : activeStake
    combinedShares = validatorShares
  }
  return {
    inactive,
    totalStake,
    filteredStake,
    stake,
    permits,
    topStakes,
    newPermits,
    allowedStake,
    activeStake,
    masked: [inRange, ofPermitted, toOthers, upToDate, committedAfter],
    weights,
    consensus,
    clipped,
    validatorTrust,
    ranks,
    incentive,
    penalty,
    weightsForBonds,
    lastTempo,
    storedBonds,
    heldBonds,
    bonds,
    dividends,
    combined,
    serverShares,
    validatorShares,
    combinedShares,
  }
}

/** The steps as they are stored and paid. */
export function resultOf(input: EpochInput, steps: OracleSteps): EpochResult {
  const amounts = (shares: readonly Fixed[]) =>
    BigUint64Array.from(shares, (share) => (share * (input.emission << 32n)) >> 64n)
  return {
    stakeWeight: Uint16Array.from(steps.stake, u16),
    consensus: Uint16Array.from(steps.consensus, u16),
    incentive: Uint16Array.from(steps.incentive, u16),
    dividends: Uint16Array.from(steps.dividends, u16),
    validatorTrust: Uint16Array.from(steps.validatorTrust, u16),
    active: Uint8Array.from(steps.inactive, (isInactive) => (isInactive ? 0 : 1)),
    validatorPermits: Uint8Array.from(steps.newPermits, Number),
    bonds: packRows(
      steps.bonds.map((row, i) => (steps.newPermits[i] ? row.map(([j, b]): [number, number] => [j, u16(b)]) : [])),
    ),
    serverEmission: amounts(steps.serverShares),
    validatorEmission: amounts(steps.validatorShares),
    emission: amounts(steps.combinedShares),
    totalStake: BigUint64Array.from(steps.totalStake, (s) => s >> 64n),
  }
}

function rowsOf({ rowStart, columns, values }: SparseU16, n: number): [number, number][][] {
  return Array.from({ length: n }, (_, i) => {
    const row: [number, number][] = []
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) row.push([columns[k]!, values[k]!])
    return row
  })
}

function packRows(rows: [number, number][][]): SparseU16 {
  const rowStart = new Uint32Array(rows.length + 1)
  rows.forEach((row, i) => {
    rowStart[i + 1] = rowStart[i]! + row.length
  })
  const entries = rows.flat()
  return {
    rowStart,
    columns: Uint16Array.from(entries, ([j]) => j),
    values: Uint16Array.from(entries, ([, value]) => value),
  }
}

function topkNonzero(values: readonly Fixed[], k: number): boolean[] {
  const result = values.map((value) => value !== 0n)
  if (values.length < k) return result
  const order = values.map((_, i) => i).sort((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : 0))
  for (const i of order.slice(0, values.length - k)) result[i] = false
  return result
}

/** The pivot search of upstream, over a dense table. */
export function medianByColumn(stake: readonly Fixed[], score: Matrix, columns: number, majority: Fixed): Fixed[] {
  const useStake = normalize(stake.filter((s) => s > 0n))
  const stakeSum = total(useStake)
  // A column that nobody names holds zeros only, whose median is 0.
  const table: (Fixed[] | undefined)[] = Array.from({ length: columns }, () => undefined)
  let voter = 0
  score.forEach((row, i) => {
    if (stake[i]! <= 0n) return
    for (const [j, value] of row) {
      if (j >= columns) continue
      table[j] ??= useStake.map(() => 0n)
      table[j]![voter] = value
    }
    voter++
  })
  const minority = sub(stakeSum, majority)
  return table.map((scores) => (scores === undefined ? 0n : weightedMedian(useStake, scores, minority, stakeSum)))
}

export function weightedMedian(
  stake: readonly Fixed[],
  score: readonly Fixed[],
  minority: Fixed,
  stakeSum: Fixed,
): Fixed {
  let candidates = score.map((_, i) => i)
  let partitionLow = 0n
  let partitionHigh = stakeSum
  while (candidates.length > 1) {
    const pivot = score[candidates[candidates.length >> 1]!]!
    const lower = candidates.filter((i) => score[i]! < pivot)
    const upper = candidates.filter((i) => score[i]! > pivot)
    const lowStake = total(lower.map((i) => stake[i]!))
    const highStake = total(upper.map((i) => stake[i]!))
    if (minority < partitionLow + lowStake && lower.length > 0) {
      candidates = lower
      partitionHigh = partitionLow + lowStake
    } else if (partitionHigh - highStake <= minority && upper.length > 0) {
      candidates = upper
      partitionLow = partitionHigh - highStake
    } else return pivot
  }
  return candidates.length === 0 ? 0n : score[candidates[0]!]!
}

function clipColumns(matrix: Matrix, thresholds: readonly Fixed[]): Matrix {
  return matrix.map((row) =>
    row.flatMap(([j, value]): Row => {
      const threshold = thresholds[j] ?? 0n
      if (threshold >= value) return [[j, value]]
      return threshold > 0n ? [[j, threshold]] : []
    }),
  )
}

function columnProducts(matrix: Matrix, vector: readonly Fixed[], columns: number): Fixed[] {
  const result = Array.from({ length: columns }, () => 0n)
  matrix.forEach((row, i) => {
    for (const [j, value] of row) result[j] = add(result[j]!, mul(vector[i]!, value))
  })
  return result
}

function interpolateRows(plain: Matrix, clipped: Matrix, columns: number, ratio: Fixed): Matrix {
  if (ratio === 0n) return plain
  if (ratio === T) return clipped
  return plain.map((row, i) => {
    if (row.length === 0) return []
    const from = densify(row, columns)
    const to = densify(clipped[i]!, columns)
    return from
      .map((start, j): [number, Fixed] => [j, add(start, mul(ratio, sub(to[j]!, start)))])
      .filter(([, value]) => value > 0n)
  })
}

function densify(row: Row, columns: number): Fixed[] {
  const dense = Array.from({ length: columns }, () => 0n)
  for (const [j, value] of row) if (j < columns) dense[j] = value
  return dense
}

function divideColumns(matrix: Matrix, divisors: readonly Fixed[]): Matrix {
  return matrix.map((row) =>
    row.map(([j, value]): [number, Fixed] => {
      const divisor = divisors[j] ?? 0n
      return [j, divisor === 0n ? value : safeDiv(value, divisor)]
    }),
  )
}

function normalizeColumns(matrix: Matrix, columns: number): Matrix {
  const sums = Array.from({ length: columns }, () => 0n)
  for (const row of matrix) for (const [j, value] of row) if (j < columns) sums[j] = add(sums[j]!, value)
  return divideColumns(matrix, sums)
}

function upscaleColumns(matrix: Matrix, columns: number): Matrix {
  const largest = Array.from({ length: columns }, () => 0n)
  for (const row of matrix) {
    for (const [j, value] of row) if (j < columns && value > largest[j]!) largest[j] = value
  }
  return divideColumns(matrix, largest)
}

function bondsSpeed(movingAverage: number): Fixed {
  const wide = (BigInt(movingAverage) << 64n) / 1_000_000n
  return sub(T, saturate(wide >> 32n))
}

function ema(target: Matrix, held: Matrix, alpha: Fixed): Matrix {
  const columns = target.length
  return target.map((row, i) => {
    if (row.length + held[i]!.length === 0) return []
    const dense = Array.from({ length: columns }, () => 0n)
    for (const [j, value] of row) if (j < columns) dense[j] = add(dense[j]!, mul(alpha, value))
    for (const [j, value] of held[i]!) if (j < columns) dense[j] = add(dense[j]!, mul(sub(T, alpha), value))
    return dense.map((value, j): [number, Fixed] => [j, value]).filter(([, value]) => value > 0n)
  })
}

function emaWithAlphas(target: Matrix, held: Matrix, alphas: readonly Fixed[][]): Matrix {
  return target.map((row, i) => {
    const speed = alphas[i]!
    const decayed = speed.map(() => 0n)
    for (const [j, value] of held[i]!) if (j < speed.length) decayed[j] = mul(sub(T, speed[j]!), value)
    return row.flatMap(([j, value]): Row => {
      if (j >= speed.length) return []
      const increment = mul(speed[j]!, value)
      const sum = add(decayed[j]!, increment > 0n ? increment : 0n)
      const bond = sum < T ? sum : T
      return bond > 0n ? [[j, bond]] : []
    })
  })
}

/** A dense matrix of speeds, with the forward-only walks of upstream. */
function liquidAlphas(
  weights: Matrix,
  bonds: Matrix,
  consensus: readonly Fixed[],
  params: EpochInput['params'],
): Fixed[][] {
  const low = safeDiv(int(params.alphaLow), int(65535))
  const high = safeDiv(int(params.alphaHigh), int(65535))
  // Only the difference matters; most cells of the dense matrix share one.
  const steepness = int(params.alphaSigmoidSteepness)
  const known = new Map<Fixed, Fixed>()
  const speedFor = (c: Fixed, weight: Fixed, bond: Fixed): Fixed => {
    const difference = combinedDifference(c, weight, bond)
    const speed = known.get(difference) ?? alphaSigmoid(difference, low, high, steepness)
    known.set(difference, speed)
    return speed
  }
  return weights.map((weightRow, i) => {
    // Without weights nothing comes out of the row, whatever its speeds; most rows are such.
    if (weightRow.length === 0) return []
    const bondRow = bonds[i]!
    let atWeight = 0
    let atBond = 0
    return consensus.map((c, j) => {
      while (atWeight < weightRow.length && weightRow[atWeight]![0] < j) atWeight++
      const weight = weightRow[atWeight]?.[0] === j ? weightRow[atWeight]![1] : 0n
      while (atBond < bondRow.length && bondRow[atBond]![0] < j) atBond++
      const bond = bondRow[atBond]?.[0] === j ? bondRow[atBond]![1] : 0n
      return speedFor(c, weight, bond)
    })
  })
}

export function combinedDifference(c: Fixed, weight: Fixed, bond: Fixed): Fixed {
  return weight >= bond ? clamp(sub(weight, c), 0n, T) : clamp(sub(bond, weight), 0n, T)
}

export function alphaSigmoid(difference: Fixed, low: Fixed, high: Fixed, steepness: Fixed): Fixed {
  const sigmoid = saturatingDiv(T, add(T, exponential(sigmoidArgument(difference, steepness))))
  return clamp(add(low, mul(sigmoid, sub(high, low))), low, high)
}

/** What the exponential of the sigmoid is taken of. */
export function sigmoidArgument(difference: Fixed, steepness: Fixed): Fixed {
  return mul(saturatingDiv(steepness, int(-100)), sub(difference, T / 2n))
}

export function exponential(x: Fixed): Fixed {
  const safe = x < int(-20) ? int(-20) : x > int(20) ? int(20) : x
  if (safe === 0n) return T
  if (safe === T) return 22_802_600n << 9n
  const y = safe < 0n ? -safe : safe
  let result = y + T
  let term = y
  for (let i = 2; i < 32; i++) {
    term = (term * y) >> 32n
    term = (term << 32n) / int(i)
    result += term
  }
  return safe < 0n ? (T << 32n) / result : result
}
