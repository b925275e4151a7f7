import { expect, test } from 'vitest'
import { createRandom, randomEpochInput } from '../../../../conformance/yuma/random-state.ts'
import { stakeWeights } from './stake.ts'

/** Shares as the reference divides them. */
function exactShares(alphas: readonly bigint[], taos: readonly bigint[], taoWeight: bigint): number[] {
  const weights = alphas.map((alpha, uid) => (alpha << 32n) + taos[uid]! * taoWeight)
  const total = weights.reduce((a, b) => a + b)
  return weights.map((weight) => Number((weight << 32n) / total))
}

test.each([
  ['small, so that many shares are next to an integer', 3],
  ['usual', 45],
  ['at the limit of doubles', 52],
  ['beyond it', 62],
])('shares are exact: amounts that are %s', (_, bits) => {
  const random = createRandom(bits)
  const amount = () => BigInt(Math.floor(random() * 2 ** 30)) >> BigInt(Math.max(0, 30 - bits))
  const wide = () => (bits <= 30 ? amount() : (amount() << BigInt(bits - 30)) + amount())
  for (let round = 0; round < 200; round++) {
    const n = 1 + Math.floor(random() * 40)
    const alphas = Array.from({ length: n }, () => wide() + 1n)
    const taos = Array.from({ length: n }, wide)
    const taoWeight = round % 4 === 0 ? 1n << 32n : BigInt(Math.floor(random() * 2 ** 32))
    const base = randomEpochInput({ seed: 1, entryBudget: 10 })
    const { stake, totalStake } = stakeWeights({
      ...base,
      n,
      ownerUid: undefined,
      alphaStake: BigUint64Array.from(alphas),
      taoStake: BigUint64Array.from(taos),
      params: { ...base.params, taoWeight, stakeThreshold: 0n },
    })
    expect(Array.from(stake)).toEqual(exactShares(alphas, taos, taoWeight))
    expect(Array.from(totalStake)).toEqual(alphas.map((alpha, uid) => alpha + ((taos[uid]! * taoWeight) >> 32n)))
  }
})
