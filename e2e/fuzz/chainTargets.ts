/** What the chain reads from strangers: calls, arguments of runtime APIs, extrinsics. */
import { type AccountId, hexToBytes } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { eraCodec } from '@neurite/primitives/extrinsic'
import { devKeypair } from '@neurite/primitives/keyring'
import { type Codec, decode, encode, ScaleError, Writer } from '@neurite/primitives/scale'
import {
  COMPAT_425,
  createRuntime,
  devGenesis,
  headerCodec,
  runtimeCall,
  type StateReader,
  TransactionValidityError,
} from '@neurite/runtime'
import { randomBytesOf } from './generate.ts'
import { mutateBytes } from './mutate.ts'
import { pick, type Random } from './random.ts'
import type { Outcome, Target } from './run.ts'

const profile = { fastBlocks: true, compat: COMPAT_425 }
/** Every signature holds: otherwise hardly a case would get past it. */
export const runtime = createRuntime({ profile, host: { verify: () => true } })

const genesis = runtime.genesis(devGenesis(profile) as unknown as Record<string, unknown>)
const sortedKeys = [...genesis.keys()].sort((a, b) => (a < b ? -1 : 1))
const reader: StateReader = {
  get: (key) => genesis.get(key),
  *keys(prefix, after) {
    for (const key of sortedKeys) if (key.startsWith(prefix) && (after === undefined || key > after)) yield key
  },
}
const state = { reader }
const best = { hash: `0x${'11'.repeat(32)}` as const, number: 0 }

function refusedBy(error: unknown, declared: readonly (new (...args: never[]) => object)[]): Outcome {
  if (declared.some((type) => error instanceof type)) return 'refused'
  throw error
}

/** Reads `bytes`; what is read must encode to bytes that read as the same. */
function readAndWrite(codec: Codec<unknown>, bytes: Uint8Array): Outcome {
  let value: unknown
  try {
    value = decode(codec, bytes)
  } catch (error) {
    return refusedBy(error, [ScaleError])
  }
  const again = encode(codec, value)
  const twice = encode(codec, decode(codec, again))
  if (Buffer.compare(again, twice) !== 0)
    throw new Error(`reads as another value when written: ${Buffer.from(bytes).toString('hex')}`)
  return 'taken'
}

const damaged = (make: (random: Random) => Uint8Array) => (random: Random, whole: boolean) => {
  const frame = make(random)
  return whole ? frame : mutateBytes(frame, make(random), random)
}

const call = damaged((random) => randomBytesOf(runtimeCall, random))

const calls: Target = {
  name: 'calls',
  run: (random, whole) => readAndWrite(runtimeCall as Codec<unknown>, call(random, whole)),
}

const apiMethods = runtime.apis.flatMap((set) => Object.values(set.methods))
const apiArguments: Target = {
  name: 'arguments of runtime APIs',
  run(random, whole) {
    const { argsCodec } = pick(random, apiMethods)
    return readAndWrite(argsCodec, damaged((each) => randomBytesOf(argsCodec, each))(random, whole))
  },
}

/** Codecs of everything the chain stores: raw storage can be set by root, and bytes of another version may be met. */
const storageCodecs = [
  ...runtime.pallets.flatMap((pallet) => pallet.storage.map((item) => item.valueCodec)),
  headerCodec,
]
const stored: Target = {
  name: 'stored values',
  run(random, whole) {
    const codec = pick(random, storageCodecs) as Codec<unknown>
    return readAndWrite(codec, damaged((each) => randomBytesOf(codec, each))(random, whole))
  },
}

const SIGNERS: readonly AccountId[] = (['Bob', 'Charlie', 'Dave', 'Eve'] as const).map(
  (name) => devKeypair(name).publicKey,
)
const SIGNATURE_LENGTHS = [64, 64, 65]

