/**
 * Counters of every subnet's alpha: issued, burned, recycled. The pallet has no calls; the economy writes it.
 *
 * subtensor 14bc6f9 pallets/alpha-assets/src/lib.rs
 */
import { addU64, subU64 } from '@neurite/primitives/fixed'
import { alphaBalance, netuid } from '@neurite/primitives/scale'
import { type Ctx, map, pallet, twox64Concat } from '../../frame/index.ts'

const P = pallet({ name: 'AlphaAssets', index: 31, crate: 'pallet_alpha_assets' })

export const storage = P.storage({
  /** Alpha issued minus alpha recycled. @unit alpha-rao */
  TotalAlphaIssuance: map({ netuid: twox64Concat(netuid) }, alphaBalance),
  /** Alpha that no one can use again; it still counts as issued. @unit alpha-rao */
  AlphaBurned: map({ netuid: twox64Concat(netuid) }, alphaBalance),
  /** Alpha taken back, to be issued again. @unit alpha-rao */
  AlphaRecycled: map({ netuid: twox64Concat(netuid) }, alphaBalance),
})

export function noteMinted(ctx: Ctx, netuid: number, amount: bigint): void {
  if (amount > 0n) storage.TotalAlphaIssuance.mutate(ctx, { netuid }, (issued) => addU64(issued, amount))
}

export function noteBurned(ctx: Ctx, netuid: number, amount: bigint): void {
  if (amount > 0n) storage.AlphaBurned.mutate(ctx, { netuid }, (burned) => addU64(burned, amount))
}

export function noteRecycled(ctx: Ctx, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  storage.AlphaRecycled.mutate(ctx, { netuid }, (recycled) => addU64(recycled, amount))
  storage.TotalAlphaIssuance.mutate(ctx, { netuid }, (issued) => subU64(issued, amount))
}

/** Forgets a subnet that is gone. */
export function clearCounters(ctx: Ctx, netuid: number): void {
  storage.TotalAlphaIssuance.remove(ctx, { netuid })
  storage.AlphaBurned.remove(ctx, { netuid })
  storage.AlphaRecycled.remove(ctx, { netuid })
}

export default P.build({ storage })
