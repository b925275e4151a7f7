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

/** The slow functions of `@neurite/primitives/timelock`, possibly answered from work done before the block. */
export interface TimelockHost {
  /** @throws NeuriteError when the bytes are no signature at all */
  verifyPulse(publicKey: Uint8Array, round: bigint, signature: Uint8Array): boolean
  /** @throws NeuriteError when the message does not open */
  decrypt(ciphertext: Uint8Array, pulseSignature: Uint8Array): Uint8Array
}

/** Work done outside the state machine, by pinned implementations: consensus code, injected so that nodes can be fast. */
export interface RuntimeHost {
  /** True when `signature` is one of `publicKey` over `message`; false for anything malformed, never an exception. */
  verify(scheme: SignatureScheme, signature: Uint8Array, message: Uint8Array, who: AccountId): boolean
  /** Absent where nothing is prepared: then everything is computed in the block, with the same results. */
  readonly timelock?: TimelockHost
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

/** Something a pallet tells an observer; `type` says what the rest is. */
export interface Observation {
  readonly type: string
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

  /**
   * Told what pallets find worth telling on their way, when somebody wants a block explained; nothing comes back, so a
   * block is the same with and without it.
   */
  readonly observe?: ((observation: Observation) => void) | undefined

  emit(event: RuntimeEvent): void
  /** Runs `body` in a storage transaction: its writes and events vanish if it throws. */
  transactional<T>(body: () => T): T
  /** Runs a call as `origin`, in a storage transaction, after the guards on dispatch. A failure is a value. */
  dispatch(origin: Origin, call: RuntimeCall): DispatchOutcome
  /** As {@link dispatch}, but without the guards: what sudo and privileged batches do. */
  dispatchBypassingGuards(origin: Origin, call: RuntimeCall): DispatchOutcome
}
