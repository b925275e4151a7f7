/** Explanations of epochs of a real chain. */
import type { Hex } from '@neurite/primitives/bytes'
import { devKeypair, type Keypair, keypairFromSuri } from '@neurite/primitives/keyring'
import { RAO_PER_TAO } from '@neurite/primitives/units'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RuntimeCall } from '../client/index.ts'
import { bondNote, epochSentences, explainEpoch, neuronSentences, pruneQueue, ruleSentence } from './index.ts'
import { startTestSubnet, TEMPO, type TestSubnet } from './subnet.fixture.ts'

let subnet: TestSubnet
beforeAll(async () => {
  subnet = await startTestSubnet()
}, 60_000)
afterAll(() => subnet.stop())

test('before the first epoch there is nothing to explain; an unknown subnet is named', async () => {
  const { chain, netuid } = subnet
  await expect(explainEpoch(chain, 99)).rejects.toThrow('There is no subnet 99')
  await expect(explainEpoch(chain, 0)).rejects.toThrow('No epoch of subnet 0 has run yet')
  await expect(explainEpoch(chain, netuid, { at: `0x${'12'.repeat(32)}` })).rejects.toThrow('UnknownBlock')
})

test('an epoch with a clipped validator, a newcomer and an owner without weights', async () => {
  const { chain, netuid, validators, epoch, weigh } = subnet
  const [big, middle, small] = validators as [any, any, any]
  // The permits come with the first epoch.
  await epoch()
  await weigh(big, [[4, 65_535]])
  await weigh(middle, [
    [4, 65_535],
    [5, 65_535],
  ]) // prettier-ignore
  await weigh(small, [
    [4, 16_384],
    [5, 65_535],
  ]) // prettier-ignore
  const blockHash = await epoch()
  const told = await explainEpoch(chain, netuid)
  expect(told).toMatchObject({ netuid, mecid: 0, mechanisms: 1, blockHash, ownerUid: 0, commitReveal: false })
  expect(told.block).toBe((await chain.header(blockHash)).number)

  // What the explanation says is what the chain has stored.
  const { SubtensorModule } = chain.query
  const at = { at: blockHash }
  expect(told.neurons.map(({ raw }) => raw.incentive)).toEqual(await SubtensorModule.Incentive.get([netuid], at))
  expect(told.neurons.map(({ raw }) => raw.dividends)).toEqual(await SubtensorModule.Dividends.get([netuid], at))
  expect(told.neurons.map(({ emission }) => emission)).toEqual(await SubtensorModule.Emission.get([netuid], at))
  for (const uid of [1, 2, 3]) {
    const stored = await SubtensorModule.Bonds.get([netuid, uid], at)
    const bonds = told.bonds.filter(({ from, after }) => from === uid && after > 0)
    expect(bonds.map(({ to, after }) => [to, after])).toEqual(stored)
  }

  // The owner's stake is its cut. Half of the stake puts everything on uid 4; the smallest validator stands alone with uid 5.
  expect(told.neurons.map(({ voice }) => voice)).toEqual(['votes', 'votes', 'votes', 'votes', 'noPermit', 'noPermit'])
  const [onFour, onFive] = told.weights.filter(({ from }) => from === 3)
  expect([onFour!.to, onFour!.stored, onFour!.rule]).toEqual([4, 16_384, undefined])
  expect(onFour!.counted).toBe(onFour!.weight)
  expect(onFive!.weight).toBeCloseTo(0.8, 4)
  expect([onFive!.rule, onFive!.counted]).toEqual([undefined, 0])
  expect(told.neurons[3]!.conform!.validatorEmission).toBeGreaterThan(told.neurons[3]!.validatorEmission)

  const one = await explainEpoch(chain, netuid, { uid: 3 })
  expect(one.weights).toEqual([onFour, onFive])
  expect(one.neurons.length).toBe(6)
  const text = neuronSentences(one, 3).join('\n')
  expect(text).toMatch(/^uid 3 earned .* as a validator in the epoch of block \d+\./)
  expect(text).toContain('its own opinion cost it')
  expect(neuronSentences(told, 4).join('\n')).toMatch(/as a miner .*\n.*agree on at least .* the consensus/)
})

test('an earlier epoch can be explained by the hash of its block, or of one after it', async () => {
  const { chain, netuid, epoch, block } = subnet
  const first = await epoch()
  const after = await block()
  await epoch()
  expect((await explainEpoch(chain, netuid, { at: first })).blockHash).toBe(first)
  expect((await explainEpoch(chain, netuid, { at: after })).blockHash).toBe(first)
})

