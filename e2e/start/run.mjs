#!/usr/bin/env node
// `npm start` as a newcomer runs it: brings the network up, runs every line that the banner shows, waits until good
// miners earn more than ok ones and those more than bad ones, ends it with Ctrl-C, and starts it again.
//
//   node e2e/start/run.mjs [--seeds 1,2,3] [--memoriser] [--minutes 5]
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { root } from '../../scripts/paths.mjs'

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    memoriser: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '5' },
  },
})
const seeds = options.seeds.split(',').map(Number)
const limitMs = Number(options.minutes) * 60_000
let passed = 0
let failed = 0

function check(name, condition, detail = '') {
  if (condition) passed++
  else failed++
  console.log(`${condition ? 'ok  ' : 'FAIL'} ${name}${detail ? `: ${detail}` : ''}`)
}

/** Consecutive ports that are free now. */
async function freePorts(count) {
  for (let first = 20_000 + Math.floor(Math.random() * 20_000); ; first += count) {
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)))
    if (free.every(Boolean)) return first
  }
}

function isFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

/** Starts the network; `next(type)` waits for a message of that type. */
function start(args) {
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const messages = []
  const waiting = []
  let ended = false
  const flush = () => {
    for (let i = waiting.length - 1; i >= 0; i--) {
      const index = messages.findIndex(waiting[i].matches)
      if (index >= 0) waiting.splice(i, 1)[0].resolve(messages.splice(index, 1)[0])
      else if (ended) waiting.splice(i, 1)[0].reject(new Error('the network ended'))
    }
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return
    messages.push(JSON.parse(line))
    flush()
  })
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)))
  void exited.then(() => {
    ended = true
    flush()
  })
  return {
    child,
    exited,
    next: (type) =>
      new Promise((resolve, reject) => {
        waiting.push({ matches: (message) => message.type === type, resolve, reject })
        flush()
      }),
  }
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Median incentive by quality over the given epochs. */
function pay(epochs) {
  const byQuality = {}
  for (const { rows } of epochs) {
    for (const { role, incentive } of rows) {
      byQuality[role] ??= []
      byQuality[role].push(incentive)
    }
  }
  return Object.fromEntries(
    ['good', 'ok', 'bad', 'memoriser'].filter((role) => byQuality[role]).map((role) => [role, median(byQuality[role])]),
  )
}

/** Runs what the banner shows; the gateway must have answered 60 s after the start. */
async function tryBanner(up, started) {
  const ws = `ws://127.0.0.1:${up.rpcPort}`
  for (const line of [up.try.curl, up.try.btcli]) {
    const done = spawnSync('bash', ['-c', line], {
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, COLUMNS: '200' },
    })
    const shown = line.split(' ').slice(0, 3).join(' ')
    check(
      `banner: ${shown} …`,
      done.status === 0 && isGood(line, done.stdout),
      done.status === 0 ? '' : `${done.stdout}${done.stderr}`.slice(-500),
    )
    if (line === up.try.curl) {
      const after = Date.now() - started
      check("the gateway's first answer comes within 60 s", after <= 60_000, `${after} ms`)
    }
  }
  const address = decodeURIComponent(new URL(up.try.polkadot).searchParams.get('rpc'))
  const { ApiPromise, WsProvider } = await import('@polkadot/api')
  const api = await ApiPromise.create({ provider: new WsProvider(address), noInitWarn: true, throwOnConnect: true })
  check(
    'banner: the polkadot.js line leads to this chain',
    address === ws && (await api.rpc.chain.getHeader()).number.toNumber() > 0,
  )
  await api.disconnect()
}

function isGood(line, output) {
  if (line.startsWith('curl')) {
    const answer = JSON.parse(output)
    return answer.object === 'list' && answer.data[0].embedding.length > 0
  }
  return /embed/.test(output)
}

async function run(seed) {
  const base = mkdtempSync(join(tmpdir(), 'neurite-start-'))
  const first = await freePorts(16)
  const args = [
    '--base-path',
    base,
    '--rpc-port',
    String(first),
    '--gateway-port',
    String(first + 1),
    '--miner-port',
    String(first + 2),
    '--seed',
    String(seed),
    ...(options.memoriser ? ['--memoriser'] : []),
  ]
  try {
    const started = Date.now()
    const network = start(args)
    const firstBlock = await network.next('block')
    const up = await network.next('up')
    const upAfter = Date.now() - started
    console.log(`seed ${seed}: first block after ${firstBlock.afterMs} ms, network up after ${upAfter} ms`)
    if (seed === seeds[0]) {
      check('the first block comes within 3 s', firstBlock.afterMs <= 3_000, `${firstBlock.afterMs} ms`)
      await tryBanner(up, started)
    }
    const epochs = []
    let ordered = false
    while (!ordered && Date.now() - started < limitMs) {
      epochs.push(await network.next('epoch'))
      const { good, ok, bad } = pay(epochs.slice(-3))
      ordered = epochs.length >= 3 && good > ok && ok > bad
    }
    const paid = pay(epochs.slice(-3))
    check(
      `seed ${seed}: good > ok > bad within ${options.minutes} minutes`,
      ordered,
      `${JSON.stringify(paid)} after ${Math.round((Date.now() - started) / 1000)} s`,
    )
    if (paid.memoriser !== undefined)
      console.log(`     the memoriser's median incentive: ${((paid.memoriser / 65_535) * 100).toFixed(2)} %`)

    network.child.kill('SIGINT')
    check(
      `seed ${seed}: Ctrl-C ends everything`,
      (await network.exited) === 0 && (await isFree(first)) && (await isFree(first + 2, '127.0.0.2')),
    )
    if (seed === seeds[0]) {
      const again = start(args)
      const continued = await again.next('block')
      check(
        'a second start continues the chain',
        continued.number > epochs.at(-1).block,
        `block ${continued.number} after ${epochs.at(-1).block}`,
      )
      await again.next('up')
      again.child.kill('SIGINT')
      await again.exited
    }
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

for (const seed of seeds) await run(seed)
console.log(`npm start: ${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
