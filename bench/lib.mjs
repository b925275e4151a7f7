// What the benches share: a node program, raw WebSocket clients, signed transactions, simple statistics.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { root } from '../scripts/paths.mjs'

export { root }

export const PROGRAM = join(root, 'packages/node/dist/bin/node.js')

/** A module of the built project, such as `primitives/hash`. */
export const built = (path) => import(join(root, 'packages', path.replace('/', '/dist/'), 'index.js'))

/** Deterministic 32-bit generator (mulberry32), from 0 to 1. */
export function createRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The value below which `share` of the values lie (nearest rank). */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Ends a child process and waits for its end. */
export function ended(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill(signal)
  })
}

/** The node program, once it answers. `nodeFlags` are flags of Node.js itself. */
export async function startProgram(flags, { nodeFlags = [] } = {}) {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [...nodeFlags, PROGRAM, ...flags, '--rpc-port', String(port), '--no-prometheus'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-4000)
  })
  const client = await connectWhenUp(port, child, () => errors)
  return {
    child,
    port,
    client,
    lastErrors: () => errors,
    /** Resident memory in bytes, and the part that is not a mapped file. */
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      const kilobytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024
      return { resident: kilobytes('VmRSS'), own: kilobytes('RssAnon') }
    },
    /** Milliseconds of processor time used so far, all threads. */
    cpuMs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
      // Clock ticks are 10 ms wherever Node.js runs on Linux.
      return (Number(fields[11]) + Number(fields[12])) * 10
    },
    async stop() {
      client.close()
      await ended(child)
    },
  }
}

async function connectWhenUp(port, child, errors) {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The node ended with code ${child.exitCode}:\n${errors()}`)
    try {
      return await connect(port)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

/** A JSON-RPC client that does little: benches share the machine with the node. */
export async function connect(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  const waiting = new Map()
  const listeners = new Map()
  let nextId = 1
  socket.on('message', (data) => {
    const message = JSON.parse(data)
    if (message.method !== undefined) {
      listeners.get(message.params.subscription)?.(message.params.result)
      return
    }
    const call = waiting.get(message.id)
    // Frames sent past this client are answered to somebody else.
    if (call === undefined) return
    const { resolve, reject } = call
    waiting.delete(message.id)
    if (message.error === undefined) resolve(message.result)
    else reject(new Error(`${message.error.message} (${message.error.code}): ${message.error.data ?? ''}`))
  })
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('The connection was closed.'))
  })
  const call = (method, ...params) =>
    new Promise((resolve, reject) => {
      const id = nextId++
      waiting.set(id, { resolve, reject })
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    })
  return {
    socket,
    call,
    async subscribe(method, listener, ...params) {
      listeners.set(await call(method, ...params), listener)
    },
    close: () => socket.terminate(),
  }
}

/** Signs calls for the chain that answers at `client`. */
export async function createSigner(client) {
  const { addressOf, encodeExtra, encodeSigned, IMMORTAL, signingPayload } = await built('primitives/extrinsic')
  const { encode } = await built('primitives/scale')
  const { bytesToHex } = await built('primitives/bytes')
  const { createRuntime, runtimeCall, COMPAT_425 } = await import(join(root, 'packages/runtime/dist/index.js'))
  createRuntime({ profile: { fastBlocks: true, compat: COMPAT_425 }, host: { verify: () => true } })
  const genesisHash = await client.call('chain_getBlockHash', 0)
  const { specVersion, transactionVersion } = await client.call('state_getRuntimeVersion')
  const implied = { specVersion, transactionVersion, genesisHash, birthHash: genesisHash }
  return {
    addressOf,
    /** Hex of `call` signed by `keypair`. */
    sign(keypair, call, nonce) {
      const callBytes = encode(runtimeCall, call)
      const extra = encodeExtra({ era: IMMORTAL, nonce, tip: 0n, metadataHashMode: 'Disabled' })
      const signature = { type: 'Sr25519', value: keypair.sign(signingPayload(callBytes, extra, implied)) }
      return bytesToHex(encodeSigned(addressOf(keypair.publicKey), signature, extra, callBytes))
    },
  }
}
