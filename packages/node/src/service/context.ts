/** What the method modules work with. */
import type { Logger } from '../log/index.ts'
import type { Pool } from '../pool/index.ts'
import type { Chain } from './chain.ts'

/** Facts of the network that are no part of the state. */
export interface NetworkInfo {
  /** Name for people (`system_chain`). */
  readonly chainName: string
  readonly chainType: 'Development' | 'Local' | 'Live'
  readonly properties: Readonly<Record<string, unknown>>
}

export interface PeerInfo {
  readonly peerId: string
  readonly roles: 'FULL' | 'AUTHORITY'
  readonly bestHash: string
  readonly bestNumber: number
}

/** Who the node is connected with. A solo node has nobody. */
export interface PeerSource {
  readonly localPeerId: string
  readonly listenAddresses: readonly string[]
  readonly isAuthority: boolean
  readonly shouldHavePeers: boolean
  peers(): readonly PeerInfo[]
  isSyncing(): boolean
  /** Highest block any peer is known to have. */
  highestBlock(): number
}

/** A node whose blocks a caller may ask for. Consensus engines that decide together have none of this. */
export interface BlockMaker {
  /** @throws RpcError when no block can be made. */
  createBlock(options: CreateBlockOptions): Promise<{ readonly hash: `0x${string}`; readonly proofSize: number }>
  /** Runs `work` while no block is being made. */
  exclusive<T>(work: () => T): Promise<T>
}

export interface CreateBlockOptions {
  /** False refuses to make a block without transactions. */
  readonly createEmpty: boolean
  readonly finalize: boolean
  /** Must be the best block, if given. */
  readonly parentHash?: `0x${string}` | undefined
  /** Milliseconds since 1970; must be after the parent's. */
  readonly timestampMs?: number | undefined
  /** Raw changes to the state made before the block. */
  readonly extraChanges?: ReadonlyMap<string, Uint8Array | undefined> | undefined
}

export interface NodeContext {
  readonly chain: Chain
  readonly pool: Pool
  readonly network: NetworkInfo
  readonly peers: PeerSource
  /** Undefined when blocks are not made on request. */
  readonly maker: BlockMaker | undefined
  /** Implementation name and version (`system_name`, `system_version`). */
  readonly name: string
  readonly version: string
  readonly log: Logger
}
