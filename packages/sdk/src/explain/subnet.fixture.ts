/** A subnet with an owner, validators and miners on a node of its own, whose blocks are made on request unless it is told to seal. */
import type { Hash } from '@neurite/primitives/bytes'
import { devKeypair, type Keypair, keypairFromSuri } from '@neurite/primitives/keyring'
import { RAO_PER_TAO } from '@neurite/primitives/units'
import { expect } from 'vitest'
import type { Node, NodeOptions } from '../../../node/src/service/index.ts'
import { startTestNode } from '../../../node/src/service/node.fixture.ts'
import { type Chain, type ChainEvent, connectChain, type RuntimeCall } from '../client/index.ts'

export const TEMPO = 10

const alice = devKeypair('Alice')
const bob = devKeypair('Bob')

export interface TestSubnet {
  readonly node: Node
  readonly chain: Chain
  readonly url: string
  readonly netuid: number
  /** uid 0. */
  readonly owner: Keypair
  /** uids 1 to 3, with 300, 200 and 100 TAO of stake. */
  readonly validators: readonly Keypair[]
  /** uids 4 and 5. */
  readonly miners: readonly Keypair[]
  block(): Promise<Hash>
  /** Blocks until the next epoch is over; the hash of its block. */
  epoch(): Promise<Hash>
  /** Runs a call in a block of its own; fails the test when it fails. */
  run(call: RuntimeCall, signer: Keypair): Promise<void>
  sudo(...calls: RuntimeCall[]): Promise<void>
  weigh(signer: Keypair, weights: readonly (readonly [uid: number, value: number])[]): Promise<void>
  stop(): Promise<void>
}

/** The first event that tells of a failure, also of one inside `Sudo.sudo`. */
function failureOf(events: readonly ChainEvent[]): ChainEvent | undefined {
  return events.find(
    ({ name, data }) => name === 'ExtrinsicFailed' || (name === 'Sudid' && data.sudo_result?.ok === false),
  )
}

export interface TestSubnetOptions extends Partial<NodeOptions> {
  /** @default TEMPO */
  readonly tempo?: number
}

export async function startTestSubnet(options: TestSubnetOptions = {}): Promise<TestSubnet> {
  const { tempo = TEMPO, ...nodeOptions } = options
  const node = await startTestNode(nodeOptions)
  const onRequest = options.sealing === undefined
  const url = `ws://127.0.0.1:${node.servers[0]!.port}`
  const chain = await connectChain({ url })
  const { tx, query } = chain
  const block = async (): Promise<Hash> => {
    if (onRequest) return (await chain.connection.request<{ hash: Hash }>('engine_createBlock', [true, true])).hash
    await chain.waitForBlock((await chain.blockNumber()) + 1)
    return (await chain.header()).hash
  }
  const run = async (call: RuntimeCall, signer: Keypair): Promise<void> => {
    if (!onRequest) {
      const { events } = await chain.submit(call, signer)
      expect(failureOf(events), `${call.pallet}.${call.name}`).toBe(undefined)
      return
    }
    await chain.submit(call, signer, { wait: 'ready' })
    const events = (await chain.events(await block())).map(({ event }) => event)
    expect(failureOf(events), `${call.pallet}.${call.name}`).toBe(undefined)
  }
  const sudo = (...calls: RuntimeCall[]) => run(tx.Sudo.sudo({ call: tx.Utility.batch_all({ calls }) }), alice)

  const owner = keypairFromSuri('//Alice//hot')
  const validators = [1, 2, 3].map((n) => keypairFromSuri(`//Bob//validator//${n}`))
  const miners = [1, 2].map((n) => keypairFromSuri(`//Bob//miner//${n}`))
  await sudo(tx.AdminUtils.sudo_set_admin_freeze_window({ window: 0 }))
  await run(tx.SubtensorModule.register_network({ hotkey: owner.publicKey }), alice)
  const owners = await query.SubtensorModule.SubnetOwnerHotkey.entries()
  const netuid = owners.find(([, hotkey]) => hotkey === owner.publicKey)![0][0] as number
  await run(tx.SubtensorModule.start_call({ netuid }), alice)
  await sudo(
    tx.AdminUtils.sudo_set_tempo({ netuid, tempo }),
    tx.AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: false }),
    tx.AdminUtils.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 0n }),
    tx.AdminUtils.sudo_set_subnet_emission_enabled({ netuid, enabled: true }),
    tx.AdminUtils.sudo_set_target_registrations_per_interval({ netuid, target_registrations_per_interval: 100 }),
    tx.AdminUtils.sudo_set_max_registrations_per_block({ netuid, max_registrations_per_block: 100 }),
  )
  for (const { publicKey: hotkey } of [...validators, ...miners]) {
    await run(tx.SubtensorModule.burned_register({ netuid, hotkey }), bob)
  }
  for (const [i, { publicKey: hotkey }] of validators.entries()) {
    const amount_staked = BigInt(300 - 100 * i) * RAO_PER_TAO
    await run(tx.SubtensorModule.add_stake({ hotkey, netuid, amount_staked }), bob)
  }
  return {
    node,
    chain,
    url,
    netuid,
    owner,
    validators,
    miners,
    block,
    run,
    sudo,
    async epoch() {
      const index = () => query.SubtensorModule.SubnetEpochIndex.get([netuid])
      const before = await index()
      for (;;) {
        const hash = await block()
        if ((await index()) !== before) return hash
      }
    },
    weigh: (signer, weights) =>
      run(
        tx.SubtensorModule.set_weights({
          netuid,
          dests: weights.map(([uid]) => uid),
          weights: weights.map(([, value]) => value),
          version_key: 0n,
        }),
        signer,
      ),
    async stop() {
      chain.close()
      await node.stop()
    },
  }
}
