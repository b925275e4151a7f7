import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hexToBytes } from '@neurite/primitives/bytes'
import { sr25519Verify } from '@neurite/primitives/crypto'
import { keypairFromSuri } from '@neurite/primitives/keyring'
import { decodeAddress } from '@neurite/primitives/ss58'
import type { Miner } from '@neurite/sdk/mechanism'
import { embed } from '@neurite/subnets'
import { type MinerServer, startMinerServer } from '@neurite/subnets/host'
import { createMemoryChain, type MemoryChain } from '@neurite/subnets/testing'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createGateway, type Gateway, type GatewayOptions } from './index.ts'

const gatewayKey = keypairFromSuri('//Gateway')
const closers: (() => unknown)[] = []
let chain: MemoryChain

beforeEach(() => {
  chain = createMemoryChain()
})
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Served {
  readonly uid: number
  readonly address: string
  readonly server: MinerServer
}

async function serve(name: string, incentive: number, miner?: Miner<any, any>): Promise<Served> {
  const keypair = keypairFromSuri(`//${name}`)
  const answering = miner ?? (await embed.miners['ok']!.create({ seed: name }))
  const server = await startMinerServer({ subnet: embed, miner: answering, keypair, host: '127.0.0.1', port: 0 })
  closers.push(() => server.close())
  const uid = chain.register(keypair.publicKey)
  chain.setAxon(keypair.publicKey, { ip: '127.0.0.1', port: server.port })
  chain.setIncentive(keypair.publicKey, incentive)
  return { uid, address: keypair.address, server }
}

