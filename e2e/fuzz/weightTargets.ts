/** Weights and commitments as strangers send them: lists of the wrong length, uids twice, uids that nobody has. */
import type { AccountId } from '@neurite/primitives/bytes'
import { decode, encode, ScaleError } from '@neurite/primitives/scale'
import { weightsPayload } from '@neurite/primitives/timelock'
import {
  type Ctx,
  createRuntime,
  FAST_PROFILE,
  Overlay,
  type RuntimeCall,
  runtimeCall,
  signedBy,
} from '@neurite/runtime'
import { calls as admin } from '@neurite/runtime/pallets/admin-utils'
import { calls as commitments, storage as committed, type Data } from '@neurite/runtime/pallets/commitments'
import { storage as drand } from '@neurite/runtime/pallets/drand'
import { calls, storage } from '@neurite/runtime/pallets/subtensor'
import { Subnet } from '../../conformance/attacks/subnet.ts'
import { account } from '../../conformance/attacks/world.ts'
import { openTimelockedCommitments } from '../../packages/runtime/src/pallets/commitments/openTimelocked.ts'
import { commitHash } from '../../packages/runtime/src/pallets/subtensor/weights/commit.ts'
import { openTimelockedWeights } from '../../packages/runtime/src/pallets/subtensor/weights/openTimelocked.ts'
import { mutateBytes } from './mutate.ts'
import { pick, type Random } from './random.ts'
import type { Target } from './run.ts'
import { BEACON, lock, STORED_PULSE } from './timelockTargets.ts'
import { atMost } from './work.ts'

const U16_MAX = 65_535
const ROUND = STORED_PULSE.round

function validatorsAndMiners(commitReveal: boolean): Subnet {
  const subnet = new Subnet({ stakes: [50_000, 40_000, 30_000], miners: 5, commitReveal, genesis: { beacon: BEACON } })
  subnet.toEpoch()
  return subnet
}

/** Vectors that a reveal may name: their commits were made an epoch ago. Most break a rule of weights. */
const REVEALED: readonly (readonly [uids: number[], values: number[]])[] = [
  [
    [4, 5, 6],
    [1, 2, 3],
  ],
  [
    [4, 5, 6],
    [1, 2],
  ],
  [
    [4, 4],
    [1, 2],
  ],
  [
    [4, 900],
    [1, 2],
  ],
  [[], []],
  [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Array(11).fill(U16_MAX)],
  [Array.from({ length: 3000 }, (_, i) => i), Array(3000).fill(1)],
  [[4], [0]],
]
const SALT = [1, 2, 3]

const plain = validatorsAndMiners(false)
const secret = validatorsAndMiners(true)
for (const { hotkey } of secret.validators) {
  for (const [uids, values] of REVEALED) {
    const hash = commitHash(hotkey, secret.netuid, { uids, values, salt: SALT, versionKey: 0n })
    secret.world.run([hotkey, calls.commit_weights({ netuid: secret.netuid, commit_hash: hash })])
  }
}
secret.toEpoch()

const STRANGER = account('nobody')
const signers = ({ validators, miners }: Subnet): AccountId[] => [
  ...validators.map(({ hotkey }) => hotkey),
  validators[0]!.coldkey,
  miners[0]!.hotkey,
  account('owner'),
  STRANGER,
]

const integer = (random: Random): number => pick(random, [0, 1, 4, 5, 6, 8, 9, 255, 4095, U16_MAX])
const list = (random: Random): number[] =>
  Array.from({ length: pick(random, [0, 1, 2, 3, 3, 9, 10, 300]) }, () => integer(random))
const mechanism = (random: Random): number => pick(random, [0, 0, 0, 1, 15, 255])
const version = (random: Random): bigint => pick(random, [0n, 0n, 1n, (1n << 64n) - 1n])

/** A list for a list: as long, or not. */
function beside(random: Random, uids: readonly number[]): number[] {
  const length = pick(random, [uids.length, uids.length, uids.length, uids.length + 1, Math.max(0, uids.length - 1), 0])
  return Array.from({ length }, () => integer(random))
}

const uidsOf = (random: Random): number[] => (random(2) === 0 ? [4, 5, 6].slice(random(3)) : list(random))

type Make = (netuid: number, random: Random) => RuntimeCall

