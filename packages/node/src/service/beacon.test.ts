/** A network with its own beacon: weights are committed in secret and opened by the beacon's pulse. */
import { bytesToHex, type Hex, hexToBytes } from '@neurite/primitives/bytes'
import { devKeypair, type Keypair } from '@neurite/primitives/keyring'
import { decode, encode } from '@neurite/primitives/scale'
import { ENTROPY_LENGTH, encrypt, roundAt, weightsPayload } from '@neurite/primitives/timelock'
import { Overlay, type RuntimeCall } from '@neurite/runtime/frame'
import { calls as adminUtils } from '@neurite/runtime/pallets/admin-utils'
import { storage as drand } from '@neurite/runtime/pallets/drand'
import { storage, calls as subtensor } from '@neurite/runtime/pallets/subtensor'
import { calls as sudo } from '@neurite/runtime/pallets/sudo'
import { storage as system } from '@neurite/runtime/pallets/system'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { alice, bob, type Client, connect, sign, startTestNode } from './node.fixture.ts'
import type { Node } from './node.ts'

const owner = devKeypair('Charlie')
const miner = devKeypair('Dave')

let node: Node
let client: Client
let heads: Awaited<ReturnType<Client['subscribe']>>
beforeAll(async () => {
  node = await startTestNode({ beacon: { kind: 'local' }, sealing: { kind: 'interval', everyMs: 100 } })
  client = await connect(node)
  heads = await client.subscribe('chain_subscribeNewHeads')
})
afterAll(async () => {
  client?.close()
  await node?.stop()
})

function state() {
  const { chain } = node
  const overlay = new Overlay(chain.stateAt(chain.best).reader)
  return chain.runtime.contextOn(overlay, BigInt(chain.best.number), chain.best.hash)
}

/** Goes on from block to block until `holds`. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await heads.next()
}

const nonces = new Map<Keypair, number>()
async function send(signer: Keypair, call: RuntimeCall): Promise<void> {
  const nonce = nonces.get(signer) ?? 0
  nonces.set(signer, nonce + 1)
  await client.call('author_submitExtrinsic', bytesToHex(sign(node, signer, call, nonce)))
  const account = signer.publicKey
  await until(() => system.Account.get(state(), { account }).nonce > nonce)
}

const asRoot = (call: RuntimeCall) => send(alice, sudo.sudo({ call }))

/** Names of the events of the best block that the pallet of subnets left. */
function eventNames(): string[] {
  const raw = node.chain.stateAt(node.chain.best).reader.get(system.Events.prefix)
  return raw ? decode(system.Events.valueCodec, raw).map(({ event }) => event.name) : []
}

it('opens committed weights when their round comes', { timeout: 60_000 }, async () => {
  await until(() => drand.LastStoredRound.get(state()) > 0n)
  await send(bob, subtensor.register_network({ hotkey: owner.publicKey as Hex }))
  const netuid = [...storage.SubnetOwner.entries(state())].find(([, who]) => who === bob.publicKey)![0].netuid
  await asRoot(adminUtils.sudo_set_admin_freeze_window({ window: 0 }))
  await asRoot(adminUtils.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 0n }))
  await asRoot(adminUtils.sudo_set_tempo({ netuid, tempo: 20 }))
  await asRoot(adminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: true }))
  await send(bob, subtensor.start_call({ netuid }))
  await send(bob, subtensor.burned_register({ netuid, hotkey: miner.publicKey as Hex }))

  const beacon = drand.BeaconConfig.get(state())
  const round = roundAt({ period: beacon.period, genesisTime: beacon.genesis_time }, Date.now() / 1000) + 1n
  const payload = { hotkey: hexToBytes(owner.publicKey), uids: [1], values: [65_535], version_key: 0n }
  const entropy = crypto.getRandomValues(new Uint8Array(ENTROPY_LENGTH))
  const commit = encrypt(encode(weightsPayload, payload), round, beacon.public_key, entropy)
  const call = subtensor.commit_timelocked_weights({ netuid, commit, reveal_round: round, commit_reveal_version: 4 })
  await send(owner, call)
  expect(storage.Weights.get(state(), { index: netuid, uid: 0 })).toEqual([])

  let revealed = false
  await until(() => {
    revealed ||= eventNames().includes('TimelockedWeightsRevealed')
    return storage.Weights.get(state(), { index: netuid, uid: 0 }).length > 0
  })
  expect(revealed).toBe(true)
  expect(drand.LastStoredRound.get(state())).toBeGreaterThanOrEqual(round)
  expect(storage.Weights.get(state(), { index: netuid, uid: 0 })).toEqual([[1, 65_535]])
})
