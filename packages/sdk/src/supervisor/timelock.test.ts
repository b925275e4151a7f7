/** Which round hides weights, and what a chain does with them when it comes. */
import { bytesToHex, hexToBytes } from '@neurite/primitives/bytes'
import type { Keypair } from '@neurite/primitives/keyring'
import { decode, encode, str, u64 } from '@neurite/primitives/scale'
import {
  beaconPublicKey,
  decrypt,
  ENTROPY_LENGTH,
  encrypt,
  roundAt,
  signPulse,
  timeOfRound,
  weightsPayload,
} from '@neurite/primitives/timelock'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LOCAL_SEED } from '../../../node/src/beacon/index.ts'
import type { RuntimeCall } from '../client/index.ts'
import { startTestSubnet, type TestSubnet } from '../explain/subnet.fixture.ts'
import {
  type ChainBeacon,
  exitCodeOf,
  isBeaconAlive,
  lockWeights,
  planReveal,
  preflight,
  readBeacon,
  superviseWeights,
  type Verdict,
} from './index.ts'

const GENESIS = 1_692_803_367
const beaconAt = (lastRound: bigint, period = 3): ChainBeacon => ({
  publicKey: new Uint8Array(96),
  period,
  genesisTime: GENESIS,
  lastRound,
})

describe('the round', () => {
  // Round 1000 is due at GENESIS + 999 * 3.
  const NOW = GENESIS + 999 * 3
  const MAINNET = { head: 5000, nextEpoch: 5101, tempo: 360, period: 1, blockTime: 12 }

  test.each([
    // The block before the epoch's is 100 blocks, 1200 s = 400 rounds away; the pulse needs one round to get there.
    ['of the next epoch', MAINNET, 1399n, 5101],
    ['two periods later', { ...MAINNET, period: 3 }, 1399n + 2n * 360n * 4n, 5101 + 720],
    // The commit comes into block 5001, after the epoch that runs there.
    ['when an epoch runs in the very next block', { ...MAINNET, nextEpoch: 5001 }, 1000n + 360n * 4n - 1n, 5361],
    ['when an epoch is overdue', { ...MAINNET, nextEpoch: 4990 }, 1000n + 360n * 4n - 1n, 5361],
    // Nothing that is out already hides anything.
    ['when the epoch is too near', { ...MAINNET, nextEpoch: 5002 }, 1003n, 5002],
    ['on a network without hiding time', { ...MAINNET, nextEpoch: 5002, blockTime: 0.25 }, 1001n, 5002],
  ])('%s', (_case, schedule, round, revealBlock) => {
    const plan = planReveal(schedule, beaconAt(1000n), NOW)
    expect(plan).toEqual({ round, revealBlock, dueAt: GENESIS + Number(round - 1n) * 3 })
  })

  test('is ahead of what the chain has, even if the clock is behind', () => {
    const plan = planReveal({ ...MAINNET, nextEpoch: 5002, blockTime: 0.25 }, beaconAt(1010n), NOW)
    expect(plan.round).toBe(1011n)
  })

  test('property: it is never out yet, and unless time is too short its pulse is there a block before', () => {
    const schedules = fc.record({
      head: fc.integer({ min: 1, max: 10_000_000 }),
      until: fc.integer({ min: -5, max: 400 }),
      tempo: fc.integer({ min: 2, max: 50_400 }),
      period: fc.integer({ min: 1, max: 100 }),
      blockTime: fc.constantFrom(0.25, 1, 11.7, 12, 12.4),
    })
    fc.assert(
      fc.property(
        schedules,
        fc.constantFrom(1, 3, 30),
        fc.integer({ min: 0, max: 10 ** 9 }),
        (given, period, since) => {
          const { head, until, ...rest } = given
          const now = GENESIS + since
          const beacon = beaconAt(roundAt({ period, genesisTime: GENESIS }, now), period)
          const plan = planReveal({ head, nextEpoch: head + until, ...rest }, beacon, now)
          expect(plan.dueAt).toBeGreaterThan(now)
          expect(plan.round).toBeGreaterThan(beacon.lastRound)
          expect(plan.revealBlock).toBeGreaterThan(head + 1)
          const blockBefore = now + (plan.revealBlock - head - 1) * rest.blockTime
          if (plan.round > beacon.lastRound + 1n) {
            expect(timeOfRound(beacon, plan.round) + period).toBeLessThanOrEqual(blockBefore + 1e-6)
            // And not a round earlier than it has to be.
            expect(timeOfRound(beacon, plan.round + 1n) + period).toBeGreaterThan(blockBefore - 1e-6)
          }
        },
      ),
    )
  })

  test('a beacon without pulses, or without new ones, is not alive', () => {
    const now = timeOfRound(beaconAt(0n), 1000n)
    expect([0n, 1n, 979n, 980n, 1000n].map((round) => isBeaconAlive(beaconAt(round), now))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ])
  })
})

