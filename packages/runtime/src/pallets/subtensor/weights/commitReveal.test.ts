import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { COMPAT_SDK10, FAST_PROFILE, NONE } from '../../../frame/index.ts'
import { testAccount } from '../../../testing/harness.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { ALICE, ALICE_HOT, BOB_HOT, CAROL_HOT, TAO } from '../economy.fixture.ts'
import { calls, errors, storage } from '../index.ts'
import { replaceNeuron } from '../registration/uids.ts'
import { commitHash, type Revealed } from './commit.ts'
import { commitNow, currentEpoch, isExpired, isRevealable } from './epochs.ts'
import { dataOf, ownError, poolCode, threeNeurons } from './weights.fixture.ts'

const STRANGER = testAccount(90)
type Neurons = ReturnType<typeof threeNeurons>

/** Weights that differ by `n`, and so do their hashes. */
const weightsOf = (n: number): Revealed => ({
  uids: [0, 2],
  values: [10, 20 + n],
  salt: Array(8).fill(n),
  versionKey: 0n,
})

const hashOf = ({ netuid }: Neurons, n: number, who = BOB_HOT, mecid = 0) =>
  commitHash(who, mechanismStorageIndex(netuid, mecid), weightsOf(n))
const commit = (net: Neurons, n: number) => calls.commit_weights({ netuid: net.netuid, commit_hash: hashOf(net, n) })
const reveal = ({ netuid }: Neurons, { versionKey, ...weights }: Revealed) =>
  calls.reveal_weights({ netuid, ...weights, version_key: versionKey })
const batchReveal = ({ netuid }: Neurons, ns: readonly number[]) => {
  const all = ns.map(weightsOf)
  return calls.batch_reveal_weights({
    netuid,
    uids_list: all.map(({ uids }) => uids),
    values_list: all.map(({ values }) => values),
    salts_list: all.map(({ salt }) => salt),
    version_keys: all.map(({ versionKey }) => versionKey),
  })
}
const queueOf = ({ chain, netuid }: Neurons, hotkey = BOB_HOT) =>
  storage.WeightCommits.get(chain.ctx, { index: netuid, hotkey })

describe('the hash of a commit', () => {
  // Made with generate_weight_hash of bittensor 10.2.0.
  const ALICE_ADDRESS = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
  test.each([
    [
      1,
      { uids: [0, 1], values: [10, 10], salt: [1, 2, 3, 4, 5, 6, 7, 8], versionKey: 7n },
      '0x8be78cc917d52e0d32e9482747b73eaa2566a17114f6022d64f4bd065bf73727',
    ],
    [
      4097,
      { uids: [0, 1, 300], values: [65_535, 10, 0], salt: [], versionKey: 2n ** 40n },
      '0x7a678f30611b8489b03ca763f18f13dc217f6b01e57cad77c96b63d81f0e9e78',
    ],
  ])('on matrix %i is that of the Python SDK', (index, weights, hash) => {
    expect(commitHash(ALICE_ADDRESS, index, weights)).toBe(hash)
  })
})

