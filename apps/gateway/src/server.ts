/** The gateway: OpenAI's HTTP interface in front of a subnet's miners, with the proof of who answered in the headers. */
import { timingSafeEqual } from 'node:crypto'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Keypair } from '@neurite/primitives/keyring'
import { encodeAddress } from '@neurite/primitives/ss58'
import type { OrganicRoute, Subnet } from '@neurite/sdk/mechanism'
import { type ChainView, createCaller, type Neuron } from '@neurite/subnets/host'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { type Answered, answerFrom, asksFor } from './answer.ts'
import { ApiError } from './errors.ts'
import { createRateLimiter, type RateLimit } from './limits.ts'
import { createMinerPool, type MinerPool } from './miners.ts'
import { parseEmbeddingsRequest } from './request.ts'

export interface GatewayOptions {
  readonly subnet: Subnet
  readonly netuid: number
  /** Signs the calls to miners. */
  readonly keypair: Keypair
  readonly chain: Pick<ChainView, 'metagraph'>
  /** Keys that callers must show; absent = anyone may call. */
  readonly apiKeys?: readonly string[]
  /** @default 6000 a minute, 200 at once, per API key or else per address */
  readonly rateLimit?: RateLimit
  /** Milliseconds between looks at the metagraph. @default 2000 */
  readonly refreshMs?: number
  /** Milliseconds after which a second miner is asked too. @default 800 */
  readonly hedgeMs?: number
  /** Miners tried for one request. @default 4 */
  readonly attempts?: number
  readonly onError?: (error: unknown) => void
}

export interface Gateway {
  readonly app: FastifyInstance
  readonly pool: MinerPool
  /** Gives the port. */
  listen(options: { readonly host: string; readonly port: number }): Promise<number>
  close(): Promise<void>
}

