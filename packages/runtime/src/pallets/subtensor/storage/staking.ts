/** Stake: who holds how much of which hotkey's alpha. */
import { accountId, alphaBalance, netuid, taoBalance, u64, u64f64, u128, vec } from '@neurite/primitives/scale'
import { blake2_128Concat, identity, map, twox64Concat, value } from '../../../frame/index.ts'
import { P } from '../declare.ts'
import { SafeFloat } from '../types.ts'

export const stakingStorage = P.storage({
  /** All TAO in pools. @unit rao */
  TotalStake: value(taoBalance),
  /** Coldkey that owns the hotkey; the zero account when unknown. */
  Owner: map({ hotkey: blake2_128Concat(accountId) }, accountId),
  /** Hotkeys that the coldkey owns. */
  OwnedHotkeys: map({ coldkey: blake2_128Concat(accountId) }, vec(accountId)),
  /** Hotkeys that the coldkey has stake with. */
  StakingHotkeys: map({ coldkey: blake2_128Concat(accountId) }, vec(accountId)),
  /** Switches of an account; bit 0: it accepts alpha that is locked. */
  AccountFlags: map({ coldkey: blake2_128Concat(accountId) }, u128),
  /** Alpha staked with the hotkey by everyone. @unit alpha-rao */
  TotalHotkeyAlpha: map({ hotkey: blake2_128Concat(accountId), netuid: identity(netuid) }, alphaBalance),
  /** The same at the latest epoch. @unit alpha-rao */
  TotalHotkeyAlphaLastEpoch: map(
    { hotkey: blake2_128Concat(accountId), netuid: identity(netuid) },
    alphaBalance,
  ).unremembered(),
  /** Sum of the shares in the old format. @unit U64F64 bits */
  TotalHotkeyShares: map({ hotkey: blake2_128Concat(accountId), netuid: identity(netuid) }, u64f64),
  /** Sum of the shares of everyone who stakes with the hotkey. */
  TotalHotkeySharesV2: map({ hotkey: blake2_128Concat(accountId), netuid: identity(netuid) }, SafeFloat),
  /** Shares in the old format; moved to AlphaV2 when touched. @unit U64F64 bits */
  Alpha: map(
    { hotkey: blake2_128Concat(accountId), coldkey: blake2_128Concat(accountId), netuid: identity(netuid) },
    u64f64,
  ),
  /** Shares of the hotkey's alpha that the coldkey holds. */
  AlphaV2: map(
    { hotkey: blake2_128Concat(accountId), coldkey: blake2_128Concat(accountId), netuid: identity(netuid) },
    SafeFloat,
  ),
  /** Least stake of someone who does not own the hotkey; smaller ones are paid out. @unit factor on the minimum stake, in millionths */
  NominatorMinRequiredStake: value(u64),
  /** Least validator power for setting weights. @unit alpha-rao */
  StakeThreshold: value(u64),
  /** Hotkey to which the coldkey's mining income is staked. */
  AutoStakeDestination: map({ coldkey: blake2_128Concat(accountId), netuid: identity(netuid) }, accountId).optional(),
  /** Coldkeys that chose this hotkey so. */
  AutoStakeDestinationColdkeys: map({ hotkey: blake2_128Concat(accountId), netuid: identity(netuid) }, vec(accountId)),
  /** Block of the latest change of stake. @unit block */
  LastColdkeyHotkeyStakeBlock: map(
    { coldkey: twox64Concat(accountId), hotkey: twox64Concat(accountId) },
    u64,
  ).optional(),
  /** Coldkeys with stake, numbered. */
  StakingColdkeysByIndex: map({ index: identity(u64) }, accountId).optional(),
  /** Number of a coldkey in that list. */
  StakingColdkeys: map({ coldkey: identity(accountId) }, u64).optional(),
  /** Length of that list. */
  NumStakingColdkeys: value(u64),
  /** Alpha dividends of the hotkey at the latest epoch. @unit alpha-rao */
  AlphaDividendsPerSubnet: map(
    { netuid: identity(netuid), hotkey: blake2_128Concat(accountId) },
    alphaBalance,
  ).withKnownKeys(),
  /** Of these, for root stakers. @unit alpha-rao */
  RootAlphaDividendsPerSubnet: map(
    { netuid: identity(netuid), hotkey: blake2_128Concat(accountId) },
    alphaBalance,
  ).withKnownKeys(),
  /** Alpha the hotkey earned at the latest epoch. @unit alpha-rao */
  LastHotkeyEmissionOnNetuid: map({ hotkey: blake2_128Concat(accountId), netuid: identity(netuid) }, alphaBalance),
})
