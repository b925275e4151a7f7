/** One block's alpha for a subnet's participants, set aside until its epoch. */
import { addU64 } from '@neurite/primitives/fixed'
import { splitAlphaOut } from '../../../economics/index.ts'
import type { Ctx } from '../../../frame/index.ts'
import { mintAlphaOutside, recycleAlpha } from '../issuance/index.ts'
import { storage } from '../storage/index.ts'
import { rootProportionOf } from './emitting.ts'

/** Mints `alphaOut` and adds its parts to what is pending. Without root sales the root part is recycled at once. */
export function accrue(ctx: Ctx, netuid: number, alphaOut: bigint, rootSellAllowed: boolean): void {
  const key = { netuid }
  storage.SubnetAlphaOutEmission.set(ctx, key, alphaOut)
  mintAlphaOutside(ctx, netuid, alphaOut)
  const ownerCut = storage.OwnerCutEnabled.get(ctx, key) ? storage.SubnetOwnerCut.get(ctx) : undefined
  const { owner, server, validator, root } = splitAlphaOut({
    alphaOut,
    ownerCut,
    rootProportion: rootProportionOf(ctx, netuid),
  })
  if (owner > 0n) storage.PendingOwnerCut.mutate(ctx, key, (pending) => addU64(pending, owner))
  if (server > 0n) storage.PendingServerEmission.mutate(ctx, key, (pending) => addU64(pending, server))
  if (validator > 0n) storage.PendingValidatorEmission.mutate(ctx, key, (pending) => addU64(pending, validator))
  if (root === 0n) return
  if (rootSellAllowed) storage.PendingRootAlphaDivs.mutate(ctx, key, (pending) => addU64(pending, root))
  else recycleAlpha(ctx, netuid, root)
}
