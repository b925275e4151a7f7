/**
 * Children: hotkeys that a hotkey lends its stake to on a subnet. Every link is stored twice, as child and as parent.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/staking/set_children.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64, subU64, U64_MAX } from '@neurite/primitives/fixed'
import { type Ctx, DispatchError, ensure } from '../../../frame/index.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { ownerOf, ownsHotkey } from '../staking/hotkeys.ts'
import { totalStakeOfHotkey } from '../staking/totals.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID, subnetExists } from '../subnets.ts'
import type { AccountLinkage } from '../types.ts'

const MAX_CHILDREN = 5
/** Numbers of the rate-limited actions in `TransactionKeyLastBlock`. */
export const SET_CHILDREN = 0
export const SET_CHILDKEY_TAKE = 1

/** Whether `limit` blocks have passed since the hotkey last did this on the subnet. The first time always passes. */
export function passesRateLimit(ctx: Ctx, hotkey: AccountId, netuid: number, key: number, limit: bigint): boolean {
  const last = storage.TransactionKeyLastBlock.get(ctx, { account: hotkey, netuid, key })
  return last === 0n || subU64(ctx.block, last) >= limit
}

type Links = Map<AccountId, bigint>

/** Links of `hotkey` by account; a link to itself is ignored, a second one to the same account wins. */
function toLinks(list: AccountLinkage, hotkey: AccountId): Links {
  return new Map(list.filter(([, other]) => other !== hotkey).map(([proportion, other]) => [other, proportion]))
}

function toList(links: Links): [bigint, AccountId][] {
  return [...links].map(([other, proportion]): [bigint, AccountId] => [proportion, other]).sort(byAccount)
}

function byAccount(a: readonly [bigint, AccountId], b: readonly [bigint, AccountId]): number {
  return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0
}

type LinkMap = typeof storage.ChildKeys

function writeLinks(ctx: Ctx, item: LinkMap, hotkey: AccountId, netuid: number, list: AccountLinkage): void {
  if (list.length > 0) item.set(ctx, { hotkey, netuid }, list)
  else if (item.has(ctx, { hotkey, netuid })) item.remove(ctx, { hotkey, netuid })
}

/** Sets or adds one link in a list. */
function upsert(list: AccountLinkage, other: AccountId, proportion: bigint): [bigint, AccountId][] {
  const known = list.some(([, who]) => who === other)
  const next = list.map(([p, who]): [bigint, AccountId] => [who === other ? proportion : p, who])
  return known ? next : [...next, [proportion, other]]
}

/** No link to itself, not more than everything lent, and nobody who is child and parent at once. */
function ensureConsistent(hotkey: AccountId, children: Links, parents: Links): void {
  ensure(!children.has(hotkey), errors.InvalidChild)
  const total = [...children.values()].reduce((sum, proportion) => sum + proportion, 0n)
  ensure(total <= U64_MAX, errors.ProportionOverflow)
  for (const child of children.keys()) ensure(!parents.has(child), errors.ChildParentInconsistency)
}

/** Puts children in force, on both sides of every link. */
export function applyChildren(ctx: Ctx, hotkey: AccountId, netuid: number, list: AccountLinkage): void {
  const parents = toLinks(storage.ParentKeys.get(ctx, { hotkey, netuid }), hotkey)
  const children = toLinks(list, hotkey)
  ensureConsistent(hotkey, children, parents)
  const before = storage.ChildKeys.get(ctx, { hotkey, netuid })
  writeLinks(ctx, storage.ChildKeys, hotkey, netuid, toList(children))
  for (const [child, proportion] of children) {
    const known = storage.ParentKeys.get(ctx, { hotkey: child, netuid })
    writeLinks(ctx, storage.ParentKeys, child, netuid, upsert(known, hotkey, proportion))
  }
  for (const [, child] of before) {
    if (children.has(child)) continue
    const rest = storage.ParentKeys.get(ctx, { hotkey: child, netuid }).filter(([, parent]) => parent !== hotkey)
    writeLinks(ctx, storage.ParentKeys, child, netuid, rest)
  }
  writeLinks(ctx, storage.ParentKeys, hotkey, netuid, toList(parents))
}

