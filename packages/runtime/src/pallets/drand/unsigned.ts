/**
 * Which unsigned calls the pool takes: pulses, one at a time and in order, that some key has signed.
 * subtensor 14bc6f9 pallets/drand/src/lib.rs validate_unsigned
 */
import { bytesToHex, concatBytes, utf8ToBytes } from '@neurite/primitives/bytes'
import { blake2_256 } from '@neurite/primitives/hash'
import { encode, str, u64 } from '@neurite/primitives/scale'
import {
  type Ctx,
  invalid,
  type MultiSignature,
  type RuntimeCall,
  type TransactionSource,
  U64_MAX,
  type ValidTransaction,
} from '../../frame/index.ts'
import { judgePulse } from './pulses.ts'
import { constants, storage } from './storage.ts'
import { type Pulse, PulsesPayload } from './types.ts'

const TAG_PREFIX = 'DrandOffchainWorker'
const PULSE_TAG = utf8ToBytes('drand')
/** @unit blocks */
const PULSE_LONGEVITY = 3n

/**
 * Only pulses may come unsigned. The reference lets configurations into the pool too, where they would fill blocks free
 * of charge and always fail: they need the root origin.
 * @throws TransactionValidityError
 */
export function validateUnsigned(ctx: Ctx, call: RuntimeCall, source: TransactionSource): ValidTransaction {
  if (call.name !== 'write_pulse') throw invalid('Call')
  const { pulses_payload, signature }: WritePulse = call.args
  if (signature === undefined) throw invalid('BadSigner')
  if (!isSigned(ctx, pulses_payload, signature)) throw invalid('BadProof')
  if (ctx.block < BigInt(pulses_payload.block_number)) throw invalid('Future')
  const validity = pulseValidity(ctx, pulses_payload)
  // In the block a false pulse is passed over. Let in free of charge, such pulses would buy pairings in every block.
  if (source !== 'InBlock' && !isFromBeacon(ctx, pulses_payload.pulses[0]!)) throw invalid('BadProof')
  return validity
}

function isFromBeacon(ctx: Ctx, pulse: Pulse): boolean {
  return judgePulse(ctx, storage.BeaconConfig.get(ctx).public_key, pulse) === 'true'
}

interface WritePulse {
  readonly pulses_payload: PulsesPayload
  readonly signature: MultiSignature | undefined
}

function isSigned(ctx: Ctx, payload: PulsesPayload, signature: MultiSignature): boolean {
  if (payload.public.type !== 'Sr25519' || signature.type !== 'Sr25519') return false
  return ctx.host.verify('Sr25519', signature.value, encode(PulsesPayload, payload), bytesToHex(payload.public.value))
}

function pulseValidity(ctx: Ctx, { pulses }: PulsesPayload): ValidTransaction {
  const [pulse] = pulses
  if (pulse === undefined || pulses.length > 1) throw invalid('Call')
  if (BigInt(storage.NextUnsignedAt.get(ctx)) > ctx.block) throw invalid('Stale')
  if (pulse.round <= storage.LastStoredRound.get(ctx)) throw invalid('Stale')
  // Lower rounds come first: a round can only be stored before its successors.
  const priority = constants.UnsignedPriority.get(ctx) + (U64_MAX - pulse.round)
  const tag = blake2_256(concatBytes(PULSE_TAG, encode(u64, pulse.round)))
  return {
    priority: priority > U64_MAX ? U64_MAX : priority,
    requires: [],
    provides: [tagged(tag)],
    longevity: PULSE_LONGEVITY,
    propagate: false,
  }
}

function tagged(tag: Uint8Array): Uint8Array {
  return concatBytes(encode(str, TAG_PREFIX), tag)
}
