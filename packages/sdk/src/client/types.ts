/** The client's types, taken from the pallets. Types only: no pallet is executed here. */
import type {
  ApiArgs,
  ApiMethod,
  ApiSet,
  ArgsOf,
  CallDef,
  Constant,
  RuntimeCall,
  StorageMap,
  StorageValue,
} from '@neurite/runtime/frame'

/** The pallets that the typed client knows. A node may have others; `chain.storage` reads those. */
export interface ChainPallets {
  System: typeof import('@neurite/runtime/pallets/system')
  Timestamp: typeof import('@neurite/runtime/pallets/timestamp')
  Balances: typeof import('@neurite/runtime/pallets/balances')
  SubtensorModule: typeof import('@neurite/runtime/pallets/subtensor')
  Utility: typeof import('@neurite/runtime/pallets/utility')
  Sudo: typeof import('@neurite/runtime/pallets/sudo')
  AdminUtils: typeof import('@neurite/runtime/pallets/admin-utils')
  Swap: typeof import('@neurite/runtime/pallets/swap')
  Aura: typeof import('@neurite/runtime/pallets/aura')
  Drand: typeof import('@neurite/runtime/pallets/drand')
  Commitments: typeof import('@neurite/runtime/pallets/commitments')
}

type Views = typeof import('@neurite/runtime/pallets/subtensor/views')

/** The runtime APIs that the typed client knows; `chain.call` reaches all that a node has. */
export interface ChainApis {
  DelegateInfoRuntimeApi: Views['delegateInfoApi']
  NeuronInfoRuntimeApi: Views['neuronInfoApi']
  StakeInfoRuntimeApi: Views['stakeInfoApi']
  SubnetInfoRuntimeApi: Views['subnetInfoApi']
  SubnetRegistrationRuntimeApi: Views['subnetRegistrationApi']
  SwapRuntimeApi: typeof import('@neurite/runtime/pallets/swap')['swapApi']
}

export interface ReadOptions {
  /** Hash of the block whose state is read. @default the best block */
  readonly at?: string
}

export interface ValueReader<Q> {
  get(options?: ReadOptions): Promise<Q>
  key(): string
}

export interface MapReader<K, V, Q> {
  /** The value under `key`, whose parts are in the order of the storage declaration. */
  get(key: readonly K[], options?: ReadOptions): Promise<Q>
  /** All keys and values whose first parts are `prefix`, in the order of the raw keys. */
  entries(prefix?: readonly K[], options?: ReadOptions): Promise<readonly (readonly [readonly K[], V])[]>
  key(key: readonly K[]): string
}

type Parts<K> = {
  [N in keyof K]: K[N] extends { readonly codec: { readonly t?: infer T } } ? NonNullable<T> : never
}[keyof K]

export type Reader<S> =
  S extends StorageMap<infer K, infer V, infer Q>
    ? MapReader<Parts<K>, V, Q>
    : S extends StorageValue<any, infer Q>
      ? ValueReader<Q>
      : never

export type QueryOf<P> = P extends { readonly storage: infer S } ? { readonly [N in keyof S]: Reader<S[N]> } : never
export type TxOf<P> = P extends { readonly calls: infer C }
  ? { readonly [N in keyof C]: C[N] extends CallDef<infer A> ? (args: ArgsOf<A>) => RuntimeCall : never }
  : never
export type ConstantOf<P> = P extends { readonly constants: infer C }
  ? { readonly [N in keyof C]: C[N] extends Constant<infer V> ? V : never }
  : never

type Method<M> =
  M extends ApiMethod<infer A, infer R>
    ? keyof A extends never
      ? (args?: Readonly<Record<string, never>>, options?: ReadOptions) => Promise<R>
      : (args: ApiArgs<A>, options?: ReadOptions) => Promise<R>
    : never
export type ApiOf<S> = S extends ApiSet<infer M> ? { readonly [N in keyof M]: Method<M[N]> } : never

export type Api = { readonly [P in keyof ChainApis]: ApiOf<ChainApis[P]> }
export type Query = { readonly [P in keyof ChainPallets]: QueryOf<ChainPallets[P]> }
export type Tx = { readonly [P in keyof ChainPallets]: TxOf<ChainPallets[P]> }
export type Constants = { readonly [P in keyof ChainPallets]: ConstantOf<ChainPallets[P]> }
export type { RuntimeCall }
