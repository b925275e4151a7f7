/** Addresses in calls. */
import type { AccountId } from '@neurite/primitives/bytes'
import type { MultiAddress } from '@neurite/primitives/extrinsic'
import { dispatchErrors } from './errors.ts'

export {
  addressCodec,
  addressOf,
  type MultiAddress,
  type MultiSignature,
  signatureCodec,
} from '@neurite/primitives/extrinsic'

/** The account behind an address. Only `Id` is known on this chain; others fail with `CannotLookup`. */
export function lookup(address: MultiAddress): AccountId {
  if (address.type !== 'Id') throw dispatchErrors.CannotLookup
  return address.value
}
