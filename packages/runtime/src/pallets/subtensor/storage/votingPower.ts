/** How much of a say a validator has, smoothed over epochs; contracts read it. */
import { accountId, bool, netuid, u64 } from '@neurite/primitives/scale'
import { blake2_128Concat, identity, map } from '../../../frame/index.ts'
import { P } from '../declare.ts'

export const votingPowerStorage = P.storage({
  /** Moving average of the validator's stake on the subnet. @unit alpha-rao */
  VotingPower: map({ netuid: identity(netuid), hotkey: blake2_128Concat(accountId) }, u64),
  /** Whether epochs of the subnet keep voting power. */
  VotingPowerTrackingEnabled: map({ netuid: identity(netuid) }, bool),
  /** From this block on, the next epoch ends the tracking; 0 when no end is planned. @unit block */
  VotingPowerDisableAtBlock: map({ netuid: identity(netuid) }, u64),
  /** Share of the new stake in the moving average. @unit fraction of 10^18 */
  VotingPowerEmaAlpha: map({ netuid: identity(netuid) }, u64).default(3_570_000_000_000_000n),
})
