/** How many weight matrices a subnet has, and how they share its emission. pallets/subtensor/src/subnets/mechanism.rs */
import { type Ctx, ensure } from '../../frame/index.ts'
import { mechanismStorageIndex } from '../../yuma/index.ts'
import { constants } from '../subtensor/constants.ts'
import { errors } from '../subtensor/errors.ts'
import { storage } from '../subtensor/storage/index.ts'
import { subnetExists } from '../subtensor/subnets.ts'

/** Most mechanisms that the numbering of matrices has room for. */
export const MECHANISM_LIMIT = 16

/** All mechanisms together may not have more places than a subnet has at most. */
export function ensureUidsOverMechanisms(ctx: Ctx, maxUids: number, mechanisms: number): void {
  ensure(maxUids * mechanisms <= constants.InitialMaxAllowedUids.get(ctx), errors.TooManyUIDsPerMechanism)
}

/** Changes the number of mechanisms. Matrices beyond it are deleted, and emission is split evenly again. */
export function setMechanismCount(ctx: Ctx, netuid: number, count: number): void {
  ensure(subnetExists(ctx, netuid), errors.MechanismDoesNotExist)
  ensure(count > 0 && count <= storage.MaxMechanismCount.get(ctx), errors.InvalidValue)
  ensureUidsOverMechanisms(ctx, storage.MaxAllowedUids.get(ctx, { netuid }), count)
  ensure(count <= MECHANISM_LIMIT, errors.InvalidValue)
  const old = storage.MechanismCountCurrent.get(ctx, { netuid })
  if (old === count) return
  for (let mechanism = count; mechanism < old; mechanism++) clearMechanism(ctx, netuid, mechanism)
  storage.MechanismCountCurrent.set(ctx, { netuid }, count)
  storage.MechanismEmissionSplit.remove(ctx, { netuid })
}

function clearMechanism(ctx: Ctx, netuid: number, mechanism: number): void {
  const index = mechanismStorageIndex(netuid, mechanism)
  storage.Weights.removePrefix(ctx, { index })
  storage.Bonds.removePrefix(ctx, { index })
  storage.WeightCommits.removePrefix(ctx, { index })
  storage.TimelockedWeightCommits.removePrefix(ctx, { index })
  storage.Incentive.remove(ctx, { index })
  storage.LastUpdate.remove(ctx, { index })
}

/** Sets the share of each mechanism in u16 fractions that add up to 65535; undefined splits evenly. */
export function setEmissionSplit(ctx: Ctx, netuid: number, split: readonly number[] | undefined): void {
  ensure(subnetExists(ctx, netuid), errors.MechanismDoesNotExist)
  if (split === undefined) {
    storage.MechanismEmissionSplit.remove(ctx, { netuid })
    return
  }
  const count = storage.MechanismCountCurrent.get(ctx, { netuid })
  ensure(split.length > 0 && split.length <= count, errors.InvalidValue)
  ensure(split.reduce((sum, part) => sum + part, 0) === 65_535, errors.InvalidValue)
  storage.MechanismEmissionSplit.set(ctx, { netuid }, split)
}
