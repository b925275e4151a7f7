import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { devKeypair } from '@neurite/primitives/keyring'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Axon, createAxon } from '../axon/index.ts'
import { type AxonTarget, createDendrite, type Dendrite, defineSynapse } from './index.ts'
import { requiredFieldsOf } from './request.ts'

const alice = devKeypair('Alice')
const bob = devKeypair('Bob')

const Sum = defineSynapse({
  name: 'Sum',
  request: z.object({ numbers: z.array(z.number()), scale: z.number().default(1), note: z.string().optional() }),
  response: z.object({ total: z.number() }),
  requiredHashFields: ['numbers', 'scale', 'note'],
  floatFields: ['scale'],
})

const Words = defineSynapse({
  name: 'Words',
  request: z.object({ prompt: z.string() }),
  response: z.object({}),
  streaming: true,
})

const closers: (() => unknown)[] = []
let dendrite: Dendrite

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function start(): Dendrite {
  dendrite = createDendrite({ keypair: bob, timeout: 5 })
  closers.push(() => dendrite.close())
  return dendrite
}

async function serve(build: (axon: Axon) => void): Promise<AxonTarget> {
  const axon = createAxon({ keypair: alice, host: '127.0.0.1', port: 0 })
  build(axon)
  const port = await axon.listen()
  closers.push(() => axon.close(0))
  return { ip: '127.0.0.1', port, hotkey: alice.address }
}

/** A server that is no axon. */
async function fake(listener: RequestListener): Promise<AxonTarget> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { ip: '127.0.0.1', port: (server.address() as AddressInfo).port, hotkey: alice.address }
}

const sum = (axon: Axon): unknown =>
  axon.attach(Sum, {
    handle: ({ numbers, scale }) => ({ total: numbers.reduce((a, b) => a + b, 0) * scale }),
  })

describe('against an axon', () => {
  test('a call gives the checked value, both ends and a proof of who answered', async () => {
    const target = await serve(sum)
    const answer = await start().call(target, Sum, { numbers: [1, 2.5, -3], scale: 2 })
    expect(answer).toMatchObject({ ok: true, status: 200, message: 'Success', value: { total: 1 }, authentic: true })
    expect(answer.axon).toMatchObject({ hotkey: alice.address, statusCode: 200 })
    expect(answer.dendrite).toMatchObject({ hotkey: bob.address, statusCode: 200 })
    expect(answer.axon.processTime!).toBeLessThanOrEqual(answer.seconds)
  })

  test('many calls run at once, over kept connections', async () => {
    const target = await serve(sum)
    start()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        dendrite.call(target, Sum, { numbers: [i], scale: 1, note: 'it\'s "é" 😀\n' }),
      ),
    )
    expect(answers.map((answer) => answer.value?.total)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  })

  test('a key given as account id is an address on the wire', async () => {
    const target = await serve(sum)
    const answer = await start().call({ ...target, hotkey: alice.publicKey }, Sum, { numbers: [1], scale: 1 })
    expect(answer.ok).toBe(true)
  })

  test('refusals keep the status and text of the axon', async () => {
    const target = await serve((axon) =>
      axon.attach(Sum, { handle: () => ({ total: 0 }), blacklist: () => 'no stake' }),
    )
    const answer = await start().call(target, Sum, { numbers: [], scale: 1 })
    expect(answer).toMatchObject({
      ok: false,
      status: 403,
      message: 'Forbidden. Key is blacklisted: no stake.',
      authentic: true,
    })
    expect(answer.value).toBeUndefined()
    const missing = await dendrite.call(target, { ...Sum, name: 'Absent' }, { numbers: [], scale: 1 })
    expect(missing.status).toBe(404)
  })

  test('an axon that answers under another hotkey is not authentic', async () => {
    const target = await serve((axon) => axon.attach(Words, { handle: async function* () {} }))
    const answer = await start().call({ ...target, hotkey: devKeypair('Charlie').address }, Sum, {
      numbers: [],
      scale: 1,
    })
    expect(answer).toMatchObject({ ok: false, status: 404, authentic: false })
  })

  test('a request that does not fit its definition throws before anything is sent', async () => {
    const target = await serve(sum)
    await expect(start().call(target, Sum, { numbers: ['x'] } as never)).rejects.toThrow()
  })

  test('a stream gives its chunks as they come, then how it ended', async () => {
    let goOn: (() => void) | undefined
    const target = await serve((axon) =>
      axon.attach(Words, {
        handle: async function* ({ prompt }) {
          yield `${prompt} `
          await new Promise<void>((resolve) => {
            goOn = resolve
          })
          yield 'world'
        },
      }),
    )
    const stream = start().stream(target, Words, { prompt: 'hello' })
    const first = await stream.next()
    expect(new TextDecoder().decode(first.value as Uint8Array)).toBe('hello ')
    goOn!()
    expect(new TextDecoder().decode((await stream.next()).value as Uint8Array)).toBe('world')
    expect(await stream.next()).toMatchObject({ done: true, value: { ok: true, status: 200 } })
  })

  test('a stream that is refused ends at once with the status', async () => {
    const target = await serve(sum)
    const end = await start().stream(target, Words, { prompt: 'x' }).next()
    expect(end).toMatchObject({ done: true, value: { ok: false, status: 404 } })
  })
})