const some = <T>(random: Random, make: () => T): T[] => Array.from({ length: pick(random, [0, 1, 2, 2, 5]) }, make)

const CALLS: readonly Make[] = [
  (netuid, random) => {
    const dests = uidsOf(random)
    return calls.set_weights({ netuid, dests, weights: beside(random, dests), version_key: version(random) })
  },
  (netuid, random) => {
    const dests = uidsOf(random)
    const rest = { dests, weights: beside(random, dests), version_key: version(random) }
    return calls.set_mechanism_weights({ netuid, mecid: mechanism(random), ...rest })
  },
  (netuid, random) =>
    calls.batch_set_weights({
      netuids: some(random, () => netuidOf(netuid, random)),
      weights: some(random, () => uidsOf(random).map((uid): [number, number] => [uid, integer(random)])),
      version_keys: some(random, () => version(random)),
    }),
  (netuid) => calls.commit_weights({ netuid, commit_hash: `0x${'ab'.repeat(32)}` }),
  (netuid, random) =>
    calls.commit_mechanism_weights({ netuid, mecid: mechanism(random), commit_hash: `0x${'ab'.repeat(32)}` }),
  (netuid, random) =>
    calls.batch_commit_weights({
      netuids: some(random, () => netuidOf(netuid, random)),
      commit_hashes: some(random, () => `0x${'cd'.repeat(32)}` as const),
    }),
  (netuid, random) => {
    const [uids, values] = pick(random, REVEALED)
    const given = random(4) === 0 ? beside(random, uids) : values
    return calls.reveal_weights({ netuid, uids, values: given, salt: pick(random, [SALT, [], [9]]), version_key: 0n })
  },
  (netuid, random) => {
    const [uids, values] = pick(random, REVEALED)
    const mecid = mechanism(random)
    return calls.reveal_mechanism_weights({ netuid, mecid, uids, values, salt: SALT, version_key: version(random) })
  },
  (netuid, random) => {
    const shown = some(random, () => pick(random, REVEALED))
    return calls.batch_reveal_weights({
      netuid,
      uids_list: shown.map(([uids]) => uids),
      values_list: random(4) === 0 ? some(random, () => list(random)) : shown.map(([, values]) => values),
      salts_list: random(6) === 0 ? some(random, () => SALT) : shown.map(() => SALT),
      version_keys: random(6) === 0 ? some(random, () => 0n) : shown.map(() => 0n),
    })
  },
  (netuid, random) =>
    calls.commit_timelocked_weights({
      netuid,
      commit: new Uint8Array(pick(random, [0, 1, 300, 5000])),
      reveal_round: pick(random, [0n, ROUND, (1n << 64n) - 1n]),
      commit_reveal_version: pick(random, [4, 4, 4, 3, U16_MAX]),
    }),
  (netuid, random) =>
    calls.commit_crv3_mechanism_weights({
      netuid,
      mecid: mechanism(random),
      commit: new Uint8Array(random(40)),
      reveal_round: ROUND,
    }),
]

const netuidOf = (netuid: number, random: Random): number =>
  pick(random, [netuid, netuid, netuid, netuid, 0, 1, U16_MAX])

/** What must hold of the subnet's rows, whoever wrote them. */
function checkRows(ctx: Ctx, { netuid }: Subnet): void {
  const n = storage.SubnetworkN.get(ctx, { netuid })
  for (let uid = 0; uid < n; uid++) {
    const row = storage.Weights.get(ctx, { index: netuid, uid })
    const uids = row.map(([to]) => to)
    if (new Set(uids).size !== uids.length) throw new Error(`uid ${uid} weighs somebody twice: ${uids}`)
    if (uids.some((to) => to >= n)) throw new Error(`uid ${uid} weighs nobody: ${uids}`)
    if (row.some(([, value]) => value > U16_MAX)) throw new Error(`uid ${uid} weighs more than a u16`)
  }
  if (storage.LastUpdate.get(ctx, { index: netuid }).length > n) throw new Error('more updates than uids')
}

function contextOf(subnet: Subnet, runtime = subnet.world.runtime) {
  const { world } = subnet
  return runtime.contextOn(new Overlay(world.reader), BigInt(world.best.number), world.best.hash)
}