/** A signed or bare extrinsic around a call that is damaged itself now and then. */
function extrinsic(random: Random): Uint8Array {
  const body = new Writer()
  const callBytes = call(random, random(4) > 0)
  if (random(20) === 0) body.u8(4)
  else {
    body.u8(0x84)
    body.u8(0)
    body.bytes(hexToBytes(pick(random, SIGNERS)))
    const scheme = random(3)
    body.u8(scheme)
    body.bytes(new Uint8Array(SIGNATURE_LENGTHS[scheme]!).fill(random(256)))
    body.bytes(randomEra(random))
    body.compact(random(4) === 0 ? random(1000) : 0)
    body.compact(random(8) === 0 ? random(1_000_000) : 0)
    body.u8(random(20) === 0 ? 1 : 0)
  }
  body.bytes(callBytes)
  const bytes = body.finish()
  const out = new Writer()
  out.compact(bytes.length)
  out.bytes(bytes)
  return out.finish()
}

function randomEra(random: Random): Uint8Array {
  if (random(2) === 0) return Uint8Array.of(0)
  const period = 4n << BigInt(random(14))
  const step = period >> 12n > 1n ? period >> 12n : 1n
  return encode(eraCodec, { type: 'Mortal', period, phase: ((BigInt(random(65_536)) % period) / step) * step })
}

const frame = damaged(extrinsic)

const extrinsics: Target = {
  name: 'extrinsics',
  run(random, whole) {
    try {
      runtime.decodeExtrinsic(frame(random, whole))
      return 'taken'
    } catch (error) {
      return refusedBy(error, [ScaleError])
    }
  },
}

const validation: Target = {
  name: 'validation of extrinsics',
  run(random, whole) {
    try {
      runtime.validate(state, best, pick(random, ['External', 'Local', 'InBlock']), frame(random, whole))
      return 'taken'
    } catch (error) {
      return refusedBy(error, [ScaleError, TransactionValidityError])
    }
  },
}

/** Reasons for which a whole block would be invalid, where an author puts in a second inherent. */
const BLOCK_ERRORS = new Set(['TimestampTwice', 'TimestampTooEarly', 'WrongSlot', 'SlotTaken'])

/** A block of several, as an author makes it. The block is thrown away. */
const blocks: Target = {
  name: 'blocks',
  every: 20,
  run(random) {
    const builder = runtime.startBlock(state, best, [])
    for (const inherent of builder.inherents({ timestampMs: 1_000_000n })) builder.apply(inherent)
    let outcome: Outcome = 'refused'
    for (let left = 20; left > 0; left--) {
      try {
        builder.apply(frame(random, random(3) > 0))
        outcome = 'taken'
      } catch (error) {
        if (!isNeuriteError(error) || !BLOCK_ERRORS.has(error.code))
          refusedBy(error, [ScaleError, TransactionValidityError])
      }
    }
    builder.finish()
    return outcome
  },
}

/** Calls in calls that a reader must still take. */
const HONEST_DEPTH = 255

/** Lists in lists, each of which claims all the bytes there are: what is allocated must follow what was sent. */
const nesting: Target = {
  name: 'calls in calls',
  every: 100,
  run(random, whole) {
    const batch = encode(runtimeCall, { pallet: 'Utility', name: 'batch', args: { calls: [] } })
    const depth = 1 + random(whole ? HONEST_DEPTH : 400)
    const padding = random(200_000)
    const out = new Writer()
    for (let level = 0; level < depth; level++) {
      out.bytes(batch.subarray(0, 2))
      out.compact(whole || random(2) === 0 ? 1 : 1 + random(padding + 1))
    }
    out.bytes(whole ? batch : new Uint8Array(padding))
    try {
      decode(runtimeCall as Codec<unknown>, out.finish())
      return 'taken'
    } catch (error) {
      return refusedBy(error, [ScaleError])
    }
  },
}

export const chainTargets: readonly Target[] = [calls, apiArguments, stored, extrinsics, validation, blocks, nesting]
