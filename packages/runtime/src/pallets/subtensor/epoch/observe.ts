/** What an epoch tells an observer: what it ran on, and where it leaves the neurons beside the prune line. */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx, Observation } from '../../../frame/index.ts'
import type { AggregatedResult, EpochInput } from '../../../yuma/index.ts'
import { immortalHotkeys, isImmune, neuronToPrune } from '../registration/pruning.ts'
import { storage } from '../storage/index.ts'
import type { SubnetInput } from './input.ts'

/** A neuron as the choice of whom to prune sees it. */
export interface PrunePlace {
  readonly uid: number
  /** Never pruned (the owner's); too young to be pruned; or may go. */
  readonly standing: 'immortal' | 'immune' | 'exposed'
  /** First block in which it may be pruned; undefined for those who may go, and for the owner's. */
  readonly immuneUntil: number | undefined
  readonly registeredAt: number
  /** What it earned in this epoch, and is ranked by. @unit alpha-rao */
  readonly emission: bigint
}

export interface PruneLine {
  /** Whom the next registration would replace if the subnet is full; undefined: nobody. */
  readonly next: number | undefined
  readonly size: number
  /** With fewer neurons than this, a newcomer replaces nobody. @unit uids */
  readonly maxUids: number
  /** The immune are spared while more than this many others may go. @unit uids */
  readonly minNonImmune: number
  readonly places: readonly PrunePlace[]
}

export interface EpochObservation extends Observation {
  readonly type: 'epoch'
  readonly netuid: number
  /** Hotkeys by uid. */
  readonly hotkeys: readonly AccountId[]
  /** By mechanism. */
  readonly inputs: readonly EpochInput[]
  readonly total: AggregatedResult
  readonly prune: PruneLine
}

export function observeEpoch(
  ctx: Ctx,
  { netuid, hotkeys }: SubnetInput,
  inputs: readonly EpochInput[],
  total: AggregatedResult,
): EpochObservation {
  return { type: 'epoch', netuid, hotkeys, inputs, total, prune: pruneLine(ctx, netuid, hotkeys, total.emission) }
}

function pruneLine(ctx: Ctx, netuid: number, hotkeys: readonly AccountId[], emissions: BigUint64Array): PruneLine {
  const immortal = immortalHotkeys(ctx, netuid)
  const period = storage.ImmunityPeriod.get(ctx, { netuid })
  return {
    next: neuronToPrune(ctx, netuid),
    size: hotkeys.length,
    maxUids: storage.MaxAllowedUids.get(ctx, { netuid }),
    minNonImmune: storage.MinNonImmuneUids.get(ctx, { netuid }),
    places: hotkeys.map((hotkey, uid) => {
      const since = storage.BlockAtRegistration.get(ctx, { netuid, uid })
      const immune = isImmune(ctx, netuid, since)
      return {
        uid,
        standing: immortal.has(hotkey) ? 'immortal' : immune ? 'immune' : 'exposed',
        immuneUntil: immune && !immortal.has(hotkey) ? Number(since) + period : undefined,
        registeredAt: Number(since),
        emission: emissions[uid]!,
      }
    }),
  }
}
