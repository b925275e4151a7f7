/** A miner as a server: answers the asks of a subnet on a signed axon. */
import type { Keypair } from '@neurite/primitives/keyring'
import { type Axon, type AxonLimits, createAxon, type ReplayStore } from '@neurite/sdk/axon'
import type { Miner, Subnet } from '@neurite/sdk/mechanism'
import { minerSynapse } from './synapse.ts'

export interface MinerServerOptions<Ask extends object, Answer> {
  readonly subnet: Subnet<Ask, Answer>
  readonly miner: Miner<Ask, Answer>
  readonly keypair: Keypair
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Answer calls without a signature. @default false */
  readonly allowUnsigned?: boolean
  readonly limits?: AxonLimits
  /** Nonces seen; `openReplayFile` gives one that survives restarts. */
  readonly replay?: ReplayStore
  /** Who goes first when asks wait, by the caller's SS58 address; higher is earlier. @default all alike */
  readonly priorityOf?: (hotkey: string) => number
  /** Why a caller is refused, by its SS58 address; undefined lets it in. @default all may ask */
  readonly refusalOf?: (hotkey: string) => string | undefined
  readonly onError?: (error: unknown) => void
}

export interface MinerServer {
  readonly port: number
  close(): Promise<void>
}

export async function startMinerServer<Ask extends object, Answer>(
  options: MinerServerOptions<Ask, Answer>,
): Promise<MinerServer> {
  const { subnet, miner, keypair, host, onError, replay, priorityOf, refusalOf } = options
  const axon: Axon = createAxon({
    keypair,
    host,
    port: options.port,
    allowUnsigned: options.allowUnsigned ?? false,
    // A body longer than any valid ask is refused by its length. Twice: callers may space and escape as they like.
    limits: { maxBodyBytes: 2 * subnet.ask.maxBytes + 16_384, ...options.limits },
    ...(onError === undefined ? {} : { onError }),
    ...(replay === undefined ? {} : { replay }),
  })
  axon.attach(minerSynapse(subnet), {
    handle: async (ask) => subnet.answer.encode(await miner(ask), 'answer') as Record<string, never>,
    ...(refusalOf === undefined ? {} : { blacklist: ({ dendrite }) => refusalOf(dendrite.hotkey ?? '') }),
    ...(priorityOf === undefined ? {} : { priority: ({ dendrite }) => priorityOf(dendrite.hotkey ?? '') }),
  })
  const port = await axon.listen()
  return { port, close: () => axon.close(0.2) }
}
