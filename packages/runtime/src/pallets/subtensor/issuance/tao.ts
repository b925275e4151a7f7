/**
 * Making, moving and destroying TAO. `TotalIssuance` of this pallet follows the sum of all balances.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/tao.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { minBig } from '@neurite/primitives/fixed'
import { mintable } from '../../../economics/index.ts'
import { type Ctx, DispatchError, ensure } from '../../../frame/index.ts'
import * as balances from '../../balances/index.ts'
import { BURN_ACCOUNT, subnetAccount } from '../accounts.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage/index.ts'

/**
 * Sets `TotalIssuance` to the sum of balances. The reference counts changes one by one and misses some (fees without
 * an author, accounts that other pallets reap); this pallet takes the sum itself.
 */
export function syncIssuance(ctx: Ctx): void {
  const issued = balances.totalIssuance(ctx)
  if (storage.TotalIssuance.get(ctx) !== issued) storage.TotalIssuance.set(ctx, issued)
}

/** Rao of `coldkey` that may leave, to the last one. */
export function spendable(ctx: Ctx, coldkey: AccountId): bigint {
  return balances.reducible(ctx, coldkey, false)
}

/** Newly minted rao that no account holds yet. What is left at the end has to be recycled. */
export class Credit {
  amount: bigint
  constructor(amount: bigint) {
    this.amount = amount
  }
}

/** Mints up to `amount` rao; the supply caps it. */
export function mintTao(ctx: Ctx, amount: bigint): Credit {
  const minted = mintable(amount, balances.totalIssuance(ctx))
  if (minted > 0n) balances.issue(ctx, minted)
  syncIssuance(ctx)
  return new Credit(minted)
}

/** Pays `part` of the credit to `account`; false, with nothing changed, when it cannot be paid. */
export function spendCredit(ctx: Ctx, account: AccountId, credit: Credit, part: bigint): boolean {
  if (part > credit.amount) return false
  try {
    ctx.transactional(() => balances.resolve(ctx, account, part))
  } catch (error) {
    if (error instanceof DispatchError) return false
    throw error
  }
  credit.amount -= part
  return true
}

/** Destroys what is left of the credit: it can be minted again. */
export function recycleCredit(ctx: Ctx, credit: Credit): void {
  balances.dropCredit(ctx, credit.amount)
  credit.amount = 0n
  syncIssuance(ctx)
}

/** Moves rao; the sender's account may go, and its dust with it. */
export function transferTao(ctx: Ctx, from: AccountId, to: AccountId, amount: bigint): void {
  ensure(amount <= spendable(ctx, from), errors.InsufficientBalance)
  if (amount === 0n) return
  balances.transfer(ctx, from, to, amount, false)
  syncIssuance(ctx)
}

/** Moves up to `amount` rao into the pool's account, keeping the sender alive; returns what was moved. @unit rao */
export function transferTaoToSubnet(ctx: Ctx, netuid: number, from: AccountId, amount: bigint): bigint {
  if (amount === 0n) return 0n
  const moved = minBig(amount, balances.reducible(ctx, from, true))
  ensure(moved > 0n, errors.InsufficientBalance)
  balances.transfer(ctx, from, subnetAccount(netuid), moved, true)
  return moved
}

/** Moves rao out of the pool's account. */
export function transferTaoFromSubnet(ctx: Ctx, netuid: number, to: AccountId, amount: bigint): void {
  transferTao(ctx, subnetAccount(netuid), to, amount)
}

/** Puts rao where nobody can spend them; they stay issued. */
export function burnTao(ctx: Ctx, from: AccountId, amount: bigint): void {
  transferTao(ctx, from, BURN_ACCOUNT, amount)
}

/** Destroys rao of `from`, keeping it alive: they can be minted again. */
export function recycleTao(ctx: Ctx, from: AccountId, amount: bigint): void {
  ensure(amount <= balances.reducible(ctx, from, true), errors.InsufficientBalance)
  if (amount === 0n) return
  balances.withdraw(ctx, from, amount, true)
  syncIssuance(ctx)
}

/** Whether `account` could take `amount` rao more and exist. */
export function canReceive(ctx: Ctx, account: AccountId, amount: bigint): boolean {
  return balances.freeBalance(ctx, account) + amount >= balances.EXISTENTIAL_DEPOSIT
}
