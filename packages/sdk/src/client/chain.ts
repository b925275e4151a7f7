/** A connected chain: typed from our pallets, encoded by the node's own metadata. */
import { bytesToHex, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import { decodePrefix } from '@neurite/primitives/scale'
import { Connection, type ConnectionOptions, type Subscription } from './connection.ts'
import { loadRuntime, type RuntimeInfo } from './runtimeInfo.ts'
import { type ChainEvent, type Included, type SubmitOptions, submitCall } from './submit.ts'
import type { Api, Constants, Query, ReadOptions, RuntimeCall, Tx } from './types.ts'

export interface BlockHeader {
  readonly number: number
  readonly hash: Hash
  readonly parentHash: Hash
  readonly stateRoot: Hash
}

export interface EventRecord {
  readonly phase: { readonly type: string; readonly value?: number }
  readonly event: ChainEvent
}

/** Keys that one request for a page of them asks for. */
const PAGE = 500

/**
 * A client of the node at `options.url`, with its runtime loaded. It connects again by itself until it is closed.
 * @example
 * const chain = await connectChain({ url: 'ws://127.0.0.1:9944' })
 * const owner = await chain.query.SubtensorModule.Owner.get([hotkey])
 * const call = chain.tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: account }, value: 1_000_000_000n })
 * const { fee } = await chain.submit(call, signer) // in rao
 * chain.close()
 * @throws NeuriteError `NotReachable`, `InvalidUrl`, `BadResponse`
 */
export async function connectChain(options: ConnectionOptions = {}): Promise<Chain> {
  const connection = new Connection(options)
  try {
    const [runtime, genesisHash] = await Promise.all([
      loadRuntime(connection),
      connection.request<Hash>('chain_getBlockHash', [0]),
    ])
    const chain = new Chain(connection, runtime, genesisHash)
    await chain.followRuntime()
    return chain
  } catch (error) {
    connection.close()
    throw error
  }
}

export class Chain {
  readonly connection: Connection
  readonly genesisHash: Hash
  /** The node's runtime; another one after an upgrade of the chain. */
  runtime: RuntimeInfo
  readonly query: Query
  readonly tx: Tx
  readonly constants: Constants
  readonly api: Api

  constructor(connection: Connection, runtime: RuntimeInfo, genesisHash: Hash) {
    this.connection = connection
    this.runtime = runtime
    this.genesisHash = genesisHash
    this.query = twoLevels((pallet, item) => this.storage(pallet, item)) as Query
    this.tx = twoLevels((pallet, name) => (args: unknown) => ({ pallet, name, args })) as Tx
    this.constants = twoLevels((pallet, name) => this.runtime.constant(pallet, name)) as Constants
    this.api = twoLevels(
      (api, method) =>
        (args: Readonly<Record<string, unknown>> = {}, options: ReadOptions = {}) =>
          this.call(api, method, args, options),
    ) as Api
  }

  /**
   * Loads the runtime anew whenever the node's changes. Each connection begins with such a notice, so it is also the
   * place to see that the node still serves the same chain.
   */
  async followRuntime(): Promise<void> {
    await this.connection.subscribe('state_subscribeRuntimeVersion', [], 'state_unsubscribeRuntimeVersion', (version) =>
      this.meetRuntime(version).catch((error: NeuriteError) => {
        // No answer in time: the connection is down, and the next one begins with a notice again.
        if (!isNeuriteError(error, 'RequestTimeout')) this.connection.end(error)
      }),
    )
  }

  private async meetRuntime(version: { specVersion: number; transactionVersion: number }): Promise<void> {
    const genesisHash = await this.connection.request<Hash>('chain_getBlockHash', [0])
    if (genesisHash !== this.genesisHash) {
      throw new NeuriteError('OtherChain', `The node at \`${this.connection.url}\` now serves another chain.`, {
        details: [`Expected genesis \`${this.genesisHash}\`, it has \`${genesisHash}\`.`, 'Connect anew.'],
      })
    }
    const { runtime } = this
    if (version.specVersion === runtime.specVersion && version.transactionVersion === runtime.transactionVersion) return
    this.runtime = await loadRuntime(this.connection)
  }

  /** Reads of any storage item by name; `query` is the typed form. @throws NeuriteError `NoSuchStorage` */
  storage(pallet: string, item: string) {
    // Looked up at each use: what is kept of this outlives an upgrade of the runtime.
    const access = () => this.runtime.storage(pallet, item)
    access()
    const read = async (parts: readonly unknown[], options: ReadOptions = {}): Promise<unknown> => {
      const hex = await this.connection.request('state_getStorage', [access().wholeKey(parts), ...where(options)])
      return access().value(hex)
    }
    return {
      key: (parts: readonly unknown[] = []) => access().key(parts),
      get: (first?: readonly unknown[] | ReadOptions, second?: ReadOptions) =>
        Array.isArray(first) ? read(first, second) : read([], first as ReadOptions | undefined),
      entries: async (prefix: readonly unknown[] = [], options: ReadOptions = {}) => {
        // One block for all pages, so that the answer is one state.
        const at = options.at ?? (await this.connection.request<string>('chain_getBlockHash'))
        const keys = await this.keys(access().key(prefix), at)
        const values = await this.values(keys, at)
        const found = access()
        return keys.map((key) => [found.parseKey(key), found.value(values.get(key))] as const)
      },
    }
  }

  private async keys(prefix: string, at: string): Promise<string[]> {
    const out: string[] = []
    for (;;) {
      const page = await this.connection.request<string[]>('state_getKeysPaged', [
        prefix,
        PAGE,
        out.at(-1) ?? prefix,
        at,
      ])
      out.push(...page)
      if (page.length < PAGE) return out
    }
  }

  private async values(keys: readonly string[], at: string): Promise<Map<string, string | null>> {
    const out = new Map<string, string | null>()
    for (let i = 0; i < keys.length; i += PAGE) {
      const [answer] = await this.connection.request<{ changes: [string, string | null][] }[]>('state_queryStorageAt', [
        keys.slice(i, i + PAGE),
        at,
      ])
      for (const [key, value] of answer?.changes ?? []) out.set(key, value)
    }
    return out
  }

  /**
   * The result of a runtime API, as `chain.call('SwapRuntimeApi', 'current_alpha_price', { netuid: 1 })`; `api` is the
   * typed form.
   * @throws NeuriteError `NoSuchApi`, `BadArguments`
   */
  async call<T = any>(
    api: string,
    method: string,
    args: Readonly<Record<string, unknown>> = {},
    options: ReadOptions = {},
  ): Promise<T> {
    const data = this.runtime.encodeApiCall(api, method, args)
    const { output } = this.runtime.api(api, method)
    const request = [`${api}_${method}`, bytesToHex(data), ...where(options)]
    return decodePrefix(output, hexToBytes(await this.connection.request<string>('state_call', request))) as T
  }

  /** Header of the block `hash`. @default the best block */
  async header(hash?: string): Promise<BlockHeader> {
    const at = hash ?? (await this.connection.request<string>('chain_getBlockHash'))
    const header = await this.connection.request('chain_getHeader', [at])
    if (!header) throw new NeuriteError('NoSuchBlock', `The node knows no block \`${at}\`.`)
    return headerOf(header, at as Hash)
  }

  /** Number of the best block. */
  async blockNumber(): Promise<number> {
    const header = await this.connection.request('chain_getHeader')
    return Number(header.number)
  }

  /**
   * Calls `onHeader` for every new best block, beginning with the present one. After a reconnection it begins again with
   * the then present one: blocks in between are not told. `onLost` is told when it cannot go on.
   */
  onBlock(
    onHeader: (header: { readonly number: number; readonly parentHash: Hash }) => void,
    onLost?: (error: NeuriteError) => void,
  ): Promise<Subscription> {
    const onMessage = (header: any): void => onHeader({ number: Number(header.number), parentHash: header.parentHash })
    return this.connection.subscribe('chain_subscribeNewHeads', [], 'chain_unsubscribeNewHeads', onMessage, onLost)
  }

  /**
   * Resolves when block `number` is the best one (or is behind it).
   * @throws NeuriteError `ConnectionClosed` when the client is closed before
   */
  async waitForBlock(number: number): Promise<void> {
    let reached: () => void = () => {}
    let failed: (error: NeuriteError) => void = () => {}
    const done = new Promise<void>((resolve, reject) => {
      reached = resolve
      failed = reject
    })
    // It may fail before anybody waits for it.
    done.catch(() => undefined)
    const subscription = await this.onBlock((header) => header.number >= number && reached(), failed)
    try {
      await done
    } finally {
      await subscription.unsubscribe()
    }
  }

  /** Events of the block `at`. */
  async events(at: string): Promise<readonly EventRecord[]> {
    return (await this.storage('System', 'Events').get([], { at })) as readonly EventRecord[]
  }

  /**
   * Signs and sends `call`, and waits until a block includes it (or as `options.wait` says).
   * @throws CallFailed, RpcError; see {@link submitCall}
   */
  submit(call: RuntimeCall, signer: Keypair, options?: SubmitOptions): Promise<Included> {
    return submitCall(this, call, signer, options)
  }

  /** Ends the connection; what is under way fails with `ConnectionClosed`. */
  close(): void {
    this.connection.close()
  }
}

function where(options: ReadOptions): string[] {
  return options.at === undefined ? [] : [options.at]
}

function headerOf(header: any, hash: Hash): BlockHeader {
  return { number: Number(header.number), hash, parentHash: header.parentHash, stateRoot: header.stateRoot }
}

/** Asked for by `await` and by JSON, and the name of nothing on a chain. */
const NOT_ON_CHAIN: ReadonlySet<string> = new Set(['then', 'toJSON'])

/** An object whose properties' properties are made when asked for. */
function twoLevels(make: (first: string, second: string) => unknown): unknown {
  const lookup = (of: (name: string) => unknown): unknown =>
    new Proxy(
      {},
      { get: (_target, name) => (typeof name === 'string' && !NOT_ON_CHAIN.has(name) ? of(name) : undefined) },
    )
  return lookup((first) => lookup((second) => make(first, second)))
}
