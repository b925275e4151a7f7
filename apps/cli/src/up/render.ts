/** The banner and the live table. */
import { formatTao } from '@neurite/primitives/units'
import Table from 'cli-table3'
import pc from 'picocolors'
import type { View } from './model.ts'
import type { Plan } from './plan.ts'

/** 1,000,000 TAO or 2,000 TAO each, from genesis; the keys are public. */
const DEV_ACCOUNTS = [
  ['//Alice', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY', 'sudo, owner of subnet embed'],
  ['//Bob', '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty', 'coldkey of the validators'],
  ['//Charlie', '5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y', 'coldkey of the miners'],
  ['//Dave', '5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy', ''],
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

export function banner(plan: Plan, netuid: number, extraWallet: string | undefined): string {
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
    ...(extraWallet ? [`  ${'yours'.padEnd(10)} ${extraWallet}  ${pc.dim('from BT_DEFAULT_TOKEN_WALLET')}`] : []),
    '',
    heading('Try'),
    `  ${lines.curl}`,
    `  ${lines.btcli}`,
    `  ${lines.polkadot}`,
    '',
    pc.dim('Ctrl-C ends everything. The next start continues this chain; --fresh starts anew.'),
    '',
  ].join('\n')
}

const COLOURS: Record<string, (text: string) => string> = {
  good: pc.green,
  ok: pc.yellow,
  bad: pc.red,
  memoriser: pc.magenta,
  validator: pc.cyan,
  owner: pc.dim,
}

export function table(view: View): string {
  const out = new Table({
    head: ['uid', 'who', 'quality', 'score', 'incentive', 'dividends', 'earned α'],
    colAligns: ['right', 'left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: ['bold'], border: ['gray'], compact: true },
  })
  const percent = (value: number): string => (value === 0 ? '–' : `${((value / 65_535) * 100).toFixed(1)} %`)
  for (const row of view.rows) {
    out.push([
      row.uid,
      row.who,
      (COLOURS[row.role] ?? String)(row.role),
      row.score === undefined ? '' : row.score.toFixed(3),
      percent(row.incentive),
      percent(row.dividends),
      Number(formatTao(row.alpha)).toFixed(3),
    ])
  }
  const status = `block ${view.block}   epoch ${view.epochs}   next epoch in ${view.nextEpoch} blocks`
  return `${out.toString()}\n${status}`
}

/** Redraws in place on a terminal; elsewhere prints one summary an epoch. */
export function createScreen(output: NodeJS.WriteStream): { show(view: View): void } {
  let drawn = 0
  let lastEpoch = -1n
  return {
    show(view) {
      if (!output.isTTY) {
        if (view.epochs === lastEpoch) return
        lastEpoch = view.epochs
        output.write(`${table(view)}\n`)
        return
      }
      const text = table(view)
      const up = drawn > 0 ? `\u001b[${drawn}A\u001b[0J` : ''
      output.write(`${up}${text}\n`)
      drawn = text.split('\n').length
    },
  }
}
