import { createConnection } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createLogger, silentLogger } from '../log/index.ts'
import { RpcError } from './errors.ts'
import { createMethodTable, type Method, unsafe } from './methods.ts'
import { asArrayOf, asBytes, asHash, asU32 } from './params.ts'
import { type RpcServer, type RpcServerOptions, startRpcServer } from './server.ts'

interface Bell {
  listeners: Set<(n: number) => void>
}

const methods: Record<string, Method<Bell>> = {
  system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
  test_echo: (_, params) => params.optional(0, 'value', (value) => value) ?? null,
  test_hash: (_, params) => params.required(0, 'hash', asHash),
  test_sizes: (_, params) => params.required(0, 'parts', asArrayOf(asBytes, 2)).map((part) => part.length),
  test_text: (_, params) => 'x'.repeat(params.required(0, 'length', asU32)),
  test_later: async () => 'later',
  test_refuse: () => {
    throw new RpcError(1010, 'Invalid Transaction', 'Custom error: 8')
  },
  test_crash: () => {
    throw new TypeError('secret detail')
  },
  test_unsafe: unsafe(() => 'done'),
  test_subscribe: {
    kind: 'subscription',
    notification: 'test_rung',
    unsubscribe: 'test_unsubscribe',
    start({ listeners }, params, sink) {
      const first = params.optional(0, 'first', asU32)
      if (first === 13) throw new RpcError(1012, 'Transaction is temporarily banned')
      if (first !== undefined) sink.send(first)
      const listener = (n: number) => (n < 0 ? sink.close() : sink.send(n))
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  },
}

let server: RpcServer
let bell: Bell
const clients: WebSocket[] = []

async function start(options: Partial<RpcServerOptions> = {}): Promise<void> {
  await server?.close()
  bell = { listeners: new Set() }
  server = await startRpcServer<Bell>(
    { port: 0, ...options },
    { methods: createMethodTable([methods]), context: bell, log: silentLogger },
  )
}

beforeEach(() => start())
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate()
  await server.close()
})

/** A client that collects what it receives and can wait for the next message. */
async function connect(): Promise<{ ws: WebSocket; send: (value: unknown) => void; next: () => Promise<any> }> {
  const ws = new WebSocket(`ws://127.0.0.1:${server.port}`)
  clients.push(ws)
  const received: unknown[] = []
  const wanted: ((value: unknown) => void)[] = []
  ws.on('message', (data) => {
    const value: unknown = JSON.parse(data.toString())
    const want = wanted.shift()
    if (want === undefined) received.push(value)
    else want(value)
  })
  await new Promise((resolve, reject) => ws.on('open', resolve).on('error', reject))
  return {
    ws,
    send: (value) => ws.send(typeof value === 'string' ? value : JSON.stringify(value)),
    next: () =>
      received.length > 0 ? Promise.resolve(received.shift()) : new Promise((resolve) => wanted.push(resolve)),
  }
}

const call = (id: unknown, method: string, params?: unknown) => ({ jsonrpc: '2.0', id, method, params })

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${server.port}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })

