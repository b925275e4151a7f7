/** The node's beacon: which one its genesis names, and the feed that brings its pulses onto the chain. */
import type { Keypair } from '@neurite/primitives/keyring'
import { Overlay } from '@neurite/runtime/frame'
import { storage as drand } from '@neurite/runtime/pallets/drand'
import { createBeaconClient } from '../beacon/client.ts'
import { createBeaconFeed } from '../beacon/feed.ts'
import { createLocalBeacon, LOCAL_SEED, type LocalBeacon } from '../beacon/local.ts'
import type { TimelockMemo } from '../beacon/memo.ts'
import { startBeaconServer } from '../beacon/server.ts'
import type { PulseSource } from '../beacon/source.ts'
import type { Logger } from '../log/index.ts'
import type { Pool } from '../pool/index.ts'
import type { Chain } from './chain.ts'

export type BeaconChoice =
  /** One of our own in this process, whose key goes into genesis; served to others on `port` if there is one. */
  | { readonly kind: 'local'; readonly port?: number | undefined }
  /** Servers of the beacon that the chain names. */
  | { readonly kind: 'servers'; readonly endpoints: readonly string[] }

/** The local beacon of a network; undefined for any other. Fast networks get a round every second. */
export function localBeaconOf(choice: BeaconChoice | undefined, slotMs: number): LocalBeacon | undefined {
  if (choice?.kind !== 'local') return undefined
  return createLocalBeacon({ seed: LOCAL_SEED, period: slotMs < 1000 ? 1 : 3 })
}

export interface BeaconDependencies {
  readonly choice: BeaconChoice
  readonly local: LocalBeacon | undefined
  readonly chain: Chain
  readonly pool: Pool
  readonly timelock: TimelockMemo
  readonly signer: Keypair
  readonly log: Logger
}

/** Starts the feed, and the server if one is asked for; returns what stops both. */
export async function startBeacon({ choice, local, ...rest }: BeaconDependencies): Promise<() => Promise<void>> {
  const source = local ?? serversOf(choice, rest.chain)
  const port = choice.kind === 'local' ? choice.port : undefined
  const server = local !== undefined && port !== undefined ? await startBeaconServer(local, port) : undefined
  if (server) rest.log.info(`Running the local beacon at ${server.url}`)
  const feed = createBeaconFeed({ ...rest, source })
  feed.start()
  return async () => {
    await feed.stop()
    await server?.close()
  }
}

function serversOf(choice: BeaconChoice, chain: Chain): PulseSource {
  const overlay = new Overlay(chain.stateAt(chain.best).reader)
  const ctx = chain.runtime.contextOn(overlay, BigInt(chain.best.number), chain.best.hash)
  const endpoints = choice.kind === 'servers' ? choice.endpoints : []
  return createBeaconClient({ endpoints, hash: drand.BeaconConfig.get(ctx).hash })
}
