/** The two common JavaScript clients, unmodified, against a node program of its own. */

import { hexToBytes } from '@neurite/primitives/bytes'
import { keypairFromSuri } from '@neurite/primitives/keyring'
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api'
import { createClient } from 'polkadot-api'
import { getPolkadotSigner } from 'polkadot-api/signer'
import { getWsProvider } from 'polkadot-api/ws'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type RunningNode, startNodeProgram } from '../node.ts'

let node: RunningNode
beforeAll(async () => {
  node = await startNodeProgram(['--dev', '--block-time', '250ms'])
})
afterAll(() => node.stop())

const BOB = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'
const EVE = '5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw'

test('@polkadot/api connects, reads, signs, submits and sees events', async () => {
  const api = await ApiPromise.create({ provider: new WsProvider(node.url), noInitWarn: true, throwOnConnect: true })
  try {
    expect(api.runtimeVersion.specName.toString()).toBe('node-subtensor')
    expect((await api.rpc.system.chain()).toString()).toBe('Bittensor')
    expect(api.registry.chainDecimals).toEqual([9])
    const before = ((await api.query['system']!['account']!(EVE)) as any).data.free.toBigInt()
    const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice')
    const events = await new Promise<string[]>((resolve, reject) => {
      api.tx['balances']!['transferKeepAlive']!(EVE, 5_000n)
        .signAndSend(alice, (result) => {
          if (result.isError || result.dispatchError) reject(new Error(String(result.dispatchError ?? result.status)))
          if (result.status.isFinalized) resolve(result.events.map(({ event }) => `${event.section}.${event.method}`))
        })
        .catch(reject)
    })
    expect(events).toContain('balances.Transfer')
    expect(events).toContain('transactionPayment.TransactionFeePaid')
    expect(events.at(-1)).toBe('system.ExtrinsicSuccess')
    const after = ((await api.query['system']!['account']!(EVE)) as any).data.free.toBigInt()
    expect(after - before).toBe(5_000n)
    const netuids = await api.query['subtensorModule']!['networksAdded']!.entries()
    expect(netuids.map(([key]) => Number(key.args[0]!.toString())).sort()).toEqual([0, 1])
  } finally {
    await api.disconnect()
  }
})

/** Sends and waits for the block; the events of the extrinsic. */
function include(tx: any, signer: any, options: object = {}): Promise<string[]> {
  return new Promise((resolve, reject) => {
    tx.signAndSend(signer, options, (result: any) => {
      if (result.isError || result.dispatchError) reject(new Error(String(result.dispatchError ?? result.status)))
      // The client leaves `inBlock` out when `finalized` comes before it has read the block's events.
      if (result.status.isInBlock || result.status.isFinalized)
        resolve(result.events.map(({ event }: any) => `${event.section}.${event.method}`))
    }).catch(reject)
  })
}

test('accounts of ed25519 and ecdsa sign too, with and without an end of their eras, and pay tips', async () => {
  const api: any = await ApiPromise.create({ provider: new WsProvider(node.url), noInitWarn: true })
  try {
    const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice')
    for (const type of ['ed25519', 'ecdsa'] as const) {
      const pair = new Keyring({ type }).addFromUri('//Signer')
      // The account of an ecdsa key is the hash of its public key.
      const account = api.registry.createType('AccountId', pair.addressRaw).toHex()
      await include(api.tx.balances.transferKeepAlive(account, 1_000_000_000n), alice)
      for (const options of [{ era: 0 }, { era: 8 }, { tip: 77n }]) {
        const events = await include(api.tx.balances.transferKeepAlive(EVE, 1_000n), pair, options)
        expect(events.at(-1)).toBe('system.ExtrinsicSuccess')
      }
      expect((await api.query.system.account(account)).nonce.toNumber()).toBe(3)
    }
  } finally {
    await api.disconnect()
  }
})

