import { accountId, named, u64 } from '@neurite/primitives/scale'
import { eventOf } from '../../frame/index.ts'
import { P } from './storage.ts'

const balance = named('BalanceOf<T>', u64)

export const events = P.events({
  /** Rao; `actual_fee` includes the tip. Clients read fees from here. */
  TransactionFeePaid: eventOf({ who: accountId, actual_fee: balance, tip: balance }),
})
