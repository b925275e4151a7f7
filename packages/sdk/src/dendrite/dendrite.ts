/**
 * The client side of the protocol between neurons, compatible with bittensor 10.2.0 (core/dendrite.py).
 *
 * A call never throws for what the other side or the network does: it gives an answer with a status. It throws only when
 * the request itself does not fit its definition.
 */
import { randomUUID } from 'node:crypto'
import { Agent, type IncomingMessage } from 'node:http'
import { bytesToUtf8 } from '@neurite/primitives/bytes'
import type { Keypair } from '@neurite/primitives/keyring'
import { encodeAddress } from '@neurite/primitives/ss58'
import {
  ANSWER_SIGNATURE_HEADER,
  createNonces,
  type Headers,
  headerValue,
  type JsonLimits,
  parsePyJson,
  pyToPlain,
  SYNAPSE_FIELDS,
  type SynapseDefinition,
  type TerminalInfo,
  terminalFromHeaders,
  validate,
  verifyMessage,
  wholeAnswerMessage,
} from '../synapse/index.ts'
import { errorMessageOf, type SignedRequest, signedRequest } from './request.ts'
import { bodyChunks, bodyOf, exchangeHead, TransportFailure } from './transport.ts'

export interface DendriteOptions {
  /** The hotkey that signs the calls. */
  readonly keypair: Keypair
  /** Seconds to wait for an answer. @default 12 */
  readonly timeout?: number
  /** Our own address as others see it; an axon there is called on this machine. */
  readonly externalIp?: string
  /** Connections kept to one axon at once. @default 32 */
  readonly maxSockets?: number
  /** Bytes of one answer. @default 32 MiB */
  readonly maxAnswerBytes?: number
  /** Limits on the JSON of answers. */
  readonly json?: JsonLimits
}

/** Where an axon is, as the metagraph tells. */
export interface AxonTarget {
  readonly ip: string
  readonly port: number
  /** SS58 address or account id. */
  readonly hotkey: string
}

export interface CallOptions {
  /** Seconds to wait. @default that of the dendrite */
  readonly timeout?: number
  /** Gives up early; the answer then has status 408. */
  readonly signal?: AbortSignal
}

export interface Answer<T> {
  /** True when the axon answered 200 and the answer fits the definition. */
  readonly ok: boolean
  /** Status of the axon, or of the failure: 408 timeout, 503 unreachable, 400 broken off, 422 unintelligible, 500 other. */
  readonly status: number
  readonly message: string
  /** Present when `ok` (never for streams). */
  readonly value?: T
  /** True or false: signature over the whole answer by the axon's hotkey. Undefined: there is none (Python axons). */
  readonly authentic?: boolean
  /** That signature as it was sent, and the bytes it is over. */
  readonly signature?: string
  readonly signedMessage?: Uint8Array
  readonly axon: TerminalInfo
  readonly dendrite: TerminalInfo
  /** Seconds from the first byte sent to the last received, measured here. */
  readonly seconds: number
}

