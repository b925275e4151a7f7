import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToUtf8, utf8ToBytes } from '@neurite/primitives/bytes'
import { devKeypair } from '@neurite/primitives/keyring'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { signedRequest } from '../dendrite/request.ts'
import {
  type Axon,
  type AxonOptions,
  AxonRefusal,
  type AxonRoute,
  answerMessage,
  createAxon,
  createReplayStore,
  defineSynapse,
  nowNanoseconds,
  openReplayFile,
  verifyMessage,
} from './index.ts'
import { createSlots } from './slots.ts'

const alice = devKeypair('Alice')
const bob = devKeypair('Bob')

const Echo = defineSynapse({
  name: 'Echo',
  request: z.object({ text: z.string(), count: z.number().int().default(1) }),
  response: z.object({ reply: z.string() }),
  requiredHashFields: ['text', 'count'],
})

let axon: Axon | undefined
let port = 0

afterEach(async () => {
  await axon?.close()
  axon = undefined
})

async function serve(
  route: Partial<AxonRoute<{ text: string; count: number }, { reply: string }>> = {},
  options: Partial<AxonOptions> = {},
): Promise<void> {
  axon = createAxon({ keypair: alice, host: '127.0.0.1', port: 0, ...options })
  axon.attach(Echo, { handle: ({ text, count }) => ({ reply: text.repeat(count) }), ...route })
  port = await axon.listen()
}

