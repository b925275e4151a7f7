/**
 * Setting weights: every check in the order in which the reference makes it, so that the same mistake gives the same
 * error. subtensor 14bc6f9 pallets/subtensor/src/subnets/weights.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { type Ctx, ensure, ensureSome } from '../../../frame/index.ts'
import { checkVecMaxLimited, mechanismStorageIndex, vecU16MaxUpscaleToU16 } from '../../../yuma/index.ts'
import { ownerUid } from '../epoch/input.ts'
import { stakeWeight } from '../epoch/stakes.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { noteUpdate } from '../registration/uids.ts'
import { storage } from '../storage/index.ts'

const ROOT = 0

export interface WeightSetting {
  readonly netuid: number
  readonly mecid: number
  readonly uids: readonly number[]
  /** @unit relative; scaled so that the largest is 65535 */
  readonly values: readonly number[]
  readonly versionKey: bigint
  /** Block in which these weights were committed; undefined when they are set at once. */
  readonly committedAt?: bigint
}

/** Sets the weights of `hotkey`. Whether they must be committed first is checked by the caller. */
export function setWeights(ctx: Ctx, hotkey: AccountId, setting: WeightSetting): void {
  const { netuid, mecid, uids, values, versionKey } = setting
  const index = mechanismStorageIndex(netuid, mecid)
  const n = storage.SubnetworkN.get(ctx, { netuid })
  const commitReveal = storage.CommitRevealWeightsEnabled.get(ctx, { netuid })

  ensure(netuid !== ROOT, errors.CanNotSetRootNetworkWeights)
  ensure(uids.length === values.length, errors.WeightVecNotEqualSize)
  ensureMechanism(ctx, netuid, mecid)
  ensure(uids.length <= n, errors.UidsLengthExceedUidsInSubNet)
  const uid = ensureSome(storage.Uids.get(ctx, { netuid, hotkey }), errors.HotKeyNotRegisteredInSubNet)
  ensure(hasStakeForWeights(ctx, hotkey, netuid), errors.NotEnoughStakeToSetWeights)
  const wantedVersion = storage.WeightsVersionKey.get(ctx, { netuid })
  ensure(wantedVersion === 0n || versionKey >= wantedVersion, errors.IncorrectWeightVersionKey)
  if (!commitReveal) ensure(passesWeightsRateLimit(ctx, netuid, mecid, uid), errors.SettingWeightsTooFast)
  ensure(mayWeigh(ctx, netuid, uid, uids), errors.NeuronNoValidatorPermit)
  ensure(new Set(uids).size === uids.length, errors.DuplicateUids)
  ensure(
    uids.every((to) => to < n),
    errors.UidVecContainInvalidOne,
  )
  ensure(isLongEnough(ctx, netuid, uid, uids, n), errors.WeightVecLengthIsLow)
  const scaled = vecU16MaxUpscaleToU16(values)
  ensure(
    isSelfWeight(uid, uids) || checkVecMaxLimited(scaled, storage.MaxWeightsLimit.get(ctx, { netuid })),
    errors.MaxWeightExceeded,
  )

  // In the caller's order and with explicit zeros: both matter to the bonds of the next epoch.
  const row = uids.map((to, i) => [to, scaled[i]!] as [number, number])
  storage.Weights.set(ctx, { index, uid }, setting.committedAt === undefined ? row : forThoseThen(ctx, setting, row))
  if (!commitReveal) noteUpdate(ctx, index, uid)
  ctx.emit(events.WeightsSet(index, uid))
}

/**
 * The row without what it gives to neurons younger than the commit: it was meant for whoever had their places. They
 * weigh 0, as a replacement makes of weights that are there already. The reference leaves it to the epoch, which
 * forgets once the validator has committed again.
 */
function forThoseThen(ctx: Ctx, { netuid, committedAt }: WeightSetting, row: [number, number][]): [number, number][] {
  return row.map(([to, weight]) => [
    to,
    storage.BlockAtRegistration.get(ctx, { netuid, uid: to }) >= committedAt! ? 0 : weight,
  ])
}

function mechanismExists(ctx: Ctx, netuid: number, mecid: number): boolean {
  return storage.NetworksAdded.get(ctx, { netuid }) && mecid < storage.MechanismCountCurrent.get(ctx, { netuid })
}

export function ensureMechanism(ctx: Ctx, netuid: number, mecid: number): void {
  ensure(mechanismExists(ctx, netuid, mecid), errors.MechanismDoesNotExist)
}

/** The subnet owner's hotkey, if it has a place, always has enough. */
export function hasStakeForWeights(ctx: Ctx, hotkey: AccountId, netuid: number): boolean {
  const owner = ownerUid(ctx, netuid)
  if (owner !== undefined && storage.Uids.get(ctx, { netuid, hotkey }) === owner) return true
  return stakeWeight(ctx, hotkey, netuid) >= storage.StakeThreshold.get(ctx)
}

/** True when the neuron never set or committed weights, or not for long enough; false without the mechanism. */
export function passesWeightsRateLimit(ctx: Ctx, netuid: number, mecid: number, uid: number): boolean {
  if (!mechanismExists(ctx, netuid, mecid)) return false
  const last = storage.LastUpdate.get(ctx, { index: mechanismStorageIndex(netuid, mecid) })[uid] ?? 0n
  return last === 0n || ctx.block - last >= storage.WeightsSetRateLimit.get(ctx, { netuid })
}

function isSelfWeight(uid: number, uids: readonly number[]): boolean {
  return uids.length === 1 && uids[0] === uid
}

/** Weights on others need a permit; on oneself they do not, and the owner needs none. */
function mayWeigh(ctx: Ctx, netuid: number, uid: number, uids: readonly number[]): boolean {
  if (isSelfWeight(uid, uids) || ownerUid(ctx, netuid) === uid) return true
  return storage.ValidatorPermit.get(ctx, { netuid })[uid] === true
}

function isLongEnough(ctx: Ctx, netuid: number, uid: number, uids: readonly number[], n: number): boolean {
  const least = Math.min(n, storage.MinAllowedWeights.get(ctx, { netuid }))
  return isSelfWeight(uid, uids) || uids.length >= least
}
