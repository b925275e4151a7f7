#!/usr/bin/env node
// Time of one epoch, 64 validators with dense weights on 256 miners: kernel beside the BigInt oracle. Medians of five.
import { build } from 'esbuild'

const ROOT = new URL('..', import.meta.url).pathname
const VALIDATORS = 64
const MINERS = 256
const N = VALIDATORS + MINERS

const { epoch, createSparseU16, epochByOracle } = await load()

/** Deterministic 32-bit generator (mulberry32). */
function createRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A settled subnet: weights around a common opinion, bonds from a few epochs before. */
function scenario(params) {
  const random = createRandom(7)
  const opinion = Float64Array.from({ length: MINERS }, () => random() ** 3)
  const weights = createSparseU16(N, (uid) =>
    uid < VALIDATORS
      ? Array.from(opinion, (value, j) => [VALIDATORS + j, Math.round(value * (0.7 + 0.6 * random()) * 50000)])
      : undefined,
  )
  let input = {
    n: N,
    block: 100_000,
    tempo: 360,
    activityCutoff: 5000,
    lastMechanismStepBlock: 99_640,
    lastUpdate: new Float64Array(N).fill(99_900),
    registeredAt: Float64Array.from({ length: N }, () => Math.floor(random() * 50_000)),
    alphaStake: BigUint64Array.from({ length: N }, (_, uid) =>
      uid < VALIDATORS ? BigInt(Math.floor(1e15 * random())) : 0n,
    ),
    taoStake: BigUint64Array.from({ length: N }, (_, uid) =>
      uid < VALIDATORS ? BigInt(Math.floor(1e14 * random())) : 0n,
    ),
    validatorPermits: Uint8Array.from({ length: N }, (_, uid) => (uid < VALIDATORS ? 1 : 0)),
    ownerUid: undefined,
    weights,
    bonds: createSparseU16(N, () => undefined),
    emission: 300_000_000_000n,
    params: {
      kappa: 32767,
      maxAllowedValidators: VALIDATORS,
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
  for (let i = 0; i < 3; i++) input = { ...input, bonds: epoch(input).bonds }
  return input
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}

/** Milliseconds per call: the median of five samples of `calls` calls each. */
function time(run, warmUp, calls) {
  for (let i = 0; i < warmUp; i++) run()
  return median(
    Array.from({ length: 5 }, () => {
      const start = performance.now()
      for (let i = 0; i < calls; i++) run()
      return (performance.now() - start) / calls
    }),
  )
}

const cases = [
  ['Yuma3', {}],
  ['Yuma3, liquid alpha', { liquidAlphaOn: true }],
  ['Yuma3, liquid alpha, penalty 0', { liquidAlphaOn: true, bondsPenalty: 0 }],
  ['Yuma2', { yuma3On: false }],
  ['Yuma2, penalty 1/2', { yuma3On: false, bondsPenalty: 32768 }],
]
console.log(`Yuma epoch, ${VALIDATORS} validators x ${MINERS} miners, dense, Node ${process.version}, medians of 5`)
for (const [name, params] of cases) {
  const input = scenario(params)
  const kernel = time(() => epoch(input), 30, 10)
  const oracle = time(() => epochByOracle(input), 1, 1)
  const row = [
    name.padEnd(32),
    `kernel ${kernel.toFixed(2)} ms`,
    `oracle ${oracle.toFixed(0)} ms`,
    `x${(oracle / kernel).toFixed(0)}`,
  ]
  console.log(row.join('  '))
}

/** Kernel and oracle straight from their TypeScript sources, so that the bench needs no build. */
async function load() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from './packages/runtime/src/yuma/index.ts'; export { epochByOracle } from './conformance/yuma/oracle.ts'`,
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}
