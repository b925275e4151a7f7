/** What stake is worth in TAO. subtensor 14bc6f9 pallets/subtensor/src/staking/helpers.rs */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, U64F64 } from '@neurite/primitives/fixed'
import { type Ctx, DispatchError } from '../../../frame/index.ts'
import { alphaPrice, previewSwap } from '../../swap/index.ts'
import { storage } from '../storage/index.ts'
import { allNetuids } from '../subnets.ts'
import { hotkeyStake, stakeOf } from './shares.ts'

/** All stake with the hotkey, each subnet's alpha at its price. @unit rao */
export function totalStakeOfHotkey(ctx: Ctx, hotkey: AccountId): bigint {
  const total = allNetuids(ctx).reduce((sum, netuid) => {
    const alpha = hotkeyStake(ctx, hotkey, netuid)
    return alpha === 0n ? sum : U64F64.add(sum, U64F64.mul(U64F64.fromInt(alpha), alphaPrice(ctx, netuid)))
  }, 0n)
  return U64F64.toU64(total)
}

/** What selling `alpha` would bring, fee included; 0 when it cannot be sold. @unit rao */
function saleValue(ctx: Ctx, netuid: number, alpha: bigint): bigint {
  try {
    const { paidOut, fee } = previewSwap(ctx, netuid, 'sell', alpha)
    return addU64(paidOut, U64F64.toU64(U64F64.mul(U64F64.fromInt(fee), alphaPrice(ctx, netuid))))
  } catch (error) {
    if (error instanceof DispatchError) return 0n
    throw error
  }
}

/** What all stake of the coldkey would sell for, on all subnets or on one. @unit rao */
export function totalStakeOfColdkey(ctx: Ctx, coldkey: AccountId, only?: number): bigint {
  let total = 0n
  for (const hotkey of storage.StakingHotkeys.get(ctx, { coldkey })) {
    for (const { netuid } of storage.AlphaV2.keys(ctx, { hotkey, coldkey })) {
      if (only !== undefined && netuid !== only) continue
      total = addU64(total, saleValue(ctx, netuid, stakeOf(ctx, hotkey, coldkey, netuid)))
    }
  }
  return total
}
