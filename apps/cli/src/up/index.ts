/** `neurite up`: chain, miners, validators and gateway on this machine, as one. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Chain, connectChain } from '@neurite/sdk/client'
import pc from 'picocolors'
import { Children, program } from './children.ts'
import { noteRound, readView, type Scores } from './model.ts'
import { createPlan, logFile, type Plan } from './plan.ts'
import { ensurePortsFree } from './ports.ts'
import { prepareChain, SUBNET } from './prepare.ts'
import { banner, createScreen, tryLines } from './render.ts'

export interface UpOptions {
  readonly basePath?: string
  readonly fresh?: boolean
  readonly rpcPort: number
  readonly gatewayPort: number
  readonly minerPort: number
  readonly seed: number
  readonly memoriser?: boolean
  /** Print one JSON object per line instead of the table. */
  readonly json?: boolean
}

/** Milliseconds in which a process must be ready: training included. */
const READY_MS = 90_000
const REFRESH_MS = 1_000

export async function up(options: UpOptions): Promise<void> {
  const basePath = resolve(options.basePath ?? join(homedir(), '.neurite', 'up'))
  const plan = createPlan({ ...options, basePath, memoriser: options.memoriser ?? false })
  await ensurePortsFree([
    { port: plan.rpcPort, purpose: 'chain', flag: '--rpc-port' },
    { port: plan.gatewayPort, purpose: 'gateway', flag: '--gateway-port' },
    ...plan.miners.map(({ port, name }) => ({ port, purpose: name, flag: '--miner-port' })),
  ])
  if (options.fresh) rmSync(basePath, { recursive: true, force: true })
  mkdirSync(basePath, { recursive: true })

  const say = options.json
    ? (text: string) => console.log(JSON.stringify({ type: 'step', text }))
    : (text: string) => console.log(`${pc.dim('·')} ${text}`)
  let chain: Chain | undefined
  const children = new Children((name, log) => {
    console.error(pc.red(`${name} ended by itself. Its log: ${log}`))
    void stop(1)
  })
  let stopping = false
  const stop = async (code: number): Promise<void> => {
    if (stopping) return
    stopping = true
    chain?.close()
    await children.stop()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))
  // Whoever read the output is gone.
  process.stdout.on('error', () => void stop(0))

  try {
    const started = performance.now()
    chain = await startChain(children, plan, say)
    const number = await chain.blockNumber()
    const afterMs = Math.round(performance.now() - started)
    if (options.json) console.log(JSON.stringify({ type: 'block', number, afterMs }))
    else say(`block ${number} after ${afterMs} ms`)
    const netuid = await prepareChain(chain, plan, say)
    const scores: Scores = new Map()
    await startPeople(children, plan, netuid, scores, say)
    const { rpcPort, gatewayPort } = plan
    if (options.json) console.log(JSON.stringify({ type: 'up', rpcPort, gatewayPort, netuid, try: tryLines(plan) }))
    else console.log(banner(plan, netuid, process.env['BT_DEFAULT_TOKEN_WALLET']))
    await watch(chain, plan, netuid, scores, options.json ?? false)
  } catch (error) {
    if (!stopping) console.error(pc.red(error instanceof Error ? error.message : String(error)))
    await stop(1)
  }
}

async function startChain(children: Children, plan: Plan, say: (text: string) => void): Promise<Chain> {
  say('starting the chain')
  children.start({
    name: 'the chain',
    program: program('packages/node/dist/bin/node.js'),
    args: [
      '--chain',
      'local',
      '--block-time',
      `${plan.blockMs}ms`,
      '--base-path',
      join(plan.basePath, 'chain'),
      '--rpc-port',
      String(plan.rpcPort),
      '--rpc-cors',
      'all',
      '--state-pruning',
      '256',
      '--no-prometheus',
      '--audit',
    ],
    logFile: logFile(plan, 'node'),
  })
  const chain = await connectChain({ url: `ws://127.0.0.1:${plan.rpcPort}` })
  await chain.waitForBlock(1)
  return chain
}

/** Miners, validators and the gateway, in this order; all miners at once. */
async function startPeople(
  children: Children,
  plan: Plan,
  netuid: number,
  scores: Scores,
  say: (text: string) => void,
): Promise<void> {
  const url = `ws://127.0.0.1:${plan.rpcPort}`
  const data = (name: string): string => join(plan.basePath, 'data', name.replace(/\W+/g, '-'))
  const configFile = (name: string, config: unknown): string => {
    mkdirSync(data(name), { recursive: true })
    const path = join(data(name), 'config.json')
    writeFileSync(path, `${JSON.stringify(config, undefined, 2)}\n`)
    return path
  }
  const child = (name: string, path: string, config: unknown, onMessage?: (message: any) => void) =>
    children.startReady(
      {
        name,
        program: program(path),
        args: ['--config', configFile(name, config)],
        logFile: logFile(plan, name),
        ...(onMessage ? { onMessage } : {}),
      },
      READY_MS,
    )

  say(`starting ${plan.miners.length} miners (the trained ones learn first)`)
  await Promise.all(
    plan.miners.map(({ name, suri, quality, port }) =>
      child(name, 'packages/subnets/dist/bin/miner.js', {
        subnet: SUBNET,
        chain: url,
        netuid,
        hotkey: suri,
        model: quality,
        ip: '127.0.0.2',
        port,
        data: data(name),
        // Miners of one model share what they trained.
        cache: join(plan.basePath, 'models'),
      }),
    ),
  )
  say(`starting ${plan.validators.length} validators and the gateway`)
  await Promise.all([
    ...plan.validators.map(({ name, suri }, i) =>
      child(
        name,
        'packages/subnets/dist/bin/validator.js',
        {
          subnet: SUBNET,
          chain: url,
          netuid,
          hotkey: suri,
          data: data(name),
          seed: `${plan.seed}/${i}`,
          roundMs: 1_000,
        },
        (message) => {
          if (message.type === 'round') noteRound(scores, name, message)
        },
      ),
    ),
    child('gateway', 'apps/gateway/dist/bin/gateway.js', {
      chain: url,
      netuid,
      port: plan.gatewayPort,
      host: '127.0.0.1',
      hotkey: plan.gatewaySuri,
      data: data('gateway'),
    }),
  ])
}

/** Shows the network until the process ends. */
async function watch(chain: Chain, plan: Plan, netuid: number, scores: Scores, json: boolean): Promise<never> {
  const screen = createScreen(process.stdout)
  let lastEpoch = -1n
  for (;;) {
    const view = await readView(chain, plan, netuid, scores)
    if (!json) screen.show(view)
    else if (view.epochs !== lastEpoch) {
      lastEpoch = view.epochs
      console.log(
        JSON.stringify({ type: 'epoch', ...view }, (_key, value) =>
          typeof value === 'bigint' ? value.toString() : value,
        ),
      )
    }
    await new Promise((resolve) => setTimeout(resolve, REFRESH_MS))
  }
}
