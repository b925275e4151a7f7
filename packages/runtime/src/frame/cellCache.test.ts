import type { ByteString } from '@neurite/primitives/bytes'
import { accountId, encode, u16, u32 } from '@neurite/primitives/scale'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testAccount } from '../testing/harness.ts'
import { MemoryState } from '../testing/memoryState.ts'
import { CellCache } from './cellCache.ts'
import type { Ctx } from './ctx.ts'
import { derive } from './derive.ts'
import { blake2_128Concat, identity, twox64Concat } from './keyParts.ts'
import { Overlay } from './overlay.ts'
import { pallet } from './pallet.ts'
import { FAST_PROFILE } from './profile.ts'
import { map, value } from './storage.ts'

const P = pallet({ name: 'CacheTest', index: 201, crate: 'pallet_test' })
const netuid = identity(u16)
const storage = P.storage({
  Single: value(u32).optional(),
  Subnet: map({ netuid }, u32).optional(),
  Place: map({ netuid, uid: identity(u16) }, u32).optional(),
  Stake: map({ account: blake2_128Concat(accountId), netuid }, u32).optional(),
  Member: map({ netuid, account: twox64Concat(accountId) }, u32).optional(),
  Account: map({ account: blake2_128Concat(accountId) }, u32).optional(),
  Rare: map({ account: blake2_128Concat(accountId), netuid }, u32)
    .unremembered()
    .optional(),
  Row: map({ netuid, uid: identity(u16) }, u32)
    .withKnownKeys()
    .optional(),
  Listed: map({ netuid, account: blake2_128Concat(accountId) }, u32)
    .withKnownKeys()
    .optional(),
  Share: map({ account: blake2_128Concat(accountId), other: twox64Concat(accountId), netuid }, u32).optional(),
})
const sumOfPlaces = derive(storage.Place, (entries) => Array.from(entries, ([, n]) => n).reduce((a, b) => a + b, 0))
const subnets = derive(storage.Subnet, (entries) => Array.from(entries, ([key]) => key.netuid))

/** Numbers below and above those that have seats of their own. */
const NETUIDS = [0, 3, 1023, 1024, 40_000]
const ACCOUNTS = [1, 2].map(testAccount)

/** An entry of any item, as pallets address it. */
interface Entry {
  readonly name: string
  readonly key: ByteString
  get(ctx: Ctx): number | undefined
  has(ctx: Ctx): boolean
  set(ctx: Ctx, n: number): void
  remove(ctx: Ctx): void
}

function entryOf(item: any, key: Record<string, unknown>): Entry {
  return {
    name: `${item.name} ${JSON.stringify(key)}`,
    key: item.key(key),
    get: (ctx) => item.get(ctx, key),
    has: (ctx) => item.has(ctx, key),
    set: (ctx, n) => item.set(ctx, key, n),
    remove: (ctx) => item.remove(ctx, key),
  }
}

const ENTRIES: readonly Entry[] = [
  {
    name: 'Single',
    key: storage.Single.key(),
    get: (ctx) => storage.Single.get(ctx),
    has: (ctx) => storage.Single.has(ctx),
    set: (ctx, n) => storage.Single.set(ctx, n),
    remove: (ctx) => storage.Single.remove(ctx),
  },
  ...NETUIDS.map((id) => entryOf(storage.Subnet, { netuid: id })),
  ...NETUIDS.flatMap((id) => [0, 258].map((uid) => entryOf(storage.Place, { netuid: id, uid }))),
  ...ACCOUNTS.map((account) => entryOf(storage.Account, { account })),
  ...NETUIDS.flatMap((id) =>
    ACCOUNTS.flatMap((account) => [
      entryOf(storage.Stake, { account, netuid: id }),
      entryOf(storage.Member, { netuid: id, account }),
      entryOf(storage.Rare, { account, netuid: id }),
      entryOf(storage.Share, { account, other: ACCOUNTS[0], netuid: id }),
    ]),
  ),
]

type Step =
  | { readonly do: 'set' | 'raw' | 'remove' | 'removeRaw' | 'read'; readonly entry: number; readonly n: number }
  | { readonly do: 'begin' | 'commit' | 'rollback' | 'endBlock' | 'dropBlock' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: onEntry('set') },
  { weight: 2, arbitrary: onEntry('raw') },
  { weight: 2, arbitrary: onEntry('remove') },
  { weight: 1, arbitrary: onEntry('removeRaw') },
  { weight: 3, arbitrary: onEntry('read') },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('begin', 'commit', 'rollback', 'endBlock', 'dropBlock')
      .map((what): Step => ({ do: what as 'begin' })),
  },
)

