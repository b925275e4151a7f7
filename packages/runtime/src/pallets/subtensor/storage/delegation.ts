/** Takes of validators, and stake lent to child hotkeys. */
import { accountId, bool, netuid, tuple, u16, u64 } from '@neurite/primitives/scale'
import { blake2_128Concat, constant, identity, map, value } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { P } from '../declare.ts'
import { accountLinkage } from '../types.ts'

/** The delay before a change of children takes effect; the fast build shortens it. */
const PENDING_COOLDOWN = constant(u64, (profile) => (profile.fastBlocks ? 15n : 7_200n))

export const delegationStorage = P.storage({
  /** Take of the hotkey; being present also marks it open for delegation. @unit u16 fraction */
  Delegates: map({ hotkey: blake2_128Concat(accountId) }, u16).default(constants.InitialDefaultDelegateTake),
  /** Highest take. @unit u16 fraction */
  MaxDelegateTake: value(u16).default(constants.InitialDefaultDelegateTake),
  /** Lowest take. @unit u16 fraction */
  MinDelegateTake: value(u16).default(constants.InitialMinDelegateTake),
  /** Share that a child keeps of what its parents' stake earns. @unit u16 fraction */
  ChildkeyTake: map({ hotkey: blake2_128Concat(accountId), netuid: identity(netuid) }, u16),
  /** Highest child take. @unit u16 fraction */
  MaxChildkeyTake: value(u16).default(constants.InitialMaxChildKeyTake),
  /** Lowest child take. @unit u16 fraction */
  MinChildkeyTake: value(u16).default(constants.InitialMinChildKeyTake),
  /** Lowest child take on this subnet. @unit u16 fraction */
  MinChildkeyTakePerSubnet: map({ netuid: identity(netuid) }, u16),
  /** Children of the hotkey, each with its proportion of the stake. @unit fraction of 2^64-1 */
  ChildKeys: map({ hotkey: blake2_128Concat(accountId), netuid: identity(netuid) }, accountLinkage),
  /** Parents of the hotkey, each with its proportion. @unit fraction of 2^64-1 */
  ParentKeys: map({ hotkey: blake2_128Concat(accountId), netuid: identity(netuid) }, accountLinkage),
  /** Children that will take effect, and from which block on. @unit block */
  PendingChildKeys: map({ netuid: identity(netuid), hotkey: blake2_128Concat(accountId) }, tuple(accountLinkage, u64)),
  /** Blocks until a change of children takes effect. @unit blocks */
  PendingChildKeyCooldown: value(u64).default(PENDING_COOLDOWN),
  /** True while a root validator lends its stake to subnet owners by itself. */
  AutoParentDelegationEnabled: map({ hotkey: blake2_128Concat(accountId) }, bool).default(true),
  /** Share of a child's income that is burnt. @unit fraction of 2^64-1 */
  CKBurn: value(u64),
})
