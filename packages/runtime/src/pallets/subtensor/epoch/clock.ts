/**
 * When epochs of a subnet are due. The network's profile chooses the clock here and nowhere else.
 * subtensor 14bc6f9 pallets/subtensor/src/coinbase/{run_coinbase,tempo_control}.rs
 */
import { U64_MAX } from '@neurite/primitives/fixed'
import type { Ctx } from '../../../frame/index.ts'
import {
  blocksUntilNextAutoEpoch,
  type EpochSchedule,
  nextEpochStartBlock,
  shouldRunEpoch,
} from '../../../yuma/index.ts'
import { storage } from '../storage/index.ts'

interface EpochClock {
  isDue(schedule: EpochSchedule, netuid: number, block: bigint): boolean
  /** Block of the latest epoch slot, counted so that the next one is a tempo later. */
  latestSlot(schedule: EpochSchedule, netuid: number, block: bigint): bigint
  /** Blocks until the next slot of the clock itself, epochs that were moved or triggered not considered. */
  untilNext(schedule: EpochSchedule, netuid: number, block: bigint): bigint
}

/** Since 2026-05: a tempo after the last epoch, wherever that was. */
const lastEpoch: EpochClock = {
  isDue: (schedule, _netuid, block) => shouldRunEpoch(schedule, block),
  latestSlot: (schedule) => schedule.lastEpochBlock,
  untilNext: ({ tempo, lastEpochBlock }, _netuid, block) => blocksUntilNextAutoEpoch(tempo, lastEpochBlock, block),
}

/** Before: fixed by block number and netuid, with a period of tempo + 1. */
const modulo: EpochClock = {
  isDue({ tempo, pendingEpochAt, lastEpochBlock }, netuid, block) {
    // One that has run is no longer due in its block: what is committed then belongs to the new epoch.
    if (tempo === 0 || lastEpochBlock === block) return false
    if (pendingEpochAt > 0n && block >= pendingEpochAt) return true
    return sinceSlot(tempo, netuid, block) === BigInt(tempo)
  },
  // Epochs run before anybody can ask in their block, so the next slot is that after this block.
  latestSlot: ({ tempo }, netuid, block) => block + 1n - sinceSlot(tempo, netuid, block + 1n),
  untilNext: ({ tempo }, netuid, block) => BigInt(tempo) - sinceSlot(tempo, netuid, block),
}

function sinceSlot(tempo: number, netuid: number, block: bigint): bigint {
  return (block + BigInt(netuid) + 1n) % BigInt(tempo + 1)
}

const CLOCKS = { lastEpoch, modulo }

function clockOf(ctx: Ctx): EpochClock {
  return CLOCKS[ctx.profile.compat.epochClock]
}

/** True where the number of an epoch follows from block number and tempo, and is not counted. */
export function followsBlockNumbers(ctx: Ctx): boolean {
  return clockOf(ctx) === modulo
}

/** Number of the epoch with `block`, where it follows from block numbers. */
export function epochOfBlock(ctx: Ctx, netuid: number, block: bigint): bigint {
  return (block + BigInt(netuid) + 1n) / BigInt(storage.Tempo.get(ctx, { netuid }) + 1)
}

/** First and last block of an epoch, where they follow from its number. */
export function blocksOfEpoch(ctx: Ctx, netuid: number, epoch: bigint): { first: bigint; last: bigint } {
  const tempo = BigInt(storage.Tempo.get(ctx, { netuid }))
  const first = epoch * (tempo + 1n) - BigInt(netuid) - 1n
  return { first, last: first + tempo }
}

function scheduleOf(ctx: Ctx, netuid: number): EpochSchedule {
  return {
    tempo: storage.Tempo.get(ctx, { netuid }),
    lastEpochBlock: storage.LastEpochBlock.get(ctx, { netuid }),
    pendingEpochAt: storage.PendingEpochAt.get(ctx, { netuid }),
    blocksSinceLastStep: storage.BlocksSinceLastStep.get(ctx, { netuid }),
  }
}

/** Whether the subnet's epoch is due in this block. */
export function isEpochDue(ctx: Ctx, netuid: number): boolean {
  return clockOf(ctx).isDue(scheduleOf(ctx, netuid), netuid, ctx.block)
}

/**
 * Block of the next epoch, also one that was moved or triggered; undefined when the subnet's tempo is 0. A netuid that
 * no subnet has counts with the default tempo, as in the reference.
 */
export function nextEpochBlock(ctx: Ctx, netuid: number): bigint | undefined {
  const schedule = scheduleOf(ctx, netuid)
  return nextEpochStartBlock({ ...schedule, lastEpochBlock: clockOf(ctx).latestSlot(schedule, netuid, ctx.block) })
}

/**
 * Blocks until the clock's own next epoch, whatever is moved or triggered; 2^64 - 1 when the subnet's tempo is 0.
 */
export function blocksUntilSlot(ctx: Ctx, netuid: number): bigint {
  const schedule = scheduleOf(ctx, netuid)
  if (schedule.tempo === 0) return U64_MAX
  return clockOf(ctx).untilNext(schedule, netuid, ctx.block)
}

/** True while `window` blocks or fewer remain before an epoch, or while one is triggered. */
export function isNearEpoch(ctx: Ctx, netuid: number, window: bigint): boolean {
  const schedule = scheduleOf(ctx, netuid)
  if (schedule.tempo === 0) return false
  if (schedule.pendingEpochAt > ctx.block) return true
  return clockOf(ctx).untilNext(schedule, netuid, ctx.block) < window
}
