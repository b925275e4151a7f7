/**
 * What happens at the start of every block, before its extrinsics.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/{block_step,run_coinbase}.rs, src/macros/hooks.rs
 */
import { blockEmissionAt, isRootSellAllowed, subnetEmissions } from '../../../economics/index.ts'
import { type Ctx, DispatchError } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { events } from '../events.ts'
import { type Credit, mintTao, recycleCredit, syncIssuance } from '../issuance/index.ts'
import { claimRoot, pickIndices } from '../staking/index.ts'
import { storage } from '../storage/index.ts'
import { allNetuids, ROOT_NETUID } from '../subnets.ts'
import { accrue } from './accrue.ts'
import { distributeEmission } from './distribute.ts'
import { drainPending } from './drain.ts'
import { emissionCandidate, emittingSubnets } from './emitting.ts'
import { blockTerms, inject } from './inject.ts'
import { updateMovingPrice, updateRegistrationPrices, updateRootProportion } from './prices.ts'

/** Work of other parts of the pallet that has its place in the step. */
export interface BlockStepHooks {
  /** Opens timelocked weights whose round is out. */
  readonly revealWeights?: (ctx: Ctx, netuids: readonly number[]) => void
  /** Puts scheduled children in force, after the subnet's epoch. */
  readonly applyPendingChildren?: (ctx: Ctx, netuid: number) => void
}

/** The block step as a hook of the pallet. */
export function createBlockStep(hooks: BlockStepHooks = {}): (ctx: Ctx) => void {
  return (ctx) => {
    syncIssuance(ctx)
    forgetHotkeySwaps(ctx)
    updateRegistrationPrices(ctx)
    const credit = mintBlockEmission(ctx)
    hooks.revealWeights?.(ctx, subnets(ctx))
    runCoinbase(ctx, credit)
    for (const netuid of emittingSubnets(ctx)) {
      updateMovingPrice(ctx, netuid)
      updateRootProportion(ctx, netuid)
    }
    if (hooks.applyPendingChildren) applyChildren(ctx, hooks.applyPendingChildren)
    claimForSome(ctx)
  }
}

function subnets(ctx: Ctx): number[] {
  return allNetuids(ctx).filter((netuid) => netuid !== ROOT_NETUID)
}

/** Mints what the curve gives for the TAO that exists. */
function mintBlockEmission(ctx: Ctx): Credit {
  const emission = blockEmissionAt(storage.TotalIssuance.get(ctx))
  if (emission !== storage.BlockEmission.get(ctx)) storage.BlockEmission.set(ctx, emission)
  return mintTao(ctx, emission)
}

/** Shares the block's TAO and alpha among the subnets and pays out those whose epoch is due. */
export function runCoinbase(ctx: Ctx, credit: Credit): void {
  storage.SubnetRootSellTao.removePrefix(ctx)
  const emitting = emittingSubnets(ctx)
  const candidates = emitting.map((netuid) => emissionCandidate(ctx, netuid))
  const emissions = subnetEmissions(candidates, credit.amount)
  const rootSellAllowed = isRootSellAllowed(candidates)
  const terms = emitting.map((netuid, i) => blockTerms(ctx, netuid, emissions[i]!))
  for (const subnet of terms) inject(ctx, subnet, credit)
  recycleCredit(ctx, credit)
  for (const { netuid, alphaOut } of terms) accrue(ctx, netuid, alphaOut, rootSellAllowed)
  for (const drained of drainPending(ctx, subnets(ctx))) distributeEmission(ctx, drained)
}

function applyChildren(ctx: Ctx, apply: (ctx: Ctx, netuid: number) => void): void {
  for (const netuid of allNetuids(ctx)) {
    if (storage.LastEpochBlock.get(ctx, { netuid }) === ctx.block) apply(ctx, netuid)
  }
}

/** Claims root dividends for a few coldkeys that the parent hash picks. */
function claimForSome(ctx: Ctx): void {
  const picked = pickIndices(ctx.parentHash, storage.NumRootClaim.get(ctx), storage.NumStakingColdkeys.get(ctx))
  for (const index of picked) {
    const coldkey = storage.StakingColdkeysByIndex.get(ctx, { index })
    if (coldkey === undefined) continue
    try {
      ctx.transactional(() => claimRoot(ctx, coldkey))
      ctx.emit(events.RootClaimed({ coldkey }))
    } catch (error) {
      // A pool that cannot trade keeps the claim waiting.
      if (!(error instanceof DispatchError)) throw error
    }
  }
}

/** Forgets, for some subnets each block, swaps of hotkeys that no longer limit anything. */
function forgetHotkeySwaps(ctx: Ctx): void {
  const interval = constants.HotkeySwapOnSubnetInterval.get(ctx)
  for (const netuid of allNetuids(ctx)) {
    if (BigInt(netuid) % interval !== ctx.block % interval) continue
    for (const [key, block] of storage.LastHotkeySwapOnNetuid.entries(ctx, { netuid })) {
      if (block + interval < ctx.block) storage.LastHotkeySwapOnNetuid.remove(ctx, key)
    }
  }
}
