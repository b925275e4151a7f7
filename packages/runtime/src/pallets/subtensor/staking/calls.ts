/** Calls that move stake. Amounts in rao or alpha-rao, limits in rao per alpha. */
import { accountId, alphaBalance, bool, netuid, option, taoBalance } from '@neurite/primitives/scale'
import { call, signed } from '../../../frame/index.ts'
import { callWeights as weights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { events } from '../events.ts'
import { addStake, addStakeLimit } from './addStake.ts'
import { addStakeBurn, burnStake, recycleStake } from './destroyAlpha.ts'
import { moveStake } from './moveStake.ts'
import { removeStake, removeStakeFull, removeStakeLimit, unstakeAll, unstakeAllAlpha } from './removeStake.ts'

export const stakingCalls = P.calls({
  /** Buys stake with a hotkey on a subnet. */
  add_stake: call({
    index: 2,
    origin: signed,
    args: { hotkey: accountId, netuid, amount_staked: taoBalance },
    weight: weights.add_stake,
    run(ctx, coldkey, { hotkey, netuid, amount_staked }) {
      addStake(ctx, { hotkey, coldkey, netuid }, amount_staked)
    },
  }),
  /** Sells stake. */
  remove_stake: call({
    index: 3,
    origin: signed,
    args: { hotkey: accountId, netuid, amount_unstaked: alphaBalance },
    weight: weights.remove_stake,
    run(ctx, coldkey, { hotkey, netuid, amount_unstaked }) {
      removeStake(ctx, { hotkey, coldkey, netuid }, amount_unstaked)
    },
  }),
  /** Buys stake while alpha costs at most `limit_price`; what is beyond is left out or fails the call. */
  add_stake_limit: call({
    index: 88,
    origin: signed,
    args: { hotkey: accountId, netuid, amount_staked: taoBalance, limit_price: taoBalance, allow_partial: bool },
    weight: weights.add_stake_limit,
    run(ctx, coldkey, { hotkey, netuid, amount_staked, limit_price, allow_partial }) {
      const options = { limit: limit_price, allowPartial: allow_partial }
      addStakeLimit(ctx, { hotkey, coldkey, netuid }, amount_staked, options)
    },
  }),
  /** Sells stake while alpha brings at least `limit_price`; what is beyond stays or fails the call. */
  remove_stake_limit: call({
    index: 89,
    origin: signed,
    args: { hotkey: accountId, netuid, amount_unstaked: alphaBalance, limit_price: taoBalance, allow_partial: bool },
    weight: weights.remove_stake_limit,
    run(ctx, coldkey, { hotkey, netuid, amount_unstaked, limit_price, allow_partial }) {
      const options = { limit: limit_price, allowPartial: allow_partial }
      removeStakeLimit(ctx, { hotkey, coldkey, netuid }, amount_unstaked, options)
    },
  }),
  /** Sells the whole position, all or nothing at the limit if there is one. */
  remove_stake_full_limit: call({
    index: 103,
    origin: signed,
    args: { hotkey: accountId, netuid, limit_price: option(taoBalance) },
    weight: weights.remove_stake_full_limit,
    run(ctx, coldkey, { hotkey, netuid, limit_price }) {
      removeStakeFull(ctx, { hotkey, coldkey, netuid }, limit_price)
    },
  }),
  /** Sells all stake with the hotkey, on every subnet and root. */
  unstake_all: call({
    index: 83,
    origin: signed,
    args: { hotkey: accountId },
    weight: weights.unstake_all,
    run(ctx, coldkey, { hotkey }) {
      unstakeAll(ctx, coldkey, hotkey)
    },
  }),
  /** Sells all alpha with the hotkey and stakes the TAO on root. */
  unstake_all_alpha: call({
    index: 84,
    origin: signed,
    args: { hotkey: accountId },
    weight: weights.unstake_all_alpha,
    run(ctx, coldkey, { hotkey }) {
      unstakeAllAlpha(ctx, coldkey, hotkey)
    },
  }),
  /** Moves stake to another hotkey, another subnet, or both. */
  move_stake: call({
    index: 85,
    origin: signed,
    args: {
      origin_hotkey: accountId,
      destination_hotkey: accountId,
      origin_netuid: netuid,
      destination_netuid: netuid,
      alpha_amount: alphaBalance,
    },
    weight: weights.move_stake,
    run(ctx, coldkey, args) {
      const from = { hotkey: args.origin_hotkey, coldkey, netuid: args.origin_netuid }
      const to = { hotkey: args.destination_hotkey, coldkey, netuid: args.destination_netuid }
      const tao = moveStake(ctx, { from, to, alpha: args.alpha_amount, isTransfer: false })
      ctx.emit(events.StakeMoved(coldkey, from.hotkey, from.netuid, to.hotkey, to.netuid, tao))
    },
  }),
  /** Gives stake to another coldkey. */
  transfer_stake: call({
    index: 86,
    origin: signed,
    args: {
      destination_coldkey: accountId,
      hotkey: accountId,
      origin_netuid: netuid,
      destination_netuid: netuid,
      alpha_amount: alphaBalance,
    },
    weight: weights.transfer_stake,
    run(ctx, coldkey, args) {
      const { hotkey, destination_coldkey } = args
      const from = { hotkey, coldkey, netuid: args.origin_netuid }
      const to = { hotkey, coldkey: destination_coldkey, netuid: args.destination_netuid }
      const tao = moveStake(ctx, { from, to, alpha: args.alpha_amount, isTransfer: true })
      ctx.emit(events.StakeTransferred(coldkey, destination_coldkey, hotkey, from.netuid, to.netuid, tao))
    },
  }),
  /** Moves stake to another subnet. */
  swap_stake: call({
    index: 87,
    origin: signed,
    args: { hotkey: accountId, origin_netuid: netuid, destination_netuid: netuid, alpha_amount: alphaBalance },
    weight: weights.swap_stake,
    run(ctx, coldkey, { hotkey, origin_netuid, destination_netuid, alpha_amount }) {
      const from = { hotkey, coldkey, netuid: origin_netuid }
      const to = { hotkey, coldkey, netuid: destination_netuid }
      const tao = moveStake(ctx, { from, to, alpha: alpha_amount, isTransfer: false })
      ctx.emit(events.StakeSwapped(coldkey, hotkey, origin_netuid, destination_netuid, tao))
    },
  }),
  /** Moves stake to another subnet while origin price / destination price is at least `limit_price` / 10^9. */
  swap_stake_limit: call({
    index: 90,
    origin: signed,
    args: {
      hotkey: accountId,
      origin_netuid: netuid,
      destination_netuid: netuid,
      alpha_amount: alphaBalance,
      limit_price: taoBalance,
      allow_partial: bool,
    },
    weight: weights.swap_stake_limit,
    run(ctx, coldkey, { hotkey, origin_netuid, destination_netuid, alpha_amount, limit_price, allow_partial }) {
      const from = { hotkey, coldkey, netuid: origin_netuid }
      const to = { hotkey, coldkey, netuid: destination_netuid }
      const terms = { limit: limit_price, allowPartial: allow_partial }
      const tao = moveStake(ctx, { from, to, alpha: alpha_amount, isTransfer: false }, terms)
      ctx.emit(events.StakeSwapped(coldkey, hotkey, origin_netuid, destination_netuid, tao))
    },
  }),
  /** Destroys stake so that the alpha can be issued again. */
  recycle_alpha: call({
    index: 101,
    origin: signed,
    args: { hotkey: accountId, amount: alphaBalance, netuid },
    weight: weights.recycle_alpha,
    run(ctx, coldkey, { hotkey, amount, netuid }) {
      recycleStake(ctx, { hotkey, coldkey, netuid }, amount)
    },
  }),
  /** Destroys stake for good. */
  burn_alpha: call({
    index: 102,
    origin: signed,
    args: { hotkey: accountId, amount: alphaBalance, netuid },
    weight: weights.burn_alpha,
    run(ctx, coldkey, { hotkey, amount, netuid }) {
      burnStake(ctx, { hotkey, coldkey, netuid }, amount)
    },
  }),
  /** Buys stake and burns it at once, all or nothing at the limit if there is one. */
  add_stake_burn: call({
    index: 132,
    origin: signed,
    args: { hotkey: accountId, netuid, amount: taoBalance, limit: option(taoBalance) },
    weight: weights.add_stake_burn,
    run(ctx, coldkey, { hotkey, netuid, amount, limit }) {
      addStakeBurn(ctx, { hotkey, coldkey, netuid }, amount, limit)
    },
  }),
})
