/** Against a server that only says what the test makes it say. */
import { isNeuriteError } from '@neurite/primitives/errors'
import { afterEach, describe, expect, test } from 'vitest'
import { connectChain } from './chain.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { type Door, startDoor } from './door.fixture.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close()
})

async function door(): Promise<Door> {
  const made = await startDoor()
  open.push(made)
  return made
}

function connect(to: { readonly url: string }, options: ConnectionOptions = {}): Connection {
  const made = new Connection({ url: to.url, ...options })
  open.push(made)
  return made
}

/** The error, with addresses that differ between runs made alike. */
async function errorOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isNeuriteError(error)) throw error ?? new Error('It did not fail.')
  return `${error.code}: ${error.message}`.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
}

/** Resolves when the connection is up (again). */
function statusOf(to: Door, options: ConnectionOptions = {}) {
  let wake: () => void = () => {}
  const seen: string[] = []
  const connection = connect(to, {
    ...options,
    onStatus(status) {
      seen.push(status)
      wake()
    },
  })
  const until = async (count: number): Promise<void> => {
    while (seen.length < count) await new Promise<void>((resolve) => (wake = resolve))
  }
  return { connection, seen, until }
}

const answerTo = (text: string, result: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(text).id, result })
const notice = (subscription: string, result: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', method: 'news', params: { subscription, result } })

describe('answers', () => {
  test.each([
    ['text', 'hello'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a web page', '<!doctype html>'],
    ['an error that is no object', '{"id":1,"error":"no"}'],
  ])('%s is no JSON-RPC: the request fails, the client lives on', async (_name, frame) => {
    const server = await door()
    server.onAnswer = (text, reply) => {
      reply(JSON.parse(text).method === 'broken' ? frame : answerTo(text, 'fine'))
      return undefined
    }
    const connection = connect(server)
    expect(await errorOf(connection.request('broken'))).toBe(
      `BadResponse: \`ws://127.0.0.1:PORT\` sent what is not JSON-RPC: \`${frame}\`.\nExpected a node of a Substrate chain. Is the port that of its RPC?`,
    )
    expect(await connection.request('good')).toBe('fine')
  })

  test('neither result nor error fails that request alone', async () => {
    const server = await door()
    server.onAnswer = (text, reply) => {
      reply(JSON.parse(text).method === 'broken' ? `{"id":${JSON.parse(text).id}}` : answerTo(text, null))
      return undefined
    }
    const connection = connect(server)
    const [broken, good] = [errorOf(connection.request('broken')), connection.request('good')]
    expect(await broken).toMatch(/^BadResponse/)
    expect(await good).toBe(null)
  })

  test('of unknown requests and subscriptions are ignored', async () => {
    const server = await door()
    server.onAnswer = (text, reply) => {
      for (const frame of [answerTo(text, 'fine'), '{"id":99,"result":1}', '{}', notice('nobody', 1)]) reply(frame)
      return undefined
    }
    const connection = connect(server)
    expect(await connection.request('a')).toBe('fine')
    expect(await connection.request('b')).toBe('fine')
  })

  test('an error of the node is told with its code and data', async () => {
    const server = await door()
    server.onAnswer = (text, reply) => {
      const { id } = JSON.parse(text)
      reply(JSON.stringify({ id, error: { code: 1010, message: 'Invalid Transaction', data: 'Stale' } }))
      return undefined
    }
    expect(await errorOf(connect(server).request('author_submitExtrinsic'))).toBe(
      'Rpc: Invalid Transaction: Stale\nThe node answered `author_submitExtrinsic` with code 1010.',
    )
  })

  test('an error without an id belongs to the only request under way', async () => {
    const server = await door()
    server.onAnswer = (_text, reply) => {
      reply('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}')
      return undefined
    }
    expect(await errorOf(connect(server).request('a'))).toMatch(/^Rpc: Parse error/)
  })

  test('that do not come end in a timeout', async () => {
    const server = await door()
    server.onAnswer = () => undefined
    expect(await errorOf(connect(server, { requestTimeoutMs: 50 }).request('a'))).toBe(
      'RequestTimeout: No answer to `a` within 50 ms from `ws://127.0.0.1:PORT`.\nThe node is connected but slow.',
    )
  })
})

describe('a connection that cannot be made', () => {
  test('to nobody says so, and how to start a node', async () => {
    const server = await startDoor()
    await server.close()
    expect(await errorOf(connectChain({ url: server.url, connectTimeoutMs: 300 }))).toBe(
      [
        'NotReachable: No node answers at `ws://127.0.0.1:PORT` (tried for 300 ms).',
        'The last try: connect ECONNREFUSED 127.0.0.1:PORT.',
        'Is it running, and is the address right? `npx neurite node --dev` starts one.',
      ].join('\n'),
    )
  })

  test('because the address is none says what was expected', async () => {
    const error = await errorOf(connectChain({ url: 'localhost 9944' }))
    expect(error).toMatch(
      /^InvalidUrl: `localhost 9944` cannot be connected to\.\nExpected the address of a WebSocket, as ws:\/\/127\.0\.0\.1:PORT or wss:\/\/host\.\n/,
    )
  })
})

describe('subscriptions', () => {
  /** Subscriptions get the ids s1, s2, …; everything else is answered with null. */
  function subscribing(server: Door): { readonly ids: string[]; readonly ended: string[] } {
    const ids: string[] = []
    const ended: string[] = []
    server.onAnswer = (text, reply) => {
      const { method, params } = JSON.parse(text)
      if (method === 'unsubscribe') ended.push(params[0])
      if (method === 'subscribe') ids.push(`s${ids.length + 1}`)
      reply(answerTo(text, method === 'subscribe' ? ids.at(-1) : null))
      if (method === 'say') reply(notice(params[0], params[1]))
      return undefined
    }
    return { ids, ended }
  }

  test('hear notifications that overtake the answer with their id, in order', async () => {
    const server = await door()
    server.onAnswer = (text, reply) => {
      for (const frame of [notice('s1', 1), notice('s1', 2), answerTo(text, 's1'), notice('s1', 3)]) reply(frame)
      return undefined
    }
    const heard: number[] = []
    const connection = connect(server)
    await new Promise<void>((resolve) => {
      void connection.subscribe('subscribe', [], 'unsubscribe', (value) => {
        heard.push(value)
        if (value === 3) resolve()
      })
    })
    expect(heard).toEqual([1, 2, 3])
  })

  test('are made anew after a reconnection, once each', async () => {
    const server = await door()
    const { ids } = subscribing(server)
    const { connection, until } = statusOf(server)
    const heard: string[] = []
    await connection.subscribe('subscribe', [], 'unsubscribe', (value) => heard.push(value))
    server.cut()
    await until(3)
    await connection.request('say', ['s2', 'again'])
    await connection.request('anything')
    expect(ids).toEqual(['s1', 's2'])
    expect(heard).toEqual(['again'])
  })

  test('whose request was under way when the connection went are asked for once', async () => {
    const server = await door()
    const { ids } = subscribing(server)
    const answer = server.onAnswer
    server.onAnswer = (_text, _reply) => {
      server.onAnswer = answer
      server.cut()
      return undefined
    }
    const { connection } = statusOf(server)
    const heard: string[] = []
    await connection.subscribe('subscribe', [], 'unsubscribe', (value) => heard.push(value))
    await connection.request('say', ['s1', 'x'])
    await connection.request('anything')
    expect([ids, heard]).toEqual([['s1'], ['x']])
  })

  test('ended while the connection is down stay ended', async () => {
    const server = await door()
    const { ids, ended } = subscribing(server)
    const { connection, until } = statusOf(server)
    const subscription = await connection.subscribe('subscribe', [], 'unsubscribe', () => {})
    server.cut()
    await until(2)
    await subscription.unsubscribe()
    await until(3)
    await connection.request('anything')
    expect([ids, ended]).toEqual([['s1'], []])
  })

  test('ended while they are asked for anew are ended at the node', async () => {
    const server = await door()
    const { ended } = subscribing(server)
    const { connection, until } = statusOf(server)
    const heard: string[] = []
    const subscription = await connection.subscribe('subscribe', [], 'unsubscribe', (value) => heard.push(value))
    server.cut()
    await until(3)
    await subscription.unsubscribe()
    await connection.request('say', ['s2', 'nobody listens'])
    await connection.request('anything')
    expect([ended, heard]).toEqual([['s2'], []])
  })

  test('that the node refuses after a reconnection are told so', async () => {
    const server = await door()
    subscribing(server)
    const { connection } = statusOf(server)
    const lost = new Promise<string>((resolve) => {
      void connection
        .subscribe(
          'subscribe',
          [],
          'unsubscribe',
          () => {},
          (error) => resolve(error.message),
        )
        .then(() => {
          server.onAnswer = (text, reply) => {
            reply(JSON.stringify({ id: JSON.parse(text).id, error: { code: -32000, message: 'Too many' } }))
            return undefined
          }
          server.cut()
        })
    })
    expect(await lost).toBe('Too many\nThe node answered `subscribe` with code -32000.')
  })
})

describe('a lost connection', () => {
  test('repeats what only reads and reports what acts', async () => {
    const server = await door()
    server.onAnswer = () => {
      if (server.methods.length === 2) server.cut()
      return undefined
    }
    const { connection } = statusOf(server)
    const read = connection.request('state_getStorage', ['0x00'])
    const submission = errorOf(connection.request('author_submitExtrinsic', ['0x00']))
    expect(await submission).toBe(
      'ConnectionLost: The connection to `ws://127.0.0.1:PORT` was lost while `author_submitExtrinsic` was under way.\nWhether the node acted on it is unknown: look before you send it again.',
    )
    server.onAnswer = (text, answer) => {
      answer(answerTo(text, 'read'))
      return undefined
    }
    expect(await read).toBe('read')
    expect(server.methods).toEqual(['state_getStorage', 'author_submitExtrinsic', 'state_getStorage'])
  })

  test('is noticed when the node has gone silent', async () => {
    const server = await door()
    let silent = true
    server.onAnswer = (text, reply) => {
      if (!silent) reply(answerTo(text, 'awake'))
      return undefined
    }
    const { connection, until, seen } = statusOf(server, { heartbeatMs: 30 })
    const answer = connection.request('a')
    await until(2)
    silent = false
    expect(await answer).toBe('awake')
    expect(seen.slice(0, 2)).toEqual(['connected', 'disconnected'])
    expect(server.methods).toContain('system_health')
  })
})

describe('a connection cut at any request', () => {
  test.each(Array.from({ length: 9 }, (_, i) => i + 1))(
    'the %ith: every read is answered, every subscription runs once',
    async (n) => {
      const server = await door()
      // Subscriptions that the node holds for the connection of the moment. Their ids begin anew with each connection,
      // so that an id of an earlier one means another subscription.
      const held = new Map<string, string>()
      let requests = 0
      let given = 0
      server.onAnswer = (text, reply) => {
        const { method, params } = JSON.parse(text)
        if (++requests === n) {
          held.clear()
          given = 0
          server.cut()
          return undefined
        }
        if (method === 'subscribe') held.set(`s${++given}`, params[0])
        if (method === 'unsubscribe') held.delete(params[0])
        reply(answerTo(text, method === 'subscribe' ? `s${given}` : params[0]))
        if (method === 'tell') for (const [id, name] of held) reply(notice(id, name))
        return undefined
      }
      const { connection } = statusOf(server)
      const heard: string[] = []
      const subscribe = (name: string) =>
        connection.subscribe('subscribe', [name], 'unsubscribe', (value) => heard.push(`${name} hears ${value}`))
      const [gone] = await Promise.all([subscribe('a'), subscribe('b')])
      const reads = Promise.all([1, 2, 3].map((value) => connection.request('read', [value])))
      await gone.unsubscribe()
      await subscribe('c')
      expect(await reads).toEqual([1, 2, 3])
      // The first makes sure that the connection is up again, the last that all has been heard.
      for (const method of ['read', 'read', 'tell', 'read']) await connection.request(method, [0])
      expect([...held.values()].sort()).toEqual(['b', 'c'])
      expect(heard.sort()).toEqual(['b hears b', 'c hears c'])
    },
  )
})

describe('close', () => {
  test('fails what is under way and what comes later', async () => {
    const server = await door()
    server.onAnswer = (text, reply) => {
      if (JSON.parse(text).method === 'subscribe') reply(answerTo(text, 's1'))
      return undefined
    }
    const connection = connect(server)
    let lost = ''
    await connection.subscribe(
      'subscribe',
      [],
      'unsubscribe',
      () => {},
      (error) => {
        lost = error.code
      },
    )
    const request = errorOf(connection.request('a'))
    connection.close()
    const expected = 'ConnectionClosed: The connection to `ws://127.0.0.1:PORT` was closed.'
    expect(await request).toBe(expected)
    expect(await errorOf(connection.request('b'))).toBe(expected)
    expect(lost).toBe('ConnectionClosed')
  })
})
