/**
 * One epoch of a subnet: each mechanism by itself, then their results as one.
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/mechanism.rs epoch_with_mechanisms
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { encodeElements } from '@neurite/primitives/scale'
import type { Ctx } from '../../../frame/index.ts'
import {
  type AggregatedResult,
  aggregateMechanisms,
  type EpochResult,
  epoch,
  mechanismStorageIndex,
  splitEmission,
} from '../../../yuma/index.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { type MechanismInput, readMechanism, readSubnet, type SubnetInput } from './input.ts'
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
  const inputs: MechanismInput[] = []
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
  return paysByAccount(subnet, total)
}

function paysByAccount({ hotkeys, byAccount }: SubnetInput, total: AggregatedResult): EpochPay[] {
  const { serverEmission, validatorEmission } = total
  const pays: EpochPay[] = []
  for (const uid of byAccount)
    pays.push({ hotkey: hotkeys[uid]!, incentive: serverEmission[uid]!, dividend: validatorEmission[uid]! })
  return pays
}

function writeMechanism(ctx: Ctx, index: number, input: MechanismInput, result: EpochResult): void {
  storage.Incentive.at(ctx, { index }).setRaw(encodeElements(result.incentive))
  writeBonds(ctx, index, input.bonds, result.bonds)
  ctx.emit(events.IncentiveAlphaEmittedToMiners({ netuid: index, emissions: Array.from(result.serverEmission) }))
}

/** Written as bytes: nobody needs them as arrays before the next epoch. */
function writeSubnet(ctx: Ctx, netuid: number, total: AggregatedResult): void {
  storage.StakeWeight.at(ctx, { netuid }).setRaw(encodeElements(total.stakeWeight))
  storage.Active.at(ctx, { netuid }).setRaw(encodeElements(total.active))
  storage.Emission.at(ctx, { netuid }).setRaw(encodeElements(total.emission))
  storage.Consensus.at(ctx, { netuid }).setRaw(encodeElements(total.consensus))
  storage.Dividends.at(ctx, { netuid }).setRaw(encodeElements(total.dividends))
  storage.ValidatorTrust.at(ctx, { netuid }).setRaw(encodeElements(total.validatorTrust))
  storage.ValidatorPermit.at(ctx, { netuid }).setRaw(encodeElements(total.validatorPermits))
}
