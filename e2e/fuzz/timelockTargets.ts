/**
 * Time-locked messages and the beacon's pulses. Strangers send both free of charge, and opening one costs a pairing: so
 * pairings are counted, and what is malformed must cost none.
 */
import { concatBytes, hexToBytes } from '@neurite/primitives/bytes'
import { isNeuriteError } from '@neurite/primitives/errors'
import { encodeBare } from '@neurite/primitives/extrinsic'
import { encode, ScaleError } from '@neurite/primitives/scale'
import {
  beaconPublicKey,
  decrypt,
  ENTROPY_LENGTH,
  encrypt,
  OVERHEAD,
  QUICKNET,
  readEnvelope,
  signPulse,
  verifyPulse,
} from '@neurite/primitives/timelock'
import { runtimeCall, TransactionValidityError, U64_MAX } from '@neurite/runtime'
import { slotDigest } from '@neurite/runtime/pallets/aura'
import { calls as drand } from '@neurite/runtime/pallets/drand'
import { World } from '../../conformance/attacks/world.ts'
import { mutateBytes } from './mutate.ts'
import { pick, type Random } from './random.ts'
import type { Outcome, Target } from './run.ts'
import { atMost, countingPairings } from './work.ts'

const utf8 = new TextEncoder()
const SEED = utf8.encode('the beacon that is fuzzed')
export const BEACON = { ...QUICKNET, publicKey: beaconPublicKey(SEED) }
const ROUND = 1000n
const PULSES = [999n, ROUND, 1001n, 5000n, U64_MAX].map((round) => signPulse(SEED, round))
const SIGNATURE = PULSES[1]!.signature

/** The message, locked. The entropy is no secret here. */
export function lock(message: Uint8Array, round = ROUND): Uint8Array {
  const entropy = Uint8Array.from({ length: ENTROPY_LENGTH }, (_, i) => (i + message.length) & 255)
  return encrypt(message, round, BEACON.publicKey, entropy)
}

/** Making one costs a pairing, so cases share them. */
const LOCKED = [0, 1, 40, 300, 1024 - OVERHEAD, 5000 - OVERHEAD].map((size) => lock(new Uint8Array(size).fill(size)))

/** x = 4 is on the curve of G1, but outside the subgroup. */
const OUTSIDE = hexToBytes(`0x80${'00'.repeat(46)}04`)
const INFINITY_G1 = hexToBytes(`0xc0${'00'.repeat(47)}`)
const INFINITY_G2 = hexToBytes(`0xc0${'00'.repeat(95)}`)

/** Where the envelope keeps its lengths, for a message without extra bytes. */
const LENGTHS_AT = [96, 136, 176, 184]

function claim(length: bigint): Uint8Array {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, BigInt.asUintN(64, length), true)
  return out
}

/** An envelope with one length that lies, one point that is another, one part cut, or any bytes changed. */
function damagedEnvelope(random: Random): Uint8Array {
  const bytes = pick(random, LOCKED).slice()
  const at = pick(random, [...LENGTHS_AT, bytes.length - 16, bytes.length - 36])
  const honest = new DataView(bytes.buffer).getBigUint64(at, true)
  const rest = BigInt(bytes.length - at - 8)
  return pick<() => Uint8Array>(random, [
    () => {
      const lies = [0n, honest - 1n, honest + 1n, rest, rest + 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, U64_MAX]
      bytes.set(claim(pick(random, lies)), at)
      return bytes
    },
    () => {
      const points = [INFINITY_G2, QUICKNET.publicKey, BEACON.publicKey, pick(random, LOCKED).subarray(0, 96)]
      bytes.set(pick(random, points))
      return bytes
    },
    () => {
      bytes[random(96)]! ^= 1 << random(8)
      return bytes
    },
    () => bytes.subarray(0, pick(random, [at, at + 7, at + 8, bytes.length - 1, random(bytes.length)])),
    () => concatBytes(bytes, new Uint8Array(random(64))),
    () => mutateBytes(bytes, pick(random, LOCKED), random),
  ])()
}

function refusal(error: unknown, codes: readonly string[]): Outcome {
  if (isNeuriteError(error) && codes.includes(error.code)) return 'refused'
  throw error
}

const envelopes: Target = {
  name: 'time-locked envelopes',
  run(random, whole) {
    const bytes = whole ? pick(random, LOCKED) : damagedEnvelope(random)
    const { value, pairings } = countingPairings((): Outcome => {
      try {
        const { u, v, w, sealed, nonce } = readEnvelope(bytes)
        const lengths = [u, v, w, nonce].map((part) => part.length).join()
        if (lengths !== '96,32,32,12' || sealed.length < 16) throw new Error(`parts of ${lengths}, ${sealed.length}`)
        // Views of what was sent: nothing was allocated for what was only claimed.
        if (sealed.buffer !== bytes.buffer || sealed.length > bytes.length) throw new Error('bytes that were not sent')
        return 'taken'
      } catch (error) {
        return refusal(error, ['MalformedTimelock'])
      }
    })
    atMost('pairings', pairings, 0)
    return value
  },
}