test('weights on a neuron that has been replaced are told with their rule, and the prune line with its next', async () => {
  const { chain, netuid, epoch, sudo, run } = subnet
  const { tx } = chain
  await sudo(
    tx.AdminUtils.sudo_set_immunity_period({ netuid, immunity_period: 1 }),
    tx.AdminUtils.sudo_set_min_allowed_uids({ netuid, min_allowed_uids: 1 }),
    tx.AdminUtils.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: 6 }),
    tx.AdminUtils.sudo_set_min_non_immune_uids({ netuid, min: 0 }),
  )
  await epoch()
  const before = await explainEpoch(chain, netuid)
  expect(before.prune.places.map(({ standing }) => standing)).toEqual(['immortal', ...Array(5).fill('exposed')])
  // Too few agree on uid 5.
  expect(before.prune.next).toBe(5)
  expect(pruneQueue(before)[0]!.uid).toBe(5)
  const doomed = neuronSentences(before, 5).join('\n')
  expect(doomed).toMatch(
    /so the consensus on it is 0 and it earns nothing: it needs weights from validators with another [\d.]+ %\.\nuid 5 is the next to be pruned\. The subnet is full/,
  )
  expect(doomed).toMatch(/more an epoch .* would put uid \d, which earns .*, in its place\./)

  const newcomer = keypairFromSuri('//Bob//newcomer')
  await run(tx.SubtensorModule.burned_register({ netuid, hotkey: newcomer.publicKey }), devKeypair('Bob'))
  await epoch()
  const after = await explainEpoch(chain, netuid, { uid: 5 })
  expect(after.neurons[5]!.hotkey).toBe(newcomer.publicKey)
  expect(after.weights.map(({ from, stored, rule }) => [from, stored, rule])).toEqual([
    [2, 0, 'outdated'],
    [3, 0, 'outdated'],
  ])
  const { registeredAt } = after.neurons[5]!
  const set = after.neurons[3]!.lastUpdate
  expect(neuronSentences(await explainEpoch(chain, netuid), 3).join('\n')).toContain(
    `Its weight on uid 5 did not count: it was set in block ${set}, not after uid 5 was registered in block ${registeredAt}; uid 3 must set weights again.`,
  )
})

test('errors name what was asked for', async () => {
  const { chain, netuid } = subnet
  await expect(explainEpoch(chain, netuid, { uid: 77 })).rejects.toThrow('had no uid `77` in this epoch')
  await expect(explainEpoch(chain, netuid, { mecid: 3 })).rejects.toThrow('has no mechanism `3`')
})

test('each mechanism of a subnet has its own epoch', async () => {
  const { chain, netuid, epoch, sudo, run, validators } = subnet
  const { tx } = chain
  await sudo(tx.AdminUtils.sudo_set_mechanism_count({ netuid, mechanism_count: 2 }))
  const weights = { netuid, mecid: 1, dests: [5], weights: [1], version_key: 0n }
  for (const validator of validators) await run(tx.SubtensorModule.set_mechanism_weights(weights), validator)
  const at = await epoch()
  const [first, second] = [await explainEpoch(chain, netuid), await explainEpoch(chain, netuid, { mecid: 1 })]
  expect([first.mechanisms, first.mecid, second.mecid]).toEqual([2, 0, 1])
  expect(first.emission - second.emission).toBeLessThanOrEqual(1n)
  expect(second.weights.map(({ from, to }) => [from, to])).toEqual([
    [1, 5],
    [2, 5],
    [3, 5],
  ])
  expect(second.neurons.map(({ raw }) => raw.incentive)).toEqual(
    await chain.query.SubtensorModule.Incentive.get([4096 + netuid], { at }),
  )
  expect(neuronSentences(second, 5)[0]).toContain('as a miner in the epoch of block')
  await sudo(tx.AdminUtils.sudo_set_mechanism_count({ netuid, mechanism_count: 1 }))
  await epoch()
})

test('liquid alpha: how fast bonds move, and which are lost because their weight is gone', async () => {
  const { chain, netuid, epoch, sudo, weigh, validators } = subnet
  const { AdminUtils } = chain.tx
  await sudo(
    AdminUtils.sudo_set_yuma3_enabled({ netuid, enabled: true }),
    AdminUtils.sudo_set_liquid_alpha_enabled({ netuid, enabled: true }),
  )
  for (const validator of validators) {
    await weigh(validator, [
      [2, 1],
      [4, 65_535],
    ]) // prettier-ignore
  }
  await epoch()
  for (const validator of validators) await weigh(validator, [[2, 1]])
  await epoch()
  const told = await explainEpoch(chain, netuid)
  expect(epochSentences(told).join(' ')).toContain('(Yuma 3, liquid alpha)')
  const lost = told.bonds.find(({ from, to }) => from === 1 && to === 4)!
  expect([lost.before > 0, lost.after]).toEqual([true, 0])
  expect(bondNote(told, lost)).toBe('lost: uid 1 has no weight on uid 4 that counts')
  await sudo(AdminUtils.sudo_set_liquid_alpha_enabled({ netuid, enabled: false }))
})

