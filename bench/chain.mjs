// A chain of full subnets on an LMDB store, advanced block by block as the node does it, each part timed by itself.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { built } from './lib.mjs'
import { fullNetwork } from './network.mjs'

/** Milliseconds of a block: the chain's clock moves by so much. */
const BLOCK_MS = 250
export const PRUNING = 256

/** @param prepare changes the genesis state: it gets the runtime and the state. */
export async function openBenchChain({ subnets, tempo, prepare = () => {} }) {
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
  prepare(runtime, state)
  const keys = state.size

  const folder = mkdtempSync(join(tmpdir(), 'neurite-bench-'))
  // Without overlap the commit's parts come one after the other, so that they can be told apart.
  const store = openLmdbStore(folder, { statePruning: PRUNING, fsync: false })
  const cache = new CellCache()
  let number = 0
  let hash
  let stateRoot

  /** Header and commit of the next block; when its root was known. */
  async function seal({ digest, extrinsics, changes }) {
    const prepared = store.prepareRoot(changes)
    const header = encode(headerCodec, {
      parentHash: hash ?? `0x${'00'.repeat(32)}`,
      number,
      stateRoot: prepared.root,
      extrinsicsRoot: bytesToHex(orderedTrieRoot([...extrinsics], 0)),
      digest,
    })
    const rooted = performance.now()
    await store.commitBlock({ header, extrinsics, state: prepared })
    hash = bytesToHex(blake2_256(header))
    stateRoot = prepared.root
    return rooted
  }

  /** By itself, so that nothing of it is held when its garbage is collected. */
  async function makeBlock() {
    const parent = { hash, number }
    number++
    const cpuBefore = process.cpuUsage()
    const started = performance.now()
    const builder = runtime.startBlock({ reader: store.stateAt('head'), cache }, parent, [auraSlot(number)])
    for (const inherent of builder.inherents({ timestampMs: BigInt(number * BLOCK_MS) })) builder.apply(inherent)
    const finished = builder.finish()
    const executed = performance.now()
    const executeCpu = cpuSince(cpuBefore)
    const rooted = await seal(finished)
    builder.promote()
    const ended = performance.now()
    return {
      changed: finished.changes.size,
      execute: executed - started,
      root: rooted - executed,
      commit: ended - rooted,
      took: ended - started,
      executeCpu,
      cpu: cpuSince(cpuBefore),
    }
  }

  function epochsRun() {
    const ctx = runtime.contextOn(new Overlay(store.stateAt('head'), cache), BigInt(number), hash)
    let epochs = 0
    for (let netuid = 1; netuid < subnets + 2; netuid++) {
      if (storage.LastEpochBlock.get(ctx, { netuid }) === BigInt(number)) epochs++
    }
    return epochs
  }

  await seal({ digest: [], extrinsics: [], changes: state })
  state.clear()
  return {
    store,
    /** Entries of the state at the start. */
    keys,
    get stateRoot() {
      return stateRoot
    },
    /** Makes the next block without extrinsics. Milliseconds; `cpu` is processor time of all threads. */
    async step() {
      const made = await makeBlock()
      // What the node does while nobody waits for a block, in a turn of the event loop of its own.
      await new Promise((resolve) => setImmediate(resolve))
      const started = performance.now()
      await store.settle()
      collectYoung()
      return { ...made, number, epochs: epochsRun(), after: performance.now() - started }
    },
    async close() {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function cpuSince(before) {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
