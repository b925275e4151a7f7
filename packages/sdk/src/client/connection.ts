/**
 * JSON-RPC over one WebSocket that comes back by itself.
 *
 * While the socket is down, requests wait; reads that were under way are sent again, submissions are not (their outcome
 * is unknown, and the caller is told so). Subscriptions are made anew after each reconnection.
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
}
export type WebSocketConstructor = new (url: string) => WebSocketLike

export interface ConnectionOptions {
  /** @default ws://127.0.0.1:9944 */
  readonly url?: string
  /** @default the platform's own, else that of the package `ws` */
  readonly WebSocket?: WebSocketConstructor
  /** Milliseconds that a request may take, waiting for the connection included. @default 60000 */
  readonly requestTimeoutMs?: number
  /** Told of every connection and disconnection. */
  readonly onStatus?: (status: 'connected' | 'disconnected') => void
}

export interface Subscription {
  unsubscribe(): Promise<void>
}

interface Pending {
  readonly method: string
  readonly text: string
  readonly resolve: (value: any) => void
  readonly reject: (error: unknown) => void
  readonly timer: ReturnType<typeof setTimeout>
}

interface ActiveSubscription {
  readonly method: string
  readonly params: readonly unknown[]
  readonly unsubscribeMethod: string
  readonly onMessage: (result: any) => void
  readonly onLost: ((error: NeuriteError) => void) | undefined
  /** Id at the node; changes with each reconnection. */
  id: string | undefined
}

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 5_000

/** An error that the node answered with. */
export class RpcError extends NeuriteError<'Rpc'> {
  override readonly name = 'RpcError'
  readonly rpcCode: number

  constructor(method: string, error: { code: number; message: string; data?: unknown }) {
    const data =
      error.data === undefined ? '' : typeof error.data === 'string' ? error.data : JSON.stringify(error.data)
    super('Rpc', `${error.message}${data ? `: ${data}` : ''}`, {
      details: [`The node answered \`${method}\` with code ${error.code}.`],
    })
    this.rpcCode = error.code
  }
}

export class Connection {
  readonly url: string
  private readonly options: ConnectionOptions
  private socket: WebSocketLike | undefined
  private open = false
  private closed = false
  private nextId = 1
  private delay = FIRST_DELAY_MS
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private readonly pending = new Map<number, Pending>()
  /** Requests made while the socket is down. */
  private readonly waiting = new Set<number>()
  private readonly subscriptions = new Set<ActiveSubscription>()
  private readonly byId = new Map<string, ActiveSubscription>()
  /** Notifications that overtook the answer with their subscription's id. */
  private readonly early = new Map<string, any[]>()

  constructor(options: ConnectionOptions = {}) {
    this.options = options
    this.url = options.url ?? 'ws://127.0.0.1:9944'
    void this.connect()
  }

  private async connect(): Promise<void> {
    const Socket = this.options.WebSocket ?? (await platformWebSocket())
    if (this.closed) return
    const socket = new Socket(this.url)
    this.socket = socket
    socket.onopen = () => {
      this.open = true
      this.delay = FIRST_DELAY_MS
      this.options.onStatus?.('connected')
      for (const id of this.waiting) {
        const request = this.pending.get(id)
        if (request) socket.send(request.text)
      }
      this.waiting.clear()
      for (const subscription of this.subscriptions)
        if (subscription.id === undefined) void this.resubscribe(subscription)
    }
    socket.onmessage = (event) => this.receive(String(event.data))
    socket.onerror = () => {}
    socket.onclose = () => this.lost(socket)
  }

  private lost(socket: WebSocketLike): void {
    if (this.socket !== socket) return
    const wasOpen = this.open
    this.open = false
    this.socket = undefined
    if (wasOpen) this.options.onStatus?.('disconnected')
    for (const [id, request] of this.pending) {
      if (isRepeatable(request.method)) this.waiting.add(id)
      else if (!this.waiting.has(id)) {
        this.settle(id)?.reject(
          new NeuriteError(
            'ConnectionLost',
            `The connection to \`${this.url}\` was lost while \`${request.method}\` was under way.`,
            {
              details: ['Whether the node acted on it is unknown: look before you send it again.'],
            },
          ),
        )
      }
    }
    for (const subscription of this.subscriptions) {
      subscription.id = undefined
      if (!isRepeatable(subscription.method)) {
        this.subscriptions.delete(subscription)
        subscription.onLost?.(
          new NeuriteError(
            'ConnectionLost',
            `The connection to \`${this.url}\` was lost during \`${subscription.method}\`.`,
          ),
        )
      }
    }
    this.byId.clear()
    if (this.closed) return
    this.retryTimer = setTimeout(() => void this.connect(), this.delay)
    this.delay = Math.min(this.delay * 2, LONGEST_DELAY_MS)
  }

