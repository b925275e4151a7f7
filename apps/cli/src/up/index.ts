/** `neurite up`: chain, miners, validators and gateway on this machine, as one. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { isNeuriteError } from '@neurite/primitives/errors'
import { decodeAddress } from '@neurite/primitives/ss58'
import { type Chain, connectChain } from '@neurite/sdk/client'
import { Children, program } from './children.ts'
import { claimNetworkFolder, forgetNetwork } from './folder.ts'
import { noteRound, readView, type Scores, type View } from './model.ts'
import { createPlan, logFile, type Plan } from './plan.ts'
import { ensurePortsFree } from './ports.ts'
import { prepareChain, SUBNET } from './prepare.ts'
import { banner, coloursFor, createScreen, tryLines, type Wallet } from './render.ts'
import { createJsonReport, createReport, type Report } from './report.ts'
import { readStaked } from './staked.ts'

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
const READY_MS = 180_000
const REFRESH_MS = 1_000
/** The chain takes no 127.0.0.1 for an axon; this is the same machine. */
const MINER_IP = '127.0.0.2'

/** Brings the network up and shows it until it is told to end. @throws NeuriteError before anything is started */
export async function up(options: UpOptions): Promise<void> {
  const basePath = resolve(options.basePath ?? join(homedir(), '.neurite', 'up'))
  const plan = createPlan({ ...options, basePath, memoriser: options.memoriser ?? false })
  await ensurePortsFree([
    { host: '127.0.0.1', port: plan.rpcPort, purpose: 'chain', flag: '--rpc-port' },
    { host: '127.0.0.1', port: plan.gatewayPort, purpose: 'gateway', flag: '--gateway-port' },
    ...plan.miners.map(({ port, name }) => ({ host: MINER_IP, port, purpose: name, flag: '--miner-port' })),
  ])
  claimNetworkFolder(basePath)

  const colours = coloursFor(process.stdout)
  const report = options.json ? createJsonReport(process.stdout) : createReport(process.stdout, colours)
  const complain = (text: string): void => console.error(coloursFor(process.stderr).red(text))
  let chain: Chain | undefined
  let stopping = false
  const stop = async (code: number): Promise<void> => {
    if (stopping) return
    stopping = true
    if (children.count > 0) report.step(`ending ${children.count} processes`)
    chain?.close()
    await children.stop()
    process.exit(code)
  }
  const children = new Children(({ name, logFile, lines }) => {
    if (stopping) return
    complain(
      [`${name} ended by itself. Its last words:`, ...lines.map((line) => `  ${line}`), `Its log: ${logFile}`].join(
        '\n',
      ),
    )
    void stop(1)
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))
  // Whoever read the output is gone.
  process.stdout.on('error', () => void stop(0))

  try {
    const started = performance.now()
    const fresh = options.fresh ?? false
    chain = await startChain(children, plan, fresh, report)
    if (fresh) forgetNetwork(basePath)
    const number = await chain.blockNumber()
    const afterMs = Math.round(performance.now() - started)
    if (options.json) report.message({ type: 'block', number, afterMs })
    else report.step(`block ${number} after ${afterMs} ms`)
    const netuid = await prepareChain(chain, plan, report.step)
    const scores: Scores = new Map()
    await startPeople(children, plan, netuid, scores, report)
    const { rpcPort, gatewayPort } = plan
    if (options.json) report.message({ type: 'up', rpcPort, gatewayPort, netuid, try: tryLines(plan) })
    else console.log(banner(plan, netuid, await readWallet(chain, process.env), colours))
    const screen = createScreen(process.stdout, plan.blockMs, colours)
    await watch(chain, plan, netuid, scores, options.json ? epochsOnly(report) : screen)
  } catch (error) {
    // While it stops, what is under way fails: that is no news.
    if (!stopping) complain(error instanceof Error ? error.message : String(error))
    await stop(1)
  }
}

/** What the chain says of the wallet that the environment names: only genesis funds it. */
async function readWallet(chain: Chain, env: NodeJS.ProcessEnv): Promise<Wallet | undefined> {
  const address = env['BT_DEFAULT_TOKEN_WALLET']
  if (!address) return undefined
  return { address, free: (await chain.query.System.Account.get([decodeAddress(address)])).data.free }
}

async function startChain(children: Children, plan: Plan, fresh: boolean, report: Report): Promise<Chain> {
  report.step('starting the chain')
  children.start({
    name: 'the chain',
    program: program('packages/node/dist/bin/node.js'),
    args: [
      ...['--chain', 'local'],
      ...['--block-time', `${plan.blockMs}ms`],
      ...['--base-path', join(plan.basePath, 'chain')],
      ...['--rpc-port', String(plan.rpcPort)],
      ...['--rpc-cors', 'all'],
      ...['--state-pruning', '256'],
      '--no-prometheus',
      '--audit',
      ...(fresh ? ['--fresh'] : []),
    ],
    logFile: logFile(plan, 'node'),
  })
  const chain = await connectChain({ url: `ws://127.0.0.1:${plan.rpcPort}`, connectTimeoutMs: READY_MS })
  await chain.waitForBlock(1)
  return chain
}

/** Miners, validators and the gateway, in this order; all miners at once. */
async function startPeople(
  children: Children,
  plan: Plan,
  netuid: number,
  scores: Scores,
  report: Report,
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

  report.step(`starting ${plan.miners.length} miners; on a first start the good ones learn for some seconds`)
  report.waiting(plan.miners.map(({ name }) => name))
  await Promise.all(
    plan.miners.map(({ name, suri, quality, port }) =>
      child(
        name,
        'packages/subnets/dist/bin/miner.js',
        { subnet: SUBNET, chain: url, netuid, hotkey: suri, model: quality, ip: MINER_IP, port, data: data(name) },
        (message) => {
          if (message.type === 'progress') report.progress(name, message.done)
          if (message.type === 'ready') report.ready(name)
        },
      ),
    ),
  )
  report.step(`starting ${plan.validators.length} validators and the gateway`)
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
async function watch(
  chain: Chain,
  plan: Plan,
  netuid: number,
  scores: Scores,
  screen: { show(view: View): void },
): Promise<never> {
  const staked = readStaked(plan.basePath)
  for (;;) {
    try {
      screen.show(await readView(chain, plan, netuid, scores, staked))
    } catch (error) {
      // One look that came too late is no reason to end a network; a chain that is gone ends it by itself.
      if (!isNeuriteError(error, 'RequestTimeout')) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, REFRESH_MS))
  }
}

/** One message an epoch. */
function epochsOnly(report: Report): { show(view: View): void } {
  let last = -1n
  return {
    show(view) {
      if (view.epochs === last) return
      last = view.epochs
      report.message({ type: 'epoch', ...view })
    },
  }
}
