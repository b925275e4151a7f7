/** Rounds of a subnet inside one process: real task, judge, wire coding, score and pay; only the network is missing. */
import type { AccountId } from '@neurite/primitives/bytes'
import { bytesToHex, utf8ToBytes } from '@neurite/primitives/bytes'
import { sha256 } from '@neurite/primitives/hash'
import type { Miner, MinerEnvironment, Subnet } from './define.ts'
import { emptyLedger, type Ledger, record, type Standing, standings } from './ledger.ts'
import type { Round, Target, Transport } from './round.ts'
import { runRound } from './round.ts'
import type { Json } from './schema.ts'

/** Answers as JSON, so that adversaries can send what no schema allows. */
export type RawMiner = (ask: Json, askedBy: { readonly round: number }) => unknown | Promise<unknown>

export interface SimulatedMiner {
  readonly name: string
  readonly answer: RawMiner
  /** Virtual milliseconds for an answer (default 1). */
  readonly serviceMs?: number
}

export interface Simulation {
  readonly ledger: Ledger
  readonly standings: readonly (Standing & { readonly name: string })[]
  readonly lastRound: Round<SimulatedTarget>
}

interface SimulatedTarget extends Target {
  readonly miner: SimulatedMiner
}

/** A miner behind the subnet's wire types, as a server would run it. */
export function wired<Ask, Answer>(subnet: Subnet<Ask, Answer>, miner: Miner<Ask, Answer>): RawMiner {
  return async (ask) => subnet.answer.encode(await miner(subnet.ask.decode(ask, 'ask')), 'answer')
}

/** Reference miners of a subnet, prepared: those named, or all that the formula compares with. */
export async function prepareMiners(
  subnet: Subnet,
  environment: MinerEnvironment,
  names: readonly string[] = subnet.bases,
): Promise<Record<string, Miner<any, any>>> {
  const made = names.map(
    async (name): Promise<[string, Miner<any, any>]> => [name, await subnet.miners[name]!.create(environment)],
  )
  return Object.fromEntries(await Promise.all(made))
}

export async function simulate(
  subnet: Subnet,
  options: {
    readonly miners: readonly SimulatedMiner[]
    readonly rounds: number
    readonly seed: string
    readonly bases?: Readonly<Record<string, Miner<any, any>>>
  },
): Promise<Simulation> {
  const bases = options.bases ?? (await prepareMiners(subnet, { seed: 'base' }))
  const targets = options.miners.map((miner, uid): SimulatedTarget => ({ uid, hotkey: hotkeyOf(miner.name), miner }))
  let ledger = emptyLedger
  let lastRound: Round<SimulatedTarget> | undefined
  for (let round = 0; round < options.rounds; round++) {
    const transport: Transport<SimulatedTarget> = async ({ miner }, ask) => {
      // Through text, as on a real wire: nothing but JSON gets across.
      const text = JSON.stringify(await miner.answer(JSON.parse(JSON.stringify(ask)), { round }))
      return { answer: JSON.parse(text), bytes: text.length, serviceMs: miner.serviceMs ?? 1 }
    }
    lastRound = await runRound(subnet, { seed: `${options.seed}/${round}`, block: round, targets, transport, bases })
    ledger = record(subnet, ledger, lastRound)
  }
  const found = standings(subnet, ledger, targets)
  return {
    ledger,
    standings: found.map((standing, i) => ({ ...standing, name: options.miners[i]!.name })),
    lastRound: lastRound!,
  }
}

const hotkeyOf = (name: string): AccountId => bytesToHex(sha256(utf8ToBytes(`simulated/${name}`)))
