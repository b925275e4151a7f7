/** The runtime: the pallets composed into one deterministic state machine. Its inputs are bytes, its output is state. */
import { bytesToHex, type Hash, type Hex, utf8ToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { blake2_64 } from '@neurite/primitives/hash'
import { decodeError, encode, Reader } from '@neurite/primitives/scale'
import type { ApiMethod, ApiSet } from '../frame/api.ts'
import type { CellCache } from '../frame/cellCache.ts'
import type { Observation, RuntimeHost } from '../frame/ctx.ts'
import type { DigestItem } from '../frame/header.ts'
import { bindOuter } from '../frame/outer.ts'
import { Overlay } from '../frame/overlay.ts'
import type { AnyPallet, DispatchGuard } from '../frame/pallet.ts'
import type { RuntimeProfile } from '../frame/profile.ts'
import type { StateChanges, StateReader } from '../frame/state.ts'
import type { TransactionSource, ValidTransaction } from '../frame/validity.ts'
import { encodeMetadata } from '../metadata/encode.ts'
import { TypeRegistry } from '../metadata/registry.ts'
import type { Migration } from '../migrations/index.ts'
import { bindApiVersions, runtimeVersion } from '../pallets/system/version.ts'
import { coreApis } from './apis.ts'
import { BlockBuilder } from './block.ts'
import { checkExtrinsic } from './checked.ts'
import { Context } from './context.ts'
import { decodeExtrinsic, type Extrinsic } from './extrinsic.ts'
import { accountIdType, metadataSource } from './metadataSource.ts'
import { system } from './palletsUsed.ts'
import { createPipeline, type Pipeline, validateChecked } from './pipeline.ts'

export interface RuntimeOptions {
  readonly pallets: readonly AnyPallet[]
  readonly profile: RuntimeProfile
  readonly host: RuntimeHost
  /** Hash of the runtime's code, written to `:code` at genesis for clients to see. */
  readonly codeHash?: Uint8Array | undefined
}

/** The state of one block. */
export interface StateAt {
  readonly reader: StateReader
  /** Decoded values of the newest block; only for that block's state. */
  readonly cache?: CellCache | undefined
}

export interface BlockId {
  readonly hash: Hash
  readonly number: number
}

export interface StartBlockOptions {
  /** Run first, when the state is that of an older runtime. */
  readonly migrations?: readonly Migration[]
  /** Told what the block computes on its way, for explanations; changes nothing. */
  readonly observe?: ((observation: Observation) => void) | undefined
}

const ZERO_HASH: Hash = `0x${'00'.repeat(32)}`
/** Order of the runtime APIs in the reference's metadata. */
const API_ORDER = [
  'Core',
  'Metadata',
  'BlockBuilder',
  'TaggedTransactionQueue',
  'OffchainWorkerApi',
  'AuraApi',
  'SessionKeys',
  'GrandpaApi',
  'AccountNonceApi',
  'TransactionPaymentApi',
  'TransactionPaymentCallApi',
  'DelegateInfoRuntimeApi',
  'NeuronInfoRuntimeApi',
  'SubnetInfoRuntimeApi',
  'StakeInfoRuntimeApi',
  'SubnetRegistrationRuntimeApi',
  'SwapRuntimeApi',
]

/** Keys that extrinsics judged on one state may leave in memory. */
const JUDGED_KEYS = 65_536

const EMPTY_STATE: StateReader = { get: () => undefined, keys: () => [] }

export class Runtime {
  readonly profile: RuntimeProfile
  readonly pallets: readonly AnyPallet[]
  readonly apis: readonly ApiSet[]
  private readonly host: RuntimeHost
  private readonly codeHash: Uint8Array | undefined
  private readonly guards: readonly DispatchGuard[]
  private readonly pipeline: Pipeline
  private readonly methods = new Map<string, ApiMethod>()
  private readonly metadataBytes = new Map<14 | 15, Uint8Array>()
  /** Identifiers and versions of the APIs, as `versionJson` shows them. */
  private readonly apiVersions: readonly (readonly [Hex, number])[]
  /** The next block's context on the newest state, kept while many extrinsics are judged on it. */
  private judging: { readonly state: StateAt; readonly hash: Hash; readonly next: Context } | undefined

  constructor(options: RuntimeOptions) {
    this.profile = options.profile
    this.host = options.host
    this.codeHash = options.codeHash
    this.pallets = [...options.pallets].sort((a, b) => a.index - b.index)
    bindOuter(this.pallets)
    this.guards = this.pallets.flatMap((pallet) => pallet.guards)
    this.pipeline = createPipeline(this.guards)
    this.apis = [...coreApis(this), ...this.pallets.flatMap((pallet) => pallet.apis)].sort(
      (a, b) => API_ORDER.indexOf(a.name) - API_ORDER.indexOf(b.name),
    )
    for (const set of this.apis) {
      for (const [name, method] of Object.entries(set.methods)) this.methods.set(`${set.name}_${name}`, method)
    }
    const versions = this.apis.map((set): [Uint8Array, number] => [apiId(set.name), set.version])
    bindApiVersions(versions)
    this.apiVersions = versions.map(([id, version]) => [bytesToHex(id), version])
  }

  /** The version as `state_getRuntimeVersion` returns it. */
  get versionJson() {
    const version = runtimeVersion()
    return {
      specName: version.spec_name,
      implName: version.impl_name,
      authoringVersion: version.authoring_version,
      specVersion: version.spec_version,
      implVersion: version.impl_version,
      apis: this.apiVersions,
      transactionVersion: version.transaction_version,
      systemVersion: version.system_version,
      stateVersion: version.system_version,
    }
  }

  /** Metadata with its magic number. Made once; a pure function of the runtime and the network's profile. */
  metadata(version: 14 | 15): Uint8Array {
    let bytes = this.metadataBytes.get(version)
    if (!bytes) {
      const source = metadataSource(this.pallets, this.apis, this.contextOn(new Overlay(EMPTY_STATE), 0n, ZERO_HASH))
      const registry = new TypeRegistry()
      // Python clients take type 0 for the account id.
      registry.idOf(accountIdType)
      // V15 mentions more types than V14; registering all first gives both the same numbers.
      encodeMetadata(15, source, registry)
      this.metadataBytes.set(14, encodeMetadata(14, source, registry))
      this.metadataBytes.set(15, encodeMetadata(15, source, registry))
      bytes = this.metadataBytes.get(version)!
    }
    return bytes
  }

  /** Raw keys and values of block 0. `config` holds a section for each pallet, by its name. */
  genesis(config: Readonly<Record<string, unknown>>): StateChanges {
    const overlay = new Overlay(EMPTY_STATE)
    const ctx = this.contextOn(overlay, 0n, ZERO_HASH)
    for (const pallet of this.pallets) pallet.genesis?.(ctx, config[pallet.name])
    if (this.codeHash) overlay.setRaw(system.CODE_KEY, this.codeHash)
    return overlay.changes()
  }

  /** Starts the block after `parent`. */
  startBlock(
    state: StateAt,
    parent: BlockId,
    digest: readonly DigestItem[],
    { migrations = [], observe }: StartBlockOptions = {},
  ): BlockBuilder {
    const overlay = new Overlay(state.reader, state.cache)
    const ctx = this.contextOn(overlay, BigInt(parent.number) + 1n, parent.hash, observe)
    return new BlockBuilder({
      ctx,
      overlay,
      pallets: this.pallets,
      pipeline: this.pipeline,
      digest,
      migrations,
      codeHash: this.codeHash,
    })
  }

  /**
   * What the pool needs to know of an extrinsic on top of `best`.
   * @throws TransactionValidityError when it is refused; ScaleError when it does not decode.
   */
  validate(state: StateAt, best: BlockId, source: TransactionSource, bytes: Uint8Array): ValidTransaction {
    const { judging } = this
    if (judging?.state !== state || judging.hash !== best.hash || judging.next.overlay.size > JUDGED_KEYS) {
      const next = this.contextOn(new Overlay(state.reader, state.cache), BigInt(best.number) + 1n, best.hash)
      system.initialise(next, [])
      this.judging = { state, hash: best.hash, next }
    }
    return this.judge(this.judging!.next, source, bytes)
  }

  /** As {@link validate}, in a context at the best block; the extrinsic is judged as of the next one. */
  validateIn(
    ctx: Context,
    source: TransactionSource,
    bytes: Uint8Array,
    bestHash: Hash = ctx.parentHash,
  ): ValidTransaction {
    const next = this.contextOn(ctx.overlay, ctx.block + 1n, bestHash)
    next.overlay.begin()
    try {
      system.initialise(next, [])
      return this.judge(next, source, bytes)
    } finally {
      next.overlay.rollback()
    }
  }

  /** Leaves `next` as it was. */
  private judge(next: Context, source: TransactionSource, bytes: Uint8Array): ValidTransaction {
    const extrinsic = decodeExtrinsic(bytes)
    const eventCount = next.events.length
    next.overlay.begin()
    try {
      return validateChecked(next, this.pipeline, checkExtrinsic(next, extrinsic), source)
    } finally {
      next.overlay.rollback()
      next.events.length = eventCount
    }
  }

  hasApi(method: string): boolean {
    return this.methods.has(method)
  }

  /**
   * Calls a runtime API by `Trait_method`.
   * @throws NeuriteError `UnknownApi`; ScaleError when the arguments do not decode.
   */
  callApi(state: StateAt, at: BlockId, method: string, args: Uint8Array): Uint8Array {
    const found = this.methods.get(method)
    if (!found) {
      throw new NeuriteError('UnknownApi', `Exported method ${method} is not found`, {
        details: ['`rpc_methods` and the V15 metadata list what this runtime offers.'],
      })
    }
    const reader = new Reader(args)
    const value = found.argsCodec.read(reader)
    if (reader.remaining > 0)
      throw decodeError(`${reader.remaining} bytes are left over after the arguments of ${method}`, reader.at)
    const overlay = new Overlay(state.reader, state.cache)
    const ctx = this.contextOn(overlay, BigInt(at.number), at.hash)
    return encode(found.returns, found.run(ctx, value))
  }

  decodeExtrinsic(bytes: Uint8Array): Extrinsic {
    return decodeExtrinsic(bytes)
  }

  /** A context for reading (or trying out) on `overlay`. */
  contextOn(overlay: Overlay, block: bigint, parentHash: Hash, observe?: (observation: Observation) => void): Context {
    const { profile, host, guards } = this
    return new Context({ overlay, profile, host, block, parentHash, guards, observe })
  }
}

function apiId(name: string): Uint8Array {
  return blake2_64(utf8ToBytes(name))
}
