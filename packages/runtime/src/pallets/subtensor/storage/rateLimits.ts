/** Rate limits, and when something was last done. */
import { accountId, netuid, u16, u64 } from '@neurite/primitives/scale'
import { blake2_128Concat, identity, map, value } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { P } from '../declare.ts'
import { RateLimitKey } from '../types.ts'

export const rateLimitStorage = P.storage({
  /** Blocks between two changes of a hotkey by one account. @unit blocks */
  TxRateLimit: value(u64).default(constants.InitialTxRateLimit),
  /** Blocks between two rises of a take. @unit blocks */
  TxDelegateTakeRateLimit: value(u64).default(constants.InitialTxDelegateTakeRateLimit),
  /** Blocks between two changes of a child take. @unit blocks */
  TxChildkeyTakeRateLimit: value(u64).default(constants.InitialTxChildKeyTakeRateLimit),
  /** Least time between two changes of the weights version. @unit tempos */
  WeightsVersionKeyRateLimit: value(u64).default(5n),
  /** Block in which something limited was last done. @unit block */
  LastRateLimitedBlock: map({ key: identity(RateLimitKey) }, u64),
  /** Block of the latest call of one kind on a subnet. @unit block */
  TransactionKeyLastBlock: map(
    { account: blake2_128Concat(accountId), netuid: identity(netuid), key: identity(u16) },
    u64,
  ),
  /** Old place of the block of the latest limited call. @unit block */
  LastTxBlock: map({ account: identity(accountId) }, u64),
  /** Old place of the block of the latest change of a child take. @unit block */
  LastTxBlockChildKeyTake: map({ account: identity(accountId) }, u64),
  /** Old place of the block of the latest change of a take. @unit block */
  LastTxBlockDelegateTake: map({ account: identity(accountId) }, u64),
})
