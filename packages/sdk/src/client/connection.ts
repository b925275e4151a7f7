/**
 * JSON-RPC over one WebSocket that comes back by itself.
 *
 * While the socket is down, requests wait; reads that were under way are sent again, submissions are not (their outcome
 * is unknown, and the caller is told so). Subscriptions are made anew after each reconnection. A connection that has
 * gone silent is probed, and given up when it does not answer.
 */
import { NeuriteError } from '@neurite/primitives/errors'

/** The part of the WebSocket interface that is used: that of browsers, and of `ws`. */
export interface WebSocketLike {
  onopen: ((event: any) => void) | null
  onclose: ((event: any) => void) | null
  onerror: ((event: any) => void) | null
  onmessage: ((event: { data: any }) => void) | null
  send(text: string): void
  close(): void
  /** Ends at once; `ws` has it, browsers do not. */
  terminate?(): void
}
export type WebSocketConstructor = new (url: string) => WebSocketLike

export interface ConnectionOptions {
  /** @default ws://127.0.0.1:9944 */
  readonly url?: string
  /** @default the platform's own, else that of the package `ws` */
  readonly WebSocket?: WebSocketConstructor
  /** Milliseconds in which the first connection must succeed; later ones are tried for ever. @default 10000 */
  readonly connectTimeoutMs?: number
  /** Milliseconds that a request may take, waiting for the connection included. @default 60000 */
  readonly requestTimeoutMs?: number
  /** Milliseconds of silence after which the node is asked for a sign of life. @default 30000 */
  readonly heartbeatMs?: number
  /** Told of every connection and disconnection. */
  readonly onStatus?: (status: 'connected' | 'disconnected') => void
}

export interface Subscription {
  unsubscribe(): Promise<void>
}

/**
 * What becomes of a request whose connection is lost before the answer: it is sent again, it is reported as lost, or
 * nobody cares any more.
 */
type WhenLost = 'repeat' | 'report' | 'forget'

interface Pending {
  readonly method: string
  readonly text: string
  readonly whenLost: WhenLost
  /** Called in the same turn as the answer arrives, so that what follows the answer finds its effect. */
  readonly resolve: (value: any) => void
  readonly reject: (error: unknown) => void
  readonly timer: ReturnType<typeof setTimeout> | undefined
  sent: boolean
}

interface ActiveSubscription {
  readonly method: string
  readonly params: readonly unknown[]
  readonly unsubscribeMethod: string
  readonly onMessage: (result: any) => void
  readonly onLost: ((error: NeuriteError) => void) | undefined
  /** Id at the node; changes with each reconnection. */
  id: string | undefined
  /** The request for the id is under way, or waits for the connection. */
  asking: boolean
  /** The node has given it an id at least once: `subscribe` has resolved. */
  begun: boolean
}

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 5_000
/** Milliseconds that the other side gets to say goodbye. */
const CLOSING_MS = 1_000
/** Id of probes; requests count from 1. */
const PROBE = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'system_health', params: [] })

/** An error that the node answered with. */
export class RpcError extends NeuriteError<'Rpc'> {
  override readonly name = 'RpcError'
  readonly rpcCode: number

  constructor(method: string, error: RpcErrorObject, details: readonly string[] = []) {
    const data =
      error.data === undefined ? '' : typeof error.data === 'string' ? error.data : JSON.stringify(error.data)
    super('Rpc', `${error.message}${data ? `: ${data}` : ''}`, {
      details: [`The node answered \`${method}\` with code ${error.code}.`, ...details],
      data: { method, error },
    })
    this.rpcCode = error.code
  }
}

export interface RpcErrorObject {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

export class Connection {
  readonly url: string
  private readonly options: ConnectionOptions
  private socket: WebSocketLike | undefined
  private open = false
  /** Why it has ended for good. */
  private ended: NeuriteError | undefined
  private nextId = 1
  private delay = FIRST_DELAY_MS
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private readonly connectTimer: ReturnType<typeof setTimeout>
  private heartbeat: ReturnType<typeof setInterval> | undefined
  /** Something arrived since the heartbeat last looked. */
  private heard = false
  private probing = false
  /** What the platform said of the last failure to connect. */
  private lastFailure = ''
  private readonly pending = new Map<number, Pending>()
  private readonly subscriptions = new Set<ActiveSubscription>()
  private readonly byId = new Map<string, ActiveSubscription>()
  /** Notifications that overtook the answer with their subscription's id; kept while such an answer is awaited. */
  private readonly early = new Map<string, any[]>()
  private asking = 0

