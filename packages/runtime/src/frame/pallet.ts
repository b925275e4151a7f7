/**
 * The declaration of a pallet. One record of independent items yields storage keys, codecs, metadata, events and docs.
 * `build` erases the types: the executive works on `AnyPallet`, the typed client on the module itself.
 */
import { declarationError } from '@neurite/primitives/scale'
import type { ApiSet } from './api.ts'
import type { CallDef, RuntimeCall } from './call.ts'
import type { Constant } from './constant.ts'
import type { Ctx } from './ctx.ts'
import { type DispatchError, ModuleError } from './errors.ts'
import type { EventDef } from './event.ts'
import type { Origin } from './origin.ts'
import type { StorageItem } from './storage.ts'
import type { InvalidTransaction, TransactionSource, ValidTransaction } from './validity.ts'

export interface Hooks {
  /** Before the extrinsics of a block. */
  readonly onInitialize?: (ctx: Ctx) => void
  /** After the extrinsics of a block. */
  readonly onFinalize?: (ctx: Ctx) => void
}

/**
 * A check on every dispatched call, nested ones included. In the pool it rejects the extrinsic with `invalid`, at
 * dispatch it fails the call with `error`.
 */
export interface DispatchGuard {
  readonly name: string
  readonly check: (ctx: Ctx, origin: Origin, call: RuntimeCall) => GuardFailure | undefined
}

export interface GuardFailure {
  /** Absent for checks that only apply at dispatch. */
  readonly invalid?: InvalidTransaction | undefined
  readonly error: DispatchError
}

/**
 * Judges a call of the pallet that nobody signed, in the pool and again in the block.
 * @throws TransactionValidityError when it is refused
 */
export type UnsignedValidator = (ctx: Ctx, call: RuntimeCall, source: TransactionSource) => ValidTransaction

export interface PalletParts {
  readonly constants?: Record<string, Constant<any>>
  readonly storage?: Record<string, StorageItem>
  readonly errors?: Record<string, ModuleError>
  readonly events?: Record<string, EventDef>
  readonly calls?: Record<string, CallDef<any>>
  readonly apis?: readonly ApiSet[]
  readonly hooks?: Hooks
  /** Checks on every dispatched call, in order. */
  readonly guards?: readonly DispatchGuard[]
  /** Without it, no call of the pallet may come unsigned. */
  readonly validateUnsigned?: UnsignedValidator
  /** Writes the pallet's first state. */
  readonly genesis?: (ctx: Ctx, config: any) => void
  readonly docs?: readonly string[]
}

export interface AnyPallet {
  readonly name: string
  readonly index: number
  readonly crate: string
  readonly typeParams: TypeParams
  readonly constants: readonly Constant<any>[]
  readonly storage: readonly StorageItem[]
  readonly hasStorage: boolean
  readonly errors: readonly ModuleError[]
  readonly events: readonly EventDef[]
  readonly calls: readonly CallDef<any>[]
  /** True when the reference lists a call type, even an empty one. */
  readonly hasCalls: boolean
  readonly apis: readonly ApiSet[]
  readonly hooks: Hooks
  readonly guards: readonly DispatchGuard[]
  readonly validateUnsigned: UnsignedValidator | undefined
  readonly genesis: ((ctx: Ctx, config: any) => void) | undefined
  readonly docs: readonly string[]
}

/** Names of the type parameters that the reference's call, event and error types have. */
export interface TypeParams {
  readonly call: readonly string[]
  readonly event: readonly string[]
  readonly error: readonly string[]
}

export interface PalletId {
  /** Name in storage prefixes and metadata. */
  readonly name: string
  readonly index: number
  /** Rust crate, for the paths of the pallet's types: `pallet_balances`. */
  readonly crate: string
  readonly typeParams?: Partial<TypeParams>
}

export function pallet(id: PalletId) {
  let errorCount = 0
  return {
    id,

    /** Names constants. */
    constants<C extends Record<string, Constant<any>>>(items: C): C {
      for (const [name, item] of Object.entries(items)) item.name = name
      return items
    },

    /** Names storage items and computes their prefixes. May be called once per group of items. */
    storage<S extends Record<string, StorageItem>>(items: S): S {
      for (const [name, item] of Object.entries(items)) item.attach(id.name, name)
      return items
    },

    /** The pallet's errors, all of them and in order: clients look an error up by its position. */
    errors<const E extends Record<string, string>>(items: E): { readonly [K in keyof E]: ModuleError } {
      if (errorCount > 0) throw declarationError(`Errors of pallet ${id.name} are declared twice.`)
      const out: Record<string, ModuleError> = {}
      for (const [name, docs] of Object.entries(items)) {
        out[name] = new ModuleError(id.index, id.name, errorCount++, name, docs)
      }
      return out as { readonly [K in keyof E]: ModuleError }
    },

    /** Names events; each takes the index after its predecessor's unless it has one of its own. */
    events<E extends Record<string, EventDef>>(items: E): E {
      let next = 0
      for (const [name, item] of Object.entries(items)) {
        item.pallet = id.name
        item.eventName = name
        if (item.index < 0) item.index = next
        next = item.index + 1
      }
      return items
    },

    /** Names calls. May be called once per group of calls. */
    calls<C extends Record<string, CallDef<any>>>(items: C): C {
      for (const [name, item] of Object.entries(items)) {
        item.pallet = id.name
        item.callName = name
      }
      return items
    },

    build(parts: PalletParts): AnyPallet {
      const calls = Object.values(parts.calls ?? {})
      const seen = new Map<number, string>()
      for (const { spec, callName } of calls) {
        const other = seen.get(spec.index)
        if (other !== undefined)
          throw declarationError(`Calls ${other} and ${callName} of ${id.name} have index ${spec.index}.`)
        seen.set(spec.index, callName)
      }
      return {
        name: id.name,
        index: id.index,
        crate: id.crate,
        typeParams: { call: ['T'], event: ['T'], error: ['T'], ...id.typeParams },
        constants: Object.values(parts.constants ?? {}),
        storage: Object.values(parts.storage ?? {}),
        hasStorage: parts.storage !== undefined,
        errors: Object.values(parts.errors ?? {}),
        events: Object.values(parts.events ?? {}).sort((a, b) => a.index - b.index),
        calls: calls.sort((a, b) => a.spec.index - b.spec.index),
        hasCalls: parts.calls !== undefined,
        apis: parts.apis ?? [],
        hooks: parts.hooks ?? {},
        guards: parts.guards ?? [],
        validateUnsigned: parts.validateUnsigned,
        genesis: parts.genesis,
        docs: parts.docs ?? [],
      }
    },
  }
}