describe('on a chain with its own beacon', { timeout: 180_000 }, () => {
  let subnet: TestSubnet
  let validator: Keypair
  beforeAll(async () => {
    subnet = await startTestSubnet({
      beacon: { kind: 'local' },
      sealing: { kind: 'interval', everyMs: 250 },
      tempo: 20,
    })
    validator = subnet.validators[0]!
    const { chain, netuid, sudo } = subnet
    const { AdminUtils } = chain.tx
    await subnet.epoch()
    await sudo(AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: true }))
    while (!isBeaconAlive(await readBeacon(chain))) await subnet.block()
  }, 120_000)
  afterAll(() => subnet.stop())

  async function submit(
    weights: readonly (readonly [number, number])[],
    { mecid = 0, onStep = () => {} }: { mecid?: number; onStep?: (text: string) => void } = {},
  ): Promise<{ verdict: Verdict; metrics: ReturnType<ReturnType<typeof superviseWeights>['metrics']> }> {
    const { chain, netuid } = subnet
    const supervisor = superviseWeights({ chain, keypair: validator, netuid, mecid, onStep })
    return { verdict: await supervisor.submit(weights), metrics: supervisor.metrics() }
  }

  test('the lock is for the key that the chain names, and holds the hotkey', async () => {
    const { chain, netuid } = subnet
    expect((await readBeacon(chain)).publicKey).toEqual(beaconPublicKey(LOCAL_SEED))
    const plan = { netuid, mecid: 0, uids: [4], values: [7], versionKey: 3n }
    const { ciphertext, round } = await lockWeights(chain, validator.publicKey, plan)
    const opened = decode(weightsPayload, decrypt(ciphertext, signPulse(LOCAL_SEED, round).signature))
    expect(opened).toEqual({ hotkey: hexToBytes(validator.publicKey), uids: [4], values: [7], version_key: 3n })
  })

  test('locked weights: the chain opens them, they count, and weights and bonds are in the metagraph', async () => {
    const { chain, netuid } = subnet
    const { Weights, TimelockedWeightCommits } = chain.query.SubtensorModule
    const weights = [
      [4, 3],
      [5, 1],
    ] as const // prettier-ignore
    const steps: string[] = []
    let hidden: Promise<unknown> | undefined
    await subnet.epoch()
    const { verdict, metrics } = await submit(weights, {
      onStep(text) {
        steps.push(text)
        // Read while they wait: nothing of the weights is to be seen, but that they wait.
        hidden ??= Promise.all([Weights.get([netuid, 1]), TimelockedWeightCommits.entries([netuid])])
      },
    })
    const [before, waiting] = (await hidden) as [unknown, [unknown, [string][]][]]
    expect(before).toEqual([])
    expect(waiting.flatMap(([, commits]) => commits.map(([who]) => who))).toEqual([validator.publicKey])
    expect(await TimelockedWeightCommits.entries([netuid])).toEqual([])
    expect(verdict.because).toMatch(/^Your weights counted in the epoch of block \d+: uid 1 voted with /)
    expect([verdict.counted, exitCodeOf(verdict), metrics.sent, metrics.refused]).toEqual([true, 0, 1, 0])
    expect(metrics.committedAt).toBeLessThan(metrics.setAt!)
    expect(metrics.setAt).toBeLessThanOrEqual(metrics.epochAt!)
    expect(steps).toEqual([
      expect.stringMatching(/^The weights are committed since block \d+, locked until round \d+ of the beacon/),
      expect.stringMatching(/^The pulse of round \d+ is on the chain\.$/),
      `The chain opened the weights in block ${metrics.setAt}.`,
      verdict.because,
    ])
    const at = await chain.connection.request<string>('chain_getBlockHash', [metrics.epochAt!])
    const neuron = await chain.api.NeuronInfoRuntimeApi.get_neuron({ netuid, uid: 1 }, { at })
    expect(neuron!.weights).toEqual([
      [4, 65_535],
      [5, 21_845],
    ])
    expect(neuron!.bonds.map(([uid]) => uid)).toEqual([4, 5])
    expect(neuron!.bonds.every(([, bond]) => bond > 0)).toBe(true)
    const { Bonds } = chain.query.SubtensorModule
    const first = new Map(await Bonds.get([netuid, 1], { at }))
    const again = await submit(weights)
    const later = await chain.connection.request<string>('chain_getBlockHash', [again.metrics.epochAt!])
    const second = new Map(await Bonds.get([netuid, 1], { at: later }))
    for (const uid of [4, 5]) expect(second.get(uid)).toBeGreaterThan(first.get(uid)!)
  })

  test('locked weights of a second mechanism', async () => {
    const { chain, netuid, sudo } = subnet
    await sudo(
      chain.tx.AdminUtils.sudo_set_max_allowed_uids({ netuid, max_allowed_uids: 64 }),
      chain.tx.AdminUtils.sudo_set_mechanism_count({ netuid, mechanism_count: 2 }),
    )
    const { verdict, metrics } = await submit([[5, 1]], { mecid: 1 })
    expect(verdict.because).toMatch(/^Your weights counted /)
    const at = await chain.connection.request<string>('chain_getBlockHash', [metrics.epochAt!])
    expect(await chain.query.SubtensorModule.Weights.get([4096 + netuid, 1], { at })).toEqual([[5, 65_535]])
    expect(await chain.query.SubtensorModule.Weights.get([netuid, 1], { at })).not.toEqual([[5, 65_535]])
  })

  test('weights that a rule forbids when the chain opens them: said with the rule', async () => {
    const { chain, netuid, sudo } = subnet
    const limit = (min_allowed_weights: number) =>
      chain.tx.AdminUtils.sudo_set_min_allowed_weights({ netuid, min_allowed_weights })
    let change: Promise<void> | undefined
    // The whole of an epoch is left for the change.
    await subnet.epoch()
    const { verdict } = await submit([[4, 1]], {
      onStep: (text) => {
        if (text.includes('are committed')) change = sudo(limit(3))
      },
    })
    await change
    expect(verdict.because).toMatch(
      /^Your weights were not set: The chain dropped them when it opened them in block \d+: 1 weights are fewer than the 3 /,
    )
    expect([verdict.counted, verdict.stage, exitCodeOf(verdict)]).toEqual([false, 'reveal', 6])
    await sudo(limit(1))
  })

  test('locked commitments are published when their rounds come, the oldest first', async () => {
    const { chain, netuid, run, validators } = subnet
    const { RevealedCommitments } = chain.query.Commitments
    const commit = async (who: Keypair, text: string, roundsAhead: bigint): Promise<bigint> => {
      const { publicKey, lastRound } = await readBeacon(chain)
      const reveal_round = lastRound + roundsAhead
      const entropy = crypto.getRandomValues(new Uint8Array(ENTROPY_LENGTH))
      // Clients encode the text before they lock it.
      const encrypted = encrypt(encode(str, text), reveal_round, publicKey, entropy)
      const info = { fields: [{ type: 'TimelockEncrypted', value: { encrypted, reveal_round } }] }
      await run({ pallet: 'Commitments', name: 'set_commitment', args: { netuid, info } } as RuntimeCall, who)
      return reveal_round
    }
    const revealed = async (who: Keypair): Promise<{ text: string; block: number }[]> => {
      const found = ((await RevealedCommitments.get([netuid, who.publicKey])) ?? []) as [Uint8Array, bigint][]
      return found.map(([message, block]) => ({ text: decode(str, message), block: Number(block) }))
    }
    const until = async (who: Keypair, count: number): Promise<void> => {
      while ((await revealed(who)).length < count) await subnet.block()
    }
    const [one, two] = [validators[1]!, validators[2]!]
    const round = await commit(one, 'ipfs://one', 3n)
    expect(await revealed(one)).toEqual([])
    await commit(two, 'ipfs://two', 3n)
    await until(one, 1)
    await commit(one, 'ipfs://one, corrected', 2n)
    await until(one, 2)
    await until(two, 1)
    expect((await revealed(one)).map(({ text }) => text)).toEqual(['ipfs://one', 'ipfs://one, corrected'])
    expect((await revealed(two)).map(({ text }) => text)).toEqual(['ipfs://two'])
    const at = await chain.connection.request<string>('chain_getBlockHash', [(await revealed(one))[0]!.block])
    expect((await readBeacon(chain, at)).lastRound).toBeGreaterThanOrEqual(round)
  })
})

