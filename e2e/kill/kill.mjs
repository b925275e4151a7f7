#!/usr/bin/env node
// Kills the node program with SIGKILL at random moments under a load of transfers, and looks at what is left on disk:
// no block that was announced as final is lost, the head's state root is that of the flat state, and the next start
// goes on from there.
//
//   NEURITE_KILL_RUNS=200 node e2e/kill/kill.mjs        (default 5; NEURITE_KILL_SEED repeats the same delays)
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { built, connect, createSigner, ended, PROGRAM, startProgram } from '../../bench/lib.mjs'
import { build } from '../../scripts/build.mjs'

const runs = Number(process.env.NEURITE_KILL_RUNS ?? 5)
const seed = Number(process.env.NEURITE_KILL_SEED ?? Date.now() % 1_000_000)
/** Milliseconds after the node answers within which it is killed. */
const LATEST_KILL = 1200
/** Milliseconds after it was started within which one is killed before it answers. */
const LATEST_START_KILL = 500
const SENDERS = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie']
/** Transfers of one account that wait for an answer. */
const WINDOW = 16

await build()
const { devKeypair } = await built('primitives/keyring')
const { bytesToHex } = await built('primitives/bytes')
const { blake2_256 } = await built('primitives/hash')
const { calls: balances } = await built('runtime/pallets/balances')
const { openLmdbStore } = await built('node/store')

let random = seed + 1
const nextRandom = (below) => {
  random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff
  return (random >>> 8) % below
}
const check = (holds, what) => {
  if (!holds) throw new Error(what)
}

/** How many transfers were taken in; `first` resolves when one was. */
function createCount() {
  let resolveFirst
  const first = new Promise((resolve) => {
    resolveFirst = resolve
  })
  return {
    count: 0,
    first,
    add(more) {
      this.count += more
      if (this.count > 0) resolveFirst()
    },
  }
}

/** Sends transfers from all senders until the connection ends; how many were taken in. */
async function load(port, signer, taken) {
  const client = await connect(port)
  const send = async (name, i) => {
    const keypair = devKeypair(name)
    const dest = signer.addressOf(devKeypair(SENDERS[(i + 1) % SENDERS.length]).publicKey)
    let nonce = await client.call('account_nextIndex', keypair.address)
    for (;;) {
      const frames = Array.from({ length: WINDOW }, () =>
        signer.sign(keypair, balances.transfer_keep_alive({ dest, value: 1_000_000n }), nonce++),
      )
      const results = await Promise.allSettled(frames.map((hex) => client.call('author_submitExtrinsic', hex)))
      if (client.socket.readyState !== client.socket.OPEN) return
      taken.add(results.filter(({ status }) => status === 'fulfilled').length)
      // The pool is full for now: go on with what the chain has.
      if (results.some(({ status }) => status === 'rejected')) {
        nonce = await client.call('account_nextIndex', keypair.address)
      }
    }
  }
  await Promise.all(SENDERS.map((name, i) => send(name, i).catch(() => {})))
}

const folder = mkdtempSync(join(tmpdir(), 'neurite-kill-'))
const FLAGS = ['--dev', '--block-time', '250ms', '--base-path', folder, '--state-pruning', '64', '--log', 'error']
const totals = { blocks: 0, transfers: 0, deepest: 0 }
let head = { number: 0, hash: undefined }
let failed = false
try {
  for (let run = 1; run <= runs; run++) {
    // Some are killed while they start, the very first one on an empty folder.
    if (run % 4 === 1) {
      const child = spawn(process.execPath, [PROGRAM, ...FLAGS, '--rpc-port', '0', '--no-prometheus'], {
        stdio: 'ignore',
      })
      await new Promise((resolve) => setTimeout(resolve, nextRandom(LATEST_START_KILL)))
      await ended(child, 'SIGKILL')
    }
    const node = await startProgram(FLAGS)
    const announced = new Map()
    let lastFinal = 0
    await node.client.subscribe('chain_subscribeFinalizedHeads', (header) => {
      lastFinal = Number(header.number)
      node.client
        .call('chain_getBlockHash', lastFinal)
        .then((hash) => announced.set(Number(header.number), hash))
        .catch(() => {})
    })
    if (head.hash !== undefined) {
      const found = await node.client.call('chain_getBlockHash', head.number)
      check(found === head.hash, `run ${run}: the node came back with another block ${head.number}`)
    }
    const signer = await createSigner(node.client)
    const taken = createCount()
    // The kill may come while its connection is being opened.
    const loading = load(node.port, signer, taken).catch(() => {})
    // Every second one is killed at its load, however slow the machine is; the others whenever it happens.
    if (run % 2 === 1) await taken.first
    const delay = nextRandom(LATEST_KILL)
    await new Promise((resolve) => setTimeout(resolve, delay))
    await ended(node.child, 'SIGKILL')
    await loading
    node.client.close()

    const store = openLmdbStore(join(folder, 'chains', 'bittensor', 'db'), { statePruning: 64 })
    const found = store.head()
    check(found.number >= head.number, `run ${run}: the chain is shorter than before it`)
    check(found.number >= lastFinal, `run ${run}: block ${lastFinal} was final, but the head is ${found.number}`)
    for (const [number, hash] of announced) {
      check(store.hashOf(number) === hash, `run ${run}: final block ${number} is another one after the kill`)
    }
    for (let number = head.number + 1; number <= found.number; number++) {
      const header = store.header(number)
      check(bytesToHex(blake2_256(header)) === store.hashOf(number), `run ${run}: header ${number} has another hash`)
      check(
        bytesToHex(header.subarray(0, 32)) === store.hashOf(number - 1),
        `run ${run}: block ${number} has no parent`,
      )
      check((store.body(number)?.length ?? 0) >= 1, `run ${run}: block ${number} has no body`)
    }
    const { header: headerAt, recomputeRoot } = store
    const compact = headerAt(found.number)[32] & 3
    const rootAt = 32 + [1, 2, 4][compact]
    const stateRoot = bytesToHex(headerAt(found.number).subarray(rootAt, rootAt + 32))
    check(
      found.number === 0 || stateRoot === recomputeRoot(),
      `run ${run}: the state of block ${found.number} is broken`,
    )
    await store.close()
    totals.blocks += found.number - head.number
    totals.transfers += taken.count
    head = found
    if (run % 10 === 0 || run === runs) {
      console.log(
        `${run} kills: head ${head.number}, ${totals.transfers} transfers taken in, nothing lost (seed ${seed})`,
      )
    }
  }
  // The chain goes on after the last kill.
  const node = await startProgram(FLAGS)
  const next = await new Promise((resolve) =>
    node.client.subscribe('chain_subscribeFinalizedHeads', (header) => {
      if (Number(header.number) > head.number) resolve(header)
    }),
  )
  check(Number(next.number) > head.number, 'the chain does not go on')
  await node.stop()
  check(totals.blocks > 0 && totals.transfers > 0, 'there was no load')
} catch (error) {
  failed = true
  console.error(`FAILED with seed ${seed}; the folder is kept: ${folder}`)
  throw error
} finally {
  if (!failed) rmSync(folder, { recursive: true, force: true })
}
