/** Putting a node together: store, runtime, pool, engine, RPC, metrics; and taking it apart again. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, bytesToUtf8, type Hash, utf8ToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { blake2_256 } from '@neurite/primitives/hash'
import { createTimelockMemo } from '../beacon/memo.ts'
import { createTimelockThread } from '../beacon/thread.ts'
import { createSoloEngine, type Sealing, type SoloEngine } from '../engine/index.ts'
import { describeError, type Logger } from '../log/index.ts'
import { createPool, type Pool, poolLimits } from '../pool/index.ts'
import { checkPort, createMethodTable, type RpcServer, type RpcServerOptions, startRpcServer } from '../rpc/index.ts'
import * as author from '../rpc/methods/author.ts'
import * as chainMethods from '../rpc/methods/chain.ts'
import * as dev from '../rpc/methods/dev.ts'
import * as engineMethods from '../rpc/methods/engine.ts'
import * as neurite from '../rpc/methods/neurite.ts'
import * as payment from '../rpc/methods/payment.ts'
import * as state from '../rpc/methods/state.ts'
import * as subtensor from '../rpc/methods/subtensor.ts'
import * as system from '../rpc/methods/system.ts'
import { createScheduler } from '../rpc/scheduler.ts'
import { createRpcStats } from '../rpc/stats.ts'
import { type ChainStore, openLmdbStore, openMemoryStore } from '../store/index.ts'
import { createVerifier } from '../verify/index.ts'
import { type BeaconChoice, localBeaconOf, startBeacon } from './beacon.ts'
import { type Chain, connectPool, createChain, writeGenesis } from './chain.ts'
import { chainFolder, removeChain } from './chainFolder.ts'
import { migrationsFor, RUNTIME_FACT, readCodeHash } from './codeHash.ts'
import type { NodeContext, PeerSource } from './context.ts'
import { createHost } from './host.ts'
import { startInformant } from './informant.ts'
import { authorityKeys, NETWORK, type NetworkName } from './network.ts'
import { type CompatName, composeRuntime, genesisOf } from './runtime.ts'
import { checkSignature } from './signatures.ts'

export interface NodeOptions {
  readonly chain: NetworkName
  /** Milliseconds of a slot: 250 (the reference's fast-runtime) or 12000. */
  readonly slotMs: number
  readonly sealing: Sealing
  /** Milliseconds from a block to its finality. Default: a quarter of a slot, at most 100. */
  readonly finalityDelayMs?: number | undefined
  readonly compat: CompatName
  /** How neurons join; at a price if absent. */
  readonly registration?: 'price' | 'work' | undefined
  /** Folder of the node; undefined for a temporary one. */
  readonly basePath: string | undefined
  /** Hold everything in memory instead of a folder. */
  readonly inMemory?: boolean
  /** Remove what the folder holds first. */
  readonly fresh?: boolean
  /** Recount all money after every block (the node program does, and stops when it does not add up). */
  readonly audit?: boolean
  readonly statePruning: 'archive' | number
  readonly blocksPruning: 'archive' | number
  readonly name: string
  readonly rpc: Omit<RpcServerOptions, 'port'>
  /** The same node answers on each of these. */
  readonly rpcPorts: readonly number[]
  readonly poolLimit?: number | undefined
  readonly poolKbytes?: number | undefined
  readonly prometheus?: { readonly port: number; readonly external: boolean } | undefined
  /** Refuse to start when the Prometheus port is taken; otherwise the node runs without metrics. */
  readonly prometheusRequired?: boolean
  /** SS58 address that gets 1,000,000 TAO at genesis (`BT_DEFAULT_TOKEN_WALLET`). */
  readonly tokenWallet?: string | undefined
  /** Where pulses come from. Default: nowhere; then nothing that is time-locked opens. */
  readonly beacon?: BeaconChoice | undefined
  /** Accept the signature 0xdeadbeefcdcd… for every account (`--mock-signature-host`). */
  readonly mockSignatures?: boolean
  /** Threads that check signatures. Default: one less than the cores. */
  readonly verifierThreads?: number
}

