/**
 * Upstream's tests of commits that are revealed: many hashes of one hotkey, and weights locked to quicknet's round 1000,
 * opened with the pulse that was published for it.
 *
 * Reference: subtensor 14bc6f9 pallets/subtensor/src/tests/weights.rs.
 */
import { hexToBytes } from '@neurite/primitives/bytes'
import { encode } from '@neurite/primitives/scale'
import { ENTROPY_LENGTH, encrypt, legacyWeightsPayload, QUICKNET, weightsPayload } from '@neurite/primitives/timelock'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { NONE } from '../../packages/runtime/src/frame/index.ts'
import {
  configurationOf,
  storage as drand,
  calls as drandCalls,
} from '../../packages/runtime/src/pallets/drand/index.ts'
import { BOB, BOB_HOT, CAROL_HOT, TAO } from '../../packages/runtime/src/pallets/subtensor/economy.fixture.ts'
import { calls, errors, storage } from '../../packages/runtime/src/pallets/subtensor/index.ts'
import { commitHash } from '../../packages/runtime/src/pallets/subtensor/weights/commit.ts'
import { ownError, threeNeurons } from '../../packages/runtime/src/pallets/subtensor/weights/weights.fixture.ts'

let compared = 0
afterAll(() => console.log(`upstream tests of commits: ${compared} steps compared`))

function equal(actual: unknown, expected: unknown, title = ''): void {
  compared++
  expect(actual, title).toEqual(expected)
}

let net: ReturnType<typeof threeNeurons>
beforeEach(() => {
  net = threeNeurons({ commitReveal: true })
})

test('test_commit_reveal_multiple_commits', () => {
  const { chain, netuid } = net
  const weights = (salt: number) => ({ uids: [0, 1], values: [10, 10], salt: Array<number>(8).fill(salt) })
  const commit = (salt: number) => {
    const commit_hash = commitHash(BOB_HOT, netuid, { ...weights(salt), versionKey: 0n })
    return ownError(chain, BOB_HOT, calls.commit_weights({ netuid, commit_hash }))
  }
  const reveal = (salt: number) =>
    ownError(chain, BOB_HOT, calls.reveal_weights({ netuid, ...weights(salt), version_key: 0n }))
  const waiting = () => storage.WeightCommits.get(chain.ctx, { index: netuid, hotkey: BOB_HOT })?.length

  for (let salt = 0; salt < 10; salt++) equal(commit(salt), undefined, `commit ${salt}`)
  equal(commit(11), errors.TooManyUnrevealedCommits.code)
  net.epochs(1)
  equal(reveal(1), undefined, 'the second')
  equal(waiting(), 8, 'the first is gone with it')
  equal(reveal(9), undefined, 'the tenth')
  equal(waiting(), undefined)

  for (const salt of [11, 12]) equal(commit(salt), undefined)
  net.epochs(2)
  equal(reveal(12), errors.ExpiredWeightCommit.code)
  equal(commit(13), undefined)
  net.epochs(1)
  equal(reveal(13), undefined)

  equal(commit(14), undefined)
  net.epochs(2)
  equal(reveal(14), errors.ExpiredWeightCommit.code)
  equal(commit(15), undefined)
  equal(reveal(15), errors.RevealTooEarly.code)
  net.epochs(1)
  equal(reveal(15), undefined)

  equal(commit(16), undefined)
  net.epochs(1)
  equal(reveal(99), errors.InvalidRevealCommitHashNotMatch.code)
  equal(reveal(16), undefined)
  equal(reveal(16), errors.NoWeightsCommitFound.code)

  for (const salt of [21, 22]) equal(commit(salt), undefined)
  net.epochs(1)
  equal(reveal(22), undefined)
  equal(waiting(), undefined, 'earlier ones are gone, too')
  equal(reveal(21), errors.NoWeightsCommitFound.code)
})

