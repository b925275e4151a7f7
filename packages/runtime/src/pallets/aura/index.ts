/** Whose turn it is to make a block: authorities take slots in turn. Storage prefix `Aura`. */

import type { AccountId, Hex } from '@neurite/primitives/bytes'
import { bytesToUtf8, utf8ToBytes } from '@neurite/primitives/bytes'
import { NeuriteError } from '@neurite/primitives/errors'
import { boundedVec, bytes32, decode, encode, named, u64, vec, wrapper } from '@neurite/primitives/scale'
import { type Ctx, constant, type DigestItem, pallet, type RuntimeProfile, value } from '../../frame/index.ts'
import { depositLog, storage as system } from '../system/index.ts'

const P = pallet({ name: 'Aura', index: 3, crate: 'pallet_aura' })

/** Public sr25519 key of an authority. */
export const AuraId = wrapper('sp_consensus_aura::sr25519::app_sr25519::Public', named('sr25519::Public', bytes32))
const Slot = wrapper('sp_consensus_slots::Slot', u64)

const ENGINE = 'aura'
const MAX_AUTHORITIES = 32

/** Milliseconds per slot. */
export function slotDuration(profile: RuntimeProfile): bigint {
  return profile.fastBlocks ? 250n : 12_000n
}

export const constants = P.constants({ SlotDuration: constant(u64, slotDuration) })

export const storage = P.storage({
  Authorities: value(boundedVec(AuraId, MAX_AUTHORITIES)),
  CurrentSlot: value(Slot),
})

/** The slot that the author of a block claims, or undefined if its digest names none. */
export function slotOf(digest: readonly DigestItem[]): bigint | undefined {
  for (const item of digest) {
    if (item.type !== 'PreRuntime') continue
    const [engine, data] = item.value
    if (data.length === 8 && bytesToUtf8(engine) === ENGINE) return decode(u64, data)
  }
  return undefined
}

/** The digest entry by which an author claims `slot`. */
export function slotDigest(slot: bigint): DigestItem {
  return { type: 'PreRuntime', value: [utf8ToBytes(ENGINE), encode(u64, slot)] }
}

/** The authority whose turn `slot` is; undefined without authorities. */
export function authorOfSlot(ctx: Ctx, slot: bigint): AccountId | undefined {
  const authorities = storage.Authorities.get(ctx)
  return authorities.length === 0 ? undefined : authorities[Number(slot % BigInt(authorities.length))]
}

/** Who made the block with this digest. The authority's key is also its account. */
export function authorOf(ctx: Ctx, digest: readonly DigestItem[]): AccountId | undefined {
  const slot = slotOf(digest)
  return slot === undefined ? undefined : authorOfSlot(ctx, slot)
}

/** A block's time has to lie in the slot that its author claims. */
export function ensureSlotOfTime(ctx: Ctx, now: bigint): void {
  const slot = slotOf(system.Digest.get(ctx).logs)
  if (slot === undefined || now / slotDuration(ctx.profile) === slot) return
  throw new NeuriteError('WrongSlot', `The time \`${now}\` of block \`${ctx.block}\` is not in its slot \`${slot}\`.`, {
    details: [`A slot lasts \`${slotDuration(ctx.profile)}\` ms; the slot is the time divided by that.`],
  })
}

/** Replaces the authorities from the next block on. */
export function changeAuthorities(ctx: Ctx, authorities: readonly Hex[]): void {
  if (authorities.length === 0) return
  storage.Authorities.set(ctx, authorities)
  // ConsensusLog::AuthoritiesChange
  const log = new Uint8Array([1, ...encode(vec(AuraId), authorities)])
  depositLog(ctx, { type: 'Consensus', value: [utf8ToBytes(ENGINE), log] })
}

export interface AuraGenesis {
  readonly authorities: readonly Hex[]
}

export default P.build({
  constants,
  storage,
  hooks: {
    onInitialize(ctx) {
      const slot = slotOf(system.Digest.get(ctx).logs)
      if (slot === undefined) return
      const current = storage.CurrentSlot.get(ctx)
      if (current !== 0n && slot <= current) {
        throw new NeuriteError('SlotTaken', `Slot \`${slot}\` of block \`${ctx.block}\` is not after \`${current}\`.`, {
          details: ['There is at most one block per slot on a chain.'],
        })
      }
      storage.CurrentSlot.set(ctx, slot)
    },
  },
  genesis(ctx, config: AuraGenesis) {
    storage.Authorities.set(ctx, config.authorities)
  },
})