function onEntry(what: 'set' | 'raw' | 'remove' | 'removeRaw' | 'read'): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant(what), entry: fc.nat(ENTRIES.length - 1), n: fc.nat(9) })
}

/** A chain of blocks on one cache, beside a stack of whole states that says what they must read. */
class Chain {
  private readonly state = new MemoryState()
  private readonly cache = new CellCache(8, 8)
  private overlay = new Overlay(this.state, this.cache)
  private stack: Map<ByteString, number>[] = [new Map()]
  /** State at the end of the last block. */
  private settled = new Map<ByteString, number>()

  get ctx(): Ctx {
    return { overlay: this.overlay, profile: FAST_PROFILE } as unknown as Ctx
  }

  private get top(): Map<ByteString, number> {
    return this.stack.at(-1)!
  }

  apply(action: Step): void {
    if (action.do === 'begin') {
      this.overlay.begin()
      this.stack.push(new Map(this.top))
    } else if (action.do === 'commit' && this.stack.length > 1) {
      this.overlay.commit()
      this.stack.splice(-2, 1)
    } else if (action.do === 'rollback' && this.stack.length > 1) {
      this.overlay.rollback()
      this.stack.pop()
    } else if (action.do === 'endBlock') this.endBlock()
    else if (action.do === 'dropBlock') this.nextBlock()
    else if ('entry' in action) this.applyTo(ENTRIES[action.entry]!, action.do, action.n)
  }

  private applyTo(entry: Entry, what: string, n: number): void {
    if (what === 'set') entry.set(this.ctx, n)
    else if (what === 'raw') this.overlay.setRaw(entry.key, encode(u32, n))
    else if (what === 'remove') entry.remove(this.ctx)
    else if (what === 'removeRaw') this.overlay.remove(entry.key)
    if (what === 'set' || what === 'raw') this.top.set(entry.key, n)
    else if (what !== 'read') this.top.delete(entry.key)
    this.check(entry)
  }

  private endBlock(): void {
    while (this.stack.length > 1) {
      this.overlay.commit()
      this.stack.splice(-2, 1)
    }
    this.state.apply(this.overlay.changes())
    this.overlay.promoteToCache()
    this.settled = this.top
    this.nextBlock()
  }

  private nextBlock(): void {
    this.overlay = new Overlay(this.state, this.cache)
    this.stack = [new Map(this.settled)]
  }

  check(entry: Entry): void {
    const expected = this.top.get(entry.key)
    expect(entry.get(this.ctx), entry.name).toBe(expected)
    expect(entry.has(this.ctx), entry.name).toBe(expected !== undefined)
    expect(this.overlay.getRaw(entry.key), entry.name).toEqual(
      expected === undefined ? undefined : encode(u32, expected),
    )
  }

  checkWhole(): void {
    const under = (prefix: ByteString) => [...this.top].filter(([key]) => key.startsWith(prefix)).sort()
    for (const id of NETUIDS) {
      const places = under(storage.Place.prefixOf({ netuid: id }))
      expect(sumOfPlaces.get(this.ctx, { netuid: id })).toBe(places.reduce((sum, [, n]) => sum + n, 0))
    }
    const known = under(storage.Subnet.prefix)
    expect(subnets.get(this.ctx)).toEqual(known.map(([key]) => storage.Subnet.decodeKey(key).netuid))
    expect([...storage.Stake.entries(this.ctx)].map(([, n]) => n)).toEqual(
      under(storage.Stake.prefix).map(([, n]) => n),
    )
    for (const [key, place] of storage.Member.places(this.ctx)) {
      expect(place.get()).toBe(this.top.get(storage.Member.key(key)))
    }
  }
}

