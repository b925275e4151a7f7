/** Who takes part in the network that `neurite up` starts, and under which keys. */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { devKeypair, type Keypair, keypairFromSuri } from '@neurite/primitives/keyring'
import { RAO_PER_TAO } from '@neurite/primitives/units'

export type Quality = 'good' | 'ok' | 'bad' | 'memoriser'

export interface MinerPlan {
  readonly name: string
  readonly quality: Quality
  readonly suri: string
  readonly key: Keypair
  readonly port: number
}

export interface ValidatorPlan {
  readonly name: string
  readonly suri: string
  readonly key: Keypair
  /** Rao staked on the subnet. */
  readonly stake: bigint
}

export interface Plan {
  readonly basePath: string
  readonly seed: number
  readonly rpcPort: number
  readonly gatewayPort: number
  readonly blockMs: number
  /** Blocks between epochs of the subnet. */
  readonly tempo: number
  /** Owns the subnet and is sudo. */
  readonly owner: Keypair
  readonly ownerHotkey: Keypair
  /** Coldkey of all validators, and of all miners. */
  readonly validatorColdkey: Keypair
  readonly minerColdkey: Keypair
  readonly miners: readonly MinerPlan[]
  readonly validators: readonly ValidatorPlan[]
  readonly gatewaySuri: string
}

export interface PlanOptions {
  readonly basePath: string
  readonly rpcPort: number
  readonly gatewayPort: number
  readonly minerPort: number
  /** Decides which miner runs which model, under which key and port. */
  readonly seed: number
  readonly memoriser: boolean
}

/** Models of the miners; each quality twice, so that chance does not look like merit. */
const QUALITIES: readonly Quality[] = ['good', 'good', 'ok', 'ok', 'bad', 'bad']
/** TAO that each validator stakes. */
const STAKES = [300n, 200n, 100n]

export function createPlan(options: PlanOptions): Plan {
  const qualities = options.memoriser ? [...QUALITIES, 'memoriser' as const] : QUALITIES
  const shuffled = shuffle(qualities, options.seed)
  return {
    basePath: options.basePath,
    seed: options.seed,
    rpcPort: options.rpcPort,
    gatewayPort: options.gatewayPort,
    blockMs: 250,
    tempo: 40,
    owner: devKeypair('Alice'),
    ownerHotkey: keypairFromSuri('//Alice//embed'),
    validatorColdkey: devKeypair('Bob'),
    minerColdkey: devKeypair('Charlie'),
    miners: shuffled.map((quality, i) => {
      const suri = `//Charlie//miner//${i + 1}`
      return { name: `miner ${i + 1}`, quality, suri, key: keypairFromSuri(suri), port: options.minerPort + i }
    }),
    validators: STAKES.map((stake, i) => {
      const suri = `//Bob//validator//${i + 1}`
      return { name: `validator ${i + 1}`, suri, key: keypairFromSuri(suri), stake: stake * RAO_PER_TAO }
    }),
    gatewaySuri: '//Bob//gateway',
  }
}

/** Fisher and Yates, drawn from a hash of the seed: the same seed, the same order on every machine. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const out = [...items]
  const draws = createHash('sha512').update(`neurite up ${seed}`).digest()
  for (let i = out.length - 1; i > 0; i--) {
    const j = draws.readUInt32LE(4 * (i % 16)) % (i + 1)
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}

export function logFile(plan: Plan, name: string): string {
  return join(plan.basePath, 'logs', `${name.replace(/\W+/g, '-')}.log`)
}
