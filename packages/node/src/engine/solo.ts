/**
 * The solo engine: this node alone decides on the blocks, and each is final at once. For development, and for networks
 * that live inside one process.
 */
import type { Hash } from '@neurite/primitives/bytes'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import { describeError, type Logger } from '../log/index.ts'
import { createHistogram, type Histogram } from '../metrics/exposition.ts'
import type { Pool } from '../pool/index.ts'
import { RpcError } from '../rpc/errors.ts'
import type { BlockId, Chain, ImportedBlock } from '../service/chain.ts'
import type { BlockMaker, CreateBlockOptions } from '../service/context.ts'
import { auraSeal, auraSlot, slotOf } from './aura.ts'
import { fillBlock } from './fill.ts'

/**
 * When blocks are made.
 * - `slots`: at each slot of the wall clock, as a network does;
 * - `instant`: as soon as a transaction is ready, and every `everyMs` besides when given;
 * - `interval`: every `everyMs`, whatever the slots are;
 * - `manual`: only when asked for.
 */
export type Sealing =
  | { readonly kind: 'slots' }
  | { readonly kind: 'instant'; readonly everyMs?: number | undefined }
  | { readonly kind: 'interval'; readonly everyMs: number }
  | { readonly kind: 'manual' }

export interface SoloOptions {
  readonly sealing: Sealing
  /** Milliseconds of a slot: the chain's time moves on by at least this with every block. */
  readonly slotMs: number
  /** Keys that take turns as authors, in the order of the authorities on chain. */
  readonly authorities: readonly Keypair[]
  /**
   * Milliseconds from a block to its finality, for blocks the engine makes by itself. A client that is told `inBlock`
   * asks for the block before it reports it, and some (polkadot.js) drop the report when `finalized` overtakes the
   * answer. Default: a slot, at most a second; at most 100 where blocks are made on request, by a developer's own node.
   */
  readonly finalityDelayMs?: number | undefined
}

