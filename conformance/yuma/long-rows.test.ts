/** Kernel and oracle on rows that are longer than what the kernel works on together. */
import { createSparseU16, type EpochInput, epoch } from '@neurite/runtime/yuma'
import { expect, test } from 'vitest'
import { epochByOracle } from './oracle.ts'
import { createRandom, randomEpochInput } from './random-state.ts'

const VALIDATORS = 3
const BLOCK = 100_000

/** Validators that name most of `n` uids, in order, shuffled, or some of them twice. */
function wideSubnet(n: number, order: 'ascending' | 'shuffled' | 'repeated', params: Partial<EpochInput['params']>) {
  const random = createRandom(n)
  const below = (limit: number) => Math.floor(random() * limit)
  const rows = () =>
    createSparseU16(n, (uid) => {
      if (uid >= VALIDATORS) return undefined
      const row: [number, number][] = []
      for (let column = 0; column < n; column++) {
        if (below(50) > 0) row.push([column, below(65_536)])
        if (order === 'repeated' && below(3) === 0) row.push([column, below(65_536)])
      }
      for (let k = order === 'shuffled' ? row.length - 1 : 0; k > 0; k--) {
        const other = below(k + 1)
        const held = row[k]!
        row[k] = row[other]!
        row[other] = held
      }
      return row
    })
  const base = randomEpochInput({ seed: 1, entryBudget: 10 })
  const input: EpochInput = {
    ...base,
    n,
    block: BLOCK,
    activityCutoff: 5000,
    lastMechanismStepBlock: BLOCK - 360,
    lastUpdate: new Float64Array(n).fill(BLOCK - 10),
    registeredAt: Float64Array.from({ length: n }, () => (below(40) === 0 ? BLOCK - below(500) : below(1000))),
    alphaStake: BigUint64Array.from({ length: n }, (_, uid) => (uid < VALIDATORS ? BigInt(1000 + below(100)) : 0n)),
    taoStake: new BigUint64Array(n),
    validatorPermits: Uint8Array.from({ length: n }, (_, uid) => (uid < VALIDATORS ? 1 : 0)),
    ownerUid: undefined,
    weights: rows(),
    bonds: rows(),
    earliestCommit: undefined,
    emission: 300_000_000_000n,
    params: {
      ...base.params,
      kappa: 32_767,
      maxAllowedValidators: VALIDATORS,
      stakeThreshold: 0n,
      taoWeight: 0n,
      bondsMovingAverage: 900_000,
      bondsPenalty: 65_535,
      yuma3On: true,
      liquidAlphaOn: false,
      ...params,
    },
  }
  return input
}

const PARAMS = [{}, { liquidAlphaOn: true }, { yuma3On: false }, { bondsPenalty: 0 }, { bondsPenalty: 30_000 }]

test.each(['ascending', 'shuffled', 'repeated'] as const)('rows of thousands, %s', (order) => {
  for (const params of PARAMS) {
    const input = wideSubnet(6000, order, params)
    expect(epoch(input), JSON.stringify(params)).toEqual(epochByOracle(input))
  }
})
