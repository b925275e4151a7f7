/**
 * TAO and alpha of a block go into the pools: part as liquidity at the current price, the excess as a purchase whose
 * alpha the protocol keeps.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/run_coinbase.rs get_subnet_terms, inject_and_maybe_swap
 */
import { addU64, subU64, U96F32 } from '@neurite/primitives/fixed'
import { blockEmissionAt, MAX_SWAP_PRICE, type SubnetTerms, subnetTerms } from '../../../economics/index.ts'
import { type Ctx, DispatchError } from '../../../frame/index.ts'
import { alphaPrice, makeRoomForInjection } from '../../swap/index.ts'
import { subnetAccount } from '../accounts.ts'
import {
  alphaIssuance,
  type Credit,
  mintAlphaIntoPool,
  noteProtocolFlow,
  recycleTao,
  spendCredit,
} from '../issuance/index.ts'
import { buyAlpha } from '../staking/reserves.ts'
import { storage } from '../storage/index.ts'
import { rootProportionOf } from './emitting.ts'

export interface BlockTerms extends SubnetTerms {
  readonly netuid: number
  /** Alpha for the participants. @unit alpha-rao */
  readonly alphaOut: bigint
}

/** What one subnet gets in this block, read before anything is injected anywhere. */
export function blockTerms(ctx: Ctx, netuid: number, taoEmission: bigint): BlockTerms {
  const alphaOut = blockEmissionAt(alphaIssuance(ctx, netuid))
  const terms = subnetTerms({
    taoEmission,
    alphaEmission: alphaOut,
    price: alphaPrice(ctx, netuid),
    rootProportion: rootProportionOf(ctx, netuid),
  })
  // Named first: properties that follow a spread are put in one by one, which takes longer than all the rest here.
  return { netuid, alphaOut, ...terms }
}

/** Puts one subnet's part of the credit into its pool. */
export function inject(ctx: Ctx, terms: BlockTerms, credit: Credit): void {
  const { netuid } = terms
  let tao = U96F32.toU64(terms.taoIn)
  let alpha = U96F32.toU64(terms.alphaIn)
  // Weights may have to stay as they are when a pool is far out of balance; then nothing is injected.
  if ((tao > 0n || alpha > 0n) && !makeRoomForInjection(ctx, netuid, tao, alpha)) {
    tao = 0n
    alpha = 0n
  }
  const key = { netuid }
  storage.SubnetExcessTao.set(ctx, key, buyForProtocol(ctx, netuid, U96F32.toU64(terms.excess), credit))
  storage.SubnetAlphaInEmission.set(ctx, key, alpha)
  mintAlphaIntoPool(ctx, netuid, alpha)
  if (tao > 0n && !spendCredit(ctx, subnetAccount(netuid), credit, tao)) tao = 0n
  storage.SubnetTaoInEmission.set(ctx, key, tao)
  if (tao === 0n) return
  storage.SubnetTAO.mutate(ctx, key, (reserve) => addU64(reserve, tao))
  storage.TotalStake.mutate(ctx, (stake) => addU64(stake, tao))
  noteProtocolFlow(ctx, netuid, tao)
}

/** Buys alpha for the protocol, without fee; returns the rao that entered the pool. All or nothing but for a price limit. */
function buyForProtocol(ctx: Ctx, netuid: number, tao: bigint, credit: Credit): bigint {
  if (tao === 0n) return 0n
  const before = credit.amount
  try {
    return ctx.transactional(() => {
      if (!spendCredit(ctx, subnetAccount(netuid), credit, tao)) return 0n
      const { paidIn, paidOut } = buyAlpha(ctx, { netuid, amount: tao, limit: MAX_SWAP_PRICE, withoutFee: true })
      recycleTao(ctx, subnetAccount(netuid), subU64(tao, paidIn))
      storage.SubnetProtocolAlpha.mutate(ctx, { netuid }, (held) => addU64(held, paidOut))
      noteProtocolFlow(ctx, netuid, paidIn)
      return paidIn
    })
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    // The pool cannot trade: the credit stays whole, and what nobody takes is recycled.
    credit.amount = before
    return 0n
  }
}
