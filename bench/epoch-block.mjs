#!/usr/bin/env node
// A block in which two epochs of full subnets are due (64 validators with dense weights, 256 uids), on a chain of 128 such
// subnets: executed alone (hooks, inherents, changes encoded to bytes), and with trie root and LMDB batch. Quiet blocks
// beside them. Every subnet's epoch has run once before anything is measured.
//
//   node bench/epoch-block.mjs [--subnets 128] [--rounds 1]
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openBenchChain } from './chain.mjs'
import { built, median, quantile } from './lib.mjs'

/** Netuid of the first full subnet. */
const FIRST = 2
const DUE = 2
/** Block of the first epochs. */
const START = 9

export async function measureEpochBlocks({ subnets = 128, rounds = 1 } = {}) {
  const { Overlay } = await built('runtime/frame')
  const { storage } = await built('runtime/pallets/subtensor')
  // Two subnets every second block, so that a quiet block lies between.
  const tempo = (subnets / DUE) * 2
  const chain = await openBenchChain({ subnets, tempo, prepare: schedule })

  function schedule(runtime, state) {
    const reader = { get: (key) => state.get(key), keys: () => [] }
    const overlay = new Overlay(reader)
    const ctx = runtime.contextOn(overlay, 0n, `0x${'00'.repeat(32)}`)
    for (let index = 0; index < subnets; index++) {
      const key = { netuid: FIRST + index }
      storage.PendingEpochAt.set(ctx, key, BigInt(START + 2 * Math.floor(index / DUE)))
      storage.BlocksSinceLastStep.set(ctx, key, 0n)
      storage.LastEpochBlock.set(ctx, key, BigInt(START - 1))
    }
    for (const [key, value] of overlay.changes()) state.set(key, value)
    // Not that of this build, so that the state roots of two builds can be compared.
    state.set(':code', new Uint8Array(32))
  }

  try {
    const due = []
    const quiet = []
    for (let number = 1; number < START + tempo * (1 + rounds); number++) {
      const step = await chain.step()
      if (number < START + tempo) continue
      if (step.epochs === DUE) due.push(step)
      else if (step.epochs === 0) quiet.push(step)
    }
    return { subnets, due: summary(due), quiet: summary(quiet), stateRoot: chain.stateRoot }
  } finally {
    await chain.close()
  }
}

function summary(steps) {
  const of = (name) => steps.map((step) => step[name])
  return {
    blocks: steps.length,
    /** Without trie and disk. @unit ms */
    execute: median(of('execute')),
    executeP99: quantile(of('execute'), 0.99),
    /** Processor time of all threads: what it costs whatever else the machine does. @unit ms */
    executeCpu: median(of('executeCpu')),
    root: median(of('root')),
    commit: median(of('commit')),
    /** With them. @unit ms */
    whole: median(of('took')),
    wholeP99: quantile(of('took'), 0.99),
    /** What the block leaves to be done before the next one. @unit ms */
    after: median(of('after')),
    changedKeys: median(of('changed')),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { build } = await import('../scripts/build.mjs')
  await build()
  const { values } = parseArgs({
    options: { subnets: { type: 'string', default: '128' }, rounds: { type: 'string', default: '1' } },
  })
  console.dir(await measureEpochBlocks({ subnets: Number(values.subnets), rounds: Number(values.rounds) }))
}
