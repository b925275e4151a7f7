/**
 * The server side of the protocol between neurons: signed calls over HTTP, compatible with bittensor 10.2.0
 * (core/axon.py), answered with signed responses.
 *
 * Order of work, as upstream: find the route, read the headers, blacklist, verify, priority, body, handler. Nothing is
 * read from the body before the caller is verified.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { utf8ToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import {
  defineSynapse,
  type Headers,
  headerValue,
  markFloats,
  nowNanoseconds,
  PROTOCOL_VERSION,
  type PyValue,
  pyStr,
  pyToPlain,
  type SynapseDefinition,
  stringifyPyJson,
  type TerminalInfo,
  terminalFromHeaders,
  type VerifySignature,
  validate,
} from '../synapse/index.ts'
import { checkBodyHash, parseFields, readBody } from './body.ts'
import { AxonRefusal } from './refusal.ts'
import { createReplayStore, type ReplayStore } from './replay.ts'
import { answerBody, answerHeaders } from './respond.ts'
import { createSlots } from './slots.ts'
import { verifyRequest } from './verify.ts'

export interface AxonLimits {
  /** Bytes of one body. @default 8 MiB */
  readonly maxBodyBytes?: number
  /** Nesting of the JSON. @default 32 */
  readonly maxJsonDepth?: number
  /** Requests handled at once. @default 64 */
  readonly concurrency?: number
  /** Requests that may wait for their turn. @default 256 */
  readonly maxWaiting?: number
  /** Open connections. @default 1024 */
  readonly maxConnections?: number
  /** Longest timeout granted to a caller, in seconds. @default 600 */
  readonly maxTimeout?: number
}

export interface AxonOptions {
  /** The hotkey that answers. */
  readonly keypair: Keypair
  /** @default 0.0.0.0 */
  readonly host?: string
  /** 0 takes any free port. @default 8091 */
  readonly port?: number
  /** Accept calls without a signature. Handlers see `verified: false`. @default false */
  readonly allowUnsigned?: boolean
  /** Memory of nonces; see `openReplayFile` for one that survives restarts. @default in memory */
  readonly replay?: ReplayStore
  /** @default on this thread */
  readonly verifySignature?: VerifySignature
  readonly limits?: AxonLimits
  /** Told of every failure answered with 500, under the id that the caller sees. */
  readonly onError?: (error: unknown, errorId: string) => void
}

/** What the headers of a call say. Until it is verified, the hotkey is only a claim. */
export interface AxonRequest {
  readonly name: string
  /** Seconds the caller will wait. */
  readonly timeout: number
  /** The hash of the body that the caller signed. */
  readonly bodyHash: string | undefined
  readonly dendrite: TerminalInfo
  readonly axon: TerminalInfo
}

export interface CallContext extends AxonRequest {
  /** False only when unsigned calls are allowed and this one is unsigned. */
  readonly verified: boolean
  /** Aborted when the caller went away or its timeout passed. */
  readonly signal: AbortSignal
}

type Awaitable<T> = T | Promise<T>

/** What a streaming handler gives: chunks, sent as they come. */
export type Chunks = AsyncIterable<string | Uint8Array>

export interface AxonRoute<Request, Answer> {
  readonly handle: (request: Request, context: CallContext) => Awaitable<Answer>
  /** A reason to refuse with 403. The hotkey is not verified yet. @default nobody */
  readonly blacklist?: (request: AxonRequest) => Awaitable<string | undefined>
  /** Higher goes first when requests wait. @default 0 */
  readonly priority?: (request: AxonRequest) => Awaitable<number>
  /** Replaces the verification of signature and nonce; throws to refuse with 401. */
  readonly verify?: (request: AxonRequest) => Awaitable<void>
}

export interface Axon {
  /** Identifies this axon in its answers. */
  readonly uuid: string
  /** Adds a route for `definition`. Streaming definitions take a handler that gives chunks. */
  attach<Request extends object, Response extends object>(
    definition: SynapseDefinition<Request, Response>,
    route: AxonRoute<Request, Response | Chunks>,
  ): Axon
  /** Starts to listen; gives the port. */
  listen(): Promise<number>
  /** Stops listening, lets running requests finish for `graceSeconds`, then cuts them. @default 5 */
  close(graceSeconds?: number): Promise<void>
}

interface Attached {
  readonly definition: SynapseDefinition
  readonly route: AxonRoute<object, object | Chunks>
}

const MEBIBYTE = 1 << 20
const DEFAULT_PORT = 8_091
const DEFAULT_TIMEOUT_SECONDS = 12

/** A call while it is being answered. */
interface Call {
  readonly request: AxonRequest
  readonly attached: Attached
}

