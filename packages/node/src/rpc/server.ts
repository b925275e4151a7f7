/** The RPC server: WebSocket and HTTP POST on one port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { NeuriteError } from '@neurite/primitives/errors'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Logger } from '../log/index.ts'
import { type AllowedOrigins, isHostAllowed, isOriginAllowed } from './cors.ts'
import { oversizedRequest } from './errors.ts'
import { answerHttp, plain } from './http.ts'
import type { MethodTable } from './methods.ts'
import { createScheduler, type Lane, type Scheduler } from './scheduler.ts'
import { createSession, errorText, type SessionLimits } from './session.ts'
import { createRpcStats, type RpcStats } from './stats.ts'

const MIB = 1024 * 1024

export interface RpcServerOptions {
  /** 0 for a free port chosen by the system. */
  readonly port: number
  /** Listen on every address instead of this machine's own (`--rpc-external`). */
  readonly external?: boolean
  readonly cors?: AllowedOrigins
  /** Answer unsafe methods; `auto` does so unless `external` (`--rpc-methods`). */
  readonly unsafeMethods?: 'auto' | 'safe' | 'unsafe'
  readonly maxConnections?: number
  readonly maxRequestMiB?: number
  readonly maxResponseMiB?: number
  readonly maxSubscriptionsPerConnection?: number
  readonly maxBatch?: number
  readonly callsPerMinute?: number
  /** Bytes that may wait for a client that does not read, before it is dropped. */
  readonly maxBufferedMiB?: number
  readonly pingIntervalMs?: number
}

export interface RpcServerDependencies<Context> {
  readonly methods: MethodTable<Context>
  readonly context: Context
  readonly log: Logger
  readonly stats?: RpcStats
  readonly scheduler?: Scheduler
}

export interface RpcServer {
  readonly port: number
  readonly addresses: readonly string[]
  readonly stats: RpcStats
  readonly connections: number
  /** Stops accepting, ends every connection, resolves when the port is free. */
  close(): Promise<void>
}

/** Waiting messages of one connection at which its socket is not read any more, and at which it is again. */
const PAUSE_READING_AT = 256
const RESUME_READING_AT = 64
/** Unread bytes of one connection at which its calls wait. */
const PAUSE_SERVING_AT = MIB
/** Bytes collected in one turn of the event loop at which they are handed to the system before its end. */
const FLUSH_AT = 64 * 1024

/**
 * Starts listening.
 * @throws NeuriteError `PortInUse` when another program has the port.
 */
