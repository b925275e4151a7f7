import { utf8ToBytes } from '@neurite/primitives/bytes'
import { fixedBytes, named, u16, u64, wrapper } from '@neurite/primitives/scale'
import { MAX_FEE_RATE, MINIMUM_RESERVE } from '../../economics/index.ts'
import { constant } from '../../frame/index.ts'
import { P } from './declare.ts'

const palletId = wrapper('frame_support::PalletId', fixedBytes(8))
const nonZeroU64 = wrapper('NonZeroU64', u64)

export const constants = P.constants({
  ProtocolId: constant(palletId, utf8ToBytes('ten/swap')),
  /** Largest fee. @unit u16 fraction */
  MaxFeeRate: constant(u16, MAX_FEE_RATE),
  MinimumLiquidity: constant(u64, 1_000n),
  /** Least that either side of a pool must hold to trade. @unit rao or alpha-rao */
  MinimumReserve: constant(named('NonZeroU64', nonZeroU64), MINIMUM_RESERVE),
})