describe('on a chain whose beacon goes away', () => {
  let subnet: TestSubnet
  beforeAll(async () => {
    subnet = await startTestSubnet()
    const { chain, netuid, sudo } = subnet
    await subnet.epoch()
    await sudo(chain.tx.AdminUtils.sudo_set_commit_reveal_weights_enabled({ netuid, enabled: true }))
  }, 60_000)
  afterAll(() => subnet.stop())

  const weights = { mecid: 0, uids: [4], values: [1], versionKey: 0n }

  test('nothing is locked unless asked for, and then the check says why not', async () => {
    const { chain, netuid, validators } = subnet
    const plan = { ...weights, netuid }
    expect((await preflight(chain, validators[0]!.publicKey, plan)).way).toBe('hash')
    const asked = await preflight(chain, validators[0]!.publicKey, plan, 'timelock')
    const broken = asked.checks.filter(({ state }) => state === 'fail')
    expect(broken.map(({ rule }) => rule)).toEqual(['NoBeacon'])
    expect(broken[0]!.sentence).toContain('hide the weights by hash')
  })

  /** Weights followed to their end, block by block, with something done before each. */
  async function follow(before: (steps: readonly string[]) => Promise<void> = async () => {}) {
    const { chain, netuid, validators, block } = subnet
    const steps: string[] = []
    const onStep = (text: string): number => steps.push(text)
    const supervisor = superviseWeights({ chain, keypair: validators[0]!, netuid, onStep })
    let done = false
    const work = supervisor.submit([[4, 1]]).finally(() => {
      done = true
    })
    while (!done) {
      await before(steps)
      for (let i = 0; i < 20; i++) await chain.connection.request('system_name')
      if (!done) await block()
    }
    return { verdict: await work, metrics: supervisor.metrics(), steps }
  }

  /** As if the chain had all pulses until `ahead` rounds from now. */
  async function pretendPulses(ahead: bigint): Promise<void> {
    const { chain } = subnet
    const round = roundAt(await readBeacon(chain), Date.now() / 1000) + ahead
    const { LastStoredRound } = chain.query.Drand
    await chain.connection.request('dev_setStorage', [[[LastStoredRound.key(), bytesToHex(encode(u64, round))]]])
  }

  test('a pulse that never comes: the commit is dropped, and that is said', async () => {
    await pretendPulses(0n)
    const { verdict } = await follow()
    expect(verdict.because).toMatch(
      /^Your weights were not set: The pulse of round \d+ did not reach the chain in time/,
    )
    expect([verdict.stage, exitCodeOf(verdict)]).toEqual(['reveal', 6])
  })

  test('a round that is out before the commit gets into a block: locked anew', async () => {
    const { chain } = subnet
    await pretendPulses(0n)
    let isLate = false
    const { steps, metrics } = await follow(async () => {
      if (isLate) return
      // No block before the commit waits for one.
      while ((await chain.connection.request<string[]>('author_pendingExtrinsics')).length === 0);
      isLate = true
      await pretendPulses(100n)
    })
    expect(steps.join('\n')).toMatch(
      /Round \d+ was out before the commit got into a block; the weights are locked anew\./,
    )
    expect(metrics.refused).toBeGreaterThan(0)
    expect(metrics.committedAt).toBeGreaterThan(0)
  })
})