/** Gives all links of `old`, and its scheduled children, to another hotkey. One that has links of its own loses them. */
export function moveLinks(ctx: Ctx, old: AccountId, next: AccountId, netuid: number): void {
  const children = storage.ChildKeys.get(ctx, { hotkey: old, netuid })
  const parents = storage.ParentKeys.get(ctx, { hotkey: old, netuid })
  if (children.length > 0 || parents.length > 0) {
    const isLinked = [...children, ...parents].some(([, other]) => other === next)
    ensure(!isLinked, errors.InvalidChild)
    applyChildren(ctx, old, netuid, [])
    setParents(ctx, old, netuid, [])
    applyChildren(ctx, next, netuid, [])
    setParents(ctx, next, netuid, parents)
    applyChildren(ctx, next, netuid, children)
  }
  moveScheduled(ctx, old, next, netuid)
}

/** Replaces the parents of a hotkey, on both sides of every link. */
function setParents(ctx: Ctx, hotkey: AccountId, netuid: number, list: AccountLinkage): void {
  for (const [, parent] of storage.ParentKeys.get(ctx, { hotkey, netuid })) {
    const rest = storage.ChildKeys.get(ctx, { hotkey: parent, netuid }).filter(([, child]) => child !== hotkey)
    writeLinks(ctx, storage.ChildKeys, parent, netuid, rest)
  }
  for (const [proportion, parent] of list) {
    const known = storage.ChildKeys.get(ctx, { hotkey: parent, netuid })
    writeLinks(ctx, storage.ChildKeys, parent, netuid, upsert(known, hotkey, proportion))
  }
  writeLinks(ctx, storage.ParentKeys, hotkey, netuid, toList(toLinks(list, hotkey)))
}

/** Renames a hotkey in everything that is scheduled on the subnet: its own children, and those of others. */
function moveScheduled(ctx: Ctx, old: AccountId, next: AccountId, netuid: number): void {
  if (storage.PendingChildKeys.has(ctx, { netuid, hotkey: old })) {
    const pending = storage.PendingChildKeys.take(ctx, { netuid, hotkey: old })
    const parents = toLinks(storage.ParentKeys.get(ctx, { hotkey: next, netuid }), next)
    ensureConsistent(next, new Map(pending[0].map(([proportion, child]) => [child, proportion])), parents)
    storage.PendingChildKeys.set(ctx, { netuid, hotkey: next }, pending)
  }
  for (const [key, [list, cooldown]] of storage.PendingChildKeys.entries(ctx, { netuid })) {
    const link = list.find(([, child]) => child === old)
    if (link === undefined) continue
    const rest = list.filter(([, child]) => child !== old)
    storage.PendingChildKeys.set(ctx, key, [[...rest, [link[0], next]], cooldown])
  }
}

/** As {@link applyChildren}; children that have become inconsistent meanwhile are silently left out. */
function tryApply(ctx: Ctx, hotkey: AccountId, netuid: number, list: AccountLinkage): void {
  try {
    ctx.transactional(() => applyChildren(ctx, hotkey, netuid, list))
  } catch (error) {
    if (error instanceof DispatchError) return
    throw error
  }
  ctx.emit(events.SetChildren(hotkey, netuid, list))
}

/** Checks children for a hotkey of the coldkey, in the order clients see. */
function validate(ctx: Ctx, coldkey: AccountId, hotkey: AccountId, netuid: number, list: AccountLinkage): void {
  const limit = BigInt(ctx.profile.compat.setChildrenRateLimit)
  ensure(passesRateLimit(ctx, hotkey, netuid, SET_CHILDREN, limit), errors.TxRateLimitExceeded)
  ensure(netuid !== ROOT_NETUID, errors.RegistrationNotPermittedOnRootSubnet)
  ensure(subnetExists(ctx, netuid), errors.SubnetNotExists)
  ensure(ownsHotkey(ctx, coldkey, hotkey), errors.NonAssociatedColdKey)
  const children = new Map(list.map(([proportion, child]) => [child, proportion]))
  ensure(children.size === list.length, errors.DuplicateChild)
  ensure(!children.has(hotkey), errors.InvalidChild)
  ensure(children.size <= MAX_CHILDREN, errors.TooManyChildren)
  ensureConsistent(hotkey, children, toLinks(storage.ParentKeys.get(ctx, { hotkey, netuid }), hotkey))
  const mayLend =
    list.length === 0 ||
    totalStakeOfHotkey(ctx, hotkey) >= storage.StakeThreshold.get(ctx) ||
    storage.SubnetOwnerHotkey.get(ctx, { netuid }) === hotkey
  ensure(mayLend, errors.NotEnoughStakeToSetChildkeys)
}

