/** TAO in accounts. Storage prefix `Balances`; the balances are in `System.Account`. */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx } from '../../frame/index.ts'
import { mutateBalance, raiseIssuance } from './account.ts'
import { calls } from './calls.ts'
import { constants } from './constants.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { P } from './pallet.ts'
import { storage } from './storage.ts'

export { balanceOf, ensureUpgraded, lowerIssuance, raiseIssuance, totalIssuance } from './account.ts'
export { EXISTENTIAL_DEPOSIT } from './constants.ts'
export * from './fungible.ts'
export * from './reserves.ts'
export { type AccountData, EMPTY_DATA } from './types.ts'
export { calls, constants, errors, events, storage }

/** First balances in rao; total issuance is their sum. */
export interface BalancesGenesis {
  readonly balances: readonly (readonly [who: AccountId, amount: bigint])[]
}

function writeGenesis(ctx: Ctx, config: BalancesGenesis): void {
  for (const [who, amount] of config.balances) {
    mutateBalance(ctx, who, (old) => ({ ...old, free: old.free + amount }))
    raiseIssuance(ctx, amount)
  }
}

export default P.build({ constants, storage, errors, events, calls, genesis: writeGenesis })
