/** Gathers what the kernel needs from storage. */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import { activityCutoffBlocks, type EpochInput, mechanismStorageIndex, taoWeightBits } from '../../../yuma/index.ts'
import { type Holders, holdersOf, registrationBlocks } from '../registration/places.ts'
import { storage } from '../storage/index.ts'
import { commitBlock, isExpired } from '../weights/epochs.ts'
import { epochOfBlock, followsBlockNumbers } from './clock.ts'
import { readRows, type StoredRows } from './rows.ts'
import { votingStake } from './stakes.ts'

/** Blocks after which reference versions before 2026 took every neuron for inactive. */
const FIXED_CUTOFF = 5_000

/** What all mechanisms of a subnet share in one epoch. */
export interface SubnetInput extends Holders {
  readonly netuid: number
  readonly shared: Omit<EpochInput, 'lastUpdate' | 'weights' | 'bonds' | 'earliestCommit' | 'emission'>
}

/** What the kernel needs for one mechanism. */
export interface MechanismInput extends EpochInput {
  readonly bonds: StoredRows
}

export function readSubnet(ctx: Ctx, netuid: number): SubnetInput {
  const n = storage.SubnetworkN.get(ctx, { netuid })
  const holders = holdersOf(ctx, netuid)
  const registeredAt = registrationBlocks(ctx, netuid)
  const alphaStake = new BigUint64Array(n)
  const taoStake = new BigUint64Array(n)
  // In the order in which they are paid later: see `SequenceMap`.
  for (const uid of holders.byAccount) {
    const { alpha, tao } = votingStake(ctx, holders.hotkeys[uid]!, netuid)
    alphaStake[uid] = alpha
    taoStake[uid] = tao
  }
  const tempo = storage.Tempo.get(ctx, { netuid })
  const [alphaLow, alphaHigh] = storage.AlphaValues.get(ctx, { netuid })
  // A place beyond the last can only be root's doing, and is nobody's.
  const owner = ownerUid(ctx, netuid)
  return {
    ...holders,
    netuid,
    shared: {
      n,
      block: Number(ctx.block),
      tempo,
      activityCutoff: activityCutoff(ctx, netuid),
      lastMechanismStepBlock: Number(storage.LastMechansimStepBlock.get(ctx, { netuid })),
      registeredAt,
      alphaStake,
      taoStake,
      validatorPermits: permitsOf(ctx, netuid, n),
      ownerUid: owner !== undefined && owner < n ? owner : undefined,
      params: {
        kappa: storage.Kappa.get(ctx, { netuid }),
        maxAllowedValidators: storage.MaxAllowedValidators.get(ctx, { netuid }),
        stakeThreshold: storage.StakeThreshold.get(ctx),
        taoWeight: taoWeightBits(storage.TaoWeight.get(ctx)),
        bondsMovingAverage: Number(storage.BondsMovingAverage.get(ctx, { netuid })),
        bondsPenalty: storage.BondsPenalty.get(ctx, { netuid }),
        yuma3On: storage.Yuma3On.get(ctx, { netuid }),
        liquidAlphaOn: storage.LiquidAlphaOn.get(ctx, { netuid }),
        alphaLow,
        alphaHigh,
        alphaSigmoidSteepness: storage.AlphaSigmoidSteepness.get(ctx, { netuid }),
      },
    },
  }
}

/** By uid: 1 where there is a permit. */
function permitsOf(ctx: Ctx, netuid: number, n: number): Uint8Array {
  const permits = storage.ValidatorPermit.get(ctx, { netuid })
  const out = new Uint8Array(n)
  for (let uid = 0; uid < n; uid++) if (permits[uid]) out[uid] = 1
  return out
}

/** By uid: block of the last weights, 0 for none. */
function updateBlocks(ctx: Ctx, index: number, n: number): Float64Array {
  const blocks = storage.LastUpdate.get(ctx, { index })
  const out = new Float64Array(n)
  for (let uid = 0; uid < n && uid < blocks.length; uid++) out[uid] = Number(blocks[uid])
  return out
}

/** Blocks without new weights after which a neuron is inactive. */
export function activityCutoff(ctx: Ctx, netuid: number): number {
  if (ctx.profile.compat.activityCutoff === 'blocks5000') return FIXED_CUTOFF
  return activityCutoffBlocks(
    storage.ActivityCutoffFactorMilli.get(ctx, { netuid }),
    storage.Tempo.get(ctx, { netuid }),
  )
}

/** uid of the subnet owner's hotkey; undefined when it has none. */
export function ownerUid(ctx: Ctx, netuid: number): number | undefined {
  if (!storage.SubnetOwnerHotkey.has(ctx, { netuid })) return undefined
  return storage.Uids.get(ctx, { netuid, hotkey: storage.SubnetOwnerHotkey.get(ctx, { netuid }) })
}

export function readMechanism(ctx: Ctx, subnet: SubnetInput, mecid: number, emission: bigint): MechanismInput {
  const { netuid, shared } = subnet
  const index = mechanismStorageIndex(netuid, mecid)
  const { n } = shared
  return {
    ...shared,
    emission,
    lastUpdate: updateBlocks(ctx, index, n),
    weights: readRows(ctx, storage.Weights, index, n),
    bonds: readRows(ctx, storage.Bonds, index, n),
    earliestCommit: storage.CommitRevealWeightsEnabled.get(ctx, { netuid })
      ? earliestCommits(ctx, subnet, index)
      : undefined,
  }
}

/** Block of each uid's oldest commit that can still be revealed; Infinity for none. */
function earliestCommits(ctx: Ctx, subnet: SubnetInput, index: number): Float64Array {
  const { netuid, hotkeys } = subnet
  const out = new Float64Array(hotkeys.length).fill(Number.POSITIVE_INFINITY)
  const now = followsBlockNumbers(ctx)
    ? epochOfBlock(ctx, netuid, ctx.block)
    : storage.SubnetEpochIndex.get(ctx, { netuid })
  const period = storage.RevealPeriodEpochs.get(ctx, { netuid })
  const live = (epoch: bigint): boolean => now <= epoch + period
  const uidOf = new Map(hotkeys.map((hotkey, uid) => [hotkey, uid]))
  const note = (hotkey: AccountId, block: bigint): void => {
    const uid = uidOf.get(hotkey)
    if (uid !== undefined) out[uid] = Math.min(out[uid]!, Number(block))
  }
  for (const [{ hotkey }, commits] of storage.WeightCommits.entries(ctx, { index })) {
    // In the order of the queue: the first that still counts.
    const first = commits.find((commit) => !isExpired(ctx, netuid, commit))
    if (first) note(hotkey, commitBlock(ctx, first))
  }
  for (const [{ epoch }, commits] of storage.TimelockedWeightCommits.entries(ctx, { index })) {
    if (!live(epoch)) continue
    for (const [hotkey, block] of commits) note(hotkey, block)
  }
  return out
}
