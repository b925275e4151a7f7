/** Random epoch inputs, mostly small and deliberately full of edge cases. */
import { createSparseU16, type EpochInput, type EpochParams, type SparseU16 } from '@neurite/runtime/yuma'

/** Deterministic source of numbers in [0, 1) (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface RandomStateOptions {
  readonly seed: number
  /** Most entries of weights and of bonds; bounds the time the oracle takes. */
  readonly entryBudget: number
  /** Another mechanism of this subnet: what belongs to all of them is the same. */
  readonly sibling?: EpochInput
}

/** This part of the states of 256 uids and more has many validators, whatever the budget. */
const CROWDED = 0.2
const CROWDED_ENTRIES = 22_000

/** So many validators share the minority. */
const CROWD_ON_THE_EDGE = 20

/** The number of uids is log-uniform between 0 and 512. */
export function randomEpochInput({ seed, entryBudget, sibling }: RandomStateOptions): EpochInput {
  const random = createRandom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const chance = (probability: number) => random() < probability
  const pick = <V>(...values: V[]): V => values[below(values.length)]!

  const size = Math.floor(513 ** random()) - 1
  const n = sibling?.n ?? size
  const crowded = n >= 256 && chance(CROWDED)
  const tempo = pick(10, 99, 360, 65534)
  const block = sibling?.block ?? pick(3, 50, 400, 5000, 100_000)
  const activityCutoff = sibling?.activityCutoff ?? pick(1, 100, 5000)
  const lastMechanismStepBlock = pick(0, 0, Math.max(0, block - tempo), block - 1)
  const lastTempo = lastMechanismStepBlock === 0 ? Math.max(0, block - tempo) : lastMechanismStepBlock + 1

  const idle = chance(0.08) ? 1 : pick(0, 0, 0.2)
  const allLongAgo = idle === 1 && chance(0.6)
  const lastUpdate = Float64Array.from({ length: n }, () => {
    if (chance(idle)) {
      const cutoffBlock = Math.max(0, block - activityCutoff)
      if (allLongAgo) return below(cutoffBlock)
      return pick(0, cutoffBlock, Math.max(0, cutoffBlock - 1), below(cutoffBlock + 2))
    }
    return Math.max(2, block - below(Math.min(activityCutoff, 12)))
  })
  const young = pick(0, 0, 0.1, 0.5)
  const registeredAt = Float64Array.from({ length: n }, () => {
    if (!chance(young)) return below(2)
    return pick(below(block + 1), lastTempo, Math.max(0, lastTempo - 1), Math.max(0, block - 2))
  })

  // At most so many rows that the entry budget holds.
  const budget = crowded ? CROWDED_ENTRIES : entryBudget
  const rows = Math.max(1, Math.floor(budget / Math.max(1, n)))
  const permitShare = (crowded ? 1 : pick(0, 0.1, 0.6, 1, 1)) * Math.min(1, rows / Math.max(1, n))
  const permitted = permitShare === 0 ? 0 : 3
  const validatorPermits = Uint8Array.from({ length: n }, (_, uid) => (chance(permitShare) || uid < permitted ? 1 : 0))

  // Stake: none, few equal amounts (ties), everything alike, or spread over many magnitudes.
  const stakeKind = chance(0.05) ? 'none' : pick('ties', 'equal', 'equal', 'wide', 'wide')
  const holders = pick(0.1, 0.5, 1)
  const amountOf = (uid: number): bigint => {
    if (stakeKind === 'none' || !chance(validatorPermits[uid] === 1 ? 0.9 : holders)) return 0n
    if (stakeKind === 'equal') return 1_000_000n
    if (stakeKind === 'ties') return BigInt(1 + below(3)) * 1000n
    return BigInt(Math.floor(10 ** (random() * 16)))
  }
  const alphaStake = BigUint64Array.from({ length: n }, (_, uid) => amountOf(uid))
  // One validator with exactly the share kappa of all stake, so that the others are exactly the minority: few of them,
  // or so many that the median does more than sort, and then with nothing else that could disturb them.
  const crowdOnTheEdge = n > CROWD_ON_THE_EDGE && n < 64 && chance(0.16)
  const onTheEdge = n > 1 && (crowdOnTheEdge || chance(0.1))
  const kappa = crowdOnTheEdge
    ? pick(16000, 32767, 32768)
    : pick(0, 1, 16000, 32767, 32767, 32767, 32767, 32767, 32768, 65534, 65535, 65535, 65535)
  if (onTheEdge) {
    alphaStake.fill(0n)
    const others = crowdOnTheEdge ? CROWD_ON_THE_EDGE : Math.min(n - 1, 1 + below(3))
    for (let uid = 1; uid <= others; uid++) alphaStake[uid] = BigInt(Math.floor((65535 - kappa) / others))
    alphaStake[1]! += BigInt((65535 - kappa) % others)
    alphaStake[0] = BigInt(kappa)
  }
  if (crowdOnTheEdge) {
    validatorPermits.fill(1, 0, CROWD_ON_THE_EDGE + 1)
    lastUpdate.fill(block)
    registeredAt.fill(0)
  }
  const withTao = !onTheEdge && chance(0.5)
  const taoStake = BigUint64Array.from({ length: n }, (_, uid) => (withTao ? amountOf(uid) : 0n))

  const matrix = (rowShare: (uid: number) => boolean, plain = false): SparseU16 => {
    const order = pick('sorted', 'shuffled')
    const density = plain ? 1 : pick(1.5 / Math.max(1, n), 0.1, 0.5, 1, 1)
    const toItself = !plain && chance(0.04)
    const zeros = pick(0, 0, 0.3, 0.3)
    const repeats = chance(0.1)
    const outside = chance(0.1)
    const anyValue = pick<() => number>(
      () => below(65536),
      () => Math.floor(65536 ** random()),
      () => 1000,
      () => pick(1, 32768, 65535),
      () => pick(0, 65535),
      () => (chance(0.7) ? 65535 : 0),
    )
    const value = plain ? () => below(65536) : anyValue
    return createSparseU16(n, (uid) => {
      if (!rowShare(uid)) return undefined
      const row: [number, number][] = []
      for (let column = 0; column < n; column++) {
        if (toItself ? column !== uid : !chance(density)) continue
        row.push([column, chance(zeros) ? 0 : value()])
        if (repeats && chance(0.2)) row.push([column, value()])
      }
      if (outside) row.push([pick(n, n + 3, 65535), value()])
      if (order === 'shuffled') {
        for (let k = row.length - 1; k > 0; k--) {
          const other = below(k + 1)
          const held = row[k]!
          row[k] = row[other]!
          row[other] = held
        }
      }
      return row
    })
  }
  const strays = Math.min(0.2, rows / Math.max(1, n))
  const weights = matrix((uid) => validatorPermits[uid] === 1 || chance(strays / 4), crowdOnTheEdge)
  const bonds = matrix((uid) => (validatorPermits[uid] === 1 ? chance(0.8) : chance(strays)))

  const params: EpochParams = {
    kappa,
    maxAllowedValidators: pick(0, 1, Math.ceil(n / 2), n, 64, 1000),
    stakeThreshold: crowdOnTheEdge ? 0n : pick(0n, 0n, 0n, 1000n, 1_000_000n),
    taoWeight: pick(0n, 226_245_882n, 1n << 32n),
    bondsMovingAverage: pick(900_000, 900_000, 975_000, 0, 1, 1_000_000, 1_000_001, 2_000_000, below(1_000_000)),
    bondsPenalty: pick(65535, 65535, 0, 0, 32768, 1, 65534, below(65536)),
    yuma3On: chance(0.78),
    liquidAlphaOn: chance(0.85),
    alphaLow: pick(45875, 6553, 0, 65535, below(65536)),
    alphaHigh: pick(58982, 58982, 19660, 45875, 65535, 65535, below(65536)),
    alphaSigmoidSteepness: pick(
      ...[1000, 1000, -1000, 999, 1, 2000, 32767, -32768],
      ...[0, 0, 200, 200, 200, -200, 3000, -3000, 4500, -4500],
      below(65536) - 32768,
    ),
  }
  const state = {
    n,
    block,
    tempo,
    activityCutoff,
    lastMechanismStepBlock,
    lastUpdate,
    registeredAt,
    alphaStake,
    taoStake,
    validatorPermits,
    ownerUid: n > 0 && chance(0.3) ? below(n) : undefined,
    weights,
    bonds,
    earliestCommit:
      !crowdOnTheEdge && chance(0.3)
        ? Float64Array.from({ length: n }, () =>
            chance(0.5) ? Number.POSITIVE_INFINITY : pick(below(block + 1), registeredAt[below(n)]!),
          )
        : undefined,
    emission: pick(0n, 1_000_000_000n, 360_000_000_000n, (1n << 64n) - 1n, (1n << 64n) - 1n),
    params,
  }
  if (sibling === undefined) return state
  return { ...sibling, lastUpdate, weights, bonds, earliestCommit: state.earliestCommit }
}
