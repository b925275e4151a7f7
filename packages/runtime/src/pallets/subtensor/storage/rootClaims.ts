/** Dividends of root stakers, which they claim. */
import { accountId, btreeMap, i96f32, netuid, u64, u128 } from '@neurite/primitives/scale'
import { blake2_128Concat, identity, map, value } from '../../../frame/index.ts'
import { P } from '../declare.ts'
import { RootClaimTypeEnum } from '../types.ts'

export const rootClaimStorage = P.storage({
  /** By subnet: alpha that one unit of root stake has earned so far. @unit I96F32 bits */
  RootClaimable: map({ hotkey: blake2_128Concat(accountId) }, btreeMap(netuid, i96f32)),
  /** Alpha already claimed. @unit alpha-rao */
  RootClaimed: map(
    { netuid: identity(netuid), hotkey: blake2_128Concat(accountId), coldkey: blake2_128Concat(accountId) },
    u128,
  ),
  /** Whether claims are sold for TAO or kept as alpha. */
  RootClaimType: map({ coldkey: blake2_128Concat(accountId) }, RootClaimTypeEnum),
  /** Least claim that is paid out. @unit I96F32 bits, alpha-rao */
  RootClaimableThreshold: map({ netuid: blake2_128Concat(netuid) }, i96f32).default(500_000n << 32n),
  /** Coldkeys served by each automatic claim. */
  NumRootClaim: value(u64).default(5n),
})
