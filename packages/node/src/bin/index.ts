/** The node as a program. */
import { byteStringToBytes, bytesToHex } from '@neurite/primitives/bytes'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import { auditMoney } from '../audit/index.ts'
import { createLogger, type Logger } from '../log/index.ts'
import {
  chainFolder,
  NODE_NAME,
  NODE_VERSION,
  type Node,
  type NodeOptions,
  removeChain,
  startNode,
} from '../service/index.ts'
import { banner } from './banner.ts'
import { helpText, parseFlags } from './flags.ts'
import { defaultBasePath, logLevelOf, optionsOf } from './options.ts'

/**
 * Runs the node's command line; resolves to the exit code when it is done. A running node is done when it is told to
 * stop by a signal.
 */
export async function runNode(argv: readonly string[]): Promise<number> {
  // A reader that goes away takes its pipe with it, not the node.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    const flags = parseFlags(argv)
    const [command, ...unexpected] = flags.rest
    if (flags.has('help') || command === 'help') {
      process.stdout.write(helpText())
      return 0
    }
    if (flags.has('version')) {
      process.stdout.write(`${NODE_NAME} ${NODE_VERSION}\n`)
      return 0
    }
    if (unexpected.length > 0) throw unknownCommand(unexpected[0]!)
    if (command === 'build-spec') return await printSpec(optionsOf(flags))
    if (command === 'purge-chain') return purgeChain(flags.get('base-path') ?? defaultBasePath())
    if (command !== undefined) throw unknownCommand(command)
    const log = createLogger({ level: logLevelOf(flags) })
    if (flags.ignored.length > 0) log.info(`Accepted without effect: --${flags.ignored.join(', --')}`)
    return await run(optionsOf(flags), log)
  } catch (error) {
    process.stderr.write(
      `Error: ${isNeuriteError(error) ? error.message : error instanceof Error ? error.stack : error}\n`,
    )
    return 1
  }
}

function unknownCommand(command: string): NeuriteError {
  return new NeuriteError('UnknownCommand', `There is no command \`${command}\`.`, {
    details: ['Expected flags only, or build-spec, or purge-chain. --help shows them.'],
  })
}

async function run(options: NodeOptions, log: Logger): Promise<number> {
  const stopped = stopSignal(log)
  const node = await startNode(options, log)
  process.stdout.write(banner(node, options))
  const code = await Promise.race([stopped.then(() => 0), ...(options.audit ? [unsound(node, log)] : [])])
  await stopOrGiveUp(node, log)
  return code
}

/** Resolves to the exit code when a block's money does not add up: such a chain must not go on. */
async function unsound(node: Node, log: Logger): Promise<number> {
  const onRootMint = (number: number, details: string) =>
    log.warn(`block #${number}: root has set a balance; ${details}`)
  const { number, faults } = await auditMoney(node.chain, onRootMint).failed
  for (const { rule, details } of faults) log.error(`block #${number} is unsound (${rule}): ${details}`)
  return 2
}

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; at the second the process ends at once. */
function stopSignal(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    let told = false
    const onSignal = (signal: NodeJS.Signals) => {
      if (told) process.exit(1)
      told = true
      log.info(`Stopping after ${signal}.`)
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  })
}

/** Harnesses kill a node that is not gone after a second, so it is better to be gone by then. */
const STOP_MS = 900

async function stopOrGiveUp(node: Node, log: Logger): Promise<void> {
  const tooLong = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), STOP_MS).unref())
  if ((await Promise.race([node.stop(), tooLong])) === 'late')
    log.warn('Stopping took too long; leaving without waiting.')
}

function purgeChain(basePath: string): number {
  const folder = chainFolder(basePath)
  process.stdout.write(removeChain(basePath) ? `"${folder}" removed.\n` : `"${folder}" did not exist.\n`)
  return 0
}

/** Prints the network as a Substrate chain specification with its raw genesis state. */
async function printSpec(options: NodeOptions): Promise<number> {
  const { composeRuntime, createHost, genesisOf } = await import('../service/index.ts')
  const { localBeaconOf } = await import('../service/beacon.ts')
  const { NETWORK } = await import('../service/network.ts')
  const top: Record<string, string> = {}
  const beacon = localBeaconOf(options.beacon, options.slotMs)?.info
  for (const [key, value] of genesisOf(composeRuntime(options, createHost()), { ...options, beacon })) {
    if (value !== undefined) top[bytesToHex(byteStringToBytes(key))] = bytesToHex(value)
  }
  const spec = {
    name: NETWORK.chainName,
    id: 'bittensor',
    chainType: NETWORK.chainType,
    bootNodes: [],
    telemetryEndpoints: null,
    protocolId: 'bittensor',
    properties: NETWORK.properties,
    codeSubstitutes: {},
    genesis: { raw: { top, childrenDefault: {} } },
  }
  const text = `${JSON.stringify(spec, undefined, 2)}\n`
  // The process may not end before a pipe has taken it all.
  await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
  return 0
}
