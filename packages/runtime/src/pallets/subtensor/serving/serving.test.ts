import { beforeEach, describe, expect, test } from 'vitest'
import { names, testAccount } from '../../../testing/harness.ts'
import { BOB_HOT } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { ownError, poolCode, threeNeurons } from '../weights/weights.fixture.ts'

const STRANGER = testAccount(90)
const V4 = 0x0a00_0001n
const LAST = (1n << 128n) - 1n

let net: ReturnType<typeof threeNeurons>
beforeEach(() => {
  net = threeNeurons()
})

interface Changes {
  readonly ip?: bigint
  readonly port?: number
  readonly ip_type?: number
}

const axonArgs = (changes: Changes = {}) => ({
  netuid: net.netuid,
  version: 7,
  ip: V4,
  port: 8091,
  ip_type: 4,
  protocol: 4,
  placeholder1: 1,
  placeholder2: 2,
  ...changes,
})
const axon = (changes?: Changes) => calls.serve_axon(axonArgs(changes))
const tls = (certificate: Uint8Array, changes?: Changes) => calls.serve_axon_tls({ ...axonArgs(changes), certificate })
const prometheus = (changes: Changes = {}) =>
  calls.serve_prometheus({ netuid: net.netuid, version: 7, ip: V4, port: 9, ip_type: 4, ...changes })

/** Code in the pool and error at dispatch. */
function refusal(call: ReturnType<typeof axon> | ReturnType<typeof prometheus>, who = BOB_HOT) {
  return [poolCode(net.chain, who, call), ownError(net.chain, who, call)?.split('.')[1]]
}

test('what is announced is stored with its block', () => {
  const { chain, netuid } = net
  const key = { netuid, hotkey: BOB_HOT }
  expect(names(chain.run(BOB_HOT, axon()))).toEqual(['SubtensorModule.AxonServed'])
  const { netuid: _, ...announced } = axonArgs()
  expect(storage.Axons.get(chain.ctx, key)).toEqual({ block: chain.ctx.block, ...announced })
  expect(names(chain.run(BOB_HOT, prometheus()))).toEqual(['SubtensorModule.PrometheusServed'])
  expect(storage.Prometheus.get(chain.ctx, key)).toEqual({
    block: chain.ctx.block,
    version: 7,
    ip: V4,
    port: 9,
    ip_type: 4,
  })
})

describe('an axon is refused, in this order,', () => {
  test.each<[string, number, Changes, `0x${string}`]>([
    ['HotKeyNotRegisteredInNetwork', 10, { ip_type: 5, ip: LAST, port: 0 }, STRANGER],
    ['InvalidIpType', 255, { ip_type: 5, ip: LAST, port: 0 }, BOB_HOT],
    ['InvalidIpAddress', 11, { ip: 0x7f00_0001n, port: 0 }, BOB_HOT],
    ['ServingRateLimitExceeded', 12, { port: 0 }, BOB_HOT],
  ])('with %s', (name, code, changes, who) => {
    net.chain.run(BOB_HOT, axon())
    net.chain.goTo(net.chain.ctx.block + 49n)
    expect(refusal(axon(changes), who)).toEqual([code, name])
    expect(refusal(tls(new Uint8Array(), changes), who)).toEqual([code, name])
  })

  test('with InvalidPort', () => {
    expect(refusal(axon({ port: 0 }))).toEqual([13, 'InvalidPort'])
  })
})

describe('metrics are refused, in this order,', () => {
  test.each<[string, number, Changes, `0x${string}`]>([
    ['InvalidIpType', 255, { ip_type: 5, ip: 0n, port: 0 }, STRANGER],
    ['InvalidIpAddress', 11, { ip: 0n, port: 0 }, STRANGER],
    ['HotKeyNotRegisteredInNetwork', 10, { port: 0 }, STRANGER],
    ['ServingRateLimitExceeded', 12, { port: 0 }, BOB_HOT],
  ])('with %s', (name, code, changes, who) => {
    net.chain.run(BOB_HOT, prometheus())
    net.chain.goTo(net.chain.ctx.block + 49n)
    expect(refusal(prometheus(changes), who)).toEqual([code, name])
  })

  test('with InvalidPort', () => {
    expect(refusal(prometheus({ port: 0 }))).toEqual([13, 'InvalidPort'])
  })
})

test.each<[string, Changes, boolean]>([
  ['the zero address, which means: not reachable', { ip: 0n }, true],
  ['the last but one of IPv4', { ip: 0xffff_fffen }, true],
  ['the broadcast address', { ip: 0xffff_ffffn }, false],
  ['more than IPv4 has', { ip: 1n << 32n }, false],
  ['the local host of IPv4 as IPv6', { ip_type: 6, ip: 0x7f00_0001n }, true],
  ['the local host of IPv6', { ip_type: 6, ip: 1n }, false],
  ['the last address of IPv6', { ip_type: 6, ip: LAST }, false],
])('an axon at %s', (_name, changes, taken) => {
  expect(refusal(axon(changes))).toEqual(taken ? [undefined, undefined] : [11, 'InvalidIpAddress'])
})

test('the rate limit is over in its block, and 0 switches it off', () => {
  const { chain, netuid } = net
  chain.run(BOB_HOT, axon())
  chain.goTo(chain.ctx.block + 50n)
  expect(refusal(axon())).toEqual([undefined, undefined])
  expect(refusal(axon())).toEqual([12, 'ServingRateLimitExceeded'])
  storage.ServingRateLimit.set(chain.ctx, { netuid }, 0n)
  expect(refusal(axon())).toEqual([undefined, undefined])
})

test.each<[string, number, boolean]>([
  ['of one byte has an empty key', 1, true],
  ['of 65 bytes has the longest', 65, true],
  ['that is empty is passed over', 0, false],
  ['that is too long is passed over', 66, false],
])('a certificate %s', (_name, length, stored) => {
  const certificate = Uint8Array.from({ length }, (_, i) => i + 1)
  const { chain, netuid } = net
  chain.run(BOB_HOT, tls(certificate))
  const known = storage.NeuronCertificates.get(chain.ctx, { netuid, hotkey: BOB_HOT })
  expect(known).toEqual(stored ? { algorithm: 1, public_key: certificate.slice(1) } : undefined)
  expect(storage.Axons.has(chain.ctx, { netuid, hotkey: BOB_HOT })).toBe(true)
})