function isChunks(value: unknown): value is Chunks {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** What the headers say. @throws NeuriteError `MalformedHeader` */
function requestFrom(name: string, message: IncomingMessage): AxonRequest {
  const headers = message.headers as Headers
  const timeoutText = headerValue(headers, 'timeout')
  const timeout = timeoutText === undefined ? DEFAULT_TIMEOUT_SECONDS : Number(timeoutText)
  if (!Number.isFinite(timeout)) throw new NeuriteError('MalformedHeader', 'The header `timeout` is malformed.')
  return {
    name,
    timeout,
    bodyHash: headerValue(headers, 'computed_body_hash'),
    axon: terminalFromHeaders(headers, 'axon'),
    dendrite: {
      ...terminalFromHeaders(headers, 'dendrite'),
      ...(message.socket.remoteAddress === undefined ? {} : { ip: message.socket.remoteAddress }),
      ...(message.socket.remotePort === undefined ? {} : { port: message.socket.remotePort }),
    },
  }
}

export function createAxon(options: AxonOptions): Axon {
  const { keypair, limits = {} } = options
  const uuid = randomUUID()
  const replay = options.replay ?? createReplayStore()
  const maxTimeout = limits.maxTimeout ?? 600
  const maxBodyBytes = limits.maxBodyBytes ?? 8 * MEBIBYTE
  const slots = createSlots(limits.concurrency ?? 64, limits.maxWaiting ?? 256)
  const routes = new Map<string, Attached>()
  const running = new Set<Promise<void>>()

  function findRoute(message: IncomingMessage): Attached {
    const path = (message.url ?? '/').split('?')[0]!
    const name = path.split('/')[1] ?? ''
    const attached = routes.get(name)
    if (attached !== undefined && path === `/${name}` && (message.method === 'POST' || message.method === 'GET')) {
      return attached
    }
    throw new AxonRefusal(
      404,
      `Synapse name '${name.slice(0, 100)}' not found. Available synapses ${pyStr([...routes.keys()])}`,
    )
  }

  async function admit({ request, attached: { route } }: Call): Promise<boolean> {
    const reason = await route.blacklist?.(request)
    if (reason !== undefined) throw new AxonRefusal(403, `Forbidden. Key is blacklisted: ${reason}.`)
    try {
      if (route.verify !== undefined) {
        await route.verify(request)
        return true
      }
      return await verifyRequest(request, {
        axonHotkey: keypair.address,
        replay,
        allowUnsigned: options.allowUnsigned ?? false,
        maxTimeout,
        ...(options.verifySignature && { verifySignature: options.verifySignature }),
      })
    } catch (error) {
      const text =
        error instanceof NeuriteError ? error.shortMessage : error instanceof Error ? error.message : String(error)
      throw new AxonRefusal(401, `Not Verified with error: ${text}`)
    }
  }

  async function readRequest(
    call: Call,
    verified: boolean,
    message: IncomingMessage,
  ): Promise<{ fields: Map<string, PyValue>; value: object }> {
    const { definition } = call.attached
    const bytes = await readBody(message, maxBodyBytes)
    const fields = parseFields(bytes, limits.maxJsonDepth === undefined ? {} : { maxDepth: limits.maxJsonDepth })
    // Who signs nothing need not say what it would have signed.
    if (verified || call.request.bodyHash !== undefined)
      checkBodyHash(fields, definition.requiredHashFields, call.request.bodyHash)
    const plain = Object.fromEntries([...fields].map(([name, value]) => [name, pyToPlain(value)]))
    try {
      return { fields, value: validate(definition.request, plain) }
    } catch (error) {
      throw new AxonRefusal(422, `The request is invalid: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Runs the handler within the caller's timeout. */
  async function handle(
    call: Call,
    value: object,
    verified: boolean,
    response: ServerResponse,
  ): Promise<object | Chunks> {
    const { request, attached } = call
    const timeout = Math.max(0, Math.min(request.timeout, maxTimeout))
    const priority = (await attached.route.priority?.(request)) ?? 0
    const release = await slots.take(priority, timeout)
    const abort = new AbortController()
    let timer: NodeJS.Timeout | undefined
    /** Ends the waiting before the handler does. */
    const cut = new Promise<never>((_, reject) => {
      const end = (status: number, text: string) => {
        abort.abort()
        reject(new AxonRefusal(status, text))
      }
      timer = setTimeout(() => end(408, `Response timeout after: ${timeout}s`), timeout * 1_000)
      const left = () => {
        release()
        // A finished answer closes the response too, and leaves nothing to abort.
        if (!response.writableFinished) end(499, 'The caller left')
      }
      // The caller may have left while this waited for its turn; then `close` is past.
      if (response.closed) left()
      else response.once('close', left)
    })
    try {
      if (abort.signal.aborted) return await cut
      const context: CallContext = { ...request, verified, signal: abort.signal }
      return await Promise.race([attached.route.handle(value, context), cut])
    } finally {
      clearTimeout(timer)
    }
  }

  async function dispatch(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now()
    let call: Call | undefined
    /** This axon's side of the answer. */
    const terminal = (statusCode: number, statusMessage: string): TerminalInfo => ({
      ...call?.request.axon,
      statusCode,
      statusMessage,
      processTime: (performance.now() - started) / 1_000,
      version: PROTOCOL_VERSION,
      nonce: nowNanoseconds(),
      uuid,
      hotkey: keypair.address,
    })

    try {
      const attached = findRoute(message)
      call = { attached, request: requestFrom(attached.definition.name, message) }
      const verified = await admit(call)
      const { fields, value } = await readRequest(call, verified, message)
      const result = await handle(call, value, verified, response)
      if (attached.definition.streaming === true) {
        if (!isChunks(result))
          throw new NeuriteError('NotChunks', `The handler of \`${attached.definition.name}\` gave no stream.`)
        await stream(result, call, terminal(200, 'Success'), response)
        return
      }
      const answer = validate(attached.definition.response, result)
      const axon = terminal(200, 'Success')
      // Python callers build the whole synapse from the answer, so it repeats the request.
      const marked = markFloats(answer as Record<string, unknown>, attached.definition.floatFields)
      const body = answerBody({ ...Object.fromEntries(fields), ...marked }, call.request, axon)
      send(response, 200, body, call, axon)
    } catch (error) {
      // The caller left in the middle of its request: nobody to answer, and no fault of ours.
      if (message.destroyed && !message.complete) {
        response.destroy()
        return
      }
      const errorId = randomUUID()
      const refusal = error instanceof AxonRefusal ? error : new AxonRefusal(500, `Internal Server Error #${errorId}`)
      if (!(error instanceof AxonRefusal)) options.onError?.(error, errorId)
      const axon = terminal(refusal.status, refusal.shortMessage)
      if (response.headersSent) response.destroy()
      else {
        // The rest of a small body is read over, to keep the connection; a large one is not worth waiting for.
        const length = Number(message.headers['content-length'] ?? Number.POSITIVE_INFINITY)
        if (!message.complete && length > MEBIBYTE) response.setHeader('connection', 'close')
        send(response, refusal.status, stringifyPyJson({ message: refusal.shortMessage }), call, axon)
      }
    }
  }

  function send(
    response: ServerResponse,
    status: number,
    text: string,
    call: Call | undefined,
    axon: TerminalInfo,
  ): void {
    const body = utf8ToBytes(text)
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': body.length,
      ...answerHeaders(keypair, call?.request, axon, { statusCode: status, body }),
    })
    response.end(body)
  }

  async function stream(chunks: Chunks, call: Call, axon: TerminalInfo, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...answerHeaders(keypair, call.request, axon) })
    for await (const chunk of chunks) {
      if (response.destroyed) return
      if (!response.write(chunk)) {
        await new Promise<void>((resolve) => {
          response.once('drain', resolve)
          response.once('close', resolve)
        })
      }
    }
    response.end()
  }

  const server = createServer(
    { maxHeaderSize: 32 * 1_024, headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 },
    (message, response) => {
      const answered = dispatch(message, response).finally(() => running.delete(answered))
      running.add(answered)
    },
  )
  server.maxConnections = limits.maxConnections ?? 1_024

  const axon: Axon = {
    uuid,
    attach(definition, route) {
      defineSynapse(definition)
      routes.set(definition.name, { definition, route } as unknown as Attached)
      return axon
    },
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', (cause) => {
          reject(
            new NeuriteError('AxonListen', `The axon cannot listen on port \`${options.port ?? DEFAULT_PORT}\`.`, {
              cause,
            }),
          )
        })
        server.listen(options.port ?? DEFAULT_PORT, options.host ?? '0.0.0.0', () => {
          resolve((server.address() as AddressInfo).port)
        })
      }),
    async close(graceSeconds = 5) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), graceSeconds * 1_000)
      await Promise.allSettled([...running])
      server.closeIdleConnections()
      await closed
      clearTimeout(cut)
    },
  }
  // The ping of every axon: gives back what it got.
  const anything = (value: unknown): object => value as object
  return axon.attach({ name: 'Synapse', request: anything, response: anything }, { handle: (request) => request })
}
