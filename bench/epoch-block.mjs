#!/usr/bin/env node
// A block in which two epochs of full subnets are due (64 validators with dense weights, 256 uids), on a chain of 128 such
// subnets: executed alone (hooks, inherents, changes encoded to bytes), and with trie root and LMDB batch. Quiet blocks
// beside them. Every subnet's epoch has run once before anything is measured.
//
//   node bench/epoch-block.mjs [--subnets 128] [--rounds 1]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { built, median, quantile } from './lib.mjs'
import { fullNetwork } from './network.mjs'

/** Netuid of the first full subnet. */
const FIRST = 2
const DUE = 2
/** Block of the first epochs. */
const START = 9

export async function measureEpochBlocks({ subnets = 128, rounds = 1 } = {}) {
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
  // Two subnets every second block, so that a quiet block lies between.
  const tempo = (subnets / DUE) * 2
  const { runtime, state } = await fullNetwork(subnets, { tempo })
  await schedule()

  async function schedule() {
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

  const folder = mkdtempSync(join(tmpdir(), 'neurite-epochs-'))
  // Without overlap the commit's parts come one after the other, so that they can be told apart.
  const store = openLmdbStore(folder, { statePruning: 256, fsync: false })
  try {
    let stateRoot
    const commit = async (number, parentHash, digest, extrinsics, changes) => {
      const prepared = store.prepareRoot(changes)
      stateRoot = prepared.root
      const header = encode(headerCodec, {
        parentHash,
        number,
        stateRoot,
        extrinsicsRoot: bytesToHex(orderedTrieRoot([...extrinsics], 0)),
        digest,
      })
      await store.commitBlock({ header, extrinsics, state: prepared })
      return bytesToHex(blake2_256(header))
    }
    let hash = await commit(0, `0x${'00'.repeat(32)}`, [], [], state)
    state.clear()
    const cache = new CellCache()
    const due = { execute: [], cpu: [], whole: [], after: [], changed: [] }
    const quiet = { execute: [], cpu: [], whole: [], after: [], changed: [] }
    for (let number = 1; number < START + tempo * (1 + rounds); number++) {
      const cpuBefore = process.cpuUsage()
      const started = performance.now()
      const parent = { hash, number: number - 1 }
      const builder = runtime.startBlock({ reader: store.stateAt('head'), cache }, parent, [auraSlot(number)])
      for (const inherent of builder.inherents({ timestampMs: BigInt(number * 250) })) builder.apply(inherent)
      const finished = builder.finish()
      const executed = performance.now()
      const { user, system } = process.cpuUsage(cpuBefore)
      hash = await commit(number, hash, finished.digest, finished.extrinsics, finished.changes)
      builder.promote()
      const ended = performance.now()
      await store.settle()
      collectYoung()
      const rested = performance.now()
      if (number < START + tempo) continue
      const ctx = runtime.contextOn(new Overlay(store.stateAt('head'), cache), BigInt(number), hash)
      let epochs = 0
      for (let netuid = 1; netuid < FIRST + subnets; netuid++) {
        if (storage.LastEpochBlock.get(ctx, { netuid }) === BigInt(number)) epochs++
      }
      const kind = epochs === DUE ? due : epochs === 0 ? quiet : undefined
      kind?.execute.push(executed - started)
      kind?.cpu.push((user + system) / 1000)
      kind?.whole.push(ended - started)
      kind?.after.push(rested - ended)
      kind?.changed.push(finished.changes.size)
    }
    return { subnets, due: summary(due), quiet: summary(quiet), stateRoot }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function summary({ execute, cpu, whole, after, changed }) {
  return {
    blocks: execute.length,
    /** Without trie and disk. @unit ms */
    execute: median(execute),
    executeP99: quantile(execute, 0.99),
    /** Processor time of all threads: what it costs whatever else the machine does. @unit ms */
    executeCpu: median(cpu),
    /** With them. @unit ms */
    whole: median(whole),
    wholeP99: quantile(whole, 0.99),
    /** What the block leaves to be done before the next one. @unit ms */
    after: median(after),
    changedKeys: median(changed),
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
