import { devKeypair } from '@neurite/primitives/keyring'
import { connectChain } from '@neurite/sdk/client'
import { findWork } from '@neurite/sdk/pow'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestNode } from '../../packages/node/src/service/node.fixture.ts'
import type { Node } from '../../packages/node/src/service/node.ts'

const NETUID = 1
const alice = devKeypair('Alice')
const bob = devKeypair('Bob')

let node: Node
beforeAll(async () => {
  node = await startTestNode({ registration: 'work', sealing: { kind: 'instant' } })
})
afterAll(() => node.stop())

test('a hotkey joins a subnet by work that was found on the newest block', async () => {
  const chain = await connectChain({ url: `ws://127.0.0.1:${node.servers[0]!.port}` })
  try {
    const easier = chain.tx.AdminUtils.sudo_set_difficulty({ netuid: NETUID, difficulty: 1_000n })
    await chain.submit(chain.tx.Sudo.sudo({ call: easier }), alice)
    const { hash, number } = node.chain.best
    const { nonce, seal } = await findWork({ blockHash: hash, who: bob.publicKey, difficulty: 1_000n }, { threads: 1 })
    const register = chain.tx.SubtensorModule.register({
      netuid: NETUID,
      block_number: BigInt(number),
      nonce,
      work: seal,
      hotkey: bob.publicKey,
      coldkey: alice.publicKey,
    })
    await chain.submit(register, bob)
    expect(await chain.query.SubtensorModule.Uids.get([NETUID, bob.publicKey])).toBe(1)
    expect(await chain.query.SubtensorModule.Owner.get([bob.publicKey])).toBe(alice.publicKey)
  } finally {
    await chain.close()
  }
})
