/** The node's explanation of an epoch. */
import type { Hash } from '@neurite/primitives/bytes'
import { isNeuriteError, NeuriteError } from '@neurite/primitives/errors'
import type { EpochExplanation as Explanation, NeuronExplanation } from '@neurite/runtime/pallets/subtensor/explain'
import type { Chain } from '../client/index.ts'
import { readExplanation } from './shape.ts'

/** Who got what in one epoch, and why. Shares are fractions of 1, amounts alpha-rao. */
export interface EpochExplanation extends Explanation {
  /** The block in whose beginning the epoch ran. */
  readonly blockHash: Hash
}

export interface ExplainOptions {
  /** Tell only the weights and bonds of and with this uid. */
  readonly uid?: number | undefined
  /** @default 0 */
  readonly mecid?: number | undefined
  /** Explain the last epoch as of this block. @default the best block */
  readonly at?: string | undefined
}

/**
 * The last epoch of a subnet, explained by the node.
 * @throws NeuriteError `NoExplanations` when the node is not one of ours, `MalformedExplanation` when its answer has
 * another shape; RpcError when there was no epoch, or the state before it is no longer kept
 */
export async function explainEpoch(
  chain: Chain,
  netuid: number,
  { uid, mecid = 0, at }: ExplainOptions = {},
): Promise<EpochExplanation> {
  try {
    const explanation = await ask(chain, [netuid, uid ?? null, at ?? null, mecid])
    return uid === undefined ? await withAllCosts(chain, explanation) : explanation
  } catch (error) {
    if (!isNeuriteError(error) || !/method not found/i.test(error.message)) throw error
    throw new NeuriteError('NoExplanations', `The node at \`${chain.connection.url}\` does not explain epochs.`, {
      details: ['Expected a Neurite node; others do not have `neurite_explainEpoch`.'],
      cause: error,
    })
  }
}

async function ask(chain: Chain, params: readonly unknown[]): Promise<EpochExplanation> {
  return readExplanation(await chain.connection.request('neurite_explainEpoch', params))
}

/**
 * Fills in what their weights cost the validators. On a large subnet the node tells it of one at a time, so that no
 * answer keeps others waiting.
 */
async function withAllCosts(chain: Chain, explanation: EpochExplanation): Promise<EpochExplanation> {
  const { netuid, mecid, blockHash, neurons } = explanation
  if (neurons.every(({ consensus }) => consensus === 0)) return explanation
  const filled: NeuronExplanation[] = []
  for (const neuron of neurons) {
    const isMissing = neuron.permit && neuron.conform === undefined
    filled.push(isMissing ? (await ask(chain, [netuid, neuron.uid, blockHash, mecid])).neurons[neuron.uid]! : neuron)
  }
  return { ...explanation, neurons: filled }
}