export interface Node {
  readonly chain: Chain
  readonly pool: Pool
  readonly engine: SoloEngine
  readonly context: NodeContext
  readonly servers: readonly RpcServer[]
  readonly prometheusPort: number | undefined
  /** Ends the engine after the block it is making, the clients, and the store. */
  stop(): Promise<void>
}

export const NODE_NAME = 'Neurite Node'
export const NODE_VERSION = '0.1.0'

const hashOf = (bytes: Uint8Array): Hash => bytesToHex(blake2_256(bytes))

/**
 * Starts a node that makes its blocks alone.
 * @throws NeuriteError `PortInUse`, `OtherNetwork`, or an error of the store.
 */
export async function startNode(options: NodeOptions, log: Logger): Promise<Node> {
  /** Undone in reverse order at the end, or when starting fails half-way. */
  const undo: (() => void | Promise<void>)[] = []
  const unwind = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step()
  }
  try {
    const node = await assemble(options, log, undo)
    let stopping: Promise<void> | undefined
    return {
      ...node,
      stop() {
        stopping ??= unwind()
        return stopping
      },
    }
  } catch (error) {
    await unwind()
    throw error
  }
}

async function assemble(
  options: NodeOptions,
  log: Logger,
  undo: (() => void | Promise<void>)[],
): Promise<Omit<Node, 'stop'>> {
  const verifier = createVerifier(options.verifierThreads === undefined ? {} : { threads: options.verifierThreads })
  undo.push(() => verifier.close())
  const thread = createTimelockThread()
  undo.push(() => thread.close())
  const timelock = createTimelockMemo({ thread })
  const host = createHost({ verifier, acceptMock: options.mockSignatures ?? false, timelock })
  const runtime = composeRuntime(options, host)

  const localBeacon = localBeaconOf(options.beacon, options.slotMs)
  const store = await openStore(options, log, undo)
  undo.push(() => store.close())
  const isNew = await writeGenesis(store, () => genesisOf(runtime, { ...options, beacon: localBeacon?.info }), {
    [RUNTIME_FACT]: readCodeHash(),
  })
  checkNetwork(store, options, isNew)
  const migrations = migrationsFor(store, readCodeHash())
  for (const { what } of migrations) log.info(`The state is migrated with the next block: ${what}`)

  const report = (error: unknown) => log.error(`after a block: ${describeError(error)}`)
  const chain = createChain({ runtime, store, migrations, report })
  const pool = createPool(poolLimits(options.poolLimit, options.poolKbytes), {
    hash: hashOf,
    bestNumber: () => chain.best.number,
    validate: (bytes, source) => runtime.validate(chain.stateAt(chain.best), chain.best, source, bytes),
    verify: (bytes) => checkSignature(chain, host, bytes),
    report,
  })
  undo.push(connectPool(chain, pool, hashOf))

  const engine = createSoloEngine(
    {
      sealing: options.sealing,
      slotMs: options.slotMs,
      authorities: authorityKeys(options.chain),
      finalityDelayMs: options.finalityDelayMs,
    },
    { chain, pool, log },
  )
  const context: NodeContext = {
    chain,
    pool,
    network: NETWORK,
    peers: aloneWith(chain),
    maker: engine,
    name: NODE_NAME,
    version: NODE_VERSION,
    log,
  }
  const stats = createRpcStats()
  const scheduler = createScheduler()
  // Where time makes the blocks, clients may not.
  const onRequest = options.sealing.kind === 'slots' ? [] : [engineMethods]
  const methods = createMethodTable<NodeContext>([
    author,
    chainMethods,
    dev,
    ...onRequest,
    neurite,
    payment,
    state,
    subtensor,
    system,
  ])
  const servers: RpcServer[] = []
  for (const port of options.rpcPorts) {
    const server = await startRpcServer({ ...options.rpc, port }, { methods, context, log, stats, scheduler })
    servers.push(server)
    undo.push(() => server.close())
    log.info(`Running JSON-RPC server: addr=${server.addresses.join(', ')}`)
  }

  const prometheusPort = await startMetrics(options, log, undo, () => ({
    name: options.name,
    version: NODE_VERSION,
    chain: 'bittensor',
    startedAt: Math.floor(performance.timeOrigin / 1000),
    bestNumber: chain.best.number,
    finalizedNumber: chain.finalized.number,
    peers: 0,
    isSyncing: false,
    readyTransactions: pool.ready.count,
    futureTransactions: pool.future.count,
    pool: pool.counters,
    proposer: { blockConstructed: engine.constructed.sample(), transactions: engine.lastTransactions },
    rpc: stats,
  }))

  undo.push(startInformant(chain, log))
  engine.start()
  undo.push(() => engine.stop())
  if (options.beacon) {
    const signer = authorityKeys(options.chain)[0]!
    undo.push(await startBeacon({ choice: options.beacon, local: localBeacon, chain, pool, timelock, signer, log }))
  }
  return { chain, pool, engine, context, servers, prometheusPort }
}

