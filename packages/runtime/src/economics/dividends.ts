/**
 * From one epoch's emissions to payouts per hotkey.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/run_coinbase.rs get_parent_child_dividends_distribution,
 * calculate_dividend_distribution
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, U96F32, u16Ratio, u64Ratio } from '@neurite/primitives/fixed'

/** Stake a hotkey works with itself: what it did not hand to children. @unit alpha-rao */
export function selfContribution(options: {
  /** @unit alpha-rao */
  readonly alphaStake: bigint
  /** @unit rao */
  readonly rootStake: bigint
  /** Parts given to children. @unit u64 fraction */
  readonly childProportions: readonly bigint[]
  /** @unit U96F32 */
  readonly taoWeight: bigint
}): bigint {
  const kept = options.childProportions.reduce((rest, part) => U96F32.sub(rest, u64Ratio(U96F32, part)), U96F32.one)
  return U96F32.toU64(contribution(options.alphaStake, options.rootStake, kept, options.taoWeight))
}

/** alpha * part + (root * part) * weight, every product floored. @unit U96F32 */
function contribution(alpha: bigint, root: bigint, part: bigint, taoWeight: bigint): bigint {
  const fromRoot = U96F32.mul(U96F32.mul(U96F32.fromInt(root), part), taoWeight)
  return U96F32.add(U96F32.mul(U96F32.fromInt(alpha), part), fromRoot)
}

export interface ParentStake {
  readonly hotkey: AccountId
  /** Part of the parent's stake that works through the child. @unit u64 fraction */
  readonly proportion: bigint
  /** @unit alpha-rao */
  readonly alphaStake: bigint
  /** @unit rao */
  readonly rootStake: bigint
  /** Parents of the same coldkey pay neither take nor burn. */
  readonly sameOwner: boolean
}

export interface ParentSplit {
  /** What each parent gets, in the order given. @unit alpha-rao */
  readonly parents: readonly { readonly hotkey: AccountId; readonly amount: bigint }[]
  /** What stays with the child: its own part and the takes. @unit alpha-rao */
  readonly self: bigint
  /** Destroyed by the childkey burn. @unit alpha-rao */
  readonly burned: bigint
}

/** Dividends of a child hotkey shared with the parents whose stake earned them. */
export function splitParentDividends(options: {
  /** @unit alpha-rao */
  readonly dividends: bigint
  /** @unit alpha-rao */
  readonly selfContribution: bigint
  readonly parents: readonly ParentStake[]
  /** @unit u16 fraction */
  readonly childkeyTake: number
  /** @unit u64 fraction */
  readonly childkeyBurn: bigint
  /** @unit U96F32 */
  readonly taoWeight: bigint
}): ParentSplit {
  const dividends = U96F32.fromInt(options.dividends)
  const take = u16Ratio(U96F32, options.childkeyTake)
  const burn = u64Ratio(U96F32, options.childkeyBurn)
  const contributions = options.parents.map(({ alphaStake, rootStake, proportion }) =>
    contribution(alphaStake, rootStake, u64Ratio(U96F32, proportion), options.taoWeight),
  )
  const total = contributions.reduce(U96F32.add, U96F32.fromInt(options.selfContribution))

  let remaining = dividends
  let takes = 0n
  let burned = 0n
  const parents = options.parents.map(({ hotkey, sameOwner }, i) => {
    const gross = U96F32.mul(dividends, U96F32.safeDiv(contributions[i]!, total))
    remaining = U96F32.sub(remaining, gross)
    if (sameOwner) return { hotkey, amount: U96F32.toU64(gross) }
    const burnTake = U96F32.mul(burn, gross)
    const childTake = U96F32.mul(take, gross)
    takes = U96F32.add(takes, childTake)
    burned = addU64(burned, U96F32.toU64(burnTake))
    return { hotkey, amount: U96F32.toU64(U96F32.sub(U96F32.sub(gross, burnTake), childTake)) }
  })
  return { parents, self: U96F32.toU64(U96F32.add(remaining, takes)), burned }
}

export interface DividendClaim {
  readonly hotkey: AccountId
  /** Summed raw dividends. @unit U96F32 */
  readonly dividends: bigint
  /** @unit alpha-rao */
  readonly alphaStake: bigint
  /** @unit rao */
  readonly rootStake: bigint
}

export interface DividendPayout {
  readonly hotkey: AccountId
  /** From the validators' pot. @unit U96F32 */
  readonly alpha: bigint
  /** From the root pot. @unit U96F32 */
  readonly root: bigint
}

/** Parts of a claim without dividends, as most are: miners claim nothing. */
const NO_DIVIDENDS = { root: 0n, alpha: 0n }

/** Both pots divided over the claims, each dividend weighed by what kind of stake earned it. */
export function distributeDividends(
  claims: readonly DividendClaim[],
  options: {
    /** @unit alpha-rao */
    readonly validatorPot: bigint
    /** @unit alpha-rao */
    readonly rootPot: bigint
    /** @unit U96F32 */
    readonly taoWeight: bigint
  },
): DividendPayout[] {
  const parts = claims.map(({ dividends, alphaStake, rootStake }) => {
    if (dividends === 0n) return NO_DIVIDENDS
    const root = U96F32.mul(U96F32.fromInt(rootStake), options.taoWeight)
    const rootShare = U96F32.safeDiv(root, U96F32.add(U96F32.fromInt(alphaStake), root))
    const rootPart = U96F32.mul(dividends, rootShare)
    return { root: rootPart, alpha: U96F32.sub(dividends, rootPart) }
  })
  const alphaTotal = parts.reduce((sum, part) => U96F32.add(sum, part.alpha), 0n)
  const rootTotal = parts.reduce((sum, part) => U96F32.add(sum, part.root), 0n)
  const alphaPot = U96F32.fromInt(options.validatorPot)
  const rootPot = U96F32.fromInt(options.rootPot)
  const share = (pot: bigint, part: bigint, total: bigint) =>
    part === 0n ? 0n : U96F32.mul(pot, U96F32.safeDiv(part, total))
  return claims.map(({ hotkey }, i) => ({
    hotkey,
    alpha: share(alphaPot, parts[i]!.alpha, alphaTotal),
    root: share(rootPot, parts[i]!.root, rootTotal),
  }))
}

/** The hotkey owner's take of `amount`, and the rest for all nominators. @unit U96F32 */
export function splitTake(amount: bigint, take: number): { readonly take: bigint; readonly rest: bigint } {
  const taken = U96F32.mul(u16Ratio(U96F32, take), amount)
  return { take: taken, rest: U96F32.sub(amount, taken) }
}

/** Part of the miners' emission that was withheld; 0 when there was none. @unit U96F32 */
export function withheldShare(withheld: bigint, total: bigint): bigint {
  return U96F32.safeDiv(U96F32.fromInt(withheld), U96F32.fromInt(total))
}
