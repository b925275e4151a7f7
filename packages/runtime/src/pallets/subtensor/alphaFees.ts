/**
 * Fees paid in alpha: whoever sells or moves stake, and has no TAO for the fee, may pay with that very stake. It is sold
 * for the block's author, and nothing of it is given back.
 * subtensor 14bc6f9 pallets/transaction-fee/src/lib.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, DispatchError, invalid, type RuntimeCall } from '../../frame/index.ts'
import { alphaWorth } from '../swap/index.ts'
import type { AlphaFee } from '../transaction-payment/index.ts'
import { events } from './events.ts'
import { stakeOf } from './staking/shares.ts'
import { unstakeFrom } from './staking/transfers.ts'
import { storage } from './storage/index.ts'
import { allNetuids } from './subnets.ts'

interface Position {
  readonly hotkey: AccountId
  readonly netuid: number
}

/** Where the arguments of a call name the stake it takes from; undefined for calls that take from all subnets. */
const SOURCES: Record<string, readonly [hotkey: string, netuid: string | undefined]> = {
  remove_stake: ['hotkey', 'netuid'],
  remove_stake_limit: ['hotkey', 'netuid'],
  remove_stake_full_limit: ['hotkey', 'netuid'],
  unstake_all: ['hotkey', undefined],
  unstake_all_alpha: ['hotkey', undefined],
  move_stake: ['origin_hotkey', 'origin_netuid'],
  transfer_stake: ['hotkey', 'origin_netuid'],
  swap_stake: ['hotkey', 'origin_netuid'],
  swap_stake_limit: ['hotkey', 'origin_netuid'],
  recycle_alpha: ['hotkey', 'netuid'],
  burn_alpha: ['hotkey', 'netuid'],
}

/** The stake that `call` takes from, if it is a single position: only that can pay. */
function payingPosition(ctx: Ctx, coldkey: AccountId, call: RuntimeCall): Position | undefined {
  const source = call.pallet === 'SubtensorModule' ? SOURCES[call.name] : undefined
  if (!source) return undefined
  const hotkey = call.args[source[0]] as AccountId
  if (source[1] !== undefined) return { hotkey, netuid: call.args[source[1]] as number }
  const netuids = allNetuids(ctx).filter(
    (netuid) => storage.SubtokenEnabled.get(ctx, { netuid }) && stakeOf(ctx, hotkey, coldkey, netuid) > 0n,
  )
  return netuids.length === 1 ? { hotkey, netuid: netuids[0]! } : undefined
}

/**
 * Pays `fee` rao out of the stake that `call` takes from. Undefined when the call or the stake does not allow that.
 * Throws the validity error `Payment` when the alpha cannot be sold.
 */
export function payInAlpha(ctx: Ctx, who: AccountId, call: RuntimeCall, fee: bigint): AlphaFee | undefined {
  const position = payingPosition(ctx, who, call)
  if (!position) return undefined
  const { hotkey, netuid } = position
  const worth = alphaWorth(ctx, netuid, fee)
  // A fee worth less than one unit still costs one.
  const alpha = worth > 0n ? worth : 1n
  if (stakeOf(ctx, hotkey, who, netuid) < alpha) return undefined
  const { author } = ctx
  // Without an author nobody is paid. The pool has none: it only asks whether the stake suffices.
  if (author === undefined) return { kind: 'alpha', settle: () => {} }
  try {
    const terms = { withoutFee: true, beneficiary: author }
    const tao = ctx.transactional(() => unstakeFrom(ctx, { hotkey, coldkey: who, netuid }, alpha, terms))
    const event = events.TransactionFeePaidWithAlpha({ who, netuid, alpha_fee: alpha, tao_amount: tao })
    return { kind: 'alpha', settle: (settled) => settled.emit(event) }
  } catch (error) {
    if (error instanceof DispatchError) throw invalid('Payment')
    throw error
  }
}
