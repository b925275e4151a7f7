/** A subnet with an owner, a validator and a miner on a node of its own. */
import { type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { devKeypair, type Keypair, keypairFromSuri } from '@neurite/primitives/keyring'
import { decode } from '@neurite/primitives/scale'
import { RAO_PER_TAO } from '@neurite/primitives/units'
import { subnetInfoApi } from '@neurite/runtime/pallets/subtensor/views'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Node } from '../../../node/src/service/index.ts'
import { startTestNode } from '../../../node/src/service/node.fixture.ts'
import { type Chain, connectChain, type RuntimeCall } from '../client/index.ts'
import { axonAddress, type Metagraph, readMetagraph, watchMetagraph } from './index.ts'

const alice = devKeypair('Alice')
const bob = devKeypair('Bob')
const charlie = devKeypair('Charlie')
const ownerHotkey = keypairFromSuri('//Alice//hot')
const validator = keypairFromSuri('//Bob//hot')
const miner = keypairFromSuri('//Charlie//hot')
const TEMPO = 10

let node: Node
let chain: Chain
let netuid: number

async function block(): Promise<Hash> {
  return (await chain.connection.request<{ hash: Hash }>('engine_createBlock', [true, true])).hash
}

async function run(call: RuntimeCall, signer: Keypair): Promise<void> {
  const done = chain.submit(call, signer, { wait: 'ready' })
  await done
  const events = await chain.events(await block())
  const failed = events.find(({ event }) => event.name === 'ExtrinsicFailed')
  expect(failed, `${call.pallet}.${call.name}`).toBe(undefined)
}

beforeAll(async () => {
  node = await startTestNode()
  chain = await connectChain({ url: `ws://127.0.0.1:${node.servers[0]!.port}` })
  const { tx } = chain
  const calls = [tx.AdminUtils.sudo_set_admin_freeze_window({ window: 0 })]
  await run(tx.Sudo.sudo({ call: tx.Utility.batch_all({ calls }) }), alice)
  await run(tx.SubtensorModule.register_network({ hotkey: ownerHotkey.publicKey }), alice)
  const [[[found]] = [[]]] = await chain.query.SubtensorModule.SubnetOwnerHotkey.entries().then((all) =>
    all.filter(([, hotkey]) => hotkey === ownerHotkey.publicKey),
  )
  netuid = found as number
  await run(tx.SubtensorModule.start_call({ netuid }), alice)
  await run(
    tx.Sudo.sudo({
      call: tx.Utility.batch_all({
        calls: [
          tx.AdminUtils.sudo_set_tempo({ netuid, tempo: TEMPO }),
          tx.AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: false }),
          tx.AdminUtils.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 0n }),
          tx.AdminUtils.sudo_set_subnet_emission_enabled({ netuid, enabled: true }),
          tx.AdminUtils.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: 64 }),
          tx.AdminUtils.sudo_set_mechanism_count({ netuid, mechanism_count: 2 }),
        ],
      }),
    }),
    alice,
  )
  await run(tx.SubtensorModule.burned_register({ netuid, hotkey: validator.publicKey }), bob)
  await run(tx.SubtensorModule.burned_register({ netuid, hotkey: miner.publicKey }), charlie)
  const stake = 100n * RAO_PER_TAO
  await run(tx.SubtensorModule.add_stake({ hotkey: validator.publicKey, netuid, amount_staked: stake }), bob)
  await run(
    tx.SubtensorModule.serve_axon({
      netuid,
      version: 7,
      ip: 0xcb00_7107n,
      port: 8_091,
      ip_type: 4,
      protocol: 4,
      placeholder1: 0,
      placeholder2: 0,
    }),
    miner,
  )
})
afterAll(async () => {
  chain.close()
  await node.stop()
})

/** Blocks until the next epoch is over. */
async function epoch(): Promise<void> {
  const index = () => chain.query.SubtensorModule.SubnetEpochIndex.get([netuid])
  for (const before = await index(); (await index()) === before; ) await block()
}

