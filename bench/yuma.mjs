#!/usr/bin/env node
// Time of one Yuma3 epoch: kernel beside the dense double of yuma-dense.mjs and the BigInt oracle, and how it grows with
// the number of weights. Kernel and dense double take turns, so that both see the same machine. States: yuma-state.mjs.
//
// Processor time of all threads is counted: an epoch never waits, so on an idle machine that is the time it takes, or
// more (what is collected beside it counts, too), and on a busy one what others do does not count.
//
//   node bench/yuma.mjs            medians of 9 turns
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { median } from './lib.mjs'
import { epochDense } from './yuma-dense.mjs'
import { loadYuma, settledSubnet } from './yuma-state.mjs'

/** What one epoch may take, and how it compares. */
export const EPOCH_BARS = [
  { validators: 64, miners: 256, liquidAlphaOn: false, ms: 2, overDense: 1 },
  { validators: 64, miners: 256, liquidAlphaOn: true, ms: 3, overDense: 1 },
  { validators: 64, miners: 4096, liquidAlphaOn: false, ms: 20, overDense: 1.5 },
  { validators: 64, miners: 4096, liquidAlphaOn: true, ms: 35, overDense: 1.5 },
  { validators: 512, miners: 512, liquidAlphaOn: false, ms: 20, overDense: 1.5 },
  { validators: 512, miners: 512, liquidAlphaOn: true, ms: 35, overDense: 1.5 },
]
export const OVER_ORACLE = 10
/** Linear: time grows with this power of the number of weights, fitted over 10^3 to 10^6. */
export const GROWTH_BAR = 1.1

const WARM_UP_MS = 250
const SAMPLE_MS = 15
/** Most that a rounded share of kernel and dense double may differ. @unit u16 fraction */
const TOLERANCE = 2
const CURVE = [32, 56, 100, 178, 316, 562, 1000]

/** Processor time used so far. @unit ms */
function now() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Milliseconds per call of each of `programs`, which take turns. */
function takeTurns(programs, turns) {
  const calls = programs.map((run) => {
    const started = now()
    let count = 0
    while (now() - started < WARM_UP_MS || count < 3) {
      run()
      count++
    }
    return Math.max(1, Math.round((SAMPLE_MS * count) / (now() - started)))
  })
  const samples = programs.map(() => [])
  for (let turn = 0; turn < turns; turn++) {
    for (const [k, run] of programs.entries()) {
      const started = now()
      for (let i = 0; i < calls[k]; i++) run()
      samples[k].push((now() - started) / calls[k])
    }
  }
  return samples.map(median)
}

/** The dense double must compute the same epoch, or it would be no measure. */
function ensureSame(kernel, dense, name) {
  for (const field of ['stakeWeight', 'consensus', 'incentive', 'dividends', 'validatorTrust']) {
    const at = kernel[field].findIndex((value, uid) => Math.abs(value - dense[field][uid]) > TOLERANCE)
    if (at >= 0) throw new Error(`${name}: ${field}[${at}] is ${kernel[field][at]}, dense double ${dense[field][at]}`)
  }
}

/** One row per bar. */
export async function measureEpochs(turns = 9) {
  const yuma = await loadYuma()
  return EPOCH_BARS.map((bar) => {
    const { validators, miners, liquidAlphaOn } = bar
    const input = settledSubnet(yuma, validators, miners, { liquidAlphaOn })
    const name = `epoch ${validators} x ${miners} dense${liquidAlphaOn ? ', liquid alpha' : ''}`
    ensureSame(yuma.epoch(input), epochDense(input), name)
    const [kernel, dense] = takeTurns([() => yuma.epoch(input), () => epochDense(input)], turns)
    const large = validators * miners > 100_000
    const oracle = median(
      Array.from({ length: large ? 1 : 3 }, () => {
        const started = now()
        yuma.epochByOracle(input)
        return now() - started
      }),
    )
    const met = kernel <= bar.ms && dense / kernel >= bar.overDense && oracle / kernel >= OVER_ORACLE
    return { ...bar, name, kernel, dense, oracle, met }
  })
}

/** Time by number of weights, as many validators as miners, and the power with which it grows. */
export async function measureGrowth(turns = 9) {
  const yuma = await loadYuma()
  const points = CURVE.map((side) => {
    const input = settledSubnet(yuma, side, side, {})
    const [ms] = takeTurns([() => yuma.epoch(input)], turns)
    return { weights: input.weights.values.length, ms }
  })
  return { points, growth: slope(points.map(({ weights, ms }) => [Math.log(weights), Math.log(ms)])) }
}

/** Slope of the straight line nearest to the points. */
function slope(points) {
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length
  const [x, y] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  return mean(points.map((p) => (p[0] - x) * (p[1] - y))) / mean(points.map((p) => (p[0] - x) ** 2))
}

/** The curve in characters: one line per size, both axes logarithmic. */
export function curveOf(points) {
  const [first] = points
  return points.map(({ weights, ms }) => {
    const bar = '#'.repeat(1 + Math.round(Math.log10(ms / first.ms) * 16))
    const each = `${((ms * 1e6) / weights).toFixed(0)} ns each`
    return `${weights.toLocaleString('en').padStart(9)} weights ${ms.toFixed(3).padStart(8)} ms ${each.padStart(11)}  ${bar}`
  })
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`Yuma3 epochs, Node ${process.version}, processor time, medians of 9 turns`)
  for (const { name, kernel, dense, oracle, ms, overDense, met } of await measureEpochs()) {
    const cells = [
      name.padEnd(36),
      `kernel ${kernel.toFixed(2)} ms (<= ${ms})`,
      `dense double ${dense.toFixed(2)} ms, x${(dense / kernel).toFixed(2)} (>= ${overDense})`,
      `oracle ${oracle.toFixed(0)} ms, x${(oracle / kernel).toFixed(0)} (>= ${OVER_ORACLE})`,
      met ? 'met' : 'NOT MET',
    ]
    console.log(cells.join('  '))
  }
  const { points, growth } = await measureGrowth()
  console.log(curveOf(points).join('\n'))
  console.log(`time grows with the power ${growth.toFixed(2)} of the weights (<= ${GROWTH_BAR})`)
}