async function start(options: Partial<GatewayOptions> = {}) {
  const view = chain.viewFor(gatewayKey.publicKey)
  const gateway: Gateway = await createGateway({
    subnet: embed,
    netuid: 1,
    keypair: gatewayKey,
    chain: view,
    ...options,
  })
  closers.push(() => gateway.close())
  const port = await gateway.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${port}`
  return { gateway, url, client: new OpenAI({ apiKey: 'test', baseURL: `${url}/v1`, maxRetries: 0 }) }
}

const cosine = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('with the unmodified OpenAI client', () => {
  test('texts become unit vectors of the asked size, near for near texts', async () => {
    await serve('one', 65_535)
    const { client } = await start()
    const input = ['a small dog that barks', 'the small dog is barking', 'a bank lends money']
    const { data, model, usage } = await client.embeddings.create({ model: 'embed', input, dimensions: 256 })
    expect(model).toBe('embed')
    expect(usage).toEqual({ prompt_tokens: 14, total_tokens: 14 })
    expect(data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
      [0, 256],
      [1, 256],
      [2, 256],
    ])
    const [a, b, c] = data.map(({ embedding }) => embedding)
    expect(cosine(a!, a!)).toBeCloseTo(1, 3)
    expect(cosine(a!, b!)).toBeGreaterThan(cosine(a!, c!) + 0.2)
  })

  test('base64 and float give the same numbers; a single text works; dimensions have a default', async () => {
    await serve('one', 65_535)
    const { client } = await start()
    const asked = { model: 'embed', input: 'a hollow muscular organ' }
    const [packed, plain] = await Promise.all([
      client.embeddings.create(asked),
      client.embeddings.create({ ...asked, encoding_format: 'float' }),
    ])
    expect(plain.data[0]!.embedding).toHaveLength(128)
    packed.data[0]!.embedding.forEach((value, i) => {
      expect(value).toBeCloseTo(plain.data[0]!.embedding[i]!, 6)
    })
  })

  test('more texts than one ask holds come back in order from one miner', async () => {
    await serve('one', 65_535)
    await serve('two', 65_535)
    const { client } = await start()
    const input = Array.from({ length: 250 }, (_, i) => `text number ${i % 50}`)
    const { data } = await client.embeddings.create({ model: 'embed', input, dimensions: 16 })
    expect(data).toHaveLength(250)
    expect(data[0]!.embedding).toEqual(data[200]!.embedding)
    expect(data[3]!.embedding).not.toEqual(data[4]!.embedding)
  })

  test('models are listed; one can be pinned to a miner', async () => {
    const one = await serve('one', 65_535)
    const two = await serve('two', 100)
    const { client } = await start()
    const listed: string[] = []
    for await (const { id } of client.models.list()) listed.push(id)
    expect(listed).toEqual(['embed', `embed@${one.address}`, `embed@${two.address}`])
    expect(await client.models.retrieve('embed')).toMatchObject({ id: 'embed', object: 'model' })
    const { response } = await client.embeddings.create({ model: `embed@${two.address}`, input: 'x' }).withResponse()
    expect(response.headers.get('x-neurite-uid')).toBe(String(two.uid))
  })

  test('errors arrive as the classes of the client', async () => {
    await serve('one', 65_535)
    const { client } = await start({ rateLimit: { perMinute: 60, burst: 4 } })
    const create = (body: object) => client.embeddings.create({ model: 'embed', input: 'x', ...body })
    await expect(create({ model: 'gpt-9' })).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await expect(create({ dimensions: 8 })).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await expect(create({ input: [[1, 2, 3]] })).rejects.toThrow('Token arrays are not supported')
    await create({})
    const limited = await create({}).catch((error: unknown) => error)
    expect(limited).toBeInstanceOf(OpenAI.RateLimitError)
    expect(limited).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  })
})

describe('proof and choice of miners', () => {
  test('headers name the miner and hold its signature, which anybody can check', async () => {
    const one = await serve('one', 65_535)
    const { url } = await start()
    const { headers } = await post(url, { model: 'embed', input: 'x' })
    expect(headers.get('x-neurite-uid')).toBe(String(one.uid))
    expect(headers.get('x-neurite-hotkey')).toBe(one.address)
    expect(headers.get('x-neurite-attempts')).toBe('1')
    expect(Number(headers.get('x-neurite-latency-ms'))).toBeGreaterThan(0)
    const message = hexToBytes(headers.get('x-neurite-signed-message')!)
    const signature = hexToBytes(headers.get('x-neurite-signature')!)
    expect(sr25519Verify(signature, message, hexToBytes(decodeAddress(one.address)))).toBe(true)
    expect(Buffer.from(message).toString('latin1')).toContain(`${gatewayKey.address}.${one.address}.200.`)
  })

  test('a caller keeps its miner; callers spread over the best; the weak are left out', async () => {
    const served = [await serve('one', 65_535), await serve('two', 65_000), await serve('weak', 20_000)]
    const { url, gateway } = await start()
    const uidOf = async (key: string) => {
      const { headers } = await post(
        url,
        { model: 'embed', input: 'x', dimensions: 16 },
        { authorization: `Bearer ${key}` },
      )
      return headers.get('x-neurite-uid')
    }
    expect(new Set([await uidOf('alice'), await uidOf('alice'), await uidOf('alice')]).size).toBe(1)
    const counts = [0, 0, 0]
    for (let i = 0; i < 400; i++) counts[gateway.pool.orderFor(`caller ${i}`)[0]!.uid]!++
    expect(counts[served[2]!.uid]).toBe(0)
    expect(Math.min(counts[0]!, counts[1]!)).toBeGreaterThan(120)
    expect(gateway.pool.orderFor('any').at(-1)?.uid).toBe(served[2]!.uid)
  })

  test('a miner that is gone, lies, fails or signs nothing is passed over', async () => {
    const gone = await serve('gone', 65_535)
    await gone.server.close()
    await serve('liar', 60_000, ({ texts, dims }) => ({ vectors: texts.map(() => new Float32Array(dims)) }))
    await serve('broken', 59_000, () => {
      throw new RangeError('out of memory')
    })
    const good = await serve('good', 10_000)
    const { url } = await start()
    const response = await post(url, { model: 'embed', input: 'x' })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-neurite-uid')).toBe(String(good.uid))
    expect(response.headers.get('x-neurite-attempts')).toBe('4')

    // Their failures are remembered: after the second, the caller no longer pays for them.
    await post(url, { model: 'embed', input: 'x' })
    const later = await post(url, { model: 'embed', input: 'x' })
    expect(later.headers.get('x-neurite-attempts')).toBe('1')
  })

  test('a stalled miner gets company and the first good answer wins', async () => {
    await serve('stalled', 65_535, () => new Promise(() => {}))
    const quick = await serve('quick', 30_000)
    const { url } = await start({ hedgeMs: 30 })
    const response = await post(url, { model: 'embed', input: 'x' })
    expect(response.headers.get('x-neurite-uid')).toBe(String(quick.uid))
    expect(response.headers.get('x-neurite-attempts')).toBe('2')
  })

  test('an unsigned answer is refused, and with nobody else the caller learns why', async () => {
    const plain = createServer((_, response) => response.end('{"vectors":[]}'))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    closers.push(() => plain.close())
    const keypair = keypairFromSuri('//Unsigned')
    chain.register(keypair.publicKey)
    chain.setAxon(keypair.publicKey, { ip: '127.0.0.1', port: (plain.address() as AddressInfo).port })
    const { url } = await start()
    const response = await post(url, { model: 'embed', input: 'x' })
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({
      error: {
        message: 'No miner answered (1 tried). Miner `0` gave no answer: its answer is not signed.',
        type: 'server_error',
        param: null,
        code: 'miners_failed',
      },
    })
  })

  test('new miners are found, and the chain may go away', async () => {
    const { url, gateway } = await start({ refreshMs: 10 })
    expect((await fetch(`${url}/health`)).status).toBe(503)
    expect((await post(url, { model: 'embed', input: 'x' })).status).toBe(503)
    await serve('late', 65_535)
    await gateway.pool.refresh()
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok', miners: 1, block: 1 })

    const view = chain.viewFor(gatewayKey.publicKey)
    let away = false
    const flaky = { metagraph: (netuid: number) => (away ? Promise.reject(new Error('away')) : view.metagraph(netuid)) }
    const second = await start({ chain: flaky, refreshMs: 10 })
    away = true
    await second.gateway.pool.refresh().catch(() => {})
    expect((await post(second.url, { model: 'embed', input: 'x' })).status).toBe(200)
  })
})

describe('refusals', () => {
  const refusal = async (response: Response) => {
    const { error } = (await response.json()) as { error: { code: string; param: string | null; message: string } }
    return [response.status, error.code, error.param]
  }

  test('each has the status, code and field of OpenAI', async () => {
    await serve('one', 65_535)
    const { url } = await start()
    const ask = async (body: unknown) => await refusal(await post(url, body))
    expect(await ask('{')).toEqual([400, 'invalid_json', null])
    expect(await ask([])).toEqual([400, 'invalid_value', 'body'])
    expect(await ask({ input: 'x' })).toEqual([400, 'invalid_value', 'model'])
    expect(await ask({ model: 'embed' })).toEqual([400, 'missing_required_parameter', 'input'])
    expect(await ask({ model: 'embed', input: [] })).toEqual([400, 'invalid_value', 'input'])
    expect(await ask({ model: 'embed', input: '' })).toEqual([400, 'invalid_value', 'input'])
    expect(await ask({ model: 'embed', input: [1, 2] })).toEqual([400, 'invalid_value', 'input'])
    expect(await ask({ model: 'embed', input: 'x'.repeat(2_001) })).toEqual([400, 'context_length_exceeded', 'input'])
    expect(await ask({ model: 'embed', input: 'x', dimensions: 513 })).toEqual([400, 'invalid_value', 'dimensions'])
    expect(await ask({ model: 'embed', input: 'x', encoding_format: 'int8' })).toEqual([
      400,
      'invalid_value',
      'encoding_format',
    ])
    expect(await ask({ model: 'embed@5F', input: 'x' })).toEqual([404, 'model_not_found', 'model'])
    expect(await ask({ model: 'embed', input: 'x'.repeat(9 << 20) })).toEqual([413, 'request_too_large', null])
    expect(await refusal(await fetch(`${url}/v1/nothing`))).toEqual([404, 'not_found', null])
    // A broken emoji is a text still.
    expect((await post(url, '{"model":"embed","input":"\\ud83d"}')).status).toBe(200)
  })

  test('keys are required when the gateway has some', async () => {
    await serve('one', 65_535)
    const { url } = await start({ apiKeys: ['secret-key'] })
    expect(await refusal(await post(url, { model: 'embed', input: 'x' }))).toEqual([401, 'invalid_api_key', null])
    const wrong = await post(url, { model: 'embed', input: 'x' }, { authorization: 'Bearer secret-kez' })
    expect(wrong.status).toBe(401)
    const right = await post(url, { model: 'embed', input: 'x' }, { authorization: 'Bearer secret-key' })
    expect(right.status).toBe(200)
  })

  test('limits are told in every answer and the wait exactly', async () => {
    await serve('one', 65_535)
    const { url } = await start({ rateLimit: { perMinute: 60, burst: 2 } })
    const first = await post(url, { model: 'embed', input: 'x' })
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2')
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1')
    await post(url, { model: 'embed', input: 'x' })
    const third = await post(url, { model: 'embed', input: 'x' })
    expect(third.status).toBe(429)
    const wait = Number(third.headers.get('retry-after-ms'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(1_000)
    // Another key has a bucket of its own.
    expect((await post(url, { model: 'embed', input: 'x' }, { authorization: 'Bearer b' })).status).toBe(200)
  })
})
