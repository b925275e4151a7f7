/**
 * The command line of the node: the flags of `node-subtensor`, so that scripts written for it work here. Flags that
 * have no meaning for this node are accepted and named in the log.
 */
import { NeuriteError } from '@neurite/primitives/errors'

interface Flag {
  /** What stands for the value in the help; missing for a switch. */
  readonly value?: string
  readonly help: string
  /** May be given several times, or with several values separated by commas. */
  readonly many?: boolean
  /** Accepted for scripts that give it; has no effect. */
  readonly ignored?: boolean
  readonly short?: string
}

const ACCOUNTS = ['alice', 'bob', 'charlie', 'dave', 'eve', 'ferdie', 'one', 'two'] as const

const ignored = (value?: string): Flag =>
  value === undefined
    ? { help: 'Accepted, no effect.', ignored: true }
    : { value, help: 'Accepted, no effect.', ignored: true }

export const FLAGS = {
  chain: { value: 'local|dev', help: 'Network: three authorities (local) or one (dev). Default local.' },
  dev: { help: 'The same as --chain dev --tmp --force-authoring --rpc-cors all.' },
  'base-path': { value: 'path', short: 'd', help: 'Folder of the chain. Default ~/.local/share/neurite.' },
  tmp: { help: 'A temporary folder, removed at the end.' },
  audit: { help: 'Recount all money after every block; stop at the first block whose money does not add up.' },
  fresh: { help: 'Start from block 0: what the base path holds of this chain is removed first.' },
  sealing: {
    value: 'instant|manual|ms',
    help: 'Make a block when a transaction is ready, when asked for by engine_createBlock, or every so many ms. Without it one in every slot.',
  },
  'block-time': {
    value: 'time',
    help: '12s or 250ms: length of a slot, with the delays of the reference that belong to it (250ms: fast-runtime). With --sealing instant: blocks at least so often. Default 12s.',
  },
  'finality-delay': {
    value: 'time',
    help: 'From a block to its finality. Default: a slot, at most 1s; at most 100ms with --sealing. Networks with votes need one to three blocks.',
  },
  'fast-runtime': { help: 'The same as --block-time 250ms.' },
  compat: {
    value: '425|sdk10',
    help: 'Behaviour of the reference at spec 425, or as the Python SDK 10 expects. Part of genesis. Default 425.',
  },
  registration: {
    value: 'price|work',
    help: 'How neurons join: at a price that moves with every block, or by proof of work or a price that are adjusted once in an interval. The same on all nodes of a network and for all its blocks. Default price.',
  },
  beacon: {
    value: 'local|quicknet|urls',
    help: 'Where the pulses come from that open time-locked weights: a beacon in this process (its key is part of genesis and known to everybody), the public servers of quicknet, or servers of your own, separated by commas. Default: nowhere.',
  },
  'beacon-port': { value: 'port', help: 'Serve the local beacon over HTTP on this machine.' },
  'mock-signature-host': {
    help: 'Accept the signature 0xdeadbeefcdcd… (64 bytes) for every account. For development only.',
  },
  validator: { help: 'Make blocks. A node alone always does.' },
  'force-authoring': { help: 'Make blocks without peers. A node alone always does.' },
  name: { value: 'name', help: 'Name of the node in logs and metrics.' },
  'rpc-port': {
    value: 'port',
    many: true,
    help: 'Port of JSON-RPC over WebSocket and HTTP. May be given twice. Default 9944.',
  },
  'rpc-external': { help: 'Answer other machines too, safe methods only.' },
  'unsafe-rpc-external': { help: 'As --rpc-external, without the warning.' },
  'rpc-cors': {
    value: 'origins',
    help: 'Web pages that may connect: origins separated by commas, none, or all. Default: localhost.',
  },
  'rpc-methods': {
    value: 'auto|safe|unsafe',
    help: 'Which methods are answered. Default auto: unsafe ones unless --rpc-external.',
  },
  'rpc-max-connections': { value: 'count', help: 'Default 2000.' },
  'rpc-max-request-size': { value: 'MiB', help: 'Default 15.' },
  'rpc-max-response-size': { value: 'MiB', help: 'Default 15.' },
  'rpc-max-subscriptions-per-connection': { value: 'count', help: 'Default 1024.' },
  'rpc-max-batch-request-len': { value: 'count', help: 'Default 1000.' },
  'rpc-rate-limit': { value: 'count', help: 'Calls a minute of one connection. Default: no limit.' },
  'state-pruning': { value: 'archive|blocks', help: 'Blocks whose state stays readable. Default archive.' },
  'blocks-pruning': { value: 'archive|blocks', help: 'Blocks whose extrinsics are kept. Default archive.' },
  'pool-limit': { value: 'count', help: 'Transactions in the pool. Default 8192.' },
  'pool-kbytes': { value: 'KiB', help: 'Their size. Default 20480.' },
  'prometheus-port': { value: 'port', help: 'Default 9615.' },
  'prometheus-external': { help: 'Answer Prometheus on other machines too.' },
  'no-prometheus': { help: 'No metrics.' },
  log: { value: 'level', short: 'l', help: 'error, warn, info, debug or trace. Default info.' },
  help: { short: 'h', help: 'Show this.' },
  version: { short: 'V', help: 'Show the version.' },
  raw: ignored(),
  'disable-default-bootnode': ignored(),
  y: ignored(),
  port: ignored('port'),
  'no-telemetry': ignored(),
  'telemetry-url': ignored('url'),
  'reserved-only': ignored(),
  'no-mdns': ignored(),
  'node-key': ignored('key'),
  'node-key-file': ignored('path'),
  'listen-addr': ignored('address'),
  bootnodes: ignored('address'),
  'discover-local': ignored(),
  'allow-private-ipv4': ignored(),
  'allow-private-ip': ignored(),
  'no-private-ip': ignored(),
  'unsafe-force-node-key-generation': ignored(),
  'initial-consensus': ignored('name'),
  'history-backfill': ignored('keep|skip'),
  sync: ignored('mode'),
  database: ignored('name'),
  'db-cache': ignored('MiB'),
  'in-peers': ignored('count'),
  'out-peers': ignored('count'),
  'no-hardware-benchmarks': ignored(),
  'offchain-worker': ignored('when'),
  'insecure-validator-i-know-what-i-do': ignored(),
  'rpc-message-buffer-capacity-per-connection': ignored('count'),
  'rpc-disable-batch-requests': ignored(),
  'wasm-execution': ignored('method'),
} satisfies Record<string, Flag>

