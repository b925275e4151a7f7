/** Who calls. An origin is a level of privilege, not an account; guards turn it into what a call may rely on. */
import type { AccountId } from '@neurite/primitives/bytes'
import { dispatchErrors } from './errors.ts'

export type Origin =
  | { readonly type: 'Root' }
  | { readonly type: 'None' }
  | { readonly type: 'Signed'; readonly who: AccountId }

export const ROOT: Origin = { type: 'Root' }
export const NONE: Origin = { type: 'None' }
export function signedBy(who: AccountId): Origin {
  return { type: 'Signed', who }
}

/** Turns an origin into a call's second parameter, or throws `BadOrigin`. */
export type OriginGuard<O> = (origin: Origin) => O

function badOrigin(): never {
  throw dispatchErrors.BadOrigin
}

/** The signer. */
export const signed: OriginGuard<AccountId> = (origin) => (origin.type === 'Signed' ? origin.who : badOrigin())

/** Only the root origin (sudo or governance). */
export const root: OriginGuard<undefined> = (origin) => (origin.type === 'Root' ? undefined : badOrigin())

/** Only unsigned extrinsics: inherents and validated unsigned calls. */
export const unsigned: OriginGuard<undefined> = (origin) => (origin.type === 'None' ? undefined : badOrigin())

/** The signer, or undefined for root. */
export const signedOrRoot: OriginGuard<AccountId | undefined> = (origin) =>
  origin.type === 'Root' ? undefined : signed(origin)

/** Anybody: for calls whose first error is not about the origin, or that decide by their arguments. */
export const anyOrigin: OriginGuard<Origin> = (origin) => origin
