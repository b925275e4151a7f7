/** A node of its own for a test, a WebSocket client for it, and signed transactions. */
import { bytesToHex, type Hash, type Hex } from '@neurite/primitives/bytes'
import { addressOf, encodeExtra, encodeSigned, IMMORTAL, signingPayload } from '@neurite/primitives/extrinsic'
import { devKeypair, type Keypair } from '@neurite/primitives/keyring'
import { encode } from '@neurite/primitives/scale'
import { type RuntimeCall, runtimeCall } from '@neurite/runtime'
import { calls as balances } from '@neurite/runtime/pallets/balances'
import { WebSocket } from 'ws'
import { type Logger, silentLogger } from '../log/index.ts'
import { type Node, type NodeOptions, startNode } from './node.ts'

export const alice = devKeypair('Alice')
export const bob = devKeypair('Bob')

export function startTestNode(options: Partial<NodeOptions> = {}, log: Logger = silentLogger): Promise<Node> {
  return startNode(
    {
      chain: 'dev',
      slotMs: 250,
      sealing: { kind: 'manual' },
      compat: '425',
      basePath: undefined,
      inMemory: options.basePath === undefined,
      statePruning: 'archive',
      blocksPruning: 'archive',
      name: 'test',
      rpc: { cors: 'all' },
      rpcPorts: [0],
      ...options,
    },
    log,
  )
}

export interface Client {
  /** The result of a call; rejects with the error object. */
  call(method: string, ...params: unknown[]): Promise<any>
  /** Subscribes; `next` waits for one more notification. */
  subscribe(method: string, ...params: unknown[]): Promise<{ readonly id: string; next(): Promise<any> }>
  close(): void
}

export async function connect(node: Node): Promise<Client> {
  const ws = new WebSocket(`ws://127.0.0.1:${node.servers[0]!.port}`)
  await new Promise((resolve, reject) => ws.on('open', resolve).on('error', reject))
  let nextId = 0
  const calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  const queues = new Map<string, { received: unknown[]; wanted: ((value: unknown) => void)[] }>()
  const queueOf = (id: string) => {
    const queue = queues.get(id) ?? { received: [], wanted: [] }
    queues.set(id, queue)
    return queue
  }
  ws.on('message', (data) => {
    const message = JSON.parse(data.toString())
    if (message.method !== undefined) {
      const queue = queueOf(message.params.subscription)
      const want = queue.wanted.shift()
      if (want === undefined) queue.received.push(message.params.result)
      else want(message.params.result)
      return
    }
    const call = calls.get(message.id)!
    calls.delete(message.id)
    if (message.error === undefined) call.resolve(message.result)
    else call.reject(message.error)
  })
  const call = (method: string, ...params: unknown[]) =>
    new Promise<any>((resolve, reject) => {
      const id = nextId++
      calls.set(id, { resolve, reject })
      ws.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    })
  return {
    call,
    async subscribe(method, ...params) {
      const id: string = await call(method, ...params)
      const queue = queueOf(id)
      return {
        id,
        next: () =>
          queue.received.length > 0
            ? Promise.resolve(queue.received.shift())
            : new Promise((resolve) => queue.wanted.push(resolve)),
      }
    },
    close: () => ws.terminate(),
  }
}

/** `call` signed by `signer` for the node's chain, without an end of its life. */
export function sign(node: Node, signer: Keypair, call: RuntimeCall, nonce: number, tip = 0n): Uint8Array {
  return signBytes(node, signer, encode(runtimeCall, call), nonce, tip)
}

/** As {@link sign}, for an encoded call, which may be nonsense. */
export function signBytes(node: Node, signer: Keypair, callBytes: Uint8Array, nonce: number, tip = 0n): Uint8Array {
  const { specVersion, transactionVersion } = node.chain.runtime.versionJson
  const extra = encodeExtra({ era: IMMORTAL, nonce, tip, metadataHashMode: 'Disabled' })
  const genesisHash: Hash = node.chain.genesisHash
  const payload = signingPayload(callBytes, extra, {
    specVersion,
    transactionVersion,
    genesisHash,
    birthHash: genesisHash,
  })
  return encodeSigned(addressOf(signer.publicKey), { type: 'Sr25519', value: signer.sign(payload) }, extra, callBytes)
}

/** Alice sends Bob `rao`, as hex. */
export function transferToBob(node: Node, nonce: number, rao = 1_000_000n, tip = 0n): Hex {
  const call = balances.transfer_keep_alive({ dest: addressOf(bob.publicKey), value: rao })
  return bytesToHex(sign(node, alice, call, nonce, tip))
}
