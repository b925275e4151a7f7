/** Time as the block's author states it, in milliseconds since 1970. Storage prefix `Timestamp`. */
import { NeuriteError } from '@neurite/primitives/errors'
import { bool, compact, named, u64 } from '@neurite/primitives/scale'
import { call, constant, pallet, unsigned, value, weight } from '../../frame/index.ts'
import { ensureSlotOfTime, slotDuration } from '../aura/index.ts'

const P = pallet({ name: 'Timestamp', index: 2, crate: 'pallet_timestamp' })

export const constants = P.constants({
  /** Least time between two blocks: half a slot. */
  MinimumPeriod: constant(u64, (profile) => slotDuration(profile) / 2n),
})

export const storage = P.storage({
  Now: value(u64),
  /** True once this block's time is set. */
  DidUpdate: value(bool),
})

export const calls = P.calls({
  /** Sets the time of the block. The author puts it first; a block without it, or with a wrong one, is invalid. */
  set: call({
    index: 0,
    origin: unsigned,
    args: { now: compact(named('T::Moment', u64)) },
    weight: weight(9_842_000n, { reads: 2, writes: 1, proofSize: 1493n }),
    class: 'Mandatory',
    run(ctx, _none, { now }) {
      if (storage.DidUpdate.get(ctx)) {
        throw new NeuriteError('TimestampTwice', `The time of block \`${ctx.block}\` is set twice.`, {
          details: ['A block contains `Timestamp.set` exactly once.'],
        })
      }
      const previous = storage.Now.get(ctx)
      const earliest = previous + constants.MinimumPeriod.get(ctx)
      if (previous !== 0n && now < earliest) {
        throw new NeuriteError('TimestampTooEarly', `The time \`${now}\` of block \`${ctx.block}\` is too early.`, {
          details: [`It must be at least \`${earliest}\`: the parent's time plus half a slot.`],
        })
      }
      storage.Now.set(ctx, now)
      storage.DidUpdate.set(ctx, true)
      ensureSlotOfTime(ctx, now)
    },
  }),
})

export default P.build({
  constants,
  storage,
  calls,
  hooks: {
    onFinalize(ctx) {
      if (!storage.DidUpdate.get(ctx)) {
        throw new NeuriteError('TimestampMissing', `Block \`${ctx.block}\` does not state its time.`, {
          details: ['Its first extrinsic has to be `Timestamp.set`.'],
        })
      }
      storage.DidUpdate.remove(ctx)
    },
  },
})
