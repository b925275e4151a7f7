/** One HTTP exchange, with failures as the codes that upstream's dendrite gives them (core/dendrite.py). */
import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { concatBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'

/** The exchange failed; `status` is the code a caller sees in place of the axon's. */
export class TransportFailure extends NeuriteError<'TransportFailure'> {
  override readonly name = 'TransportFailure'
  readonly status: number

  constructor(status: number, message: string, cause?: unknown) {
    super('TransportFailure', message, { data: { status }, cause })
    this.status = status
  }
}

export interface Exchange {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly agent: Agent
  /** Ends the exchange, whatever it is doing. */
  readonly signal: AbortSignal
}

/** What `connect` or the name lookup says when nobody answers there. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EACCES',
])

/** The failure that `error`, met before an answer began, stands for. */
function failureOf(error: unknown, exchange: Exchange): TransportFailure {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const text = error instanceof Error ? error.message : String(error)
  if (UNREACHABLE.has(code)) {
    return new TransportFailure(503, `Service unavailable at ${exchange.host}:${exchange.port}${exchange.path}`, error)
  }
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return new TransportFailure(503, `Service disconnected: ${text}`, error)
  if (code.startsWith('HPE_')) return new TransportFailure(400, `Client response error: ${text}`, error)
  return new TransportFailure(500, `Client error: ${text}`, error)
}

function send(exchange: Exchange, again: boolean): Promise<IncomingMessage> {
  const { host, port, path, headers, body, agent, signal } = exchange
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host,
      port,
      path,
      agent,
      signal,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
    })
    request.once('response', resolve)
    request.once('error', (error) => {
      // A kept connection that the axon had just given up. The nonce is the same, so the axon cannot do the work twice.
      const stale = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET' && !signal.aborted
      if (stale && again) send(exchange, false).then(resolve, reject)
      else reject(failureOf(error, exchange))
    })
    request.end(body)
  })
}

/** Sends the request and waits for the head of the answer. @throws TransportFailure */
export async function exchangeHead(exchange: Exchange): Promise<IncomingMessage> {
  return await send(exchange, true)
}

/** Chunks of an answer's body. @throws TransportFailure 400 when it breaks off, 422 beyond `maxBytes` */
export async function* bodyChunks(message: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  let length = 0
  try {
    for await (const chunk of message as AsyncIterable<Uint8Array>) {
      length += chunk.length
      if (length > maxBytes) throw new TransportFailure(422, `Failed to parse response: it exceeds ${maxBytes} bytes`)
      yield chunk
    }
  } catch (error) {
    if (error instanceof TransportFailure) throw error
    throw new TransportFailure(400, `Payload error: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

export async function bodyOf(message: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of bodyChunks(message, maxBytes)) parts.push(part)
  return concatBytes(...parts)
}
