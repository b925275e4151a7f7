/** Which subnets there are. */
import type { Ctx } from '../../frame/index.ts'
import { storage } from './storage/index.ts'

/** Subnet of root; it has no pool and no miners. */
export { ROOT_NETUID } from './staking/shares.ts'

export function subnetExists(ctx: Ctx, netuid: number): boolean {
  return storage.NetworksAdded.get(ctx, { netuid })
}

/** All subnets, root included, in the order of their raw keys. */
export function allNetuids(ctx: Ctx): number[] {
  return [...storage.NetworksAdded.keys(ctx)].map(({ netuid }) => netuid)
}
