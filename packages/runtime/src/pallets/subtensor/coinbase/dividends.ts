/** Dividends of an epoch, handed on to the parents whose stake earned them, and weighed by that stake. */
import type { AccountId } from '@neurite/primitives/bytes'
import { U96F32 } from '@neurite/primitives/fixed'
import {
  type DividendPayout,
  distributeDividends,
  type ParentSplit,
  selfContribution,
  splitParentDividends,
  taoWeightFraction,
} from '../../../economics/index.ts'
import type { Ctx } from '../../../frame/index.ts'
import { childkeyTakeOf } from '../delegation/children.ts'
import type { EpochPay } from '../epoch/run.ts'
import { hotkeyStake, ownerOf } from '../staking/index.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID } from '../subnets.ts'

const NO_PARENTS: ParentSplit['parents'] = []

/** Divides one hotkey's raw dividends between itself and its parents. */
function splitWithParents(ctx: Ctx, netuid: number, hotkey: AccountId, dividends: bigint): ParentSplit {
  const parents = storage.ParentKeys.get(ctx, { hotkey, netuid })
  if (parents.length === 0) return { parents: NO_PARENTS, self: dividends, burned: 0n }
  const taoWeight = taoWeightFraction(storage.TaoWeight.get(ctx))
  const owner = ownerOf(ctx, hotkey)
  return splitParentDividends({
    dividends,
    selfContribution: selfContribution({
      alphaStake: hotkeyStake(ctx, hotkey, netuid),
      rootStake: hotkeyStake(ctx, hotkey, ROOT_NETUID),
      childProportions: storage.ChildKeys.get(ctx, { hotkey, netuid }).map(([proportion]) => proportion),
      taoWeight,
    }),
    parents: parents.map(([proportion, parent]) => ({
      hotkey: parent,
      proportion,
      alphaStake: hotkeyStake(ctx, parent, netuid),
      rootStake: hotkeyStake(ctx, parent, ROOT_NETUID),
      sameOwner: ownerOf(ctx, parent) === owner,
    })),
    childkeyTake: childkeyTakeOf(ctx, hotkey, netuid),
    childkeyBurn: storage.CKBurn.get(ctx),
    taoWeight,
  })
}

/** What a hotkey earned of an epoch's dividends. */
interface RawDividend {
  readonly hotkey: AccountId
  /** @unit U96F32 */
  readonly dividends: bigint
}

export interface RawDividends {
  /** By account id, ascending. */
  readonly byHotkey: readonly RawDividend[]
  /** Taken by the childkey burn. @unit alpha-rao */
  readonly burned: bigint
}

/** Raw dividends of an epoch after parents got their parts. `pays` are by account id, ascending. */
export function collectDividends(ctx: Ctx, netuid: number, pays: readonly EpochPay[]): RawDividends {
  const ofParents = new Map<AccountId, bigint>()
  let burned = 0n
  const own = pays.map(({ hotkey, dividend }): RawDividend => {
    const split = splitWithParents(ctx, netuid, hotkey, dividend)
    for (const { hotkey: parent, amount } of split.parents)
      ofParents.set(parent, U96F32.add(ofParents.get(parent) ?? 0n, U96F32.fromInt(amount)))
    burned += split.burned
    return { hotkey, dividends: U96F32.fromInt(split.self) }
  })
  return { byHotkey: ofParents.size === 0 ? own : withParents(own, ofParents), burned }
}

/** Both together; parents need not have a place on the subnet. */
function withParents(own: readonly RawDividend[], ofParents: ReadonlyMap<AccountId, bigint>): RawDividend[] {
  const sums = new Map(ofParents)
  for (const { hotkey, dividends } of own) sums.set(hotkey, U96F32.add(sums.get(hotkey) ?? 0n, dividends))
  return Array.from(sums, ([hotkey, dividends]) => ({ hotkey, dividends })).sort((a, b) =>
    a.hotkey < b.hotkey ? -1 : 1,
  )
}

/** What each hotkey gets of the validators' and of the root pot. */
export function weighDividends(
  ctx: Ctx,
  netuid: number,
  raw: RawDividends,
  pots: { readonly validator: bigint; readonly root: bigint },
): DividendPayout[] {
  const claims = raw.byHotkey.map(({ hotkey, dividends }) => {
    // Most hotkeys are miners and claim nothing, so that their stake is of no account.
    if (dividends === 0n) return { hotkey, dividends, alphaStake: 0n, rootStake: 0n }
    return {
      hotkey,
      dividends,
      alphaStake: hotkeyStake(ctx, hotkey, netuid),
      rootStake: hotkeyStake(ctx, hotkey, ROOT_NETUID),
    }
  })
  const taoWeight = taoWeightFraction(storage.TaoWeight.get(ctx))
  return distributeDividends(claims, { validatorPot: pots.validator, rootPot: pots.root, taoWeight })
}
