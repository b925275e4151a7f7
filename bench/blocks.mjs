#!/usr/bin/env node
// The step of one block without extrinsics on a chain of full subnets: hooks, reads, encoding, trie root and the LMDB
// batch; what the disk adds (fsync) apart. Blocks in which epochs are due are counted apart as well.
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
    const plain = []
    /** Processor time of all threads: what a block costs whatever else the machine does. */
    const plainCpu = []
    const withEpochs = []
    const changed = []
    const parts = { execute: [], root: [], commit: [] }
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
      const took = performance.now() - started
      const used = process.cpuUsage(cpuBefore)
      const cpu = (used.user + used.system) / 1000
      hash = bytesToHex(blake2_256(header))
      let epochs = 0
      const ctx = runtime.contextOn(new Overlay(store.stateAt('head'), cache), BigInt(number), hash)
      for (let netuid = 1; netuid < subnets + 2; netuid++) {
        if (storage.LastEpochBlock.get(ctx, { netuid }) === BigInt(number)) epochs++
      }
      // The first blocks warm the machine up.
      if (number <= Math.min(40, blocks / 4)) continue
      if (epochs > 0) withEpochs.push({ took, epochs, cpu })
      else {
        plain.push(took)
        plainCpu.push(cpu)
        parts.execute.push(executed - started)
        parts.root.push(rooted - executed)
        parts.commit.push(took - (rooted - started))
      }
      changed.push(finished.changes.size)
      if (number === settled) before = store.stats().diskBytes
    }
    const diskBytes = store.stats().diskBytes
    return {
      subnets,
      keys,
      plainBlocks: plain.length,
      plain: {
        median: median(plain),
        p99: quantile(plain, 0.99),
        cpuMedian: median(plainCpu),
        cpuP99: quantile(plainCpu, 0.99),
      },
      parts: { execute: median(parts.execute), root: median(parts.root), commit: median(parts.commit) },
      epochBlocks: withEpochs.length,
      epochs: withEpochs.reduce((sum, { epochs }) => sum + epochs, 0),
      withEpochs:
        withEpochs.length === 0
          ? undefined
          : {
              median: median(withEpochs.map(({ took }) => took)),
              p99: quantile(
                withEpochs.map(({ took }) => took),
                0.99,
              ),
            },
      changedKeys: median(changed),
      diskBytes,
      bytesPerBlock: (diskBytes - before) / (blocks - settled),
    }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
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
