/** The feed on a real chain that takes the pulses of a local beacon. */
import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { Overlay } from '@neurite/runtime/frame'
import { calls, configurationOf, storage as drand } from '@neurite/runtime/pallets/drand'
import { calls as sudo } from '@neurite/runtime/pallets/sudo'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLogger } from '../log/index.ts'
import { alice, type Client, connect, sign, startTestNode } from '../service/node.fixture.ts'
import type { Node } from '../service/node.ts'
import { createBeaconFeed, createLocalBeacon, createTimelockMemo, LOCAL_SEED, type PulseSource } from './index.ts'

const GENESIS = 1_692_803_367
let now = 0
const beacon = createLocalBeacon({ seed: LOCAL_SEED, period: 1, now: () => now })

let node: Node
let client: Client
let lines: string[]
beforeEach(async () => {
  now = GENESIS + 999
  lines = []
  node = await startTestNode()
  client = await connect(node)
  const config_payload = {
    block_number: 0,
    config: configurationOf(beacon.info),
    public: { type: 'Sr25519', value: hexToBytes(alice.publicKey) } as const,
  }
  const call = sudo.sudo({ call: calls.set_beacon_config({ config_payload, signature: undefined }) })
  await client.call('author_submitExtrinsic', bytesToHex(sign(node, alice, call, 0)))
  await block()
})
afterEach(async () => {
  client.close()
  await node.stop()
})

const block = () => client.call('engine_createBlock', true, true)

function feedFrom(source: PulseSource) {
  const { chain, pool } = node
  const log = createLogger({ level: 'warn', write: (line) => lines.push(line), announce: () => undefined })
  return createBeaconFeed({ chain, pool, source, timelock: createTimelockMemo(), signer: alice, log })
}

function lastRound(): bigint {
  const { chain } = node
  const overlay = new Overlay(chain.stateAt(chain.best).reader)
  return drand.LastStoredRound.get(chain.runtime.contextOn(overlay, BigInt(chain.best.number), chain.best.hash))
}

it('submits what is missing, once, in order', async () => {
  const feed = feedFrom(beacon)
  expect(await feed.poll()).toEqual([1000n])
  // The same round again is the pool's to refuse.
  expect(await feed.poll()).toEqual([])
  await block()
  expect(lastRound()).toBe(1000n)
  expect(await feed.poll()).toEqual([])
  now += 3
  expect(await feed.poll()).toEqual([1001n, 1002n, 1003n])
  await block()
  expect(lastRound()).toBe(1003n)
  expect(lines).toEqual([])
})

it('goes on after a failure of the beacon where it stopped', async () => {
  await feedFrom(beacon).poll()
  await block()
  now += 3
  let broken = true
  const flaky: PulseSource = {
    latest: beacon.latest,
    round: (round) => beacon.round(broken && round === 1002n ? 99_999n : round),
  }
  const feed = feedFrom(flaky)
  await expect(feed.poll()).rejects.toMatchObject({ code: 'BeaconUnreachable' })
  await block()
  expect(lastRound()).toBe(1001n)
  broken = false
  expect(await feed.poll()).toEqual([1002n, 1003n])
})

it('submits nothing that the key of the chain has not signed', async () => {
  const other = createLocalBeacon({ seed: new Uint8Array(32), period: 1, now: () => now })
  expect(await feedFrom(other).poll()).toEqual([])
  const swapped: PulseSource = {
    latest: async () => ({ ...(await beacon.latest()), round: 1001n }),
    round: beacon.round,
  }
  expect(await feedFrom(swapped).poll()).toEqual([])
  expect(lines.join()).toMatch(/round 1000 is not signed.*round 1001 is not signed/s)
})