  constructor(options: ConnectionOptions = {}) {
    this.options = options
    this.url = options.url ?? 'ws://127.0.0.1:9944'
    const limit = options.connectTimeoutMs ?? 10_000
    this.connectTimer = unreferenced(setTimeout(() => this.end(this.notReachable(limit)), limit))
    void this.connect()
  }

  private notReachable(limit: number): NeuriteError {
    return new NeuriteError('NotReachable', `No node answers at \`${this.url}\` (tried for ${limit} ms).`, {
      details: [
        ...(this.lastFailure ? [`The last try: ${this.lastFailure}.`] : []),
        'Is it running, and is the address right? `npx neurite node --dev` starts one.',
      ],
    })
  }

  private async connect(): Promise<void> {
    let socket: WebSocketLike
    try {
      const Socket = this.options.WebSocket ?? (await platformWebSocket())
      if (this.ended) return
      socket = new Socket(this.url)
    } catch (cause) {
      const error = new NeuriteError('InvalidUrl', `\`${this.url}\` cannot be connected to.`, {
        details: ['Expected the address of a WebSocket, as ws://127.0.0.1:9944 or wss://host.', textOf(cause)],
        cause,
      })
      this.end(error)
      return
    }
    this.socket = socket
    socket.onopen = () => this.opened(socket)
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(String(event.data))
    }
    socket.onerror = (event) => {
      this.lastFailure = String(event?.message || event?.error?.code || '')
    }
    socket.onclose = () => this.lost(socket)
  }

  private opened(socket: WebSocketLike): void {
    if (this.socket !== socket) return
    clearTimeout(this.connectTimer)
    this.open = true
    this.heard = true
    this.probing = false
    this.heartbeat = unreferenced(setInterval(() => this.beat(socket), this.options.heartbeatMs ?? 30_000))
    this.options.onStatus?.('connected')
    for (const request of this.pending.values()) this.transmit(request)
    for (const subscription of this.subscriptions)
      if (subscription.id === undefined && !subscription.asking) this.renew(subscription)
  }

  private transmit(request: Pending): void {
    if (!this.open || request.sent) return
    request.sent = true
    this.socket!.send(request.text)
  }

  /** Asks a silent node for a sign of life, and lets go of one that gives none. */
  private beat(socket: WebSocketLike): void {
    if (this.heard) this.heard = false
    else if (!this.probing) {
      this.probing = true
      socket.send(PROBE)
    } else this.abandon(socket)
  }

  /** Lets go of a socket without waiting for the other side. */
  private abandon(socket: WebSocketLike): void {
    this.lost(socket)
    shut(socket)
  }

  private lost(socket: WebSocketLike): void {
    if (this.socket !== socket) return
    const wasOpen = this.open
    this.open = false
    this.socket = undefined
    clearInterval(this.heartbeat)
    this.byId.clear()
    this.early.clear()
    if (wasOpen) this.options.onStatus?.('disconnected')
    for (const [id, request] of this.pending) {
      if (!request.sent) continue
      if (request.whenLost === 'repeat') request.sent = false
      else if (request.whenLost === 'forget') this.settle(id)?.resolve(undefined)
      else this.settle(id)?.reject(this.lostDuring(request.method))
    }
    for (const subscription of this.subscriptions) {
      if (subscription.id === undefined) continue
      subscription.id = undefined
      if (isRepeatable(subscription.method)) continue
      this.subscriptions.delete(subscription)
      subscription.onLost?.(this.lostDuring(subscription.method))
    }
    if (this.ended) return
    this.retryTimer = setTimeout(() => void this.connect(), this.delay)
    this.delay = Math.min(this.delay * 2, LONGEST_DELAY_MS)
  }

  private lostDuring(method: string): NeuriteError {
    return new NeuriteError(
      'ConnectionLost',
      `The connection to \`${this.url}\` was lost while \`${method}\` was under way.`,
      { details: ['Whether the node acted on it is unknown: look before you send it again.'] },
    )
  }

