/** A connected chain: typed from our pallets, encoded by the node's own metadata. */
import { bytesToHex, concatBytes, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import { decodePrefix, encode } from '@neurite/primitives/scale'
import { Connection, type ConnectionOptions, type Subscription } from './connection.ts'
import { loadRuntime, type RuntimeInfo } from './runtimeInfo.ts'
import { type ChainEvent, type Included, type SubmitOptions, submitCall } from './submit.ts'
import type { Constants, Query, ReadOptions, RuntimeCall, Tx } from './types.ts'

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
 * Connects to a node and loads its runtime.
 * @example
 * const chain = await connectChain({ url: 'ws://127.0.0.1:9944' })
 * const owner = await chain.query.SubtensorModule.Owner.get([hotkey])
 * await chain.submit(chain.tx.Balances.transfer_keep_alive({ dest, value: 1_000_000_000n }), signer)
 */
export async function connectChain(options: ConnectionOptions = {}): Promise<Chain> {
  const connection = new Connection(options)
  try {
    const [runtime, genesisHash] = await Promise.all([
      loadRuntime(connection),
      connection.request<Hash>('chain_getBlockHash', [0]),
    ])
    return new Chain(connection, runtime, genesisHash)
  } catch (error) {
    connection.close()
    throw error
  }
}

export class Chain {
  readonly connection: Connection
  readonly genesisHash: Hash
  /** The node's runtime when this client connected. */
  runtime: RuntimeInfo
  readonly query: Query
  readonly tx: Tx
  readonly constants: Constants

  constructor(connection: Connection, runtime: RuntimeInfo, genesisHash: Hash) {
    this.connection = connection
    this.runtime = runtime
    this.genesisHash = genesisHash
    this.query = twoLevels((pallet, item) => this.storage(pallet, item)) as Query
    this.tx = twoLevels((pallet, name) => (args: unknown) => ({ pallet, name, args })) as Tx
    this.constants = twoLevels((pallet, name) => this.runtime.constant(pallet, name)) as Constants
  }

  /** Reads of any storage item by name; `query` is the typed form. */
  storage(pallet: string, item: string) {
    const access = this.runtime.storage(pallet, item)
    const read = async (parts: readonly unknown[], options: ReadOptions = {}): Promise<unknown> =>
      access.value(await this.connection.request('state_getStorage', [access.key(parts), ...where(options)]))
    return {
      key: (parts: readonly unknown[] = []) => access.key(parts),
      get: (first?: readonly unknown[] | ReadOptions, second?: ReadOptions) =>
        Array.isArray(first) ? read(first, second) : read([], first as ReadOptions | undefined),
      entries: async (prefix: readonly unknown[] = [], options: ReadOptions = {}) => {
        // One block for all pages, so that the answer is one state.
        const at = options.at ?? (await this.connection.request<string>('chain_getBlockHash'))
        const keys = await this.keys(access.key(prefix), at)
        const values = await this.values(keys, at)
        return keys.map((key) => [access.parseKey(key), access.value(values.get(key))] as const)
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
   * The result of a runtime API, as `chain.call('SwapRuntimeApi', 'current_alpha_price', { netuid: 1 })`.
   * @throws NeuriteError `NoSuchApi`
   */
  async call<T = any>(
    api: string,
    method: string,
    args: Readonly<Record<string, unknown>> = {},
    options: ReadOptions = {},
  ): Promise<T> {
    const { inputs, output } = this.runtime.api(api, method)
    const data = concatBytes(...inputs.map(({ name, codec }) => encode(codec, args[name])))
    const hex = await this.connection.request<string>('state_call', [
      `${api}_${method}`,
      bytesToHex(data),
      ...where(options),
    ])
    return decodePrefix(output, hexToBytes(hex)) as T
  }

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

  /** Calls `onHeader` for every new best block, beginning with the present one. */
  onBlock(onHeader: (header: { readonly number: number; readonly parentHash: Hash }) => void): Promise<Subscription> {
    return this.connection.subscribe('chain_subscribeNewHeads', [], 'chain_unsubscribeNewHeads', (header) =>
      onHeader({ number: Number(header.number), parentHash: header.parentHash }),
    )
  }

  /** Resolves when block `number` is the best one (or is behind it). */
  async waitForBlock(number: number): Promise<void> {
    let reached: () => void = () => {}
    const done = new Promise<void>((resolve) => {
      reached = resolve
    })
    const subscription = await this.onBlock((header) => {
      if (header.number >= number) reached()
    })
    await done
    await subscription.unsubscribe()
  }

  /** Events of the block `at`. */
  async events(at: string): Promise<readonly EventRecord[]> {
    return (await this.storage('System', 'Events').get([], { at })) as readonly EventRecord[]
  }

  submit(call: RuntimeCall, signer: Keypair, options?: SubmitOptions): Promise<Included> {
    return submitCall(this, call, signer, options)
  }

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

/** An object whose properties' properties are made when asked for. */
function twoLevels(make: (first: string, second: string) => unknown): unknown {
  const inner = (first: string): unknown =>
    new Proxy({}, { get: (_target, second) => (typeof second === 'string' ? make(first, second) : undefined) })
  return new Proxy({}, { get: (_target, first) => (typeof first === 'string' ? inner(first) : undefined) })
}
