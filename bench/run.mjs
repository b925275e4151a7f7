#!/usr/bin/env node
// `npm run bench`: what the project promises of its speed and size, measured beside its peers in the same run.
//
//   npm run bench                     medians of five runs, some ten minutes
//   npm run bench -- --quick          one run of each
//   npm run bench -- --only start     one group: start, rpc, epoch, epochBlock, timelock, transfers, blocks, disk, views
//   npm run bench -- --runs 3         fewer runs
//   npm run bench -- --json           the results as JSON instead of the table; --markdown as docs/measurements.md has them
import { availableParallelism, cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { build } from '../scripts/build.mjs'
import { median } from './lib.mjs'

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
})
const runs = flags.quick ? 1 : Number(flags.runs)
const BLOCKS_A_DAY = 86_400_000 / 250
const MIB = 2 ** 20

const rows = []
/** `bar` is what `met` judges; rows without one are there to be compared. */
function row(name, value, unit, { beside, bar, met } = {}) {
  rows.push({ name, value, unit, beside, bar, met })
  if (!flags.json) process.stderr.write(`  ${name}: ${show(value)} ${unit}\n`)
}

const show = (value) =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 100 ? 3 : 2)
const times = (ratio) => `x${ratio.toPrecision(ratio >= 100 ? 3 : 2)}`

/** Medians, field by field, of what `measure` returns in several runs; nested objects too. */
async function repeat(measure, count = runs) {
  const results = []
  for (let run = 0; run < count; run++) results.push(await measure())
  return mergeMedians(results)
}

function mergeMedians(results) {
  const [first] = results
  if (typeof first === 'number') return median(results)
  if (typeof first !== 'object' || first === null) return first
  return Object.fromEntries(
    Object.keys(first).map((key) => [key, mergeMedians(results.map((result) => result?.[key] ?? first[key]))]),
  )
}

