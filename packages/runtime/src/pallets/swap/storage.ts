import { alphaBalance, bool, boundedBytes, netuid, struct, u16, u64, u64f64, wrapper } from '@neurite/primitives/scale'
import { DEFAULT_FEE_RATE, DEFAULT_QUOTE_WEIGHT } from '../../economics/index.ts'
import { identity, map, twox64Concat } from '../../frame/index.ts'

import { P } from './declare.ts'

const perquintill = wrapper('sp_arithmetic::per_things::Perquintill', u64)

export const Balancer = struct('pallet_subtensor_swap::pallet::balancer::Balancer', { quote: perquintill })

export const storage = P.storage({
  /** Fee of swaps on a subnet. @unit u16 fraction */
  FeeRate: map({ netuid: twox64Concat(netuid) }, u16).default(DEFAULT_FEE_RATE),
  /** Weight of the TAO side of the pool; the alpha side has the rest. @unit parts per 10^18 */
  SwapBalancer: map({ netuid: twox64Concat(netuid) }, Balancer).default({ quote: DEFAULT_QUOTE_WEIGHT }),
  /** Whether the pool has traded, or been given weights, since the subnet exists. */
  PalSwapInitialized: map({ netuid: twox64Concat(netuid) }, bool),
  HasMigrationRun: map({ name: identity(boundedBytes(128, 'BoundedVec<u8, MigrationKeyMaxLen>')) }, bool),
  ScrapReservoirAlpha: map({ netuid: twox64Concat(netuid) }, alphaBalance),
  /**
   * Square root of the pool's price, 0 before it trades. The reference removed it in version 423, but clients made for
   * version 393 read prices from it; it is brought up to date at the end of every block. @unit U64F64
   */
  AlphaSqrtPrice: map({ netuid: twox64Concat(netuid) }, u64f64),
})
