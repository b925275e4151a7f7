/** The client against a node of its own, sometimes through a door that changes or cuts what passes. */
import { bytesToHex, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { blake2_256 } from '@neurite/primitives/hash'
import { devKeypair, keypairFromSuri } from '@neurite/primitives/keyring'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Node } from '../../../node/src/service/index.ts'
import { startTestNode } from '../../../node/src/service/node.fixture.ts'
import { type Chain, connectChain } from './chain.ts'
import type { ConnectionOptions } from './connection.ts'
import { type Door, startDoor } from './door.fixture.ts'
import { CallFailed, describeDispatchError } from './submit.ts'

const alice = devKeypair('Alice')
const bob = devKeypair('Bob')
const eve = devKeypair('Eve')
const PROTOCOL_ROOT = 0

let node: Node
let chain: Chain
const urlOf = (of: Node): string => `ws://127.0.0.1:${of.servers[0]!.port}`
beforeAll(async () => {
  node = await startTestNode({ sealing: { kind: 'instant' } })
  chain = await connectChain({ url: urlOf(node) })
})
afterAll(async () => {
  chain.close()
  await node.stop()
})

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close()
})

/** A client of `to` through a door. */
async function throughDoor(to: Node, options: ConnectionOptions = {}): Promise<{ door: Door; guest: Chain }> {
  const door = await startDoor(urlOf(to))
  open.push(door)
  const guest = await connectChain({ url: door.url, ...options })
  open.push(guest)
  return { door, guest }
}

async function errorOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isNeuriteError(error)) throw error ?? new Error('It did not fail.')
  return `${error.code}: ${error.message}`.replace(/0x[0-9a-f]{64}/g, 'HASH').replace(/127\.0\.0\.1:\d+/g, 'ADDRESS')
}

const pay = (to: string, value: bigint) =>
  chain.tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: to as Hash }, value })
const freeOf = async (account: string): Promise<bigint> =>
  (await chain.query.System.Account.get([account as Hash])).data.free

describe('reads', () => {
  test('values, defaults, optional items and constants', async () => {
    expect(await chain.query.Sudo.Key.get()).toBe(alice.publicKey)
    expect(await chain.query.SubtensorModule.Owner.get([eve.publicKey])).toBe(`0x${'00'.repeat(32)}`)
    expect(await chain.query.SubtensorModule.Uids.get([PROTOCOL_ROOT, eve.publicKey])).toBe(undefined)
    expect(await freeOf(alice.publicKey)).toBeGreaterThan(0n)
    expect(chain.constants.Balances.ExistentialDeposit).toBe(500n)
    expect(await chain.api.SwapRuntimeApi.current_alpha_price({ netuid: PROTOCOL_ROOT })).toBe(1_000_000_000n)
  })

  test('entries of more than one page, at one block', async () => {
    const people = Array.from({ length: 1_100 }, (_, i) =>
      bytesToHex(new Uint8Array(32).fill(1 + (i >> 8)).fill(i & 0xff, 16)),
    )
    for (let i = 0; i < people.length; i += 275)
      await chain.submit(
        chain.tx.Utility.batch_all({ calls: people.slice(i, i + 275).map((to) => pay(to, 700n)) }),
        alice,
      )
    const { hash } = await chain.header()
    const reading = chain.query.System.Account.entries([], { at: hash })
    await chain.submit(pay(people[0]!, 1_000n), alice)
    const held = new Map((await reading).map(([[account], info]) => [account as string, info.data.free]))
    expect(people.map((account) => held.get(account))).toEqual(people.map(() => 700n))
    expect(await freeOf(people[0]!)).toBe(1_700n)
  })

  test('of what is not there say so', async () => {
    expect(() => (chain as any).query.Nothing.Here).toThrow(
      /^The connected chain has no pallet `Nothing`\.\nIt has: System, /,
    )
    expect(() => (chain as any).query.System.Nothing).toThrow(
      'The connected chain has no storage item `System.Nothing`.',
    )
    expect(() => (chain as any).constants.System.Nothing).toThrow(
      'The connected chain has no constant `System.Nothing`.',
    )
    expect(await errorOf(chain.call('NoApi', 'none'))).toBe(
      'NoSuchApi: The connected chain has no runtime API `NoApi_none`.',
    )
    expect(await errorOf(chain.header(`0x${'11'.repeat(32)}`))).toBe('NoSuchBlock: The node knows no block `HASH`.')
    expect(await errorOf(chain.query.SubtensorModule.Uids.get([1]))).toBe(
      'BadKey: Storage `SubtensorModule.Uids` has 2 key parts, not 1.',
    )
    expect(await errorOf((chain as any).api.SubnetInfoRuntimeApi.get_metagraph({ uid: 1 }))).toBe(
      'BadArguments: The arguments of `SubnetInfoRuntimeApi.get_metagraph` do not fit.\nUnknown: uid.\nExpected: netuid.',
    )
  })

  test('the chain can be awaited and printed', async () => {
    expect(await (chain.query as unknown)).toBe(chain.query)
    expect(JSON.stringify(chain.tx)).toBe('{}')
  })
})

