import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { silentLogger } from '../log/index.ts'
import { decodeMessage, exceedsDepth, MAX_JSON_DEPTH } from './decode.ts'
import { createMethodTable } from './methods.ts'
import { createScheduler } from './scheduler.ts'
import { createSession } from './session.ts'
import { createRpcStats } from './stats.ts'

const decode = (text: string) => decodeMessage(text, { maxBatch: 3 })
const codeOf = (text: string) => {
  const message = decode(text)
  if (message.kind === 'batch') return 'batch'
  return 'error' in message.entry ? message.entry.error.rpcCode : message.entry.request
}

describe('decodeMessage', () => {
  test('default: a request with its parameters and id', () => {
    expect(codeOf('{"jsonrpc":"2.0","id":"ab12","method":"chain_getHeader","params":[null]}')).toEqual({
      id: 'ab12',
      method: 'chain_getHeader',
      params: [null],
    })
  })

  test.each([
    ['no JSON', '{"jsonrpc"', -32700],
    ['an empty text', '', -32700],
    ['a number', '1', -32700],
    ['a missing version', '{"id":1,"method":"a"}', -32600],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"a"}', -32600],
    ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
    ['parameters that are a text', '{"jsonrpc":"2.0","id":1,"method":"a","params":"x"}', -32600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"a"}', -32600],
    ['a fractional id', '{"jsonrpc":"2.0","id":1.5,"method":"a"}', -32600],
    ['an empty batch', '[]', -32600],
    ['a batch above the limit', '[1,2,3,4]', -32010],
  ])('behavior: %s is an error', (_, text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  test('behavior: an invalid request still has its id echoed', () => {
    const message = decode('{"jsonrpc":"2.0","id":"x","method":5}')
    expect(message).toMatchObject({ kind: 'single', entry: { id: 'x' } })
  })

  test('behavior: nesting above the limit is a parse error and costs no stack', () => {
    const nested = (depth: number) =>
      `{"jsonrpc":"2.0","id":1,"method":"a","params":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect(codeOf(nested(MAX_JSON_DEPTH))).toBe(-32700)
    expect(codeOf(nested(MAX_JSON_DEPTH - 1))).toMatchObject({ method: 'a' })
    expect(codeOf('['.repeat(5_000_000))).toBe(-32700)
  })

  test('behavior: brackets inside strings do not count', () => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'a', params: [`${'['.repeat(500)}"\\"`] })
    expect(exceedsDepth(text, MAX_JSON_DEPTH)).toBe(false)
  })

  test('property: depth agrees with the depth of the parsed value', () => {
    const depthOf = (value: unknown): number =>
      typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value as object).map(depthOf))
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 0, max: 8 }), (value, limit) => {
        const text = JSON.stringify(value).padEnd(limit + 1)
        expect(exceedsDepth(text, limit)).toBe(depthOf(value) > limit)
      }),
    )
  })
})

/** Structured mutations of well-formed messages: what a decoder meets when a client is broken or hostile. */
const id = fc.oneof(fc.string(), fc.nat(), fc.constant(null), fc.double(), fc.constant({}), fc.constant(undefined))
const request = fc.record(
  {
    jsonrpc: fc.oneof({ weight: 8, arbitrary: fc.constant('2.0') }, fc.jsonValue()),
    id,
    method: fc.oneof(fc.constantFrom('echo', 'fail', 'later', 'sub', 'unsub', 'nothing'), fc.jsonValue()),
    params: fc.oneof(fc.array(fc.jsonValue(), { maxLength: 4 }), fc.jsonValue()),
  },
  { requiredKeys: [] },
)
const message = fc
  .oneof(request, fc.array(fc.oneof(request, fc.jsonValue()), { maxLength: 5 }))
  .map((m) => JSON.stringify(m))
const mutated = fc
  .tuple(
    message,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('cut', 'double', 'flip', 'insert'), fc.nat(255)), { maxLength: 3 }),
  )
  .map(([text, edits]) => {
    let result = text
    for (const [position, edit, byte] of edits) {
      const at = result.length === 0 ? 0 : position % result.length
      const char = String.fromCharCode(byte)
      if (edit === 'cut') result = result.slice(0, at)
      else if (edit === 'double') result = result.slice(0, at) + result.slice(Math.max(0, at - 5))
      else if (edit === 'flip') result = result.slice(0, at) + char + result.slice(at + 1)
      else result = result.slice(0, at) + char + result.slice(at)
    }
    return result
  })

/** More runs by `NEURITE_FUZZ_RUNS`, as a nightly job sets it. */
const FUZZ_RUNS = Number(process.env['NEURITE_FUZZ_RUNS'] ?? 2000)

describe('fuzz: a session fed with mutated messages', () => {
  test('property: every message is answered at most once, by valid JSON-RPC, and nothing throws', async () => {
    const methods = createMethodTable<undefined>([
      {
        echo: (_, params) => params.optional(0, 'value', (value) => value),
        fail: () => {
          throw new TypeError('on purpose')
        },
        later: async () => 'later',
        sub: { kind: 'subscription', notification: 'note', unsubscribe: 'unsub', start: () => () => {} },
      },
    ])
    await fc.assert(
      fc.asyncProperty(mutated, async (text) => {
        const scheduler = createScheduler()
        const answers: (string | undefined)[] = []
        const session = createSession(
          { maxResponse: 10_000, maxBatch: 4, maxSubscriptions: 2, callsPerMinute: 0 },
          {
            methods,
            context: undefined,
            lane: scheduler.openLane(),
            log: silentLogger,
            stats: createRpcStats(),
            transport: 'ws',
            allowUnsafe: false,
            notify: () => {},
          },
        )
        await new Promise<void>((resolve) => {
          session.receive(text, (answer) => {
            answers.push(answer)
            resolve()
          })
        })
        expect(answers).toHaveLength(1)
        for (const answer of answers) {
          if (answer === undefined) continue
          const value: unknown = JSON.parse(answer)
          for (const each of Array.isArray(value) ? value : [value]) {
            expect(each).toMatchObject({ jsonrpc: '2.0' })
            expect('result' in each !== 'error' in each).toBe(true)
          }
        }
        session.close()
        expect(session.subscriptions.size).toBe(0)
      }),
      { numRuns: FUZZ_RUNS },
    )
  })
})