describe('what is remembered from block to block', () => {
  test('property: reads are those of the state, whatever is written, raw or not, rolled back, dropped or kept', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
        const chain = new Chain()
        for (const [i, action] of steps.entries()) {
          chain.apply(action)
          if (i % 8 === 0) chain.checkWhole()
        }
        chain.checkWhole()
        for (const entry of ENTRIES) chain.check(entry)
      }),
      { numRuns: 300 },
    )
  })

  test('behavior: a cleared cache reads a state that was changed behind its back', () => {
    const state = new MemoryState()
    const cache = new CellCache()
    const ctx = () => ({ overlay: new Overlay(state, cache), profile: FAST_PROFILE }) as unknown as Ctx
    const key = { account: ACCOUNTS[0]!, netuid: 1 }
    expect(storage.Stake.get(ctx(), key)).toBe(undefined)
    expect(sumOfPlaces.get(ctx(), { netuid: 1 })).toBe(0)
    expect(subnets.get(ctx())).toEqual([])
    state.apply(
      new Map([
        [storage.Stake.key(key), encode(u32, 5)],
        [storage.Place.key({ netuid: 1, uid: 0 }), encode(u32, 7)],
        [storage.Subnet.key({ netuid: 1 }), encode(u32, 1)],
      ]),
    )
    cache.clear()
    expect(storage.Stake.get(ctx(), key)).toBe(5)
    expect(sumOfPlaces.get(ctx(), { netuid: 1 })).toBe(7)
    expect(subnets.get(ctx())).toEqual([1])
  })

  test('behavior: a raw key whose hash is not that of its account is nobody’s entry', () => {
    const overlay = new Overlay(new MemoryState(), new CellCache())
    const ctx = { overlay, profile: FAST_PROFILE } as unknown as Ctx
    const key = { account: ACCOUNTS[0]!, netuid: 1 }
    const real = storage.Stake.key(key)
    const forged = `${real.slice(0, 32)}${'\x01'.repeat(16)}${real.slice(48)}`
    overlay.setRaw(forged, encode(u32, 5))
    expect(storage.Stake.get(ctx, key)).toBe(undefined)
    storage.Stake.set(ctx, key, 6)
    expect(overlay.getRaw(forged)).toEqual(encode(u32, 5))
    expect(new Map([...storage.Stake.places(ctx)].map(([, place]) => [place.get(), true])).size).toBe(2)
    expect(overlay.changes().size).toBe(2)
  })

  test('behavior: a place that was handed out sees what is written beside it and what is rolled back', () => {
    const overlay = new Overlay(new MemoryState())
    const ctx = { overlay, profile: FAST_PROFILE } as unknown as Ctx
    const place = storage.Stake.at(ctx, { account: ACCOUNTS[0]!, netuid: 1 })
    expect(place.has()).toBe(false)
    overlay.begin()
    overlay.setRaw(storage.Stake.key({ account: ACCOUNTS[0]!, netuid: 1 }), encode(u32, 3))
    expect(place.get()).toBe(3)
    place.set(4)
    overlay.rollback()
    expect(place.get()).toBe(undefined)
    expect(overlay.changes().size).toBe(0)
  })

  test('behavior: numbers that are no index are refused, seats or not', () => {
    const ctx = { overlay: new Overlay(new MemoryState(), new CellCache()), profile: FAST_PROFILE } as unknown as Ctx
    storage.Subnet.set(ctx, { netuid: 1 }, 1)
    for (const id of [-1, 1.5, 65_536, Number.NaN])
      expect(() => storage.Subnet.get(ctx, { netuid: id })).toThrow('Not a u16')
  })

  test('behavior: of an unremembered item nothing stays from block to block', () => {
    const state = new MemoryState()
    const cache = new CellCache()
    const key = { account: ACCOUNTS[0]!, netuid: 1 }
    for (const [item, reads] of [
      [storage.Rare, 1],
      [storage.Stake, 0],
    ] as const) {
      const first = new Overlay(state, cache)
      item.set({ overlay: first, profile: FAST_PROFILE } as unknown as Ctx, key, 5)
      state.apply(first.changes())
      first.promoteToCache()
      const next = new Overlay(state, cache)
      expect(item.get({ overlay: next, profile: FAST_PROFILE } as unknown as Ctx, key)).toBe(5)
      expect(next.counters.storeReads).toBe(reads)
    }
  })

  test('behavior: remembered keys are those of the state, whatever blocks write and take back', () => {
    const write = fc.record({
      netuid: fc.constantFrom(1, 2),
      account: fc.constantFrom(...[1, 2, 3, 4].map(testAccount)),
      kind: fc.constantFrom('set', 'remove', 'clear', 'replace', 'forge', 'roll back'),
    })
    fc.assert(
      fc.property(fc.array(fc.array(write, { maxLength: 6 }), { maxLength: 8 }), (blocks) => {
        const state = new MemoryState()
        const cache = new CellCache()
        const keysIn = (overlay: Overlay, netuid: number) =>
          Array.from(storage.Listed.keys({ overlay, profile: FAST_PROFILE } as unknown as Ctx, { netuid }))
        for (const writes of blocks) {
          const overlay = new Overlay(state, cache)
          const ctx = { overlay, profile: FAST_PROFILE } as unknown as Ctx
          for (const { netuid, account, kind } of writes) {
            if (kind === 'set') storage.Listed.set(ctx, { netuid, account }, 1)
            else if (kind === 'remove') storage.Listed.remove(ctx, { netuid, account })
            else if (kind === 'clear') storage.Listed.removePrefix(ctx, { netuid })
            else if (kind === 'replace') storage.Listed.replacePrefix(ctx, { netuid }, [[{ netuid, account }, 4]])
            // A longer key, as root can write it.
            else if (kind === 'forge') overlay.setRaw(`${storage.Listed.key({ netuid, account })}!`, encode(u32, 2))
            else {
              overlay.begin()
              storage.Listed.set(ctx, { netuid, account }, 3)
              keysIn(overlay, netuid)
              overlay.rollback()
            }
          }
          state.apply(overlay.changes())
          overlay.promoteToCache()
          for (const netuid of [1, 2])
            expect(keysIn(new Overlay(state, cache), netuid)).toEqual(keysIn(new Overlay(state), netuid))
        }
      }),
    )
  })

  test('behavior: remembered keys are not looked for again', () => {
    const state = new MemoryState()
    const cache = new CellCache()
    const first = { overlay: new Overlay(state, cache), profile: FAST_PROFILE } as unknown as Ctx
    storage.Listed.set(first, { netuid: 1, account: ACCOUNTS[0]! }, 1)
    expect(storage.Listed.removePrefix(first, { netuid: 1 })).toBe(1)
    storage.Listed.set(first, { netuid: 1, account: ACCOUNTS[1]! }, 2)
    state.apply(first.overlay.changes())
    first.overlay.promoteToCache()
    state.keys = () => {
      throw new Error('not expected to be asked')
    }
    const next = { overlay: new Overlay(state, cache), profile: FAST_PROFILE } as unknown as Ctx
    expect([...storage.Listed.keys(next, { netuid: 1 })]).toEqual([{ netuid: 1, account: ACCOUNTS[1] }])
  })
})

