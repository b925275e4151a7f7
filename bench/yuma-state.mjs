// States for the epoch's bench. Every validator weights every miner, each with its own noise around a common, skewed
// opinion that drifts from epoch to epoch; stakes spread over two magnitudes; bonds are what four epochs before left.
// So medians have to be searched, columns are clipped, and nearly every speed of liquid alpha is a new one.
import { loadSource } from '../scripts/loadSource.mjs'
import { createRandom } from './lib.mjs'

/** Kernel and oracle straight from their TypeScript sources, so that the bench needs no build. */
export const loadYuma = () =>
  loadSource(
    `export * from './packages/runtime/src/yuma/index.ts'; export { epochByOracle } from './conformance/yuma/oracle.ts'`,
  )

const EPOCHS_BEFORE = 4

/** A settled subnet of `validators` uids that vote and `miners` that are voted on. */
export function settledSubnet({ epoch, createSparseU16 }, validators, miners, params) {
  const n = validators + miners
  const random = createRandom(validators * 31 + miners)
  const amounts = (digits) =>
    BigUint64Array.from({ length: n }, (_, uid) =>
      uid < validators ? BigInt(Math.floor(10 ** (digits + 2 * random()))) : 0n,
    )
  const opinion = Float64Array.from({ length: miners }, () => 0.02 + random() ** 3)
  const weights = () => {
    for (let j = 0; j < miners; j++) opinion[j] *= 0.8 + 0.4 * random()
    return createSparseU16(n, (uid) =>
      uid < validators
        ? Array.from(opinion, (value, j) => [validators + j, 1 + Math.floor(value * (0.5 + random()) * 20_000)])
        : undefined,
    )
  }
  let input = {
    n,
    block: 100_000,
    tempo: 360,
    activityCutoff: 5000,
    lastMechanismStepBlock: 99_640,
    lastUpdate: new Float64Array(n).fill(99_900),
    registeredAt: Float64Array.from({ length: n }, () => Math.floor(random() * 50_000)),
    alphaStake: amounts(13),
    taoStake: amounts(12),
    validatorPermits: Uint8Array.from({ length: n }, (_, uid) => (uid < validators ? 1 : 0)),
    ownerUid: undefined,
    weights: weights(),
    bonds: createSparseU16(n, () => undefined),
    emission: 300_000_000_000n,
    params: {
      kappa: 32767,
      maxAllowedValidators: validators,
      stakeThreshold: 1000n,
      taoWeight: 226_245_882n,
      bondsMovingAverage: 900_000,
      bondsPenalty: 65535,
      yuma3On: true,
      liquidAlphaOn: false,
      alphaLow: 45875,
      alphaHigh: 58982,
      alphaSigmoidSteepness: 1000,
      ...params,
    },
  }
  for (let i = 0; i < EPOCHS_BEFORE; i++) input = { ...input, bonds: epoch(input).bonds, weights: weights() }
  return input
}
