/** Stake of coldkeys. subtensor 14bc6f9 pallets/subtensor/src/rpc_info/stake_info.rs */
import type { AccountId } from '@neurite/primitives/bytes'
import { addU64 } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import { approximateFee } from '../../swap/index.ts'
import { stakeOf } from '../staking/shares.ts'
import { storage } from '../storage/index.ts'
import { allNetuids, subnetExists } from '../subnets.ts'
import type { StakeAvailability, StakeInfo } from './types/index.ts'

function describe(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number, stake: bigint): StakeInfo {
  return {
    hotkey,
    coldkey,
    netuid,
    stake,
    emission: storage.AlphaDividendsPerSubnet.get(ctx, { netuid, hotkey }),
    // Retired; the fields stay for clients.
    locked: 0n,
    tao_emission: 0n,
    drain: 0n,
    is_registered: storage.Uids.has(ctx, { netuid, hotkey }),
  }
}

/** Everything the coldkey has, by subnet and then in the order in which it began to stake with the hotkeys. */
export function stakesOfColdkey(ctx: Ctx, coldkey: AccountId): StakeInfo[] {
  const hotkeys = storage.StakingHotkeys.get(ctx, { coldkey })
  return allNetuids(ctx).flatMap((netuid) =>
    hotkeys.flatMap((hotkey) => {
      const stake = stakeOf(ctx, hotkey, coldkey, netuid)
      return stake === 0n ? [] : [describe(ctx, hotkey, coldkey, netuid, stake)]
    }),
  )
}

export function stakesOfColdkeys(ctx: Ctx, coldkeys: readonly AccountId[]): [AccountId, StakeInfo[]][] {
  return coldkeys.map((coldkey) => [coldkey, stakesOfColdkey(ctx, coldkey)])
}

/** What the coldkey has with the hotkey on the subnet; never absent, also when that is nothing. */
export function stakeOn(ctx: Ctx, hotkey: AccountId, coldkey: AccountId, netuid: number): StakeInfo {
  return describe(ctx, hotkey, coldkey, netuid, stakeOf(ctx, hotkey, coldkey, netuid))
}

type Availability = [AccountId, [number, StakeAvailability][]]

/**
 * What each coldkey can unstake on the subnets asked for, or on all. A list that is empty or longer than the list of
 * subnets gives nothing; subnets without stake are left out.
 */
export function stakeAvailability(
  ctx: Ctx,
  coldkeys: readonly AccountId[],
  asked: readonly number[] | undefined,
): Availability[] {
  const netuids = netuidsToShow(ctx, asked)
  return [...new Set(coldkeys)]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((coldkey) => [coldkey, netuids.flatMap((netuid) => availabilityOn(ctx, coldkey, netuid))])
}

function netuidsToShow(ctx: Ctx, asked: readonly number[] | undefined): number[] {
  const all = allNetuids(ctx)
  const wanted = asked ? [...new Set(asked)] : all
  if (wanted.length > all.length) return []
  return wanted.filter((netuid) => !asked || subnetExists(ctx, netuid)).sort((a, b) => a - b)
}

/** Nothing can be locked on this chain, so all stake is available. */
function availabilityOn(ctx: Ctx, coldkey: AccountId, netuid: number): [number, StakeAvailability][] {
  const total = storage.StakingHotkeys.get(ctx, { coldkey }).reduce(
    (sum, hotkey) => addU64(sum, stakeOf(ctx, hotkey, coldkey, netuid)),
    0n,
  )
  return total === 0n ? [] : [[netuid, { total, locked: 0n, available: total }]]
}

/** A hotkey on a subnet, where stake comes from or goes to. */
export type StakePlace = readonly [hotkey: AccountId, netuid: number]

/** Fee of moving `amount`: of the pool it goes to, else of the one it comes from. @unit as the amount */
export function stakeFee(
  ctx: Ctx,
  origin: StakePlace | undefined,
  destination: StakePlace | undefined,
  amount: bigint,
): bigint {
  const place = destination ?? origin
  if (!place || isSamePlace(origin, destination)) return 0n
  return approximateFee(ctx, place[1], amount)
}

function isSamePlace(a: StakePlace | undefined, b: StakePlace | undefined): boolean {
  return a?.[0] === b?.[0] && a?.[1] === b?.[1]
}