describe('commit_weights', () => {
  test('queues the hash with epoch and block, and counts as an update', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    net.epochs(4)
    const epoch = storage.SubnetEpochIndex.get(chain.ctx, { netuid })
    const events = chain.run(BOB_HOT, commit(net, 1))
    expect(dataOf(events, 'WeightsCommitted')).toEqual([[BOB_HOT, netuid, hashOf(net, 1)]])
    expect(queueOf(net)).toEqual([[hashOf(net, 1), epoch, chain.ctx.block, 0n]])
    expect(storage.LastUpdate.get(chain.ctx, { index: netuid })[1]).toBe(chain.ctx.block)
  })

  test('on a mechanism has a queue and a clock of its own', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    storage.MechanismCountCurrent.set(chain.ctx, { netuid }, 2)
    storage.WeightsSetRateLimit.set(chain.ctx, { netuid }, 5_000n)
    const index = mechanismStorageIndex(netuid, 1)
    const on = (mecid: number) => calls.commit_mechanism_weights({ netuid, mecid, commit_hash: hashOf(net, 1) })
    const events = chain.run(BOB_HOT, on(1))
    expect(dataOf(events, 'WeightsCommitted')).toEqual([[BOB_HOT, index, hashOf(net, 1)]])
    expect(queueOf(net)).toBeUndefined()
    expect(storage.WeightCommits.get(chain.ctx, { index, hotkey: BOB_HOT })).toHaveLength(1)
    expect(poolCode(chain, BOB_HOT, on(1))).toBe(6)
    expect(poolCode(chain, BOB_HOT, on(2))).toBe(6)
    expect(ownError(chain, BOB_HOT, on(2))).toBe(errors.MechanismDoesNotExist.code)
  })

  test('fails in the order clients see', () => {
    const net = threeNeurons()
    const { chain, netuid } = net
    storage.WeightsSetRateLimit.set(chain.ctx, { netuid }, 5_000n)
    const elsewhere = calls.commit_weights({ netuid: 77, commit_hash: hashOf(net, 1) })
    expect(chain.dispatch(NONE, elsewhere)).toMatchObject({ code: errors.MechanismDoesNotExist.code })
    expect(chain.dispatch(NONE, commit(net, 1))).toMatchObject({ code: 'BadOrigin' })
    expect(ownError(chain, STRANGER, commit(net, 1))).toBe(errors.CommitRevealDisabled.code)
    storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid }, true)
    expect(ownError(chain, STRANGER, commit(net, 1))).toBe(errors.HotKeyNotRegisteredInSubNet.code)
    expect(ownError(chain, BOB_HOT, commit(net, 1))).toBe(errors.CommittingWeightsTooFast.code)
  })

  test('meets its rate limit in the pool, but not when the hotkey has no place', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    storage.WeightsSetRateLimit.set(chain.ctx, { netuid }, 10n)
    chain.run(BOB_HOT, commit(net, 1))
    const first = chain.ctx.block
    chain.goTo(first + 9n)
    expect(poolCode(chain, BOB_HOT, commit(net, 2))).toBe(6)
    expect(poolCode(chain, STRANGER, commit(net, 2))).toBeUndefined()
    chain.goTo(first + 10n)
    expect(poolCode(chain, BOB_HOT, commit(net, 2))).toBeUndefined()
    expect(chain.error(BOB_HOT, commit(net, 2))).toBeUndefined()
  })

  test('takes ten that wait, and one more when one has expired', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain } = net
    chain.run(BOB_HOT, commit(net, 0))
    net.epochs(1)
    for (let n = 1; n < 10; n++) chain.run(BOB_HOT, commit(net, n))
    expect(chain.error(BOB_HOT, commit(net, 10))).toBe(errors.TooManyUnrevealedCommits.code)
    net.epochs(1)
    expect(chain.error(BOB_HOT, commit(net, 10))).toBeUndefined()
    expect(queueOf(net)!.map(([hash]) => hash)).toEqual(Array.from({ length: 10 }, (_, n) => hashOf(net, n + 1)))
  })

  test('in the block of a late epoch belongs to the epoch that begins', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    const before = currentEpoch(chain.ctx, netuid)
    storage.PendingEpochAt.set(chain.ctx, { netuid }, chain.ctx.block)
    chain.run(BOB_HOT, commit(net, 1))
    expect(queueOf(net)![0]![1]).toBe(before + 1n)
  })
})

