import { readFileSync } from 'node:fs'
import { utf8ToBytes } from '@neurite/primitives/bytes'
import { devKeypair } from '@neurite/primitives/keyring'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bodyHash,
  createNonces,
  defineSynapse,
  headerText,
  markFloats,
  PyFloat,
  parsePyJson,
  pyStr,
  pyToPlain,
  signMessage,
  stringifyPyJson,
  terminalFromHeaders,
  terminalToBody,
  terminalToHeaders,
  verifyMessage,
} from './index.ts'

/** What CPython 3.11 prints for `str(json.loads(text))`, and hashes of it. */
const vectors = JSON.parse(readFileSync(new URL('python-text.vectors.json', import.meta.url), 'utf8')) as {
  strings: [json: string, text: string][]
  hash: string
  empty: string
}

describe('text as Python writes it', () => {
  test.each(vectors.strings)('str of %s', (json, text) => {
    expect(pyStr(parsePyJson(json))).toBe(text)
  })

  test('plain JavaScript values are written alike', () => {
    expect(pyStr({ a: [1, 2.5, null], b: true, c: undefined })).toBe("{'a': [1, 2.5, None], 'b': True}")
    expect(pyStr(undefined)).toBe('None')
    expect(pyStr(10n ** 20n)).toBe('100000000000000000000')
    expect(pyStr(new PyFloat(3))).toBe('3.0')
    expect(() => pyStr(new Date(0))).toThrow(expect.objectContaining({ code: 'NotPythonText' }))
  })

  test('the body hash chains the hashes of the fields', () => {
    const fields = new Map<string, unknown>([
      ['a', 'hello'],
      ['b', [1, new PyFloat(2)]],
      ['c', { k: null }],
    ])
    expect(bodyHash(fields, ['a', 'b', 'c'])).toBe(vectors.hash)
    expect(bodyHash(fields)).toBe(vectors.empty)
  })
})

describe('JSON', () => {
  test('agrees with JSON.parse on everything it accepts, but for integers that no number holds', () => {
    // Those stay exact here, and are rounded by JSON.parse.
    const longInteger = /(?<![\d.])\d{16,}(?![\d.eE])/
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!longInteger.test(text))
        const expected = JSON.parse(text, (_, v) => (v === 0 ? 0 : v))
        expect(pyToPlain(parsePyJson(text, { maxDepth: 100 }))).toEqual(expected)
      }),
    )
  })

  test('agrees with JSON.parse on what is malformed', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      ' ',
      'a',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const accepted = (parse: (text: string) => unknown): boolean => {
          try {
            parse(text)
            return true
          } catch {
            return false
          }
        }
        expect(accepted((t) => parsePyJson(t))).toBe(accepted(JSON.parse))
      }),
      { numRuns: 2_000 },
    )
  })

  test('keeps floats and long integers when written again', () => {
    const text = '{"2":1.0,"1":[12345678901234567890,1,-0.5,true,null,"\\u00e9"],"e":1e+16}'
    expect(stringifyPyJson(parsePyJson(text))).toBe(text.replace('\\u00e9', 'é'))
  })

  test('limits hold before anything is built', () => {
    expect(() => parsePyJson('['.repeat(100_000))).toThrow(/nested deeper than 32/)
    expect(() => parsePyJson(`[${'1,'.repeat(50)}1]`, { maxValues: 20 })).toThrow(/too many values/)
    expect(() => parsePyJson('9'.repeat(5_000))).toThrow(/too long/)
    expect(() => parsePyJson('1e999')).toThrow(/too large/)
    expect(() => parsePyJson('"\\ud800"')).toThrow(/surrogate/)
    expect(() => parsePyJson('NaN')).toThrow(/a value is expected/)
  })

  test('a key named __proto__ is only a key', () => {
    const plain = pyToPlain(parsePyJson('{"__proto__":{"polluted":1}}')) as object
    expect(Object.keys(plain)).toEqual(['__proto__'])
    expect((plain as { polluted?: number }).polluted).toBeUndefined()
  })
})