describe('calls', () => {
  test.each([['ab12'], [7], [null], ['']])('default: the id %j comes back with its type', async (id) => {
    const { send, next } = await connect()
    send(call(id, 'test_echo', [1]))
    expect(await next()).toEqual({ jsonrpc: '2.0', id, result: 1 })
  })

  test('default: the same over HTTP', async () => {
    const response = await post(JSON.stringify(call('a', 'test_later')))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 'a', result: 'later' })
  })

  test('behavior: parameters by name', async () => {
    const { send, next } = await connect()
    send(call(1, 'test_echo', { value: 'named' }))
    expect((await next()).result).toBe('named')
  })

  test('behavior: a notification is carried out and not answered', async () => {
    const { send, next } = await connect()
    send({ jsonrpc: '2.0', method: 'test_echo' })
    send(call(2, 'test_echo'))
    expect((await next()).id).toBe(2)
  })

  test('behavior: a batch is answered in its order, notifications left out', async () => {
    const { send, next } = await connect()
    send([call(1, 'test_later'), { jsonrpc: '2.0', method: 'test_echo' }, 5, call(3, 'test_nothing')])
    expect(await next()).toMatchInlineSnapshot(`
      [
        {
          "id": 1,
          "jsonrpc": "2.0",
          "result": "later",
        },
        {
          "error": {
            "code": -32600,
            "message": "Invalid request",
          },
          "id": null,
          "jsonrpc": "2.0",
        },
        {
          "error": {
            "code": -32601,
            "message": "Method not found",
          },
          "id": 3,
          "jsonrpc": "2.0",
        },
      ]
    `)
  })

  test('behavior: a batch of notifications has an empty HTTP answer', async () => {
    const response = await post(JSON.stringify([{ jsonrpc: '2.0', method: 'test_echo' }]))
    expect(await response.text()).toBe('')
  })

  test.each([
    ['test_hash', [], 'Invalid params', '`hash` (parameter 1) is missing'],
    ['test_hash', ['0x12'], 'Invalid params', '`hash` must be a hash (64 hexadecimal digits after 0x); got "0x12"'],
    ['test_sizes', [['0x1']], 'Invalid params', '`parts[0]` has an odd number of digits: `0x1`.'],
    ['test_sizes', [['', '', '']], 'Invalid params', '`parts` has 3 elements; at most 2 are accepted'],
    ['test_refuse', [], 'Invalid Transaction', 'Custom error: 8'],
    ['test_crash', [], 'Internal error', undefined],
  ])('behavior: %s with %j is refused with its reason', async (method, params, text, data) => {
    const { send, next } = await connect()
    send(call(1, method, params))
    const { error } = await next()
    expect([error.message, error.data]).toEqual([text, data])
  })

  test('behavior: hexadecimal bytes may lack their 0x', async () => {
    const { send, next } = await connect()
    send(call(1, 'test_sizes', [['0x0102', '']]))
    expect((await next()).result).toEqual([2, 0])
  })

  test('behavior: rpc_methods lists methods, unsubscribe methods and itself', async () => {
    const { send, next } = await connect()
    send(call(1, 'rpc_methods'))
    const { result } = await next()
    expect(result.methods).toEqual(expect.arrayContaining(['rpc_methods', 'test_subscribe', 'test_unsubscribe']))
    expect(result.methods).toEqual([...result.methods].sort())
  })

  test('behavior: unsafe methods depend on the option', async () => {
    const unsafeAnswer = async () => (await post(JSON.stringify(call(1, 'test_unsafe')))).json()
    expect(await unsafeAnswer()).toMatchObject({ result: 'done' })
    await start({ unsafeMethods: 'safe' })
    expect(await unsafeAnswer()).toMatchObject({
      error: { code: -32601, message: 'RPC call is unsafe to be called externally' },
    })
  })

  test('behavior: calls above the rate limit are refused', async () => {
    await start({ callsPerMinute: 2 })
    const { send, next } = await connect()
    for (let id = 0; id < 3; id++) send(call(id, 'test_echo'))
    await next()
    await next()
    expect(await next()).toMatchObject({ error: { code: -32999, message: 'RPC rate limit exceeded' } })
  })
})