describe('batch_commit_weights', () => {
  const batch = (netuids: number[], hashes: `0x${string}`[]) =>
    calls.batch_commit_weights({ netuids, commit_hashes: hashes })

  test('commits what it can and names what failed, in order', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    const events = chain.run(BOB_HOT, batch([77, netuid, 0], Array(3).fill(hashOf(net, 1))))
    expect(events.map(({ name }) => name)).toEqual([
      'WeightsCommitted',
      'BatchCompletedWithErrors',
      'BatchWeightItemFailed',
      'BatchWeightItemFailed',
      'BatchWeightsCompleted',
    ])
    expect(dataOf(events, 'BatchWeightItemFailed')).toEqual([
      [77, errors.MechanismDoesNotExist.value],
      [0, errors.HotKeyNotRegisteredInSubNet.value],
    ])
    expect(queueOf(net)).toHaveLength(1)
  })

  test('with lists of different lengths, or without the stake, is refused', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    expect(poolCode(chain, BOB_HOT, batch([netuid], []))).toBe(18)
    expect(ownError(chain, BOB_HOT, batch([netuid], []))).toBe(errors.InputLengthsUnequal.code)
    storage.StakeThreshold.set(chain.ctx, 1n)
    expect(poolCode(chain, BOB_HOT, batch([netuid], [hashOf(net, 1)]))).toBe(1)
  })
})