  private receive(text: string): void {
    const message = parseMessage(text)
    if (message === undefined) {
      this.misunderstood(text)
      return
    }
    this.heard = true
    this.probing = false
    this.delay = FIRST_DELAY_MS
    const { id } = message
    if (typeof id === 'number') this.answer(id, message)
    else if (message.params !== undefined) this.notify(message.params)
    // An error without an id: the node could not even read the request. With one under way it can only be that one.
    else if (message.error && this.pending.size === 1) this.answer([...this.pending.keys()][0]!, message)
  }

  private answer(id: number, message: Message): void {
    const request = this.settle(id)
    if (!request) return
    if (message.error) request.reject(new RpcError(request.method, message.error))
    else if ('result' in message) request.resolve(message.result)
    else request.reject(this.badResponse(JSON.stringify(message)))
  }

  private notify({ subscription: id, result }: NonNullable<Message['params']>): void {
    const subscription = this.byId.get(String(id))
    if (subscription) subscription.onMessage(result)
    else if (this.asking > 0) this.early.set(String(id), [...(this.early.get(String(id)) ?? []), result])
  }

  /** What is not JSON-RPC cannot be assigned to a request: all under way fail, and the connection is made anew. */
  private misunderstood(text: string): void {
    for (const [id, request] of this.pending)
      if (request.sent && request.timer !== undefined) this.settle(id)?.reject(this.badResponse(text))
    if (this.socket) this.abandon(this.socket)
  }

  private badResponse(text: string): NeuriteError {
    return new NeuriteError('BadResponse', `\`${this.url}\` sent what is not JSON-RPC: \`${text.slice(0, 80)}\`.`, {
      details: ['Expected a node of a Substrate chain. Is the port that of its RPC?'],
    })
  }

  private settle(id: number): Pending | undefined {
    const request = this.pending.get(id)
    if (!request) return undefined
    clearTimeout(request.timer)
    this.pending.delete(id)
    return request
  }