async function openStore(options: NodeOptions, log: Logger, undo: (() => void | Promise<void>)[]): Promise<ChainStore> {
  const pruning = { statePruning: options.statePruning, blocksPruning: options.blocksPruning }
  if (options.inMemory) return openMemoryStore(pruning)
  if (options.basePath === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'neurite-'))
    undo.push(() => rmSync(folder, { recursive: true, force: true }))
    // Nothing of it outlives the process, so nothing has to reach the disk.
    return openLmdbStore(folder, { ...pruning, fsync: false })
  }
  const folder = chainFolder(options.basePath)
  if (options.fresh) {
    for (const port of options.rpcPorts) await checkPort({ ...options.rpc, port })
    removeChain(options.basePath)
  }
  return openLmdbStore(folder, {
    ...pruning,
    overlap: true,
    onProgress: (entries, total) =>
      log.info(
        `Reading the state: ${Math.floor((100 * entries) / total)} % of ${total.toLocaleString('en-US')} entries`,
      ),
  })
}

const NETWORK_FACT = 'network'

/** A store belongs to one network for ever: opened as another one it would disagree with its own blocks. */
function checkNetwork(store: ChainStore, { chain, slotMs, compat, beacon }: NodeOptions, isNew: boolean): void {
  const wanted = `${chain} ${slotMs}ms ${compat}${beacon?.kind === 'local' ? ' local-beacon' : ''}`
  if (isNew) {
    store.setMeta(NETWORK_FACT, utf8ToBytes(wanted))
    return
  }
  const found = store.meta(NETWORK_FACT)
  if (found === undefined || bytesToUtf8(found) === wanted) return
  throw new NeuriteError(
    'OtherNetwork',
    `The base path holds a chain of \`${bytesToUtf8(found)}\`, not \`${wanted}\`.`,
    {
      details: [
        'Expected the same --chain, --block-time, --compat and --beacon as when it was made.',
        'Use another --base-path, or --fresh to start over.',
      ],
    },
  )
}

function aloneWith(chain: Chain): PeerSource {
  return {
    localPeerId: bytesToHex(randomBytes(32)).slice(2),
    listenAddresses: [],
    isAuthority: true,
    shouldHavePeers: false,
    peers: () => [],
    isSyncing: () => false,
    highestBlock: () => chain.best.number,
  }
}

async function startMetrics(
  options: NodeOptions,
  log: Logger,
  undo: (() => void | Promise<void>)[],
  facts: () => import('../metrics/index.ts').NodeFacts,
): Promise<number | undefined> {
  if (options.prometheus === undefined) return undefined
  const { nodeFamilies, startMetricsServer } = await import('../metrics/index.ts')
  try {
    const server = await startMetricsServer(options.prometheus, () => nodeFamilies(facts()))
    undo.push(() => server.close())
    log.info(`〽️ Prometheus exporter started at 127.0.0.1:${server.port}`)
    return server.port
  } catch (error) {
    if (options.prometheusRequired) throw error
    log.warn(error instanceof NeuriteError ? `${error.shortMessage} The node runs without metrics.` : String(error))
    return undefined
  }
}
