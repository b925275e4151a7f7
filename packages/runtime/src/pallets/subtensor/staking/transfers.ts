/**
 * Stake in, stake out, and stake handed over: the three moves all staking calls are made of.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/staking/stake_utils.rs stake_into_subnet, unstake_from_subnet,
 * transfer_stake_within_subnet
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { subU64 } from '@neurite/primitives/fixed'
import { type Ctx, DispatchError, ensure } from '../../../frame/index.ts'
import { taoWorth } from '../../swap/index.ts'
import { subnetAccount } from '../accounts.ts'
import { constants } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import {
  burnAlpha,
  burnTao,
  canReceive,
  noteUserFlow,
  recycleTao,
  transferTaoFromSubnet,
  transferTaoToSubnet,
} from '../issuance/index.ts'
import { storage } from '../storage/index.ts'
import { buyAlpha, sellAlpha } from './reserves.ts'
import { noteRootStakeAdded, noteRootStakeRemoved } from './rootClaims.ts'
import { addToRootIndex, hasRootStake, removeFromRootIndex } from './rootIndex.ts'
import { canIncreaseStake, decreaseStake, increaseStake, ROOT_NETUID } from './shares.ts'

export interface StakeKeys {
  readonly hotkey: AccountId
  readonly coldkey: AccountId
  readonly netuid: number
}

export interface SwapTerms {
  /** @unit rao per alpha; without it the widest */
  readonly limit?: bigint | undefined
  readonly withoutFee?: boolean
  /** Who gets the TAO of a sale; the owner of the stake if not given. */
  readonly beneficiary?: AccountId
}

/** The author's account, if it could take `amount` rao. */
function payableAuthor(ctx: Ctx, amount: bigint): AccountId | undefined {
  return ctx.author !== undefined && canReceive(ctx, ctx.author, amount) ? ctx.author : undefined
}

/** Pays a swap fee in TAO from the pool's account to the author; without one it is burnt. */
export function payTaoFee(ctx: Ctx, netuid: number, fee: bigint): void {
  if (fee === 0n) return
  const author = payableAuthor(ctx, fee)
  if (author !== undefined) transferTaoFromSubnet(ctx, netuid, author, fee)
  else burnFee(ctx, netuid, fee)
}

/** Burns, or recycles while the burn account is too poor to exist with so little. */
function burnFee(ctx: Ctx, netuid: number, fee: bigint): void {
  try {
    ctx.transactional(() => burnTao(ctx, subnetAccount(netuid), fee))
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    recycleTao(ctx, subnetAccount(netuid), fee)
  }
}

/** Sells a swap fee in alpha for the author, without another fee; without an author it is burnt. Returns the rao paid. */
function payAlphaFee(ctx: Ctx, netuid: number, fee: bigint): bigint {
  if (fee === 0n) return 0n
  if (ctx.author === undefined) {
    burnAlpha(ctx, netuid, fee)
    return 0n
  }
  const { paidOut } = sellAlpha(ctx, { netuid, amount: fee, withoutFee: true })
  payTaoFee(ctx, netuid, paidOut)
  return paidOut
}

function noteStakeBlock(ctx: Ctx, coldkey: AccountId, hotkey: AccountId): void {
  storage.LastColdkeyHotkeyStakeBlock.set(ctx, { coldkey, hotkey }, ctx.block)
}

/** Buys stake for up to `tao` rao of the coldkey; returns the alpha-rao bought. What the limit leaves over comes back. */
export function stakeInto(
  ctx: Ctx,
  { hotkey, coldkey, netuid }: StakeKeys,
  tao: bigint,
  terms: SwapTerms = {},
): bigint {
  const paid = transferTaoToSubnet(ctx, netuid, coldkey, tao)
  const { paidIn, paidOut, fee } = buyAlpha(ctx, { ...terms, netuid, amount: paid })
  ensure(paidOut > 0n, errors.AmountTooLow)
  ensure(canIncreaseStake(ctx, hotkey, netuid, paidOut), errors.InsufficientLiquidity)
  increaseStake(ctx, hotkey, coldkey, netuid, paidOut)
  payTaoFee(ctx, netuid, fee)
  const unused = subU64(paid, paidIn + fee)
  if (unused > 0n) transferTaoFromSubnet(ctx, netuid, coldkey, unused)
  noteUserFlow(ctx, netuid, paidIn)
  noteStakeBlock(ctx, coldkey, hotkey)
  if (netuid === ROOT_NETUID) {
    noteRootStakeAdded(ctx, hotkey, coldkey, paidOut)
    addToRootIndex(ctx, coldkey)
  }
  ctx.emit(events.StakeAdded(coldkey, hotkey, paid - unused, paidOut, netuid, fee))
  return paidOut
}

/** Sells `alpha` of the coldkey's stake; returns the rao paid to it, or to the beneficiary. What the limit leaves over stays staked. */
export function unstakeFrom(
  ctx: Ctx,
  { hotkey, coldkey, netuid }: StakeKeys,
  alpha: bigint,
  terms: SwapTerms = {},
): bigint {
  decreaseStake(ctx, hotkey, coldkey, netuid, alpha)
  const { paidIn, paidOut, fee } = sellAlpha(ctx, { ...terms, netuid, amount: alpha })
  increaseStake(ctx, hotkey, coldkey, netuid, subU64(alpha, paidIn + fee))
  transferTaoFromSubnet(ctx, netuid, terms.beneficiary ?? coldkey, paidOut)
  const feeTao = payAlphaFee(ctx, netuid, fee)
  if (netuid === ROOT_NETUID) {
    noteRootStakeRemoved(ctx, hotkey, coldkey, alpha)
    if (!hasRootStake(ctx, coldkey)) removeFromRootIndex(ctx, coldkey)
  }
  noteUserFlow(ctx, netuid, -(paidOut + feeTao))
  noteStakeBlock(ctx, coldkey, hotkey)
  ctx.emit(events.StakeRemoved(coldkey, hotkey, paidOut, paidIn, netuid, fee))
  return paidOut
}

/** Hands stake over on one subnet, without a swap or fee; returns what it is worth at the current price. @unit rao */
export function transferWithinSubnet(
  ctx: Ctx,
  from: { readonly hotkey: AccountId; readonly coldkey: AccountId },
  to: { readonly hotkey: AccountId; readonly coldkey: AccountId },
  netuid: number,
  alpha: bigint,
): bigint {
  decreaseStake(ctx, from.hotkey, from.coldkey, netuid, alpha)
  if (netuid === ROOT_NETUID) noteRootStakeRemoved(ctx, from.hotkey, from.coldkey, alpha)
  increaseStake(ctx, to.hotkey, to.coldkey, netuid, alpha)
  if (netuid === ROOT_NETUID) {
    noteRootStakeAdded(ctx, to.hotkey, to.coldkey, alpha)
    addToRootIndex(ctx, to.coldkey)
    if (!hasRootStake(ctx, from.coldkey)) removeFromRootIndex(ctx, from.coldkey)
  }
  const worth = taoWorth(ctx, netuid, alpha)
  ensure(worth >= constants.InitialMinStake.get(ctx), errors.AmountTooLow)
  noteStakeBlock(ctx, to.coldkey, to.hotkey)
  ctx.emit(events.StakeRemoved(from.coldkey, from.hotkey, worth, alpha, netuid, 0n))
  ctx.emit(events.StakeAdded(to.coldkey, to.hotkey, worth, alpha, netuid, 0n))
  return worth
}
