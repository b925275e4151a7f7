/** What an axon reads from strangers: headers and bodies of calls. */
import { NeuriteError } from '@neurite/primitives/errors'
import { devKeypair } from '@neurite/primitives/keyring'
import { parseFields } from '../../packages/sdk/src/axon/body.ts'
import { createReplayStore } from '../../packages/sdk/src/axon/replay.ts'
import { verifyRequest } from '../../packages/sdk/src/axon/verify.ts'
import {
  bodyHash,
  type Headers,
  headerText,
  headerValue,
  nowNanoseconds,
  parsePyJson,
  pyStr,
  pyToPlain,
  stringifyPyJson,
  terminalFromHeaders,
  terminalToBody,
  terminalToHeaders,
} from '../../packages/sdk/src/synapse/index.ts'
import { mutateText } from './mutate.ts'
import { pick, type Random } from './random.ts'
import type { Target } from './run.ts'

const CALLER = devKeypair('Bob')
const AXON = devKeypair('Alice').address
const TERMINAL_FIELDS = [
  'status_code',
  'status_message',
  'process_time',
  'ip',
  'port',
  'version',
  'nonce',
  'uuid',
  'hotkey',
  'signature',
]
const VALUES = [
  '',
  '0',
  '-1',
  '200',
  '1e5',
  '1.5',
  ' 7 ',
  '99999999999999999999',
  'nan',
  'Infinity',
  'x'.repeat(1025),
  '::1',
  'é',
  'None',
]

function headersOf(random: Random, whole: boolean): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {
    name: 'Embed',
    timeout: pick(random, whole ? ['12', '0.5'] : ['12', '0.5', '60', '-1', '1e9', 'nan']),
    computed_body_hash: 'ab'.repeat(32),
    bt_header_dendrite_nonce: String(nowNanoseconds() - BigInt(random(6)) * 1_000_000_000n),
    bt_header_dendrite_uuid: 'c0ffee',
    bt_header_dendrite_hotkey: CALLER.address,
    bt_header_dendrite_signature: `0x${'5a'.repeat(64)}`,
  }
  for (let left = whole ? 0 : random(4); left > 0; left--) {
    headers[`bt_header_${pick(random, ['axon', 'dendrite'])}_${pick(random, TERMINAL_FIELDS)}`] = pick(random, VALUES)
  }
  return headers
}

function damage(headers: Record<string, string | string[]>, random: Random): void {
  for (let left = 1 + random(3); left > 0; left--) {
    const name = pick(random, Object.keys(headers))
    const value = headers[name]!
    const kind = random(8)
    if (kind === 0) delete headers[name]
    else if (kind === 1) headers[name] = [String(value), 'twice']
    else headers[name] = mutateText(String(value), pick(random, VALUES), random).slice(0, 4096)
    if (Object.keys(headers).length === 0) headers['name'] = 'x'
  }
}

/** One that remembers all callers; most cases meet a fresh one. */
const shared = createReplayStore({ maxCallers: 1000 })

const headers: Target = {
  name: 'axon headers',
  async run(random, whole) {
    const fields = headersOf(random, whole)
    if (!whole) damage(fields, random)
    try {
      const axon = terminalFromHeaders(fields as Headers, 'axon')
      const dendrite = terminalFromHeaders(fields as Headers, 'dendrite')
      const timeout = Number(headerValue(fields as Headers, 'timeout') ?? 12)
      terminalToBody(axon)
      // What was read can be written, and reads as the same again.
      const again = terminalFromHeaders(terminalToHeaders(dendrite, 'dendrite'), 'dendrite')
      if (again.nonce !== dendrite.nonce || again.port !== dendrite.port) throw new Error('reads as something else')
      if (dendrite.statusMessage !== undefined) headerText(dendrite.statusMessage)
      if (!Number.isFinite(timeout)) return 'refused'
      await verifyRequest(
        { name: 'Embed', timeout, bodyHash: headerValue(fields as Headers, 'computed_body_hash'), axon, dendrite },
        {
          axonHotkey: AXON,
          replay: random(4) === 0 ? shared : createReplayStore(),
          allowUnsigned: random(2) === 0,
          maxTimeout: 600,
          verifySignature: () => whole || random(2) === 0,
        },
      )
      return 'taken'
    } catch (error) {
      if (error instanceof NeuriteError) return 'refused'
      throw error
    }
  },
}

const BODIES = [
  '{"queries":["a","b"],"k":3,"timeout":12.0,"name":"Embed"}',
  '{"x":1.5e-7,"y":-0.0,"z":12345678901234567890,"t":true,"n":null,"s":"it\'s \\"so\\""}',
  '{"a":[1,[2.0,[3]],{"b":{"c":[]}}],"":"empty","\\u00e9":"\\ud83e\\udde0"}',
  '{"axon":{"ip":"1.2.3.4"},"dendrite":{"port":1},"total_size":3,"header_size":4}',
]

const bodies: Target = {
  name: 'axon bodies',
  run(random, whole) {
    const text = whole ? pick(random, BODIES) : mutateText(pick(random, BODIES), pick(random, BODIES), random)
    try {
      const fields = parseFields(new TextEncoder().encode(text), random(2) === 0 ? {} : { maxDepth: 8, maxValues: 50 })
      bodyHash(fields, ['queries', 'x', 'a', 's'])
      for (const value of fields.values()) {
        pyStr(value)
        pyToPlain(value)
        const written = stringifyPyJson(value)
        const again = stringifyPyJson(parsePyJson(written, { maxDepth: 64 }))
        if (written !== again) throw new Error(`reads as something else when written: ${written}`)
      }
      return 'taken'
    } catch (error) {
      if (error instanceof NeuriteError) return 'refused'
      throw error
    }
  },
}

export const axonTargets: readonly Target[] = [headers, bodies]
