/** A subnet's neurons in one answer, as lists by UID. */
import type { AccountId, Hash } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { U16_ONE } from '@neurite/primitives/units'
import type { Chain } from '../client/index.ts'

/** Where a neuron serves. */
export interface AxonAddress {
  /** As text: `203.0.113.7` or `2001:db8:0:0:0:0:0:1`. */
  readonly ip: string
  readonly port: number
  /** Both together: `203.0.113.7:8091` or `[2001:db8:0:0:0:0:0:1]:8091`. */
  readonly address: string
  /** Version of the software, as its owner announced it. */
  readonly version: number
  /** Block of the announcement. */
  readonly block: number
}

/** Every list is by UID and has `size` items. */
export interface Metagraph {
  readonly netuid: number
  /** Mechanism of the subnet that incentives and weight blocks are of. */
  readonly mecid: number
  /** Block that everything was read at. */
  readonly block: number
  readonly blockHash: Hash
  readonly name: string
  /** Blocks between epochs. */
  readonly tempo: number
  /** Block of the last epoch. */
  readonly lastEpoch: number
  readonly ownerHotkey: AccountId
  readonly ownerColdkey: AccountId
  /** Number of UIDs in use. */
  readonly size: number

  readonly hotkeys: readonly AccountId[]
  readonly coldkeys: readonly AccountId[]
  /** Undefined for a neuron that announced none. */
  readonly axons: readonly (AxonAddress | undefined)[]
  /** Alpha behind the hotkey, inherited stake included. @unit alpha-rao */
  readonly alphaStake: readonly bigint[]
  /** TAO on the root subnet behind the hotkey, unweighted. @unit rao */
  readonly taoStake: readonly bigint[]
  /** What the neuron votes with: alpha plus weighted TAO. @unit rao */
  readonly totalStake: readonly bigint[]
  /** Share of the miners' pay in the last epoch. @unit 0 to 1 */
  readonly incentive: readonly number[]
  /** Share of the validators' pay in the last epoch. @unit 0 to 1 */
  readonly dividends: readonly number[]
  /** Weight that the stake agrees on. @unit 0 to 1 */
  readonly consensus: readonly number[]
  /** Part of a validator's weights that agrees with the others'. @unit 0 to 1 */
  readonly validatorTrust: readonly number[]
  /** The four above as the chain keeps them. @unit u16 fraction (65535 is all) */
  readonly raw: {
    readonly incentive: readonly number[]
    readonly dividends: readonly number[]
    readonly consensus: readonly number[]
    readonly validatorTrust: readonly number[]
  }
  /** Pay for the last epoch. @unit alpha-rao */
  readonly emission: readonly bigint[]
  /** Block at which the neuron last set weights (or registered). */
  readonly lastUpdate: readonly number[]
  readonly registeredAt: readonly number[]
  /** May set weights that count. */
  readonly validatorPermit: readonly boolean[]
  /** Has set weights within the activity cutoff, as of the last epoch. */
  readonly active: readonly boolean[]
}

export interface ReadMetagraphOptions {
  /** @default 0 */
  readonly mecid?: number
  /** Hash of the block to read at. @default the best block */
  readonly at?: string
}

/**
 * The neurons of subnet `netuid`, all at one block.
 * @example
 * const { hotkeys, incentive } = await readMetagraph(chain, 1)
 * const best = incentive.indexOf(Math.max(...incentive)) // UID of the best-paid miner
 * @throws NeuriteError `NoSuchSubnet`
 */
export async function readMetagraph(
  chain: Chain,
  netuid: number,
  options: ReadMetagraphOptions = {},
): Promise<Metagraph> {
  const mecid = options.mecid ?? 0
  // One block for both reads, or a UID could change hands between them.
  const blockHash = (options.at ?? (await chain.connection.request<string>('chain_getBlockHash'))) as Hash
  const at = { at: blockHash }
  const { SubnetInfoRuntimeApi: api } = chain.api
  const [view, validatorTrust] = await Promise.all([
    mecid === 0 ? api.get_metagraph({ netuid }, at) : api.get_mechagraph({ netuid, mecid }, at),
    chain.query.SubtensorModule.ValidatorTrust.get([netuid], at),
  ])
  if (view === undefined) {
    const what = mecid === 0 ? `subnet \`${netuid}\`` : `mechanism \`${mecid}\` of subnet \`${netuid}\``
    throw new NeuriteError('NoSuchSubnet', `The chain has no ${what}.`, {
      details: ['`chain.query.SubtensorModule.NetworksAdded.entries()` lists the subnets that it has.'],
    })
  }
  const raw = {
    incentive: view.incentives,
    dividends: view.dividends,
    consensus: view.consensus,
    validatorTrust,
  }
  return {
    netuid,
    mecid,
    block: Number(view.block),
    blockHash,
    name: new TextDecoder().decode(view.name),
    tempo: view.tempo,
    lastEpoch: Number(view.last_step),
    ownerHotkey: view.owner_hotkey,
    ownerColdkey: view.owner_coldkey,
    size: view.num_uids,
    hotkeys: view.hotkeys,
    coldkeys: view.coldkeys,
    axons: view.axons.map(axonAddress),
    alphaStake: view.alpha_stake,
    taoStake: view.tao_stake,
    totalStake: view.total_stake,
    incentive: raw.incentive.map(share),
    dividends: raw.dividends.map(share),
    consensus: raw.consensus.map(share),
    validatorTrust: raw.validatorTrust.map(share),
    raw,
    emission: view.emission,
    lastUpdate: view.last_update.map(Number),
    registeredAt: view.block_at_registration.map(Number),
    validatorPermit: view.validator_permit,
    active: view.active,
  }
}

/** 0 to 1 for a u16 fraction. */
const share = (fraction: number): number => fraction / U16_ONE

interface AxonOnChain {
  readonly ip: bigint
  readonly port: number
  readonly ip_type: number
  readonly version: number
  readonly block: bigint
}

/** The announced address as text; undefined when there is none, which the chain keeps as port 0. */
export function axonAddress(axon: AxonOnChain): AxonAddress | undefined {
  const { port, version } = axon
  if (port === 0) return undefined
  const isV4 = axon.ip_type === 4
  const ip = isV4 ? ipV4(axon.ip) : ipV6(axon.ip)
  return { ip, port, address: isV4 ? `${ip}:${port}` : `[${ip}]:${port}`, version, block: Number(axon.block) }
}

function ipV4(ip: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((ip >> shift) & 0xffn)).join('.')
}

function ipV6(ip: bigint): string {
  return Array.from({ length: 8 }, (_, i) => ((ip >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':')
}