/** Names of errors that a call can end in: those of the pallets, and of the dispatch itself. */
const DECLARED = new Set([
  ...plain.world.runtime.pallets.flatMap((pallet) => pallet.errors.map(({ code }) => code)),
  'BadOrigin',
])

/** The calls that {@link CALLS} makes. */
const NAMES = new Set([...Object.keys(calls)].filter((name) => /weights/.test(name)))

/** Reads that a call may need for itself, and for each subnet or item that it names. */
const READS_PER_CALL = 60
const READS_PER_ITEM = 60

function itemsOf({ netuids = [], uids_list = [] }: any): number {
  return Math.max(1, netuids.length, uids_list.length)
}

const weights: Target = {
  name: 'calls that set, commit and reveal weights',
  run(random, whole) {
    const subnet = pick(random, [plain, secret])
    const call = pick(random, CALLS)(whole ? subnet.netuid : netuidOf(subnet.netuid, random), random)
    let given: RuntimeCall
    try {
      const bytes = encode(runtimeCall, call)
      given = decode(runtimeCall, whole || random(5) > 0 ? bytes : mutateBytes(bytes, bytes, random)) as RuntimeCall
    } catch (error) {
      if (error instanceof ScaleError) return 'refused'
      throw error
    }
    // Damage can make it another call; those have targets of their own.
    if (given.pallet !== 'SubtensorModule' || !NAMES.has(given.name)) return 'refused'
    const ctx = contextOf(subnet)
    const outcome = ctx.dispatch(signedBy(pick(random, signers(subnet))), given)
    atMost('reads', ctx.overlay.counters.reads, READS_PER_CALL + READS_PER_ITEM * itemsOf(given.args))
    checkRows(ctx, subnet)
    if (!outcome.ok && !DECLARED.has(outcome.code)) throw new Error(`an error that nobody declares: ${outcome.code}`)
    return outcome.ok ? 'taken' : 'refused'
  },
}

/**
 * Opens a message by leaving it as it is: what a validator may have locked is damaged here, and the lock itself in
 * other targets.
 */
const opened = { count: 0 }
const runtimeOfOpen = createRuntime({
  profile: FAST_PROFILE,
  host: {
    verify: () => true,
    timelock: {
      verifyPulse: () => true,
      decrypt(ciphertext) {
        opened.count++
        return ciphertext
      },
    },
  },
})

function openedBytes(random: Random, hotkey: Uint8Array, whole: boolean): Uint8Array {
  const uids = whole ? [4, 5, 6] : uidsOf(random)
  const values = whole ? [1, 2, 3] : beside(random, uids)
  const name = whole ? hotkey : pick(random, [hotkey, hotkey, hotkey.subarray(0, 31), new Uint8Array(40)])
  const bytes = encode(weightsPayload, { hotkey: name, uids, values, version_key: whole ? 0n : version(random) })
  return whole || random(3) === 0 ? bytes : mutateBytes(bytes, bytes, random)
}

const bytesOf = (who: AccountId): Uint8Array => Uint8Array.from(Buffer.from(who.slice(2), 'hex'))

const locked: Target = {
  name: 'weights inside of time locks',
  run(random, whole) {
    const ctx = contextOf(secret, runtimeOfOpen)
    const { netuid } = secret
    const key = { index: netuid, epoch: storage.SubnetEpochIndex.get(ctx, { netuid }) - 1n }
    drand.Pulses.set(ctx, { round: ROUND }, STORED_PULSE)
    const queue = Array.from({ length: whole ? 1 : 1 + random(4) }, (): [AccountId, bigint, Uint8Array, bigint] => {
      const who = whole ? secret.validators[0]!.hotkey : pick(random, signers(secret))
      return [who, ctx.block, openedBytes(random, bytesOf(who), whole), whole || random(4) > 0 ? ROUND : 7n]
    })
    storage.TimelockedWeightCommits.set(ctx, key, queue)
    opened.count = 0
    openTimelockedWeights(ctx, [netuid])
    atMost('messages opened', opened.count, queue.length)
    const left = storage.TimelockedWeightCommits.get(ctx, key).length
    const early = queue.filter(([, , , round]) => round !== ROUND).length
    if (left !== early) throw new Error(`${left} commits are left of ${early} whose pulse is missing`)
    checkRows(ctx, secret)
    return ctx.events.some(({ event }) => event.name === 'TimelockedWeightsRevealed') ? 'taken' : 'refused'
  },
}