/** Texts of one request, as OpenAI allows. */
const MAX_INPUTS = 2_048
const MAX_BODY_BYTES = 8 << 20
const DEFAULT_RATE_LIMIT: RateLimit = { perMinute: 6_000, burst: 200 }

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { subnet, netuid, keypair } = options
  const route = subnet.organic.find((entry) => entry.route === 'openai.embeddings') as
    | OrganicRoute<any, any>
    | undefined
  if (route === undefined) {
    throw new NeuriteError('NoRoute', `Subnet ${subnet.name} has no route for embeddings.`, {
      details: ['Expected `openai.embeddings` among its organic routes.'],
    })
  }
  const caller = createCaller(subnet, keypair)
  const pool = createMinerPool(options.chain, netuid)
  const limiter = createRateLimiter(options.rateLimit ?? DEFAULT_RATE_LIMIT)
  const limits = { ...route.limits, inputs: MAX_INPUTS }
  const answering = {
    subnet,
    route,
    caller,
    pool,
    hedgeMs: options.hedgeMs ?? 800,
    attempts: options.attempts ?? 4,
  }
  const startedAt = Math.floor(Date.now() / 1_000)
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true })

  /** Who calls: the API key, else the address. @throws ApiError 401 */
  function identify(request: FastifyRequest): string {
    const key = /^Bearer\s+(\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (options.apiKeys !== undefined && !options.apiKeys.some((known) => key !== undefined && sameText(known, key))) {
      throw new ApiError(401, 'The API key is missing or unknown. Send it as `Authorization: Bearer <key>`.', {
        code: 'invalid_api_key',
      })
    }
    return key === undefined ? `address ${request.ip}` : `key ${key}`
  }

  /** Miners for a model id: `embed` is any good one, `embed@<hotkey>` that one only. @throws ApiError 404 */
  function minersFor(model: string, who: string): readonly Neuron[] {
    const [name, address] = model.split('@')
    if (name === route!.model && address === undefined) return pool.orderFor(who)
    const pinned = name === route!.model ? pool.find(address ?? '') : undefined
    if (pinned !== undefined) return [pinned]
    throw new ApiError(404, `The model \`${model.slice(0, 80)}\` does not exist. See GET /v1/models.`, {
      code: 'model_not_found',
      param: 'model',
    })
  }

  app.post('/v1/embeddings', async (request, reply) => {
    const who = identify(request)
    reply.headers(limiter.take(who))
    const wanted = parseEmbeddingsRequest(request.body, limits)
    const miners = minersFor(wanted.model, who)
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const started = performance.now()
    const asks = asksFor(answering, wanted.inputs, wanted.dimensions ?? route.defaultDimensions)
    const answered = await answerFrom(answering, miners, asks, gone.signal)
    reply.headers(proofHeaders(answered, netuid, performance.now() - started))
    const words = wanted.inputs.reduce((sum, text) => sum + (text.match(/\S+/g)?.length ?? 0), 0)
    return {
      object: 'list',
      data: answered.vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: wanted.encoding === 'base64' ? base64Of(vector) : Array.from(vector),
      })),
      model: wanted.model,
      // Counted in words: there is no tokenizer that all miners share.
      usage: { prompt_tokens: words, total_tokens: words },
    }
  })

  const modelOf = (id: string) => ({ id, object: 'model', created: startedAt, owned_by: `subnet-${netuid}` })
  const models = () => [
    modelOf(route.model),
    ...pool.all().map(({ hotkey }) => modelOf(`${route.model}@${encodeAddress(hotkey)}`)),
  ]
  app.get('/v1/models', async (request) => {
    identify(request)
    return { object: 'list', data: models() }
  })
  app.get<{ Params: { id: string } }>('/v1/models/:id', async (request) => {
    const who = identify(request)
    minersFor(request.params.id, who)
    return modelOf(request.params.id)
  })

  app.get('/health', async (_, reply) => {
    const miners = pool.orderFor('health').length
    return reply
      .status(miners > 0 ? 200 : 503)
      .send({ status: miners > 0 ? 'ok' : 'no miners', netuid, block: pool.block() ?? null, miners })
  })

  app.setNotFoundHandler((request, reply) => {
    const error = new ApiError(404, `There is no \`${request.method} ${request.url.slice(0, 80)}\` here.`, {
      code: 'not_found',
    })
    return reply.status(404).send(error.body)
  })
  app.setErrorHandler((error, _, reply) => {
    const known = toApiError(error)
    if (known.status === 500) options.onError?.(error)
    return reply.status(known.status).headers(known.headers).send(known.body)
  })

  let timer: NodeJS.Timeout | undefined
  let closed = false
  const refresh = async (): Promise<void> => {
    // With the chain away, the miners known last go on answering.
    await pool.refresh().catch((error: unknown) => options.onError?.(error))
    if (!closed) timer = setTimeout(() => void refresh(), options.refreshMs ?? 2_000)
  }
  await refresh()

  return {
    app,
    pool,
    async listen({ host, port }) {
      await app.listen({ host, port })
      return (app.server.address() as { port: number }).port
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await app.close()
      caller.close()
    },
  }
}

function proofHeaders({ miner, replies, attempts }: Answered, netuid: number, ms: number): Record<string, string> {
  return {
    'x-neurite-netuid': String(netuid),
    'x-neurite-uid': String(miner.uid),
    'x-neurite-hotkey': encodeAddress(miner.hotkey),
    'x-neurite-latency-ms': ms.toFixed(1),
    'x-neurite-attempts': String(attempts),
    'x-neurite-signature': replies.map(({ signature }) => signature).join(','),
    'x-neurite-signed-message': replies.map(({ signedMessage }) => signedMessage).join(','),
  }
}

function base64Of({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  const { statusCode, code } = error as { statusCode?: number; code?: string }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ApiError(413, `The body is longer than ${MAX_BODY_BYTES} bytes. Send fewer texts at once.`, {
      code: 'request_too_large',
    })
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new ApiError(415, 'Send the body as `application/json`.', { code: 'unsupported_media_type' })
  }
  if (statusCode !== undefined && statusCode < 500) {
    return new ApiError(statusCode, 'The body is not valid JSON.', { code: 'invalid_json' })
  }
  return new ApiError(500, 'The gateway failed. The error is in its log.', { code: 'internal_error' })
}

/** Comparison whose time tells nothing about where two texts differ. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
