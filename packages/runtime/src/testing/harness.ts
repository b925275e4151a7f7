/**
 * A chain for tests of pallets: an empty state in memory, a context in which calls dispatch, and the events they leave.
 * Everything is real but the storage: no call, codec or hash is replaced.
 */
import type { AccountId, Hash } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import type { Context } from '../executive/context.ts'
import { Runtime } from '../executive/runtime.ts'
import {
  type AnyPallet,
  DispatchError,
  type DispatchOutcome,
  FAST_PROFILE,
  type Origin,
  Overlay,
  ROOT,
  type RuntimeCall,
  type RuntimeEvent,
  type RuntimeHost,
  type RuntimeProfile,
  type StateReader,
  signedBy,
} from '../frame/index.ts'

/** A state without entries. */
export const EMPTY_STATE: StateReader = { get: () => undefined, keys: () => [] }

/** Signatures never hold: calls are dispatched directly, so nothing asks. */
const NO_HOST: RuntimeHost = { verify: () => false }
const PARENT: Hash = `0x${'11'.repeat(32)}`

/** A distinct account for tests: 32 times the byte `n`. */
export function testAccount(n: number): AccountId {
  return `0x${n.toString(16).padStart(2, '0').repeat(32)}`
}

export interface TestChainOptions {
  readonly profile?: RuntimeProfile
  readonly block?: bigint
  readonly author?: AccountId
}

export class TestChain {
  readonly runtime: Runtime
  readonly overlay = new Overlay(EMPTY_STATE)
  ctx: Context
  private readonly author: AccountId | undefined

  constructor(pallets: readonly AnyPallet[], options: TestChainOptions = {}) {
    this.runtime = new Runtime({ pallets, profile: options.profile ?? FAST_PROFILE, host: NO_HOST })
    this.author = options.author
    this.ctx = this.contextAt(options.block ?? 1n)
  }

  private contextAt(block: bigint): Context {
    const ctx = this.runtime.contextOn(this.overlay, block, PARENT)
    ctx.author = this.author
    return ctx
  }

  /** Goes to another block. No hook runs. */
  goTo(block: bigint): void {
    this.ctx = this.contextAt(block)
  }

  dispatch(origin: Origin, call: RuntimeCall): DispatchOutcome {
    return this.ctx.dispatch(origin, call)
  }

  /** Dispatches as `who`, or as root, and expects success; returns the events. */
  run(who: AccountId | 'root', call: RuntimeCall): readonly RuntimeEvent[] {
    const before = this.ctx.events.length
    const outcome = this.dispatch(who === 'root' ? ROOT : signedBy(who), call)
    if (!outcome.ok) throw new NeuriteError('CallFailed', `${call.pallet}.${call.name} failed: \`${outcome.code}\``)
    return this.ctx.events.slice(before).map((record) => record.event)
  }

  /** Dispatches as `who`, or as root, and returns the code of the error; undefined on success. */
  error(who: AccountId | 'root', call: RuntimeCall): string | undefined {
    const outcome = this.dispatch(who === 'root' ? ROOT : signedBy(who), call)
    return outcome.ok ? undefined : outcome.code
  }
}

/** Names of events, for short expectations. */
export function names(events: readonly RuntimeEvent[]): string[] {
  return events.map((event) => `${event.pallet}.${event.name}`)
}

/** Code of the dispatch error that `body` fails with; undefined when it succeeds. */
export function failureOf(body: () => unknown): string | undefined {
  try {
    body()
    return undefined
  } catch (error) {
    if (error instanceof DispatchError) return error.code
    throw error
  }
}
