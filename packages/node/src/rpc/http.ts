/** JSON-RPC over HTTP POST, the health endpoints, and the CORS headers of both. */
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AllowedOrigins, isOriginAllowed } from './cors.ts'
import { oversizedRequest } from './errors.ts'
import { errorText, type Session } from './session.ts'

export interface HttpOptions {
  /** Bytes of one request body. */
  readonly maxRequest: number
  readonly cors: AllowedOrigins
}

const JSON_TYPE = 'application/json; charset=utf-8'

export function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  openSession: () => Session,
  options: HttpOptions,
): void {
  const origin = request.headers.origin
  if (origin !== undefined && isOriginAllowed(options.cors, origin)) {
    response.setHeader('access-control-allow-origin', options.cors === 'all' ? '*' : origin)
    response.setHeader('vary', 'origin')
  }
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'POST, GET, OPTIONS')
    response.setHeader('access-control-allow-headers', 'content-type')
    response.writeHead(204).end()
    return
  }
  const path = request.url?.split('?')[0]
  if (request.method === 'GET' && (path === '/health' || path === '/health/readiness')) {
    answerHealth(response, openSession(), path === '/health/readiness')
    return
  }
  if (request.method !== 'POST') {
    plain(response, 405, 'Used HTTP Method is not allowed. POST or OPTIONS is required\n')
    return
  }
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    plain(response, 415, 'Supplied content type is not allowed. Content-Type: application/json is required\n')
    return
  }
  readBody(request, options.maxRequest, (body) => {
    if (body === undefined) {
      // The rest of the body is not read, so this connection cannot be used again.
      response.setHeader('connection', 'close')
      json(response, 413, errorText(null, oversizedRequest(options.maxRequest)))
      return
    }
    const session = openSession()
    response.on('close', () => session.close())
    // Bytes that are no UTF-8 are no JSON either; a lone bracket makes the decoder say so in its own words.
    session.receive(isUtf8(body) ? body.toString() : '{', (text) => json(response, 200, text ?? ''))
  })
}

/** Calls `done` once: with the body, or with undefined when it exceeds `max` bytes. */
function readBody(request: IncomingMessage, max: number, done: (body: Buffer | undefined) => void): void {
  if (Number(request.headers['content-length'] ?? 0) > max) {
    done(undefined)
    return
  }
  const chunks: Buffer[] = []
  let length = 0
  const onData = (chunk: Buffer) => {
    length += chunk.length
    if (length <= max) {
      chunks.push(chunk)
      return
    }
    request.off('data', onData)
    request.off('end', onEnd)
    request.pause()
    done(undefined)
  }
  const onEnd = () => done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
  request.on('data', onData)
  request.on('end', onEnd)
}

interface Health {
  readonly peers: number
  readonly isSyncing: boolean
  readonly shouldHavePeers: boolean
}

/** `/health` shows `system_health`; `/health/readiness` is 200 when the node can serve and 500 otherwise. */
function answerHealth(response: ServerResponse, session: Session, readiness: boolean): void {
  response.on('close', () => session.close())
  session.receive('{"jsonrpc":"2.0","id":0,"method":"system_health"}', (text) => {
    const health = (JSON.parse(text ?? '{}') as { result?: Health }).result
    if (health === undefined) json(response, 500, '')
    else if (!readiness) json(response, 200, JSON.stringify(health))
    else json(response, !health.isSyncing && (health.peers > 0 || !health.shouldHavePeers) ? 200 : 500, '')
  })
}

function json(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(text) }).end(text)
}

export function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
}
