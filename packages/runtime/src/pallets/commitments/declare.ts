import { accountId, netuid, u64 } from '@neurite/primitives/scale'
import { eventOf, pallet } from '../../frame/index.ts'

/** What hotkeys publish about themselves on a subnet: small data, hashes, or data that opens later. */
export const P = pallet({ name: 'Commitments', index: 18, crate: 'pallet_commitments' })

export const errors = P.errors({
  TooManyFieldsInCommitmentInfo: 'A commitment has at most three fields.',
  AccountNotAllowedCommit: 'Only hotkeys registered on the subnet can commit there.',
  SpaceLimitExceeded: 'The hotkey has committed as much as it may in this epoch.',
  UnexpectedUnreserveLeftover: 'Less was reserved than the deposit to give back.',
})

export const events = P.events({
  /** A hotkey made a commitment. */
  Commitment: eventOf({ netuid, who: accountId }),
  /** A hotkey made a commitment that opens with the signature of a round. */
  TimelockCommitment: eventOf({ netuid, who: accountId, reveal_round: u64 }),
  /** A timelocked field was opened. */
  CommitmentRevealed: eventOf({ netuid, who: accountId }),
})