describe('reveal_weights', () => {
  test('sets the weights and drops the commit with all before it', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    for (const n of [0, 1, 2]) chain.run(BOB_HOT, commit(net, n))
    const committed = chain.ctx.block
    net.epochs(1)
    const events = chain.run(BOB_HOT, reveal(net, weightsOf(1)))
    expect(events.map(({ name, data }) => [name, data])).toEqual([
      ['WeightsSet', [netuid, 1]],
      ['WeightsRevealed', [BOB_HOT, netuid, hashOf(net, 1)]],
    ])
    expect(storage.Weights.get(chain.ctx, { index: netuid, uid: 1 })).toEqual([
      [0, 31_207],
      [2, 65_535],
    ])
    expect(storage.LastUpdate.get(chain.ctx, { index: netuid })[1]).toBe(committed)
    expect(queueOf(net)!.map(([hash]) => hash)).toEqual([hashOf(net, 2)])
    chain.run(BOB_HOT, reveal(net, weightsOf(2)))
    expect(queueOf(net)).toBeUndefined()
  })

  test('on a mechanism needs the hash of that mechanism', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    storage.MechanismCountCurrent.set(chain.ctx, { netuid }, 2)
    const { versionKey: version_key, ...weights } = weightsOf(1)
    const revealed = calls.reveal_mechanism_weights({ netuid, mecid: 1, ...weights, version_key })
    for (const mecid of [0, 1]) {
      const commit_hash = hashOf(net, 1, BOB_HOT, mecid)
      chain.run(BOB_HOT, calls.commit_mechanism_weights({ netuid, mecid: 1, commit_hash }))
      net.epochs(1)
      expect(poolCode(chain, BOB_HOT, revealed)).toBe(mecid === 1 ? undefined : 16)
    }
    chain.run(BOB_HOT, revealed)
    const index = mechanismStorageIndex(netuid, 1)
    expect(storage.Weights.get(chain.ctx, { index, uid: 1 })).toHaveLength(2)
  })

  // subtensor 14bc6f9 pallets/subtensor/src/tests/weights.rs test_commit_reveal_hash
  test.each<[string, Partial<Revealed>, string | undefined, number | undefined]>([
    ['other uids', { uids: [0, 1] }, 'InvalidRevealCommitHashNotMatch', 16],
    ['other values', { values: [10, 10] }, 'InvalidRevealCommitHashNotMatch', 16],
    ['another salt', { salt: [0, 2, 3, 4, 5, 6, 7, 8] }, 'InvalidRevealCommitHashNotMatch', 16],
    ['another version', { versionKey: 1n }, 'InvalidRevealCommitHashNotMatch', 16],
    ['what was committed', {}, undefined, undefined],
  ])('with %s', (_, change, error, code) => {
    const net = threeNeurons({ commitReveal: true })
    net.chain.run(BOB_HOT, commit(net, 1))
    net.epochs(1)
    const call = reveal(net, { ...weightsOf(1), ...change })
    expect(poolCode(net.chain, BOB_HOT, call)).toBe(code)
    expect(ownError(net.chain, BOB_HOT, call)).toBe(error && `SubtensorModule.${error}`)
  })

  // subtensor 14bc6f9 pallets/subtensor/src/tests/weights.rs test_reveal_at_exact_epoch
  test.each([1, 2, 7, 40, 86, 100])('after a period of %i epochs counts in exactly one epoch', (period) => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    storage.RevealPeriodEpochs.set(chain.ctx, { netuid }, BigInt(period))
    const call = reveal(net, weightsOf(1))
    chain.run(BOB_HOT, commit(net, 1))
    net.epochs(period - 1)
    expect([poolCode(chain, BOB_HOT, call), ownError(chain, BOB_HOT, call)]).toEqual([17, errors.RevealTooEarly.code])
    net.epochs(1)
    expect([poolCode(chain, BOB_HOT, call), ownError(chain, BOB_HOT, call)]).toEqual([undefined, undefined])
    expect([poolCode(chain, BOB_HOT, call), ownError(chain, BOB_HOT, call)]).toEqual([
      16,
      errors.NoWeightsCommitFound.code,
    ])
    chain.run(BOB_HOT, commit(net, 1))
    net.epochs(period + 1)
    expect([poolCode(chain, BOB_HOT, call), ownError(chain, BOB_HOT, call)]).toEqual([
      17,
      errors.ExpiredWeightCommit.code,
    ])
    // What has expired stays until something succeeds.
    expect(queueOf(net)).toHaveLength(1)
  })

  test('of an expired commit before live ones, or of none of them, fails for its own reason', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain } = net
    chain.run(BOB_HOT, commit(net, 0))
    net.epochs(1)
    chain.run(BOB_HOT, commit(net, 1))
    net.epochs(1)
    expect(ownError(chain, BOB_HOT, reveal(net, weightsOf(0)))).toBe(errors.ExpiredWeightCommit.code)
    expect(ownError(chain, BOB_HOT, reveal(net, weightsOf(5)))).toBe(errors.InvalidRevealCommitHashNotMatch.code)
    net.epochs(1)
    expect(ownError(chain, BOB_HOT, reveal(net, weightsOf(5)))).toBe(errors.NoWeightsCommitFound.code)
  })

  test('fails while commit and reveal is off, and for those who never committed', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    chain.run(BOB_HOT, commit(net, 1))
    net.epochs(1)
    expect(ownError(chain, CAROL_HOT, reveal(net, weightsOf(1)))).toBe(errors.NoWeightsCommitFound.code)
    storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid }, false)
    expect(ownError(chain, BOB_HOT, reveal(net, weightsOf(1)))).toBe(errors.CommitRevealDisabled.code)
    expect(chain.dispatch(NONE, reveal(net, weightsOf(1)))).toMatchObject({ code: 'BadOrigin' })
  })

  test('makes all checks of set_weights but the rate limit; a failure keeps the commit', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    chain.run(BOB_HOT, commit(net, 1))
    net.epochs(1)
    storage.WeightsSetRateLimit.set(chain.ctx, { netuid }, 5_000n)
    storage.ValidatorPermit.set(chain.ctx, { netuid }, [true, false, true])
    expect(chain.error(BOB_HOT, reveal(net, weightsOf(1)))).toBe(errors.NeuronNoValidatorPermit.code)
    expect(queueOf(net)).toHaveLength(1)
    storage.ValidatorPermit.set(chain.ctx, { netuid }, [true, true, true])
    expect(chain.error(BOB_HOT, reveal(net, weightsOf(1)))).toBeUndefined()
  })

  test('needs the stake before anything else is looked at', () => {
    const net = threeNeurons({ commitReveal: true })
    storage.StakeThreshold.set(net.chain.ctx, 1n)
    expect(poolCode(net.chain, BOB_HOT, reveal(net, weightsOf(1)))).toBe(1)
    expect(poolCode(net.chain, BOB_HOT, batchReveal(net, [1]))).toBe(1)
    expect(poolCode(net.chain, BOB_HOT, commit(net, 1))).toBe(1)
  })
})

