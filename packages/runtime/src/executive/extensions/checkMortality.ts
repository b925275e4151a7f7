import { eraDeath } from '@neurite/primitives/extrinsic'
import type { Extension } from './extension.ts'

/** The extrinsic may wait until its era ends. That the era has begun was checked with the signature. */
export const checkMortality: Extension = {
  identifier: 'CheckMortality',
  validate(ctx, tx) {
    const death = eraDeath(tx.extra.era, ctx.block)
    return { longevity: death > ctx.block ? death - ctx.block : 0n }
  },
}