describe('rows', () => {
  const uid = fc.constantFrom(0, 1, 258)
  const write = fc.tuple(fc.constantFrom('set', 'remove', 'forge', 'endBlock', 'forget'), uid, fc.nat(9))

  test('property: are the entries of a first number, whether remembered, written or only stored', () => {
    fc.assert(
      fc.property(fc.constantFrom(3, 40_000), fc.array(write, { maxLength: 30 }), (netuid, writes) => {
        const state = new MemoryState()
        let cache = new CellCache()
        let overlay = new Overlay(state, cache)
        const expected = new Map<ByteString, { n: number; bytes: Uint8Array; isExact: boolean }>()
        for (const [what, n, x] of writes) {
          const ctx = { overlay, profile: FAST_PROFILE } as unknown as Ctx
          const key = storage.Row.key({ netuid, uid: n })
          const bytes = encode(u32, x)
          if (what === 'set') {
            storage.Row.set(ctx, { netuid, uid: n }, x)
            expected.set(key, { n, bytes, isExact: true })
          } else if (what === 'remove') {
            storage.Row.remove(ctx, { netuid, uid: n })
            expected.delete(key)
          } else if (what === 'forge') {
            overlay.setRaw(`${key}!`, bytes)
            expected.set(`${key}!`, { n, bytes, isExact: false })
          } else {
            state.apply(overlay.changes())
            overlay.promoteToCache()
            if (what === 'forget') cache = new CellCache()
            overlay = new Overlay(state, cache)
          }
          const rows: unknown[] = []
          storage.Row.visitRows({ overlay } as unknown as Ctx, { netuid }, (n, bytes, isExact) => {
            rows.push({ n, bytes, isExact })
          })
          expect(rows).toEqual([...expected].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry))
        }
      }),
    )
  })
})