// subtensor 14bc6f9 pallets/subtensor/src/tests/weights.rs test_batch_reveal_*
describe('batch_reveal_weights', () => {
  test('sets the weights one after the other and says which', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    for (const n of [0, 1, 2]) chain.run(BOB_HOT, commit(net, n))
    net.epochs(1)
    const events = chain.run(BOB_HOT, batchReveal(net, [0, 1, 2]))
    expect(events.map(({ name }) => name)).toEqual(['WeightsSet', 'WeightsSet', 'WeightsSet', 'WeightsBatchRevealed'])
    expect(dataOf(events, 'WeightsBatchRevealed')).toEqual([[BOB_HOT, netuid, [0, 1, 2].map((n) => hashOf(net, n))]])
    expect(storage.Weights.get(chain.ctx, { index: netuid, uid: 1 })[0]).toEqual([0, 29_789])
    expect(queueOf(net)).toBeUndefined()
  })

  test('in another order leaves the commits that it does not name', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain } = net
    for (const n of [0, 1, 2]) chain.run(BOB_HOT, commit(net, n))
    net.epochs(1)
    chain.run(BOB_HOT, batchReveal(net, [2, 0]))
    expect(queueOf(net)!.map(([hash]) => hash)).toEqual([hashOf(net, 1)])
    chain.run(BOB_HOT, batchReveal(net, [1]))
    expect(queueOf(net)).toBeUndefined()
  })

  test.each<[string, number[], number, string | undefined, number | undefined]>([
    ['before its epoch', [1], 0, 'RevealTooEarly', 17],
    ['in its epoch', [1], 1, undefined, undefined],
    ['with one that nobody committed', [1, 9], 1, 'InvalidRevealCommitHashNotMatch', 16],
    ['with the same twice', [1, 1], 1, 'InvalidRevealCommitHashNotMatch', undefined],
    ['after its epoch', [1], 2, 'ExpiredWeightCommit', 17],
  ])('%s', (_, ns, epochs, error, code) => {
    const net = threeNeurons({ commitReveal: true })
    net.chain.run(BOB_HOT, commit(net, 1))
    net.epochs(epochs)
    expect(poolCode(net.chain, BOB_HOT, batchReveal(net, ns))).toBe(code)
    expect(ownError(net.chain, BOB_HOT, batchReveal(net, ns))).toBe(error && `SubtensorModule.${error}`)
    // All or none.
    expect(queueOf(net)?.length).toBe(error ? 1 : undefined)
  })

  test('with an expired one fails whole; without it the expired one goes too', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain } = net
    chain.run(BOB_HOT, commit(net, 0))
    net.epochs(1)
    for (const n of [1, 2]) chain.run(BOB_HOT, commit(net, n))
    net.epochs(1)
    expect(ownError(chain, BOB_HOT, batchReveal(net, [0, 1, 2]))).toBe(errors.ExpiredWeightCommit.code)
    expect(queueOf(net)).toHaveLength(3)
    chain.run(BOB_HOT, batchReveal(net, [1, 2]))
    expect(queueOf(net)).toBeUndefined()
  })

  test('without commits, without commit and reveal, or with lists of different lengths', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    expect(poolCode(chain, BOB_HOT, batchReveal(net, [1]))).toBe(16)
    expect(ownError(chain, BOB_HOT, batchReveal(net, [1]))).toBe(errors.NoWeightsCommitFound.code)
    storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid }, false)
    expect(ownError(chain, BOB_HOT, batchReveal(net, [1]))).toBe(errors.CommitRevealDisabled.code)
    const { args } = batchReveal(net, [1])
    for (const list of ['values_list', 'salts_list', 'version_keys']) {
      const uneven = calls.batch_reveal_weights({ ...args, [list]: [] })
      expect(poolCode(chain, BOB_HOT, uneven)).toBe(18)
      expect(chain.dispatch(NONE, uneven)).toMatchObject({ code: errors.InputLengthsUnequal.code })
    }
  })
})