test('a watcher hears of the subnet now and after each epoch; the lists say who earns', async () => {
  const told: Metagraph[] = []
  let wake: () => void = () => {}
  const until = async (count: number): Promise<Metagraph> => {
    while (told.length < count) await new Promise<void>((resolve) => (wake = resolve))
    return told[count - 1]!
  }
  const watching = await watchMetagraph(chain, netuid, (metagraph) => {
    told.push(metagraph)
    wake()
  })
  const first = await until(1)
  expect(first.incentive).toEqual([0, 0, 0])
  // The validator's permit comes with an epoch; with it, its weights pay the miner in the next one.
  await epoch()
  await until(2)
  const weights = { netuid, dests: [2], weights: [65_535], version_key: 0n }
  await run(chain.tx.SubtensorModule.set_weights(weights), validator)
  await epoch()
  const last = await until(3)
  await watching.unsubscribe()
  await epoch()
  expect(told.length).toBe(3)

  expect(last).toMatchObject({ netuid, mecid: 0, tempo: TEMPO, size: 3 })
  expect(last.block).toBe((await chain.header(last.blockHash)).number)
  expect(last.hotkeys).toEqual([ownerHotkey.publicKey, validator.publicKey, miner.publicKey])
  expect(last.coldkeys).toEqual([alice.publicKey, bob.publicKey, charlie.publicKey])
  expect([last.ownerHotkey, last.ownerColdkey]).toEqual([ownerHotkey.publicKey, alice.publicKey])
  expect(last.axons[1]).toBe(undefined)
  expect(last.axons[2]).toMatchObject({ ip: '203.0.113.7', port: 8_091, address: '203.0.113.7:8091', version: 7 })
  expect(last.validatorPermit[1]).toBe(true)
  expect(last.raw.incentive).toEqual([0, 0, 65_535])
  expect(last.incentive).toEqual([0, 0, 1])
  // Half of the pay goes through the second mechanism, where nobody has set weights.
  expect(last.dividends[1]).toBeCloseTo(0.5, 4)
  expect(last.raw.dividends[1]).toBe(32_767)
  expect(last.validatorTrust[1]).toBeCloseTo(0.5, 4)
  expect(last.emission[2]).toBeGreaterThan(0n)
  expect(last.alphaStake[1]).toBeGreaterThan(0n)
  expect(last.totalStake[1]).toBe(last.alphaStake[1])
  expect(last.lastUpdate[1]).toBeGreaterThan(first.block)
})

test('each block is told to who asks for it', async () => {
  const blocks: number[] = []
  let wake: () => void = () => {}
  const watching = await watchMetagraph(
    chain,
    netuid,
    ({ block: number }) => {
      blocks.push(number)
      wake()
    },
    { every: 'block' },
  )
  const now = await chain.blockNumber()
  for (let i = 0; i < 3; i++) {
    while (blocks.at(-1) !== now + i) await new Promise<void>((resolve) => (wake = resolve))
    await block()
  }
  await watching.unsubscribe()
  expect(blocks.slice(0, 3)).toEqual([now, now + 1, now + 2])
})

test('an earlier block and another mechanism can be read', async () => {
  const before = await chain.header()
  await block()
  expect((await readMetagraph(chain, netuid, { at: before.hash })).block).toBe(before.number)
  const second = await readMetagraph(chain, netuid, { mecid: 1 })
  expect([second.netuid, second.mecid, second.raw.incentive]).toEqual([netuid, 1, [0, 0, 0]])
})

test('a subnet that does not exist is an error', async () => {
  await expect(readMetagraph(chain, 99)).rejects.toThrow(/^The chain has no subnet `99`\./)
  await expect(readMetagraph(chain, netuid, { mecid: 5 })).rejects.toThrow(`no mechanism \`5\` of subnet \`${netuid}\``)
  const error = await new Promise<Error>((resolve) => {
    void watchMetagraph(chain, 99, () => {}, { onError: resolve }).then((watching) => watching.unsubscribe)
  })
  expect(error.message).toMatch(/^The chain has no subnet `99`\./)
})

test('what the typed client gives is what the pallet declares', async () => {
  const { hash } = await chain.header()
  let compared = 0
  for (const [name, method] of Object.entries(subnetInfoApi.methods)) {
    const args = Object.fromEntries(
      Object.keys(method.args).map((argument) => [
        argument,
        { netuid, mecid: 0, subid: 1, metagraph_indexes: [0, 1, 52, 72], coldkey: bob.publicKey }[argument],
      ]),
    )
    const data = chain.runtime.encodeApiCall('SubnetInfoRuntimeApi', name, args)
    const request = [`SubnetInfoRuntimeApi_${name}`, `0x${Buffer.from(data).toString('hex')}`, hash]
    const bytes = hexToBytes(await chain.connection.request<string>('state_call', request))
    expect(await chain.call('SubnetInfoRuntimeApi', name, args, { at: hash }), name).toEqual(
      decode<unknown>(method.returns, bytes),
    )
    compared++
  }
  expect(compared).toBeGreaterThan(15)
})

test.each([
  ['1.0.0.127:1', 0x0100_007fn, 4],
  ['[2001:db8:0:0:0:0:0:1]:1', 0x2001_0db8_0000_0000_0000_0000_0000_0001n, 6],
] as const)('an axon is announced as %s', (text, ip, ip_type) => {
  expect(axonAddress({ ip, ip_type, port: 1, version: 0, block: 0n })?.address).toBe(text)
  expect(axonAddress({ ip, ip_type, port: 0, version: 0, block: 0n })).toBe(undefined)
})