  /** The result of `method`. */
  request<T = any>(method: string, params: readonly unknown[] = []): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const whenLost = isRepeatable(method) ? 'repeat' : 'report'
      this.start(method, params, { whenLost, limit: this.options.requestTimeoutMs ?? 60_000 }, resolve, reject)
    })
  }

  private start(
    method: string,
    params: readonly unknown[],
    { whenLost, limit }: { readonly whenLost: WhenLost; readonly limit: number | undefined },
    resolve: (result: any) => void,
    reject: (error: unknown) => void,
  ): void {
    if (this.ended) {
      reject(this.ended)
      return
    }
    const id = this.nextId++
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    const onTime = (): void => this.settle(id)?.reject(this.timedOut(method, limit!))
    // While a request is under way the socket, or the timer of the next try to connect, keeps the process alive.
    const timer = limit === undefined ? undefined : unreferenced(setTimeout(onTime, limit))
    const request: Pending = { method, text, whenLost, resolve, reject, timer, sent: false }
    this.pending.set(id, request)
    this.transmit(request)
  }

  private timedOut(method: string, limit: number): NeuriteError {
    return new NeuriteError('RequestTimeout', `No answer to \`${method}\` within ${limit} ms from \`${this.url}\`.`, {
      details: [
        this.open
          ? 'The node is connected but slow.'
          : 'The node cannot be reached. Is it running, and is the address right?',
      ],
    })
  }

  /**
   * Calls `onMessage` for every notification, across reconnections, until unsubscribed. `onLost` is told when it cannot
   * go on: the connection was closed, or the node refuses the subscription after a reconnection.
   */
  async subscribe(
    method: string,
    params: readonly unknown[],
    unsubscribeMethod: string,
    onMessage: (result: any) => void,
    onLost?: (error: NeuriteError) => void,
  ): Promise<Subscription> {
    const subscription: ActiveSubscription = {
      method,
      params,
      unsubscribeMethod,
      onMessage,
      onLost,
      id: undefined,
      asking: false,
      begun: false,
    }
    this.subscriptions.add(subscription)
    try {
      await this.ask(subscription, this.options.requestTimeoutMs ?? 60_000)
    } catch (error) {
      this.subscriptions.delete(subscription)
      throw error
    }
    return {
      unsubscribe: async () => {
        this.subscriptions.delete(subscription)
        const { id } = subscription
        // Without an id its answer is still to come, and is dealt with then.
        if (id !== undefined) await this.cancel(unsubscribeMethod, id)
      },
    }
  }

  private cancel(unsubscribeMethod: string, id: string): Promise<void> {
    this.byId.delete(id)
    // The end of the connection ends the subscription too.
    if (!this.open) return Promise.resolve()
    const done = { whenLost: 'forget', limit: this.options.requestTimeoutMs ?? 60_000 } as const
    return new Promise((resolve) =>
      this.start(
        unsubscribeMethod,
        [id],
        done,
        () => resolve(),
        () => resolve(),
      ),
    )
  }

  private async ask(subscription: ActiveSubscription, limit: number | undefined): Promise<void> {
    const { method, params } = subscription
    subscription.asking = true
    this.asking++
    try {
      await new Promise<void>((resolve, reject) => {
        const onAnswer = (result: unknown): void => {
          this.begin(subscription, String(result))
          resolve()
        }
        this.start(method, params, { whenLost: isRepeatable(method) ? 'repeat' : 'report', limit }, onAnswer, reject)
      })
    } finally {
      subscription.asking = false
      if (--this.asking === 0) this.early.clear()
    }
  }

  private begin(subscription: ActiveSubscription, id: string): void {
    if (!this.subscriptions.has(subscription)) {
      void this.cancel(subscription.unsubscribeMethod, id)
      return
    }
    subscription.id = id
    subscription.begun = true
    this.byId.set(id, subscription)
    const early = this.early.get(id) ?? []
    this.early.delete(id)
    for (const result of early) subscription.onMessage(result)
  }

  /** Subscribes again, however long that takes. */
  private renew(subscription: ActiveSubscription): void {
    this.ask(subscription, undefined).catch((error: NeuriteError) => {
      if (this.subscriptions.delete(subscription)) subscription.onLost?.(error)
    })
  }

  /** Ends the connection for good; requests and subscriptions under way fail with `ConnectionClosed`. */
  close(): void {
    this.end(new NeuriteError('ConnectionClosed', `The connection to \`${this.url}\` was closed.`))
  }

  /** As {@link close}, for another reason, which requests under way and later ones fail with. */
  end(reason: NeuriteError): void {
    if (this.ended) return
    this.ended = reason
    clearTimeout(this.retryTimer)
    clearTimeout(this.connectTimer)
    clearInterval(this.heartbeat)
    const { socket, open } = this
    this.socket = undefined
    this.open = false
    if (open) this.options.onStatus?.('disconnected')
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(reason)
    for (const subscription of this.subscriptions) if (subscription.begun) subscription.onLost?.(reason)
    this.subscriptions.clear()
    this.byId.clear()
    this.early.clear()
    if (socket) shut(socket)
  }
}

interface Message {
  readonly id?: unknown
  readonly result?: any
  readonly error?: RpcErrorObject
  readonly params?: { readonly subscription?: unknown; readonly result?: any }
}

/** The message, or undefined when `text` is no JSON-RPC. */
function parseMessage(text: string): Message | undefined {
  try {
    const message: any = JSON.parse(text)
    const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!isObject(message)) return undefined
    if (message.error !== undefined && message.error !== null && !isObject(message.error)) return undefined
    if (message.params !== undefined && !isObject(message.params)) return undefined
    return message
  } catch {
    return undefined
  }
}

/** Sending it twice does no harm. */
function isRepeatable(method: string): boolean {
  return !method.startsWith('author_submit')
}

function shut(socket: WebSocketLike): void {
  socket.close()
  // A peer that is gone would never say goodbye, and hold the process until then.
  unreferenced(setTimeout(() => socket.terminate?.(), CLOSING_MS))
}

/** The timer, which shall not keep a process alive by itself. Browsers have no such notion. */
function unreferenced<T>(timer: T): T {
  ;(timer as { unref?: () => void }).unref?.()
  return timer
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function platformWebSocket(): Promise<WebSocketConstructor> {
  const own = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket
  if (own) return own
  const { WebSocket } = await import('ws')
  return WebSocket as unknown as WebSocketConstructor
}
