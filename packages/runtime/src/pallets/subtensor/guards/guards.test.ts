/** Guards hold for nested calls as well: what the pool would refuse cannot hide in a batch. */
import { describe, expect, test } from 'vitest'
import type { RuntimeCall } from '../../../frame/index.ts'
import { names, testAccount } from '../../../testing/harness.ts'
import { storage as drand } from '../../drand/index.ts'
import { calls as utility } from '../../utility/index.ts'
import { ALICE_HOT, BOB, BOB_HOT } from '../economy.fixture.ts'
import { calls, errors, storage } from '../index.ts'
import { dataOf, ownError, poolCode, threeNeurons } from '../weights/weights.fixture.ts'

type Neurons = ReturnType<typeof threeNeurons>

/** Calls that only a guard refuses: by themselves they would succeed or fail for another reason. */
const GUARDED: readonly [keyof typeof errors, number, (net: Neurons) => readonly [`0x${string}`, RuntimeCall]][] = [
  [
    'InvalidRevealRound',
    15,
    (net) => {
      drand.LastStoredRound.set(net.chain.ctx, 1_000n)
      const commit = { netuid: net.netuid, commit: new Uint8Array(1), reveal_round: 999n, commit_reveal_version: 4 }
      return [BOB_HOT, calls.commit_timelocked_weights(commit)]
    },
  ],
  [
    'NotEnoughStakeToSetWeights',
    1,
    (net) => {
      storage.StakeThreshold.set(net.chain.ctx, 1n)
      return [BOB_HOT, calls.commit_weights({ netuid: net.netuid, commit_hash: `0x${'01'.repeat(32)}` })]
    },
  ],
  [
    'NoWeightsCommitFound',
    16,
    (net) => {
      // At dispatch the reason would be that the hash is of no commit.
      storage.WeightCommits.set(net.chain.ctx, { index: net.netuid, hotkey: BOB_HOT }, [
        [`0x${'02'.repeat(32)}`, storage.SubnetEpochIndex.get(net.chain.ctx, { netuid: net.netuid }), 1n, 0n],
      ])
      const reveal = { netuid: net.netuid, uids: [0], values: [1], salt: [1], version_key: 0n }
      return [BOB_HOT, calls.reveal_weights(reveal)]
    },
  ],
  ['DelegateTakeTooHigh', 27, () => [BOB, calls.increase_take({ hotkey: testAccount(88), take: 65_535 })]],
]

describe.each(GUARDED)('%s', (name, code, prepare) => {
  test('is found in the pool and not by the call itself', () => {
    const net = threeNeurons({ commitReveal: true })
    const [who, call] = prepare(net)
    expect(poolCode(net.chain, who, call)).toBe(code)
    expect(ownError(net.chain, who, call)).not.toBe(`SubtensorModule.${name}`)
  })

  test('is found in batches, one in the other', () => {
    const net = threeNeurons({ commitReveal: true })
    const [who, call] = prepare(net)
    const { chain } = net
    const events = chain.run(who, utility.batch({ calls: [call] }))
    expect(names(events)).toEqual(['Utility.BatchInterrupted'])
    expect(dataOf(events, 'BatchInterrupted')).toEqual([{ index: 0, error: errors[name].value }])
    expect(chain.error(who, utility.batch_all({ calls: [call] }))).toBe(`SubtensorModule.${name}`)
    const nested = utility.batch_all({ calls: [utility.if_else({ main: call, fallback: call })] })
    expect(chain.error(who, nested)).toBe(`SubtensorModule.${name}`)
  })
})

test('setting is limited in the pool only while weights are not committed; a batch of it never', () => {
  const net = threeNeurons()
  const { chain, netuid } = net
  storage.WeightsSetRateLimit.set(chain.ctx, { netuid }, 100n)
  const set = calls.set_weights({ netuid, dests: [0, 2], weights: [1, 2], version_key: 0n })
  const batch = calls.batch_set_weights({ netuids: [netuid], weights: [[[0, 1]]], version_keys: [0n] })
  const commits = calls.batch_commit_weights({ netuids: [netuid], commit_hashes: [`0x${'01'.repeat(32)}`] })
  chain.run(BOB_HOT, set)
  expect([set, batch, commits].map((call) => poolCode(chain, BOB_HOT, call))).toEqual([6, undefined, undefined])
  storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid }, true)
  expect(poolCode(chain, BOB_HOT, set)).toBeUndefined()
  const commit = calls.commit_weights({ netuid, commit_hash: `0x${'01'.repeat(32)}` })
  expect(poolCode(chain, BOB_HOT, commit)).toBe(6)
  const timelocked = { netuid, commit: new Uint8Array(1), reveal_round: 9n, commit_reveal_version: 4 }
  expect(poolCode(chain, BOB_HOT, calls.commit_timelocked_weights(timelocked))).toBeUndefined()
})

test('making a subnet is limited in the pool, but not with an identity, which pays for its failure', () => {
  const { chain } = threeNeurons()
  storage.NetworkRateLimit.set(chain.ctx, 1_000n)
  const made = chain.ctx.block
  storage.LastRateLimitedBlock.set(chain.ctx, { key: { type: 'NetworkLastRegistered' } }, made)
  chain.goTo(made + 999n)
  const plain = calls.register_network({ hotkey: ALICE_HOT })
  const named = calls.register_network_with_identity({ hotkey: testAccount(70), identity: undefined })
  expect([plain, named].map((call) => poolCode(chain, BOB, call))).toEqual([6, undefined])
  expect(chain.error(BOB, named)).toBe('SubtensorModule.NetworkTxRateLimitExceeded')
  chain.goTo(made + 1_000n)
  expect(poolCode(chain, BOB, plain)).toBeUndefined()
})
