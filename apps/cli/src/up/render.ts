/** The banner and the live table. */
import { formatTao } from '@neurite/primitives/units'
import Table from 'cli-table3'
import pc from 'picocolors'
import type { View } from './model.ts'
import type { Plan } from './plan.ts'

export type Colours = ReturnType<typeof pc.createColors>

/** Colours for a terminal that shows them and a person who wants them (https://no-color.org). */
export function coloursFor(output: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Colours {
  return pc.createColors(output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb')
}

/** They have 1,000,000 TAO (Alice, Bob) or 2,000 TAO from genesis; the keys are public. */
const DEV_ACCOUNTS = [
  ['//Alice', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY', 'sudo, owner of subnet embed'],
  ['//Bob', '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty', 'coldkey of the validators'],
  ['//Charlie', '5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y', 'coldkey of the miners'],
  ['//Dave', '5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy', 'free for your own tries'],
] as const

/** Lines that the banner tells people to try; CI runs each of them. */
export function tryLines(plan: Plan): { readonly curl: string; readonly btcli: string; readonly polkadot: string } {
  const ws = `ws://127.0.0.1:${plan.rpcPort}`
  return {
    curl: `curl http://127.0.0.1:${plan.gatewayPort}/v1/embeddings -H 'content-type: application/json' -d '{"model":"embed","input":"a small furry animal that purrs"}'`,
    btcli: `btcli subnets list --network ${ws}`,
    polkadot: `https://polkadot.js.org/apps/?rpc=${encodeURIComponent(ws)}`,
  }
}

/** The wallet that `BT_DEFAULT_TOKEN_WALLET` names. */
export interface Wallet {
  readonly address: string
  /** What it has on the chain. @unit rao */
  readonly free: bigint
}

/** It is funded in block 0 only, so one that is named later may have nothing. */
function walletNote({ free }: Wallet): string {
  if (free === 0n) return 'BT_DEFAULT_TOKEN_WALLET: has no TAO, it gets some when the chain is made (--fresh)'
  return `BT_DEFAULT_TOKEN_WALLET: ${formatTao(free)} TAO`
}

export function banner(plan: Plan, netuid: number, wallet: Wallet | undefined, pc: Colours): string {
  const lines = tryLines(plan)
  const heading = (text: string): string => pc.bold(text)
  return [
    '',
    `${pc.bold(pc.green('Neurite is up.'))} A chain, ${plan.validators.length} validators, ${plan.miners.length} miners and a gateway, all on this machine.`,
    '',
    heading('Endpoints'),
    `  chain    ws://127.0.0.1:${plan.rpcPort}  (JSON-RPC over WebSocket and HTTP)`,
    `  gateway  http://127.0.0.1:${plan.gatewayPort}/v1  (OpenAI's shape)`,
    `  subnet   ${netuid} (embed)`,
    `  data     ${plan.basePath}  (logs in logs/)`,
    '',
    heading('Development accounts') + pc.dim('  their keys are public: never use them elsewhere'),
    ...DEV_ACCOUNTS.map(([suri, address, note]) => `  ${suri.padEnd(10)} ${address}  ${pc.dim(note)}`),
    ...(wallet ? [`  ${'yours'.padEnd(10)} ${wallet.address}  ${pc.dim(walletNote(wallet))}`] : []),
    '',
    heading('Try'),
    // In two lines, for terminals of 120 columns; a shell takes it as one.
    `  ${lines.curl.replace(' -H', ' \\\n    -H')}`,
    `  ${lines.btcli}`,
    `  ${lines.polkadot}`,
    '',
    pc.dim('Ctrl-C ends everything. The next start continues this chain; --fresh starts anew.'),
    '',
  ].join('\n')
}

const ROLE_COLOURS = {
  good: 'green',
  ok: 'yellow',
  bad: 'red',
  memoriser: 'magenta',
  validator: 'cyan',
  owner: 'dim',
  guest: 'blue',
} as const

/** Blocks to people's time. @unit seconds, rounded up */
const seconds = (blocks: number, blockMs: number): number => Math.ceil((blocks * blockMs) / 1_000)

export function table(view: View, blockMs: number, pc: Colours): string {
  const out = new Table({
    head: ['uid', 'who', 'quality', 'score', 'incentive', 'dividends', 'earned α'].map((text) => pc.bold(text)),
    colAligns: ['right', 'left', 'left', 'right', 'right', 'right', 'right'],
    // Its own colours would come whether they are wanted or not.
    style: { head: [], border: [], compact: true },
  })
  const percent = (value: number): string => (value === 0 ? '–' : `${((value / 65_535) * 100).toFixed(1)} %`)
  for (const row of view.rows) {
    const colour = ROLE_COLOURS[row.role as keyof typeof ROLE_COLOURS]
    const isMiner = row.role !== 'owner' && row.role !== 'validator'
    out.push([
      row.uid,
      row.who,
      colour === undefined ? row.role : pc[colour](row.role),
      row.score === undefined ? (isMiner ? '…' : '') : row.score.toFixed(3),
      percent(row.incentive),
      percent(row.dividends),
      Number(formatTao(row.earned)).toFixed(3),
    ])
  }
  const wait = seconds(view.nextEpoch, blockMs)
  const status = `block ${view.block}   epoch ${view.epochs}   next epoch in ${view.nextEpoch} blocks (${wait} s)`
  return `${out.toString()}\n${status}\n${pc.dim(hint(view))}`
}

/** What the numbers of the moment mean. */
function hint(view: View): string {
  if (view.rows.every(({ score }) => score === undefined)) return 'The validators are asking their first questions.'
  if (view.rows.every(({ incentive }) => incentive === 0))
    return 'The first scores are in; pay follows when an epoch has turned them into weights.'
  return 'score: how well a miner answers; incentive and dividends: its share of the pay of miners, of validators.'
}

/** The part of a terminal (or file) that is written to. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

/** Of a terminal. Some do not know theirs, or say 0: then that of old ones. */
export function sizeOf({ columns, rows }: Output): { readonly columns: number; readonly rows: number } {
  return { columns: columns || 80, rows: rows || 24 }
}

/** Redraws in place on a terminal; elsewhere prints one table an epoch. */
export function createScreen(output: Output, blockMs: number, pc: Colours): { show(view: View): void } {
  let drawn: string[] = []
  let lastEpoch = -1n
  return {
    show(view) {
      if (!output.isTTY) {
        if (view.epochs === lastEpoch) return
        lastEpoch = view.epochs
        output.write(`${table(view, blockMs, pc)}\n`)
        return
      }
      // What is higher than the terminal could not be drawn over: then only its last lines are shown.
      const { columns, rows } = sizeOf(output)
      const lines = table(view, blockMs, pc)
        .split('\n')
        .slice(-Math.max(1, rows - 1))
      const up = drawn.reduce((sum, line) => sum + rowsOf(line, columns), 0)
      output.write(`${up > 0 ? `\u001b[${up}A\r\u001b[0J` : ''}${lines.join('\n')}\n`)
      drawn = lines
    },
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what colours are made of
const COLOUR_CODES = /\u001b\[[0-9;]*m/g

/** Rows that a line takes where it is wrapped. */
function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(line.replace(COLOUR_CODES, '').length / columns))
}
