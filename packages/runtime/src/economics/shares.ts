/**
 * A share pool: many owners of one growing amount.
 *
 * Deposits and withdrawals change one owner's shares; dividends change only the amount, so all owners gain pro rata
 * without being visited. Here the amount is a hotkey's alpha on a subnet and the owners are its nominators.
 *
 * subtensor 14bc6f9 primitives/share-pool/src/lib.rs
 */
import { addU64, subU64 } from '@neurite/primitives/fixed'
import {
  addFloat,
  growFloat,
  isZeroFloat,
  mulDivFloat,
  SAFE_FLOAT_ZERO,
  type SafeFloat,
  safeFloatFromInt,
  safeFloatToU64,
  subFloat,
} from './safeFloat.ts'

export interface SharePosition {
  /** The amount all owners hold together. @unit alpha-rao */
  readonly total: bigint
  /** Shares of all owners. */
  readonly denominator: SafeFloat
  /** Shares of this owner. */
  readonly share: SafeFloat
}

/** What the owner's shares are worth: floor of total * share / denominator. @unit alpha-rao */
export function shareValue({ total, denominator, share }: SharePosition): bigint {
  return safeFloatToU64(mulDivFloat(safeFloatFromInt(total), share, denominator) ?? SAFE_FLOAT_ZERO)
}

/** Shares that `amount` is worth: amount * denominator / total; 0 when there is no total. */
function sharesFor(amount: bigint, total: bigint, denominator: SafeFloat): SafeFloat {
  return mulDivFloat(safeFloatFromInt(amount), denominator, safeFloatFromInt(total)) ?? SAFE_FLOAT_ZERO
}

/** Whether `amount` is large enough to move the shares; the first deposit always is. */
export function canDeposit(amount: bigint, total: bigint, denominator: SafeFloat): boolean {
  return isZeroFloat(denominator) || !isZeroFloat(sharesFor(amount, total, denominator))
}

/** The position after `amount` more is deposited for its owner. */
export function depositShares(position: SharePosition, amount: bigint): SharePosition {
  const { total, denominator, share } = position
  if (isZeroFloat(denominator)) {
    const all = safeFloatFromInt(amount)
    return { total: addU64(total, amount), denominator: all, share: all }
  }
  // Most hotkeys have one owner of shares, who holds all of them.
  const isOnlyOwner = share.mantissa === denominator.mantissa && share.exponent === denominator.exponent
  const grown = isOnlyOwner ? growFloat(denominator, amount, total) : undefined
  if (grown !== undefined) return { total: addU64(total, amount), denominator: grown, share: grown }
  const added = sharesFor(amount, total, denominator)
  return {
    total: addU64(total, amount),
    denominator: addFloat(denominator, added) ?? denominator,
    share: addFloat(share, added) ?? share,
  }
}

/** The position after `amount` is withdrawn; unchanged when it is more than the owner holds. */
export function withdrawShares(position: SharePosition, amount: bigint): SharePosition {
  if (amount > shareValue(position)) return position
  const { total, denominator, share } = position
  const removed = sharesFor(amount, total, denominator)
  return {
    total: subU64(total, amount),
    denominator: subFloat(denominator, removed) ?? denominator,
    share: subFloat(share, removed) ?? share,
  }
}