describe('subscriptions', () => {
  test('default: the id comes before the first notification, even one sent while starting', async () => {
    const { send, next } = await connect()
    send(call('s', 'test_subscribe', [5]))
    const answer = await next()
    expect(answer).toEqual({ jsonrpc: '2.0', id: 's', result: expect.stringMatching(/^[0-9A-Za-z]{16}$/) })
    expect(await next()).toEqual({
      jsonrpc: '2.0',
      method: 'test_rung',
      params: { subscription: answer.result, result: 5 },
    })
  })

  test('behavior: inside a batch the notifications follow the batch', async () => {
    const { send, next } = await connect()
    send([call(1, 'test_subscribe', [5]), call(2, 'test_later')])
    const batch = await next()
    expect(batch).toHaveLength(2)
    expect((await next()).params).toEqual({ subscription: batch[0].result, result: 5 })
  })

  test('behavior: a refused start answers the error and leaves nothing behind', async () => {
    const { send, next } = await connect()
    send(call(1, 'test_subscribe', [13]))
    expect(await next()).toMatchObject({ id: 1, error: { code: 1012 } })
    expect(bell.listeners.size).toBe(0)
  })

  test('behavior: unsubscribing answers true once, then false', async () => {
    const { send, next } = await connect()
    send(call(1, 'test_subscribe'))
    const { result } = await next()
    send(call(2, 'test_unsubscribe', [result]))
    expect((await next()).result).toBe(true)
    expect(bell.listeners.size).toBe(0)
    send(call(3, 'test_unsubscribe', [result]))
    expect((await next()).result).toBe(false)
  })

  test('behavior: an ended subscription is still answered when unwatched', async () => {
    const { send, next } = await connect()
    send(call(1, 'test_subscribe'))
    const { result } = await next()
    for (const ring of [...bell.listeners]) ring(-1)
    expect(bell.listeners.size).toBe(0)
    send(call(2, 'test_unsubscribe', [result]))
    expect((await next()).result).toBe(false)
  })

  test('behavior: a closed connection ends its subscriptions', async () => {
    const { ws, send, next } = await connect()
    send(call(1, 'test_subscribe'))
    await next()
    expect(bell.listeners.size).toBe(1)
    const stopped = new Promise<void>((resolve) => {
      const [listener] = bell.listeners
      bell.listeners.delete = (each) => {
        resolve()
        return Set.prototype.delete.call(bell.listeners, each)
      }
      expect(listener).toBeDefined()
    })
    ws.terminate()
    await stopped
    expect(bell.listeners.size).toBe(0)
  })

  test('behavior: there is a limit for each connection, and HTTP has no subscriptions', async () => {
    await start({ maxSubscriptionsPerConnection: 1 })
    const { send, next } = await connect()
    send(call(1, 'test_subscribe'))
    await next()
    send(call(2, 'test_subscribe'))
    expect(await next()).toMatchObject({ error: { code: -32006, message: 'Too many subscriptions on the connection' } })
    expect(await (await post(JSON.stringify(call(1, 'test_subscribe')))).json()).toMatchObject({
      error: { code: -32603 },
    })
  })

  test('behavior: a client that does not read is dropped and logged, others go on', async () => {
    const lines: string[] = []
    await server.close()
    bell = { listeners: new Set() }
    server = await startRpcServer<Bell>(
      { port: 0, maxBufferedMiB: 0.5 },
      {
        methods: createMethodTable([
          {
            ...methods,
            test_flood: {
              kind: 'subscription',
              notification: 'test_rung',
              unsubscribe: 'test_unflood',
              start({ listeners }, _params, sink) {
                const listener = () => sink.send('y'.repeat(100_000))
                listeners.add(listener)
                return () => listeners.delete(listener)
              },
            },
          },
        ]),
        context: bell,
        log: createLogger({ write: (line) => lines.push(line) }),
      },
    )
    const slow = await connect()
    slow.send(call(1, 'test_flood'))
    await slow.next()
    slow.ws.pause()
    const good = await connect()
    // The listener disappears when the server has dropped the connection.
    for (let i = 0; i < 100_000 && bell.listeners.size > 0; i++) {
      for (const ring of [...bell.listeners]) ring(i)
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(bell.listeners.size).toBe(0)
    expect(server.stats.slowConsumersDropped).toBe(1)
    expect(lines.join('\n')).toMatch(/RPC client .* dropped: \d+ bytes wait for it to read/)
    good.send(call(2, 'test_echo', ['still here']))
    expect((await good.next()).result).toBe('still here')
  })
})

describe('limits', () => {
  test('behavior: a message above the limit is refused and the connection lives on', async () => {
    await start({ maxRequestMiB: 0.01 })
    const { send, next } = await connect()
    send(call(1, 'test_echo', ['z'.repeat(20_000)]))
    expect(await next()).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32007, message: 'Request is too big', data: 'Exceeded max limit of 10485' },
    })
    send(call(2, 'test_echo'))
    expect((await next()).id).toBe(2)
  })

  test('behavior: far above the limit the connection is closed with 1009', async () => {
    await start({ maxRequestMiB: 0.01 })
    const { ws, send } = await connect()
    const closed = new Promise<number>((resolve) => ws.on('close', resolve))
    send(call(1, 'test_echo', ['z'.repeat(1_200_000)]))
    expect(await closed).toBe(1009)
  })

  test('behavior: over HTTP it is 413, also when the length is not announced', async () => {
    await start({ maxRequestMiB: 0.01 })
    expect((await post('z'.repeat(20_000))).status).toBe(413)
    const answer = await raw(
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n' +
        `4e20\r\n${'z'.repeat(20_000)}\r\n0\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toContain('Request is too big')
  })

  test('behavior: an answer above the limit becomes an error', async () => {
    await start({ maxResponseMiB: 0.01 })
    const { send, next } = await connect()
    send(call(1, 'test_text', [20_000]))
    expect(await next()).toMatchObject({ id: 1, error: { code: -32008, message: 'Response is too big' } })
    send([call(1, 'test_text', [6_000]), call(2, 'test_text', [6_000])])
    expect(await next()).toMatchObject({
      id: null,
      error: { code: -32011, message: 'The batch response was too large' },
    })
  })

  test('behavior: connections above the limit are refused', async () => {
    await start({ maxConnections: 1 })
    await connect()
    expect(await raw('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n')).toMatch(/^HTTP\/1.1 429 /)
  })
})

/** Sends bytes over a plain socket; everything that comes back until the server closes it. */
function raw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(server.port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}

const UPGRADE =
  'GET / HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n' +
  'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

describe('malformed input on the socket', () => {
  test.each([
    ['no HTTP at all', Buffer.from([0x16, 3, 1, 0, 0xff, 0, 0, 13, 10, 13, 10]), /^HTTP\/1.1 400 /],
    ['an unmasked frame', Buffer.concat([Buffer.from(UPGRADE), Buffer.from([0x81, 2, 0x7b, 0x7d])]), /^HTTP\/1.1 101 /],
    [
      'a reserved opcode',
      Buffer.concat([Buffer.from(UPGRADE), Buffer.from([0x83, 0x80, 0, 0, 0, 0])]),
      /^HTTP\/1.1 101 /,
    ],
    ['reserved bits', Buffer.concat([Buffer.from(UPGRADE), Buffer.from([0xf1, 0x80, 0, 0, 0, 0])]), /^HTTP\/1.1 101 /],
    [
      'text that is no UTF-8',
      Buffer.concat([Buffer.from(UPGRADE), Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])]),
      /101 /,
    ],
    [
      'a length of 2^63',
      Buffer.concat([Buffer.from(UPGRADE), Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])]),
      /101 /,
    ],
    ['a wrong version', Buffer.from(UPGRADE.replace('version: 13', 'version: 99')), /^HTTP\/1.1 400 /],
  ])('behavior: %s closes that connection only', async (_, bytes, expected) => {
    expect(await raw(bytes)).toMatch(expected)
    const { send, next } = await connect()
    send(call(1, 'test_echo'))
    expect((await next()).id).toBe(1)
  })

  test('behavior: a body that is no UTF-8 is a parse error', async () => {
    const response = await post(new Uint8Array([0x22, 0xc3, 0x28, 0x22]))
    expect(await response.json()).toEqual({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } })
  })

  test.each([
    ['PUT', 'application/json', 405],
    ['POST', 'text/plain', 415],
  ])('behavior: %s with %s is answered with %i', async (method, type, status) => {
    const response = await fetch(`http://127.0.0.1:${server.port}`, {
      method,
      body: '{}',
      headers: { 'content-type': type },
    })
    expect(response.status).toBe(status)
  })
})

