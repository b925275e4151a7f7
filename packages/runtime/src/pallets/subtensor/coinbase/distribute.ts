/**
 * Pays one subnet's drained alpha: to the owner, to miners, to validators and their nominators, to root stakers.
 * Whatever finds no taker is recycled, so that alpha outside the pool is always somebody's or pending.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/run_coinbase.rs distribute_emission
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, minBig, subU64, U96F32 } from '@neurite/primitives/fixed'
import { type DividendPayout, splitTake, withheldShare } from '../../../economics/index.ts'
import type { Ctx } from '../../../frame/index.ts'
import { type EpochPay, runEpoch } from '../epoch/run.ts'
import { events } from '../events.ts'
import { burnAlpha, recycleAlpha } from '../issuance/index.ts'
import { creditRootStakers, increaseHotkeyStake, increaseStake, ownerOf, takeOf } from '../staking/index.ts'
import { storage } from '../storage/index.ts'
import { collectDividends, weighDividends } from './dividends.ts'
import type { Drained } from './drain.ts'

/** Runs the subnet's epoch and pays it out. */
export function distributeEmission(ctx: Ctx, drained: Drained): void {
  const { netuid, server, validator, root, owner } = drained
  const pays = runEpoch(ctx, netuid, addU64(addU64(server, validator), root))
  const incentives = pays.reduce((sum, { incentive }) => addU64(sum, incentive), 0n)
  // Without miners the validators get everything.
  const pot = incentives > 0n ? validator : addU64(validator, server)
  const raw = collectDividends(ctx, netuid, pays)
  const childkeyBurn = minBig(raw.burned, pot)
  const payouts = weighDividends(ctx, netuid, raw, { validator: subU64(pot, childkeyBurn), root })

  let assigned = payOwner(ctx, netuid, owner)
  assigned += payMiners(ctx, netuid, pays)
  assigned += payValidators(ctx, netuid, payouts)
  assigned += payRootStakers(ctx, netuid, payouts)
  recycleAlpha(ctx, netuid, subU64(server + validator + root + owner, assigned))
  storage.LastMechansimStepBlock.set(ctx, { netuid }, ctx.block)
}

/** Stakes the owner's cut with the owner's hotkey; returns what was paid. */
function payOwner(ctx: Ctx, netuid: number, cut: bigint): bigint {
  if (!storage.SubnetOwner.has(ctx, { netuid }) || !storage.SubnetOwnerHotkey.has(ctx, { netuid })) return 0n
  const hotkey = storage.SubnetOwnerHotkey.get(ctx, { netuid })
  increaseStake(ctx, hotkey, storage.SubnetOwner.get(ctx, { netuid }), netuid, cut)
  return cut
}

/** Hotkeys of the owner with a place on the subnet: what they would mine is withheld. */
function ownerHotkeys(ctx: Ctx, netuid: number): Set<AccountId> {
  const coldkey = storage.SubnetOwner.get(ctx, { netuid })
  const owned = storage.OwnedHotkeys.get(ctx, { coldkey })
  const candidates = [...owned, storage.SubnetOwnerHotkey.get(ctx, { netuid })]
  return new Set(candidates.filter((hotkey) => storage.Uids.has(ctx, { netuid, hotkey })))
}

/** Pays incentives and records which share of them was withheld; returns what was paid, withheld or not. */
function payMiners(ctx: Ctx, netuid: number, pays: readonly EpochPay[]): bigint {
  const withheldFrom = ownerHotkeys(ctx, netuid)
  let total = 0n
  let withheld = 0n
  for (const { hotkey, incentive } of pays) {
    total = addU64(total, incentive)
    if (!withheldFrom.has(hotkey)) {
      payMiner(ctx, netuid, hotkey, incentive)
      continue
    }
    withheld = addU64(withheld, incentive)
    if (storage.RecycleOrBurn.get(ctx, { netuid }) === 'Recycle') recycleAlpha(ctx, netuid, incentive)
    else burnAlpha(ctx, netuid, incentive)
  }
  storage.MinerBurned.set(ctx, { netuid }, withheldShare(withheld, total))
  return total
}

