#!/usr/bin/env node
// The step of one block without extrinsics on a chain of full subnets: hooks, reads, encoding, trie root and the LMDB
// batch; what the disk adds (fsync) apart. Told for all blocks, for those without an epoch and for those with one or more,
// once every subnet has had an epoch. The blocks before that, in which a fresh network writes a thousand entries that are
// new with each epoch, are told apart.
//
// Between two blocks there is some time, as there is in a network with its slots of 250 ms and more: there V8 does its
// larger collections.
//
//   node bench/blocks.mjs [--subnets 128] [--blocks 760] [--tempo 360] [--idleMs 50]
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openBenchChain, PRUNING } from './chain.mjs'
import { median, quantile } from './lib.mjs'

/** The first blocks, in which the program gets warm. */
const WARM_UP = 40

/** `blocks` in all; those after the first `tempo` are measured. */
export async function measureBlocks({ subnets = 128, blocks = 760, tempo = 360, idleMs = 50 } = {}) {
  const chain = await openBenchChain({ subnets, tempo })
  const { store, keys } = chain
  try {
    const first = []
    const steps = []
    let before = store.stats().diskBytes
    // Until old state is given up, growth is not what it will be for ever after.
    const settled = blocks >= 2 * PRUNING ? PRUNING + 64 : 0
    for (let number = 1; number <= blocks; number++) {
      const step = await chain.step()
      await new Promise((resolve) => setTimeout(resolve, idleMs))
      if (number > tempo + 1) steps.push(step)
      else if (number > WARM_UP) first.push(step)
      if (number === settled) before = store.stats().diskBytes
    }
    const diskBytes = store.stats().diskBytes
    return {
      subnets,
      keys,
      first: summary(first),
      all: summary(steps),
      plain: summary(steps.filter((step) => step.epochs === 0)),
      withEpochs: summary(steps.filter((step) => step.epochs > 0)),
      withTwoEpochs: summary(steps.filter((step) => step.epochs > 1)),
      epochs: steps.reduce((sum, step) => sum + step.epochs, 0),
      changedKeys: median(steps.map((step) => step.changed)),
      diskBytes,
      bytesPerBlock: (diskBytes - before) / (blocks - settled),
    }
  } finally {
    await chain.close()
  }
}

/** Milliseconds; `cpu` is processor time of all threads: what a block costs whatever else the machine does. */
function summary(steps) {
  if (steps.length === 0) return undefined
  const of = (name) => steps.map((step) => step[name])
  return {
    blocks: steps.length,
    median: median(of('took')),
    p99: quantile(of('took'), 0.99),
    cpuMedian: median(of('cpu')),
    cpuP99: quantile(of('cpu'), 0.99),
    parts: { execute: median(of('execute')), root: median(of('root')), commit: median(of('commit')) },
    /** Left to be done before the next block. */
    after: median(of('after')),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { build } = await import('../scripts/build.mjs')
  await build()
  const { values } = parseArgs({
    options: {
      subnets: { type: 'string', default: '128' },
      blocks: { type: 'string', default: '760' },
      tempo: { type: 'string', default: '360' },
      idleMs: { type: 'string', default: '50' },
    },
  })
  console.dir(
    await measureBlocks(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]))),
  )
}