describe('submissions', () => {
  test('tell block, events and fee', async () => {
    const before = await freeOf(bob.publicKey)
    const { events, fee, blockHash } = await chain.submit(pay(eve.publicKey, 1_000_000n), bob)
    expect(events.map((event) => `${event.pallet}.${event.name}`)).toContain('Balances.Transfer')
    expect(fee).toBeGreaterThan(0n)
    expect(await freeOf(bob.publicKey)).toBe(before - 1_000_000n - fee)
    expect((await chain.header(blockHash)).hash).toBe(blockHash)
  })

  test('that fail in the block tell the error and its documentation', async () => {
    const call = chain.tx.SubtensorModule.add_stake({ hotkey: eve.publicKey, netuid: 77, amount_staked: 1_000_000n })
    const error = await chain.submit(chain.tx.Utility.batch_all({ calls: [call] }), bob).catch((reason) => reason)
    expect(error).toBeInstanceOf(CallFailed)
    expect(error.reason).toBe('SubtensorModule.SubnetNotExists')
    expect(error.message).toMatchInlineSnapshot(`
      "\`Utility.batch_all\` failed with SubtensorModule.SubnetNotExists.
      Trying to perform action on non-existent subnet."
    `)
  })

  test('that the pool refuses say why', async () => {
    const poor = keypairFromSuri('//Nobody')
    expect(await errorOf(chain.submit(pay(eve.publicKey, 1n), poor))).toBe(
      'Rpc: Invalid Transaction: Inability to pay some fees (e.g. account balance too low)\nThe node answered `author_submitAndWatchExtrinsic` with code 1010.',
    )
    await chain.submit(pay(eve.publicKey, 1_000n), alice)
    expect(await errorOf(chain.submit(pay(eve.publicKey, 1n), alice, { nonce: 0, wait: 'ready' }))).toBe(
      'Rpc: Invalid Transaction: Transaction is outdated\nThe node answered `author_submitExtrinsic` with code 1010.',
    )
    const axon = { netuid: 77, version: 1, ip: 0x08080808n, port: 80, ip_type: 4, protocol: 4 }
    const call = chain.tx.SubtensorModule.serve_axon({ ...axon, placeholder1: 0, placeholder2: 0 })
    expect(await errorOf(chain.submit(call, bob))).toMatchInlineSnapshot(`
      "Rpc: Invalid Transaction: Custom error: 10
      The node answered \`author_submitAndWatchExtrinsic\` with code 1010.
      Custom error 10 is HotKeyNotRegisteredInNetwork."
    `)
  })

  test('whose arguments do not fit name those that are expected', async () => {
    const missing = {
      pallet: 'Balances',
      name: 'transfer_keep_alive',
      args: { dest: { type: 'Id', value: bob.publicKey } },
    }
    expect(await errorOf(chain.submit(missing, alice))).toMatch(
      /^BadArguments: The arguments of `Balances\.transfer_keep_alive` do not fit\.\nExpected: dest, value\.\n/,
    )
    expect(await errorOf(chain.submit({ pallet: 'Balances', name: 'give', args: {} }, alice))).toBe(
      'NoSuchCall: The connected chain has no call `Balances.give`.',
    )
  })

  test('of one account started together take their nonces in turn, a refused one among them', async () => {
    const before = (await chain.query.System.Account.get([alice.publicKey])).nonce
    const bad = errorOf(chain.submit({ pallet: 'Balances', name: 'give', args: {} }, alice))
    const good = Array.from({ length: 8 }, (_, i) => chain.submit(pay(bob.publicKey, BigInt(i + 1)), alice))
    const hashes = (await Promise.all(good)).map(({ hash }) => hash)
    expect(await bad).toMatch(/^NoSuchCall/)
    expect(new Set(hashes).size).toBe(8)
    expect((await chain.query.System.Account.get([alice.publicKey])).nonce).toBe(before + 8)
  })

  test('an error inside of sudo can be described', async () => {
    const call = chain.tx.SubtensorModule.root_register({ hotkey: eve.publicKey })
    const { events } = await chain.submit(chain.tx.Sudo.sudo({ call }), alice)
    const outcome = events.find((event) => event.name === 'Sudid')!.data.sudo_result
    expect(describeDispatchError(chain, outcome.error).name).toBe('BadOrigin')
  })
})