/** The way through whole blocks: committed as extrinsics, opened with real pairings when their epoch comes. */
const revealed: Target = {
  name: 'time-locked commits through blocks',
  every: 1500,
  run(random) {
    const subnet = validatorsAndMiners(true)
    const { world, netuid, validators } = subnet
    const sent = validators.flatMap(({ hotkey }) =>
      Array.from({ length: 3 }, () => {
        const message = openedBytes(random, bytesOf(hotkey), random(3) === 0)
        const commit = random(3) > 0 ? mutateBytes(lock(message), message, random) : lock(message)
        const rest = { netuid, reveal_round: ROUND, commit_reveal_version: 4 }
        return [hotkey, calls.commit_timelocked_weights({ ...rest, commit: commit.subarray(0, 5000) })] as const
      }),
    )
    world.run(...sent)
    world.pulse(STORED_PULSE)
    for (let epochs = 3; epochs > 0; epochs--) subnet.toEpoch()
    const waiting = [...storage.TimelockedWeightCommits.entries(world.ctx, { index: netuid })]
    if (waiting.length > 0) throw new Error('commits are left behind')
    checkRows(world.ctx, subnet)
    return validators.some((validator) => subnet.weightsOf(validator).length > 0) ? 'taken' : 'refused'
  },
}

function field(random: Random): Data {
  return pick<() => Data>(random, [
    () => ({ type: 'None' }) as Data,
    () => ({ type: 'Raw3', value: new Uint8Array(3) }) as never,
    () => ({ type: 'Sha256', value: `0x${'11'.repeat(32)}` }) as Data,
    () => ({ type: 'ResetBondsFlag' }) as Data,
    () => ({ type: 'BigRaw', value: new Uint8Array(random(513)) }) as Data,
    () => {
      const encrypted = new Uint8Array(random(1025)).fill(random(256))
      return { type: 'TimelockEncrypted', value: { encrypted, reveal_round: pick(random, [ROUND, 7n]) } } as Data
    },
  ])()
}

const published: Target = {
  name: 'commitments',
  run(random, whole) {
    const fields = Array.from({ length: whole ? 1 + random(3) : random(4) }, () => field(random))
    const netuid = whole ? plain.netuid : netuidOf(plain.netuid, random)
    let given: RuntimeCall
    try {
      const bytes = encode(runtimeCall, commitments.set_commitment({ netuid, info: { fields } }))
      given = decode(runtimeCall, whole || random(3) === 0 ? bytes : mutateBytes(bytes, bytes, random)) as RuntimeCall
    } catch (error) {
      if (error instanceof ScaleError) return 'refused'
      throw error
    }
    if (given.pallet !== 'Commitments' || given.name !== 'set_commitment') return 'refused'
    const ctx = contextOf(plain, runtimeOfOpen)
    const who = whole ? plain.validators[0]!.hotkey : pick(random, signers(plain))
    const outcome = ctx.dispatch(signedBy(who), given)
    if (!outcome.ok && !DECLARED.has(outcome.code)) throw new Error(`an error that nobody declares: ${outcome.code}`)
    drand.Pulses.set(ctx, { round: ROUND }, STORED_PULSE)
    opened.count = 0
    openTimelockedCommitments(ctx)
    atMost('messages opened', opened.count, 3)
    const on = { netuid: given.args.netuid as number, who }
    const space = committed.UsedSpaceOf.get(ctx, on)?.used_space ?? 0n
    if (space > BigInt(committed.MaxSpace.get(ctx))) throw new Error(`${space} bytes are kept`)
    if ((committed.CommitmentOf.get(ctx, on)?.info.fields.length ?? 0) > 3) throw new Error('more than three fields')
    return outcome.ok ? 'taken' : 'refused'
  },
}

// Both subnets stay as they are; the owner's switch is only here so that a mechanism besides the first may exist.
plain.world.sudo(admin.sudo_set_max_allowed_uids({ netuid: plain.netuid, max_allowed_uids: 64 }))
plain.world.sudo(admin.sudo_set_mechanism_count({ netuid: plain.netuid, mechanism_count: 2 }))

export const weightTargets: readonly Target[] = [weights, locked, revealed, published]
