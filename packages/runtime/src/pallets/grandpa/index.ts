/** Who finalises blocks, and changes of that set. Storage prefix `Grandpa`. The votes themselves are the node's part. */
import { type Hex, utf8ToBytes } from '@neurite/primitives/bytes'
import {
  bytes32,
  encode,
  fieldsOf,
  itemsOf,
  named,
  option,
  struct,
  tuple,
  u32,
  u64,
  variant,
  vec,
  wrapper,
} from '@neurite/primitives/scale'
import { type Ctx, constant, ensure, event, eventOf, map, pallet, twox64Concat, value } from '../../frame/index.ts'
import { weakBoundedVec } from '../balances/types.ts'
import { depositLog } from '../system/index.ts'

const P = pallet({ name: 'Grandpa', index: 4, crate: 'pallet_grandpa', typeParams: { event: [] } })

/** Public ed25519 key of a voter. */
export const GrandpaId = wrapper('sp_consensus_grandpa::app::Public', named('ed25519::Public', bytes32))
const authority = tuple(GrandpaId, u64)
/** Voters and their weights. */
export const AuthorityList = named('AuthorityList', vec(authority))
type Authorities = readonly [Hex, bigint][]

const MAX_AUTHORITIES = 32
const ENGINE = utf8ToBytes('FRNK')

const blockNumber = named('N', u32)
const schedule = { scheduled_at: blockNumber, delay: blockNumber }
const StoredState = variant(
  'pallet_grandpa::StoredState',
  {
    Live: itemsOf(),
    PendingPause: fieldsOf(schedule),
    Paused: itemsOf(),
    PendingResume: fieldsOf(schedule),
  },
  { params: [{ name: 'N', codec: u32 }] },
)
const StoredPendingChange = struct(
  'pallet_grandpa::StoredPendingChange',
  {
    ...schedule,
    next_authorities: named('BoundedAuthorityList<Limit>', weakBoundedVec(authority)),
    forced: named('Option<N>', option(u32)),
  },
  { params: [{ name: 'N', codec: u32 }, { name: 'Limit' }] },
)

export const constants = P.constants({
  MaxAuthorities: constant(u32, MAX_AUTHORITIES),
  MaxNominators: constant(u32, 20),
  MaxSetIdSessionEntries: constant(u64, 0n),
})

export const storage = P.storage({
  State: value(StoredState).default({ type: 'Live' }),
  /** A change that has been announced and not yet happened. */
  PendingChange: value(StoredPendingChange).optional(),
  NextForced: value(u32).optional(),
  Stalled: value(tuple(u32, u32)).optional(),
  /** Number of the present set of voters. */
  CurrentSetId: value(u64),
  SetIdSession: map({ setId: twox64Concat(u64) }, u32).optional(),
  Authorities: value(weakBoundedVec(authority)),
})

export const errors = P.errors({
  PauseFailed: 'Finality is not live, so it cannot be paused.',
  ResumeFailed: 'Finality is not paused, so it cannot be resumed.',
  ChangePending: 'A change of authorities is pending already.',
  TooSoon: 'It is too soon after the last forced change.',
  InvalidKeyOwnershipProof: 'The proof that the key belongs to the validator is invalid.',
  InvalidEquivocationProof: 'The proof of an equivocation is invalid.',
  DuplicateOffenceReport: 'The offence was reported before.',
})

export const events = P.events({
  NewAuthorities: eventOf({ authority_set: AuthorityList }),
  Paused: event(),
  Resumed: event(),
})

/** Announces new voters, who take over `delay` blocks after this one. `forced` names the median last finalised block. */
export function scheduleChange(ctx: Ctx, next: Authorities, delay: number, forced: number | undefined): void {
  ensure(storage.PendingChange.get(ctx) === undefined, errors.ChangePending)
  const now = Number(ctx.block)
  if (forced !== undefined) {
    ensure((storage.NextForced.get(ctx) ?? 0) <= now, errors.TooSoon)
    // Saturating, as the reference adds.
    storage.NextForced.set(ctx, Math.min(0xffff_ffff, now + delay * 2))
  }
  storage.PendingChange.set(ctx, { scheduled_at: now, delay, next_authorities: next, forced })
}

/** ConsensusLog: 1 a scheduled change, 2 a forced one with the median block before it. */
function changeLog(next: Authorities, delay: number, forced: number | undefined): Uint8Array {
  const change = encode(tuple(AuthorityList, u32), [next, delay])
  return forced === undefined ? new Uint8Array([1, ...change]) : new Uint8Array([2, ...encode(u32, forced), ...change])
}

function onFinalize(ctx: Ctx): void {
  const pending = storage.PendingChange.get(ctx)
  if (!pending) return
  const { scheduled_at, delay, next_authorities, forced } = pending
  const now = Number(ctx.block)
  if (now === scheduled_at) {
    depositLog(ctx, { type: 'Consensus', value: [ENGINE, changeLog(next_authorities, delay, forced)] })
  }
  if (now === scheduled_at + delay) {
    storage.Authorities.set(ctx, next_authorities)
    storage.PendingChange.remove(ctx)
    ctx.emit(events.NewAuthorities({ authority_set: next_authorities }))
  }
}

export interface GrandpaGenesis {
  readonly authorities: Authorities
}

export default P.build({
  constants,
  storage,
  errors,
  events,
  hooks: { onFinalize },
  genesis(ctx, config: GrandpaGenesis) {
    storage.Authorities.set(ctx, config.authorities)
    storage.SetIdSession.set(ctx, { setId: 0n }, 0)
  },
})
