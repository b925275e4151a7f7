/** Which subnets a block emits to, and how its TAO is shared among them. */
import { I96F32 } from '@neurite/primitives/fixed'
import { type EmissionCandidate, rootProportion, taoWeightFraction } from '../../../economics/index.ts'
import type { Ctx } from '../../../frame/index.ts'
import { isDynamic } from '../../swap/index.ts'
import { alphaIssuance } from '../issuance/index.ts'
import { storage } from '../storage/index.ts'
import { allNetuids, ROOT_NETUID } from '../subnets.ts'

/** Subnets that are started and open for registration. */
export function emittingSubnets(ctx: Ctx): number[] {
  return allNetuids(ctx).filter(
    (netuid) =>
      netuid !== ROOT_NETUID &&
      storage.FirstEmissionBlockNumber.has(ctx, { netuid }) &&
      storage.SubtokenEnabled.get(ctx, { netuid }) &&
      storage.NetworkRegistrationAllowed.get(ctx, { netuid }),
  )
}

/** Moving average of the price; 1 where there is no pool. @unit I96F32 */
export function movingPrice(ctx: Ctx, netuid: number): bigint {
  return netuid === ROOT_NETUID || !isDynamic(ctx, netuid) ? I96F32.one : storage.SubnetMovingPrice.get(ctx, { netuid })
}

export function emissionCandidate(ctx: Ctx, netuid: number): EmissionCandidate {
  return {
    movingPrice: movingPrice(ctx, netuid),
    minerBurned: storage.MinerBurned.get(ctx, { netuid }),
    enabled: storage.SubnetEmissionEnabled.get(ctx, { netuid }),
  }
}

/** Part of the subnet's dividends that root stake earns. @unit U96F32 */
export function rootProportionOf(ctx: Ctx, netuid: number): bigint {
  const rootTao = storage.SubnetTAO.get(ctx, { netuid: ROOT_NETUID })
  return rootProportion(rootTao, taoWeightFraction(storage.TaoWeight.get(ctx)), alphaIssuance(ctx, netuid))
}
