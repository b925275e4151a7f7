/**
 * The metagraph by single fields, which clients name by their index.
 * subtensor 14bc6f9 pallets/subtensor/src/rpc_info/metagraph.rs
 */
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'
import { subnetExists } from '../subnets.ts'
import { commitmentsOf } from './commitments.ts'
import { METAGRAPH_FIELDS } from './metagraph.ts'
import { exceeds, type SubnetView, viewSubnet } from './subnetView.ts'
import { SELECTIVE_FIELDS, type SelectiveMetagraph } from './types/index.ts'

type FieldName = Exclude<keyof SelectiveMetagraph, 'netuid'>

const READERS: Readonly<Record<FieldName, (view: SubnetView) => unknown>> = {
  ...METAGRAPH_FIELDS,
  validators,
  commitments: ({ ctx, netuid }) => commitmentsOf(ctx, netuid),
}

/** The fields of `indexes`. Unknown indexes are passed over, and the netuid is 0 unless asked for by index 0. */
export function getSelectiveMetagraph(
  ctx: Ctx,
  netuid: number,
  indexes: readonly number[],
): SelectiveMetagraph | undefined {
  if (!subnetExists(ctx, netuid)) return undefined
  return { netuid: indexes.includes(0) ? netuid : 0, ...select(viewSubnet(ctx, netuid), indexes) }
}

/** As {@link getSelectiveMetagraph} with the numbers of one mechanism, and always with the netuid. */
export function getSelectiveMechagraph(
  ctx: Ctx,
  netuid: number,
  mecid: number,
  indexes: readonly number[],
): SelectiveMetagraph | undefined {
  if (!subnetExists(ctx, netuid)) return undefined
  return { netuid, ...select(viewSubnet(ctx, netuid, mecid), indexes) }
}

function select(view: SubnetView, indexes: readonly number[]): Omit<SelectiveMetagraph, 'netuid'> {
  const out: Partial<Record<FieldName, unknown>> = {}
  for (const index of indexes) {
    const name = SELECTIVE_FIELDS[index]
    if (name === undefined || name === 'netuid' || name in out) continue
    // Null is an identity that was asked for and is not published.
    out[name] = READERS[name](view) ?? null
  }
  return out as Omit<SelectiveMetagraph, 'netuid'>
}

/** Uids with a permit whose stake is above the threshold, least stake first. */
function validators({ ctx, netuid, stakes }: SubnetView): number[] {
  const threshold = storage.StakeThreshold.get(ctx)
  const permits = storage.ValidatorPermit.get(ctx, { netuid })
  // Equal stakes stay in the order of the raw keys.
  return [...storage.Keys.keys(ctx, { netuid })]
    .flatMap(({ uid }) => {
      const stake = permits[uid] ? stakes()[uid] : undefined
      return stake && exceeds(stake, threshold) ? [{ uid, total: stake.totalBits }] : []
    })
    .sort((a, b) => (a.total < b.total ? -1 : a.total > b.total ? 1 : 0))
    .map(({ uid }) => uid)
}
