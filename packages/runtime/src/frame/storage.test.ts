import { byteStringToHex } from '@neurite/primitives/bytes'
import { accountId, u16, u64 } from '@neurite/primitives/scale'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testAccount } from '../testing/harness.ts'
import { MemoryState } from '../testing/memoryState.ts'
import type { Ctx } from './ctx.ts'
import { blake2_128Concat, identity, twox64Concat } from './keyParts.ts'
import { Overlay } from './overlay.ts'
import { pallet } from './pallet.ts'
import { FAST_PROFILE } from './profile.ts'
import { map, value } from './storage.ts'

const P = pallet({ name: 'System', index: 200, crate: 'pallet_test' })
const storage = P.storage({
  Number: value(u64),
  Account: map({ account: blake2_128Concat(accountId) }, u64),
  Pairs: map({ netuid: identity(u16), account: twox64Concat(accountId) }, u16).default(7),
  Maybe: map({ netuid: identity(u16) }, u16).optional(),
})

function context(): Ctx {
  return { overlay: new Overlay(new MemoryState()), profile: FAST_PROFILE } as unknown as Ctx
}

const ALICE = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'

test('vectors: keys are those of every Substrate chain', () => {
  expect(byteStringToHex(storage.Number.key())).toBe(
    '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac',
  )
  expect(byteStringToHex(storage.Account.key({ account: ALICE }))).toBe(
    '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9de1e86a9a8c739864cf3cc5ec2bea59fd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
  )
})

test('behavior: a missing key reads as the default, an optional one as undefined', () => {
  const ctx = context()
  expect(storage.Number.get(ctx)).toBe(0n)
  expect(storage.Pairs.get(ctx, { netuid: 1, account: ALICE })).toBe(7)
  expect(storage.Maybe.get(ctx, { netuid: 1 })).toBe(undefined)
  expect(storage.Pairs.has(ctx, { netuid: 1, account: ALICE })).toBe(false)
})

test('property: entries come back with their keys, in the order of the raw bytes, and by prefix', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.nat(3), fc.nat(20), fc.nat(65_535)), {
        selector: ([n, who]) => `${n}/${who}`,
        maxLength: 30,
      }),
      (rows) => {
        const ctx = context()
        for (const [netuid, who, n] of rows) storage.Pairs.set(ctx, { netuid, account: testAccount(who) }, n)
        const all = [...storage.Pairs.entries(ctx)]
        expect(all).toHaveLength(rows.length)
        const raw = all.map(([key]) => storage.Pairs.key(key))
        expect(raw).toEqual([...raw].sort((a, b) => (a < b ? -1 : 1)))
        for (const [netuid, who, n] of rows) {
          expect(all).toContainEqual([{ netuid, account: testAccount(who) }, n])
          expect(storage.Pairs.get(ctx, { netuid, account: testAccount(who) })).toBe(n)
        }
        const some = rows.filter(([netuid]) => netuid === 2).length
        expect([...storage.Pairs.keys(ctx, { netuid: 2 })]).toHaveLength(some)
        expect(storage.Pairs.removePrefix(ctx, { netuid: 2 })).toBe(some)
        expect([...storage.Pairs.keys(ctx)]).toHaveLength(rows.length - some)
        const others = [...storage.Pairs.entries(ctx)].filter(([{ netuid }]) => netuid !== 1)
        const next = [3, 20, 21].map((who) => [{ netuid: 1, account: testAccount(who) }, who] as const)
        storage.Pairs.replacePrefix(ctx, { netuid: 1 }, next)
        expect([...storage.Pairs.entries(ctx, { netuid: 1 })]).toHaveLength(next.length)
        for (const [key, n] of next) expect(storage.Pairs.get(ctx, key)).toBe(n)
        expect([...storage.Pairs.entries(ctx)].filter(([{ netuid }]) => netuid !== 1)).toEqual(others)
      },
    ),
    { numRuns: 100 },
  )
})

test('behavior: a map may be changed while it is walked', () => {
  const ctx = context()
  for (let netuid = 0; netuid < 5; netuid++) storage.Maybe.set(ctx, { netuid }, netuid)
  const seen: number[] = []
  for (const [{ netuid }] of storage.Maybe.entries(ctx)) {
    seen.push(netuid)
    storage.Maybe.remove(ctx, { netuid: netuid + 1 })
    storage.Maybe.set(ctx, { netuid: netuid + 100 }, 1)
  }
  expect(seen).toEqual([0, 2, 4])
})

test('behavior: bytes that are no value read as if the key were absent, and an iteration passes over them', () => {
  const ctx = context()
  const good = { netuid: 1, account: ALICE } as const
  const bad = { netuid: 2, account: ALICE } as const
  storage.Pairs.set(ctx, good, 5)
  ctx.overlay.setRaw(storage.Pairs.key(bad), new Uint8Array([1]))
  ctx.overlay.setRaw(`${storage.Pairs.prefix}x`, new Uint8Array([1, 0]))
  expect(storage.Pairs.get(ctx, bad)).toBe(7)
  expect(storage.Pairs.has(ctx, bad)).toBe(true)
  expect([...storage.Pairs.entries(ctx)]).toEqual([[good, 5]])
  expect([...storage.Pairs.keys(ctx)]).toEqual([good, bad])
  storage.Pairs.mutate(ctx, bad, (old) => old + 1)
  expect(storage.Pairs.get(ctx, bad)).toBe(8)
})
