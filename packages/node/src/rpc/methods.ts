/** What a wire method is, and the table of them. A method's export name is its name on the wire. */
import { NeuriteError } from '@neurite/primitives/errors'
import type { Params } from './params.ts'

/** Text that is JSON already: a large answer that is the same for everyone is rendered once. */
export class RawJson {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** One running subscription of one connection. */
export interface Sink {
  readonly id: string
  readonly closed: boolean
  /** Notifies the client; before the answer with the id has been sent it waits for that. */
  send(result: unknown): void
  /** Ends the subscription from the server's side. */
  close(): void
  /** Whatever the method's module keeps for this subscription (chainHead keeps its pinned blocks here). */
  data?: unknown
}

/** The connection a call came by. */
export interface CallOrigin {
  readonly transport: 'ws' | 'http'
  /** Whether unsafe methods are answered on it. */
  readonly allowUnsafe: boolean
  /** The connection's running subscriptions by id. */
  readonly subscriptions: ReadonlyMap<string, Sink>
}

/** Answers one call: the JSON value of `result`, or a promise of it. Throw an `RpcError` to answer with an error. */
export type Handler<Context> = (context: Context, params: Params, origin: CallOrigin) => unknown

/** Ends the work of a subscription; called exactly once. */
export type Stop = () => void

export interface Subscription<Context> {
  readonly kind: 'subscription'
  /** The `method` of its notifications. */
  readonly notification: string
  /** The method that ends it: `[id]` to true when it was running. */
  readonly unsubscribe: string
  start(context: Context, params: Params, sink: Sink, origin: CallOrigin): Stop | Promise<Stop>
}

/** A method that is answered only where unsafe methods are allowed (`--rpc-methods`). */
export interface UnsafeMethod<Context> {
  readonly kind: 'unsafe'
  readonly handler: Handler<Context>
}

export type Method<Context> = Handler<Context> | Subscription<Context> | UnsafeMethod<Context>

export const unsafe = <Context>(handler: Handler<Context>): UnsafeMethod<Context> => ({ kind: 'unsafe', handler })

/** What the dispatcher finds under a wire name. */
export type TableEntry<Context> =
  | { readonly kind: 'call'; readonly handler: Handler<Context>; readonly unsafe: boolean }
  | { readonly kind: 'subscribe'; readonly subscription: Subscription<Context> }
  | { readonly kind: 'unsubscribe' }

export type MethodTable<Context> = ReadonlyMap<string, TableEntry<Context>>

/**
 * The table of all methods exported by `modules`, with every unsubscribe method and `rpc_methods`.
 * @throws NeuriteError `DuplicateMethod` when two modules export one name.
 */
export function createMethodTable<Context>(
  modules: readonly Readonly<Record<string, Method<Context>>>[],
): MethodTable<Context> {
  const table = new Map<string, TableEntry<Context>>()
  for (const module of modules) {
    for (const [name, method] of Object.entries(module)) {
      if (table.has(name)) {
        throw new NeuriteError('DuplicateMethod', `The RPC method \`${name}\` is defined twice.`, {
          details: ['Expected one module to export it; remove the other or rename it.'],
        })
      }
      table.set(name, entryOf(method))
    }
  }
  for (const entry of [...table.values()]) {
    if (entry.kind === 'subscribe') table.set(entry.subscription.unsubscribe, { kind: 'unsubscribe' })
  }
  const answer = { methods: ['rpc_methods', ...table.keys()].toSorted() }
  table.set('rpc_methods', { kind: 'call', handler: () => answer, unsafe: false })
  return table
}

function entryOf<Context>(method: Method<Context>): TableEntry<Context> {
  if (typeof method === 'function') return { kind: 'call', handler: method, unsafe: false }
  if (method.kind === 'unsafe') return { kind: 'call', handler: method.handler, unsafe: true }
  return { kind: 'subscribe', subscription: method }
}