describe('terminal info', () => {
  const info = {
    statusCode: 200,
    statusMessage: 'Success',
    processTime: 0.25,
    ip: '10.0.0.1',
    port: 8091,
    version: 10_002_000,
    nonce: 1_763_723_456_789_012_345n,
    uuid: '5ecbd69c-1cec-11ee-b0dc-e29ce36fec1a',
    hotkey: devKeypair('Alice').address,
    signature: '0x00',
  }

  test('survives the headers', () => {
    expect(terminalFromHeaders(terminalToHeaders(info, 'axon'), 'axon')).toEqual(info)
    expect(terminalFromHeaders(terminalToHeaders(info, 'axon'), 'dendrite')).toEqual({})
  })

  test('the body has every field', () => {
    expect(stringifyPyJson(terminalToBody({ port: 1, nonce: 2n }))).toBe(
      '{"status_code":null,"status_message":null,"process_time":null,"ip":null,"port":1,"version":null,"nonce":2,"uuid":null,"hotkey":null,"signature":null}',
    )
  })

  test('malformed or repeated headers are refused, whatever they hold', () => {
    for (const [name, value] of [
      ['port', 'x'],
      ['port', '1.5'],
      ['nonce', '1e9'],
      ['nonce', '9'.repeat(30)],
      ['process_time', 'inf'],
      ['uuid', 'u'.repeat(2_000)],
    ] as const) {
      const headers = { [`bt_header_axon_${name}`]: value }
      expect(() => terminalFromHeaders(headers, 'axon')).toThrow(expect.objectContaining({ code: 'MalformedHeader' }))
    }
    expect(() => terminalFromHeaders({ bt_header_axon_ip: ['a', 'b'] }, 'axon')).toThrow()
  })

  test('text that cannot stand in a header is replaced', () => {
    expect(headerText('a\r\nset-cookie: b\u0000 é 日')).toBe('a set-cookie: b  é ?')
  })
})

describe('definitions', () => {
  const any = (value: unknown): object => value as object

  test('a name that is no identifier, or a reserved field, is refused', () => {
    const define = (name: string, field: string) => () =>
      defineSynapse({ name, request: any, response: any, requiredHashFields: [field] })
    expect(define('a/b', 'x')).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: \`a/b\` cannot be the name of a synapse.
      Expected an identifier: letters, digits and underscores.]
    `)
    expect(define('A', 'axon')).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: \`axon\` is a field of every synapse.
      Name only fields of your own.]
    `)
    expect(define('A', 'x')()).toMatchObject({ name: 'A' })
  })

  test('whole numbers of float fields get their point', () => {
    expect(stringifyPyJson(markFloats({ t: 1, n: 1, list: [1, 2.5] }, ['t', 'list', 'absent']))).toBe(
      '{"t":1.0,"n":1,"list":[1.0,2.5]}',
    )
  })
})

describe('signatures', () => {
  const alice = devKeypair('Alice')

  test('plain and wrapped messages verify, other ones do not', async () => {
    expect(await verifyMessage(alice.address, 'm', signMessage(alice, 'm'))).toBe(true)
    expect(await verifyMessage(alice.address, 'm', signMessage(alice, '<Bytes>m</Bytes>'))).toBe(true)
    expect(await verifyMessage(alice.address, utf8ToBytes('m'), signMessage(alice, 'n'))).toBe(false)
    expect(await verifyMessage('5nonsense', 'm', signMessage(alice, 'm'))).toBe(false)
    for (const bad of ['', '0x', 'zz', `0x${'00'.repeat(63)}`]) {
      expect(await verifyMessage(alice.address, 'm', bad)).toBe(false)
    }
  })

  test('nonces rise even within one millisecond', () => {
    const next = createNonces()
    let last = 0n
    for (let i = 0; i < 1_000; i++) {
      const nonce = next()
      expect(nonce > last).toBe(true)
      last = nonce
    }
  })
})