/** Signatures with which a message may be opened: the right one, others, and bytes that are none. */
function signature(random: Random): Uint8Array {
  return pick<() => Uint8Array>(random, [
    () => SIGNATURE,
    () => pick(random, PULSES).signature,
    () => pick(random, [OUTSIDE, INFINITY_G1, new Uint8Array(48), new Uint8Array(0), QUICKNET.publicKey]),
    () => mutateBytes(SIGNATURE, OUTSIDE, random),
  ])()
}

const openings: Target = {
  name: 'time-locked messages',
  every: 60,
  run(random, whole) {
    const bytes = whole ? pick(random, LOCKED) : random(4) === 0 ? pick(random, LOCKED) : damagedEnvelope(random)
    const key = whole ? SIGNATURE : signature(random)
    let code = ''
    const { value, pairings } = countingPairings((): Outcome => {
      try {
        decrypt(bytes, key)
        return 'taken'
      } catch (error) {
        if (isNeuriteError(error)) code = error.code
        return refusal(error, ['MalformedTimelock', 'InvalidPoint', 'TimelockNotOpened'])
      }
    })
    atMost('pairings', pairings, code === 'MalformedTimelock' || code === 'InvalidPoint' ? 0 : 1)
    return value
  },
}

const verified: Target = {
  name: 'signatures of pulses',
  every: 25,
  run(random, whole) {
    const pulse = pick(random, PULSES)
    const key = whole || random(4) > 0 ? BEACON.publicKey : mutateBytes(BEACON.publicKey, INFINITY_G2, random)
    const round = whole || random(2) === 0 ? pulse.round : BigInt(random(2 ** 32))
    const given = whole ? pulse.signature : signature(random)
    let malformed = false
    const { value, pairings } = countingPairings((): Outcome => {
      try {
        return verifyPulse(key, round, given) ? 'taken' : 'refused'
      } catch (error) {
        malformed = true
        return refusal(error, ['InvalidPoint'])
      }
    })
    atMost('products of pairings', pairings, malformed ? 0 : 1)
    return value
  },
}

/** A chain whose beacon is ours, after two blocks and one pulse. */
const world = new World({ genesis: { beacon: BEACON } })
const PUBLIC = { type: 'Sr25519', value: new Uint8Array(32) } as const
const PROOF = { type: 'Sr25519', value: new Uint8Array(64) } as const
world.blocks(2)
const state = { reader: world.reader }

/** An unsigned `write_pulse` as a stranger sends it: the key that signs the payload is anybody's. */
function pulseExtrinsic(random: Random, whole: boolean): Uint8Array {
  const count = whole ? 1 : pick(random, [0, 1, 1, 1, 1, 2, 40])
  const pulses = Array.from({ length: count }, () => {
    const pulse = pick(random, PULSES)
    if (whole) return pulse
    return {
      round: random(3) > 0 ? pulse.round : BigInt(random(3)),
      randomness: random(3) > 0 ? pulse.randomness : new Uint8Array(random(33)),
      signature: (random(3) > 0 ? pulse.signature : signature(random)).subarray(0, 144),
    }
  })
  const payload = { block_number: whole ? 1 : pick(random, [0, 1, 3, 4, 2 ** 32 - 1]), pulses, public: PUBLIC }
  const proof = whole || random(8) > 0 ? PROOF : undefined
  const call = encode(runtimeCall, drand.write_pulse({ pulses_payload: payload, signature: proof }))
  return encodeBare(whole || random(3) > 0 ? call : mutateBytes(call, call, random))
}

const written: Target = {
  name: 'pulses for the chain',
  every: 25,
  run(random, whole) {
    const bytes = pulseExtrinsic(random, whole)
    const source = pick(random, ['External', 'Local'] as const)
    let reason = ''
    const { value, pairings } = countingPairings((): Outcome => {
      try {
        world.runtime.validate(state, world.best, source, bytes)
        return 'taken'
      } catch (error) {
        if (error instanceof ScaleError) return 'refused'
        if (!(error instanceof TransactionValidityError)) throw error
        reason = (error.value.value as { type: string }).type
        return 'refused'
      }
    })
    // Only a pulse that could be stored now is worth a look at its signature.
    atMost('products of pairings', pairings, value === 'taken' || reason === 'BadProof' ? 1 : 0)
    return value
  },
}

/** A block whose author puts in whatever it likes. */
const blocks: Target = {
  name: 'blocks with pulses',
  every: 500,
  run(random) {
    const builder = world.runtime.startBlock(state, world.best, [slotDigest(BigInt(world.best.number + 1))])
    let last: Outcome = 'refused'
    for (let left = 8; left > 0; left--) {
      const bytes = pulseExtrinsic(random, random(4) === 0)
      const { value, pairings } = countingPairings((): Outcome => {
        try {
          return builder.apply(bytes).ok ? 'taken' : 'refused'
        } catch (error) {
          if (error instanceof ScaleError || error instanceof TransactionValidityError) return 'refused'
          throw error
        }
      })
      atMost('products of pairings', pairings, 1)
      last = value
    }
    return last
  },
}

/** The pulse that opens what {@link lock} locks. */
export const STORED_PULSE = PULSES[1]!

export const timelockTargets: readonly Target[] = [envelopes, openings, verified, written, blocks]
