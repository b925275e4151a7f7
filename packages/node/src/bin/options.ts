/** From the flags to what the node is started with. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { QUICKNET_ENDPOINTS } from '../beacon/client.ts'
import type { Sealing } from '../engine/index.ts'
import { LOG_LEVELS, type LogLevel } from '../log/index.ts'
import { type AllowedOrigins, DEFAULT_ORIGINS, parseOrigins } from '../rpc/cors.ts'
import type { RpcServerOptions } from '../rpc/server.ts'
import type { BeaconChoice } from '../service/beacon.ts'
import type { NodeOptions } from '../service/node.ts'
import { flagValue, type ParsedFlags } from './flags.ts'

const FAST_MS = 250
const NORMAL_MS = 12_000

/** @throws NeuriteError `FlagValue`. */
export function optionsOf(flags: ParsedFlags): NodeOptions {
  const dev = flags.has('dev')
  const chain = oneOf(flags, 'chain', ['local', 'dev'] as const) ?? (dev ? 'dev' : 'local')
  const blockMs = flags.has('fast-runtime') ? FAST_MS : timeOf(flags, 'block-time')
  const slotMs = blockMs === undefined || blockMs >= NORMAL_MS ? NORMAL_MS : FAST_MS
  const temporary = flags.has('tmp') || (dev && !flags.has('base-path'))
  return {
    chain,
    slotMs,
    sealing: sealingOf(flags, blockMs, slotMs),
    compat: oneOf(flags, 'compat', ['425', 'sdk10'] as const) ?? '425',
    registration: oneOf(flags, 'registration', ['price', 'work'] as const),
    basePath: temporary ? undefined : (flags.get('base-path') ?? defaultBasePath()),
    fresh: flags.has('fresh'),
    finalityDelayMs: timeOf(flags, 'finality-delay'),
    audit: flags.has('audit'),
    beacon: beaconOf(flags),
    mockSignatures: flags.has('mock-signature-host'),
    statePruning: pruningOf(flags, 'state-pruning'),
    blocksPruning: pruningOf(flags, 'blocks-pruning'),
    name: flags.get('name') ?? capitalise(flags.account) ?? 'neurite',
    rpc: rpcOptionsOf(flags, dev),
    rpcPorts: flags.has('rpc-port') ? flags.all('rpc-port').map((port) => numberOf('rpc-port', port, 65_535)) : [9944],
    poolLimit: countOf(flags, 'pool-limit'),
    poolKbytes: countOf(flags, 'pool-kbytes'),
    prometheus: flags.has('no-prometheus')
      ? undefined
      : { port: countOf(flags, 'prometheus-port', 65_535) ?? 9615, external: flags.has('prometheus-external') },
    prometheusRequired: flags.has('prometheus-port'),
    tokenWallet: process.env['BT_DEFAULT_TOKEN_WALLET'],
  }
}

function beaconOf(flags: ParsedFlags): BeaconChoice | undefined {
  const given = flags.get('beacon')
  if (given === undefined) return undefined
  if (given === 'local') return { kind: 'local', port: countOf(flags, 'beacon-port', 65_535) }
  if (given === 'quicknet') return { kind: 'servers', endpoints: QUICKNET_ENDPOINTS }
  const endpoints = given.split(',').map((url) => url.replace(/\/+$/, ''))
  const areUrls = endpoints.every((url) => URL.canParse(url) && /^https?:/.test(url))
  if (!areUrls) throw flagValue('beacon', given, 'local, quicknet, or URLs such as http://127.0.0.1:8080')
  return { kind: 'servers', endpoints }
}

export function logLevelOf(flags: ParsedFlags): LogLevel {
  const given = flags.get('log')
  if (given === undefined) return 'info'
  // Substrate's filters (`sync=debug,info`) are taken by their last plain level.
  const level = given.split(',').findLast((part) => !part.includes('='))
  return LOG_LEVELS.find((each) => each === level) ?? 'info'
}

export function defaultBasePath(): string {
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'neurite')
}

function rpcOptionsOf(flags: ParsedFlags, dev: boolean): Omit<RpcServerOptions, 'port'> {
  const count = <Name extends keyof RpcServerOptions>(name: Name, flag: Parameters<ParsedFlags['get']>[0]) => {
    const value = countOf(flags, flag)
    return value === undefined ? {} : ({ [name]: value } as Record<Name, number>)
  }
  return {
    external: flags.has('rpc-external') || flags.has('unsafe-rpc-external'),
    cors: originsOf(flags.get('rpc-cors'), dev),
    unsafeMethods: oneOf(flags, 'rpc-methods', ['auto', 'safe', 'unsafe'] as const) ?? 'auto',
    ...count('maxConnections', 'rpc-max-connections'),
    ...count('maxRequestMiB', 'rpc-max-request-size'),
    ...count('maxResponseMiB', 'rpc-max-response-size'),
    ...count('maxSubscriptionsPerConnection', 'rpc-max-subscriptions-per-connection'),
    ...count('maxBatch', 'rpc-max-batch-request-len'),
    ...count('callsPerMinute', 'rpc-rate-limit'),
  }
}

function originsOf(given: string | undefined, dev: boolean): AllowedOrigins {
  if (given === undefined) return dev ? 'all' : DEFAULT_ORIGINS
  return given === 'none' ? [] : parseOrigins(given)
}

function sealingOf(flags: ParsedFlags, blockMs: number | undefined, slotMs: number): Sealing {
  const given = flags.get('sealing')?.toLowerCase()
  if (given === 'manual') return { kind: 'manual' }
  if (given === 'instant') return { kind: 'instant', everyMs: blockMs }
  if (given !== undefined)
    return { kind: 'interval', everyMs: numberOf('sealing', given.replace(/^interval=/, ''), 2 ** 31 - 1) }
  return blockMs === undefined || blockMs === slotMs ? { kind: 'slots' } : { kind: 'interval', everyMs: blockMs }
}

/** Milliseconds of `250ms`, `12s` or `250`. */
function timeOf(flags: ParsedFlags, name: 'block-time' | 'finality-delay'): number | undefined {
  const given = flags.get(name)
  if (given === undefined) return undefined
  const match = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(given)
  const ms = match === null ? 0 : Math.round(Number(match[1]) * (match[2] === 's' ? 1000 : 1))
  if (ms < 1) throw flagValue(name, given, 'a time such as 250ms or 12s')
  return ms
}

function oneOf<Value extends string>(
  flags: ParsedFlags,
  name: Parameters<ParsedFlags['get']>[0],
  values: readonly Value[],
) {
  const given = flags.get(name)
  if (given === undefined) return undefined
  const value = values.find((each) => each === given.toLowerCase())
  if (value === undefined) throw flagValue(name, given, values.join(' or '))
  return value
}

function pruningOf(flags: ParsedFlags, name: 'state-pruning' | 'blocks-pruning'): 'archive' | number {
  const given = flags.get(name)
  if (given === undefined || given.startsWith('archive')) return 'archive'
  return numberOf(name, given, 2 ** 31)
}

function countOf(flags: ParsedFlags, name: Parameters<ParsedFlags['get']>[0], max = 2 ** 31): number | undefined {
  const given = flags.get(name)
  return given === undefined ? undefined : numberOf(name, given, max)
}

function numberOf(name: string, given: string, max: number): number {
  if (!/^\d+$/.test(given) || Number(given) > max) throw flagValue(name, given, `an integer from 0 to ${max}`)
  return Number(given)
}

function capitalise(name: string | undefined): string | undefined {
  return name === undefined ? undefined : name[0]!.toUpperCase() + name.slice(1)
}
