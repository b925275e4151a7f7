/** Prices and previews of swaps. subtensor 14bc6f9 runtime/src/lib.rs impl SwapRuntimeApi */
import { subU64, U64F64 } from '@neurite/primitives/fixed'
import { alphaBalance, netuid, struct, taoBalance, u64, vec } from '@neurite/primitives/scale'
import { RAO_PER_TAO } from '@neurite/primitives/units'
import type { SwapQuote, SwapSide } from '../../economics/index.ts'
import { api, apis, type Ctx, DispatchError } from '../../frame/index.ts'
import { storage as subtensor } from '../subtensor/storage/index.ts'
import { alphaPrice, previewSwap } from './pool.ts'

const CRATE = 'pallet_subtensor_swap_runtime_api'

export const SimSwapResult = struct(`${CRATE}::SimSwapResult`, {
  tao_amount: taoBalance,
  alpha_amount: alphaBalance,
  tao_fee: taoBalance,
  alpha_fee: alphaBalance,
  tao_slippage: taoBalance,
  alpha_slippage: alphaBalance,
})

export const SubnetPrice = struct(`${CRATE}::SubnetPrice`, { netuid, price: u64 })

/** Rao per alpha. */
export function priceInRao(ctx: Ctx, netuid: number): bigint {
  return U64F64.toU64(U64F64.mul(alphaPrice(ctx, netuid), U64F64.fromInt(RAO_PER_TAO)))
}

const NOTHING = { tao_amount: 0n, alpha_amount: 0n, tao_fee: 0n, alpha_fee: 0n, tao_slippage: 0n, alpha_slippage: 0n }

/** The swap that would happen, or undefined when it would fail. */
function preview(ctx: Ctx, netuid: number, side: SwapSide, amount: bigint): SwapQuote | undefined {
  try {
    return previewSwap(ctx, netuid, side, amount)
  } catch (error) {
    if (error instanceof DispatchError) return undefined
    throw error
  }
}

export const swapApi = apis('SwapRuntimeApi', 1, {
  current_alpha_price: api({ args: { netuid }, returns: u64, run: (ctx, { netuid }) => priceInRao(ctx, netuid) }),
  current_alpha_price_all: api({
    args: {},
    returns: vec(SubnetPrice),
    run: (ctx) =>
      [...subtensor.NetworksAdded.keys(ctx)].map(({ netuid }) => ({ netuid, price: priceInRao(ctx, netuid) })),
  }),
  sim_swap_tao_for_alpha: api({
    args: { netuid, tao: taoBalance },
    returns: SimSwapResult,
    run(ctx, { netuid, tao }) {
      const quote = preview(ctx, netuid, 'buy', tao)
      if (!quote) return NOTHING
      const ideal = U64F64.toU64(U64F64.safeDiv(U64F64.fromInt(tao), alphaPrice(ctx, netuid)))
      return {
        ...NOTHING,
        tao_amount: quote.paidIn,
        alpha_amount: quote.paidOut,
        tao_fee: quote.fee,
        alpha_slippage: subU64(ideal, quote.paidOut),
      }
    },
  }),
  sim_swap_alpha_for_tao: api({
    args: { netuid, alpha: alphaBalance },
    returns: SimSwapResult,
    run(ctx, { netuid, alpha }) {
      const quote = preview(ctx, netuid, 'sell', alpha)
      if (!quote) return NOTHING
      const ideal = U64F64.toU64(U64F64.mul(U64F64.fromInt(alpha), alphaPrice(ctx, netuid)))
      return {
        ...NOTHING,
        tao_amount: quote.paidOut,
        alpha_amount: quote.paidIn,
        alpha_fee: quote.fee,
        tao_slippage: subU64(ideal, quote.paidOut),
      }
    },
  }),
})
