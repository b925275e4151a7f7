/** What a pallet may use while it runs: the state, the block, events, nested dispatch. Nothing ambient. */
import type { AccountId, Hash } from '@neurite/primitives/bytes'
import type { RuntimeCall } from './call.ts'
import type { DispatchErrorValue } from './errors.ts'
import type { RuntimeEvent } from './event.ts'
import type { Origin } from './origin.ts'
import type { Overlay } from './overlay.ts'
import type { RuntimeProfile } from './profile.ts'
import type { Weight } from './weight.ts'

export type SignatureScheme = 'Ed25519' | 'Sr25519' | 'Ecdsa'

/** Work done outside the state machine, by pinned implementations: consensus code, injected so that nodes can be fast. */
export interface RuntimeHost {
  /** True when `signature` is one of `publicKey` over `message`; false for anything malformed, never an exception. */
  verify(scheme: SignatureScheme, signature: Uint8Array, message: Uint8Array, who: AccountId): boolean
}

export type DispatchOutcome =
  | { readonly ok: true; readonly actualWeight: Weight | undefined; readonly pays: 'Yes' | 'No' | undefined }
  | {
      readonly ok: false
      readonly error: DispatchErrorValue
      readonly code: string
      readonly actualWeight?: Weight | undefined
      readonly pays?: 'Yes' | 'No' | undefined
    }

export interface Ctx {
  readonly overlay: Overlay
  readonly profile: RuntimeProfile
  readonly host: RuntimeHost
  /** Number of the block being built, or of the block whose state is read. */
  readonly block: bigint
  /** Hash of the parent block. */
  readonly parentHash: Hash
  /** Who receives fees: the author of the block, if it has one. */
  readonly author: AccountId | undefined

  emit(event: RuntimeEvent): void
  /** Runs `body` in a storage transaction: its writes and events vanish if it throws. */
  transactional<T>(body: () => T): T
  /** Runs a call as `origin`, in a storage transaction, after the guards on dispatch. A failure is a value. */
  dispatch(origin: Origin, call: RuntimeCall): DispatchOutcome
  /** As {@link dispatch}, but without the guards: what sudo and privileged batches do. */
  dispatchBypassingGuards(origin: Origin, call: RuntimeCall): DispatchOutcome
}
