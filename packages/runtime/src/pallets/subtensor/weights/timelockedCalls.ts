/** Calls that commit encrypted weights. Free of charge; the guards check them in the pool. */
import { boundedBytes, mecid, netuid, u16, u64 } from '@neurite/primitives/scale'
import { anyOrigin, call, weight } from '../../../frame/index.ts'
import { callWeights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { MAX_COMMIT_BYTES } from '../types.ts'
import { commitTimelocked, FIXED_VERSION } from './timelocked.ts'

const commit = boundedBytes(MAX_COMMIT_BYTES, 'BoundedVec<u8, ConstU32<MAX_CRV3_COMMIT_SIZE_BYTES>>')

export const timelockedCalls = P.calls({
  /** Commit encrypted weights on a subnet, which the chain opens when the beacon reaches the round. */
  commit_timelocked_weights: call({
    index: 113,
    origin: anyOrigin,
    pays: 'No',
    weight: callWeights.commit_timelocked_weights,
    args: { netuid, commit, reveal_round: u64, commit_reveal_version: u16 },
    run: (ctx, origin, { netuid, commit, reveal_round, commit_reveal_version }) =>
      commitTimelocked(ctx, origin, {
        netuid,
        mecid: 0,
        ciphertext: commit,
        round: reveal_round,
        version: commit_reveal_version,
      }),
  }),
  /** Commit encrypted weights on one mechanism of a subnet, in the version that is fixed. */
  commit_crv3_mechanism_weights: call({
    index: 117,
    origin: anyOrigin,
    pays: 'No',
    weight: weight(77_750_000n, { reads: 7, writes: 2 }),
    args: { netuid, mecid, commit, reveal_round: u64 },
    run: (ctx, origin, { netuid, mecid, commit, reveal_round }) =>
      commitTimelocked(ctx, origin, {
        netuid,
        mecid,
        ciphertext: commit,
        round: reveal_round,
        version: FIXED_VERSION,
      }),
  }),
  /** Commit encrypted weights on one mechanism of a subnet. */
  commit_timelocked_mechanism_weights: call({
    index: 118,
    origin: anyOrigin,
    pays: 'No',
    weight: weight(84_020_000n, { reads: 9, writes: 2 }),
    args: { netuid, mecid, commit, reveal_round: u64, commit_reveal_version: u16 },
    run: (ctx, origin, { netuid, mecid, commit, reveal_round, commit_reveal_version }) =>
      commitTimelocked(ctx, origin, {
        netuid,
        mecid,
        ciphertext: commit,
        round: reveal_round,
        version: commit_reveal_version,
      }),
  }),
})
