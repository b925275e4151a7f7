#!/usr/bin/env node
/** A miner of a built-in subnet: prepares its model, listens, announces itself on the chain. */
import { join } from 'node:path'
import { NeuriteError } from '@neurite/primitives/errors'
import { keypairFromSuri } from '@neurite/primitives/keyring'
import { z } from 'zod'
import { createMemoriser } from '../embed/index.ts'
import {
  commonConfig,
  log,
  openChainView,
  persist,
  readConfig,
  runProgram,
  say,
  startMinerServer,
  textOf,
} from '../host/index.ts'
import { SUBNETS } from '../index.ts'

const config = z.object({
  ...commonConfig,
  subnet: z.string(),
  /** A reference miner of the subnet, or `memoriser`. */
  model: z.string(),
  /** Address announced on the chain. */
  ip: z.string(),
  port: z.int().min(1).max(65_535),
  /** Address to listen at; by default the announced one if it is of this machine alone, else all. */
  host: z.string().optional(),
  /** What the model is drawn from; by default the hotkey, so that no two miners are clones of one another. */
  seed: z.string().optional(),
})

/** Version of this miner as announced on the chain. */
const MINER_VERSION = 1
/** Progress is told in steps of this size. */
const PROGRESS_STEP = 0.05

runProgram(async (stopped) => {
  const options = readConfig(config)
  const subnet = SUBNETS[options.subnet]
  const reference = subnet?.miners[options.model]
  const create = options.model === 'memoriser' ? createMemoriser : reference?.create
  if (subnet === undefined || create === undefined) {
    throw new NeuriteError(
      'InvalidConfig',
      `There is no model \`${options.model}\` for subnet \`${options.subnet}\`.`,
      {
        details: Object.values(SUBNETS).map(
          ({ name, miners }) => `${name}: ${Object.keys(miners).join(', ')}, memoriser`,
        ),
      },
    )
  }
  const keypair = keypairFromSuri(options.hotkey)
  let told = 0
  const miner = await create({
    seed: options.seed ?? keypair.publicKey,
    cacheDir: join(options.data, 'models'),
    onProgress(done) {
      if (done < told + PROGRESS_STEP && done < 1) return
      told = done
      say({ type: 'progress', text: 'training', done: Math.round(done * 100) / 100 })
    },
  })
  const server = await startMinerServer({
    subnet,
    miner,
    keypair,
    host: options.host ?? (options.ip.startsWith('127.') ? options.ip : '0.0.0.0'),
    port: options.port,
    onError: (error) => log(`answering: ${textOf(error)}`),
  })

  const chain = await persist('connecting to the chain', () => openChainView(options.chain, keypair), stopped)
  const announced = await persist(
    'announcing the axon',
    async () => {
      await chain!.serveAxon(options.netuid, { ip: options.ip, port: server.port }, MINER_VERSION)
      const { neurons } = await chain!.metagraph(options.netuid)
      const own = neurons.find(({ hotkey }) => hotkey === keypair.publicKey)
      if (own === undefined) {
        throw new NeuriteError('NotRegistered', `Hotkey \`${keypair.address}\` is not on subnet ${options.netuid}.`)
      }
      return own
    },
    stopped,
  )
  chain?.close()
  if (announced !== undefined) say({ type: 'ready', uid: announced.uid, port: server.port })
  return () => server.close()
})