  private receive(text: string): void {
    const message = JSON.parse(text) as { id?: number; result?: any; error?: any; method?: string; params?: any }
    if (message.id !== undefined && message.id !== null) {
      const request = this.settle(message.id)
      if (!request) return
      if (message.error) request.reject(new RpcError(request.method, message.error))
      else request.resolve(message.result)
      return
    }
    const id = message.params?.subscription
    if (id === undefined) return
    const subscription = this.byId.get(String(id))
    if (subscription) subscription.onMessage(message.params.result)
    else this.early.set(String(id), [...(this.early.get(String(id)) ?? []), message.params.result])
  }

  private settle(id: number): Pending | undefined {
    const request = this.pending.get(id)
    if (!request) return undefined
    clearTimeout(request.timer)
    this.pending.delete(id)
    this.waiting.delete(id)
    return request
  }

  /** The result of `method`. */
  request<T = any>(method: string, params: readonly unknown[] = []): Promise<T> {
    if (this.closed)
      return Promise.reject(new NeuriteError('ConnectionClosed', `The connection to \`${this.url}\` is closed.`))
    const id = this.nextId++
    const text = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    return new Promise<T>((resolve, reject) => {
      const limit = this.options.requestTimeoutMs ?? 60_000
      const timer = setTimeout(() => {
        this.settle(id)
        reject(
          new NeuriteError('RequestTimeout', `No answer to \`${method}\` within ${limit} ms from \`${this.url}\`.`, {
            details: [
              this.open
                ? 'The node is connected but slow.'
                : 'The node cannot be reached. Is it running, and is the address right?',
            ],
          }),
        )
      }, limit)
      this.pending.set(id, { method, text, resolve, reject, timer })
      if (this.open) this.socket!.send(text)
      else this.waiting.add(id)
    })
  }

  /** Calls `onMessage` for every notification, across reconnections, until unsubscribed. */
  async subscribe(
    method: string,
    params: readonly unknown[],
    unsubscribeMethod: string,
    onMessage: (result: any) => void,
    onLost?: (error: NeuriteError) => void,
  ): Promise<Subscription> {
    const subscription: ActiveSubscription = { method, params, unsubscribeMethod, onMessage, onLost, id: undefined }
    this.subscriptions.add(subscription)
    try {
      await this.resubscribe(subscription)
    } catch (error) {
      this.subscriptions.delete(subscription)
      throw error
    }
    return {
      unsubscribe: async () => {
        this.subscriptions.delete(subscription)
        const { id } = subscription
        if (id === undefined) return
        this.byId.delete(id)
        if (this.open) await this.request(unsubscribeMethod, [id]).catch(() => undefined)
      },
    }
  }

  private async resubscribe(subscription: ActiveSubscription): Promise<void> {
    const id = String(await this.request(subscription.method, subscription.params))
    if (!this.subscriptions.has(subscription)) return
    subscription.id = id
    this.byId.set(id, subscription)
    const early = this.early.get(id)
    this.early.delete(id)
    for (const result of early ?? []) subscription.onMessage(result)
  }

  /** Ends the connection; requests under way are rejected. */
  close(): void {
    this.closed = true
    clearTimeout(this.retryTimer)
    this.socket?.close()
    for (const id of [...this.pending.keys()]) {
      this.settle(id)?.reject(new NeuriteError('ConnectionClosed', `The connection to \`${this.url}\` was closed.`))
    }
    this.subscriptions.clear()
  }
}

/** Sending it twice does no harm. */
function isRepeatable(method: string): boolean {
  return !method.startsWith('author_submit')
}

async function platformWebSocket(): Promise<WebSocketConstructor> {
  const own = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket
  if (own) return own
  const { WebSocket } = await import('ws')
  return WebSocket as unknown as WebSocketConstructor
}
