import { accountId, bool, i32, i64, netuid, u16, u64, u128, wrapper } from '@neurite/primitives/scale'
import { MAX_FEE_RATE } from '../../economics/index.ts'
import { anyOrigin, call, ensure, root, weight } from '../../frame/index.ts'
import { storage as subtensor } from '../subtensor/storage/index.ts'
import { P } from './declare.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { storage } from './storage.ts'

const TickIndex = wrapper('pallet_subtensor_swap::pallet::TickIndex', i32)
const PositionId = wrapper('pallet_subtensor_swap::pallet::PositionId', u128)

/** Liquidity of users is gone; its calls stay so that clients get an answer they know. */
const retired = {
  origin: anyOrigin,
  weight: weight(15_000_000n),
  run(): never {
    throw errors.Deprecated
  },
} as const

export const calls = P.calls({
  /** Sets the fee of swaps on a subnet, as a u16 fraction. Root only. */
  set_fee_rate: call({
    index: 0,
    origin: root,
    args: { netuid, rate: u16 },
    weight: weight(15_063_000n, { reads: 1, writes: 1, proofSize: 3994n }),
    run(ctx, _root, { netuid, rate }) {
      ensure(subtensor.NetworksAdded.get(ctx, { netuid }), errors.MechanismDoesNotExist)
      ensure(rate <= MAX_FEE_RATE, errors.FeeRateTooHigh)
      storage.FeeRate.set(ctx, { netuid }, rate)
      ctx.emit(events.FeeRateSet({ netuid, rate }))
    },
  }),
  /** Deprecated: always fails. */
  add_liquidity: call({
    ...retired,
    index: 1,
    args: { hotkey: accountId, netuid, tick_low: TickIndex, tick_high: TickIndex, liquidity: u64 },
  }),
  /** Deprecated: always fails. */
  remove_liquidity: call({ ...retired, index: 2, args: { hotkey: accountId, netuid, position_id: PositionId } }),
  /** Deprecated: always fails. */
  modify_position: call({
    ...retired,
    index: 3,
    args: { hotkey: accountId, netuid, position_id: PositionId, liquidity_delta: i64 },
  }),
  /** Deprecated: always fails. */
  toggle_user_liquidity: call({ ...retired, index: 4, args: { netuid, enable: bool } }),
  /** Deprecated: always fails. */
  disable_lp: call({ ...retired, index: 5, args: {} }),
})
