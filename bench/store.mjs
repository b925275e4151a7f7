#!/usr/bin/env node
// Measures the chain store on disk: state root and commit of a block, bytes on disk, memory.
//
//   node bench/store.mjs [--entries 500000] [--changes 4000] [--blocks 40] [--fsync true] [--pruning 256] [--overlap] [--memory]
//
// Entries look like the chain's double maps: a 32-byte prefix, a netuid, a hashed account; values of 8 to 48 bytes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values: flags } = parseArgs({
  options: {
    entries: { type: 'string', default: '500000' },
    changes: { type: 'string', default: '4000' },
    blocks: { type: 'string', default: '40' },
    pruning: { type: 'string', default: '256' },
    fsync: { type: 'string', default: 'true' },
    overlap: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
  },
})
const entries = Number(flags.entries)
const changesPerBlock = Number(flags.changes)
const blocks = Number(flags.blocks)

const { build } = await import('../scripts/build.mjs')
await build()
const { openLmdbStore, openMemoryStore } = await import('../packages/node/dist/store/index.js')
const { appendBlock, encodeTestHeader } = await import('../packages/node/dist/store/header.fixture.js')

let x = 88675123
function random(below) {
  x ^= x << 13
  x ^= x >>> 17
  x ^= x << 5
  return (x >>> 0) % below
}
const randomBytes = (length) => String.fromCharCode(...Array.from({ length }, () => random(256)))
const prefixes = Array.from({ length: 20 }, () => randomBytes(32))
const randomValue = () => new Uint8Array(8 + random(41)).map(() => random(256))
const milliseconds = (from) => performance.now() - from
const middle = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
const spread = (times) => {
  const sorted = [...times].sort((a, b) => a - b)
  return `p50 ${middle(sorted, 0.5).toFixed(1)} ms, p95 ${middle(sorted, 0.95).toFixed(1)} ms, worst ${sorted.at(-1).toFixed(1)} ms`
}
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

const folder = mkdtempSync(join(tmpdir(), 'neurite-bench-'))
try {
  const keys = []
  const genesis = new Map()
  for (let index = 0; index < entries; index++) {
    const key = prefixes[random(20)] + String.fromCharCode(random(64), 0) + randomBytes(48)
    keys.push(key)
    genesis.set(key, randomValue())
  }
  const options = { statePruning: Number(flags.pruning), fsync: flags.fsync === 'true', overlap: flags.overlap }
  const store = flags.memory ? openMemoryStore(options) : openLmdbStore(folder, options)
  globalThis.gc?.()
  const rssBefore = process.memoryUsage().rss
  let from = performance.now()
  await appendBlock(store, genesis)
  console.log(
    `genesis of ${entries} entries: ${milliseconds(from).toFixed(0)} ms, ${megabytes(store.stats().diskBytes)} on disk`,
  )
  genesis.clear()

  const reads = Math.min(entries, 200_000)
  const reader = store.stateAt('head')
  from = performance.now()
  for (let index = 0; index < reads; index++) reader.get(keys[random(entries)])
  console.log(`reads: ${Math.round(reads / milliseconds(from))} thousand a second`)

  const roots = []
  const calls = []
  const commits = []
  const step = Math.max(1, Math.floor(blocks / 8))
  let sizeBefore = store.stats().diskBytes
  for (let block = 1; block <= blocks; block++) {
    const changes = new Map()
    while (changes.size < changesPerBlock) changes.set(keys[random(entries)], randomValue())
    from = performance.now()
    const state = store.prepareRoot(changes)
    roots.push(milliseconds(from))
    from = performance.now()
    const { number, hash } = store.head()
    const committed = store.commitBlock({
      header: encodeTestHeader(hash, number + 1, state.root),
      extrinsics: [],
      state,
    })
    calls.push(milliseconds(from))
    await committed
    commits.push(milliseconds(from))
    if (block % step === 0) {
      const size = store.stats().diskBytes
      console.log(
        `block ${block}: ${megabytes(size)} on disk, ${Math.round((size - sizeBefore) / step / 1000)} kB a block since the last line`,
      )
      sizeBefore = size
    }
  }
  // The first blocks fill the cache of branches.
  const warm = Math.min(10, Math.floor(blocks / 4))
  console.log(`state root of ${changesPerBlock} changes: ${spread(roots.slice(warm))}`)
  console.log(`commit, the call: ${spread(calls.slice(warm))}`)
  console.log(`commit until durable (fsync ${flags.fsync}): ${spread(commits.slice(warm))}`)
  globalThis.gc?.()
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
  console.log(
    `memory: ${megabytes(rss)} resident with the mapped file (${megabytes(rssBefore)} before, for the bench's own keys); ` +
      `heap ${megabytes(heapUsed)}, array buffers ${megabytes(arrayBuffers)}`,
  )
  await store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
