/** The form of answers. */
import type { Keypair } from '@neurite/primitives/keyring'
import {
  ANSWER_SIGNATURE_HEADER,
  answerMessage,
  headerText,
  signMessage,
  stringifyPyJson,
  type TerminalInfo,
  terminalToBody,
  terminalToHeaders,
  wholeAnswerMessage,
} from '../synapse/index.ts'
import type { AxonRequest } from './axon.ts'

/** JSON of the whole synapse: its own fields and those that every synapse has. */
export function answerBody(
  fields: Readonly<Record<string, unknown>>,
  request: AxonRequest,
  axon: TerminalInfo,
): string {
  return stringifyPyJson({
    ...fields,
    name: request.name,
    timeout: request.timeout,
    total_size: 0,
    header_size: 0,
    dendrite: terminalToBody(request.dendrite),
    axon: terminalToBody(axon),
    computed_body_hash: request.bodyHash ?? '',
  })
}

/**
 * Headers of an answer, signed by the axon. Upstream's signature covers who talks to whom but not what is said, so a
 * second one covers the whole answer when there is one.
 */
export function answerHeaders(
  keypair: Keypair,
  request: AxonRequest | undefined,
  axon: TerminalInfo,
  whole?: { readonly statusCode: number; readonly body: Uint8Array },
): Record<string, string> {
  const dendriteHotkey = request?.dendrite.hotkey
  const signature = signMessage(
    keypair,
    answerMessage({ nonce: axon.nonce!, dendriteHotkey, axonHotkey: keypair.address, uuid: axon.uuid! }),
  )
  const headers: Record<string, string> = {
    name: headerText(request?.name ?? 'Synapse'),
    timeout: String(request?.timeout ?? 12),
    computed_body_hash: headerText(request?.bodyHash ?? ''),
    total_size: String(whole?.body.length ?? 0),
    ...terminalToHeaders({ ...axon, signature }, 'axon'),
    ...(request && terminalToHeaders(request.dendrite, 'dendrite')),
  }
  if (whole !== undefined) {
    headers[ANSWER_SIGNATURE_HEADER] = signMessage(
      keypair,
      wholeAnswerMessage({
        ...whole,
        requestNonce: request?.dendrite.nonce,
        dendriteHotkey,
        axonHotkey: keypair.address,
      }),
    )
  }
  const size = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return { ...headers, header_size: String(size) }
}