export interface SoloDependencies {
  readonly chain: Chain
  readonly pool: Pool
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export interface SoloEngine extends BlockMaker {
  start(): void
  /** Resolves when the block being made, if any, is durable. */
  stop(): Promise<void>
  readonly constructed: Histogram
  /** Transactions of the last block, without inherents. */
  readonly lastTransactions: number
}

/** Part of a slot that may be spent on executing transactions; roots and the commit take about half as long again. */
const FILL_PART = 1 / 2
/** Transactions validated again after each block. */
const REVALIDATIONS = 64

export function createSoloEngine(options: SoloOptions, deps: SoloDependencies): SoloEngine {
  const { sealing, slotMs, authorities } = options
  const { chain, pool, log } = deps
  const now = deps.now ?? Date.now
  const finalityDelayMs = options.finalityDelayMs ?? Math.min(sealing.kind === 'slots' ? 1000 : 100, slotMs)
  const constructed = createHistogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
  /** The last piece of exclusive work; the next one starts after it. */
  let tail: Promise<unknown> = Promise.resolve()
  let running = false
  let timer: NodeJS.Timeout | undefined
  const finalityTimers = new Set<NodeJS.Timeout>()
  let stopListening = () => {}
  /** Milliseconds the chain's clock is ahead of the wall clock because somebody travelled in time. */
  let timeOffset = 0
  let lastTransactions = 0

  function exclusive<T>(work: () => T | Promise<T>): Promise<T> {
    const result = tail.then(work)
    tail = result.catch(() => {})
    return result
  }

  async function build(request: CreateBlockOptions): Promise<ImportedBlock> {
    const parent = chain.best
    if (request.parentHash !== undefined && request.parentHash !== parent.hash) {
      throw new RpcError(13_000, 'Block not found', `Blocks are made on the best block only: ${parent.hash}`)
    }
    const slot = nextSlot(request.timestampMs)
    const started = performance.now()
    const block = await buildAndAppend(request, parent, slot)
    constructed.observe((performance.now() - started) / 1000)
    if (request.finalize) chain.finalize(block.hash)
    pool.revalidate(REVALIDATIONS)
    return block
  }

  /**
   * Builds and appends the block of `slot`. Should the runtime fail to finish it, one of its transactions did what the
   * runtime cannot carry: half as many are tried, and one that fails alone is dropped, so that the chain never stops.
   */
  async function buildAndAppend(request: CreateBlockOptions, parent: BlockId, slot: number): Promise<ImportedBlock> {
    const changes = request.extraChanges
    const author = authorities[slot % authorities.length]!
    for (let limit = Number.POSITIVE_INFINITY; ; ) {
      const state = chain.stateAt(parent)
      const builder = chain.startBlock(changes === undefined ? state : overState(state, changes), parent, [
        auraSlot(slot),
      ])
      for (const inherent of builder.inherents({ timestampMs: BigInt(slot * slotMs) })) builder.apply(inherent)
      const { included, invalid } = await fillBlock(builder, pool, {
        deadline: performance.now() + slotMs * FILL_PART,
        limit,
        report: (hash, error) =>
          log.error(`the transaction ${hash} was left out, executing it failed: ${describeError(error)}`),
      })
      if (invalid.length > 0) pool.removeInvalid(invalid)
      if (!request.createEmpty && included.length === 0) {
        throw new RpcError(
          12_000,
          'Transaction pool is empty, set create_empty to true, if you want to create empty blocks',
        )
      }
      try {
        const block = await chain.append(builder, {
          seal: (preHash) => auraSeal(author, preHash),
          ...(changes === undefined ? {} : { extraChanges: changes }),
        })
        lastTransactions = included.length
        return block
      } catch (error) {
        if (!isNeuriteError(error, 'UnfinishableBlock') || included.length === 0) throw error
        log.error(`a block of ${included.length} transactions failed: ${describeError(error.cause)}`)
        if (included.length === 1) pool.removeInvalid(included)
        limit = included.length >> 1
      }
    }
  }

  /** Slot of the next block: now's, but after the parent's. */
  function nextSlot(timestampMs: number | undefined): number {
    const after = slotOf(chain.bestHeader) + 1
    if (timestampMs === undefined) return Math.max(after, Math.floor((now() + timeOffset) / slotMs))
    const slot = Math.floor(timestampMs / slotMs)
    if (slot < after) {
      throw new RpcError(
        15_000,
        `The time ${timestampMs} is not after the parent block's`,
        `Expected at least ${after * slotMs} (milliseconds since 1970)`,
      )
    }
    timeOffset = timestampMs - now()
    return slot
  }

  const createBlock = (request: CreateBlockOptions) =>
    exclusive(() => build(request)).then(({ hash, proofSize }: ImportedBlock): { hash: Hash; proofSize: number } => ({
      hash,
      proofSize,
    }))

  function finalizeLater(hash: Hash): void {
    if (finalityDelayMs === 0) {
      chain.finalize(hash)
      return
    }
    const finality = setTimeout(() => {
      finalityTimers.delete(finality)
      // Somebody may have gone back to an earlier block meanwhile.
      if (chain.numberOf(hash) !== undefined) chain.finalize(hash)
    }, finalityDelayMs)
    finalityTimers.add(finality)
  }

  async function automatic(createEmpty: boolean): Promise<void> {
    try {
      const { hash } = await createBlock({ createEmpty, finalize: false })
      finalizeLater(hash)
    } catch (error) {
      if (error instanceof RpcError && error.rpcCode === 12_000) return
      log.error(`making a block failed: ${describeError(error)}`)
    }
  }

  /** Makes a block now and then at the start of every slot; a slot that has passed meanwhile is left out. */
  function runSlots(): void {
    const tick = async () => {
      await automatic(true)
      if (!running) return
      timer = setTimeout(tick, slotMs - ((now() + timeOffset) % slotMs))
    }
    void tick()
  }

  function runInterval(everyMs: number): void {
    const tick = async () => {
      const started = performance.now()
      await automatic(true)
      if (running) timer = setTimeout(tick, Math.max(0, everyMs - (performance.now() - started)))
    }
    timer = setTimeout(tick, everyMs)
  }

  /** Transactions that become ready in one turn of the event loop share a block. */
  function runInstant(): void {
    let wanted = false
    const make = async () => {
      wanted = false
      const before = chain.best.number
      await automatic(false)
      // What did not fit goes into the next one; a block that could not be made is not tried again by itself.
      if (running && chain.best.number > before && pool.ready.count > 0) want()
    }
    const want = () => {
      if (wanted || !running) return
      wanted = true
      setImmediate(make)
    }
    stopListening = pool.onReady(want)
    if (pool.ready.count > 0) want()
  }

  return {
    createBlock,
    exclusive: (work) => exclusive(work),
    constructed,
    get lastTransactions() {
      return lastTransactions
    },
    start() {
      if (running) throw new NeuriteError('EngineRunning', 'The engine has been started already.')
      running = true
      if (sealing.kind === 'slots') runSlots()
      else if (sealing.kind === 'interval') runInterval(sealing.everyMs)
      else if (sealing.kind === 'instant') {
        runInstant()
        if (sealing.everyMs !== undefined) runInterval(sealing.everyMs)
      }
    },
    async stop() {
      running = false
      clearTimeout(timer)
      for (const finality of finalityTimers) clearTimeout(finality)
      stopListening()
      await tail
    },
  }
}

/** The state with raw changes laid over it. Decoded cells are left out: they know nothing of the changes. */
function overState(
  state: ReturnType<Chain['stateAt']>,
  changes: NonNullable<CreateBlockOptions['extraChanges']>,
): ReturnType<Chain['stateAt']> {
  const { reader } = state
  return {
    reader: {
      get: (key) => (changes.has(key) ? changes.get(key) : reader.get(key)),
      keys: (prefix, after) => {
        const keys = new Set(reader.keys(prefix, after))
        for (const [key, value] of changes) {
          if (!key.startsWith(prefix) || (after !== undefined && key <= after)) continue
          if (value === undefined) keys.delete(key)
          else keys.add(key)
        }
        return [...keys].sort((a, b) => (a < b ? -1 : 1))
      },
    },
  }
}
