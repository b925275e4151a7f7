/**
 * Making and destroying the alpha of a subnet.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/alpha.rs
 */
import { addU64, subU64 } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { noteBurned, noteMinted, noteRecycled } from '../../alpha-assets/index.ts'
import { storage } from '../storage/index.ts'

/** Alpha in the pool and outside of it: what the subnet's halvings count. @unit alpha-rao */
export function alphaIssuance(ctx: Ctx, netuid: number): bigint {
  return addU64(storage.SubnetAlphaIn.get(ctx, { netuid }), storage.SubnetAlphaOut.get(ctx, { netuid }))
}

export function mintAlphaIntoPool(ctx: Ctx, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  noteMinted(ctx, netuid, amount)
  storage.SubnetAlphaIn.mutate(ctx, { netuid }, (alpha) => addU64(alpha, amount))
}

export function mintAlphaOutside(ctx: Ctx, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  noteMinted(ctx, netuid, amount)
  storage.SubnetAlphaOut.mutate(ctx, { netuid }, (alpha) => addU64(alpha, amount))
}

/** Takes alpha back: it can be issued again. */
export function recycleAlpha(ctx: Ctx, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  storage.SubnetAlphaOut.mutate(ctx, { netuid }, (alpha) => subU64(alpha, amount))
  noteRecycled(ctx, netuid, amount)
}

/** Puts alpha out of reach: it stays issued, so it still slows the halvings. */
export function burnAlpha(ctx: Ctx, netuid: number, amount: bigint): void {
  noteBurned(ctx, netuid, amount)
}
