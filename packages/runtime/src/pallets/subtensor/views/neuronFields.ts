/** Fields about all neurons of a subnet, one list each, by uid. */
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'
import { type Fields, type SubnetView, totalStake } from './subnetView.ts'
import type { SubnetState } from './types/index.ts'

/** Those that the metagraph and the subnet state have under the same names. */
export const NEURON_FIELDS: Fields<Omit<SubnetState, 'netuid' | 'emission_history'>> = {
  hotkeys: (view) => view.hotkeys(),
  coldkeys: (view) => view.coldkeys(),
  active: ({ ctx, netuid }) => storage.Active.get(ctx, { netuid }),
  validator_permit: ({ ctx, netuid }) => storage.ValidatorPermit.get(ctx, { netuid }),
  pruning_score: retiredScores,
  last_update: ({ ctx, index }) => storage.LastUpdate.get(ctx, { index }),
  emission: ({ ctx, netuid }) => storage.Emission.get(ctx, { netuid }),
  dividends: ({ ctx, netuid }) => storage.Dividends.get(ctx, { netuid }),
  incentives: ({ ctx, index }) => storage.Incentive.get(ctx, { index }),
  consensus: ({ ctx, netuid }) => storage.Consensus.get(ctx, { netuid }),
  trust: retiredScores,
  rank: retiredScores,
  block_at_registration: ({ ctx, netuid, hotkeys }) =>
    hotkeys().map((_, uid) => storage.BlockAtRegistration.get(ctx, { netuid, uid })),
  alpha_stake: ({ stakes }) => stakes().map(({ alpha }) => alpha),
  tao_stake: ({ stakes }) => stakes().map(({ tao }) => tao),
  total_stake: ({ stakes }) => stakes().map(totalStake),
}

/** Rank, trust and pruning score are no longer computed. Older clients index into them, so they may be zeros. */
function retiredScores({ ctx, netuid }: SubnetView): number[] {
  return ctx.profile.compat.retiredScores === 'zeros' ? zeros(ctx, netuid) : []
}

function zeros(ctx: Ctx, netuid: number): number[] {
  return new Array<number>(storage.SubnetworkN.get(ctx, { netuid })).fill(0)
}