describe('web pages and other hosts', () => {
  test('behavior: a foreign origin is refused on both transports, an allowed one is named', async () => {
    await start({ cors: ['http://localhost:*'] })
    const body = JSON.stringify(call(1, 'test_echo'))
    expect((await post(body, { origin: 'https://evil.example' })).status).toBe(403)
    const response = await post(body, { origin: 'http://localhost:3000' })
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    expect(await raw(UPGRADE.replace('\r\n\r\n', '\r\norigin: https://evil.example\r\n\r\n'))).toMatch(/ 403 /)
  })

  test('behavior: a foreign host name is refused (DNS rebinding)', async () => {
    await start({ cors: [] })
    expect(await raw(UPGRADE.replace('host: localhost', 'host: evil.example'))).toMatch(/ 403 /)
  })

  test('behavior: preflight requests are answered', async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}`, {
      method: 'OPTIONS',
      headers: { origin: 'http://a' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('operation', () => {
  test('behavior: /health shows system_health, /health/readiness is 200', async () => {
    const health = await fetch(`http://127.0.0.1:${server.port}/health`)
    expect(await health.json()).toEqual({ peers: 0, isSyncing: false, shouldHavePeers: false })
    expect((await fetch(`http://127.0.0.1:${server.port}/health/readiness`)).status).toBe(200)
  })

  test('behavior: a port in use is named with the flag that changes it', async () => {
    await expect(
      startRpcServer({ port: server.port }, { methods: createMethodTable([]), context: undefined, log: silentLogger }),
    ).rejects.toThrow(`The RPC port \`${server.port}\` is used by another program.`)
  })

  test('behavior: closing ends the clients and frees the port', async () => {
    const { ws } = await connect()
    const closed = new Promise<number>((resolve) => ws.on('close', resolve))
    const { port } = server
    await server.close()
    expect(await closed).toBe(1001)
    await start({ port })
    expect(server.port).toBe(port)
  })

  test('behavior: a connection that floods does not keep another from being answered in its turn', async () => {
    const flood = await connect()
    const other = await connect()
    const order: string[] = []
    const answered = new Promise<void>((resolve) => {
      other.ws.on('message', () => resolve())
    })
    flood.ws.on('message', () => order.push('flood'))
    for (let i = 0; i < 20_000; i++) flood.send(call(i, 'test_echo'))
    other.send(call('x', 'test_echo'))
    await answered
    // The flood was sent first and is still not finished when the other is answered.
    expect(order.length).toBeLessThan(20_000)
  })
})