describe('a young chain', () => {
  test('takes mortal submissions in its first blocks, and reports blocks as they come', async () => {
    const young = await startTestNode()
    const guest = await connectChain({ url: urlOf(young) })
    open.push(guest, { close: () => young.stop() })
    expect(await guest.blockNumber()).toBe(0)
    for (const period of [4, 64, 65_536, 0]) {
      const { blockHash } = await guest
        .submit(pay(bob.publicKey, 1_000n), alice, { period, wait: 'ready' })
        .then(() => guest.connection.request('engine_createBlock', [false, true]))
        .then((made: { hash: Hash }) => ({ blockHash: made.hash }))
      const names = (await guest.events(blockHash)).map(({ event }) => event.name)
      expect(names).toContain('Transfer')
    }
    const reached = guest.waitForBlock(6)
    const closed = errorOf(guest.waitForBlock(1_000))
    for (let i = 0; i < 2; i++) await guest.connection.request('engine_createBlock', [true, true])
    await reached
    expect(await guest.blockNumber()).toBe(6)
    guest.close()
    expect(await closed).toBe('ConnectionClosed: The connection to `ws://ADDRESS` was closed.')
  })
})

describe('through trouble', () => {
  test('a submission under way is reported lost, with its hash; the client lives on', async () => {
    const { door, guest } = await throughDoor(node)
    door.onRequest = (text) => {
      if (!text.includes('author_submit')) return text
      door.cut()
      return undefined
    }
    const error = await guest.submit(pay(eve.publicKey, 5n), bob).catch((reason) => reason)
    expect(error.code).toBe('ConnectionLost')
    expect(error.message).toContain(`Whether the chain took extrinsic \`${error.data.hash}\` is unknown`)
    door.onRequest = (text) => text
    expect((await guest.submit(pay(eve.publicKey, 5n), bob)).fee).toBeGreaterThan(0n)
  })

  test('so is one that waits for its block', async () => {
    const young = await startTestNode()
    open.push({ close: () => young.stop() })
    const { door, guest } = await throughDoor(young)
    door.onAnswer = (text) => {
      // The pool has it.
      if (text.includes('"ready"')) door.cut()
      return text
    }
    const error = await guest.submit(pay(eve.publicKey, 5n), bob).catch((reason) => reason)
    const [pending] = await guest.connection.request<string[]>('author_pendingExtrinsics')
    expect([error.code, error.data.hash]).toEqual(['ConnectionLost', bytesToHex(blake2_256(hexToBytes(pending!)))])
  })

  test('a new runtime is loaded by itself, and signed for', async () => {
    const { door, guest } = await throughDoor(node)
    const old = guest.runtime
    // The door plays a node that was upgraded while the client was away.
    door.onAnswer = (text) => text.replace(/"specVersion":\d+/, '"specVersion":9999')
    door.cut()
    const kept = guest.query.Balances.TotalIssuance
    while (guest.runtime === old) await guest.blockNumber()
    expect(guest.runtime.specVersion).toBe(9999)
    expect(await kept.get()).toBeGreaterThan(0n)
    // The real node knows no such runtime, so what is signed for it is refused.
    expect(await errorOf(guest.submit(pay(eve.publicKey, 5n), bob))).toMatch(/bad signature/)
  })

  test('a node that comes back with another chain ends the client', async () => {
    const other = await startTestNode({ chain: 'local' })
    open.push({ close: () => other.stop() })
    const { door, guest } = await throughDoor(node)
    const lost = new Promise<string>((resolve) => {
      void guest
        .onBlock(
          () => {},
          (error) => resolve(error.message),
        )
        .then(() => {
          door.leadTo(urlOf(other))
          door.cut()
        })
    })
    expect(await lost).toMatch(
      /^The node at `ws:\/\/127\.0\.0\.1:\d+` now serves another chain\.\nExpected genesis `0x/,
    )
    expect(await errorOf(guest.blockNumber())).toMatch(/^OtherChain/)
  })
})
