/**
 * One connection's conversation: messages in, answers and notifications out. It knows nothing of sockets; the
 * WebSocket and HTTP transports give it a way to send.
 */
import { randomBytes } from 'node:crypto'
import { describeError, type Logger } from '../log/index.ts'
import { type DecodedEntry, decodeMessage, type RpcId, type RpcRequest } from './decode.ts'
import {
  internalError,
  invalidParams,
  methodNotFound,
  oversizedResponse,
  RpcError,
  rateLimited,
  rpcErrorToObject,
  tooBigBatchResponse,
  tooManySubscriptions,
  unsafeMethod,
} from './errors.ts'
import { type CallOrigin, type MethodTable, RawJson, type Sink, type Stop, type Subscription } from './methods.ts'
import { asString, Params } from './params.ts'
import type { Lane } from './scheduler.ts'
import type { RpcStats } from './stats.ts'

export interface SessionLimits {
  /** Characters of one answer. */
  readonly maxResponse: number
  /** Requests in one batch. */
  readonly maxBatch: number
  readonly maxSubscriptions: number
  /** Calls a minute; 0 for no limit. */
  readonly callsPerMinute: number
}

export interface SessionDependencies<Context> {
  readonly methods: MethodTable<Context>
  readonly context: Context
  readonly lane: Lane
  readonly log: Logger
  readonly stats: RpcStats
  readonly transport: 'ws' | 'http'
  /** Whether unsafe methods are answered. */
  readonly allowUnsafe: boolean
  /** Sends a notification. Answers go to the callback of `receive`. */
  readonly notify: (text: string) => void
}

export interface Session {
  readonly subscriptions: ReadonlyMap<string, Sink>
  /** Queues one message; `answer` gets the text to send, or undefined when nothing is to be sent. */
  receive(text: string, answer: (text: string | undefined) => void): void
  /** Forgets the waiting calls and ends the subscriptions. */
  close(): void
}

interface Answer {
  /** Undefined for a notification. */
  readonly text: string | undefined
  /** To do once the answer is on its way: open the subscription. */
  readonly sent?: () => void
}

interface RunningSink extends Sink {
  /** Sends what has waited for the answer; from then on notifications go out at once. */
  open(): void
  end(): void
  stop: Stop | undefined
}

/** Notifications that may wait for the answer with the id. */
const MAX_PENDING_NOTIFICATIONS = 4096

