/**
 * Opening encrypted weights whose round is out, at the start of a block and before the epochs, so that they count in an
 * epoch that runs in this block. subtensor 14bc6f9 pallets/subtensor/src/coinbase/reveal_commits.rs
 */
import { type AccountId, bytesToHex } from '@neurite/primitives/bytes'
import { type Codec, Reader, ScaleError, type ValueOf } from '@neurite/primitives/scale'
import { legacyWeightsPayload, weightsPayload } from '@neurite/primitives/timelock'
import { type Ctx, DispatchError } from '../../../frame/index.ts'
import { mechanismStorageIndex } from '../../../yuma/index.ts'
import { storage as drand } from '../../drand/index.ts'
import { openMessage } from '../../drand/openMessage.ts'
import { hasConsistentKeys } from '../coinbase/schedule.ts'
import { isEpochDue } from '../epoch/clock.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { setWeights, type WeightSetting } from './set.ts'
import { commitEpoch } from './timelocked.ts'

const ACCOUNT_LENGTH = 32

type Weights = Pick<WeightSetting, 'uids' | 'values' | 'versionKey'>

/** Opens what is due on each of the subnets, and forgets what is too old. */
export function openTimelockedWeights(ctx: Ctx, netuids: readonly number[]): void {
  // One look at all that waits: most blocks have nothing to do.
  const epochs = new Map<number, bigint[]>()
  for (const { index, epoch } of storage.TimelockedWeightCommits.keys(ctx)) {
    epochs.set(index, [...(epochs.get(index) ?? []), epoch])
  }
  if (epochs.size === 0) return
  const deferred = deferredSubnets(ctx, netuids)
  for (const netuid of netuids) {
    if (deferred.has(netuid)) continue
    const count = storage.MechanismCountCurrent.get(ctx, { netuid })
    for (let mecid = 0; mecid < count; mecid++) {
      const waiting = epochs.get(mechanismStorageIndex(netuid, mecid))
      if (waiting) openMechanism(ctx, netuid, mecid, waiting)
    }
  }
}

/**
 * Subnets whose epoch is due but has to wait for the next block. Their commits wait with it: opened now, they would be
 * counted as those of the epoch to come.
 */
function deferredSubnets(ctx: Ctx, netuids: readonly number[]): ReadonlySet<number> {
  const limit = storage.MaxEpochsPerBlock.get(ctx)
  const deferred = new Set<number>()
  let running = 0
  for (const netuid of netuids) {
    if (!isEpochDue(ctx, netuid)) continue
    if (running >= limit) deferred.add(netuid)
    else if (hasConsistentKeys(ctx, netuid)) running++
  }
  return deferred
}

function openMechanism(ctx: Ctx, netuid: number, mecid: number, epochs: readonly bigint[]): void {
  const index = mechanismStorageIndex(netuid, mecid)
  const now = commitEpoch(ctx, netuid)
  const period = storage.RevealPeriodEpochs.get(ctx, { netuid })
  const due = now < period ? 0n : now - period
  for (const epoch of epochs) {
    if (epoch < due) storage.TimelockedWeightCommits.remove(ctx, { index, epoch })
  }
  if (now < period || !epochs.includes(due)) return

  const key = { index, epoch: due }
  const commits = storage.TimelockedWeightCommits.get(ctx, key)
  const early = commits.filter(([hotkey, committedAt, ciphertext, round]) => {
    const pulse = drand.Pulses.get(ctx, { round })
    // Without its pulse a commit is tried again in every block, until its epoch is over.
    if (!pulse) return true
    const weights = openWeights(ctx, ciphertext, pulse.signature, hotkey)
    if (weights && trySet(ctx, hotkey, { netuid, mecid, committedAt, ...weights })) {
      ctx.emit(events.TimelockedWeightsRevealed(index, hotkey))
    }
    return false
  })
  if (early.length === 0) storage.TimelockedWeightCommits.remove(ctx, key)
  else if (early.length < commits.length) storage.TimelockedWeightCommits.set(ctx, key, early)
}

/** The weights in a commit of `hotkey`; undefined when it does not open, or was encrypted by another. */
function openWeights(ctx: Ctx, ciphertext: Uint8Array, signature: Uint8Array, hotkey: AccountId): Weights | undefined {
  const message = openMessage(ctx, ciphertext, signature)
  if (!message) return undefined
  const payload = readStart(weightsPayload, message)
  // Clients of before the hotkey was in the payload.
  if (!payload || payload.hotkey.length < ACCOUNT_LENGTH) return weightsOf(readStart(legacyWeightsPayload, message))
  return bytesToHex(payload.hotkey.subarray(0, ACCOUNT_LENGTH)) === hotkey ? weightsOf(payload) : undefined
}

function weightsOf(payload: ValueOf<typeof legacyWeightsPayload> | undefined): Weights | undefined {
  return payload && { uids: payload.uids, values: payload.values, versionKey: payload.version_key }
}

/** The value at the start of `message`; what follows is not looked at. */
function readStart<T>(codec: Codec<T>, message: Uint8Array): T | undefined {
  try {
    return codec.read(new Reader(message))
  } catch (error) {
    if (error instanceof ScaleError) return undefined
    throw error
  }
}

function trySet(ctx: Ctx, hotkey: AccountId, setting: WeightSetting): boolean {
  try {
    setWeights(ctx, hotkey, setting)
    return true
  } catch (error) {
    if (error instanceof DispatchError) return false
    throw error
  }
}
