/** The context of one block, or of one read of the state. */
import type { AccountId, Hash } from '@neurite/primitives/bytes'
import { declarationError } from '@neurite/primitives/scale'
import type { RuntimeCall } from '../frame/call.ts'
import type { Ctx, DispatchOutcome, Observation, RuntimeHost } from '../frame/ctx.ts'
import { DispatchError } from '../frame/errors.ts'
import type { RuntimeEvent } from '../frame/event.ts'
import type { Origin } from '../frame/origin.ts'
import { outer } from '../frame/outer.ts'
import type { Overlay } from '../frame/overlay.ts'
import type { DispatchGuard } from '../frame/pallet.ts'
import type { RuntimeProfile } from '../frame/profile.ts'

/** When in the block an event happened. */
export type Phase =
  | { readonly type: 'Initialization' }
  | { readonly type: 'ApplyExtrinsic'; readonly value: number }
  | { readonly type: 'Finalization' }

export interface EventRecord {
  readonly phase: Phase
  readonly event: RuntimeEvent
  readonly topics: readonly Hash[]
}

export interface ContextOptions {
  readonly overlay: Overlay
  readonly profile: RuntimeProfile
  readonly host: RuntimeHost
  readonly block: bigint
  readonly parentHash: Hash
  readonly guards: readonly DispatchGuard[]
  readonly observe?: ((observation: Observation) => void) | undefined
}

export class Context implements Ctx {
  readonly overlay: Overlay
  readonly profile: RuntimeProfile
  readonly host: RuntimeHost
  readonly block: bigint
  readonly parentHash: Hash
  readonly observe: ((observation: Observation) => void) | undefined
  author: AccountId | undefined
  /** Events of the block so far. Cut back when a transaction is rolled back. */
  readonly events: EventRecord[] = []
  phase: Phase = { type: 'Initialization' }
  private readonly guards: readonly DispatchGuard[]

  constructor(options: ContextOptions) {
    this.overlay = options.overlay
    this.profile = options.profile
    this.host = options.host
    this.block = options.block
    this.parentHash = options.parentHash
    this.observe = options.observe
    this.guards = options.guards
  }

  emit(event: RuntimeEvent): void {
    // As in the reference, nothing is recorded for genesis.
    if (this.block > 0n) this.events.push({ phase: this.phase, event, topics: [] })
  }

  transactional<T>(body: () => T): T {
    const eventCount = this.events.length
    this.overlay.begin()
    let value: T
    try {
      value = body()
    } catch (error) {
      this.overlay.rollback()
      this.events.length = eventCount
      throw error
    }
    this.overlay.commit()
    return value
  }

  dispatch(origin: Origin, call: RuntimeCall): DispatchOutcome {
    for (const guard of this.guards) {
      const failure = guard.check(this, origin, call)
      if (failure) return { ok: false, error: failure.error.value, code: failure.error.code }
    }
    return this.dispatchBypassingGuards(origin, call)
  }

  dispatchBypassingGuards(origin: Origin, call: RuntimeCall): DispatchOutcome {
    const def = outer().findCall(call)
    if (!def) throw declarationError(`No call ${call.pallet}.${call.name}.`)
    try {
      const post = this.transactional(() => def.spec.run(this, def.spec.origin(origin), call.args))
      return { ok: true, actualWeight: post?.actualWeight, pays: post?.pays }
    } catch (error) {
      // Anything else is a bug, and a bug must not look like a user's mistake.
      if (!(error instanceof DispatchError)) throw error
      return {
        ok: false,
        error: error.value,
        code: error.code,
        actualWeight: error.postInfo?.actualWeight,
        pays: error.postInfo?.pays,
      }
    }
  }
}
