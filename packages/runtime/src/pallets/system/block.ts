/** The start and the end of a block, as the system pallet records them. subtensor uses polkadot-sdk's frame_system. */
import type { Hash } from '@neurite/primitives/bytes'
import type { Ctx, DigestItem, DispatchClass, DispatchInfo, DispatchOutcome, Weight } from '../../frame/index.ts'
import { constants } from './constants.ts'
import { events } from './events.ts'
import { storage } from './storage.ts'
import { type EventRecord, weightToWire } from './types.ts'
import { runtimeVersion } from './version.ts'

/** Opens block `ctx.block` on `ctx.parentHash`. */
export function initialise(ctx: Ctx, digest: readonly DigestItem[]): void {
  const number = Number(ctx.block)
  storage.Events.remove(ctx)
  storage.EventCount.remove(ctx)
  storage.BlockWeight.remove(ctx)
  storage.ExecutionPhase.set(ctx, { type: 'Initialization' })
  storage.Number.set(ctx, number)
  storage.Digest.set(ctx, { logs: digest })
  storage.ParentHash.set(ctx, ctx.parentHash)
  storage.BlockHash.set(ctx, { number: number - 1 }, ctx.parentHash)
}

/** Records how an extrinsic ended. `info` is what it used in the end, its base weight included. */
export function noteApplied(ctx: Ctx, outcome: DispatchOutcome, info: DispatchInfo): void {
  const dispatch_info = { weight: weightToWire(info.weight), class: info.class, pays_fee: info.pays }
  ctx.emit(
    outcome.ok
      ? events.ExtrinsicSuccess({ dispatch_info })
      : events.ExtrinsicFailed({ dispatch_error: outcome.error, dispatch_info }),
  )
}

interface BlockTotals {
  readonly extrinsicCount: number
  readonly weight: Readonly<Record<DispatchClass, Weight>>
  readonly length: number
}

/** Closes the block: what only mattered while it was built goes, what clients read stays until the next one. */
export function finalise(ctx: Ctx & { readonly events: readonly EventRecord[] }, totals: BlockTotals): void {
  const { weight } = totals
  storage.BlockWeight.set(ctx, {
    normal: weightToWire(weight.Normal),
    operational: weightToWire(weight.Operational),
    mandatory: weightToWire(weight.Mandatory),
  })
  // A copy: the record must not change with the context's list.
  storage.Events.set(ctx, [...ctx.events])
  storage.EventCount.set(ctx, ctx.events.length)
  storage.ExecutionPhase.remove(ctx)
  const oldest = Number(ctx.block) - constants.BlockHashCount.get(ctx) - 1
  // Block 0 stays: clients read the genesis hash there.
  if (oldest > 0) storage.BlockHash.remove(ctx, { number: oldest })
}

/** Hash that stands for the parent of the genesis block. */
const NO_PARENT: Hash = `0x${'45'.repeat(32)}`

export function writeGenesis(ctx: Ctx): void {
  const { spec_version, spec_name } = runtimeVersion()
  storage.BlockHash.set(ctx, { number: 0 }, NO_PARENT)
  storage.ParentHash.set(ctx, NO_PARENT)
  storage.LastRuntimeUpgrade.set(ctx, { spec_version, spec_name })
  storage.UpgradedToU32RefCount.set(ctx, true)
  storage.UpgradedToTripleRefCount.set(ctx, true)
}
