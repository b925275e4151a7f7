/** Asks miners over signed calls and insists on signed answers. */
import { bytesToHex, type Hex } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import { createDendrite } from '@neurite/sdk/dendrite'
import type { Json, Reply, Subnet } from '@neurite/sdk/mechanism'
import type { Neuron } from './chainView.ts'
import { callerSynapse } from './synapse.ts'

export interface SignedReply extends Reply {
  /** The miner's signature over the whole answer, checked. */
  readonly signature: string
  /** The bytes the signature is over: request nonce, both keys, status and hash of the body. */
  readonly signedMessage: Hex
}

export interface Caller {
  /** @throws NeuriteError `MinerFailed` when there is no signed answer in time */
  ask(
    neuron: Pick<Neuron, 'hotkey' | 'axon' | 'uid'>,
    ask: Json,
    limits: { readonly deadlineMs: number; readonly signal?: AbortSignal },
  ): Promise<SignedReply>
  close(): void
}

export function createCaller(subnet: Subnet, keypair: Keypair): Caller {
  const definition = callerSynapse(subnet)
  // The answer repeats the ask, so its body holds both.
  const maxAnswerBytes = subnet.answer.maxBytes + 2 * subnet.ask.maxBytes + 65_536
  const dendrite = createDendrite({ keypair, maxAnswerBytes })

  return {
    async ask({ uid, hotkey, axon }, ask, { deadlineMs, signal }) {
      if (axon === undefined) throw failed(uid, 'it announced no address')
      const answer = await dendrite.call({ ...axon, hotkey }, definition, ask as Record<string, Json>, {
        timeout: deadlineMs / 1_000,
        ...(signal === undefined ? {} : { signal }),
      })
      if (!answer.ok || answer.value === undefined)
        throw failed(uid, `${answer.status} ${answer.message}`, answer.status)
      if (answer.authentic !== true || answer.signature === undefined || answer.signedMessage === undefined) {
        throw failed(uid, answer.authentic === false ? 'its signature is wrong' : 'its answer is not signed')
      }
      return {
        answer: answer.value,
        bytes: JSON.stringify(answer.value).length,
        serviceMs: answer.seconds * 1_000,
        signature: answer.signature,
        signedMessage: bytesToHex(answer.signedMessage),
      }
    },
    close: () => dendrite.close(),
  }
}

function failed(uid: number, reason: string, status?: number): NeuriteError<'MinerFailed'> {
  return new NeuriteError('MinerFailed', `Miner \`${uid}\` gave no answer: ${reason}.`, { data: { uid, status } })
}