test('old Yuma says so', async () => {
  const { chain, netuid, epoch, sudo } = subnet
  const { AdminUtils } = chain.tx
  await sudo(AdminUtils.sudo_set_yuma3_enabled({ netuid, enabled: false }))
  await epoch()
  expect(epochSentences(await explainEpoch(chain, netuid)).join(' ')).toContain('(Yuma 2)')
  await sudo(AdminUtils.sudo_set_yuma3_enabled({ netuid, enabled: true }))
})

test('with commit and reveal: a commit that waits, and weights that were committed too early', async () => {
  const { chain, netuid, epoch, sudo, run, validators } = subnet
  const { tx } = chain
  await sudo(tx.AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: true }))
  await epoch()
  await run(tx.SubtensorModule.commit_weights({ netuid, commit_hash: `0x${'12'.repeat(32)}` }), validators[0]!)
  const committed = await chain.blockNumber()
  // Whom the subnet prunes next is replaced after the commit.
  const doomed = (await explainEpoch(chain, netuid)).prune.next!
  const newcomer = keypairFromSuri('//Bob//newcomer//2')
  await run(tx.SubtensorModule.burned_register({ netuid, hotkey: newcomer.publicKey }), devKeypair('Bob'))
  await epoch()
  const told = await explainEpoch(chain, netuid)
  expect(told.commitReveal).toBe(true)
  expect(told.neurons[doomed]!.hotkey).toBe(newcomer.publicKey)
  const text = neuronSentences(told, 1).join('\n')
  expect(text).toContain(`A commit of block ${committed} waits to be revealed`)
  for (const weight of told.weights.filter(({ from, to }) => from === 1 && to === doomed)) {
    expect(ruleSentence(told, weight)).toContain('was committed in block')
  }
  await sudo(tx.AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: false }))
  await epoch()
})

test('on a large subnet too, every validator is told what its weights cost it', { timeout: 180_000 }, async () => {
  const large = await startTestSubnet()
  try {
    const { chain, netuid, block, sudo, run, epoch } = large
    const { SubtensorModule, AdminUtils } = chain.tx
    const bob = devKeypair('Bob')
    await sudo(AdminUtils.sudo_set_max_burn({ netuid, max_burn: 1_000_000_000n }))
    const hotkeys = Array.from({ length: 200 }, (_, i) => keypairFromSuri(`//Bob//many//${i}`))
    const sent = async (calls: readonly (readonly [RuntimeCall, Keypair])[]): Promise<void> => {
      await Promise.all(calls.map(([call, signer]) => chain.submit(call, signer, { wait: 'ready' })))
      await block()
    }
    for (let i = 0; i < hotkeys.length; i += 30) {
      const some = hotkeys.slice(i, i + 30)
      await sent(some.map(({ publicKey: hotkey }) => [SubtensorModule.burned_register({ netuid, hotkey }), bob]))
    }
    const validators = hotkeys.slice(0, 60)
    const stake = (hotkey: Hex, amount_staked: bigint) => SubtensorModule.add_stake({ hotkey, netuid, amount_staked })
    for (const { publicKey } of validators) await run(stake(publicKey, RAO_PER_TAO), bob)
    await epoch()
    const n = (await chain.query.SubtensorModule.SubnetworkN.get([netuid])) as number
    const dests = Array.from({ length: n - 70 }, (_, i) => 70 + i)
    await sent(
      [...large.validators, ...validators].map((validator, i) => {
        const weights = dests.map((uid) => ((uid * 7 + i * 13) % 50) + 1)
        return [SubtensorModule.set_weights({ netuid, dests, weights, version_key: 0n }), validator]
      }),
    )
    await epoch()
    const told = await explainEpoch(chain, netuid)
    const permitted = told.neurons.filter(({ permit }) => permit)
    expect(permitted.length * told.weights.length).toBeGreaterThan(500_000)
    expect(told.neurons.some(({ consensus }) => consensus > 0)).toBe(true)
    expect(permitted.filter(({ conform }) => conform === undefined)).toEqual([])
  } finally {
    await large.stop()
  }
})

test('a node that has dropped the state before the epoch says so', async () => {
  const pruning = await startTestSubnet({ statePruning: 3 })
  try {
    const at = await pruning.epoch()
    expect((await explainEpoch(pruning.chain, pruning.netuid)).blockHash).toBe(at)
    for (let i = 0; i < 5; i++) await pruning.block()
    await expect(explainEpoch(pruning.chain, pruning.netuid)).rejects.toThrow(
      /State already discarded for 0x[0-9a-f]{64}: the epoch ran in block \d+, .* ask an archive node/,
    )
  } finally {
    await pruning.stop()
  }
})

test('an epoch that was changed from outside is not explained as if it had run by itself', async () => {
  const { chain, netuid, epoch, block } = subnet
  const key = chain.query.SubtensorModule.Weights.key([netuid, 1])
  await epoch()
  // The change is made with the block of the epoch itself.
  for (let i = 0; i < TEMPO - 1; i++) await block()
  await chain.connection.request('dev_setStorage', [[[key, null]]])
  await expect(explainEpoch(chain, netuid)).rejects.toThrow('cannot be explained')
})