interface Reply {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

function post(
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
  method = 'POST',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (message) => {
      const parts: Buffer[] = []
      message.on('data', (part: Buffer) => parts.push(part))
      message.on('end', () => {
        resolve({ status: message.statusCode!, headers: message.headers, body: Buffer.concat(parts).toString() })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

const messageOf = (reply: Reply): string => (JSON.parse(reply.body) as { message: string }).message

/** A request that the axon accepts, to be spoilt. */
function signed(
  overrides: { nonce?: bigint; timeout?: number; uuid?: string; hotkey?: string } = {},
  fields = { text: 'hi', count: 2 },
) {
  return signedRequest({
    keypair: bob,
    definition: Echo,
    fields,
    target: { ip: '127.0.0.1', port, hotkey: overrides.hotkey ?? alice.address },
    uuid: overrides.uuid ?? 'test-uuid',
    nonce: overrides.nonce ?? nowNanoseconds(),
    timeout: overrides.timeout ?? 5,
    externalIp: undefined,
  })
}

describe('a signed call', () => {
  test('is answered with the fields of the request, the answer and signed headers', async () => {
    await serve()
    const { headers, body } = signed()
    const reply = await post('/Echo', headers, body)
    expect(reply.status).toBe(200)
    expect(JSON.parse(reply.body)).toMatchObject({
      text: 'hi',
      count: 2,
      reply: 'hihi',
      name: 'Echo',
      axon: { status_code: 200, status_message: 'Success', hotkey: alice.address },
      dendrite: { hotkey: bob.address, uuid: 'test-uuid' },
    })
    expect(reply.headers).toMatchObject({
      name: 'Echo',
      bt_header_axon_status_code: '200',
      bt_header_axon_status_message: 'Success',
      bt_header_axon_uuid: axon!.uuid,
      bt_header_dendrite_hotkey: bob.address,
    })
    const message = answerMessage({
      nonce: BigInt(reply.headers['bt_header_axon_nonce'] as string),
      dendriteHotkey: bob.address,
      axonHotkey: alice.address,
      uuid: axon!.uuid,
    })
    expect(await verifyMessage(alice.address, message, reply.headers['bt_header_axon_signature'] as string)).toBe(true)
  })

  test('may come as GET, and the ping route is always there', async () => {
    await serve()
    const { headers, body } = signed()
    expect((await post('/Echo', { ...headers, 'content-length': String(body.length) }, body, 'GET')).status).toBe(200)
    const ping = signedRequest({
      keypair: bob,
      definition: { name: 'Synapse', request: (v) => v as object, response: (v) => v as object },
      fields: {},
      target: { ip: '', port, hotkey: alice.address },
      uuid: 'ping',
      nonce: nowNanoseconds(),
      timeout: 5,
      externalIp: undefined,
    })
    expect((await post('/Synapse', ping.headers, ping.body)).status).toBe(200)
  })

  test('is verified by the verifier that was given', async () => {
    let asked = 0
    await serve({}, { verifySignature: async () => ++asked > 1 })
    const { headers, body } = signed()
    expect((await post('/Echo', headers, body)).status).toBe(200)
    expect(asked).toBe(2)
  })
})

describe('refusals', () => {
  test('404 for a name that is not served', async () => {
    await serve()
    const reply = await post('/Other', {}, '{}')
    expect(reply.status).toBe(404)
    expect(messageOf(reply)).toBe("Synapse name 'Other' not found. Available synapses ['Synapse', 'Echo']")
    for (const path of ['/', '/Echo/more', '/__proto__', '//Echo'])
      expect((await post(path, {}, '{}')).status).toBe(404)
    expect((await post('/Echo', {}, '', 'DELETE')).status).toBe(404)
  })

  test('401 for an unsigned call', async () => {
    await serve()
    const reply = await post('/Echo', {}, '{"text":"a"}')
    expect(reply.status).toBe(401)
    expect(messageOf(reply)).toBe('Not Verified with error: Missing signature')
    expect(reply.headers['bt_header_axon_status_code']).toBe('401')
  })

  test('an unsigned call is served when that is allowed, and the handler knows', async () => {
    const seen: boolean[] = []
    await serve(
      {
        handle: (_request, { verified }) => {
          seen.push(verified)
          return { reply: '' }
        },
      },
      { allowUnsigned: true },
    )
    const { headers, body } = signed()
    const { bt_header_dendrite_signature: _, ...unsigned } = headers
    expect((await post('/Echo', unsigned, body)).status).toBe(200)
    expect((await post('/Echo', headers, body)).status).toBe(200)
    expect(seen).toEqual([false, true])
  })

  test.each([
    ['signature', `0x${'11'.repeat(64)}`, /^Not Verified with error: Signature mismatch with \d+\./],
    ['signature', 'junk', /^Not Verified with error: Signature mismatch/],
    ['hotkey', 'junk', /^Not Verified with error: Invalid hotkey$/],
    ['hotkey', alice.address, /^Not Verified with error: Signature mismatch/],
    ['uuid', 'another', /^Not Verified with error: Signature mismatch/],
    ['nonce', '1', /^Not Verified with error: Nonce is too old: acceptable delta is 9\.00 seconds/],
    ['nonce', '99999999999999999999', /^Not Verified with error: Nonce is too far in the future$/],
  ])('401 when the dendrite header `%s` is "%s"', async (field, value, text) => {
    await serve()
    const { headers, body } = signed()
    const reply = await post('/Echo', { ...headers, [`bt_header_dendrite_${field}`]: value }, body)
    expect(reply.status).toBe(401)
    expect(messageOf(reply)).toMatch(text)
  })

  test('401 when the call was signed for another axon', async () => {
    await serve()
    const { headers, body } = signed({ hotkey: bob.address })
    expect((await post('/Echo', headers, body)).status).toBe(401)
  })

  test('500 when the body is not the one that was signed', async () => {
    const errors: unknown[] = []
    await serve({}, { onError: (error) => errors.push(error) })
    const { headers, body } = signed()
    const other = bytesToUtf8(body).replace('"hi"', '"ho"')
    const reply = await post('/Echo', headers, other)
    expect(reply.status).toBe(500)
    expect(messageOf(reply)).toMatch(/^Internal Server Error #[0-9a-f-]{36}$/)
    expect(errors).toMatchObject([{ code: 'BodyHashMismatch' }])
  })

  test('403 with the reason, before anything is verified', async () => {
    await serve({ blacklist: ({ dendrite }) => (dendrite.hotkey === undefined ? 'no hotkey' : undefined) })
    const reply = await post('/Echo', {}, '{}')
    expect(reply.status).toBe(403)
    expect(messageOf(reply)).toBe('Forbidden. Key is blacklisted: no hotkey.')
  })

  test('422 for fields that do not fit, and for what is no object', async () => {
    await serve({ verify: () => {} })
    const { headers } = signed()
    for (const body of ['[]', '{', '"x"', '']) expect((await post('/Echo', headers, body)).status).toBe(422)
    expect((await post('/Echo', headers, '['.repeat(1_000))).status).toBe(422)
  })

  test('413 for a body that is too large, whether announced or not', async () => {
    await serve({ verify: () => {} }, { limits: { maxBodyBytes: 1_000 } })
    const large = 'x'.repeat(2_000)
    expect((await post('/Echo', { 'content-length': '2000' }, large)).status).toBe(413)
    expect((await post('/Echo', { 'transfer-encoding': 'chunked' }, large)).status).toBe(413)
  })

  test('408 when the handler takes longer than the caller waits; the handler is told', async () => {
    let aborted = false
    await serve({
      handle: (_request, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = true
          })
        }),
    })
    const { headers, body } = signed({ timeout: 0.05 })
    const reply = await post('/Echo', headers, body)
    expect(reply.status).toBe(408)
    expect(messageOf(reply)).toBe('Response timeout after: 0.05s')
    expect(aborted).toBe(true)
  })

  test('the handler is told when the caller leaves, and not when it was answered', async () => {
    const aborted: boolean[] = []
    let entered = () => {}
    const inside = new Promise<void>((resolve) => {
      entered = resolve
    })
    const told = new Promise<void>((resolve) => {
      void serve({
        handle: ({ count }, { signal }) => {
          if (count === 1) {
            setImmediate(() => aborted.push(signal.aborted))
            return { reply: '' }
          }
          entered()
          return new Promise(() => signal.addEventListener('abort', () => resolve()))
        },
      }).then(async () => {
        const answered = signed({ uuid: 'a' }, { text: 'hi', count: 1 })
        await post('/Echo', answered.headers, answered.body)
        const { headers, body } = signed({ uuid: 'b' })
        const request = httpRequest({ host: '127.0.0.1', port, path: '/Echo', method: 'POST', headers, agent: false })
        request.on('error', () => {})
        request.end(body)
        await inside
        request.destroy()
      })
    })
    await told
    expect(aborted).toEqual([false])
  })

  test('a handler may refuse; any other failure of it is 500 and hidden', async () => {
    await serve({
      handle: ({ text }) => {
        if (text === 'hi') throw new AxonRefusal(429, 'Slow down')
        throw new TypeError('secret detail')
      },
    })
    const polite = signed()
    const reply = await post('/Echo', polite.headers, polite.body)
    expect([reply.status, messageOf(reply)]).toEqual([429, 'Slow down'])
    const rude = signedRequest({
      keypair: bob,
      definition: Echo,
      fields: { text: 'x', count: 1 },
      target: { ip: '', port, hotkey: alice.address },
      uuid: 'u2',
      nonce: nowNanoseconds(),
      timeout: 5,
      externalIp: undefined,
    })
    const hidden = await post('/Echo', rude.headers, rude.body)
    expect(hidden.status).toBe(500)
    expect(hidden.body).not.toContain('secret')
  })
})

describe('replays', () => {
  test('the same request is accepted once, even when copies arrive together', async () => {
    await serve()
    const { headers, body } = signed()
    const replies = await Promise.all(Array.from({ length: 5 }, () => post('/Echo', headers, body)))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401])
    const late = replies.find(({ status }) => status === 401)!
    expect(messageOf(late)).toBe('Not Verified with error: Nonce is too old, a newer one was last processed')
  })

  test('an older nonce of the same caller is refused, of another uuid it is not', async () => {
    await serve()
    const now = nowNanoseconds()
    const newer = signed({ nonce: now })
    const older = signed({ nonce: now - 1n })
    const other = signed({ nonce: now - 1n, uuid: 'other' })
    expect((await post('/Echo', newer.headers, newer.body)).status).toBe(200)
    expect((await post('/Echo', older.headers, older.body)).status).toBe(401)
    expect((await post('/Echo', other.headers, other.body)).status).toBe(200)
  })

  test('a bad signature does not use up the nonce', async () => {
    await serve()
    const { headers, body } = signed()
    const forged = { ...headers, bt_header_dendrite_signature: `0x${'22'.repeat(64)}` }
    expect((await post('/Echo', forged, body)).status).toBe(401)
    expect((await post('/Echo', headers, body)).status).toBe(200)
  })

  test('a claimed timeout cannot make an old request fresh beyond the limit', async () => {
    await serve({}, { limits: { maxTimeout: 10 } })
    const { headers, body } = signed({ nonce: nowNanoseconds() - 20_000_000_000n, timeout: 1e6 })
    expect((await post('/Echo', headers, body)).status).toBe(401)
  })

  test('the memory survives a restart in a file, a torn line included', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neurite-replay-'))
    const path = join(folder, 'nonces')
    try {
      const first = await openReplayFile(path)
      expect(first.accept('a:1', 10n)).toBe(true)
      expect(first.accept('a:1', 12n)).toBe(true)
      expect(first.accept('b:"x"', 5n)).toBe(true)
      expect(first.accept('a:1', 11n)).toBe(false)
      await first.close()
      writeFileSync(path, `${readFileSync(path, 'utf8')}99 "to`)
      const second = await openReplayFile(path)
      expect(second.last('a:1')).toBe(12n)
      expect(second.last('b:"x"')).toBe(5n)
      expect(second.accept('a:1', 12n)).toBe(false)
      await second.close()
      expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('callers are forgotten when their time is over, and never before', () => {
    let time = 0
    const store = createReplayStore({ retentionSeconds: 10, maxCallers: 2, now: () => time })
    store.accept('a', 1n)
    time = 5_000
    store.accept('b', 1n)
    expect(() => store.accept('c', 1n)).toThrow(expect.objectContaining({ code: 'TooManyCallers' }))
    time = 11_000
    expect(store.accept('c', 1n)).toBe(true)
    expect([store.last('a'), store.last('b'), store.last('c')]).toEqual([undefined, 1n, 1n])
  })
})

describe('load', () => {
  test('the highest priority goes first, equals in order of arrival', async () => {
    const slots = createSlots(1, 10)
    const order: string[] = []
    const first = await slots.take(0, 5)
    const waiting = (
      [
        ['low', 1],
        ['high', 9],
        ['low too', 1],
        ['middle', 5],
      ] as const
    ).map(async ([name, priority]) => {
      const release = await slots.take(priority, 5)
      order.push(name)
      release()
      release()
    })
    first()
    await Promise.all(waiting)
    expect(order).toEqual(['high', 'middle', 'low', 'low too'])
  })

  test('503 when too many wait, 408 when the wait is too long', async () => {
    const slots = createSlots(1, 1)
    const release = await slots.take(0, 5)
    const late = slots.take(0, 0.02)
    await expect(slots.take(0, 5)).rejects.toMatchObject({ status: 503 })
    await expect(late).rejects.toMatchObject({ status: 408, message: 'Response timeout after: 0.02s' })
    release()
    expect(await slots.take(0, 5)).toBeTypeOf('function')
  })

  test('closing lets a running request finish', async () => {
    let finish: (() => void) | undefined
    const entered = new Promise<void>((resolve) => {
      void serve({
        handle: () =>
          new Promise((done) => {
            finish = () => done({ reply: 'done' })
            resolve()
          }),
      }).then(() => {
        const { headers, body } = signed()
        reply = post('/Echo', headers, body)
      })
    })
    let reply: Promise<Reply> | undefined
    await entered
    const closed = axon!.close()
    finish!()
    expect((await reply!).status).toBe(200)
    await closed
    axon = undefined
  })
})

describe('hostile input', () => {
  test('whatever the headers hold, the answer is one of the known refusals', async () => {
    await serve()
    const base = signed()
    const names = fc.constantFrom(
      ...Object.keys(base.headers),
      'bt_header_input_obj_text',
      'bt_header_axon_unknown',
      'bt_header_dendrite_',
      '__proto__',
      'constructor',
    )
    const text = fc.string({ unit: fc.constantFrom(...'0189aZ-.:eEx {}[]"\\ÿé%'), maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, text), { minLength: 1, maxLength: 4 }), async (changes) => {
        const headers = { ...base.headers, ...Object.fromEntries(changes.map(([name, value]) => [name, value.trim()])) }
        const reply = await post('/Echo', headers, base.body)
        expect([401, 422, 500, 200]).toContain(reply.status)
      }),
      { numRuns: 150 },
    )
    const { headers, body } = signed({ uuid: 'still-alive' })
    expect((await post('/Echo', headers, body)).status).toBe(200)
  })

  test('bytes that are no HTTP, and repeated headers, do no harm', async () => {
    await serve()
    for (const junk of [
      '\0\0\0\r\n\r\n',
      'GET /Echo HTTP/1.1\r\nhost: a\r\nbt_header_dendrite_nonce: 1\r\nbt_header_dendrite_nonce: 2\r\n\r\n',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(utf8ToBytes(junk)))
        socket.on('data', () => socket.destroy())
        socket.on('error', () => {})
        socket.on('close', () => resolve())
      })
    }
    const { headers, body } = signed()
    expect((await post('/Echo', headers, body)).status).toBe(200)
  })
})
