/** What stake is worth in TAO. subtensor 14bc6f9 pallets/subtensor/src/staking/helpers.rs */
import type { AccountId } from '@neurite/primitives/bytes'
import { U64F64 } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { alphaPrice } from '../../swap/index.ts'
import { allNetuids } from '../subnets.ts'
import { hotkeyStake } from './shares.ts'

/** All stake with the hotkey, each subnet's alpha at its price. @unit rao */
export function totalStakeOfHotkey(ctx: Ctx, hotkey: AccountId): bigint {
  const total = allNetuids(ctx).reduce((sum, netuid) => {
    const alpha = hotkeyStake(ctx, hotkey, netuid)
    return alpha === 0n ? sum : U64F64.add(sum, U64F64.mul(U64F64.fromInt(alpha), alphaPrice(ctx, netuid)))
  }, 0n)
  return U64F64.toU64(total)
}
