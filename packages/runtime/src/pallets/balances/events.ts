import { accountId, type Codec, named, u64 } from '@neurite/primitives/scale'
import { eventOf } from '../../frame/index.ts'
import { P } from './pallet.ts'
import { BalanceStatus } from './types.ts'

const balance: Codec<bigint> = named('T::Balance', u64)
const ofAccount = () => eventOf({ who: accountId, amount: balance })

/** Amounts in rao. The order is that of the reference's fungible balances pallet. */
export const events = P.events({
  Endowed: eventOf({ account: accountId, free_balance: balance }),
  DustLost: eventOf({ account: accountId, amount: balance }),
  Transfer: eventOf({ from: accountId, to: accountId, amount: balance }),
  BalanceSet: eventOf({ who: accountId, free: balance }),
  Reserved: ofAccount(),
  Unreserved: ofAccount(),
  ReserveRepatriated: eventOf({ from: accountId, to: accountId, amount: balance, destination_status: BalanceStatus }),
  Deposit: ofAccount(),
  Withdraw: ofAccount(),
  Slashed: ofAccount(),
  Minted: ofAccount(),
  Burned: ofAccount(),
  Suspended: ofAccount(),
  Restored: ofAccount(),
  Upgraded: eventOf({ who: accountId }),
  Issued: eventOf({ amount: balance }),
  Rescinded: eventOf({ amount: balance }),
  Locked: ofAccount(),
  Unlocked: ofAccount(),
  Frozen: ofAccount(),
  Thawed: ofAccount(),
  TotalIssuanceForced: eventOf({ old: balance, new: balance }),
})
