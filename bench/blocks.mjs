#!/usr/bin/env node
// The step of one block without extrinsics on a chain of full subnets: hooks, reads, encoding, trie root and the LMDB
// batch; what the disk adds (fsync) apart. Told for all blocks, for those without an epoch and for those with one or more.
//
//   node bench/blocks.mjs [--subnets 128] [--blocks 400] [--tempo 360]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { built, median, quantile } from './lib.mjs'
import { fullNetwork } from './network.mjs'

const PRUNING = 256

export async function measureBlocks({ subnets = 128, blocks = 400, tempo = 360 } = {}) {
  const { openLmdbStore } = await built('node/store')
  const { orderedTrieRoot } = await built('primitives/trie')
  const { bytesToHex } = await built('primitives/bytes')
  const { blake2_256 } = await built('primitives/hash')
  const { encode } = await built('primitives/scale')
  const { CellCache, headerCodec, Overlay } = await built('runtime/frame')
  const { storage } = await built('runtime/pallets/subtensor')
  const { auraSlot } = await built('node/engine')
  const { collectYoung, tuneHeap } = await built('node/service')
  // As the node program does.
  tuneHeap()
  const { runtime, state } = await fullNetwork(subnets, { tempo })
  const folder = mkdtempSync(join(tmpdir(), 'neurite-blocks-'))
  // Without overlap the commit's parts come one after the other, so that they can be told apart.
  const store = openLmdbStore(folder, { statePruning: PRUNING, fsync: false })
  try {
    const commit = async (number, parentHash, digest, extrinsics, changes) => {
      const prepared = store.prepareRoot(changes)
      const header = encode(headerCodec, {
        parentHash,
        number,
        stateRoot: prepared.root,
        extrinsicsRoot: bytesToHex(orderedTrieRoot([...extrinsics], 0)),
        digest,
      })
      await store.commitBlock({ header, extrinsics, state: prepared })
      return bytesToHex(blake2_256(header))
    }
    let hash = await commit(0, `0x${'00'.repeat(32)}`, [], [], state)
    const keys = state.size
    state.clear()
    const cache = new CellCache()
    const steps = []
    const changed = []
    let before = store.stats().diskBytes
    // Until old state is given up, growth is not what it will be for ever after.
    const settled = blocks >= 2 * PRUNING ? PRUNING + 64 : 0
    for (let number = 1; number <= blocks; number++) {
      const reader = store.stateAt('head')
      const cpuBefore = process.cpuUsage()
      const started = performance.now()
      const builder = runtime.startBlock({ reader, cache }, { hash, number: number - 1 }, [auraSlot(number)])
      for (const inherent of builder.inherents({ timestampMs: BigInt(number * 250) })) builder.apply(inherent)
      const finished = builder.finish()
      const executed = performance.now()
      const prepared = store.prepareRoot(finished.changes)
      const header = encode(headerCodec, {
        parentHash: hash,
        number,
        stateRoot: prepared.root,
        extrinsicsRoot: bytesToHex(orderedTrieRoot([...finished.extrinsics], 0)),
        digest: finished.digest,
      })
      const rooted = performance.now()
      await store.commitBlock({ header, extrinsics: finished.extrinsics, state: prepared })
      builder.promote()
      const ended = performance.now()
      const took = ended - started
      const used = process.cpuUsage(cpuBefore)
      const cpu = (used.user + used.system) / 1000
      // What the node does while nobody waits for a block.
      await store.settle()
      collectYoung()
      const after = performance.now() - ended
      hash = bytesToHex(blake2_256(header))
      let epochs = 0
      const ctx = runtime.contextOn(new Overlay(store.stateAt('head'), cache), BigInt(number), hash)
      for (let netuid = 1; netuid < subnets + 2; netuid++) {
        if (storage.LastEpochBlock.get(ctx, { netuid }) === BigInt(number)) epochs++
      }
      // The first blocks warm the machine up.
      if (number <= Math.min(40, blocks / 4)) continue
      steps.push({
        epochs,
        took,
        cpu,
        execute: executed - started,
        root: rooted - executed,
        commit: took - (rooted - started),
        after,
      })
      changed.push(finished.changes.size)
      if (number === settled) before = store.stats().diskBytes
    }
    const diskBytes = store.stats().diskBytes
    return {
      subnets,
      keys,
      all: summary(steps),
      plain: summary(steps.filter((step) => step.epochs === 0)),
      withEpochs: summary(steps.filter((step) => step.epochs > 0)),
      withTwoEpochs: summary(steps.filter((step) => step.epochs > 1)),
      epochs: steps.reduce((sum, step) => sum + step.epochs, 0),
      changedKeys: median(changed),
      diskBytes,
      bytesPerBlock: (diskBytes - before) / (blocks - settled),
    }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
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
      blocks: { type: 'string', default: '400' },
      tempo: { type: 'string', default: '360' },
    },
  })
  console.dir(
    await measureBlocks(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]))),
  )
}
