/**
 * What must hold of every state, checked on the state alone: it reads raw keys and trusts no bookkeeping of a run.
 * For tests, and for a node that wants to know that its chain is sound.
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { decode } from '@neurite/primitives/scale'
import type { StateReader, StorageMap, StorageValue } from '../frame/index.ts'
import { storage as alphaAssets } from '../pallets/alpha-assets/index.ts'
import { storage as balances } from '../pallets/balances/index.ts'
import { subnetAccount } from '../pallets/subtensor/accounts.ts'
import { storage as subtensor } from '../pallets/subtensor/storage/index.ts'
import { storage as system } from '../pallets/system/index.ts'
import { blockEmissionAt, TOTAL_SUPPLY } from './issuance.ts'

export interface Violation {
  /** Which rule, as `issuance`. */
  readonly rule: string
  readonly details: string
}

/** One storage value as it is in the state; `fallback` when absent. */
function readValue<V>(state: StateReader, item: StorageValue<V, any>, fallback: V): V {
  const bytes = state.get(item.prefix)
  return bytes === undefined ? fallback : decode(item.valueCodec, bytes)
}

/** All entries of a map as they are in the state. */
function* readMap<K extends Record<string, any>, V>(
  state: StateReader,
  item: StorageMap<any, V, any>,
): Generator<readonly [K, V]> {
  for (const key of state.keys(item.prefix)) {
    const bytes = state.get(key)
    if (bytes !== undefined) yield [item.decodeKey(key) as unknown as K, decode(item.valueCodec, bytes)]
  }
}

function readByNetuid(state: StateReader, item: StorageMap<any, bigint, any>): Map<number, bigint> {
  const out = new Map<number, bigint>()
  for (const [key, amount] of readMap<{ netuid: number }, bigint>(state, item)) {
    out.set(key.netuid, (out.get(key.netuid) ?? 0n) + amount)
  }
  return out
}

/** Issuance is the sum of all balances, in both pallets, and within the supply. */
function checkIssuance(state: StateReader): Violation[] {
  const out: Violation[] = []
  let sum = 0n
  for (const [, { data }] of readMap<{ account: AccountId }, AccountInfo>(state, system.Account)) {
    sum += data.free + data.reserved
  }
  const issued = readValue(state, balances.TotalIssuance, 0n)
  const counted = readValue(state, subtensor.TotalIssuance, 0n)
  if (issued !== sum) out.push({ rule: 'issuance', details: `Balances issued ${issued}, accounts hold ${sum}` })
  if (counted !== issued) out.push({ rule: 'issuance', details: `Subtensor counts ${counted}, Balances ${issued}` })
  if (issued > TOTAL_SUPPLY) out.push({ rule: 'supply', details: `${issued} rao issued` })
  return out
}

interface AccountInfo {
  readonly data: { readonly free: bigint; readonly reserved: bigint }
}

/** The account of every pool holds at least the pool's TAO, and all pools together are the total stake. */
function checkPools(state: StateReader): Violation[] {
  const out: Violation[] = []
  const held = new Map<AccountId, bigint>()
  for (const [{ account }, { data }] of readMap<{ account: AccountId }, AccountInfo>(state, system.Account)) {
    held.set(account, data.free)
  }
  let sum = 0n
  for (const [netuid, tao] of readByNetuid(state, subtensor.SubnetTAO)) {
    sum += tao
    const balance = held.get(subnetAccount(netuid)) ?? 0n
    if (balance < tao) out.push({ rule: 'pool', details: `subnet ${netuid} has ${balance} rao for a pool of ${tao}` })
  }
  const total = readValue(state, subtensor.TotalStake, 0n)
  if (total !== sum) out.push({ rule: 'stake', details: `TotalStake is ${total}, the pools hold ${sum}` })
  return out
}

/** Alpha outside a pool covers all stake, the protocol's own, what is pending and what was burned. */
function checkAlpha(state: StateReader): Violation[] {
  const outside = readByNetuid(state, subtensor.SubnetAlphaOut)
  const used = new Map<number, bigint>()
  const claims = [
    subtensor.TotalHotkeyAlpha,
    subtensor.SubnetProtocolAlpha,
    subtensor.PendingServerEmission,
    subtensor.PendingValidatorEmission,
    subtensor.PendingRootAlphaDivs,
    subtensor.PendingOwnerCut,
    alphaAssets.AlphaBurned,
  ]
  for (const item of claims) {
    for (const [netuid, amount] of readByNetuid(state, item)) used.set(netuid, (used.get(netuid) ?? 0n) + amount)
  }
  const out: Violation[] = []
  for (const [netuid, amount] of used) {
    const there = outside.get(netuid) ?? 0n
    if (there < amount) out.push({ rule: 'alpha', details: `subnet ${netuid} has ${there} outside, ${amount} claimed` })
  }
  return out
}

/** Everything wrong with a state; empty when it is sound. */
export function checkState(state: StateReader): Violation[] {
  return [...checkIssuance(state), ...checkPools(state), ...checkAlpha(state)]
}

/** Everything wrong with the step from one block to the next: no more may be minted than the curve gives. */
export function checkStep(before: StateReader, after: StateReader): Violation[] {
  const old = readValue(before, balances.TotalIssuance, 0n)
  const now = readValue(after, balances.TotalIssuance, 0n)
  const emission = blockEmissionAt(old)
  return now - old > emission ? [{ rule: 'emission', details: `${now - old} rao minted, ${emission} allowed` }] : []
}