export async function startRpcServer<Context>(
  options: RpcServerOptions,
  deps: RpcServerDependencies<Context>,
): Promise<RpcServer> {
  const { log } = deps
  const stats = deps.stats ?? createRpcStats()
  const scheduler = deps.scheduler ?? createScheduler()
  const external = options.external ?? false
  const cors = options.cors ?? 'all'
  const maxRequest = Math.floor((options.maxRequestMiB ?? 15) * MIB)
  const maxBuffered = Math.floor((options.maxBufferedMiB ?? 32) * MIB)
  const maxConnections = options.maxConnections ?? 2000
  const unsafeMethods = options.unsafeMethods ?? 'auto'
  const allowUnsafe = unsafeMethods === 'unsafe' || (unsafeMethods === 'auto' && !external)
  const limits: SessionLimits = {
    maxResponse: Math.floor((options.maxResponseMiB ?? 15) * MIB),
    maxBatch: options.maxBatch ?? 1000,
    maxSubscriptions: options.maxSubscriptionsPerConnection ?? 1024,
    callsPerMinute: options.callsPerMinute ?? 0,
  }
  const common = { methods: deps.methods, context: deps.context, log, stats, allowUnsafe }
  /** A page's origin and the name it used for this machine; an external node answers to any name. */
  const isAllowed = (request: IncomingMessage) =>
    isOriginAllowed(cors, request.headers.origin) && (external || cors === 'all' || isHostAllowed(request))

  // A message somewhat above the limit is answered with an error; far above it the connection is closed (1009).
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxRequest + MIB })
  const sockets = new Map<WebSocket, { alive: boolean }>()
  const httpSockets = new Set<Socket>()
  const httpLanes = new WeakMap<Duplex, Lane>()
  const connections = () => sockets.size + httpSockets.size

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (!isAllowed(request)) {
      plain(response, 403, 'This origin or host name is not allowed; see --rpc-cors and --rpc-external\n')
      return
    }
    const { socket } = request
    let lane = httpLanes.get(socket)
    if (lane === undefined) {
      lane = scheduler.openLane()
      httpLanes.set(socket, lane)
      const opened = lane
      socket.on('close', () => opened.close())
    }
    // The lane belongs to the TCP connection and outlives one request's session.
    const shared: Lane = { ...lane, close: () => {} }
    answerHttp(
      request,
      response,
      () => createSession(limits, { ...common, lane: shared, transport: 'http', notify: () => {} }),
      { maxRequest, cors },
    )
  }

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!isAllowed(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    httpSockets.delete(socket as Socket)
    wss.handleUpgrade(request, socket, head, (ws) => serveWebSocket(ws, socket as Socket))
  }

  function serveWebSocket(ws: WebSocket, socket: Socket): void {
    stats.sessionsOpened++
    const state = { alive: true }
    sockets.set(ws, state)
    const lane = scheduler.openLane()
    let reading = true
    let collecting = false

    /** Small frames of one turn of the event loop leave in one system call: each costs more than most answers. */
    function flush(): void {
      if (!collecting) return
      collecting = false
      socket.uncork()
    }

    function send(text: string): void {
      if (ws.readyState !== ws.OPEN) return
      if (!collecting) {
        collecting = true
        socket.cork()
        process.nextTick(flush)
      }
      ws.send(text)
      if (socket.writableLength > FLUSH_AT) flush()
      if (socket.writableLength > maxBuffered) {
        stats.slowConsumersDropped++
        log.warn(
          `RPC client ${socket.remoteAddress}:${socket.remotePort} dropped: ${socket.writableLength} bytes wait for it to read`,
        )
        ws.terminate()
      } else if (socket.writableLength > PAUSE_SERVING_AT) lane.pause()
    }

    const session = createSession(limits, { ...common, lane, transport: 'ws', notify: send })
    socket.on('drain', () => lane.resume())
    lane.onServed = () => {
      if (reading || lane.waiting > RESUME_READING_AT || ws.readyState !== ws.OPEN) return
      reading = true
      ws.resume()
    }
    ws.on('message', (data: Buffer) => {
      state.alive = true
      if (data.length > maxRequest) {
        send(errorText(null, oversizedRequest(maxRequest)))
        return
      }
      session.receive(data.toString(), (text) => {
        if (text !== undefined) send(text)
      })
      if (reading && lane.waiting >= PAUSE_READING_AT) {
        reading = false
        ws.pause()
      }
    })
    ws.on('pong', () => {
      state.alive = true
    })
    ws.on('error', (error) => log.debug(`RPC client ${socket.remoteAddress}: ${error.message}`))
    ws.on('close', () => {
      sockets.delete(ws)
      stats.sessionsClosed++
      session.close()
    })
  }

  const servers: Server[] = []
  const listen = async (host: string, port: number): Promise<number> => {
    const server = createServer({ keepAliveTimeout: 60_000 })
    server.on('request', onRequest)
    server.on('upgrade', onUpgrade)
    server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    })
    server.on('connection', (socket) => {
      if (connections() >= maxConnections) {
        socket.write(
          'HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: 39\r\n\r\nToo many connections. Please try later.',
        )
        socket.destroySoon()
        return
      }
      socket.setNoDelay(true)
      httpSockets.add(socket)
      socket.on('close', () => httpSockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, ipv6Only: host.includes(':') && host !== '::' }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    servers.push(server)
    return (server.address() as AddressInfo).port
  }

  const port = await listen(external ? '0.0.0.0' : '127.0.0.1', options.port).catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, options.port)
  })
  const addresses = [`${external ? '0.0.0.0' : '127.0.0.1'}:${port}`]
  try {
    // `localhost` may mean ::1 first. A machine without IPv6 just has one address fewer.
    const host = external ? '::' : '::1'
    await listen(host, port)
    addresses.push(`[${host}]:${port}`)
  } catch (error) {
    log.debug(`RPC server does not listen on IPv6: ${(error as Error).message}`)
  }

  const ping = setInterval(() => {
    for (const [ws, state] of sockets) {
      if (!state.alive) ws.terminate()
      else {
        state.alive = false
        ws.ping()
      }
    }
  }, options.pingIntervalMs ?? 30_000)
  ping.unref()

  return {
    port,
    addresses,
    stats,
    get connections() {
      return connections()
    },
    async close() {
      clearInterval(ping)
      for (const ws of sockets.keys()) ws.close(1001, 'the node stops')
      const closing = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
      for (const server of servers) server.closeIdleConnections()
      for (const socket of httpSockets) socket.destroy()
      // A client has a moment to answer the closing frame; one that does not is cut off.
      const cutOff = setTimeout(() => {
        for (const ws of sockets.keys()) ws.terminate()
      }, 250)
      await Promise.all(closing)
      clearTimeout(cutOff)
    },
  }
}

/**
 * Looks whether a server could listen, for whoever does something first that cannot be undone.
 * @throws NeuriteError `PortInUse`.
 */
export async function checkPort({ port, external = false }: RpcServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(listenError(error, port)))
    probe.listen(port, external ? '0.0.0.0' : '127.0.0.1', () => probe.close(() => resolve()))
  })
}

function listenError(error: NodeJS.ErrnoException, port: number): unknown {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error
  const why = error.code === 'EACCES' ? 'needs rights this user does not have' : 'is used by another program'
  return new NeuriteError('PortInUse', `The RPC port \`${port}\` ${why}.`, {
    details: [
      'Expected a port on which this node can listen.',
      `Stop the other program, or choose another port with --rpc-port (for example --rpc-port ${port + 1}; 0 picks a free one).`,
    ],
    cause: error,
  })
}
