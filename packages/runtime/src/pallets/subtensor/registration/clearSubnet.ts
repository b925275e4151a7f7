/**
 * Removing every key that names a subnet. It follows the declarations, so an item added later is covered too.
 */
import { type Ctx, StorageMap } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID } from '../subnets.ts'
import { mechanismIndices } from './uids.ts'

type AnyMap = StorageMap<any, any, any>

/** Counts how often an index was used, so it outlives the subnet. */
const KEPT: ReadonlySet<unknown> = new Set([storage.RegisteredSubnetCounter])

export function clearSubnetStorage(ctx: Ctx, netuid: number): void {
  const indices = mechanismIndices(ctx, netuid)
  for (const declared of Object.values(storage)) {
    if (!(declared instanceof StorageMap) || KEPT.has(declared)) continue
    const item: AnyMap = declared
    const names = item.keyParts.map(([name]) => name)
    if (names[0] === 'netuid') item.removePrefix(ctx, { netuid })
    else if (names[0] === 'index' && ofMechanism.has(item)) {
      for (const index of indices) item.removePrefix(ctx, { index })
    } else if (names.includes('netuid')) removeWhere(ctx, item, netuid)
  }
  clearRateLimits(ctx, netuid)
  forgetRootWeights(ctx, netuid)
}

/** Items keyed by the index of a weight matrix; others have an index of their own. */
const ofMechanism: ReadonlySet<unknown> = new Set([
  storage.Incentive,
  storage.LastUpdate,
  storage.Weights,
  storage.Bonds,
  storage.WeightCommits,
  storage.TimelockedWeightCommits,
])

function removeWhere(ctx: Ctx, item: AnyMap, netuid: number): void {
  for (const key of item.keys(ctx)) if ((key as { netuid: number }).netuid === netuid) item.remove(ctx, key)
}

function clearRateLimits(ctx: Ctx, netuid: number): void {
  for (const { key } of storage.LastRateLimitedBlock.keys(ctx)) {
    const named = key.type === 'OwnerHyperparamUpdate' ? key.value[0] : 'value' in key ? key.value : undefined
    if (named === netuid) storage.LastRateLimitedBlock.remove(ctx, { key })
  }
}

/** Root's weights for the subnet become 0. */
function forgetRootWeights(ctx: Ctx, netuid: number): void {
  for (const [key, row] of storage.Weights.entries(ctx, { index: ROOT_NETUID })) {
    if (!row.some(([to, weight]) => to === netuid && weight !== 0)) continue
    storage.Weights.set(
      ctx,
      key,
      row.map(([to, weight]): [number, number] => [to, to === netuid ? 0 : weight]),
    )
  }
}
