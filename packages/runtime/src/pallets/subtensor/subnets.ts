/** Which subnets there are. */
import { type Ctx, derive } from '../../frame/index.ts'
import { storage } from './storage/index.ts'

/** Subnet of root; it has no pool and no miners. */
export { ROOT_NETUID } from './staking/shares.ts'

export function subnetExists(ctx: Ctx, netuid: number): boolean {
  return storage.NetworksAdded.get(ctx, { netuid })
}

const netuids = derive(storage.NetworksAdded, (entries) => Array.from(entries, ([{ netuid }]) => netuid))

/** All subnets, root included, in the order of their raw keys. */
export function allNetuids(ctx: Ctx): readonly number[] {
  return netuids.get(ctx)
}
