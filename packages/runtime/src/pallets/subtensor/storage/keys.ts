/** Identities and changes of keys. */
import { accountId, h256, netuid, tuple, u64 } from '@neurite/primitives/scale'
import { blake2_128Concat, identity, map, twox64Concat, value } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { P } from '../declare.ts'
import { blockNumber, ChainIdentityV2 } from '../types.ts'

export const keyStorage = P.storage({
  /** What the coldkey publishes about itself. */
  IdentitiesV2: map({ coldkey: blake2_128Concat(accountId) }, ChainIdentityV2).optional(),
  /** Blocks between announcing and doing a change of coldkey. @unit blocks */
  ColdkeySwapAnnouncementDelay: value(blockNumber).default(constants.InitialColdkeySwapAnnouncementDelay),
  /** Blocks before an announced change can be announced anew. @unit blocks */
  ColdkeySwapReannouncementDelay: value(blockNumber).default(constants.InitialColdkeySwapReannouncementDelay),
  /** Announced change: first block, and the hash of the new coldkey. */
  ColdkeySwapAnnouncements: map({ coldkey: twox64Concat(accountId) }, tuple(blockNumber, h256)).optional(),
  /** Block in which the change was disputed. @unit block */
  ColdkeySwapDisputes: map({ coldkey: twox64Concat(accountId) }, blockNumber).optional(),
  /** Block of the coldkey's latest change of a hotkey on the subnet. @unit block */
  LastHotkeySwapOnNetuid: map({ netuid: identity(netuid), coldkey: blake2_128Concat(accountId) }, u64),
})