type FlagName = keyof typeof FLAGS
const flagTable: Readonly<Record<string, Flag>> = FLAGS

export interface ParsedFlags {
  has(name: FlagName): boolean
  /** The last value given. */
  get(name: FlagName): string | undefined
  all(name: FlagName): readonly string[]
  /** Development account named by a switch such as --alice. */
  readonly account: string | undefined
  readonly ignored: readonly string[]
  /** Arguments that are no flags. */
  readonly rest: readonly string[]
}

const SHORT = new Map(
  Object.entries(flagTable).flatMap(([name, flag]) => (flag.short ? [[flag.short, name] as const] : [])),
)

/** @throws NeuriteError `UnknownFlag`, `FlagValue`. */
export function parseFlags(argv: readonly string[]): ParsedFlags {
  const values = new Map<string, string[]>()
  const rest: string[] = []
  let account: string | undefined
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!
    if (!argument.startsWith('-') || argument === '-') {
      rest.push(argument)
      continue
    }
    const { name, inline } = splitFlag(argument)
    if ((ACCOUNTS as readonly string[]).includes(name)) {
      account = name
      continue
    }
    const flag = flagTable[name]
    if (flag === undefined) throw unknownFlag(argument, name)
    const list = values.get(name) ?? []
    values.set(name, list)
    if (flag.value === undefined) {
      if (inline !== undefined && inline !== 'true') throw flagValue(name, inline, 'nothing: it is a switch')
      list.push('')
      continue
    }
    const value = inline ?? argv[++i]
    if (value === undefined) throw flagValue(name, '', flag.value)
    list.push(...(flag.many ? value.split(',') : [value]))
  }
  return {
    has: (name) => values.has(name),
    get: (name) => values.get(name)?.at(-1),
    all: (name) => values.get(name) ?? [],
    account,
    ignored: [...values.keys()].filter((name) => flagTable[name]!.ignored),
    rest,
  }
}

function splitFlag(argument: string): { name: string; inline: string | undefined } {
  if (argument.startsWith('--')) {
    const equals = argument.indexOf('=')
    if (equals < 0) return { name: argument.slice(2), inline: undefined }
    return { name: argument.slice(2, equals), inline: argument.slice(equals + 1) }
  }
  const name = SHORT.get(argument[1]!) ?? argument.slice(1)
  return {
    name,
    inline: argument.length > 2 && SHORT.has(argument[1]!) ? argument.slice(2).replace(/^=/, '') : undefined,
  }
}

function unknownFlag(argument: string, name: string): NeuriteError {
  const nearest = [...Object.keys(FLAGS), ...ACCOUNTS]
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .sort((a, b) => a.distance - b.distance)[0]!
  const hint = nearest.distance <= 3 ? `Did you mean --${nearest.known}? ` : ''
  return new NeuriteError('UnknownFlag', `There is no flag \`${argument}\`.`, {
    details: [`${hint}--help lists all flags.`],
  })
}

export function flagValue(name: string, value: string, expected: string): NeuriteError {
  return new NeuriteError('FlagValue', `The flag --${name} has the value \`${value}\`.`, {
    details: [`Expected ${expected}.`],
  })
}

/** Letters to insert, delete or replace to turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

export function helpText(): string {
  const lines = Object.entries(flagTable)
    .filter(([, flag]) => !flag.ignored)
    .map(([name, { value, help, short }]) => {
      const left = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` <${value}>`}`
      return left.length < 38 ? `  ${left.padEnd(38)}${help}` : `  ${left}\n${' '.repeat(40)}${help}`
    })
  return [
    'A Bittensor node.',
    '',
    'Usage: neurite node [flags]',
    '       neurite node build-spec [--raw] [--chain local|dev]    Print the chain specification',
    '       neurite node purge-chain -y [--base-path <path>]       Remove the chain from the base path',
    '',
    'Flags (those of node-subtensor; the ones not shown are accepted and have no effect):',
    ...lines,
    `      --${ACCOUNTS.join(', --')}`,
    `${' '.repeat(40)}Name of the node after a development account.`,
    '',
  ].join('\n')
}
