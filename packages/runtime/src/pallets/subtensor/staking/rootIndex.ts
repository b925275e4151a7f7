/**
 * The numbered list of coldkeys with root stake, from which every block claims for a few.
 * Dense: removing one moves the last into its place.
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { hexToBytes } from '@neurite/primitives/bytes'
import { addU64, subU64 } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID, stakeOf } from './shares.ts'

export function hasRootStake(ctx: Ctx, coldkey: AccountId): boolean {
  return storage.StakingHotkeys.get(ctx, { coldkey }).some((hotkey) => stakeOf(ctx, hotkey, coldkey, ROOT_NETUID) > 0n)
}

export function addToRootIndex(ctx: Ctx, coldkey: AccountId): void {
  if (storage.StakingColdkeys.has(ctx, { coldkey })) return
  const index = storage.NumStakingColdkeys.get(ctx)
  storage.StakingColdkeysByIndex.set(ctx, { index }, coldkey)
  storage.StakingColdkeys.set(ctx, { coldkey }, index)
  storage.NumStakingColdkeys.set(ctx, index + 1n)
}

export function removeFromRootIndex(ctx: Ctx, coldkey: AccountId): void {
  const index = storage.StakingColdkeys.take(ctx, { coldkey })
  if (index === undefined) return
  const last = subU64(storage.NumStakingColdkeys.get(ctx), 1n)
  const moved = storage.StakingColdkeysByIndex.take(ctx, { index: last })
  if (index !== last && moved !== undefined) {
    storage.StakingColdkeysByIndex.set(ctx, { index }, moved)
    storage.StakingColdkeys.set(ctx, { coldkey: moved }, index)
  }
  storage.NumStakingColdkeys.set(ctx, last)
}

/** Places in a list of `length` that `hash` picks, ascending and each once. */
export function pickIndices(hash: string, count: bigint, length: bigint): bigint[] {
  if (length === 0n) return []
  const bytes = new DataView(hexToBytes(hash).buffer)
  const picked = new Set<bigint>()
  let index = bytes.getBigUint64(0)
  for (let i = 0; i < Number(count); i++) {
    index = addU64(index, bytes.getBigUint64((i * 8) % 32)) % length
    picked.add(index)
  }
  return [...picked].sort((a, b) => (a < b ? -1 : 1))
}