test('a commit is revealed in its epoch or never, and the queue keeps its order', () => {
  const period = 2
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom('commit', 'reveal'), n: fc.nat(4) }),
    fc.record({ kind: fc.constant('epoch'), n: fc.constant(0) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const net = threeNeurons({ commitReveal: true })
      const { chain, netuid } = net
      storage.RevealPeriodEpochs.set(chain.ctx, { netuid }, BigInt(period))
      let now = 0
      let model: { n: number; epoch: number }[] = []
      for (const { kind, n } of steps) {
        const live = model.filter(({ epoch }) => epoch + period >= now)
        if (kind === 'epoch') {
          net.epochs(1)
          now++
        } else if (kind === 'commit') {
          const isTaken = ownError(chain, BOB_HOT, commit(net, n)) === undefined
          expect(isTaken).toBe(live.length < 10)
          if (isTaken) model = [...live, { n, epoch: now }]
        } else {
          const place = live.findIndex((made) => made.n === n)
          const isDue = place >= 0 && live[place]!.epoch + period === now
          expect(ownError(chain, BOB_HOT, reveal(net, weightsOf(n))) === undefined).toBe(isDue)
          if (isDue) model = live.slice(place + 1)
        }
        expect((queueOf(net) ?? []).map(([hash]) => hash)).toEqual(model.map((made) => hashOf(net, made.n)))
      }
    }),
    { numRuns: 60 },
  )
})

/** The same chain as it would run for clients of spec 402. */
function olderSpec({ chain }: Neurons): { readonly ctx: Neurons['chain']['ctx'] } {
  return { ctx: Object.assign(Object.create(chain.ctx), { profile: { ...FAST_PROFILE, compat: COMPAT_SDK10 } }) }
}

test('the pool of spec 402 asks for stake and commits, and leaves the rate limit to dispatch', () => {
  const net = threeNeurons({ commitReveal: true })
  const { chain, netuid } = net
  storage.WeightsSetRateLimit.set(chain.ctx, { netuid }, 5_000n)
  const old = olderSpec(net)
  expect([poolCode(chain, BOB_HOT, commit(net, 1)), poolCode(old, BOB_HOT, commit(net, 1))]).toEqual([6, undefined])
  expect(poolCode(old, BOB_HOT, reveal(net, weightsOf(1)))).toBe(16)
  storage.StakeThreshold.set(chain.ctx, 1n)
  expect(poolCode(old, BOB_HOT, commit(net, 1))).toBe(1)
})

test('an early reveal of a mechanism gets into a block of spec 402 and fails there, as that time left it to dispatch', () => {
  const net = threeNeurons({ commitReveal: true })
  const { chain, netuid } = net
  chain.run(BOB_HOT, commit(net, 1))
  const { uids, values, salt, versionKey } = weightsOf(1)
  const call = calls.reveal_mechanism_weights({ netuid, mecid: 0, uids, values, salt, version_key: versionKey })
  expect([poolCode(chain, BOB_HOT, call), poolCode(olderSpec(net), BOB_HOT, call)]).toEqual([17, undefined])
  expect(poolCode(olderSpec(net), BOB_HOT, reveal(net, weightsOf(1)))).toBe(17)
  expect(ownError(chain, BOB_HOT, call)).toBe(errors.RevealTooEarly.code)
})

test('on the clock of spec 402 a commit says in which blocks it is revealed', () => {
  const net = threeNeurons({ commitReveal: true })
  const { chain, netuid } = net
  storage.Tempo.set(chain.ctx, { netuid }, 10)
  storage.RevealPeriodEpochs.set(chain.ctx, { netuid }, 2n)
  // Epochs are the blocks with one quotient (block + netuid + 1) / 11.
  const start = 110n - BigInt(netuid) - 1n
  const at = (block: bigint) => {
    chain.goTo(block)
    return olderSpec(net).ctx
  }
  for (const block of [start, start + 10n]) {
    const made = commitNow(at(block), netuid, hashOf(net, 1))
    expect(made).toEqual([hashOf(net, 1), block, start + 22n, start + 32n])
    const state = (now: bigint) => [isRevealable(at(now), netuid, made), isExpired(at(now), netuid, made)]
    expect([21n, 22n, 32n, 33n].map((ahead) => state(start + ahead))).toEqual([
      [false, false],
      [true, false],
      [true, false],
      [false, true],
    ])
  }
})

