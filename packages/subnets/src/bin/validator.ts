#!/usr/bin/env node
/** A validator of a built-in subnet: a round every few seconds, weights every epoch. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { NeuriteError } from '@neurite/primitives/errors'
import { keypairFromSuri } from '@neurite/primitives/keyring'
import { fromQ, prepareMiners } from '@neurite/sdk/mechanism'
import { z } from 'zod'
import {
  commonConfig,
  createValidator,
  ledgerName,
  log,
  openChainView,
  pause,
  persist,
  readConfig,
  runProgram,
  say,
  textOf,
} from '../host/index.ts'
import { SUBNETS } from '../index.ts'

const config = z.object({
  ...commonConfig,
  subnet: z.string(),
  /** Milliseconds from the start of one round to the next. */
  roundMs: z.int().min(50).default(3_000),
  /** Makes the tasks repeatable, and so foreseeable: for tests. By default a new secret at every start. */
  seed: z.string().optional(),
})

const rounded = (value: number) => Math.round(value * 10_000) / 10_000

runProgram(async (stopped) => {
  const options = readConfig(config)
  const subnet = SUBNETS[options.subnet]
  if (subnet === undefined) {
    throw new NeuriteError('InvalidConfig', `There is no subnet \`${options.subnet}\`.`, {
      details: [`Expected one of ${Object.keys(SUBNETS).join(', ')}.`],
    })
  }
  const keypair = keypairFromSuri(options.hotkey)
  const bases = await prepareMiners(subnet, { seed: 'base', cacheDir: join(options.data, 'models') })
  const chain = await persist('connecting to the chain', () => openChainView(options.chain, keypair), stopped)
  if (chain === undefined) return undefined
  const validator = createValidator({
    subnet,
    netuid: options.netuid,
    keypair,
    chain,
    bases,
    ledgerPath: join(options.data, ledgerName(subnet, options.netuid, keypair.publicKey)),
    seed: options.seed ?? randomBytes(16).toString('hex'),
  })

  const { neurons } = await chain.metagraph(options.netuid)
  const own = neurons.find(({ hotkey }) => hotkey === keypair.publicKey)
  say({ type: 'ready', uid: own?.uid ?? null, policy: subnet.policyHash })

  const loop = async (): Promise<void> => {
    while (!stopped.aborted) {
      const started = performance.now()
      try {
        const report = await validator.round()
        if (report !== undefined && !stopped.aborted) {
          const standing = new Map(report.standings.map((entry) => [entry.uid, entry]))
          say({
            type: 'round',
            block: report.block,
            round: report.round,
            scores: report.outcomes.map(({ target, status, reason, score, serviceMs, metrics }) => ({
              uid: target.uid,
              score: rounded(fromQ(score)),
              ms: serviceMs === undefined ? null : Math.round(serviceMs),
              valid: status === 'answered' && metrics?.['valid'] !== false,
              status,
              ...(reason === undefined ? {} : { reason }),
              ...(metrics === undefined ? {} : { metrics }),
              memory: rounded(fromQ(standing.get(target.uid)?.score ?? 0n)),
              share: rounded(fromQ(standing.get(target.uid)?.share ?? 0n)),
            })),
          })
        }
      } catch (error) {
        log(`round: ${textOf(error)}`)
      }
      try {
        const weights = stopped.aborted ? undefined : await validator.submit()
        if (weights !== undefined) say({ type: 'weights', ok: true, ...weights })
      } catch (error) {
        say({ type: 'weights', ok: false, error: textOf(error) })
      }
      await pause(Math.max(0, options.roundMs - (performance.now() - started)), stopped)
    }
  }
  const running = loop()
  return async () => {
    await running
    validator.close()
    chain.close()
  }
})
