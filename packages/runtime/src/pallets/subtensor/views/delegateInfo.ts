/** Hotkeys open for delegation. subtensor 14bc6f9 pallets/subtensor/src/rpc_info/delegate_info.rs */
import type { AccountId } from '@neurite/primitives/bytes'
import { U64F64, u16Ratio } from '@neurite/primitives/fixed'
import { RAO_PER_TAO } from '@neurite/primitives/units'
import type { Ctx } from '../../../frame/index.ts'
import { hotkeyStake, stakeOf } from '../staking/shares.ts'
import { storage } from '../storage/index.ts'
import { ROOT_NETUID } from '../subnets.ts'
import type { DelegateInfo } from './types/index.ts'

/** Blocks of 12 seconds. */
const BLOCKS_PER_DAY = 7_200n
/** Stake that `return_per_1000` is counted on. @unit rao */
const THOUSAND_TAO = 1_000n * RAO_PER_TAO

/** A delegate, and what somebody has with it on one subnet. @unit alpha-rao */
export type Delegated = [DelegateInfo, [netuid: number, stake: bigint]]

export function getDelegate(ctx: Ctx, hotkey: AccountId): DelegateInfo | undefined {
  return storage.Delegates.has(ctx, { hotkey }) ? describe(ctx, hotkey, nominatorsOf(ctx, hotkey)) : undefined
}

export function getDelegates(ctx: Ctx): DelegateInfo[] {
  return [...storage.Delegates.keys(ctx)].map(({ hotkey }) => describe(ctx, hotkey, nominatorsOf(ctx, hotkey)))
}

/**
 * What the coldkey has with delegates, one entry for each subnet; nominators are left out. The coldkey's own list of
 * hotkeys leads to them, so that other delegates are not visited.
 */
export function getDelegated(ctx: Ctx, coldkey: AccountId): Delegated[] {
  const delegates = storage.StakingHotkeys.get(ctx, { coldkey })
    .filter((hotkey) => storage.Delegates.has(ctx, { hotkey }))
    .map((hotkey) => ({ hotkey, key: storage.Delegates.key({ hotkey }) }))
    // As an iteration over all delegates would find them.
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  return delegates.flatMap(({ hotkey }) => {
    const netuids = [...storage.AlphaV2.keys(ctx, { hotkey, coldkey })].map(({ netuid }) => netuid)
    if (netuids.length === 0) return []
    const info = describe(ctx, hotkey, [])
    return netuids
      .sort((a, b) => a - b)
      .map((netuid): Delegated => [info, [netuid, stakeOf(ctx, hotkey, coldkey, netuid)]])
  })
}

/** Who stakes with the hotkey, by account, and how much on which subnet, by netuid. */
function nominatorsOf(ctx: Ctx, hotkey: AccountId): DelegateInfo['nominators'] {
  const stakes = new Map<AccountId, [netuid: number, stake: bigint][]>()
  for (const { coldkey, netuid } of storage.AlphaV2.keys(ctx, { hotkey })) {
    const known = stakes.get(coldkey)
    const entry: [number, bigint] = [netuid, stakeOf(ctx, hotkey, coldkey, netuid)]
    if (known) known.push(entry)
    else stakes.set(coldkey, [entry])
  }
  return [...stakes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([coldkey, list]) => [coldkey, list.sort(([a], [b]) => a - b)])
}

function describe(ctx: Ctx, hotkey: AccountId, nominators: DelegateInfo['nominators']): DelegateInfo {
  const registrations = [...storage.IsNetworkMember.entries(ctx, { hotkey })].flatMap(([{ netuid }, isMember]) =>
    isMember ? [netuid] : [],
  )
  const permits: number[] = []
  let daily = 0n
  for (const netuid of registrations) {
    const uid = storage.Uids.get(ctx, { netuid, hotkey })
    if (uid === undefined) continue
    if (storage.ValidatorPermit.get(ctx, { netuid })[uid]) permits.push(netuid)
    daily = U64F64.add(daily, emissionPerDay(ctx, netuid, uid))
  }
  const take = storage.Delegates.get(ctx, { hotkey })
  return {
    delegate_ss58: hotkey,
    take,
    nominators,
    owner_ss58: storage.Owner.get(ctx, { hotkey }),
    registrations,
    validator_permits: permits,
    return_per_1000: U64F64.toU64(returnPerThousand(take, hotkeyStake(ctx, hotkey, ROOT_NETUID), daily)),
    total_daily_return: U64F64.toU64(daily),
  }
}

/** What the latest epoch gave the neuron, times the epochs of a day. @unit U64F64 bits */
function emissionPerDay(ctx: Ctx, netuid: number, uid: number): bigint {
  const emission = storage.Emission.get(ctx, { netuid })[uid] ?? 0n
  const tempo = storage.Tempo.get(ctx, { netuid })
  if (tempo === 0) return 0n
  const epochs = U64F64.fromRatio(BLOCKS_PER_DAY, BigInt(tempo))
  return U64F64.mul(U64F64.fromInt(emission), epochs)
}

/** Share of 1000 TAO of root stake in the daily emission, less the take. @unit U64F64 bits */
export function returnPerThousand(take: number, rootStake: bigint, daily: bigint): bigint {
  if (rootStake === 0n) return 0n
  const withoutTake = U64F64.sub(U64F64.one, u16Ratio(U64F64, take))
  const thousands = U64F64.fromRatio(rootStake, THOUSAND_TAO)
  return U64F64.safeDiv(U64F64.mul(daily, withoutTake), thousands)
}