describe('weights of a neuron that was replaced', () => {
  /** Alice's hotkey validates and commits all weight to Carol's miner; runs until the reveal, then one more epoch. */
  function validated(between: (net: Neurons) => void) {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid, economy } = net
    const nextEpoch = (): void => {
      const epoch = storage.SubnetEpochIndex.get(chain.ctx, { netuid })
      while (storage.SubnetEpochIndex.get(chain.ctx, { netuid }) === epoch) economy.blocks(1)
    }
    chain.run(ALICE, calls.add_stake({ hotkey: ALICE_HOT, netuid, amount_staked: 100n * TAO }))
    nextEpoch()
    economy.blocks(1)
    const weights: Revealed = { uids: [2], values: [1], salt: [7], versionKey: 0n }
    chain.run(ALICE_HOT, calls.commit_weights({ netuid, commit_hash: commitHash(ALICE_HOT, netuid, weights) }))
    economy.blocks(1)
    between(net)
    nextEpoch()
    const error = chain.error(ALICE_HOT, reveal(net, weights))
    nextEpoch()
    return { ...net, error, incentive: storage.Incentive.get(chain.ctx, { index: netuid }) }
  }

  test('count when it was not', () => {
    const { error, incentive } = validated(() => {})
    expect(error).toBeUndefined()
    expect(incentive[2]).toBe(65_535)
  })

  test('do not count for who took its place between commit and epoch', () => {
    const { error, incentive, chain, netuid } = validated(({ chain, netuid }) =>
      replaceNeuron(chain.ctx, netuid, 2, STRANGER),
    )
    expect(error).toBeUndefined()
    expect(storage.Uids.get(chain.ctx, { netuid, hotkey: STRANGER })).toBe(2)
    expect(incentive[2]).toBe(0)
  })

  // The newer commit counts as an update, which by itself would vouch for all of the row.
  test('do not count either when the validator committed once more after the replacement', () => {
    const { incentive, error, chain, netuid } = validated((net) => {
      replaceNeuron(net.chain.ctx, net.netuid, 2, STRANGER)
      net.economy.blocks(1)
      const commit_hash = hashOf(net, 9, ALICE_HOT)
      net.chain.run(ALICE_HOT, calls.commit_weights({ netuid: net.netuid, commit_hash }))
    })
    expect(error).toBeUndefined()
    expect(storage.Weights.get(chain.ctx, { index: netuid, uid: 0 })).toEqual([[2, 0]])
    expect(incentive[2]).toBe(0)
  })

  test('leave the others in the same commit as they were, also in a batch', () => {
    const net = threeNeurons({ commitReveal: true })
    const { chain, netuid } = net
    const weights: Revealed = { uids: [2, 1], values: [9, 3], salt: [7], versionKey: 0n }
    chain.run(ALICE_HOT, calls.commit_weights({ netuid, commit_hash: commitHash(ALICE_HOT, netuid, weights) }))
    replaceNeuron(chain.ctx, netuid, 2, STRANGER)
    net.epochs(1)
    const batch = { uids_list: [[2, 1]], values_list: [[9, 3]], salts_list: [[7]], version_keys: [0n] }
    chain.run(ALICE_HOT, calls.batch_reveal_weights({ netuid, ...batch }))
    expect(storage.Weights.get(chain.ctx, { index: netuid, uid: 0 })).toEqual([
      [2, 0],
      [1, 21_845],
    ])
  })

  test('of a validator cannot be revealed when it has lost its own place', () => {
    const { error } = validated(({ chain, netuid }) => {
      storage.SubnetOwnerHotkey.set(chain.ctx, { netuid }, BOB_HOT)
      replaceNeuron(chain.ctx, netuid, 0, STRANGER)
    })
    expect(error).toBe(errors.HotKeyNotRegisteredInSubNet.code)
  })
})
