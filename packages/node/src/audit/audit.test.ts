import { byteStringToBytes, bytesToHex } from '@neurite/primitives/bytes'
import { addressOf } from '@neurite/primitives/extrinsic'
import { encode } from '@neurite/primitives/scale'
import type { RuntimeCall } from '@neurite/runtime'
import { calls as balancesCalls } from '@neurite/runtime/pallets/balances'
import { calls as subtensor, storage as subtensorStorage } from '@neurite/runtime/pallets/subtensor'
import { calls as sudo } from '@neurite/runtime/pallets/sudo'
import { calls as system, storage as systemStorage } from '@neurite/runtime/pallets/system'
import { calls as utility } from '@neurite/runtime/pallets/utility'
import { afterEach, expect, test } from 'vitest'
import type { Node } from '../service/index.ts'
import { alice, bob, type Client, connect, sign, startTestNode } from '../service/node.fixture.ts'
import { auditMoney } from './index.ts'

let node: Node
let client: Client
afterEach(async () => {
  client.close()
  await node.stop()
})

let nonce = 0
async function start(): Promise<void> {
  node = await startTestNode()
  client = await connect(node)
  nonce = 0
}

/** Sends a call of Alice's and makes the block that holds it. */
async function include(call: RuntimeCall): Promise<void> {
  await client.call('author_submitExtrinsic', bytesToHex(sign(node, alice, call, nonce++)))
  await client.call('engine_createBlock', true, true)
}

/** A raw write by root: what no honest pallet does. */
function write(key: string, value: Uint8Array): RuntimeCall {
  return sudo.sudo({ call: system.set_storage({ items: [[byteStringToBytes(key), value]] }) })
}

test('behavior: transfers, a new subnet, stake and epochs keep the books balanced', async () => {
  await start()
  const audit = auditMoney(node.chain)
  await include(balancesCalls.transfer_keep_alive({ dest: addressOf(bob.publicKey), value: 5n }))
  await include(subtensor.register_network({ hotkey: alice.publicKey }))
  await include(subtensor.start_call({ netuid: 2 }))
  await include(subtensor.add_stake({ hotkey: alice.publicKey, netuid: 2, amount_staked: 7_000_000_000n }))
  for (let i = 0; i < 25; i++) await client.call('engine_createBlock', true, true)
  audit.stop()
  const outcome = await Promise.race([audit.failed, Promise.resolve('sound')])
  expect(outcome).toBe('sound')
  expect(audit.blocks).toBe(29)
})

test('behavior: money that appears from nowhere is found in the block that made it', async () => {
  await start()
  const audit = auditMoney(node.chain)
  await include(balancesCalls.transfer_keep_alive({ dest: addressOf(bob.publicKey), value: 5n }))
  const key = systemStorage.Account.key({ account: bob.publicKey })
  const account = node.chain.stateAt(node.chain.best).reader.get(key)!.slice()
  account[23] = 1 // the highest byte of the free balance
  await include(write(key, account))
  const { number, faults } = await audit.failed
  expect(number).toBe(2)
  expect(faults.map(({ rule }) => rule)).toEqual(['balances', 'schedule'])
})

test('behavior: a balance that root sets is told and no fault, alone and in a batch', async () => {
  await start()
  const told: number[] = []
  const audit = auditMoney(node.chain, (number) => told.push(number))
  const rich = (new_free: bigint) => balancesCalls.force_set_balance({ who: addressOf(bob.publicKey), new_free })
  await include(sudo.sudo({ call: rich(10n ** 16n) }))
  await include(sudo.sudo({ call: utility.batch_all({ calls: [rich(2n * 10n ** 16n)] }) }))
  await include(balancesCalls.transfer_keep_alive({ dest: addressOf(bob.publicKey), value: 5n }))
  audit.stop()
  expect(await Promise.race([audit.failed, Promise.resolve('sound')])).toBe('sound')
  expect(told).toEqual([1, 2])
})

test('behavior: a pool larger than its account is found', async () => {
  await start()
  const audit = auditMoney(node.chain)
  await include(
    write(subtensorStorage.SubnetTAO.key({ netuid: 1 }), encode(subtensorStorage.SubnetTAO.valueCodec, 10n ** 15n)),
  )
  const { faults } = await audit.failed
  expect(faults.map(({ rule }) => rule)).toContain('pool')
})
