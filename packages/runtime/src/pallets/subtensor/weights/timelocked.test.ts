import { type AccountId, bytesToHex, concatBytes, hexToBytes } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { encode } from '@neurite/primitives/scale'
import {
  beaconPublicKey,
  ENTROPY_LENGTH,
  encrypt,
  QUICKNET,
  signPulse,
  weightsPayload,
} from '@neurite/primitives/timelock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMPAT_SDK10, type Ctx, FAST_PROFILE, NONE, signedBy } from '../../../frame/index.ts'
import { testAccount } from '../../../testing/harness.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { configurationOf, storage as drand, calls as drandCalls } from '../../drand/index.ts'
import { ALICE_HOT, BOB, BOB_HOT, CAROL_HOT, TAO } from '../economy.fixture.ts'
import { calls, storage } from '../index.ts'
import { replaceNeuron } from '../registration/uids.ts'
import { openTimelockedWeights } from './openTimelocked.ts'
import { commitTimelocked } from './timelocked.ts'
import { dataOf, ownError, poolCode, threeNeurons } from './weights.fixture.ts'

const SEED = new TextEncoder().encode('the beacon of these tests')
const BEACON = { ...QUICKNET, publicKey: beaconPublicKey(SEED) }
const ROUND = 1000n
const STRANGER = testAccount(90)
const ENTROPY = Uint8Array.from({ length: ENTROPY_LENGTH }, (_, i) => i)

type Neurons = ReturnType<typeof threeNeurons>

/** Three neurons on a subnet with commit-reveal, and a beacon of our own. Bob's hotkey has uid 1 and stake. */
function neurons(): Neurons {
  const net = threeNeurons({ commitReveal: true })
  net.chain.run(BOB, calls.add_stake({ hotkey: BOB_HOT, netuid: net.netuid, amount_staked: 10n * TAO }))
  storage.RevealPeriodEpochs.set(net.chain.ctx, { netuid: net.netuid }, 1n)
  drand.BeaconConfig.set(net.chain.ctx, configurationOf(BEACON))
  return net
}

interface Payload {
  readonly hotkey?: AccountId | Uint8Array
  readonly uids?: readonly number[]
  readonly values?: readonly number[]
}

function payload({ hotkey = BOB_HOT, uids = [0, 2], values = [10, 20] }: Payload = {}): Uint8Array {
  const bytes = typeof hotkey === 'string' ? hexToBytes(hotkey) : hotkey
  return encode(weightsPayload, { hotkey: bytes, uids, values, version_key: 0n })
}

function locked(message: Uint8Array, round = ROUND): Uint8Array {
  return encrypt(message, round, BEACON.publicKey, ENTROPY)
}

function commitCall({ netuid }: Neurons, commit: Uint8Array, reveal_round = ROUND, commit_reveal_version = 4) {
  return calls.commit_timelocked_weights({ netuid, commit, reveal_round, commit_reveal_version })
}

/** Writes the pulse of a round as a node would: through the call, unsigned. */
function pulse({ chain }: Neurons, round = ROUND): void {
  const pulses_payload = {
    block_number: Number(chain.ctx.block),
    pulses: [signPulse(SEED, round)],
    public: { type: 'Sr25519', value: new Uint8Array(32) } as const,
  }
  expect(chain.dispatch(NONE, drandCalls.write_pulse({ pulses_payload, signature: undefined }))).toMatchObject({
    ok: true,
  })
}

const weightsOfBob = ({ chain, netuid }: Neurons) => storage.Weights.get(chain.ctx, { index: netuid, uid: 1 })
const incentives = ({ chain, netuid }: Neurons) => storage.Incentive.get(chain.ctx, { index: netuid })
const epochIndex = ({ chain, netuid }: Neurons) => storage.SubnetEpochIndex.get(chain.ctx, { netuid })

/** Runs blocks up to and including that in which the next epoch runs. */
function toNextEpoch(net: Neurons): void {
  const before = epochIndex(net)
  for (let i = 0; i < 1000 && epochIndex(net) === before; i++) net.economy.blocks(1)
  expect(epochIndex(net)).toBe(before + 1n)
}