describe('weights locked to round 1000 of quicknet', () => {
  const ROUND = 1000n
  const PERIOD = 3
  const ENTROPY = Uint8Array.from({ length: ENTROPY_LENGTH }, (_, i) => i)
  const weights = { uids: [1, 2], values: [10, 20], version_key: 0n }
  const payloadOf = (hotkey: `0x${string}`) => encode(weightsPayload, { hotkey: hexToBytes(hotkey), ...weights })

  beforeEach(() => {
    // A validator without stake would lose its permit in the first epoch.
    net.chain.run(BOB, calls.add_stake({ hotkey: BOB_HOT, netuid: net.netuid, amount_staked: 10n * TAO }))
    drand.BeaconConfig.set(net.chain.ctx, configurationOf(QUICKNET))
    storage.RevealPeriodEpochs.set(net.chain.ctx, { netuid: net.netuid }, BigInt(PERIOD))
  })

  function commit(message: Uint8Array): void {
    const locked = encrypt(message, ROUND, QUICKNET.publicKey, ENTROPY)
    const { netuid } = net
    const call = { netuid, commit: locked, reveal_round: ROUND, commit_reveal_version: 4 }
    net.chain.run(BOB_HOT, calls.commit_timelocked_weights(call))
  }

  /** The published pulse, through the call that verifies its signature. */
  function publish(): void {
    const pulse = {
      round: ROUND,
      randomness: hexToBytes('0xfe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd'),
      signature: hexToBytes(
        '0xb44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
      ),
    }
    const payer = { type: 'Sr25519', value: new Uint8Array(32) } as const
    const pulses_payload = { block_number: Number(net.chain.ctx.block), pulses: [pulse], public: payer }
    const call = drandCalls.write_pulse({ pulses_payload, signature: undefined })
    expect(net.chain.dispatch(NONE, call)).toMatchObject({ ok: true })
    expect(drand.Pulses.has(net.chain.ctx, { round: ROUND })).toBe(true)
  }

  const epochIndex = () => storage.SubnetEpochIndex.get(net.chain.ctx, { netuid: net.netuid })
  function toEpoch(count: number): void {
    const wanted = epochIndex() + BigInt(count)
    for (let i = 0; i < 2000 && epochIndex() < wanted; i++) net.economy.blocks(1)
    expect(epochIndex()).toBe(wanted)
  }
  const row = () => storage.Weights.get(net.chain.ctx, { index: net.netuid, uid: 1 })
  const waiting = () =>
    [...storage.TimelockedWeightCommits.entries(net.chain.ctx, { index: net.netuid })].flatMap(([, queue]) => queue)
  /** 10 to 20, as they are stored. */
  const REVEALED = [
    [1, 32_768],
    [2, 65_535],
  ]

  test('test_reveal_crv3_commits_success', () => {
    commit(payloadOf(BOB_HOT))
    publish()
    toEpoch(PERIOD)
    equal(row(), REVEALED)
  })

  test('test_reveal_crv3_commits_legacy_payload_success', () => {
    commit(encode(legacyWeightsPayload, weights))
    publish()
    toEpoch(PERIOD)
    equal(row(), REVEALED)
    equal(waiting(), [], 'the commit is gone')
  })

  test.each([
    ['another hotkey', CAROL_HOT, []],
    ['its own hotkey', BOB_HOT, REVEALED],
  ] as const)('test_reveal_crv3_commits_hotkey_check: %s', (_, hotkey, expected) => {
    commit(payloadOf(hotkey))
    publish()
    toEpoch(PERIOD)
    equal(row(), expected)
    equal(waiting(), [], 'the commit is gone')
  })

  test('test_reveal_crv3_commits_retry_on_missing_pulse', () => {
    commit(payloadOf(BOB_HOT))
    toEpoch(PERIOD)
    net.economy.blocks(1)
    equal(waiting().length, 1, 'kept while the pulse is missing')
    equal(row(), [])
    publish()
    net.economy.blocks(1)
    equal(row(), REVEALED)
    equal(waiting(), [], 'the commit is gone')
  })
})
