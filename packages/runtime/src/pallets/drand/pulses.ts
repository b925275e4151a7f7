/** Storing pulses. subtensor 14bc6f9 pallets/drand/src/lib.rs */
import { isNeuriteError } from '@neurite/primitives/errors'
import { verifyPulse } from '@neurite/primitives/timelock'
import { type Ctx, ensure } from '../../frame/index.ts'
import { errors, events } from './declare.ts'
import { storage } from './storage.ts'
import type { Pulse } from './types.ts'

/** Pulses that are kept: a week of quicknet's. */
const MAX_KEPT = 216_000n
/** Pulses that one call removes at most. */
const MAX_REMOVED = 100n

/** Stores those of the pulses that the beacon signed. The rounds must rise; gaps are allowed. */
export function writePulses(ctx: Ctx, pulses: readonly Pulse[]): void {
  const publicKey = storage.BeaconConfig.get(ctx).public_key
  let last = storage.LastStoredRound.get(ctx)
  const isFirst = last === 0n && storage.OldestStoredRound.get(ctx) === 0n
  const rounds: bigint[] = []
  for (const pulse of pulses) {
    if (!isVerified(ctx, publicKey, pulse)) continue
    ensure(pulse.round > last, errors.InvalidRoundNumber)
    storage.Pulses.set(ctx, { round: pulse.round }, pulse)
    last = pulse.round
    rounds.push(pulse.round)
  }
  storage.LastStoredRound.set(ctx, last)
  if (isFirst && rounds.length > 0) storage.OldestStoredRound.set(ctx, rounds[0]!)
  prune(ctx, last)
  storage.NextUnsignedAt.set(ctx, Number(ctx.block))
  if (rounds.length > 0) ctx.emit(events.NewPulse({ rounds }))
}

/** A false signature is passed over; bytes that are none fail the call. */
function isVerified(ctx: Ctx, publicKey: Uint8Array, pulse: Pulse): boolean {
  const verdict = judgePulse(ctx, publicKey, pulse)
  ensure(verdict !== 'malformed', errors.PulseVerificationError)
  return verdict === 'true'
}

/** Whether the key signed the pulse, and whether its signature is one at all. */
export function judgePulse(
  ctx: Ctx,
  publicKey: Uint8Array,
  { round, signature }: Pulse,
): 'true' | 'false' | 'malformed' {
  const { timelock = { verifyPulse } } = ctx.host
  try {
    return timelock.verifyPulse(publicKey, round, signature) ? 'true' : 'false'
  } catch (error) {
    if (isNeuriteError(error, 'InvalidPoint')) return 'malformed'
    throw error
  }
}

function prune(ctx: Ctx, last: bigint): void {
  const oldest = storage.OldestStoredRound.get(ctx)
  if (oldest === 0n) return
  const kept = last < oldest ? 1n : last - oldest + 1n
  const excess = kept > MAX_KEPT ? kept - MAX_KEPT : 0n
  const end = oldest + (excess < MAX_REMOVED ? excess : MAX_REMOVED)
  for (let round = oldest; round < end; round++) storage.Pulses.remove(ctx, { round })
  storage.OldestStoredRound.set(ctx, end)
}