export interface Dendrite {
  /** Identifies this dendrite; calls that run beside another to the same axon use uuids of their own. */
  readonly uuid: string
  call<Request extends object, Response extends object>(
    target: AxonTarget,
    definition: SynapseDefinition<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Answer<Response>>
  /** The same call to many axons at once; answers in the order of `targets`. */
  callMany<Request extends object, Response extends object>(
    targets: readonly AxonTarget[],
    definition: SynapseDefinition<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Answer<Response>[]>
  /** Chunks of a streamed answer as they come; the generator returns how the call ended. */
  stream<Request extends object, Response extends object>(
    target: AxonTarget,
    definition: SynapseDefinition<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): AsyncGenerator<Uint8Array, Answer<Response>>
  /** Closes the kept connections. */
  close(): void
}

const MEBIBYTE = 1 << 20
const DEFAULT_TIMEOUT_SECONDS = 12

/** Addresses that mean "this machine" rather than an axon: those of neurons that do not serve. */
const NOWHERE = new Set(['0.0.0.0', '::', ''])

/** A call on its way. */
interface Pending {
  readonly target: AxonTarget
  readonly definition: SynapseDefinition
  readonly request: SignedRequest
  readonly started: number
  readonly timeout: number
  readonly signal: AbortSignal
  /** Ends the timers. */
  done(): void
}

export function createDendrite(options: DendriteOptions): Dendrite {
  const { keypair } = options
  const uuid = randomUUID()
  const nextNonce = createNonces()
  const agent = new Agent({ keepAlive: true, maxSockets: options.maxSockets ?? 32, scheduling: 'lifo' })
  const maxBytes = options.maxAnswerBytes ?? 32 * MEBIBYTE

  /**
   * Uuids that no running call to the hotkey uses. An axon wants rising nonces per uuid, and calls at once may overtake
   * each other on the way; so each of them has a uuid to itself.
   */
  const freeUuids = new Map<string, string[]>()

  function takeUuid(hotkey: string): string {
    const free = freeUuids.get(hotkey)
    if (free !== undefined) return free.pop() ?? randomUUID()
    freeUuids.set(hotkey, [])
    return uuid
  }

  function begin(given: AxonTarget, definition: SynapseDefinition, fields: object, call: CallOptions): Pending {
    const timeout = call.timeout ?? options.timeout ?? DEFAULT_TIMEOUT_SECONDS
    const hotkey = given.hotkey.startsWith('0x') ? encodeAddress(given.hotkey as `0x${string}`) : given.hotkey
    const target = { ip: given.ip, port: given.port, hotkey }
    const callUuid = takeUuid(hotkey)
    const request = signedRequest({
      keypair,
      definition,
      fields,
      target,
      uuid: callUuid,
      nonce: nextNonce(),
      timeout,
      externalIp: options.externalIp,
    })
    const abort = new AbortController()
    const stop = () => abort.abort()
    const timer = setTimeout(stop, timeout * 1_000)
    call.signal?.addEventListener('abort', stop)
    if (call.signal?.aborted) stop()
    return {
      target,
      definition,
      request,
      timeout,
      started: performance.now(),
      signal: abort.signal,
      done() {
        clearTimeout(timer)
        freeUuids.get(hotkey)?.push(callUuid)
        call.signal?.removeEventListener('abort', stop)
      },
    }
  }

  async function head({ target, definition, request, signal }: Pending): Promise<IncomingMessage> {
    const local = options.externalIp !== undefined && target.ip === options.externalIp
    const unavailable = `Service unavailable at ${target.ip}:${target.port}/${definition.name}`
    if (!Number.isInteger(target.port) || target.port < 1 || target.port > 65_535)
      throw new TransportFailure(503, unavailable)
    if (!local && NOWHERE.has(target.ip)) throw new TransportFailure(503, unavailable)
    return await exchangeHead({
      host: local ? '0.0.0.0' : target.ip,
      port: target.port,
      path: `/${definition.name}`,
      headers: request.headers,
      body: request.body,
      agent,
      signal,
    })
  }

  /** An answer without a value. */
  function ended<T>(pending: Pending, status: number, message: string, axon: TerminalInfo = {}): Answer<T> {
    const seconds = (performance.now() - pending.started) / 1_000
    const dendrite = { ...pending.request.dendrite, statusCode: status, statusMessage: message, processTime: seconds }
    return { ok: status === 200, status, message, axon: { ...pending.request.axon, ...axon }, dendrite, seconds }
  }

  function failed<T>(pending: Pending, error: unknown): Answer<T> {
    if (pending.signal.aborted) return ended(pending, 408, `Request timeout after ${pending.timeout} seconds`)
    if (error instanceof TransportFailure) return ended(pending, error.status, error.shortMessage)
    return ended(pending, 422, `Failed to parse response: ${error instanceof Error ? error.message : String(error)}`)
  }

  /** What the axon tells about itself; nothing if its headers are malformed. */
  function axonInfo(message: IncomingMessage): TerminalInfo {
    try {
      return terminalFromHeaders(message.headers as Headers, 'axon')
    } catch {
      return {}
    }
  }

  async function signatureOf(
    pending: Pending,
    message: IncomingMessage,
    body: Uint8Array,
  ): Promise<Pick<Answer<never>, 'authentic' | 'signature' | 'signedMessage'>> {
    const signature = headerValue(message.headers as Headers, ANSWER_SIGNATURE_HEADER)
    if (signature === undefined) return {}
    const { hotkey } = pending.target
    const signed = wholeAnswerMessage({
      requestNonce: pending.request.dendrite.nonce,
      dendriteHotkey: keypair.address,
      axonHotkey: hotkey,
      statusCode: message.statusCode ?? 0,
      body,
    })
    return { authentic: await verifyMessage(hotkey, signed, signature), signature, signedMessage: signed }
  }

  async function answerFrom<T>(pending: Pending, message: IncomingMessage, body: Uint8Array): Promise<Answer<T>> {
    const status = message.statusCode ?? 0
    const axon = axonInfo(message)
    const signed = await signatureOf(pending, message, body)
    if (status !== 200) {
      const text = errorMessageOf(body) ?? axon.statusMessage ?? message.statusMessage ?? ''
      return { ...ended<T>(pending, status, text, axon), ...signed, ok: false }
    }
    const parsed = parsePyJson(bytesToUtf8(body), options.json)
    if (!(parsed instanceof Map)) throw new TransportFailure(422, 'Failed to parse response: it is not a JSON object')
    const fields = [...parsed].filter(([name]) => !SYNAPSE_FIELDS.has(name))
    const plain = Object.fromEntries(fields.map(([name, value]) => [name, pyToPlain(value)]))
    const value = validate(pending.definition.response, plain) as T
    return { ...ended<T>(pending, 200, axon.statusMessage ?? 'Success', axon), ...signed, value }
  }

  async function run<T>(pending: Pending): Promise<Answer<T>> {
    try {
      const message = await head(pending)
      return await answerFrom<T>(pending, message, await bodyOf(message, maxBytes))
    } catch (error) {
      return failed(pending, error)
    } finally {
      pending.done()
    }
  }

  async function* streaming<T>(pending: Pending): AsyncGenerator<Uint8Array, Answer<T>> {
    try {
      const message = await head(pending)
      if (message.statusCode !== 200) return await answerFrom<T>(pending, message, await bodyOf(message, maxBytes))
      yield* bodyChunks(message, maxBytes)
      return ended<T>(pending, 200, 'Success', axonInfo(message))
    } catch (error) {
      return failed(pending, error)
    } finally {
      pending.done()
    }
  }

  return {
    uuid,
    call: async (target, definition, request, call = {}) => await run(begin(target, definition, request, call)),
    callMany: async (targets, definition, request, call = {}) =>
      await Promise.all(targets.map((target) => run<never>(begin(target, definition, request, call)))),
    stream: (target, definition, request, call = {}) => streaming(begin(target, definition, request, call)),
    close: () => agent.destroy(),
  }
}