/** Sets children: at once while the subnet is not started, else after the cooldown at one of its epochs. */
export function scheduleChildren(
  ctx: Ctx,
  coldkey: AccountId,
  hotkey: AccountId,
  netuid: number,
  list: AccountLinkage,
): void {
  validate(ctx, coldkey, hotkey, netuid, list)
  storage.TransactionKeyLastBlock.set(ctx, { account: hotkey, netuid, key: SET_CHILDREN }, ctx.block)
  if (!storage.SubtokenEnabled.get(ctx, { netuid })) {
    tryApply(ctx, hotkey, netuid, list)
    return
  }
  const cooldown = addU64(ctx.block, storage.PendingChildKeyCooldown.get(ctx))
  storage.PendingChildKeys.set(ctx, { netuid, hotkey }, [list, cooldown])
  ctx.emit(events.SetChildrenScheduled(hotkey, netuid, cooldown, list))
}

/** Puts those children in force whose cooldown is over. Runs after the subnet's epoch. */
export function applyPendingChildren(ctx: Ctx, netuid: number): void {
  const isStarted = storage.SubtokenEnabled.get(ctx, { netuid })
  for (const [key, [list, cooldown]] of storage.PendingChildKeys.entries(ctx, { netuid })) {
    if (isStarted && cooldown >= ctx.block) continue
    tryApply(ctx, key.hotkey, netuid, list)
    storage.PendingChildKeys.remove(ctx, key)
  }
}

/** Makes every root validator that allows it lend all its stake on the subnet to the owner's hotkey. */
export function addRootParents(ctx: Ctx, netuid: number): void {
  const ownerHotkey = storage.SubnetOwnerHotkey.get(ctx, { netuid })
  for (const [, validator] of storage.Keys.entries(ctx, { netuid: ROOT_NETUID })) {
    if (validator === ownerHotkey || !storage.AutoParentDelegationEnabled.get(ctx, { hotkey: validator })) continue
    try {
      scheduleChildren(ctx, ownerOf(ctx, validator), validator, netuid, [[U64_MAX, ownerHotkey]])
    } catch (error) {
      // One that cannot is left out.
      if (!(error instanceof DispatchError)) throw error
    }
  }
}

/** Share a child keeps of what its parents' stake earns, at least the lowest allowed. @unit u16 fraction */
export function childkeyTakeOf(ctx: Ctx, hotkey: AccountId, netuid: number): number {
  return Math.max(storage.ChildkeyTake.get(ctx, { hotkey, netuid }), lowestChildkeyTake(ctx, netuid))
}

function lowestChildkeyTake(ctx: Ctx, netuid: number): number {
  return Math.max(storage.MinChildkeyTake.get(ctx), storage.MinChildkeyTakePerSubnet.get(ctx, { netuid }))
}

/** Sets a child's take. Raising it is limited in time. */
export function setChildkeyTake(ctx: Ctx, coldkey: AccountId, hotkey: AccountId, netuid: number, take: number): void {
  ensure(ownsHotkey(ctx, coldkey, hotkey), errors.NonAssociatedColdKey)
  const isAllowed = take >= lowestChildkeyTake(ctx, netuid) && take <= storage.MaxChildkeyTake.get(ctx)
  ensure(isAllowed, errors.InvalidChildkeyTake)
  if (take > childkeyTakeOf(ctx, hotkey, netuid)) {
    const limit = storage.TxChildkeyTakeRateLimit.get(ctx)
    const passes = passesRateLimit(ctx, hotkey, netuid, SET_CHILDKEY_TAKE, limit)
    ensure(passes, errors.TxChildkeyTakeRateLimitExceeded)
  }
  storage.TransactionKeyLastBlock.set(ctx, { account: hotkey, netuid, key: SET_CHILDKEY_TAKE }, ctx.block)
  storage.ChildkeyTake.set(ctx, { hotkey, netuid }, take)
  ctx.emit(events.ChildKeyTakeSet(hotkey, take))
}
