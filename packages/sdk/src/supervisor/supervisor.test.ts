/** Weights brought to epochs of a real chain. */
import { isNeuriteError } from '@neurite/primitives/errors'
import { devKeypair, type Keypair } from '@neurite/primitives/keyring'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { RuntimeCall } from '../client/index.ts'
import { startTestSubnet, type TestSubnet } from '../explain/subnet.fixture.ts'
import { waitForBlock } from './endpoints.ts'
import {
  exitCodeOf,
  metricsText,
  preflight,
  superviseWeights,
  type WeightPlan,
  type WeightSupervisor,
} from './index.ts'

let subnet: TestSubnet
let validator: Keypair
beforeAll(async () => {
  subnet = await startTestSubnet({ rpcPorts: [0, 0] })
  validator = subnet.validators[0]!
  await subnet.epoch()
}, 60_000)
afterAll(() => subnet.stop())

const open: WeightSupervisor[] = []
afterEach(() => {
  for (const supervisor of open.splice(0)) supervisor.close()
})

function supervise(onStep?: (text: string) => void, endpoints?: readonly string[]): WeightSupervisor {
  const where = endpoints === undefined ? { chain: subnet.chain } : { endpoints }
  const { netuid } = subnet
  const supervisor = superviseWeights({ ...where, keypair: validator, netuid, ...(onStep && { onStep }) })
  open.push(supervisor)
  return supervisor
}

/** Makes blocks until `work` is done; after each, everybody gets as many turns on the node as these requests take. */
async function whileBlocksPass<T>(work: Promise<T>, before: () => Promise<void> = async () => {}): Promise<T> {
  let done = false
  const settled = work.finally(() => {
    done = true
  })
  settled.catch(() => undefined)
  while (!done) {
    await before()
    for (let i = 0; i < 20; i++) await subnet.chain.connection.request('system_name')
    if (!done) await subnet.block()
  }
  return settled
}

