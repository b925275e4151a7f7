/** Errors and events of the pallet. */
import { named, u64, vec } from '@neurite/primitives/scale'
import { event, eventOf } from '../../frame/index.ts'
import { P } from './storage.ts'
import { roundNumber } from './types.ts'

export const errors = P.errors({
  NoneValue: 'Nothing is stored here.',
  StorageOverflow: 'A stored number is at its end.',
  DrandConnectionFailure: 'The beacon cannot be reached.',
  UnverifiedPulse: 'The beacon did not sign this pulse.',
  InvalidRoundNumber: 'The round is not after the last one.',
  PulseVerificationError: 'The signature of the pulse is no point of the curve.',
})

export const events = P.events({
  /** Another beacon, or another key of it, counts from now on. */
  BeaconConfigChanged: event(),
  /** Pulses were stored. */
  NewPulse: eventOf({ rounds: named('Vec<RoundNumber>', vec(roundNumber)) }),
  /** The oldest stored round was set by root. */
  SetOldestStoredRound: event(u64),
})