describe('failures of the network', () => {
  const request = { numbers: [1], scale: 1 }

  test('nobody there: 503', async () => {
    const target = await fake(() => {})
    await closers.pop()!()
    const answer = await start().call(target, Sum, request)
    expect(answer).toMatchObject({
      ok: false,
      status: 503,
      message: `Service unavailable at 127.0.0.1:${target.port}/Sum`,
    })
  })

  test('a neuron that does not serve is not looked for on this machine: 503', async () => {
    const targets = [
      { ip: '0.0.0.0', port: 80, hotkey: alice.address },
      { ip: '10.0.0.1', port: 0, hotkey: alice.address },
    ]
    const answers = await start().callMany(targets, Sum, request)
    expect(answers.map(({ status }) => status)).toEqual([503, 503])
  })

  test('no answer in time: 408', async () => {
    const target = await fake(() => {})
    const answer = await start().call(target, Sum, request, { timeout: 0.05 })
    expect(answer).toMatchObject({ status: 408, message: 'Request timeout after 0.05 seconds' })
  })

  test('given up by the caller: 408', async () => {
    const abort = new AbortController()
    const target = await fake(() => abort.abort())
    expect((await start().call(target, Sum, request, { signal: abort.signal })).status).toBe(408)
    expect((await dendrite.call(target, Sum, request, { signal: abort.signal })).status).toBe(408)
  })

  test('hung up without an answer: 503', async () => {
    const target = await fake((message) => message.socket.destroy())
    const answer = await start().call(target, Sum, request)
    expect(answer).toMatchObject({ status: 503, message: expect.stringMatching(/^Service disconnected/) })
  })

  test('broken off in the middle of the answer: 400', async () => {
    const target = await fake((message, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{', () => message.socket.destroy())
    })
    expect(await start().call(target, Sum, request)).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^Payload error/),
    })
  })

  test('an answer that is no HTTP: 400', async () => {
    const server = createTcpServer((socket) => socket.end('nonsense\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => server.close())
    const target = { ip: '127.0.0.1', port: (server.address() as AddressInfo).port, hotkey: alice.address }
    expect((await start().call(target, Sum, request)).status).toBe(400)
  })

  test.each([
    ['no JSON', 'x'],
    ['no object', '[]'],
    ['a value that does not fit', '{"total":"many"}'],
    ['nested too deep', '['.repeat(100)],
  ])('an answer with %s: 422', async (_what, text) => {
    const target = await fake((_message, response) => response.end(text))
    expect(await start().call(target, Sum, request)).toMatchObject({
      ok: false,
      status: 422,
      message: expect.stringMatching(/^Failed to parse response/),
    })
  })

  test('an answer that is too large: 422', async () => {
    const target = await fake((_message, response) => response.end(`{"total":1,"x":"${'x'.repeat(10_000)}"}`))
    const small = createDendrite({ keypair: bob, maxAnswerBytes: 1_000 })
    closers.push(() => small.close())
    expect((await small.call(target, Sum, request)).status).toBe(422)
  })

  test('an answer without signature is usable, and known to be unproven', async () => {
    const target = await fake((_message, response) => response.end('{"total":4}'))
    const answer = await start().call(target, Sum, request)
    expect(answer).toMatchObject({ ok: true, value: { total: 4 } })
    expect(answer.authentic).toBeUndefined()
  })
})

test('required fields are those that a zod schema insists on', () => {
  expect(requiredFieldsOf(Sum)).toEqual(['numbers'])
  expect(requiredFieldsOf({ ...Sum, requiredFields: ['a'] })).toEqual(['a'])
  expect(requiredFieldsOf({ ...Sum, request: (value) => value as { numbers: number[]; scale: number } })).toEqual([])
})
