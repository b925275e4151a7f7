import { execFileSync } from 'node:child_process'
import { encodeAddress } from '@neurite/primitives/ss58'
import pc from 'picocolors'
import { expect, test } from 'vitest'
import type { Row, View } from './model.ts'
import { createPlan } from './plan.ts'
import { banner, coloursFor, createScreen, table, tryLines } from './render.ts'
import { createJsonReport, createReport } from './report.ts'

const plain = pc.createColors(false)
const coloured = pc.createColors(true)
const plan = createPlan({
  basePath: '/home/you/.neurite/up',
  rpcPort: 9944,
  gatewayPort: 8080,
  minerPort: 8101,
  seed: 1,
  memoriser: false,
})
const row = (uid: number, who: string, role: string, more: Partial<Row> = {}): Row => ({
  uid,
  who,
  role,
  score: undefined,
  incentive: 0,
  dividends: 0,
  earned: 0n,
  ...more,
})
const view: View = {
  block: 642,
  nextEpoch: 5,
  epochs: 15n,
  rows: [
    row(0, 'owner', 'owner', { earned: 115_992_000_000n }),
    row(1, 'validator 1', 'validator', { dividends: 41_287, earned: 429_499_123_456n }),
    row(2, 'miner 1', 'good', { score: 0.8171, incentive: 18_415, earned: 43_546_000_000n }),
    row(3, 'miner 2', 'bad'),
  ],
}

function memory(options: { isTTY?: boolean; columns?: number; rows?: number } = {}) {
  const written: string[] = []
  return { ...options, written, write: (text: string) => written.push(text) }
}

test('the table', () => {
  expect(table(view, 250, plain)).toMatchInlineSnapshot(`
    "┌─────┬─────────────┬───────────┬───────┬───────────┬───────────┬──────────┐
    │ uid │ who         │ quality   │ score │ incentive │ dividends │ earned α │
    ├─────┼─────────────┼───────────┼───────┼───────────┼───────────┼──────────┤
    │   0 │ owner       │ owner     │       │         – │         – │  115.992 │
    │   1 │ validator 1 │ validator │       │         – │    63.0 % │  429.499 │
    │   2 │ miner 1     │ good      │ 0.817 │    28.1 % │         – │   43.546 │
    │   3 │ miner 2     │ bad       │     … │         – │         – │    0.000 │
    └─────┴─────────────┴───────────┴───────┴───────────┴───────────┴──────────┘
    block 642   epoch 15   next epoch in 5 blocks (2 s)
    score: how well a miner answers; incentive and dividends: its share of the pay of miners, of validators."
  `)
})

test('the table tells what is waited for', () => {
  const young = { ...view, rows: [row(0, 'miner 1', 'good')] }
  expect(table(young, 250, plain).split('\n').at(-1)).toBe('The validators are asking their first questions.')
  const scored = { ...view, rows: [row(0, 'miner 1', 'good', { score: 0.5 })] }
  expect(table(scored, 250, plain).split('\n').at(-1)).toMatch(/^The first scores are in; pay follows/)
})

test('the banner', () => {
  expect(banner(plan, 2, undefined, plain)).toMatchInlineSnapshot(`
    "
    Neurite is up. A chain, 3 validators, 6 miners and a gateway, all on this machine.

    Endpoints
      chain    ws://127.0.0.1:9944  (JSON-RPC over WebSocket and HTTP)
      gateway  http://127.0.0.1:8080/v1  (OpenAI's shape)
      subnet   2 (embed)
      data     /home/you/.neurite/up  (logs in logs/)

    Development accounts  their keys are public: never use them elsewhere
      //Alice    5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY  sudo, owner of subnet embed
      //Bob      5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty  coldkey of the validators
      //Charlie  5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y  coldkey of the miners
      //Dave     5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy  free for your own tries

    Try
      curl http://127.0.0.1:8080/v1/embeddings \\
        -H 'content-type: application/json' -d '{"model":"embed","input":"a small furry animal that purrs"}'
      btcli subnets list --network ws://127.0.0.1:9944
      https://polkadot.js.org/apps/?rpc=ws%3A%2F%2F127.0.0.1%3A9944

    Ctrl-C ends everything. The next start continues this chain; --fresh starts anew.
    "
  `)
})

test('the banner says what the named wallet has', () => {
  const withWallet = (free: bigint): string => banner(plan, 2, { address: '5Yours', free }, plain)
  expect(withWallet(1_000_000_000_000_000n)).toContain('  yours      5Yours  BT_DEFAULT_TOKEN_WALLET: 1000000 TAO\n')
  expect(withWallet(0n)).toContain(
    '  yours      5Yours  BT_DEFAULT_TOKEN_WALLET: has no TAO, it gets some when the chain is made (--fresh)\n',
  )
})

