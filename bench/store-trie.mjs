#!/usr/bin/env node
// Measures the trie alone: state root of one block's changes over a state held in maps.
//
//   node bench/store-trie.mjs [--entries 500000] [--changes 4000] [--blocks 30]
import { parseArgs } from 'node:util'

const { values: flags } = parseArgs({
  options: {
    entries: { type: 'string', default: '500000' },
    changes: { type: 'string', default: '4000' },
    blocks: { type: 'string', default: '30' },
  },
})
const entries = Number(flags.entries)
const changesPerBlock = Number(flags.changes)
const { build } = await import('../scripts/build.mjs')
await build()
const { updateTrie } = await import('../packages/primitives/dist/trie/index.js')

let x = 88675123
function random(below) {
  x ^= x << 13
  x ^= x >>> 17
  x ^= x << 5
  return (x >>> 0) % below
}
const randomBytes = (length) => Buffer.from(Array.from({ length }, () => random(256))).toString('latin1')
const prefixes = Array.from({ length: 20 }, () => randomBytes(32))
const randomValue = () => new Uint8Array(8 + random(41)).map(() => random(256))

const state = new Map()
const branches = new Map()
const keys = []
for (let index = 0; index < entries; index++) {
  const key = Buffer.from(
    prefixes[random(20)] + String.fromCharCode(random(64), 0) + randomBytes(48),
    'latin1',
  ).toString('latin1')
  keys.push(key)
}
// Only existing leaves change below, so no search for a neighbouring key is needed.
const source = { value: (key) => state.get(key), keyFrom: () => undefined, branch: (path) => branches.get(path) }
function apply(changes) {
  const from = performance.now()
  const update = updateTrie(source, changes)
  const took = performance.now() - from
  update.keys.forEach((key, index) => {
    state.set(key, update.after[index])
  })
  for (const [path, record] of update.branches) {
    if (record === undefined) branches.delete(path)
    else branches.set(path, record)
  }
  return { took, update }
}
const genesis = apply(new Map(keys.map((key) => [key, randomValue()])))
let bytes = 0
for (const record of branches.values()) bytes += record.length
console.log(
  `${entries} entries: ${branches.size} branches of ${(bytes / 1e6).toFixed(1)} MB, built in ${genesis.took.toFixed(0)} ms`,
)
const times = []
let hashed = 0
for (let block = 0; block < Number(flags.blocks); block++) {
  const changes = new Map()
  while (changes.size < changesPerBlock) changes.set(keys[random(entries)], randomValue())
  const { took, update } = apply(changes)
  times.push(took)
  hashed = update.hashed
}
times.sort((a, b) => a - b)
const at = (share) => times[Math.floor((times.length - 1) * share)].toFixed(1)
console.log(
  `root of ${changesPerBlock} changes: p50 ${at(0.5)} ms, best ${at(0)} ms, worst ${at(1)} ms; ${hashed} branches hashed`,
)
