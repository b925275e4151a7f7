/** `neurite explain`: who got what in a subnet's last epoch, and why. */
import { connectChain } from '@neurite/sdk/client'
import { explainEpoch } from '@neurite/sdk/explain'
import { coloursFor } from '../up/render.ts'
import { renderNeuron, renderSubnet } from './render.ts'
import type { Page } from './table.ts'

export interface ExplainCommand {
  readonly netuid: number
  readonly uid: number | undefined
  readonly chain: string
  readonly mecid: number
  readonly at?: string | undefined
  readonly json?: boolean | undefined
}

/** Where there is no terminal to ask: nothing is left out. */
const WIDTH_OF_PIPES = 120

/** How to write on `output`: in colours and as wide as it is if it is a terminal, or as `COLUMNS` says. */
export function pageOf(
  output: { readonly isTTY?: boolean; readonly columns?: number },
  env: NodeJS.ProcessEnv = process.env,
): Page {
  const wanted = Number(env['COLUMNS'])
  // A terminal that does not know its width says 0.
  const width = output.columns || (wanted > 0 ? wanted : WIDTH_OF_PIPES)
  return { width, colours: coloursFor(output, env) }
}

const PATIENCE_MS = 5_000

/** The text that the command prints. */
export async function explain(
  { netuid, uid, chain: url, mecid, at, json }: ExplainCommand,
  page: Page = pageOf(process.stdout),
): Promise<string> {
  const chain = await connectChain({ url, connectTimeoutMs: PATIENCE_MS })
  try {
    const explanation = await explainEpoch(chain, netuid, { uid, mecid, at })
    if (json) {
      const amountsAsText = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)
      return JSON.stringify(explanation, amountsAsText)
    }
    return uid === undefined ? renderSubnet(explanation, page) : renderNeuron(explanation, uid, page)
  } finally {
    chain.close()
  }
}
