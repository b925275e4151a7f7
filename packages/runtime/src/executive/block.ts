/** Building one block: initialise, apply extrinsics one by one, finalise. */
import type { Hash } from '@neurite/primitives/bytes'
import type { DispatchOutcome } from '../frame/ctx.ts'
import type { DispatchErrorValue } from '../frame/errors.ts'
import type { DigestItem } from '../frame/header.ts'
import { NONE, signedBy } from '../frame/origin.ts'
import type { Overlay } from '../frame/overlay.ts'
import type { AnyPallet } from '../frame/pallet.ts'
import type { StateChanges } from '../frame/state.ts'
import { invalid } from '../frame/validity.ts'
import { addWeight, minWeight, subWeight } from '../frame/weight.ts'
import type { Migration } from '../migrations/index.ts'
import { BASE_EXTRINSIC } from '../pallets/system/constants.ts'
import { type CheckedExtrinsic, checkExtrinsic } from './checked.ts'
import type { Context } from './context.ts'
import { decodeExtrinsic, encodeBare } from './extrinsic.ts'
import { BlockMeter } from './limits.ts'
import { aura, system, timestamp } from './palletsUsed.ts'
import { isSigned, type Pipeline, validateChecked } from './pipeline.ts'

export type ApplyResult = { readonly ok: true } | { readonly ok: false; readonly error: DispatchErrorValue }

export interface FinishedBlock {
  readonly number: number
  readonly parentHash: Hash
  readonly digest: readonly DigestItem[]
  readonly extrinsics: readonly Uint8Array[]
  /** Value of `System.Events`. */
  readonly events: Uint8Array
  readonly changes: StateChanges
}

export interface BlockOptions {
  readonly ctx: Context
  readonly overlay: Overlay
  readonly pallets: readonly AnyPallet[]
  readonly pipeline: Pipeline
  readonly digest: readonly DigestItem[]
  readonly migrations: readonly Migration[]
  readonly codeHash: Uint8Array | undefined
}

export class BlockBuilder {
  private readonly ctx: Context
  private readonly options: BlockOptions
  private readonly extrinsics: Uint8Array[] = []
  private readonly meter = new BlockMeter()

  constructor(options: BlockOptions) {
    this.options = options
    this.ctx = options.ctx
    this.initialise()
  }

  private initialise(): void {
    const { ctx } = this
    system.initialise(ctx, this.options.digest)
    ctx.author = aura.authorOf(ctx, this.options.digest)
    this.migrate()
    for (const pallet of this.options.pallets) pallet.hooks.onInitialize?.(ctx)
  }

  /** Brings the state of an older runtime up to date, before anything reads it. */
  private migrate(): void {
    const { migrations, codeHash } = this.options
    if (migrations.length === 0) return
    for (const migration of migrations) migration.run(this.ctx)
    if (codeHash) this.ctx.overlay.setRaw(system.CODE_KEY, codeHash)
  }

  /** The extrinsics that the block's author puts first. */
  inherents(data: { readonly timestampMs: bigint }): Uint8Array[] {
    return [encodeBare(timestamp.calls.set({ now: data.timestampMs }))]
  }

  /**
   * Applies one extrinsic. A failed call is included and pays.
   * @throws TransactionValidityError when it must not be included; ScaleError when it does not decode. The block is
   * as it was before.
   */
  apply(bytes: Uint8Array): ApplyResult {
    const { ctx, meter } = this
    const tx = checkExtrinsic(ctx, decodeExtrinsic(bytes))
    meter.check(tx.info, tx.length)
    ctx.phase = { type: 'ApplyExtrinsic', value: this.extrinsics.length }
    // One transaction around all: an extrinsic that turns out not to be includable leaves no trace.
    const outcome = ctx.transactional(() => this.run(tx))
    meter.add(tx.info, tx.length)
    const actual = outcome.actualWeight ? minWeight(outcome.actualWeight, tx.info.weight) : tx.info.weight
    meter.refund(tx.info, subWeight(tx.info.weight, actual))
    this.extrinsics.push(bytes)
    return outcome.ok ? { ok: true } : { ok: false, error: outcome.error }
  }

  private run(tx: CheckedExtrinsic): DispatchOutcome {
    const { ctx } = this
    const { pipeline } = this.options
    validateChecked(ctx, pipeline, tx, 'InBlock')
    const signed = isSigned(tx)
    const prepared = signed ? pipeline.map((extension) => extension.prepare?.(ctx, tx)) : []
    const outcome = ctx.dispatch(signed ? signedBy(tx.signer) : NONE, tx.extrinsic.call)
    if (signed) for (const [i, extension] of pipeline.entries()) extension.post?.(ctx, tx, prepared[i], outcome)
    if (!outcome.ok && tx.info.class === 'Mandatory') throw invalid('BadMandatory')
    const weight = outcome.actualWeight ? minWeight(outcome.actualWeight, tx.info.weight) : tx.info.weight
    system.noteApplied(ctx, outcome, {
      weight: addWeight(weight, BASE_EXTRINSIC),
      class: tx.info.class,
      pays: tx.info.pays === 'Yes' ? (outcome.pays ?? 'Yes') : 'No',
    })
    return outcome
  }

  finish(): FinishedBlock {
    const { ctx } = this
    ctx.phase = { type: 'Finalization' }
    for (const pallet of this.options.pallets) pallet.hooks.onFinalize?.(ctx)
    system.finalise(ctx, {
      extrinsicCount: this.extrinsics.length,
      weight: this.meter.weight,
      length: this.meter.length,
    })
    return {
      number: Number(ctx.block),
      parentHash: ctx.parentHash,
      digest: system.storage.Digest.get(ctx).logs,
      extrinsics: this.extrinsics,
      // The overlay keeps these bytes for the changes.
      events: system.storage.Events.at(ctx).getRaw()!,
      changes: this.options.overlay.changes(),
    }
  }

  /** Makes the decoded values of this block available to the next: call it once the block is durable. */
  promote(): void {
    this.options.overlay.promoteToCache()
  }
}