test('what cannot be taken in is refused with the codes and texts that clients know', async () => {
  const api: any = await ApiPromise.create({ provider: new WsProvider(node.url), noInitWarn: true })
  try {
    const keyring = new Keyring({ type: 'sr25519' })
    const [dave, nobody] = [keyring.addFromUri('//Dave'), keyring.addFromUri('//Nobody')]
    const genesisHash = api.genesisHash
    await include(api.tx.system.remark('0x00'), dave)
    /** Data of the refusal, or the hash of what was taken in. */
    const submit = async (signer: any, changes: object): Promise<unknown> => {
      const tx = api.tx.balances.transferKeepAlive(EVE, 1n)
      const { specVersion, transactionVersion } = api.runtimeVersion
      const runtimeVersion = { specVersion, transactionVersion }
      tx.sign(signer, { nonce: 1, era: 0, blockHash: genesisHash, genesisHash, runtimeVersion, ...changes })
      try {
        return (await api.rpc.author.submitExtrinsic(tx)).toHex()
      } catch (error: any) {
        return [error.code, error.data]
      }
    }
    const foreign = `0x${'11'.repeat(32)}`
    const badSignature = [1010, 'Transaction has a bad signature']
    expect(await submit(dave, { genesisHash: foreign, blockHash: foreign })).toEqual(badSignature)
    expect(await submit(dave, { runtimeVersion: { specVersion: 1, transactionVersion: 1 } })).toEqual(badSignature)
    expect(await submit(dave, { nonce: 0 })).toEqual([1010, 'Transaction is outdated'])
    expect(await submit(nobody, { nonce: 0 })).toEqual([
      1010,
      'Inability to pay some fees (e.g. account balance too low)',
    ])
    // An era that is over reads as one that begins later: at a block of another hash, or at the one being made.
    const era = api.createType('ExtrinsicEra', { current: 1, period: 4 })
    const blockHash = await api.rpc.chain.getBlockHash(1)
    await vi.waitFor(async () => expect((await api.rpc.chain.getHeader()).number.toNumber()).toBeGreaterThan(6), 5_000)
    expect([badSignature, [1010, 'Transaction has an ancient birth block']]).toContainEqual(
      await submit(dave, { era, blockHash }),
    )
    // A gap of nonces waits in the pool, and goes on when it is filled.
    const late = await submit(dave, { nonce: 2 })
    expect((await api.rpc.author.pendingExtrinsics()).map((tx: any) => tx.hash.toHex())).toContain(late)
    expect((await api.rpc.system.accountNextIndex(dave.address)).toNumber()).toBe(1)
    await include(api.tx.system.remark('0x01'), dave, { nonce: 1 })
    await vi.waitFor(async () => expect((await api.query.system.account(dave.address)).nonce.toNumber()).toBe(3))
  } finally {
    await api.disconnect()
  }
})

test('polkadot-api connects, reads, signs, submits and sees events', async () => {
  const client = createClient(getWsProvider(node.url, { websocketClass: WebSocket as never }))
  try {
    const api = client.getUnsafeApi()
    expect((await client.getChainSpecData()).properties).toMatchObject({
      tokenSymbol: 'TAO',
      tokenDecimals: 9,
      ss58Format: 42,
    })
    const account: any = await api.query['System']!['Account']!.getValue(BOB)
    expect(account.data.free).toBe(1_000_000_000_000_000n)
    const charlie = keypairFromSuri('//Charlie')
    const signer = getPolkadotSigner(hexToBytes(charlie.publicKey), 'Sr25519', (payload) => charlie.sign(payload))
    const tx = api.tx['Balances']!['transfer_keep_alive']!({ dest: { type: 'Id', value: BOB }, value: 7_000n } as never)
    const done = await tx.signAndSubmit(signer)
    expect(done.ok).toBe(true)
    expect(done.events.map((event: any) => `${event.type}.${event.value.type}`)).toContain('Balances.Transfer')
    const after: any = await api.query['System']!['Account']!.getValue(BOB)
    expect(after.data.free - account.data.free).toBe(7_000n)
  } finally {
    client.destroy()
  }
})
