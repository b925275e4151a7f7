/** `neurite explain`: who got what in a subnet's last epoch, and why. */
import { connectChain } from '@neurite/sdk/client'
import { explainEpoch } from '@neurite/sdk/explain'
import { renderNeuron, renderSubnet } from './render.ts'

export interface ExplainCommand {
  readonly netuid: number
  readonly uid: number | undefined
  readonly chain: string
  readonly mecid: number
  readonly at?: string | undefined
  readonly json?: boolean | undefined
}

const PATIENCE_MS = 5_000

/** The text that the command prints. */
export async function explain({ netuid, uid, chain: url, mecid, at, json }: ExplainCommand): Promise<string> {
  const chain = await connectChain({ url, connectTimeoutMs: PATIENCE_MS })
  try {
    const explanation = await explainEpoch(chain, netuid, { uid, mecid, at })
    if (json) {
      const amountsAsText = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)
      return JSON.stringify(explanation, amountsAsText)
    }
    return uid === undefined ? renderSubnet(explanation) : renderNeuron(explanation, uid)
  } finally {
    chain.close()
  }
}
