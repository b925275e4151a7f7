/**
 * One epoch of a subnet: each mechanism by itself, then their results as one.
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/mechanism.rs epoch_with_mechanisms
 */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import {
  type AggregatedResult,
  aggregateMechanisms,
  type EpochInput,
  type EpochResult,
  epoch,
  mechanismStorageIndex,
  splitEmission,
} from '../../../yuma/index.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { readMechanism, readSubnet } from './input.ts'
import { observeEpoch } from './observe.ts'
import { writeBonds } from './rows.ts'
import { updateVotingPower } from './votingPower.ts'

/** What a hotkey earned in an epoch. @unit alpha-rao */
export interface EpochPay {
  readonly hotkey: AccountId
  readonly incentive: bigint
  readonly dividend: bigint
}

/** Runs the epoch on `emission` and writes its results. The pay is ordered by account id. */
export function runEpoch(ctx: Ctx, netuid: number, emission: bigint): readonly EpochPay[] {
  const subnet = readSubnet(ctx, netuid)
  const count = storage.MechanismCountCurrent.get(ctx, { netuid })
  const amounts = splitEmission(emission, count, storage.MechanismEmissionSplit.get(ctx, { netuid }))
  const inputs: EpochInput[] = []
  const results: EpochResult[] = []
  for (let mecid = 0; mecid < count; mecid++) {
    const index = mechanismStorageIndex(netuid, mecid)
    const input = readMechanism(ctx, subnet, mecid, amounts[mecid]!)
    const result = epoch(input)
    writeMechanism(ctx, index, input, result)
    inputs.push(input)
    results.push(result)
  }
  const total = aggregateMechanisms(results, amounts)
  writeSubnet(ctx, netuid, total)
  updateVotingPower(ctx, netuid, subnet.hotkeys, total)
  ctx.observe?.(observeEpoch(ctx, subnet, inputs, total))
  return subnet.hotkeys
    .map((hotkey, uid) => ({ hotkey, incentive: total.serverEmission[uid]!, dividend: total.validatorEmission[uid]! }))
    .sort((a, b) => (a.hotkey < b.hotkey ? -1 : 1))
}

function writeMechanism(ctx: Ctx, index: number, input: EpochInput, result: EpochResult): void {
  storage.Incentive.set(ctx, { index }, Array.from(result.incentive))
  writeBonds(ctx, index, input.bonds, result.bonds)
  ctx.emit(events.IncentiveAlphaEmittedToMiners({ netuid: index, emissions: Array.from(result.serverEmission) }))
}

function writeSubnet(ctx: Ctx, netuid: number, total: AggregatedResult): void {
  const toBools = (flags: Uint8Array): boolean[] => Array.from(flags, (flag) => flag === 1)
  storage.StakeWeight.set(ctx, { netuid }, Array.from(total.stakeWeight))
  storage.Active.set(ctx, { netuid }, toBools(total.active))
  storage.Emission.set(ctx, { netuid }, Array.from(total.emission))
  storage.Consensus.set(ctx, { netuid }, Array.from(total.consensus))
  storage.Dividends.set(ctx, { netuid }, Array.from(total.dividends))
  storage.ValidatorTrust.set(ctx, { netuid }, Array.from(total.validatorTrust))
  storage.ValidatorPermit.set(ctx, { netuid }, toBools(total.validatorPermits))
}
