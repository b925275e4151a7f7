/** JSON-RPC messages against the server's reader, and against whole sessions of a node in memory. */
import { devKeypair } from '@neurite/primitives/keyring'
import { createLogger } from '../../packages/node/src/log/index.ts'
import { decodeMessage, exceedsDepth } from '../../packages/node/src/rpc/decode.ts'
import { RpcError } from '../../packages/node/src/rpc/errors.ts'
import { createMethodTable, type MethodTable } from '../../packages/node/src/rpc/index.ts'
import * as author from '../../packages/node/src/rpc/methods/author.ts'
import * as chain from '../../packages/node/src/rpc/methods/chain.ts'
import * as payment from '../../packages/node/src/rpc/methods/payment.ts'
import * as state from '../../packages/node/src/rpc/methods/state.ts'
import * as subtensor from '../../packages/node/src/rpc/methods/subtensor.ts'
import * as system from '../../packages/node/src/rpc/methods/system.ts'
import {
  asArrayOf,
  asBool,
  asBytes,
  asHash,
  asNumberOrHex,
  asString,
  asU32,
  Params,
} from '../../packages/node/src/rpc/params.ts'
import type { Lane } from '../../packages/node/src/rpc/scheduler.ts'
import { createSession } from '../../packages/node/src/rpc/session.ts'
import { createRpcStats } from '../../packages/node/src/rpc/stats.ts'
import type { NodeContext } from '../../packages/node/src/service/context.ts'
import { startTestNode, transferToBob } from '../../packages/node/src/service/node.fixture.ts'
import type { Node } from '../../packages/node/src/service/node.ts'
import { mutateText } from './mutate.ts'
import { pick, type Random } from './random.ts'
import type { Target } from './run.ts'

const METHODS: MethodTable<NodeContext> = createMethodTable([author, chain, payment, state, subtensor, system])
const NAMES = [...METHODS.keys()]
const ACCOUNT = devKeypair('Bob').address

/** Parameters of which some fit some method. */
function parameter(random: Random, node: Node | undefined): unknown {
  return pick<() => unknown>(random, [
    () => null,
    () => node?.chain.genesisHash ?? `0x${'ab'.repeat(32)}`,
    () => random(3),
    () => `0x${random(70_000).toString(16)}`,
    () => ACCOUNT,
    () => (node === undefined ? '0x00' : transferToBob(node, random(3))),
    () => '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9',
    () => ['0x3a636f6465', '0x00'],
    () => 'Metadata_metadata_versions',
    () => 'SubnetInfoRuntimeApi_get_metagraph',
    () => `0x${'0100'.repeat(random(3))}`,
    () => true,
    () => 2 ** 32 - random(3),
    () => ({ hash: '0x00' }),
  ])()
}

function message(random: Random, node: Node | undefined): string {
  const params = Array.from({ length: random(5) }, () => parameter(random, node))
  const request = {
    jsonrpc: '2.0',
    id: pick<unknown>(random, [1, 'ab12', 0, null, undefined]),
    method: random(12) === 0 ? 'no_such' : pick(random, NAMES),
    params: random(10) === 0 ? undefined : random(8) === 0 ? { key: params[0] } : params,
  }
  const text = JSON.stringify(request)
  return random(8) === 0 ? `[${text},${JSON.stringify({ ...request, id: 'b' })}]` : text
}

const READERS = [asString, asBool, asU32, asNumberOrHex, asBytes, asHash, asArrayOf(asString, 3), asArrayOf(asBytes)]

/** The reader of messages and the readers of parameters. */
const frames: Target = {
  name: 'JSON-RPC frames',
  run(random, whole) {
    const text = whole
      ? message(random, undefined)
      : mutateText(message(random, undefined), message(random, undefined), random)
    exceedsDepth(text, random(200))
    const decoded = decodeMessage(text, { maxBatch: 8 })
    const entries = decoded.kind === 'single' ? [decoded.entry] : decoded.entries
    let taken = false
    for (const entry of entries) {
      if ('error' in entry) {
        if (!(entry.error instanceof RpcError)) throw new Error('an error that is none of JSON-RPC')
        continue
      }
      taken = true
      const params = new Params(entry.request.params)
      for (const [position, read] of READERS.entries()) {
        try {
          params.optional(position % 3, 'key', read as never)
          params.required(position % 3, 'key', read as never)
        } catch (error) {
          if (!(error instanceof RpcError)) throw error
        }
      }
    }
    return taken ? 'taken' : 'refused'
  },
}

/** Whole conversations: every message is answered at most once, in JSON, and the node finds no mistake of its own. */
export async function createSessionTarget(): Promise<{ target: Target; close(): Promise<void> }> {
  const mistakes: string[] = []
  const node = await startTestNode()
  const log = createLogger({ level: 'error', write: (line) => mistakes.push(line), announce: () => {} })
  const stats = createRpcStats()
  const target: Target = {
    name: 'JSON-RPC sessions',
    every: 25,
    async run(random, whole) {
      const running: Promise<void>[] = []
      const lane: Lane = {
        waiting: 0,
        push(job) {
          const result = job()
          if (result !== undefined) running.push(result)
        },
        pause() {},
        resume() {},
        close() {},
      }
      const session = createSession(
        { maxResponse: 1 << 20, maxBatch: 8, maxSubscriptions: 4, callsPerMinute: 0 },
        {
          methods: METHODS,
          context: node.context,
          lane,
          log,
          stats,
          transport: 'ws',
          allowUnsafe: false,
          notify: JSON.parse,
        },
      )
      let answered = false
      for (let left = 1 + random(3); left > 0; left--) {
        const text = whole ? message(random, node) : mutateText(message(random, node), message(random, node), random)
        let answers = 0
        session.receive(text, (answer) => {
          answers++
          if (answer !== undefined) answered = !('error' in JSON.parse(answer))
        })
        await Promise.all(running)
        if (answers > 1) throw new Error(`answered ${answers} times: ${text}`)
        if (mistakes.length > 0) throw new Error(`${mistakes.splice(0).join('\n')}\nafter ${text}`)
      }
      session.close()
      return answered ? 'taken' : 'refused'
    },
  }
  return { target, close: () => node.stop() }
}

export const rpcTargets: readonly Target[] = [frames]
