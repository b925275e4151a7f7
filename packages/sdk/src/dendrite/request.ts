/** The form of requests. */
import { bytesToUtf8, utf8ToBytes } from '@neurite/primitives/bytes'
import type { Keypair } from '@neurite/primitives/keyring'
import {
  bodyHash,
  markFloats,
  PROTOCOL_VERSION,
  PyFloat,
  requestMessage,
  type SynapseDefinition,
  signMessage,
  stringifyPyJson,
  type TerminalInfo,
  terminalToBody,
  terminalToHeaders,
  validate,
} from '../synapse/index.ts'

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly axon: TerminalInfo
  readonly dendrite: TerminalInfo
}

export interface RequestParts {
  readonly keypair: Keypair
  readonly definition: SynapseDefinition
  readonly fields: object
  readonly target: { readonly ip: string; readonly port: number; readonly hotkey: string }
  readonly uuid: string
  readonly nonce: bigint
  readonly timeout: number
  readonly externalIp: string | undefined
}

/** An empty value of the type of `value`: what Python axons build their synapse from before they see the body. */
function emptyLike(value: unknown): unknown {
  if (value instanceof PyFloat) return new PyFloat(0)
  if (Array.isArray(value)) return []
  return { string: '', number: 0, bigint: 0, boolean: false }[typeof value as string] ?? {}
}

const toBase64 = (text: string): string => btoa(String.fromCharCode(...utf8ToBytes(text)))

/** Fields without default: those the definition names, else the ones that its zod schema insists on. */
export function requiredFieldsOf(definition: SynapseDefinition): readonly string[] {
  if (definition.requiredFields !== undefined) return definition.requiredFields
  const shape = (definition.request as { shape?: Record<string, { safeParse?(value: unknown): { success: boolean } }> })
    .shape
  if (typeof shape !== 'object' || shape === null) return []
  return Object.keys(shape).filter((name) => shape[name]?.safeParse?.(undefined).success === false)
}

/** The signed request for `parts`. @throws what the definition's validator throws on bad fields */
export function signedRequest(parts: RequestParts): SignedRequest {
  const { keypair, definition, target, timeout, nonce, uuid } = parts
  const checked = validate(definition.request, parts.fields) as Record<string, unknown>
  const fields = markFloats(checked, definition.floatFields)
  const hash = bodyHash(new Map(Object.entries(fields)), definition.requiredHashFields)
  const message = requestMessage({
    nonce,
    dendriteHotkey: keypair.address,
    axonHotkey: target.hotkey,
    uuid,
    bodyHash: hash,
  })
  const axon: TerminalInfo = { ip: target.ip, port: target.port, hotkey: target.hotkey }
  const dendrite: TerminalInfo = {
    ...(parts.externalIp === undefined ? {} : { ip: parts.externalIp }),
    version: PROTOCOL_VERSION,
    nonce,
    uuid,
    hotkey: keypair.address,
    signature: signMessage(keypair, message),
  }
  const body = utf8ToBytes(
    stringifyPyJson({
      ...fields,
      name: definition.name,
      timeout: new PyFloat(timeout),
      total_size: 0,
      header_size: 0,
      dendrite: terminalToBody(dendrite),
      axon: terminalToBody(axon),
      computed_body_hash: hash,
    }),
  )
  const headers: Record<string, string> = {
    name: definition.name,
    timeout: String(timeout),
    ...terminalToHeaders(axon, 'axon'),
    ...terminalToHeaders(dendrite, 'dendrite'),
    total_size: String(body.length),
    computed_body_hash: hash,
  }
  for (const name of requiredFieldsOf(definition)) {
    const value = fields[name]
    if (value === undefined || value === null) continue
    headers[`bt_header_input_obj_${name}`] = toBase64(stringifyPyJson(emptyLike(value)))
  }
  const size = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return { headers: { ...headers, header_size: String(size) }, body, axon, dendrite }
}

/** `message` of an error answer; undefined when it has none. */
export function errorMessageOf(body: Uint8Array): string | undefined {
  try {
    const { message } = JSON.parse(bytesToUtf8(body)) as { message?: unknown }
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
