/**
 * A chain to attack: the dev network's runtime over a state in memory, whole blocks through the executive, ordinary
 * extrinsics. Signatures are taken as given: none of these attacks forges one.
 */
import { type AccountId, bytesToHex, type Hash, utf8ToBytes } from '@neurite/primitives/bytes'
import { encodeBare, encodeExtra, encodeSigned, IMMORTAL } from '@neurite/primitives/extrinsic'
import { blake2_256 } from '@neurite/primitives/hash'
import { decode, encode, u32 } from '@neurite/primitives/scale'
import type { Pulse } from '@neurite/primitives/timelock'
import {
  addressOf,
  CellCache,
  type Ctx,
  createRuntime,
  DEV_ACCOUNTS,
  devGenesis,
  FAST_PROFILE,
  type GenesisOptions,
  Overlay,
  type Runtime,
  type RuntimeCall,
  type RuntimeEvent,
  type RuntimeProfile,
  runtimeCall,
  type StateReader,
  TransactionValidityError,
} from '@neurite/runtime'
import { slotDigest } from '@neurite/runtime/pallets/aura'
import { storage as balances } from '@neurite/runtime/pallets/balances'
import { calls as drandCalls } from '@neurite/runtime/pallets/drand'
import { calls as sudoCalls } from '@neurite/runtime/pallets/sudo'
import { storage as system } from '@neurite/runtime/pallets/system'
import { SortedMap } from '../../packages/node/src/store/sortedMap.ts'

export const TAO = 1_000_000_000n
const SLOT_MS = 250n
const NOBODY = new Uint8Array(32)
const NO_SIGNATURE = { type: 'Sr25519', value: new Uint8Array(64) } as const

/** The account of a name: the same in every run. */
export function account(name: string): AccountId {
  return bytesToHex(blake2_256(utf8ToBytes(name)))
}

/** Alice holds the sudo key. */
export const SUDO = DEV_ACCOUNTS.Alice

/** A call and who signs it; undefined for nobody. */
export type Sent = readonly [who: AccountId | undefined, call: RuntimeCall]

/** How an extrinsic ended: in the block, with the error of its call if it failed; or refused, with the pool's reason. */
export interface Receipt {
  readonly ok: boolean
  /** `Pallet.Error`, or `refused: <reason>`. */
  readonly error?: string | undefined
  readonly events: readonly RuntimeEvent[]
}

export interface WorldOptions {
  readonly profile?: RuntimeProfile
  /** TAO of accounts at genesis, by their names. */
  readonly funds?: Readonly<Record<string, bigint>>
  readonly genesis?: GenesisOptions
}

export class World {
  readonly runtime: Runtime
  readonly state = new SortedMap<Uint8Array>()
  /** Extrinsics that were in blocks. */
  sent = 0
  private readonly cache = new CellCache()
  private readonly nonces = new Map<AccountId, number>()
  private number = 0
  private hash: Hash = bytesToHex(blake2_256(utf8ToBytes('genesis')))
  private reading: { readonly number: number; readonly ctx: Ctx } | undefined

  constructor({ profile = FAST_PROFILE, funds = {}, genesis = {} }: WorldOptions = {}) {
    this.runtime = createRuntime({ profile, host: { verify: () => true } })
    const config = devGenesis(profile, genesis)
    const named = Object.entries(funds).map(([name, tao]): [AccountId, bigint] => [account(name), tao * TAO])
    const all = { ...config, Balances: { balances: [...config.Balances.balances, ...named] } }
    this.store(this.runtime.genesis(all))
  }

  private store(changes: ReadonlyMap<string, Uint8Array | undefined>): void {
    for (const [key, bytes] of changes) {
      if (bytes === undefined) this.state.delete(key)
      else this.state.set(key, bytes)
    }
  }

  /** The state as it is, as blocks read it. */
  readonly reader: StateReader = {
    get: (key) => this.state.get(key),
    keys: (prefix) => this.state.keys(prefix, after(prefix), Number.POSITIVE_INFINITY),
  }

  /** The state after the newest block, for reading. */
  get ctx(): Ctx {
    if (this.reading?.number !== this.number) {
      const overlay = new Overlay(this.reader)
      this.reading = { number: this.number, ctx: this.runtime.contextOn(overlay, BigInt(this.number), this.hash) }
    }
    return this.reading.ctx
  }

  get best(): { readonly number: number; readonly hash: Hash } {
    return { number: this.number, hash: this.hash }
  }

  /** Free TAO of an account, in rao. */
  free(who: AccountId): bigint {
    return system.Account.get(this.ctx, { account: who }).data.free
  }

  get issuance(): bigint {
    return balances.TotalIssuance.get(this.ctx)
  }