const GROUPS = {
  async start() {
    const { measureStart } = await import('./start.mjs')
    const { node, empty, anvil } = await repeat(measureStart)
    const peers = [
      `node -e 0: ${show(empty)} ms`,
      anvil === undefined ? 'Anvil: none here' : `Anvil ${show(anvil)} ms, ${times(node / anvil)}`,
    ]
    row('node start to first answer', node, 'ms', { beside: peers.join('; '), bar: '≤ 500 ms', met: node <= 500 })
  },

  async rpc() {
    const { measureRpc } = await import('./rpc.mjs')
    const { health, bare } = await repeat(measureRpc)
    row('system_health over one WebSocket', health, 'a second', {
      beside: `bare ws echo ${show(bare)}, ${times(health / bare)}`,
    })
  },

  async epoch() {
    // Turns are taken inside, so that kernel and peer see the same machine.
    const { measureEpochs, measureGrowth, curveOf, GROWTH_BAR, OVER_ORACLE } = await import('./yuma.mjs')
    const turns = flags.quick ? 3 : 9
    for (const { name, kernel, dense, oracle, ms, overDense, met } of await measureEpochs(turns)) {
      row(name, kernel, 'ms', {
        beside: `dense double ${show(dense)} ms, ${times(dense / kernel)}; BigInt oracle ${show(oracle)} ms, ${times(oracle / kernel)}`,
        bar: `≤ ${ms} ms; dense double ≥ x${overDense}, oracle ≥ x${OVER_ORACLE}`,
        met,
      })
    }
    const { points, growth } = await measureGrowth(turns)
    if (!flags.json) process.stderr.write(`${curveOf(points).join('\n')}\n`)
    row('epoch time grows with this power of the weights', growth, '', {
      beside: points.map(({ weights, ms }) => `${show(weights)}: ${show(ms)} ms`).join(', '),
      bar: `≤ ${GROWTH_BAR} over 10³ to 10⁶`,
      met: growth <= GROWTH_BAR,
    })
  },

  async epochBlock() {
    const { measureEpochBlocks } = await import('./epoch-block.mjs')
    const { due, quiet, subnets } = await repeat(() => measureEpochBlocks())
    const name = 'block with two due 64 x 256 epochs'
    row(`${name}, without trie and disk`, due.execute, 'ms', {
      beside: `p99 ${show(due.executeP99)} ms; a quiet block ${show(quiet.execute)} ms; ${subnets} full subnets`,
      bar: '≤ 15 ms',
      met: due.execute <= 15,
    })
    row(`${name}, with trie and LMDB batch`, due.whole, 'ms', {
      beside: `p99 ${show(due.wholeP99)} ms; a quiet block ${show(quiet.whole)} ms; ${show(due.changedKeys)} keys changed; ${show(due.after)} ms of work after it`,
      bar: '≤ 40 ms',
      met: due.whole <= 40,
    })
  },

  async timelock() {
    const { measureTimelock } = await import('./timelock.mjs')
    const { alone, inBlock } = await repeat(measureTimelock)
    row('64 time-locked commits of 256 weights, opened on one core', alone, 'ms', {
      beside: `${show(inBlock)} ms of it in the block that reveals them`,
      bar: '≤ 800 ms, not in the block',
      met: alone <= 800 && inBlock <= alone / 20,
    })
  },

  async transfers() {
    const { measureTransfers } = await import('./transfers.mjs')
    const result = await repeat(() => measureTransfers())
    const { perSecond, verifyRate, ofVerify, count, nodeCpuMicros } = result
    row(`transfers of ${count.toLocaleString('en')}, sent to final and durable`, perSecond, 'a second', {
      beside: `one core verifies ${show(verifyRate)} (wasm-crypto), ${times(ofVerify)}`,
      bar: '≥ 0.6 of a core, ≥ 2,000 a second',
      met: ofVerify >= 0.6 && perSecond >= 2000,
    })
    row("node's processor time for one transfer", nodeCpuMicros, 'µs')
  },

  async blocks() {
    const { measureBlocks } = await import('./blocks.mjs')
    const { measureFsync } = await import('./fsync.mjs')
    const result = await repeat(() => measureBlocks())
    const fsync = await repeat(measureFsync)
    const { first, all, plain, withEpochs, changedKeys, keys } = result
    const told = ({ median, parts, after }) =>
      `median ${show(median)} ms: execute ${show(parts.execute)}, root ${show(parts.root)}, write ${show(parts.commit)}; ${show(after)} after it`
    row('block step, 128 x 256 neurons, p99 of all blocks', all.p99, 'ms', {
      beside: `median ${show(all.median)} ms; ${show(changedKeys)} of ${show(keys)} keys; p99 ${show(first.p99)} ms until each subnet has had an epoch`,
      bar: '≤ 50 ms',
      met: all.p99 <= 50,
    })
    row('block step without an epoch due, p99', plain.p99, 'ms', { beside: told(plain) })
    row('block step with an epoch due, p99', withEpochs.p99, 'ms', { beside: told(withEpochs) })
    row('fsync of a commit of 1 MB', fsync.fsync, 'ms', { beside: `write alone ${show(fsync.write)} ms` })
  },

  async disk() {
    const { measureBlocks } = await import('./blocks.mjs')
    const small = await measureBlocks({ subnets: 1, blocks: 2000, idleMs: 0 })
    const perDay = (small.bytesPerBlock * BLOCKS_A_DAY) / 1e9
    row('disk a block, 3 subnets', small.bytesPerBlock, 'bytes', {
      beside: `${show(perDay)} GB a day at 250 ms`,
      bar: '< 1 GB a day',
      met: perDay < 1,
    })
    const large = await measureBlocks({ subnets: 128, blocks: flags.quick ? 800 : 1200, idleMs: 0 })
    row('disk a block, 128 full subnets', large.bytesPerBlock, 'bytes', {
      beside: `${show((large.bytesPerBlock * BLOCKS_A_DAY) / 1e9)} GB a day; ${show(large.diskBytes / MIB)} MiB in all`,
    })
  },

  async views() {
    const { measureViews, prepareFullChain } = await import('./views.mjs')
    const small = await prepareFullChain(1)
    try {
      const { metagraph, bytes } = await repeat(() =>
        measureViews({ folder: small.folder, subnets: 1, calls: 400, settleMs: 0 }),
      )
      row('metagraph of 256 over RPC, p99', metagraph.p99, 'ms', {
        beside: `median ${show(metagraph.median)} ms, ${show(bytes / 1024)} KiB`,
        bar: '≤ 20 ms',
        met: metagraph.p99 <= 20,
      })
    } finally {
      small.remove()
    }
    const large = await prepareFullChain(128)
    try {
      // Long enough that each subnet has had an epoch and old state is being given up: from then on the memory stays as it is.
      const { metagraph, memory, block } = await measureViews({ folder: large.folder, subnets: 128, settleMs: 150_000 })
      row('the same on a chain of 128 full subnets, p99', metagraph.p99, 'ms', {
        beside: `median ${show(metagraph.median)} ms; blocks are made meanwhile`,
      })
      row(`resident memory, 128 full subnets, block ${block}`, memory.resident / 1e6, 'MB', {
        beside: `${show(memory.own / 1e6)} MB without the mapped chain file`,
        bar: '≤ 400 MB',
        met: memory.resident <= 400e6,
      })
    } finally {
      large.remove()
    }
  },
}

const wanted = flags.only ?? Object.keys(GROUPS)
for (const name of wanted) {
  if (GROUPS[name] === undefined) {
    console.error(`There is no group \`${name}\`. Expected one of ${Object.keys(GROUPS).join(', ')}.`)
    process.exit(2)
  }
}
await build()
const machine = {
  processor: cpus()[0]?.model,
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  runs,
}
for (const name of wanted) await GROUPS[name]()

if (flags.json) console.log(JSON.stringify({ machine, rows }, undefined, 2))
else {
  console.log(
    `\n${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node.js ${machine.node}, medians of ${runs}\n`,
  )
  const cells = rows.map(({ name, value, unit, beside, bar, met }) => [
    name,
    `${show(value)} ${unit}`,
    beside ?? '',
    bar ?? '',
    met === undefined ? '' : met ? 'met' : 'NOT MET',
  ])
  const table = [['measured', 'figure', 'beside it', 'bar', ''], ...cells]
  if (flags.markdown) {
    const [head, ...rest] = table
    for (const line of [head, head.map(() => '---'), ...rest]) console.log(`| ${line.join(' | ')} |`)
  } else {
    const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)))
    for (const line of table)
      console.log(
        line
          .map((cell, column) => cell.padEnd(widths[column]))
          .join('  ')
          .trimEnd(),
      )
  }
}