describe('preflight', () => {
  const plan = (change: Partial<WeightPlan> = {}): WeightPlan => ({
    netuid: subnet.netuid,
    mecid: 0,
    uids: [4],
    values: [1],
    versionKey: 0n,
    ...change,
  })
  const setCall = ({ netuid, mecid, uids, values, versionKey }: WeightPlan): RuntimeCall => {
    const rest = { dests: uids, weights: values, version_key: versionKey }
    const { SubtensorModule } = subnet.chain.tx
    return mecid === 0
      ? SubtensorModule.set_weights({ netuid, ...rest })
      : SubtensorModule.set_mechanism_weights({ netuid, mecid, ...rest })
  }
  /** The error with which the chain meets the weights. */
  const refusalOf = async (weights: WeightPlan, signer: Keypair, call = setCall(weights)): Promise<string> => {
    const error = await whileBlocksPass(
      subnet.chain.submit(call, signer).then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    )
    return isNeuriteError(error) ? error.message : 'none'
  }

  test.each<[rule: string, change: Partial<WeightPlan>, said?: string]>([
    // The root's weights would have to be committed, which the chain says first.
    ['CanNotSetRootNetworkWeights', { netuid: 0 }, 'SubtensorModule.CommitRevealEnabled'],
    ['WeightVecNotEqualSize', { values: [1, 2] }],
    // The pool calls the rate limit of a mechanism that does not exist broken.
    ['MechanismDoesNotExist', { mecid: 3 }, 'RateLimitExceeded'],
    ['UidsLengthExceedUidsInSubNet', { uids: [0, 1, 2, 3, 4, 5, 6], values: [1, 1, 1, 1, 1, 1, 1] }],
    ['DuplicateUids', { uids: [4, 4], values: [1, 1] }],
    ['UidVecContainInvalidOne', { uids: [9], values: [1] }],
  ])('%s is found before the chain finds it', async (rule, change, said = `SubtensorModule.${rule}`) => {
    const weights = plan(change)
    const found = await preflight(subnet.chain, validator.publicKey, weights)
    expect(found.checks.find(({ state }) => state === 'fail')!.rule).toBe(rule)
    expect(await refusalOf(weights, validator)).toContain(said)
  })

  test('of several broken rules, that is named first which the chain meets first', async () => {
    const stranger = devKeypair('Bob')
    const miner = subnet.miners[0]!
    const cases: readonly (readonly [rule: string, signer: Keypair, change: Partial<WeightPlan>])[] = [
      ['WeightVecNotEqualSize', stranger, { uids: [9, 9], values: [1] }],
      ['MechanismDoesNotExist', stranger, { uids: [9, 9], values: [1, 1], mecid: 3 }],
      ['UidsLengthExceedUidsInSubNet', stranger, { uids: [4, 4, 4, 4, 4, 4, 4], values: [1, 1, 1, 1, 1, 1, 1] }],
      ['HotKeyNotRegisteredInSubNet', stranger, { uids: [4, 4], values: [1, 1] }],
      ['NeuronNoValidatorPermit', miner, { uids: [9, 9], values: [1, 1] }],
      ['DuplicateUids', validator, { uids: [9, 9], values: [1, 1] }],
    ]
    for (const [rule, signer, change] of cases) {
      const { checks } = await preflight(subnet.chain, signer.publicKey, plan(change))
      expect(checks.filter(({ state }) => state === 'fail').length, rule).toBeGreaterThan(1)
      expect(checks.find(({ state }) => state === 'fail')!.rule).toBe(rule)
      expect(await refusalOf(plan(change), signer)).toContain(`SubtensorModule.${rule}`)
    }
  })

  test('of a commit, the chain looks at the call first, and at the weights when they are revealed', async () => {
    const { AdminUtils, SubtensorModule } = subnet.chain.tx
    const { netuid, sudo } = subnet
    await sudo(AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: true }))
    const change = { uids: [9, 9], values: [1, 1] }
    const { checks } = await preflight(subnet.chain, devKeypair('Bob').publicKey, plan(change))
    expect(checks.filter(({ state }) => state === 'fail').map(({ rule, stage }) => [rule, stage])).toEqual([
      ['HotKeyNotRegisteredInSubNet', 'call'],
      ['NeuronNoValidatorPermit', 'reveal'],
      ['DuplicateUids', 'reveal'],
      ['UidVecContainInvalidOne', 'reveal'],
    ])
    const commit = SubtensorModule.commit_weights({ netuid, commit_hash: `0x${'12'.repeat(32)}` })
    expect(await refusalOf(plan(), devKeypair('Bob'), commit)).toContain('SubtensorModule.HotKeyNotRegisteredInSubNet')
    await sudo(AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: false }))
  })

  test('a key that has announced to be replaced can set no weights', async () => {
    const leaving = devKeypair('Charlie')
    const call = subnet.chain.tx.SubtensorModule.announce_coldkey_swap({ new_coldkey_hash: `0x${'34'.repeat(32)}` })
    await subnet.run(call, leaving)
    const { checks } = await preflight(subnet.chain, leaving.publicKey, plan())
    expect(checks.find(({ state }) => state === 'fail')!.rule).toBe('ColdkeySwapAnnounced')
    expect(await refusalOf(plan(), leaving)).toMatch(/ColdkeySwap|ColdkeyInSwapSchedule/)
  })

  test('HotKeyNotRegisteredInSubNet and NeuronNoValidatorPermit', async () => {
    for (const [rule, signer] of [
      ['HotKeyNotRegisteredInSubNet', devKeypair('Bob')],
      ['NeuronNoValidatorPermit', subnet.miners[0]!],
    ] as const) {
      const found = await preflight(subnet.chain, signer.publicKey, plan({ uids: [1] }))
      expect(found.checks.find(({ state }) => state === 'fail')!.rule).toBe(rule)
      expect(await refusalOf(plan({ uids: [1] }), signer)).toContain(`SubtensorModule.${rule}`)
    }
  })

  test('IncorrectWeightVersionKey, WeightVecLengthIsLow, NotEnoughStakeToSetWeights', async () => {
    const { AdminUtils } = subnet.chain.tx
    const { netuid, sudo } = subnet
    await sudo(
      AdminUtils.sudo_set_weights_version_key({ netuid, weights_version_key: 7n }),
      AdminUtils.sudo_set_min_allowed_weights({ netuid, min_allowed_weights: 2 }),
      AdminUtils.sudo_set_stake_threshold({ min_stake: 10n ** 15n }),
    )
    const { checks, state } = await preflight(subnet.chain, validator.publicKey, plan())
    expect(state).toBe('fail')
    const broken = checks.filter((check) => check.state === 'fail')
    expect(broken.map(({ rule }) => rule)).toEqual([
      'NotEnoughStakeToSetWeights',
      'IncorrectWeightVersionKey',
      'WeightVecLengthIsLow',
    ])
    expect(broken.map(({ sentence }) => sentence.replace(/weight \d+\.\d+/, 'weight N'))).toEqual([
      'Its stake weight N α is below the threshold of 1000000.0000 α; stake more.',
      "Version key 0 is below the subnet's 7; update the validator.",
      '1 weights are fewer than the 2 that the subnet asks for.',
    ])
    await sudo(
      AdminUtils.sudo_set_weights_version_key({ netuid, weights_version_key: 0n }),
      AdminUtils.sudo_set_min_allowed_weights({ netuid, min_allowed_weights: 1 }),
      AdminUtils.sudo_set_stake_threshold({ min_stake: 0n }),
    )
  })
})

test('what a rule forbids is not sent', async () => {
  const supervisor = supervise()
  const verdict = await supervisor.submit([[9, 1]])
  expect(verdict).toMatchObject({ counted: false, stage: 'preflight', epochBlock: undefined })
  expect(verdict.because).toBe('Your weights cannot be set: There is no uid 9; the subnet has uids 0 to 5.')
  expect([exitCodeOf(verdict), supervisor.metrics().sent]).toEqual([2, 0])
})

