/** Calls that set, commit and reveal weights. All are free of charge; the guards check them in the pool. */
import { compact, mecid, named, netuid, tuple, u16, u64, vec } from '@neurite/primitives/scale'
import {
  anyOrigin,
  type Ctx,
  call,
  DispatchError,
  type DispatchErrorValue,
  ensure,
  signed,
  weight,
} from '../../../frame/index.ts'
import { callWeights } from '../callWeights.ts'
import { P } from '../declare.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage/index.ts'
import { hash256 } from '../types.ts'
import { commitWeights } from './commit.ts'
import { batchRevealWeights, revealsOf, revealWeights } from './reveal.ts'
import { setWeights } from './set.ts'

const u16s = named('Vec<u16>', vec(u16))
const netuids = vec(compact(netuid), 'Vec<Compact<NetUid>>')

/** Whether the subnet takes weights only by commit comes first, before even the signer is looked at. */
function ensurePlainWeights(ctx: Ctx, netuid: number): void {
  ensure(!storage.CommitRevealWeightsEnabled.get(ctx, { netuid }), errors.CommitRevealEnabled)
}

/** Runs items that fail on their own; an item writes nothing before its checks are done. */
function eachOf(ctx: Ctx, netuids: readonly number[], run: (netuid: number, i: number) => void): void {
  const failed: [netuid: number, error: DispatchErrorValue][] = []
  for (const [i, netuid] of netuids.entries()) {
    try {
      run(netuid, i)
    } catch (error) {
      if (!(error instanceof DispatchError)) throw error
      failed.push([netuid, error.value])
    }
  }
  if (failed.length > 0) ctx.emit(events.BatchCompletedWithErrors())
  for (const [netuid, error] of failed) ctx.emit(events.BatchWeightItemFailed(netuid, error))
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
  /** Set the signer's weights on several subnets; each succeeds or fails by itself. */
  batch_set_weights: call({
    index: 80,
    origin: signed,
    pays: 'No',
    weight: callWeights.batch_set_weights,
    args: {
      netuids,
      weights: named('Vec<Vec<(Compact<u16>, Compact<u16>)>>', vec(vec(tuple(compact(u16), compact(u16))))),
      version_keys: named('Vec<Compact<u64>>', vec(compact(u64))),
    },
    run(ctx, hotkey, { netuids, weights, version_keys }) {
      ensure(netuids.length === weights.length && netuids.length === version_keys.length, errors.InputLengthsUnequal)
      eachOf(ctx, netuids, (netuid, i) => {
        ensurePlainWeights(ctx, netuid)
        const uids = weights[i]!.map(([uid]) => uid)
        const values = weights[i]!.map(([, value]) => value)
        setWeights(ctx, hotkey, { netuid, mecid: 0, uids, values, versionKey: version_keys[i]! })
      })
      ctx.emit(events.BatchWeightsCompleted(netuids, hotkey))
    },
  }),
  /** Commit a hash of the signer's weights on a subnet. */
  commit_weights: call({
    index: 96,
    origin: anyOrigin,
    pays: 'No',
    weight: callWeights.commit_weights,
    args: { netuid, commit_hash: hash256 },
    run: (ctx, origin, { netuid, commit_hash }) => commitWeights(ctx, origin, netuid, 0, commit_hash),
  }),
  /** Commit a hash of the signer's weights on one mechanism of a subnet. */
  commit_mechanism_weights: call({
    index: 115,
    origin: anyOrigin,
    pays: 'No',
    weight: weight(55_130_000n, { reads: 7, writes: 2 }),
    args: { netuid, mecid, commit_hash: hash256 },
    run: (ctx, origin, { netuid, mecid, commit_hash }) => commitWeights(ctx, origin, netuid, mecid, commit_hash),
  }),
  /** Commit hashes of the signer's weights on several subnets; each succeeds or fails by itself. */
  batch_commit_weights: call({
    index: 100,
    origin: anyOrigin,
    pays: 'No',
    weight: callWeights.batch_commit_weights,
    args: { netuids, commit_hashes: vec(hash256) },
    run(ctx, origin, { netuids, commit_hashes }) {
      const hotkey = signed(origin)
      ensure(netuids.length === commit_hashes.length, errors.InputLengthsUnequal)
      eachOf(ctx, netuids, (netuid, i) => commitWeights(ctx, origin, netuid, 0, commit_hashes[i]!))
      ctx.emit(events.BatchWeightsCompleted(netuids, hotkey))
    },
  }),
  /** Reveal committed weights on a subnet. */
  reveal_weights: call({
    index: 97,
    origin: signed,
    pays: 'No',
    weight: callWeights.reveal_weights,
    args: { netuid, uids: u16s, values: u16s, salt: u16s, version_key: u64 },
    run: (ctx, hotkey, { netuid, uids, values, salt, version_key }) =>
      revealWeights(ctx, hotkey, netuid, 0, { uids, values, salt, versionKey: version_key }),
  }),
  /** Reveal committed weights on one mechanism of a subnet. */
  reveal_mechanism_weights: call({
    index: 116,
    origin: signed,
    pays: 'No',
    weight: weight(122_000_000n, { reads: 16, writes: 2 }),
    args: { netuid, mecid, uids: u16s, values: u16s, salt: u16s, version_key: u64 },
    run: (ctx, hotkey, { netuid, mecid, uids, values, salt, version_key }) =>
      revealWeights(ctx, hotkey, netuid, mecid, { uids, values, salt, versionKey: version_key }),
  }),
  /** Reveal several commits on a subnet, all or none. */
  batch_reveal_weights: call({
    index: 98,
    origin: anyOrigin,
    pays: 'No',
    weight: callWeights.batch_reveal_weights,
    args: { netuid, uids_list: vec(u16s), values_list: vec(u16s), salts_list: vec(u16s), version_keys: vec(u64) },
    run(ctx, origin, args) {
      const reveals = revealsOf(args)
      batchRevealWeights(ctx, signed(origin), args.netuid, reveals)
    },
  }),
})