/** Stakes a miner's incentive for its owner: with the hotkey the owner chose, or with the miner itself. */
function payMiner(ctx: Ctx, netuid: number, hotkey: AccountId, incentive: bigint): void {
  const owner = ownerOf(ctx, hotkey)
  const destination = storage.AutoStakeDestination.get(ctx, { coldkey: owner, netuid })
  if (destination !== undefined) ctx.emit(events.AutoStakeAdded({ netuid, destination, hotkey, owner, incentive }))
  increaseStake(ctx, destination ?? hotkey, owner, netuid, incentive)
}

/** Dividends of hotkeys' nominators, as they are recorded. @unit alpha-rao */
type SharedDividends = (readonly [key: { readonly netuid: number; readonly hotkey: AccountId }, shared: bigint])[]

/** Pays the validators' take and raises the stake of their nominators; returns what was paid. */
function payValidators(ctx: Ctx, netuid: number, payouts: readonly DividendPayout[]): bigint {
  const dividends: SharedDividends = []
  let paid = 0n
  for (const { hotkey, alpha } of payouts) {
    // Most hotkeys are miners and earn no dividends.
    if (alpha > 0n) {
      const { own, shared } = payValidator(ctx, netuid, hotkey, alpha)
      if (shared > 0n) dividends.push([{ netuid, hotkey }, shared])
      paid += own + shared
    }
    noteStakeAtEpoch(ctx, hotkey, netuid)
  }
  storage.AlphaDividendsPerSubnet.replacePrefix(ctx, { netuid }, dividends)
  return paid
}

interface ValidatorPay {
  /** For the validator's owner. @unit alpha-rao */
  readonly own: bigint
  /** For all who stake with it. @unit alpha-rao */
  readonly shared: bigint
}

/** @unit alpha: U96F32 */
function payValidator(ctx: Ctx, netuid: number, hotkey: AccountId, alpha: bigint): ValidatorPay {
  const { take, rest } = splitTake(alpha, takeOf(ctx, hotkey))
  const [own, shared] = [U96F32.toU64(take), U96F32.toU64(rest)]
  increaseStake(ctx, hotkey, ownerOf(ctx, hotkey), netuid, own)
  increaseHotkeyStake(ctx, hotkey, netuid, shared)
  return { own, shared }
}

function noteStakeAtEpoch(ctx: Ctx, hotkey: AccountId, netuid: number): void {
  const stake = storage.TotalHotkeyAlpha.at(ctx, { hotkey, netuid })
  const noted = storage.TotalHotkeyAlphaLastEpoch.at(ctx, { hotkey, netuid })
  // Stake that was just paid is hardly what it was at the last epoch, so it is noted without a look at the store.
  if (stake.isWritten || noted.get() !== stake.get()) noted.set(stake.get())
}

/** Pays the take of root dividends and credits the rest to be claimed; returns what was paid. */
function payRootStakers(ctx: Ctx, netuid: number, payouts: readonly DividendPayout[]): bigint {
  const dividends: SharedDividends = []
  let paid = 0n
  for (const { hotkey, root } of payouts) {
    if (root === 0n) continue
    const { take, rest } = splitTake(root, takeOf(ctx, hotkey))
    const [own, shared] = [U96F32.toU64(take), U96F32.toU64(rest)]
    increaseStake(ctx, hotkey, ownerOf(ctx, hotkey), netuid, own)
    if (shared === 0n) {
      paid += own
      continue
    }
    creditRootStakers(ctx, hotkey, netuid, shared)
    dividends.push([{ netuid, hotkey }, shared])
    paid += own + shared
  }
  storage.RootAlphaDividendsPerSubnet.replacePrefix(ctx, { netuid }, dividends)
  return paid
}