test('the lines to try are those that programs are told, for a shell and within 120 columns', () => {
  const text = banner(plan, 2, undefined, plain)
  expect(text.replace(/ \\\n +/g, ' ')).toContain(`  ${tryLines(plan).curl}\n`)
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  const shown = /^ {2}curl [^\n]*\\\n[^\n]*$/m.exec(text)![0]
  const words = execFileSync('bash', ['-c', shown.replace('curl', 'printf "%s\\n"')], { encoding: 'utf8' })
  expect(words).toBe(
    'http://127.0.0.1:8080/v1/embeddings\n-H\ncontent-type: application/json\n-d\n{"model":"embed","input":"a small furry animal that purrs"}\n',
  )
})

test('the accounts in the banner are those of the plan', () => {
  const text = banner(plan, 2, undefined, plain)
  for (const key of [plan.owner, plan.validatorColdkey, plan.minerColdkey])
    expect(text).toContain(encodeAddress(key.publicKey))
})

test('colours are for terminals, and for those who want them', () => {
  const isColoured = (isTTY: boolean, env: Record<string, string>) => coloursFor({ isTTY }, env).red('x') !== 'x'
  expect(isColoured(true, {})).toBe(true)
  expect(isColoured(true, { NO_COLOR: '1' })).toBe(false)
  expect(isColoured(true, { TERM: 'dumb' })).toBe(false)
  expect(isColoured(false, {})).toBe(false)
  expect(isColoured(false, { CI: '1' })).toBe(false)
  expect(table(view, 250, coloured)).toContain(coloured.green('good'))
})

/** Up that many rows, and everything from there on is gone. */
const over = (rows: number): RegExp => new RegExp(`^\\u001b\\[${rows}A\\r\\u001b\\[0J`)

test('a terminal is drawn over, wrapped lines counted', () => {
  const wide = memory({ isTTY: true, columns: 120, rows: 40 })
  const screen = createScreen(wide, 250, coloured)
  screen.show(view)
  screen.show(view)
  expect(wide.written[0]).toMatch(/^┌/)
  expect(wide.written[1]).toMatch(over(10))
  const narrow = memory({ isTTY: true, columns: 50, rows: 40 })
  const small = createScreen(narrow, 250, plain)
  small.show(view)
  small.show(view)
  expect(narrow.written[1]).toMatch(over(21))
})

test('a terminal that does not know its size is taken for one of 80 columns and 24 rows', () => {
  const unknown = memory({ isTTY: true, columns: 0, rows: 0 })
  const screen = createScreen(unknown, 250, plain)
  screen.show(view)
  screen.show(view)
  expect(unknown.written[0]).toMatch(/^┌/)
  expect(unknown.written[1]).toMatch(over(11))
  createReport(unknown, plain).waiting(['miner 1'])
  expect(unknown.written[2]).toBe('  waiting for miner 1')
})

test('a terminal lower than the table shows its end', () => {
  const low = memory({ isTTY: true, columns: 120, rows: 5 })
  createScreen(low, 250, plain).show(view)
  expect(low.written[0]!.split('\n').length).toBe(5)
  expect(low.written[0]).toContain('block 642')
})

test('a file gets one table an epoch', () => {
  const file = memory()
  const screen = createScreen(file, 250, plain)
  for (const epochs of [15n, 15n, 16n]) screen.show({ ...view, epochs })
  expect(file.written.length).toBe(2)
  expect(file.written.join('')).not.toContain('\u001b')
})

test('preparation: steps stay, waiting is drawn over and leaves nothing behind', () => {
  const terminal = memory({ isTTY: true, columns: 120 })
  const report = createReport(terminal, plain)
  report.step('starting 2 miners')
  report.waiting(['miner 1', 'miner 2'])
  report.progress('miner 1', 0.4)
  report.ready('miner 2')
  report.ready('miner 1')
  report.step('starting the gateway')
  expect(terminal.written.join('').split('\r\u001b[2K')).toEqual([
    '· starting 2 miners\n  waiting for miner 1, miner 2',
    '  waiting for miner 1 40 %, miner 2',
    '  waiting for miner 1 40 %',
    '· starting the gateway\n',
  ])
  const file = memory()
  const quiet = createReport(file, plain)
  quiet.waiting(['miner 1'])
  quiet.progress('miner 1', 0.5)
  quiet.step('next')
  expect(file.written).toEqual(['· next\n'])
})

test('programs get one JSON object a line', () => {
  const file = memory()
  const report = createJsonReport(file)
  report.step('a')
  report.progress('miner 1', 0.4)
  report.message({ type: 'epoch', ...view, rows: [] })
  expect(file.written).toEqual([
    '{"type":"step","text":"a"}\n',
    '{"type":"progress","name":"miner 1","done":0.4}\n',
    '{"type":"epoch","block":642,"nextEpoch":5,"epochs":"15","rows":[]}\n',
  ])
})