function waiting({ chain, netuid }: Neurons): number {
  const commits = [...storage.TimelockedWeightCommits.entries(chain.ctx, { index: netuid })]
  return commits.reduce((sum, [, queue]) => sum + queue.length, 0)
}

describe('committing', () => {
  it('keeps the bytes as they are, notes the update and tells their hash', () => {
    const net = neurons()
    const commit = new Uint8Array([1, 2, 3, 4, 5])
    const events = net.chain.run(BOB_HOT, commitCall(net, commit))
    const hash = bytesToHex(blake2_256(commit))
    expect(dataOf(events, 'TimelockedWeightsCommitted')).toEqual([[BOB_HOT, net.netuid, hash, ROUND]])
    const key = { index: net.netuid, epoch: epochIndex(net) }
    expect(storage.TimelockedWeightCommits.get(net.chain.ctx, key)).toEqual([
      [BOB_HOT, net.chain.ctx.block, commit, ROUND],
    ])
    expect(storage.LastUpdate.get(net.chain.ctx, { index: net.netuid })[1]).toBe(net.chain.ctx.block)
  })

  it('checks in the order of the reference', () => {
    const net = neurons()
    const { chain, netuid } = net
    const commit = new Uint8Array([1])
    const missing = calls.commit_crv3_mechanism_weights({ netuid, mecid: 1, commit, reveal_round: ROUND })
    expect(ownError(chain, STRANGER, missing)).toBe('SubtensorModule.MechanismDoesNotExist')
    expect(chain.ctx.dispatchBypassingGuards(NONE, commitCall(net, commit))).toMatchObject({ code: 'BadOrigin' })
    expect(ownError(chain, STRANGER, commitCall(net, commit, ROUND, 3))).toBe(
      'SubtensorModule.IncorrectCommitRevealVersion',
    )
    expect(ownError(chain, STRANGER, commitCall(net, commit))).toBe('SubtensorModule.HotKeyNotRegisteredInSubNet')
    storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid }, false)
    expect(ownError(chain, STRANGER, commitCall(net, commit, ROUND, 3))).toBe('SubtensorModule.CommitRevealDisabled')
    storage.CommitRevealWeightsEnabled.set(chain.ctx, { netuid }, true)
    storage.WeightsSetRateLimit.set(chain.ctx, { netuid }, 5n)
    chain.run(BOB_HOT, commitCall(net, commit))
    expect(ownError(chain, BOB_HOT, commitCall(net, commit))).toBe('SubtensorModule.CommittingWeightsTooFast')
  })

  it('takes ten of a hotkey in an epoch', () => {
    const net = neurons()
    for (let i = 0; i < 10; i++) net.chain.run(BOB_HOT, commitCall(net, new Uint8Array([i])))
    expect(net.chain.error(BOB_HOT, commitCall(net, new Uint8Array([10])))).toBe(
      'SubtensorModule.TooManyUnrevealedCommits',
    )
    net.chain.run(CAROL_HOT, commitCall(net, new Uint8Array([10])))
    net.epochs(1)
    net.chain.run(BOB_HOT, commitCall(net, new Uint8Array([11])))
  })

  it('keeps those of each mechanism apart', () => {
    const net = neurons()
    const { chain, netuid } = net
    storage.MechanismCountCurrent.set(chain.ctx, { netuid }, 2)
    const commit = new Uint8Array([1])
    const args = { netuid, mecid: 1, commit, reveal_round: ROUND }
    chain.run(BOB_HOT, calls.commit_crv3_mechanism_weights(args))
    chain.run(BOB_HOT, calls.commit_timelocked_mechanism_weights({ ...args, commit_reveal_version: 4 }))
    const key = { index: mechanismStorageIndex(netuid, 1), epoch: epochIndex(net) }
    expect(storage.TimelockedWeightCommits.get(chain.ctx, key)).toHaveLength(2)
    expect(waiting(net)).toBe(0)
  })

  it('is refused in the pool for rounds that are out, and without stake', () => {
    const net = neurons()
    drand.LastStoredRound.set(net.chain.ctx, ROUND)
    expect(poolCode(net.chain, BOB_HOT, commitCall(net, new Uint8Array(), ROUND))).toBeUndefined()
    expect(poolCode(net.chain, BOB_HOT, commitCall(net, new Uint8Array(), ROUND - 1n))).toBe(15)
    storage.StakeThreshold.set(net.chain.ctx, 10n ** 18n)
    expect(poolCode(net.chain, BOB_HOT, commitCall(net, new Uint8Array(), ROUND - 1n))).toBe(1)
  })
})

