/** Prices and proportions that every block records. */
import { subU64 } from '@neurite/primitives/fixed'
import { decayBurn, nextMovingPrice } from '../../../economics/index.ts'
import type { Ctx } from '../../../frame/index.ts'
import { alphaPrice } from '../../swap/index.ts'
import { isEpochDue } from '../epoch/clock.ts'
import { adjustTerms, registersByWork } from '../registration/work.ts'
import { storage } from '../storage/index.ts'
import { allNetuids, ROOT_NETUID } from '../subnets.ts'
import { movingPrice, rootProportionOf } from './emitting.ts'

/** Moves the average price of an emitting subnet toward its price. */
export function updateMovingPrice(ctx: Ctx, netuid: number): void {
  // The block of the start call is the one before the first with emission.
  const started = subU64(storage.FirstEmissionBlockNumber.get(ctx, { netuid }) ?? 0n, 1n)
  const next = nextMovingPrice({
    movingPrice: movingPrice(ctx, netuid),
    price: alphaPrice(ctx, netuid),
    movingAlpha: storage.SubnetMovingAlpha.get(ctx),
    blocksSinceStart: subU64(ctx.block, started),
    halvingBlocks: storage.EMAPriceHalvingBlocks.get(ctx, { netuid }),
  })
  if (next !== storage.SubnetMovingPrice.get(ctx, { netuid })) storage.SubnetMovingPrice.set(ctx, { netuid }, next)
}

/** Records the root proportion; information only. */
export function updateRootProportion(ctx: Ctx, netuid: number): void {
  const proportion = rootProportionOf(ctx, netuid)
  if (proportion !== storage.RootProp.get(ctx, { netuid })) storage.RootProp.set(ctx, { netuid }, proportion)
}

function decayPrice(ctx: Ctx, netuid: number): void {
  const key = { netuid }
  const burn = storage.Burn.get(ctx, key)
  const bounds = { min: storage.MinBurn.get(ctx, key), max: storage.MaxBurn.get(ctx, key) }
  const next = decayBurn(burn, storage.BurnHalfLife.get(ctx, key), bounds, ctx.block)
  if (next !== burn) storage.Burn.set(ctx, key, next)
}

/** Lets every registration price decay, or follow its interval, and starts the block's counters anew. */
export function updateRegistrationPrices(ctx: Ctx): void {
  for (const netuid of allNetuids(ctx)) {
    const key = { netuid }
    if (registersByWork(ctx) && netuid !== ROOT_NETUID) adjustTerms(ctx, netuid)
    else decayPrice(ctx, netuid)
    if (storage.RegistrationsThisBlock.get(ctx, key) !== 0) storage.RegistrationsThisBlock.set(ctx, key, 0)
  }
  // Root's clock never advances, so after its first tempo this counter only limits one block.
  const root = { netuid: ROOT_NETUID }
  if (storage.RegistrationsThisInterval.get(ctx, root) !== 0 && isEpochDue(ctx, ROOT_NETUID)) {
    storage.RegistrationsThisInterval.set(ctx, root, 0)
  }
}
