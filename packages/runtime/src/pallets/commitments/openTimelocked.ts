/**
 * Opening fields whose round is out, at the start of a block. What was inside is appended to the hotkey's revealed
 * commitments; the field leaves the commitment, also when it does not open.
 *
 * subtensor 14bc6f9 pallets/commitments/src/lib.rs reveal_timelocked_commitments
 */
import type { AccountId } from '@neurite/primitives/bytes'
import type { Ctx } from '../../frame/index.ts'
import { storage as drand } from '../drand/index.ts'
import { openMessage } from '../drand/openMessage.ts'
import { events } from './declare.ts'
import { noteTimelocked, storage } from './storage.ts'
import type { Data } from './types.ts'

/** Revealed commitments that are kept per hotkey: the newest. */
const MAX_REVEALED = 10

type Timelocked = Extract<Data, { type: 'TimelockEncrypted' }>

export function isTimelocked(field: Data): field is Timelocked {
  return field.type === 'TimelockEncrypted'
}

export function openTimelockedCommitments(ctx: Ctx): void {
  for (const [netuid, who] of storage.TimelockedIndex.get(ctx)) openCommitment(ctx, netuid, who)
}

function openCommitment(ctx: Ctx, netuid: number, who: AccountId): void {
  const key = { netuid, who }
  const registration = storage.CommitmentOf.get(ctx, key)
  const fields = registration?.info.fields ?? []
  const opened: Uint8Array[] = []
  const left = fields.filter((field) => {
    const pulse = isTimelocked(field) && drand.Pulses.get(ctx, { round: field.value.reveal_round })
    if (!pulse) return true
    const message = openMessage(ctx, field.value.encrypted, pulse.signature)
    if (message && message.length > 0) opened.push(message)
    return false
  })
  if (!left.some(isTimelocked)) noteTimelocked(ctx, netuid, who, false)
  // Most wait for their pulse: nothing is written for them.
  if (!registration || left.length === fields.length) return
  if (opened.length > 0) appendRevealed(ctx, netuid, who, opened)
  if (left.length === 0) storage.CommitmentOf.remove(ctx, key)
  else storage.CommitmentOf.set(ctx, key, { ...registration, info: { fields: left } })
}

function appendRevealed(ctx: Ctx, netuid: number, who: AccountId, messages: readonly Uint8Array[]): void {
  const key = { netuid, who }
  const known = storage.RevealedCommitments.get(ctx, key) ?? []
  const added = messages.map((message): [Uint8Array, bigint] => [message, ctx.block])
  storage.RevealedCommitments.set(ctx, key, [...known, ...added].slice(-MAX_REVEALED))
  for (const _ of messages) ctx.emit(events.CommitmentRevealed(key))
}
