import { describe, expect, test } from 'vitest'
import { NONE } from '../../../frame/index.ts'
import { names, testAccount } from '../../../testing/harness.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { ALICE_HOT, BOB_HOT, CAROL_HOT } from '../economy.fixture.ts'
import { calls, errors, storage } from '../index.ts'
import { dataOf, ownError, poolCode, threeNeurons } from './weights.fixture.ts'

const STRANGER = testAccount(90)
type Neurons = ReturnType<typeof threeNeurons>

interface Setting {
  netuid?: number
  mecid?: number
  dests?: number[]
  weights?: number[]
  version_key?: bigint
}

const plain = ({ netuid }: Neurons, setting: Setting = {}) =>
  calls.set_weights({ netuid, dests: [0, 2], weights: [1, 2], version_key: 0n, ...setting })
const ofMechanism = ({ netuid }: Neurons, setting: Setting = {}) =>
  calls.set_mechanism_weights({ netuid, mecid: 0, dests: [0, 2], weights: [1, 2], version_key: 0n, ...setting })

describe('set_weights', () => {
  test('scales up to the largest, keeps order and zeros, and notes the block', () => {
    const net = threeNeurons()
    const events = net.chain.run(BOB_HOT, plain(net, { dests: [2, 0, 1], weights: [20, 0, 40] }))
    expect(dataOf(events, 'WeightsSet')).toEqual([[net.netuid, 1]])
    const { ctx } = net.chain
    expect(storage.Weights.get(ctx, { index: net.netuid, uid: 1 })).toEqual([
      [2, 32_768],
      [0, 0],
      [1, 65_535],
    ])
    expect(storage.LastUpdate.get(ctx, { index: net.netuid })[1]).toBe(ctx.block)
  })

  test('on a mechanism leaves the others', () => {
    const net = threeNeurons()
    const { ctx } = net.chain
    storage.MechanismCountCurrent.set(ctx, { netuid: net.netuid }, 2)
    const index = mechanismStorageIndex(net.netuid, 1)
    expect(net.chain.error(BOB_HOT, ofMechanism(net, { mecid: 1 }))).toBeUndefined()
    expect(storage.Weights.get(ctx, { index, uid: 1 })).toHaveLength(2)
    expect(storage.Weights.get(ctx, { index: net.netuid, uid: 1 })).toEqual([])
  })

  // In the order of the checks: each case breaks its own and all that come after it.
  test.each<[string, (net: Neurons) => void, Setting, `0x${string}`]>([
    [
      'CommitRevealEnabled',
      (net) => storage.CommitRevealWeightsEnabled.set(net.chain.ctx, { netuid: 0 }, true),
      { netuid: 0, weights: [] },
      STRANGER,
    ],
    [
      'CanNotSetRootNetworkWeights',
      (net) => storage.CommitRevealWeightsEnabled.set(net.chain.ctx, { netuid: 0 }, false),
      { netuid: 0, weights: [] },
      STRANGER,
    ],
    ['WeightVecNotEqualSize', () => {}, { weights: [1], mecid: 3 }, STRANGER],
    ['MechanismDoesNotExist', () => {}, { mecid: 3, dests: [0, 1, 2, 3], weights: [1, 1, 1, 1] }, STRANGER],
    ['UidsLengthExceedUidsInSubNet', () => {}, { dests: [0, 1, 2, 3], weights: [1, 1, 1, 1] }, STRANGER],
    ['HotKeyNotRegisteredInSubNet', (net) => storage.StakeThreshold.set(net.chain.ctx, 1n), {}, STRANGER],
    [
      'NotEnoughStakeToSetWeights',
      (net) => {
        storage.StakeThreshold.set(net.chain.ctx, 1n)
        storage.WeightsVersionKey.set(net.chain.ctx, { netuid: net.netuid }, 5n)
      },
      { version_key: 4n },
      BOB_HOT,
    ],
    [
      'IncorrectWeightVersionKey',
      (net) => {
        storage.WeightsVersionKey.set(net.chain.ctx, { netuid: net.netuid }, 5n)
        storage.WeightsSetRateLimit.set(net.chain.ctx, { netuid: net.netuid }, 5_000n)
      },
      { version_key: 4n },
      BOB_HOT,
    ],
    [
      'SettingWeightsTooFast',
      (net) => {
        storage.WeightsSetRateLimit.set(net.chain.ctx, { netuid: net.netuid }, 5_000n)
        storage.ValidatorPermit.set(net.chain.ctx, { netuid: net.netuid }, [true, false, true])
      },
      {},
      BOB_HOT,
    ],
    [
      'NeuronNoValidatorPermit',
      (net) => storage.ValidatorPermit.set(net.chain.ctx, { netuid: net.netuid }, [true, false, true]),
      { dests: [7, 7] },
      BOB_HOT,
    ],
    ['DuplicateUids', () => {}, { dests: [7, 7] }, BOB_HOT],
    [
      'UidVecContainInvalidOne',
      (net) => storage.MinAllowedWeights.set(net.chain.ctx, { netuid: net.netuid }, 3),
      { dests: [0, 3] },
      BOB_HOT,
    ],
    [
      'WeightVecLengthIsLow',
      (net) => storage.MinAllowedWeights.set(net.chain.ctx, { netuid: net.netuid }, 3),
      {},
      BOB_HOT,
    ],
    [
      'MaxWeightExceeded',
      (net) => storage.MaxWeightsLimit.set(net.chain.ctx, { netuid: net.netuid }, 40_000),
      {},
      BOB_HOT,
    ],
  ])('fails with %s', (name, prepare, setting, who) => {
    const net = threeNeurons()
    prepare(net)
    expect(ownError(net.chain, who, ofMechanism(net, setting))).toBe(`SubtensorModule.${name}`)
    if ((setting.mecid ?? 0) !== 0) return
    const { mecid: _, ...rest } = setting
    expect(ownError(net.chain, who, plain(net, rest))).toBe(`SubtensorModule.${name}`)
  })

  test('needs a signature, but looks at the subnet first', () => {
    const net = threeNeurons()
    const outcome = () => net.chain.dispatch(NONE, plain(net))
    expect(outcome()).toMatchObject({ ok: false, code: 'BadOrigin' })
    storage.CommitRevealWeightsEnabled.set(net.chain.ctx, { netuid: net.netuid }, true)
    expect(outcome()).toMatchObject({ ok: false, code: errors.CommitRevealEnabled.code })
  })

  test('on oneself needs neither permit nor length nor limit', () => {
    const net = threeNeurons()
    const { ctx } = net.chain
    storage.ValidatorPermit.set(ctx, { netuid: net.netuid }, [false, false, false])
    storage.MinAllowedWeights.set(ctx, { netuid: net.netuid }, 3)
    storage.MaxWeightsLimit.set(ctx, { netuid: net.netuid }, 1)
    expect(net.chain.error(BOB_HOT, plain(net, { dests: [1], weights: [9] }))).toBeUndefined()
    expect(net.chain.error(BOB_HOT, plain(net, { dests: [2], weights: [9] }))).toBe(errors.NeuronNoValidatorPermit.code)
  })

  test('of the owner needs neither permit nor stake, as long as it has a place', () => {
    const net = threeNeurons()
    const { ctx } = net.chain
    const { netuid } = net
    storage.ValidatorPermit.set(ctx, { netuid }, [false, false, false])
    storage.StakeThreshold.set(ctx, 1n)
    expect(net.chain.error(ALICE_HOT, plain(net))).toBeUndefined()
    storage.SubnetOwnerHotkey.set(ctx, { netuid }, STRANGER)
    expect(poolCode(net.chain, STRANGER, plain(net))).toBe(1)
    expect(poolCode(net.chain, ALICE_HOT, plain(net))).toBe(1)
  })

  test('waits for the rate limit to the block', () => {
    const net = threeNeurons()
    const { chain, netuid } = net
    storage.WeightsSetRateLimit.set(chain.ctx, { netuid }, 10n)
    chain.run(BOB_HOT, plain(net))
    const set = chain.ctx.block
    chain.goTo(set + 9n)
    expect(poolCode(chain, BOB_HOT, plain(net))).toBe(6)
    expect(chain.error(BOB_HOT, plain(net))).toBe(errors.SettingWeightsTooFast.code)
    chain.goTo(set + 10n)
    expect(poolCode(chain, BOB_HOT, plain(net))).toBeUndefined()
    expect(chain.error(BOB_HOT, plain(net))).toBeUndefined()
  })
})

