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

/** Divides one hotkey's raw dividends between itself and its parents. */
function splitWithParents(ctx: Ctx, netuid: number, hotkey: AccountId, dividends: bigint): ParentSplit {
  const parents = storage.ParentKeys.get(ctx, { hotkey, netuid })
  if (parents.length === 0) return { parents: [], self: dividends, burned: 0n }
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

export interface RawDividends {
  /** By account id, ascending. @unit U96F32 */
  readonly byHotkey: readonly (readonly [hotkey: AccountId, dividends: bigint])[]
  /** Taken by the childkey burn. @unit alpha-rao */
  readonly burned: bigint
}

/** Raw dividends of an epoch after parents got their parts. */
export function collectDividends(ctx: Ctx, netuid: number, pays: readonly EpochPay[]): RawDividends {
  const sums = new Map<AccountId, bigint>()
  const add = (hotkey: AccountId, amount: bigint) => {
    const sum = sums.get(hotkey)
    if (sum === undefined) sums.set(hotkey, U96F32.fromInt(amount))
    else if (amount !== 0n) sums.set(hotkey, U96F32.add(sum, U96F32.fromInt(amount)))
  }
  let burned = 0n
  for (const { hotkey, dividend } of pays) {
    const split = splitWithParents(ctx, netuid, hotkey, dividend)
    for (const parent of split.parents) add(parent.hotkey, parent.amount)
    add(hotkey, split.self)
    burned += split.burned
  }
  return { byHotkey: [...sums].sort((a, b) => (a[0] < b[0] ? -1 : 1)), burned }
}

/** What each hotkey gets of the validators' and of the root pot. */
export function weighDividends(
  ctx: Ctx,
  netuid: number,
  raw: RawDividends,
  pots: { readonly validator: bigint; readonly root: bigint },
): DividendPayout[] {
  const claims = raw.byHotkey.map((entry) => {
    const hotkey = entry[0]
    const dividends = entry[1]
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