describe('opening', () => {
  it('counts in the very epoch that begins the reveal, when the pulse is there', () => {
    const net = neurons()
    net.chain.run(BOB_HOT, commitCall(net, locked(payload())))
    pulse(net)
    net.economy.blocks(1)
    expect(weightsOfBob(net)).toEqual([])
    toNextEpoch(net)
    expect(weightsOfBob(net)).toEqual([
      [0, 32_768],
      [2, 65_535],
    ])
    expect(
      dataOf(
        net.chain.ctx.events.map(({ event }) => event),
        'TimelockedWeightsRevealed',
      ),
    ).toEqual([[net.netuid, BOB_HOT]])
    expect(waiting(net)).toBe(0)
    const [first, , third] = incentives(net)
    expect(first).toBeGreaterThan(0)
    expect(third).toBeGreaterThan(first!)
    expect(net.economy.violations()).toEqual([])
  })

  it('tries again while the pulse is missing, and counts one epoch later', () => {
    const net = neurons()
    net.chain.run(BOB_HOT, commitCall(net, locked(payload())))
    toNextEpoch(net)
    net.economy.blocks(2)
    expect(waiting(net)).toBe(1)
    expect(weightsOfBob(net)).toEqual([])
    pulse(net)
    net.economy.blocks(1)
    expect(weightsOfBob(net)).not.toEqual([])
    expect(waiting(net)).toBe(0)
    expect(incentives(net)[2]).toBe(0)
    toNextEpoch(net)
    expect(incentives(net)[2]).toBeGreaterThan(0)
  })

  it('opens those whose pulse is there, and keeps the others in order', () => {
    const net = neurons()
    net.chain.run(BOB_HOT, commitCall(net, locked(payload({ uids: [0] }), 1001n), 1001n))
    net.chain.run(BOB_HOT, commitCall(net, locked(payload({ uids: [2], values: [7] }))))
    net.chain.run(BOB_HOT, commitCall(net, locked(payload(), 1002n), 1002n))
    pulse(net)
    toNextEpoch(net)
    expect(weightsOfBob(net)).toEqual([[2, 65_535]])
    const [[, queue]] = [...storage.TimelockedWeightCommits.entries(net.chain.ctx, { index: net.netuid })] as never
    expect((queue as unknown[][]).map(([, , , round]) => round)).toEqual([1001n, 1002n])
  })

  it('forgets a commit whose pulse did not come in its epoch', () => {
    const net = neurons()
    net.chain.run(BOB_HOT, commitCall(net, locked(payload())))
    toNextEpoch(net)
    toNextEpoch(net)
    expect(waiting(net)).toBe(0)
    pulse(net)
    toNextEpoch(net)
    expect(weightsOfBob(net)).toEqual([])
  })

  it('gives nothing to who took a place since the commit, even after another commit', () => {
    const net = neurons()
    const { chain, netuid } = net
    chain.run(BOB_HOT, commitCall(net, locked(payload())))
    net.economy.blocks(1)
    replaceNeuron(chain.ctx, netuid, 2, testAccount(91))
    net.economy.blocks(1)
    // Its round does not come, so the older row stays; but its block is the validator's latest update.
    chain.run(BOB_HOT, commitCall(net, locked(payload(), 1001n), 1001n))
    pulse(net)
    toNextEpoch(net)
    expect(weightsOfBob(net)).toEqual([
      [0, 32_768],
      [2, 0],
    ])
    toNextEpoch(net)
    expect(incentives(net)[0]).toBeGreaterThan(0)
    expect(incentives(net)[2]).toBe(0)
  })

  it('waits with the subnet when its epoch has to wait', () => {
    const net = neurons()
    net.chain.run(BOB_HOT, commitCall(net, locked(payload())))
    pulse(net)
    storage.MaxEpochsPerBlock.set(net.chain.ctx, 0)
    for (let i = 0; i < 20; i++) net.economy.blocks(1)
    expect(weightsOfBob(net)).toEqual([])
    expect(waiting(net)).toBe(1)
    storage.MaxEpochsPerBlock.set(net.chain.ctx, 2)
    toNextEpoch(net)
    expect(weightsOfBob(net)).not.toEqual([])
  })

  const legacy = encode(weightsPayload, { hotkey: new Uint8Array(), uids: [0, 2], values: [10, 20], version_key: 0n })
  it.each([
    ['without a hotkey, as by older clients', legacy.subarray(1)],
    ['with more bytes after it', concatBytes(payload(), new Uint8Array(5))],
    ['with a longer hotkey field', payload({ hotkey: concatBytes(hexToBytes(BOB_HOT), new Uint8Array(1)) })],
  ])('accepts a payload %s', (_name, message) => {
    const net = neurons()
    net.chain.run(BOB_HOT, commitCall(net, locked(message)))
    pulse(net)
    toNextEpoch(net)
    expect(weightsOfBob(net)).toHaveLength(2)
  })

  it.each([
    ['of another hotkey', locked(payload({ hotkey: ALICE_HOT }))],
    ['locked for another round', locked(payload(), 999n)],
    ['locked for another beacon', encrypt(payload(), ROUND, QUICKNET.publicKey, ENTROPY)],
    ['that is not a time-locked message', new Uint8Array(300)],
    ['that is empty', new Uint8Array()],
    ['with a payload that is none', locked(new Uint8Array([1, 2, 3]))],
    ['with a uid that does not exist', locked(payload({ uids: [0, 3] }))],
    ['with lists of different lengths', locked(payload({ values: [1] }))],
  ])('silently drops a commit %s', (_name, commit) => {
    const net = neurons()
    net.chain.run(BOB_HOT, commitCall(net, commit))
    // One after it still opens.
    net.chain.run(CAROL_HOT, commitCall(net, locked(payload({ hotkey: CAROL_HOT }))))
    pulse(net)
    toNextEpoch(net)
    expect(weightsOfBob(net)).toEqual([])
    expect(storage.Weights.get(net.chain.ctx, { index: net.netuid, uid: 2 })).toHaveLength(2)
    expect(waiting(net)).toBe(0)
  })

  it('drops any bytes', () => {
    const net = neurons()
    net.epochs(1)
    const { ctx } = net.chain
    const key = { index: net.netuid, epoch: epochIndex(net) - 1n }
    pulse(net)
    const property = fc.property(fc.uint8Array({ maxLength: 4000 }), fc.boolean(), (bytes, isPayload) => {
      const commit = isPayload ? locked(bytes) : bytes
      storage.TimelockedWeightCommits.set(ctx, key, [[BOB_HOT, ctx.block, commit, ROUND]])
      openTimelockedWeights(ctx, [net.netuid])
      expect(weightsOfBob(net)).toEqual([])
      expect(waiting(net)).toBe(0)
    })
    fc.assert(property, { numRuns: 60 })
  })

  it('follows block numbers where epochs do', () => {
    const net = neurons()
    const { chain, netuid } = net
    const older = () =>
      Object.assign(Object.create(chain.ctx), { profile: { ...FAST_PROFILE, compat: COMPAT_SDK10 } }) as Ctx
    const tempo = BigInt(storage.Tempo.get(chain.ctx, { netuid }))
    const epoch = (chain.ctx.block + BigInt(netuid) + 1n) / (tempo + 1n)
    const commit = { netuid, mecid: 0, ciphertext: locked(payload()), round: ROUND, version: 4 }
    commitTimelocked(older(), signedBy(BOB_HOT), commit)
    expect(storage.TimelockedWeightCommits.get(chain.ctx, { index: netuid, epoch })).toHaveLength(1)
    pulse(net)
    const firstOfNext = (epoch + 1n) * (tempo + 1n) - BigInt(netuid) - 1n
    chain.goTo(firstOfNext - 1n)
    openTimelockedWeights(older(), [netuid])
    expect(weightsOfBob(net)).toEqual([])
    chain.goTo(firstOfNext)
    openTimelockedWeights(older(), [netuid])
    expect(weightsOfBob(net)).toHaveLength(2)
  })
})
