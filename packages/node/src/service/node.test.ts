import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import { addressOf } from '@neurite/primitives/extrinsic'
import { blake2_256, twox128 } from '@neurite/primitives/hash'
import { calls as balances } from '@neurite/runtime/pallets/balances'
import { afterEach, describe, expect, test } from 'vitest'
import { alice, bob, type Client, connect, sign, startTestNode, transferToBob } from './node.fixture.ts'
import type { Node, NodeOptions } from './node.ts'

let node: Node
let client: Client
const folders: string[] = []

async function start(options: Partial<NodeOptions> = {}): Promise<void> {
  node = await startTestNode(options)
  client = await connect(node)
}

async function stop(): Promise<void> {
  client?.close()
  await node?.stop()
}

afterEach(async () => {
  await stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const utf8 = (text: string) => new TextEncoder().encode(text)
const storageKey = (pallet: string, item: string) =>
  bytesToHex(Uint8Array.from([...twox128(utf8(pallet)), ...twox128(utf8(item))]))
const EVENTS = storageKey('System', 'Events')
const NOW = storageKey('Timestamp', 'Now')
const NUMBER = storageKey('System', 'Number')

const makeBlock = (createEmpty = true, finalize = true) => client.call('engine_createBlock', createEmpty, finalize)
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  )

describe('chain methods', () => {
  test('default: head, header, block and hash by number agree', async () => {
    await start()
    const { hash } = await makeBlock()
    expect(await client.call('chain_getHead')).toBe(hash)
    expect(await client.call('chain_getBlockHash', null)).toBe(hash)
    expect(await client.call('chain_getBlockHash', 1)).toBe(hash)
    expect(await client.call('chain_getBlockHash', '0x1')).toBe(hash)
    expect(await client.call('chain_getBlockHash', [0, 1, 2])).toEqual([node.chain.genesisHash, hash, null])
    const header = await client.call('chain_getHeader')
    expect(header).toMatchObject({ number: '0x1', parentHash: node.chain.genesisHash })
    const { block, justifications } = await client.call('chain_getBlock', hash)
    expect(block.header).toEqual(header)
    expect(block.extrinsics).toHaveLength(1)
    expect(justifications).toBeNull()
    expect(await client.call('chain_getFinalizedHead')).toBe(hash)
  })

  test('behavior: an unknown block is null for the chain and an error for the state', async () => {
    await start()
    const unknown = `0x${'12'.repeat(32)}`
    expect(await client.call('chain_getHeader', unknown)).toBeNull()
    expect(await client.call('chain_getBlock', unknown)).toBeNull()
    expect(await errorOf(client.call('state_getStorage', NOW, unknown))).toEqual({
      code: 4003,
      message: `Client error: UnknownBlock: Header was not found in the database: ${unknown}`,
    })
  })

  test('behavior: heads are announced from the one that holds, in order, before their transactions', async () => {
    await start()
    const heads = await client.subscribe('chain_subscribeNewHeads')
    const finalized = await client.subscribe('chain_subscribeFinalizedHeads')
    expect((await heads.next()).number).toBe('0x0')
    expect((await finalized.next()).number).toBe('0x0')
    await makeBlock(true, false)
    await makeBlock()
    expect([(await heads.next()).number, (await heads.next()).number]).toEqual(['0x1', '0x2'])
    expect([(await finalized.next()).number, (await finalized.next()).number]).toEqual(['0x1', '0x2'])
    expect(await client.call('chain_unsubscribeNewHeads', heads.id)).toBe(true)
  })
})

describe('transactions', () => {
  test('default: a watched transfer is ready, in a block, final, and its events are there', async () => {
    await start()
    const transfer = transferToBob(node, 0)
    const watch = await client.subscribe('author_submitAndWatchExtrinsic', transfer)
    expect(await watch.next()).toBe('ready')
    const { hash } = await makeBlock()
    expect(await watch.next()).toEqual({ inBlock: hash })
    expect(await watch.next()).toEqual({ finalized: hash })
    expect(await client.call('author_unwatchExtrinsic', watch.id)).toBe(false)
    const { block } = await client.call('chain_getBlock', hash)
    expect(block.extrinsics[1]).toBe(transfer)
    expect(await client.call('state_getStorageAt', EVENTS, hash)).toMatch(/^0x/)
  })

  test('behavior: the next index counts the pool, under both names', async () => {
    await start()
    const transfer = transferToBob(node, 0)
    const hash = bytesToHex(blake2_256(hexToBytes(transfer)))
    expect(await client.call('author_submitExtrinsic', transfer)).toBe(hash)
    expect(await client.call('account_nextIndex', alice.address)).toBe(1)
    await makeBlock()
    expect(await client.call('system_accountNextIndex', alice.address)).toBe(1)
    expect(await client.call('account_nextIndex', bob.address)).toBe(0)
  })

  test('behavior: a gap in the nonces waits for what fills it', async () => {
    await start()
    const [first, later] = [transferToBob(node, 0), transferToBob(node, 1)]
    const second = await client.subscribe('author_submitAndWatchExtrinsic', later)
    expect(await second.next()).toBe('future')
    await client.call('author_submitExtrinsic', first)
    expect(await second.next()).toBe('ready')
    expect(await client.call('author_pendingExtrinsics')).toEqual([first, later])
    const { hash } = await makeBlock()
    expect(await second.next()).toEqual({ inBlock: hash })
  })

  test.each([
    ['no bytes', () => '0x', 1001, 'Extrinsic has invalid format: '],
    ['a wrong length', () => '0x10ff', 1001, 'Extrinsic has invalid format: Not enough data to fill buffer'],
    ['no extrinsic', () => '0x08ffff', 1002, 'Verification Error: '],
  ])('behavior: %s is refused', async (_, bytes, code, message) => {
    await start()
    const error = await errorOf(client.call('author_submitExtrinsic', bytes()))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  test('behavior: a changed transaction has a bad signature', async () => {
    await start()
    const bytes = hexToBytes(transferToBob(node, 0))
    bytes[bytes.length - 1]! ^= 1
    expect(await errorOf(client.call('author_submitExtrinsic', bytesToHex(bytes)))).toEqual({
      code: 1010,
      message: 'Invalid Transaction',
      data: 'Transaction has a bad signature',
    })
  })

  test('behavior: an old nonce is outdated; a tip does not buy a nonce that is taken', async () => {
    await start()
    await client.call('author_submitExtrinsic', transferToBob(node, 0))
    // subtensor gives every normal transaction the priority 1.
    expect(await errorOf(client.call('author_submitExtrinsic', transferToBob(node, 0, 5n, 1_000_000n)))).toMatchObject({
      code: 1014,
      message: 'Priority is too low: (1 vs 1)',
    })
    await makeBlock()
    expect((await errorOf(client.call('author_submitExtrinsic', transferToBob(node, 0, 6n)))).data).toBe(
      'Transaction is outdated',
    )
  })

  test('behavior: what a transaction would cost is what it costs', async () => {
    await start()
    const transfer = transferToBob(node, 0)
    const info = await client.call('payment_queryInfo', transfer)
    expect(info).toMatchObject({ class: 'normal', partialFee: expect.stringMatching(/^\d+$/) })
    const details = await client.call('payment_queryFeeDetails', transfer)
    const sum = Object.values(details.inclusionFee as Record<string, string>).reduce(
      (total, fee) => total + BigInt(fee),
      0n,
    )
    expect(sum.toString()).toBe(info.partialFee)
  })
})

describe('state methods', () => {
  test('default: old states stay readable', async () => {
    await start()
    const first = await makeBlock()
    await makeBlock()
    expect(await client.call('state_getStorage', NUMBER)).toBe('0x02000000')
    expect(await client.call('state_getStorage', NUMBER, first.hash)).toBe('0x01000000')
    expect(await client.call('state_getStorage', '0x1234')).toBeNull()
    expect(await client.call('state_getStorageSize', NUMBER)).toBe(4)
    expect(await client.call('state_getStorageHash', NUMBER)).toBe(bytesToHex(blake2_256(hexToBytes('0x02000000'))))
  })

  test('behavior: pages of keys are ordered, complete and start after the given key', async () => {
    await start()
    const prefix = storageKey('System', 'Account')
    const all: string[] = await client.call('state_getKeys', prefix)
    expect(all.length).toBeGreaterThan(9)
    expect(all).toEqual([...all].sort())
    const paged: string[] = []
    for (let after: string = prefix; ; after = paged.at(-1)!) {
      const page: string[] = await client.call('state_getKeysPaged', prefix, 4, after, null)
      paged.push(...page)
      if (page.length < 4) break
    }
    expect(paged).toEqual(all)
    expect((await errorOf(client.call('state_getKeysPaged', prefix, 1001, null, null))).message).toBe(
      'count exceeds maximum value. value: 1001, max: 1000',
    )
    const [{ block, changes }] = await client.call('state_queryStorageAt', [all[0], '0x1234'], null)
    expect(block).toBe(node.chain.best.hash)
    expect(changes).toEqual([
      [all[0], expect.stringMatching(/^0x/)],
      ['0x1234', null],
    ])
  })

  test('behavior: runtime functions are called with or without 0x, unknown ones named', async () => {
    await start()
    const account = alice.publicKey.slice(2)
    expect(await client.call('state_call', 'AccountNonceApi_account_nonce', account)).toBe('0x00000000')
    expect(await client.call('state_call', 'Metadata_metadata_versions', '')).toBe('0x080e0000000f000000')
    const v15: string = await client.call('state_call', 'Metadata_metadata_at_version', '0x0f000000')
    expect(v15.slice(2, 4)).toBe('01')
    expect(await client.call('state_getMetadata')).toMatch(/^0x6d6574610e/)
    expect(await errorOf(client.call('state_call', 'Some_thing', '0x'))).toEqual({
      code: 4003,
      message: 'Client error: Execution failed: Other: Exported method Some_thing is not found',
    })
    expect((await errorOf(client.call('state_call', 'AccountNonceApi_account_nonce', '0x12'))).code).toBe(4003)
  })

  test('behavior: a storage subscription tells the values, then the changes', async () => {
    await start()
    const feed = await client.subscribe('state_subscribeStorage', [NUMBER, '0x1234'])
    expect((await feed.next()).changes).toEqual([
      [NUMBER, expect.toBeOneOf([null, '0x00000000'])],
      ['0x1234', null],
    ])
    const { hash } = await makeBlock()
    expect(await feed.next()).toEqual({ block: hash, changes: [[NUMBER, '0x01000000']] })
  })

  test('behavior: a pruned state is told in the words clients look for', async () => {
    await start({ statePruning: 2 })
    const { hash } = await makeBlock()
    for (let i = 0; i < 5; i++) await makeBlock()
    expect(await errorOf(client.call('state_getStorage', NUMBER, hash))).toEqual({
      code: 4003,
      message: `Client error: Api called for an unknown Block: State already discarded for ${hash}`,
    })
  })

  test('behavior: the version is the one clients expect', async () => {
    await start()
    const version = await client.call('state_getRuntimeVersion')
    expect(version).toMatchObject({ specName: 'node-subtensor', implName: 'node-subtensor', transactionVersion: 1 })
    // polkadot.js needs version 2 of the Metadata functions.
    expect(version.apis).toContainEqual(['0x37e397fc7c91f5e4', 2])
    const feed = await client.subscribe('state_subscribeRuntimeVersion')
    expect(await feed.next()).toEqual(version)
  })

  test('behavior: a read proof belongs to its block', async () => {
    await start()
    const { at, proof } = await client.call('state_getReadProof', [NUMBER])
    expect(at).toBe(node.chain.best.hash)
    expect(proof.length).toBeGreaterThan(0)
  })
})

describe('methods of the chain', () => {
  test('behavior: they show what the runtime function answers', async () => {
    await start()
    const encoded: string = await client.call('state_call', 'SwapRuntimeApi_current_alpha_price', '0x0100')
    const price = Number(new DataView(hexToBytes(encoded).buffer).getBigUint64(0, true))
    expect(await client.call('swap_currentAlphaPrice', 1)).toBe(price)
    const quote: string = await client.call(
      'state_call',
      'SwapRuntimeApi_sim_swap_tao_for_alpha',
      '0x01000010a5d4e8000000',
    )
    expect(await client.call('swap_simSwapTaoForAlpha', 1, 1_000_000_000_000)).toEqual([...hexToBytes(quote)])
    expect((await errorOf(client.call('swap_currentAlphaPrice', 70_000))).data).toBe(
      '`netuid` is out of range; got 70000',
    )
  })
})

describe('system methods', () => {
  test('default: what clients ask for when they connect', async () => {
    await start()
    expect(await client.call('system_chain')).toBe('Bittensor')
    expect(await client.call('system_chainType')).toBe('Local')
    expect(await client.call('system_properties')).toEqual({ tokenSymbol: 'TAO', tokenDecimals: 9, ss58Format: 42 })
    expect(await client.call('system_health')).toEqual({ peers: 0, isSyncing: false, shouldHavePeers: false })
    expect(await client.call('system_peers')).toEqual([])
    const { methods } = await client.call('rpc_methods')
    for (const name of ['state_call', 'state_getStorageAt', 'account_nextIndex', 'author_unwatchExtrinsic']) {
      expect(methods).toContain(name)
    }
    expect((await errorOf(client.call('account_nextIndex', '5Grwva'))).code).toBe(-32602)
  })
})

describe('sealing', () => {
  test('behavior: manual refuses empty blocks and other parents when told so', async () => {
    await start()
    expect(await errorOf(makeBlock(false))).toEqual({
      code: 12_000,
      message: 'Transaction pool is empty, set create_empty to true, if you want to create empty blocks',
    })
    const parent = node.chain.genesisHash
    await makeBlock()
    expect((await errorOf(client.call('engine_createBlock', true, true, parent))).code).toBe(13_000)
  })

  test('behavior: a block without finality becomes final on request', async () => {
    await start()
    const { hash } = await makeBlock(true, false)
    expect(await client.call('chain_getFinalizedHead')).toBe(node.chain.genesisHash)
    expect(await client.call('engine_finalizeBlock', hash, null)).toBe(true)
    expect(await client.call('chain_getFinalizedHead')).toBe(hash)
  })

  test('behavior: where slots make the blocks, clients may not', async () => {
    await start({ sealing: { kind: 'slots' } })
    expect(await errorOf(makeBlock())).toEqual({ code: -32601, message: 'Method not found' })
  })

  test('behavior: instant makes a block for a transaction and none without', async () => {
    await start({ sealing: { kind: 'instant' } })
    const watch = await client.subscribe('author_submitAndWatchExtrinsic', transferToBob(node, 0))
    expect(await watch.next()).toBe('ready')
    const { inBlock } = await watch.next()
    expect(await watch.next()).toEqual({ finalized: inBlock })
    expect(node.chain.best.number).toBe(1)
  })

  test('behavior: slots make the first block at once and one in every slot', async () => {
    await start({ sealing: { kind: 'slots' } })
    const heads = await client.subscribe('chain_subscribeNewHeads')
    let last = await heads.next()
    for (let i = 0; i < 3; i++) {
      const head = await heads.next()
      expect(Number(head.number)).toBe(Number(last.number) + 1)
      expect(head.parentHash).toMatch(/^0x/)
      last = head
    }
    const now = await client.call('state_getStorage', NOW)
    const ms = Number(new DataView(hexToBytes(now).buffer).getBigUint64(0, true))
    expect(ms % 250).toBe(0)
  })

  test('behavior: authorities take turns and sign their blocks', async () => {
    await start({ chain: 'local' })
    const seals = new Set<string>()
    for (let i = 0; i < 3; i++) {
      const { hash } = await makeBlock()
      const { digest } = await client.call('chain_getHeader', hash)
      expect(digest.logs).toHaveLength(2)
      seals.add(digest.logs[1])
    }
    expect(seals.size).toBe(3)
  })
})

describe('a transaction that the runtime cannot carry', () => {
  test('behavior: it is dropped, others get in, the chain goes on', async () => {
    await start()
    // Alice's nonce is the largest there is: the next one has no encoding.
    const prefix = storageKey('System', 'Account')
    const keys: string[] = await client.call('state_getKeys', prefix)
    const key = keys.find((each) => each.endsWith(alice.publicKey.slice(2)))!
    const account = hexToBytes(await client.call('state_getStorage', key))
    account.fill(255, 0, 4)
    await client.call('dev_setStorage', [[key, bytesToHex(account)]])
    const poison = await client.subscribe('author_submitAndWatchExtrinsic', transferToBob(node, 0xffff_ffff))
    expect(await poison.next()).toBe('ready')
    const call = balances.transfer_keep_alive({ dest: addressOf(alice.publicKey), value: 1n })
    const good = await client.subscribe('author_submitAndWatchExtrinsic', bytesToHex(sign(node, bob, call, 0)))
    expect(await good.next()).toBe('ready')
    const blocks = [await makeBlock(), await makeBlock()].map(({ hash }) => hash)
    expect(await poison.next()).toBe('invalid')
    expect(blocks).toContain((await good.next()).inBlock)
  })
})

describe('dev methods', () => {
  test('behavior: storage is set, time is moved, blocks are made and taken back', async () => {
    await start()
    await client.call('dev_newBlock', { count: 3 })
    const snapshot = await client.call('dev_snapshot')
    await client.call('dev_setStorage', [['0xbeef', '0x01']])
    expect(await client.call('state_getStorage', '0xbeef')).toBe('0x01')
    const future = Date.UTC(2100, 0, 1)
    await client.call('dev_timeTravel', new Date(future).toISOString())
    const now = await client.call('state_getStorage', NOW)
    expect(Number(new DataView(hexToBytes(now).buffer).getBigUint64(0, true))).toBe(future)
    expect(node.chain.best.number).toBe(5)
    await client.call('dev_revert', snapshot)
    expect(node.chain.best).toEqual({ number: 3, hash: snapshot })
    expect(await client.call('state_getStorage', '0xbeef')).toBeNull()
    await client.call('dev_newBlock', { to: 10 })
    expect(node.chain.best.number).toBe(10)
  })
})

describe('options', () => {
  test("behavior: the mock signature is anybody's where it is accepted, and nobody's elsewhere", async () => {
    const forge = () => {
      const bytes = hexToBytes(transferToBob(node, 0))
      // After two bytes of length, the format, and the address with its kind and the signature's kind.
      bytes.set([0xde, 0xad, 0xbe, 0xef, ...new Uint8Array(60).fill(0xcd)], 2 + 1 + 33 + 1)
      return bytesToHex(bytes)
    }
    await start({ mockSignatures: true })
    const watch = await client.subscribe('author_submitAndWatchExtrinsic', forge())
    const { hash } = await makeBlock()
    expect([await watch.next(), await watch.next()]).toEqual(['ready', { inBlock: hash }])
    await stop()
    await start()
    expect((await errorOf(client.call('author_submitExtrinsic', forge()))).data).toBe('Transaction has a bad signature')
  })

  test('behavior: all changes of the state are told only where unsafe methods are', async () => {
    await start({ rpc: { cors: 'all', unsafeMethods: 'safe' } })
    expect((await errorOf(client.subscribe('state_subscribeStorage'))).code).toBe(-32601)
    expect((await errorOf(client.call('dev_newBlock'))).code).toBe(-32601)
  })
})

describe('a node with a folder', () => {
  test('behavior: it goes on where it stopped, with the same genesis', async () => {
    const basePath = mkdtempSync(join(tmpdir(), 'neurite-test-'))
    folders.push(basePath)
    await start({ basePath })
    await client.call('author_submitExtrinsic', transferToBob(node, 0))
    const { hash } = await makeBlock()
    await stop()
    await start({ basePath })
    expect(node.chain.best).toEqual({ hash, number: 1 })
    expect(await client.call('account_nextIndex', alice.address)).toBe(1)
    await makeBlock()
    await stop()
    await expect(startTestNode({ basePath, slotMs: 12_000 })).rejects.toThrow(
      'The base path holds a chain of `dev 250ms 425`, not `dev 12000ms 425`.',
    )
    await start({ basePath, fresh: true })
    expect(node.chain.best.number).toBe(0)
  })

  test('behavior: one chain is served on several ports', async () => {
    await start({ rpcPorts: [0, 0] })
    const [first, second] = node.servers
    const head = (port: number) =>
      fetch(`http://127.0.0.1:${port}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"jsonrpc":"2.0","id":1,"method":"chain_getHead"}',
      }).then((response) => response.json())
    expect(await head(second!.port)).toEqual(await head(first!.port))
  })
})
