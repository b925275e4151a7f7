/** What miners, validators and gateways need of a chain, and nothing more; tests give their own. */
import type { AccountId } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import { type Chain, connectChain } from '@neurite/sdk/client'

export interface Endpoint {
  readonly ip: string
  readonly port: number
}

export interface Neuron {
  readonly uid: number
  readonly hotkey: AccountId
  /** Where it serves; undefined if it announced nothing. */
  readonly axon: Endpoint | undefined
  /** Part of the miners' pay in the last epoch. @unit u16 fraction */
  readonly incentive: number
  readonly validatorPermit: boolean
}

export interface Metagraph {
  readonly block: number
  /** Blocks of one epoch. */
  readonly tempo: number
  /** Smallest version of weights the subnet takes. */
  readonly weightsVersion: bigint
  /** Weights must be committed first and revealed later. */
  readonly commitReveal: boolean
  readonly neurons: readonly Neuron[]
}

export interface ChainView {
  metagraph(netuid: number): Promise<Metagraph>
  /** Sets this key's weights; gives the number of the block at the time. */
  setWeights(netuid: number, uids: readonly number[], weights: readonly number[], version: bigint): Promise<number>
  /** Announces where this key serves. Does nothing when the chain already says so. */
  serveAxon(netuid: number, endpoint: Endpoint, version: number): Promise<void>
  close(): void
}

/** The chain behind a node. Without a key it only reads. */
export async function openChainView(url: string, keypair?: Keypair): Promise<ChainView> {
  return chainViewOf(await connectChain({ url }), keypair)
}

export function chainViewOf(chain: Chain, keypair?: Keypair): ChainView {
  const module = chain.query.SubtensorModule

  function signer(): Keypair {
    if (keypair !== undefined) return keypair
    throw new NeuriteError('NoKey', 'This view of the chain only reads.', {
      details: ['Open it with the keypair that shall sign.'],
    })
  }

  return {
    async metagraph(netuid) {
      // All reads at one block, or a UID could change hands between them.
      const header = await chain.header()
      const at = { at: header.hash }
      const [keys, axons, incentives, permits, tempo, weightsVersion, commitReveal] = await Promise.all([
        module.Keys.entries([netuid], at),
        module.Axons.entries([netuid], at),
        module.Incentive.get([netuid], at),
        module.ValidatorPermit.get([netuid], at),
        module.Tempo.get([netuid], at),
        module.WeightsVersionKey.get([netuid], at),
        module.CommitRevealWeightsEnabled.get([netuid], at),
      ])
      const endpoints = new Map(axons.map(([key, axon]) => [key[1] as AccountId, axon]))
      const neurons = keys
        .map(([key, hotkey]): Neuron => {
          const uid = key[1] as number
          const axon = endpoints.get(hotkey)
          return {
            uid,
            hotkey,
            axon:
              axon === undefined || axon.port === 0
                ? undefined
                : { ip: ipText(axon.ip, axon.ip_type), port: axon.port },
            incentive: incentives[uid] ?? 0,
            validatorPermit: permits[uid] ?? false,
          }
        })
        .sort((a, b) => a.uid - b.uid)
      return { block: header.number, tempo, weightsVersion, commitReveal, neurons }
    },

    async setWeights(netuid, uids, weights, version) {
      const call = chain.tx.SubtensorModule.set_weights({
        netuid,
        dests: [...uids],
        weights: [...weights],
        version_key: version,
      })
      const { blockHash } = await chain.submit(call, signer())
      return (await chain.header(blockHash)).number
    },

    async serveAxon(netuid, { ip, port }, version) {
      const key = signer()
      const held = await module.Axons.get([netuid, key.publicKey])
      if (held !== undefined && ipText(held.ip, held.ip_type) === ip && held.port === port) return
      const call = chain.tx.SubtensorModule.serve_axon({
        netuid,
        version,
        ip: ipNumber(ip),
        port,
        ip_type: 4,
        protocol: 4,
        placeholder1: 0,
        placeholder2: 0,
      })
      await chain.submit(call, key)
    },

    close: () => chain.close(),
  }
}

/** Dotted address of an IPv4 number, coloned groups of an IPv6 one. */
export function ipText(ip: bigint, type: number): string {
  if (type === 4) return [24n, 16n, 8n, 0n].map((shift) => String((ip >> shift) & 0xffn)).join('.')
  return Array.from({ length: 8 }, (_, i) => ((ip >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':')
}

/** @throws NeuriteError `InvalidAddress` */
export function ipNumber(ip: string): bigint {
  const parts = ip.split('.')
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) {
    throw new NeuriteError('InvalidAddress', `Address \`${ip}\` cannot be announced.`, {
      details: ['Expected an IPv4 address such as 203.0.113.7.'],
    })
  }
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
}
