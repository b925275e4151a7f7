#!/usr/bin/env node
// Kernel against BigInt oracle, bit for bit, on many random subnets in two workers; prints how often each branch of the
// specification was reached. Fails on the first difference, and by name on a branch that was reached too rarely.
//
//   node conformance/yuma/differential.mjs                    100,000 states, some minutes
//   node conformance/yuma/differential.mjs 5000 --seed 7      others
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { loadSource } from '../../scripts/loadSource.mjs'

const WORKERS = 2
const STATES = 100_000
const PROGRESS = 10_000

/** The comparison straight from its TypeScript sources. */
const load = () =>
  loadSource(
    `export * from './conformance/yuma/compare.ts'; export { reportOf } from './conformance/yuma/branches/index.ts'`,
  )

if (isMainThread) await main()
else await work(workerData)

async function work({ seed, from, to }) {
  const { compareStates } = await load()
  const onState = (done) => {
    if (done % (PROGRESS / WORKERS) === 0) parentPort.postMessage({ done: PROGRESS / WORKERS })
  }
  parentPort.postMessage({ hits: compareStates(seed, { from, to, onState }) })
}

async function main() {
  const { DIFFERENTIAL_SEED, reportOf } = await load()
  const { values: flags, positionals } = parseArgs({
    options: { seed: { type: 'string', default: String(DIFFERENTIAL_SEED) } },
    allowPositionals: true,
  })
  const states = Number(positionals[0] ?? STATES)
  const seed = Number(flags.seed)
  const started = performance.now()
  const hits = new Map()
  let done = 0
  const share = Math.ceil(states / WORKERS)
  const ranges = Array.from({ length: WORKERS }, (_, k) => ({
    seed,
    from: k * share,
    to: Math.min(states, (k + 1) * share),
  }))
  const onMessage = (message) => {
    if (message.hits !== undefined) {
      for (const [name, count] of message.hits) hits.set(name, (hits.get(name) ?? 0) + count)
      return
    }
    done += message.done
    if (done % PROGRESS === 0) process.stderr.write(`  ${done} states agree\n`)
  }
  await Promise.all(ranges.map((range) => runWorker(range, onMessage)))
  const { lines, failures } = reportOf(hits, states)
  const cpu = process.cpuUsage()
  console.log(lines.join('\n'))
  console.log(
    `${states} states, seed ${seed}: kernel and oracle agree in every bit. ${WORKERS} workers, ` +
      `${Math.round((performance.now() - started) / 1000)} s, processor ${Math.round((cpu.user + cpu.system) / 1e6)} s`,
  )
  for (const failure of failures) console.error(`Reached too rarely (or never to be reached): ${failure}`)
  if (failures.length > 0) process.exitCode = 1
}

function runWorker(range, onMessage) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: range })
    worker.on('message', onMessage)
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A worker ended with code ${code}.`))))
  })
}
