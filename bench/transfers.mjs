#!/usr/bin/env node
// Signed transfers through the whole node: 250 ms blocks, fsync on, one author_submitExtrinsic each over 8 WebSockets,
// from the first byte sent until the last one is in a final, durable block. Beside it what one core verifies with
// @polkadot/wasm-crypto in the same run.
//
//   node bench/transfers.mjs [--accounts 1000] [--each 20] [--sockets 8] [--window 64] [--profile <folder>]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { built, connect, createSigner, startProgram } from './lib.mjs'

/** Verifications a second of sr25519 by @polkadot/wasm-crypto on one core. */
export async function wasmVerifyRate(milliseconds = 1000) {
  const { waitReady, sr25519KeypairFromSeed, sr25519Sign, sr25519Verify } = await import('@polkadot/wasm-crypto')
  await waitReady()
  const pair = sr25519KeypairFromSeed(new Uint8Array(32).fill(7))
  const [secret, publicKey] = [pair.slice(0, 64), pair.slice(64)]
  const messages = Array.from({ length: 64 }, (_, i) => new Uint8Array(110).fill(i))
  const signatures = messages.map((message) => sr25519Sign(publicKey, secret, message))
  let count = 0
  const started = performance.now()
  while (performance.now() - started < milliseconds) {
    if (!sr25519Verify(signatures[count % 64], messages[count % 64], publicKey)) throw new Error('a good one failed')
    count++
  }
  return (count * 1000) / (performance.now() - started)
}

export async function measureTransfers({ accounts = 1000, each = 20, sockets = 8, window = 64, profile } = {}) {
  const verifyRate = await wasmVerifyRate()
  const folder = mkdtempSync(join(tmpdir(), 'neurite-transfers-'))
  const node = await startProgram(
    ['--dev', '--block-time', '250ms', '--base-path', folder, '--state-pruning', '256', '--log', 'warn'],
    { nodeFlags: profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile] },
  )
  try {
    const { keypairFromSeed, devKeypair } = await built('primitives/keyring')
    const { calls: balances } = await built('runtime/pallets/balances')
    const { calls: utility } = await built('runtime/pallets/utility')
    const signer = await createSigner(node.client)
    const keypairs = Array.from({ length: accounts }, (_, i) => {
      const seed = new Uint8Array(32).fill(9)
      new DataView(seed.buffer).setUint32(0, i)
      return keypairFromSeed(seed)
    })
    await fund(node, signer, keypairs, { balances, utility, alice: devKeypair('Alice') })

    const { addressOf } = signer
    /** Frames by socket: an account always speaks through the same one, its nonces in order. */
    const frames = Array.from({ length: sockets }, () => [])
    for (let nonce = 0; nonce < each; nonce++) {
      keypairs.forEach((keypair, i) => {
        const dest = addressOf(keypairs[(i + 1) % accounts].publicKey)
        const hex = signer.sign(keypair, balances.transfer_keep_alive({ dest, value: 1_000_000n }), nonce)
        const list = frames[i % sockets]
        list.push(`{"jsonrpc":"2.0","id":${list.length + 1},"method":"author_submitExtrinsic","params":["${hex}"]}`)
      })
    }
    const clients = await Promise.all(frames.map(() => connect(node.port)))
    const firstBlock = await bestNumber(node.client)
    const allFinal = whenFinal(node, await nonceKeys(keypairs), each)
    const cpuBefore = node.cpuMs()
    const started = performance.now()
    await Promise.all(clients.map((client, i) => pump(client.socket, frames[i], window)))
    const submitted = performance.now() - started
    allFinal.check()
    await allFinal.promise
    const took = performance.now() - started
    const blocks = (await bestNumber(node.client)) - firstBlock
    for (const client of clients) client.close()
    const count = accounts * each
    return {
      count,
      perSecond: (count * 1000) / took,
      submitPerSecond: (count * 1000) / submitted,
      verifyRate,
      ofVerify: (count * 1000) / took / verifyRate,
      blocks,
      nodeCpuMicros: ((node.cpuMs() - cpuBefore) * 1000) / count,
      residentBytes: node.memory().resident,
    }
  } finally {
    await node.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function bestNumber(client) {
  return Number((await client.call('chain_getHeader')).number)
}

async function fund(node, signer, keypairs, { balances, utility, alice }) {
  const PER_BATCH = 200
  let nonce = await node.client.call('system_accountNextIndex', alice.address)
  for (let at = 0; at < keypairs.length; at += PER_BATCH) {
    const calls = keypairs
      .slice(at, at + PER_BATCH)
      .map(({ publicKey }) =>
        balances.transfer_keep_alive({ dest: signer.addressOf(publicKey), value: 100_000_000_000n }),
      )
    await node.client.call('author_submitExtrinsic', signer.sign(alice, utility.batch_all({ calls }), nonce++))
  }
  const last = await nonceKeys([alice])
  const done = whenFinal(node, last, nonce)
  done.check()
  await done.promise
}

async function nonceKeys(keypairs) {
  const { bytesToHex, byteStringToBytes } = await built('primitives/bytes')
  const { storage } = await built('runtime/pallets/system')
  return keypairs.map(({ publicKey }) => bytesToHex(byteStringToBytes(storage.Account.key({ account: publicKey }))))
}

/** From `check()` on, asks at every final block whether all accounts have used `count` nonces. */
function whenFinal(node, keys, count) {
  let checking = false
  let busy = false
  let stop
  const promise = new Promise((resolve, reject) => {
    node.child.once('exit', () => reject(new Error(`The node ended:\n${node.lastErrors()}`)))
    stop = resolve
  })
  const subscribed = node.client.subscribe('chain_subscribeFinalizedHeads', async ({ number }) => {
    if (!checking || busy) return
    const seen = performance.now()
    busy = true
    const hash = await node.client.call('chain_getBlockHash', Number(number))
    const [{ changes }] = await node.client.call('state_queryStorageAt', keys, hash)
    busy = false
    const done = changes.every(
      ([, value]) => value !== null && Buffer.from(value.slice(2, 10), 'hex').readUInt32LE() >= count,
    )
    if (done) {
      checking = false
      stop(seen)
    }
  })
  return {
    promise: Promise.all([promise, subscribed]),
    check() {
      checking = true
    },
  }
}

/** Sends all frames with at most `window` unanswered ones. */
function pump(socket, frames, window) {
  return new Promise((resolve, reject) => {
    let sent = 0
    let answered = 0
    socket.on('message', (data) => {
      if (data.includes('"error"')) reject(new Error(`a transfer was refused: ${data}`))
      answered++
      if (answered === frames.length) resolve()
      else if (sent < frames.length) socket.send(frames[sent++])
    })
    while (sent < Math.min(window, frames.length)) socket.send(frames[sent++])
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { build } = await import('../scripts/build.mjs')
  await build()
  const { values } = parseArgs({
    options: {
      accounts: { type: 'string', default: '1000' },
      each: { type: 'string', default: '20' },
      sockets: { type: 'string', default: '8' },
      window: { type: 'string', default: '64' },
      profile: { type: 'string' },
    },
  })
  const { profile, ...numbers } = values
  const options = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)]))
  console.log(await measureTransfers({ ...options, profile }))
}