describe('batch_set_weights', () => {
  const batch = (netuids: number[], weights: [number, number][][], version_keys: bigint[]) =>
    calls.batch_set_weights({ netuids, weights, version_keys })

  test('sets what it can and names what failed, in order', () => {
    const net = threeNeurons()
    const { netuid, chain } = net
    const row: [number, number][] = [
      [0, 3],
      [2, 6],
    ]
    const events = chain.run(BOB_HOT, batch([77, netuid, 0], [row, row, row], [0n, 0n, 0n]))
    expect(names(events).map((name) => name.split('.')[1])).toEqual([
      'WeightsSet',
      'BatchCompletedWithErrors',
      'BatchWeightItemFailed',
      'BatchWeightItemFailed',
      'BatchWeightsCompleted',
    ])
    expect(dataOf(events, 'BatchWeightItemFailed')).toEqual([
      [77, errors.CommitRevealEnabled.value],
      [0, errors.CommitRevealEnabled.value],
    ])
    expect(dataOf(events, 'BatchWeightsCompleted')).toEqual([[[77, netuid, 0], BOB_HOT]])
    expect(storage.Weights.get(chain.ctx, { index: netuid, uid: 1 })).toEqual([
      [0, 32_768],
      [2, 65_535],
    ])
  })

  test('without failures says only that it is done', () => {
    const net = threeNeurons()
    const events = net.chain.run(CAROL_HOT, batch([net.netuid], [[[0, 1]]], [0n]))
    expect(names(events).map((name) => name.split('.')[1])).toEqual(['WeightsSet', 'BatchWeightsCompleted'])
  })

  test('with lists of different lengths is refused, in the pool too', () => {
    const net = threeNeurons()
    for (const call of [batch([net.netuid], [], [0n]), batch([net.netuid], [[]], [])]) {
      expect(poolCode(net.chain, BOB_HOT, call)).toBe(18)
      expect(ownError(net.chain, BOB_HOT, call)).toBe(errors.InputLengthsUnequal.code)
    }
  })

  test('needs the stake on every subnet it names before the pool takes it', () => {
    const net = threeNeurons()
    storage.StakeThreshold.set(net.chain.ctx, 1n)
    expect(poolCode(net.chain, ALICE_HOT, batch([net.netuid], [[]], [0n]))).toBeUndefined()
    expect(poolCode(net.chain, ALICE_HOT, batch([net.netuid, 77], [[], []], [0n, 0n]))).toBe(1)
  })
})