test('plain weights: followed to the epoch, with those that did not count', async () => {
  const steps: string[] = []
  const supervisor = supervise((text) => steps.push(text))
  const verdict = await whileBlocksPass(
    supervisor.submit([
      [1, 10],
      [4, 50_000],
      [5, 10_000],
    ]),
  ) // prettier-ignore
  expect(verdict.because).toMatch(
    /^Your weights counted in the epoch of block \d+: uid 1 voted with [\d.]+ % of the voting stake on 2 of 3 uids, without uid 1 \(it is on the validator itself, which only the subnet owner may do\); [\d.]+ % of the weights were within the consensus\.$/,
  )
  expect(verdict).toMatchObject({ counted: true, stage: 'epoch' })
  expect(verdict.masked.map(({ uid, rule }) => [uid, rule])).toEqual([[1, 'selfWeight']])
  expect(exitCodeOf(verdict)).toBe(0)
  const metrics = supervisor.metrics()
  expect(metrics).toMatchObject({ rounds: 1, counted: 1, sent: 1, refused: 0, maskedWeights: 1, endpointSwitches: 0 })
  expect(metrics.setAt).toBeLessThan(metrics.epochAt!)
  expect(verdict.epochBlock).toBe(metrics.epochAt)
  expect(steps).toEqual([`The weights are on chain since block ${metrics.setAt}.`, verdict.because])
})

test('the rate limit is waited for, not run into', async () => {
  const { AdminUtils } = subnet.chain.tx
  const { netuid, sudo, weigh } = subnet
  await weigh(validator, [[5, 1]])
  await sudo(AdminUtils.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 6n }))
  const steps: string[] = []
  const supervisor = supervise((text) => steps.push(text))
  const verdict = await whileBlocksPass(supervisor.submit([[4, 1]]))
  expect(verdict.counted).toBe(true)
  expect(steps[0]).toMatch(/^Waiting: The last weights are of block \d+, and the limit is one in 6 blocks/)
  expect(supervisor.metrics()).toMatchObject({ sent: 1, refused: 0 })
  await sudo(AdminUtils.sudo_set_weights_set_rate_limit({ netuid, weights_set_rate_limit: 0n }))
})

test('weights that are replaced before the epoch did not count', async () => {
  await subnet.epoch()
  let other: Promise<void> | undefined
  let isSet = false
  const supervisor = supervise((text) => {
    if (text.includes('are on chain')) isSet = true
  })
  const verdict = await whileBlocksPass(supervisor.submit([[4, 1]]), async () => {
    if (!isSet) return
    other ??= subnet.weigh(validator, [[5, 1]])
    await other
  })
  expect(verdict).toMatchObject({ counted: false, stage: 'epoch' })
  expect(verdict.because).toContain('other weights of this hotkey were set after them')
  expect(exitCodeOf(verdict)).toBe(5)
})

test('hidden weights: committed, revealed in their epoch, and counted', async () => {
  const { AdminUtils } = subnet.chain.tx
  const { netuid, sudo } = subnet
  await sudo(AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: true }))
  const supervisor = supervise()
  const verdict = await whileBlocksPass(
    supervisor.submit([
      [4, 3],
      [5, 1],
    ]),
  ) // prettier-ignore
  expect(verdict.because).toMatch(/^Your weights counted in the epoch of block /)
  const { committedAt, setAt, epochAt, sent, refused } = supervisor.metrics()
  expect(committedAt).toBeLessThan(setAt!)
  expect(setAt).toBeLessThan(epochAt!)
  expect([sent, refused]).toEqual([2, 0])
  await sudo(AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: false }))
})

test('when its node goes away, work goes on at the next', async () => {
  const urls = subnet.node.servers.map(({ port }) => `ws://127.0.0.1:${port}`).reverse()
  let left: Promise<void> | undefined
  let isSet = false
  const supervisor = supervise((text) => {
    if (text.includes('are on chain')) isSet = true
  }, urls)
  const verdict = await whileBlocksPass(supervisor.submit([[4, 1]]), async () => {
    if (isSet) left ??= subnet.node.servers[1]!.close()
  })
  await left
  expect(verdict.counted).toBe(true)
  expect(supervisor.metrics()).toMatchObject({ endpoint: urls[1], endpointSwitches: 1, sent: 1 })
})

test('a node that answers but shows no new block is noticed', async () => {
  const { chain } = subnet
  const next = (await chain.blockNumber()) + 1
  await expect(waitForBlock(chain, next, 1)).rejects.toThrow('shows no new block')
  await whileBlocksPass(waitForBlock(chain, next, 60_000))
})

test('metrics in the text format of Prometheus', async () => {
  const supervisor = supervise()
  const verdict = await whileBlocksPass(supervisor.submit([[4, 1]]))
  const text = metricsText(supervisor.metrics(), verdict, { netuid: subnet.netuid, mecid: 0 })
  const labels = `{netuid="${subnet.netuid}",mecid="0"}`
  for (const line of [
    '# TYPE neurite_weights_counted_total counter',
    `neurite_weights_counted_total${labels} 1`,
    `neurite_weights_last_counted${labels} 1`,
    `neurite_weights_epoch_block${labels} ${verdict.epochBlock}`,
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  // Not committed, so there is no block of a commit.
  expect(text).not.toContain('committed_block')
  expect(text).toMatch(/\nneurite_weights_validator_trust\{[^}]*\} (0\.\d+|1)\n/)
})
