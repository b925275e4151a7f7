/**
 * What hotkeys publish about themselves on a subnet.
 *
 * subtensor 14bc6f9 pallets/commitments/src/lib.rs, runtime/src/lib.rs
 */
import type { AccountId } from '@neurite/primitives/bytes'
import { named, netuid, u32, u64 } from '@neurite/primitives/scale'
import { type Ctx, call, constant, ensure, root, signed, weight } from '../../frame/index.ts'
import { reserve, unreserve } from '../balances/index.ts'
import { resetBonds } from '../subtensor/epoch/bonds.ts'
import { storage as subnets } from '../subtensor/storage/index.ts'
import { errors, events, P } from './declare.ts'
import { isTimelocked, openTimelockedCommitments } from './openTimelocked.ts'
import { noteTimelocked, storage } from './storage.ts'
import { CommitmentInfo, type Data, MAX_FIELDS, spaceOf } from './types.ts'

export { clearCommitments } from './storage.ts'
export * from './types.ts'
export { errors, events, storage }

/** What every commitment counts at least. @unit bytes */
const MIN_SPACE = 100

const balance = named('BalanceOf<Self>', u64)

export const constants = P.constants({
  MaxFields: constant(u32, MAX_FIELDS),
  /** Reserved for a commitment. @unit rao */
  InitialDeposit: constant(balance, 0n),
  /** Reserved for each of its fields. @unit rao */
  FieldDeposit: constant(balance, 0n),
})

/** Adds to what the hotkey committed in this epoch; fails beyond the limit. */
function useSpace(ctx: Ctx, netuid: number, who: AccountId, fields: readonly Data[]): void {
  const space = fields.reduce((sum, field) => sum + spaceOf(field), 0)
  const epoch = subnets.SubnetEpochIndex.get(ctx, { netuid })
  const usage = storage.UsedSpaceOf.get(ctx, { netuid, who })
  const before = usage?.last_epoch === epoch ? usage.used_space : 0n
  const used = before + BigInt(Math.max(space, MIN_SPACE))
  ensure(used <= BigInt(storage.MaxSpace.get(ctx)), errors.SpaceLimitExceeded)
  storage.UsedSpaceOf.set(ctx, { netuid, who }, { last_epoch: epoch, used_space: used })
}

/** Reserves or gives back what the deposit has changed by. @unit rao */
function adjustDeposit(ctx: Ctx, who: AccountId, from: bigint, to: bigint): void {
  if (to > from) reserve(ctx, who, to - from)
  if (to < from) ensure(unreserve(ctx, who, from - to) === 0n, errors.UnexpectedUnreserveLeftover)
}

export const calls = P.calls({
  /** Publish data of the signer on a subnet, in place of what it published before. */
  set_commitment: call({
    index: 0,
    origin: signed,
    pays: 'No',
    weight: weight(33_480_000n, { reads: 5, writes: 4 }),
    args: { netuid, info: named('Box<CommitmentInfo<T::MaxFields>>', CommitmentInfo) },
    run(ctx, who, { netuid, info }) {
      const key = { netuid, who }
      const block = Number(ctx.block)
      const { fields } = info
      ensure(subnets.Uids.has(ctx, { netuid, hotkey: who }), errors.AccountNotAllowedCommit)
      ensure(fields.length <= MAX_FIELDS, errors.TooManyFieldsInCommitmentInfo)
      if (fields.some(({ type }) => type === 'ResetBondsFlag')) {
        storage.LastBondsReset.set(ctx, key, block)
        resetBonds(ctx, netuid, who)
      }
      useSpace(ctx, netuid, who, fields)
      const deposit = constants.InitialDeposit.get(ctx) + BigInt(fields.length) * constants.FieldDeposit.get(ctx)
      adjustDeposit(ctx, who, storage.CommitmentOf.get(ctx, key)?.deposit ?? 0n, deposit)
      storage.CommitmentOf.set(ctx, key, { deposit, block, info })
      storage.LastCommitment.set(ctx, key, block)

      const timelocked = fields.find(isTimelocked)
      noteTimelocked(ctx, netuid, who, timelocked !== undefined)
      if (timelocked) ctx.emit(events.TimelockCommitment({ ...key, reveal_round: timelocked.value.reveal_round }))
      else ctx.emit(events.Commitment(key))
    },
  }),
  /** Change how many bytes a hotkey may commit on a subnet in one epoch. */
  set_max_space: call({
    index: 2,
    origin: root,
    weight: weight(2_856_000n, { writes: 1 }),
    args: { new_limit: u32 },
    run: (ctx, _root, { new_limit }) => storage.MaxSpace.set(ctx, new_limit),
  }),
})

export default P.build({
  constants,
  storage,
  errors,
  events,
  calls,
  hooks: { onInitialize: openTimelockedCommitments },
})
