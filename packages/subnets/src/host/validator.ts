/**
 * A validator of one subnet: rounds, memory on disk, weights once per epoch. Everything it learns in a round is saved
 * before it is told to anybody.
 */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Keypair } from '@neurite/primitives/keyring'
import {
  type Ledger,
  type Miner,
  type Outcome,
  record,
  runRound,
  type Standing,
  type Subnet,
  standings,
} from '@neurite/sdk/mechanism'
import { type Caller, createCaller } from './caller.ts'
import type { ChainView, Neuron } from './chainView.ts'
import { loadLedger, saveLedger } from './ledgerFile.ts'

export interface ValidatorOptions {
  readonly subnet: Subnet
  readonly netuid: number
  readonly keypair: Keypair
  readonly chain: ChainView
  /** Reference miners the score compares with. */
  readonly bases: Readonly<Record<string, Miner<any, any>>>
  /** File of the memory. */
  readonly ledgerPath: string
  /** Secret of this validator: whoever knows it can foresee the tasks. */
  readonly seed: string
}

export interface RoundReport {
  readonly block: number
  /** Rounds this validator has made in its life. */
  readonly round: number
  readonly outcomes: readonly Outcome<Neuron>[]
  readonly standings: readonly Standing[]
}

export interface WeightsReport {
  readonly block: number
  readonly uids: readonly number[]
  readonly values: readonly number[]
}

export interface Validator {
  readonly uid: () => number | undefined
  /** Asks every serving miner one task; undefined when nobody serves. */
  round(): Promise<RoundReport | undefined>
  /** Sets weights if an epoch has passed since the last time and anybody earned something; else undefined. */
  submit(): Promise<WeightsReport | undefined>
  close(): void
}

/** Weights go out this often within an epoch, so that one lost submission does not cost the epoch. */
const SUBMISSIONS_PER_EPOCH = 2
/** After a failure the next try comes this often within an epoch: soon, but not in every round. */
const TRIES_PER_EPOCH = 8

export function createValidator(options: ValidatorOptions): Validator {
  const { subnet, netuid, keypair, chain, bases, ledgerPath } = options
  const caller: Caller = createCaller(subnet, keypair)
  let ledger: Ledger = loadLedger(ledgerPath, subnet)
  let nextSubmission = 0
  let uid: number | undefined
  let miners: readonly Neuron[] = []

  const others = (neurons: readonly Neuron[]) => neurons.filter(({ hotkey }) => hotkey !== keypair.publicKey)

  return {
    uid: () => uid,

    async round() {
      const { block, neurons } = await chain.metagraph(netuid)
      uid = neurons.find(({ hotkey }) => hotkey === keypair.publicKey)?.uid
      // Whoever announced an address is asked. One that disappeared is asked on, and so forgotten as it deserves.
      miners = others(neurons).filter(({ axon }) => axon !== undefined)
      if (miners.length === 0) return undefined
      const round = await runRound(subnet, {
        // The count goes on over restarts, so no task comes twice.
        seed: `${options.seed}/${netuid}/${ledger.rounds}`,
        block,
        targets: miners,
        bases,
        transport: (neuron, ask, { deadlineMs }) => caller.ask(neuron, ask, { deadlineMs }),
      })
      ledger = record(subnet, ledger, round)
      saveLedger(ledgerPath, ledger, subnet)
      return {
        block,
        round: ledger.rounds,
        outcomes: round.outcomes,
        standings: standings(subnet, ledger, miners),
      }
    },

    async submit() {
      if (ledger.rounds === 0) return undefined
      const { block, tempo, weightsVersion, neurons } = await chain.metagraph(netuid)
      if (block < nextSubmission) return undefined
      const paid = standings(subnet, ledger, others(neurons)).filter(({ weight }) => weight > 0)
      if (paid.length === 0) return undefined
      const uids = paid.map((standing) => standing.uid)
      const values = paid.map(({ weight }) => weight)
      const version = weightsVersion > BigInt(subnet.version) ? weightsVersion : BigInt(subnet.version)
      nextSubmission = block + Math.max(1, Math.floor(tempo / TRIES_PER_EPOCH))
      const included = await chain.setWeights(netuid, uids, values, version)
      nextSubmission = included + Math.max(1, Math.floor(tempo / SUBMISSIONS_PER_EPOCH))
      return { block: included, uids, values }
    },

    close: () => caller.close(),
  }
}

/** Name of the memory file of a validator. */
export function ledgerName(subnet: Pick<Subnet, 'name'>, netuid: number, hotkey: AccountId): string {
  return `validator-${subnet.name}-${netuid}-${hotkey.slice(2, 18)}.json`
}
