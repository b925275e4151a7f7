/** The two common JavaScript clients, unmodified, against a node program of its own. */

import { hexToBytes } from '@neurite/primitives/bytes'
import { keypairFromSuri } from '@neurite/primitives/keyring'
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api'
import { createClient } from 'polkadot-api'
import { getPolkadotSigner } from 'polkadot-api/signer'
import { getWsProvider } from 'polkadot-api/ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
