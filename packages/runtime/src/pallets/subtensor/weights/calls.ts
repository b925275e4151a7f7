/** Calls that set weights. All are free of charge; the guards check them in the pool. */
import { mecid, named, netuid, u16, u64, vec } from '@neurite/primitives/scale'
import { anyOrigin, type Ctx, call, ensure, signed, weight } from '../../../frame/index.ts'
import { callWeights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage/index.ts'
import { setWeights } from './set.ts'

const u16s = named('Vec<u16>', vec(u16))

/** Whether the subnet takes weights only by commit comes first, before even the signer is looked at. */
function ensurePlainWeights(ctx: Ctx, netuid: number): void {
  ensure(!storage.CommitRevealWeightsEnabled.get(ctx, { netuid }), errors.CommitRevealEnabled)
}

export const weightCalls = P.calls({
  /** Set the signer's weights on a subnet. */
  set_weights: call({
    index: 0,
    origin: anyOrigin,
    pays: 'No',
    weight: callWeights.set_weights,
    args: { netuid, dests: u16s, weights: u16s, version_key: u64 },
    run(ctx, origin, { netuid, dests, weights, version_key }) {
      ensurePlainWeights(ctx, netuid)
      setWeights(ctx, signed(origin), { netuid, mecid: 0, uids: dests, values: weights, versionKey: version_key })
    },
  }),
  /** Set the signer's weights on one mechanism of a subnet. */
  set_mechanism_weights: call({
    index: 119,
    origin: anyOrigin,
    pays: 'No',
    weight: weight(15_540_000_000n, { reads: 4111, writes: 2 }),
    args: { netuid, mecid, dests: u16s, weights: u16s, version_key: u64 },
    run(ctx, origin, { netuid, mecid, dests, weights, version_key }) {
      ensurePlainWeights(ctx, netuid)
      setWeights(ctx, signed(origin), { netuid, mecid, uids: dests, values: weights, versionKey: version_key })
    },
  }),
})