  /** An extrinsic of `who` as bytes, with its next nonce. */
  extrinsic(who: AccountId, call: RuntimeCall, nonce = this.nonces.get(who) ?? 0): Uint8Array {
    const extra = encodeExtra({ era: IMMORTAL, nonce, tip: 0n, metadataHashMode: 'Disabled' })
    return encodeSigned(addressOf(who), NO_SIGNATURE, extra, encode(runtimeCall, call))
  }

  /** One block with these extrinsics, in this order. */
  block(extrinsics: readonly Sent[] = []): readonly Receipt[] {
    const slot = BigInt(this.number + 1)
    const builder = this.runtime.startBlock({ reader: this.reader, cache: this.cache }, this.best, [slotDigest(slot)])
    for (const inherent of builder.inherents({ timestampMs: slot * SLOT_MS })) builder.apply(inherent)
    const places = extrinsics.map(([who, call]): number | string => {
      try {
        builder.apply(who === undefined ? encodeBare(encode(runtimeCall, call)) : this.extrinsic(who, call))
      } catch (error) {
        if (!(error instanceof TransactionValidityError)) throw error
        return refusal(error)
      }
      if (who !== undefined) this.nonces.set(who, (this.nonces.get(who) ?? 0) + 1)
      return ++this.sent
    })
    const finished = builder.finish()
    const first = finished.extrinsics.length - places.filter((place) => typeof place === 'number').length
    this.store(finished.changes)
    builder.promote()
    this.number = finished.number
    this.hash = bytesToHex(blake2_256(encode(u32, finished.number)))
    if (extrinsics.length === 0) return []
    const events = decode(system.Events.valueCodec, finished.events)
    let index = first
    return places.map((place) => {
      if (typeof place === 'string') return { ok: false, error: place, events: [] }
      const at = index++
      const own = events.filter(({ phase }) => phase.type === 'ApplyExtrinsic' && phase.value === at)
      return this.receipt(own.map(({ event }) => event))
    })
  }

  private receipt(events: readonly RuntimeEvent[]): Receipt {
    const failed = events.find(({ name }) => name === 'ExtrinsicFailed')
    const inner = events.find(({ pallet, name }) => pallet === 'Sudo' && name === 'Sudid')
    const innerResult = (inner?.data as { sudo_result?: { ok: boolean; error?: unknown } } | undefined)?.sudo_result
    const error =
      failed !== undefined
        ? this.errorName((failed.data as { dispatch_error: DispatchErrorShape }).dispatch_error)
        : innerResult?.ok === false
          ? this.errorName(innerResult.error as DispatchErrorShape)
          : undefined
    return { ok: error === undefined, error, events }
  }

  private errorName({ type, value }: DispatchErrorShape): string {
    if (type !== 'Module' || typeof value !== 'object' || value === null) return type
    const { index, error } = value as { index: number; error: Uint8Array | string }
    const number = typeof error === 'string' ? Number.parseInt(error.slice(2, 4), 16) : error[0]!
    const pallet = this.runtime.pallets.find((candidate) => candidate.index === index)!
    return pallet.errors[number]!.code
  }

  blocks(count: number): void {
    for (let i = 0; i < count; i++) this.block()
  }

  /** A block with these extrinsics, all of which must succeed. */
  run(...extrinsics: readonly Sent[]): readonly RuntimeEvent[] {
    const receipts = this.block(extrinsics)
    for (const [i, { error }] of receipts.entries()) {
      if (error === undefined) continue
      const { pallet, name } = extrinsics[i]![1]
      throw new Error(`${pallet}.${name} in block ${this.number}: ${error}`)
    }
    return receipts.flatMap(({ events }) => events)
  }

  /** A block with the pulse of a beacon, as the node of an author brings it. */
  pulse(pulse: Pulse): void {
    const payload = { block_number: this.number, pulses: [pulse], public: { type: 'Sr25519', value: NOBODY } as const }
    this.run([undefined, drandCalls.write_pulse({ pulses_payload: payload, signature: NO_SIGNATURE })])
  }

  /** A block with these calls as root. */
  sudo(...calls: readonly RuntimeCall[]): void {
    this.run(...calls.map((call): Sent => [SUDO, sudoCalls.sudo({ call })]))
  }
}

interface DispatchErrorShape {
  readonly type: string
  readonly value?: unknown
}

function refusal({ value }: TransactionValidityError): string {
  const reason = value.value as { type: string; value?: number }
  return `refused: ${reason.type}${reason.value === undefined ? '' : ` ${reason.value}`}`
}

/** The first key beyond all that start with `prefix`. */
function after(prefix: string): string | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const code = prefix.charCodeAt(i)
    if (code < 255) return prefix.slice(0, i) + String.fromCharCode(code + 1)
  }
  return undefined
}
