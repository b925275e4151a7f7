#!/usr/bin/env node
/** A miner of a built-in subnet: prepares its model, listens, announces itself on the chain. */
import { join } from 'node:path'
import { NeuriteError } from '@neurite/primitives/errors'
import { keypairFromSuri } from '@neurite/primitives/keyring'
import { encodeAddress } from '@neurite/primitives/ss58'
import { openReplayFile } from '@neurite/sdk/axon'
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
  /** Who may ask: everyone with a signature, keys of the subnet, or its validators. Gateways often are on no subnet. */
  callers: z.enum(['everyone', 'neurons', 'validators']).default('everyone'),
  /** Answer calls without a signature too: for trying a miner out, by whoever reaches it. Also `--allow-unsigned`. */
  allowUnsigned: z.boolean().default(false),
  /** What the model is drawn from; by default the hotkey, so that no two miners are clones of one another. */
  seed: z.string().optional(),
})

/** Version of this miner as announced on the chain. */
const MINER_VERSION = 1
/** Milliseconds between looks at the metagraph. */
const MEET_EVERY_MS = 15_000
/** Validators decide pay, so they are answered first; keys that are on no subnet come last. */
const VALIDATOR_PRIORITY = 2
const NEURON_PRIORITY = 1
/** Progress is told in steps of this size. */
const PROGRESS_STEP = 0.05

runProgram(async (stopped) => {
  const options = readConfig(config, ['allow-unsigned'])
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
  const replay = await openReplayFile(join(options.data, `nonces-${keypair.publicKey.slice(2, 18)}.txt`))
  const priorities = new Map<string, number>()
  const least = { everyone: 0, neurons: NEURON_PRIORITY, validators: VALIDATOR_PRIORITY }[options.callers]
  const server = await startMinerServer({
    subnet,
    miner,
    keypair,
    replay,
    priorityOf: (hotkey) => priorities.get(hotkey) ?? 0,
    refusalOf: (hotkey) => ((priorities.get(hotkey) ?? 0) < least ? `only ${options.callers} may ask` : undefined),
    host: options.host ?? (options.ip.startsWith('127.') ? options.ip : '0.0.0.0'),
    port: options.port,
    allowUnsigned: options.allowUnsigned,
    onError: (error) => log(`answering: ${textOf(error)}`),
  })

  const chain = await persist('connecting to the chain', () => openChainView(options.chain, keypair), stopped)
  if (chain === undefined) return () => server.close()

  /** Announces the axon unless the chain knows it, and learns who is a validator. Gives our UID. */
  const meet = async (): Promise<number> => {
    const { neurons } = await chain.metagraph(options.netuid)
    const own = neurons.find(({ hotkey }) => hotkey === keypair.publicKey)
    if (own === undefined) {
      throw new NeuriteError('NotRegistered', `Hotkey \`${keypair.address}\` is not on subnet ${options.netuid}.`, {
        details: ['Register it with burned_register.'],
      })
    }
    await chain.serveAxon(options.netuid, { ip: options.ip, port: server.port }, MINER_VERSION)
    priorities.clear()
    for (const { hotkey, validatorPermit } of neurons) {
      priorities.set(encodeAddress(hotkey), validatorPermit ? VALIDATOR_PRIORITY : NEURON_PRIORITY)
    }
    return own.uid
  }
  const uid = await persist('announcing the axon', meet, stopped)
  if (uid !== undefined) say({ type: 'ready', uid, port: server.port })
  const again = setInterval(() => meet().catch((error: unknown) => log(textOf(error))), MEET_EVERY_MS)
  return async () => {
    clearInterval(again)
    chain.close()
    await server.close()
    await replay.close()
  }
})