export function createSession<Context>(limits: SessionLimits, deps: SessionDependencies<Context>): Session {
  const sinks = new Map<string, RunningSink>()
  const origin: CallOrigin = { transport: deps.transport, allowUnsafe: deps.allowUnsafe, subscriptions: sinks }
  const takeCall = createRateLimit(limits.callsPerMinute)
  let closed = false

  function receive(text: string, answer: (text: string | undefined) => void): void {
    deps.lane.push(() => {
      const message = decodeMessage(text, limits)
      if (message.kind === 'batch') return receiveBatch(message.entries, answer)
      return whenAnswered(execute(message.entry), ({ text: reply, sent }) => {
        answer(reply)
        sent?.()
      })
    })
  }

  /** Each request of a batch is a job of its own, so a batch gets no more turns than its requests would alone. */
  function receiveBatch(entries: readonly DecodedEntry[], answer: (text: string | undefined) => void): void {
    const answers: (Answer | undefined)[] = new Array(entries.length)
    let missing = entries.length
    entries.forEach((entry, index) => {
      deps.lane.push(() =>
        whenAnswered(execute(entry), (result) => {
          answers[index] = result
          missing--
          if (missing > 0) return
          const texts = answers.flatMap((each) => (each?.text === undefined ? [] : [each.text]))
          const length = texts.reduce((sum, each) => sum + each.length + 1, 1)
          if (length > limits.maxResponse) answer(errorText(null, tooBigBatchResponse(limits.maxResponse)))
          else answer(texts.length === 0 ? undefined : `[${texts.join(',')}]`)
          for (const each of answers) each?.sent?.()
        }),
      )
    })
  }

  function execute(entry: DecodedEntry): Answer | Promise<Answer> {
    if ('error' in entry) return { text: errorText(entry.id, entry.error) }
    const { request } = entry
    const method = deps.methods.get(request.method)
    const started = performance.now()
    const finish = (answer: Answer, isError: boolean): Answer => {
      // Unknown names are counted together: a client must not be able to grow the table of counters.
      deps.stats.countCall(
        deps.transport,
        method === undefined ? 'unknown' : request.method,
        isError,
        performance.now() - started,
      )
      return answer
    }
    const succeed = (result: unknown, sent?: () => void): Answer => {
      if (request.id === undefined) return finish({ text: undefined }, false)
      const text = resultText(request.id, result)
      if (text.length > limits.maxResponse) return fail(oversizedResponse(limits.maxResponse))
      return finish(sent === undefined ? { text } : { text, sent }, false)
    }
    const fail = (error: unknown): Answer => {
      const known = error instanceof RpcError ? error : hideError(request.method, error)
      return finish({ text: request.id === undefined ? undefined : errorText(request.id, known) }, true)
    }
    try {
      if (!takeCall()) throw rateLimited()
      if (method === undefined) throw methodNotFound()
      if (method.kind === 'subscribe') return subscribe(method.subscription, request, succeed, fail)
      if (method.kind === 'unsubscribe') return succeed(unsubscribe(request))
      if (method.unsafe && !deps.allowUnsafe) throw unsafeMethod()
      const result = method.handler(deps.context, new Params(request.params), origin)
      return result instanceof Promise ? result.then((value) => succeed(value)).catch(fail) : succeed(result)
    } catch (error) {
      return fail(error)
    }
  }

  function subscribe(
    subscription: Subscription<Context>,
    request: RpcRequest,
    succeed: (result: unknown, sent?: () => void) => Answer,
    fail: (error: unknown) => Answer,
  ): Answer | Promise<Answer> {
    if (deps.transport === 'http') throw internalError('Subscriptions need a WebSocket connection')
    // Without an id the client could never tell its notifications apart.
    if (request.id === undefined) return succeed(null)
    if (sinks.size >= limits.maxSubscriptions) throw tooManySubscriptions(limits.maxSubscriptions)
    const sink = createSink(subscription.notification)
    sinks.set(sink.id, sink)
    const started = (stop: Stop): Answer => {
      sink.stop = stop
      // It may have ended while it was starting: nothing else would stop its work then.
      if (sink.closed) runStop(sink)
      return succeed(sink.id, () => sink.open())
    }
    const failed = (error: unknown): Answer => {
      sink.end()
      return fail(error)
    }
    try {
      const stop = subscription.start(deps.context, new Params(request.params), sink, origin)
      return stop instanceof Promise ? stop.then(started).catch(failed) : started(stop)
    } catch (error) {
      return failed(error)
    }
  }

  function createSink(notification: string): RunningSink {
    let pending: string[] | undefined = []
    let ended = false
    /** A server-side end waits until the answer and everything sent before the end are out. */
    let endAfterOpen = false
    const sink: RunningSink = {
      id: subscriptionId(),
      stop: undefined,
      get closed() {
        return ended || endAfterOpen
      },
      send(result) {
        if (ended || endAfterOpen) return
        const text = `{"jsonrpc":"2.0","method":"${notification}","params":{"subscription":"${sink.id}","result":${toJson(result)}}}`
        if (pending === undefined) deps.notify(text)
        else if (pending.length < MAX_PENDING_NOTIFICATIONS) pending.push(text)
        else sink.end()
      },
      open() {
        if (closed || ended) return
        const texts = pending ?? []
        pending = undefined
        for (const text of texts) deps.notify(text)
        if (endAfterOpen) sink.end()
      },
      close() {
        if (pending === undefined) sink.end()
        else endAfterOpen = true
      },
      end() {
        if (ended) return
        ended = true
        pending = undefined
        sinks.delete(sink.id)
        runStop(sink)
      },
    }
    return sink
  }

  function runStop(sink: RunningSink): void {
    const stop = sink.stop
    sink.stop = undefined
    try {
      stop?.()
    } catch (error) {
      deps.log.error(`ending a subscription failed: ${describeError(error)}`)
    }
  }

  function unsubscribe(request: RpcRequest): boolean {
    const id = new Params(request.params).required(0, 'subscription', asSubscriptionId)
    const sink = sinks.get(id)
    if (sink === undefined) return false
    sink.end()
    return true
  }

  /** An error no method meant to show: its text stays in the log. */
  function hideError(method: string, error: unknown): RpcError {
    deps.log.error(`${method} failed: ${describeError(error)}`)
    return internalError()
  }

  return {
    subscriptions: sinks,
    receive,
    close() {
      closed = true
      deps.lane.close()
      for (const sink of [...sinks.values()]) sink.end()
    },
  }
}

/** Subscription ids are strings; a number is accepted because older clients send one. */
function asSubscriptionId(value: unknown, title: string): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return asString(value, title)
  throw invalidParams(`\`${title}\` must be a subscription id (a string)`)
}

function whenAnswered(answer: Answer | Promise<Answer>, use: (answer: Answer) => void): void | Promise<void> {
  if (answer instanceof Promise) return answer.then(use)
  use(answer)
}

function toJson(result: unknown): string {
  return result instanceof RawJson ? result.text : (JSON.stringify(result) ?? 'null')
}

function resultText(id: RpcId, result: unknown): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${toJson(result)}}`
}

export function errorText(id: RpcId, error: RpcError): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${JSON.stringify(rpcErrorToObject(error))}}`
}

const ID_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 16 letters and digits, not to be guessed. */
function subscriptionId(): string {
  let id = ''
  for (const byte of randomBytes(16)) id += ID_ALPHABET[byte % ID_ALPHABET.length]
  return id
}

/** Answers whether one more call is allowed: a bucket of `perMinute` calls that refills evenly. */
function createRateLimit(perMinute: number): () => boolean {
  if (perMinute === 0) return () => true
  let tokens = perMinute
  let filled = performance.now()
  return () => {
    const now = performance.now()
    tokens = Math.min(perMinute, tokens + ((now - filled) * perMinute) / 60_000)
    filled = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
