/** One suite for every implementation of the chain store. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ByteString, bytesToHex, type Hash, hexToBytes } from '@neurite/primitives/bytes'
import { trieRoot, verifyProof } from '@neurite/primitives/trie'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { appendBlock, encodeTestHeader, NO_PARENT } from './header.fixture.ts'
import { type ChainStore, openLmdbStore, openMemoryStore, type StateReader, type StoreOptions } from './index.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))
const changes = (entries: Record<string, string | undefined>) =>
  new Map(Object.entries(entries).map(([key, value]) => [key, value === undefined ? undefined : bytes(value)]))

function contents(reader: StateReader): Map<ByteString, Uint8Array> {
  return new Map([...reader.keys('')].map((key) => [key, reader.get(key)!]))
}

const folders: string[] = []
const stores: ChainStore[] = []
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const implementations: [string, (options?: StoreOptions) => ChainStore][] = [
  ['memory', (options) => openMemoryStore(options)],
  [
    'lmdb',
    (options) => {
      const folder = mkdtempSync(join(tmpdir(), 'neurite-store-'))
      folders.push(folder)
      return openLmdbStore(folder, { fsync: false, ...options })
    },
  ],
  [
    'lmdb with overlapping commits',
    (options) => {
      const folder = mkdtempSync(join(tmpdir(), 'neurite-store-'))
      folders.push(folder)
      return openLmdbStore(folder, { fsync: false, overlap: true, ...options })
    },
  ],
]

describe.each(implementations)('%s', (_name, openStore) => {
  const open = (options?: StoreOptions) => {
    const store = openStore(options)
    stores.push(store)
    return store
  }

  test('default: an empty store has no head, and every block is unknown', () => {
    const store = open()
    expect(store.head()).toBeUndefined()
    expect(store.genesisHash()).toBeUndefined()
    expect(store.header(0)).toBeUndefined()
    expect(store.hashOf(0)).toBeUndefined()
    expect(() => store.stateAt('head')).toThrow('Block `head` is unknown.')
    expect(store.recomputeRoot()).toBe('0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314')
  })

  test('default: a committed block is there in all its parts', async () => {
    const store = open()
    const genesis = await appendBlock(store, changes({ a: '1' }))
    const extrinsics = [bytes('first'), new Uint8Array(0), bytes('third')]
    const blobs = { events: bytes('happened'), none: new Uint8Array(0) }
    const hash = await appendBlock(store, changes({ a: '2', b: '3' }), {
      extrinsics,
      blobs,
      meta: { note: bytes('m') },
    })
    expect(store.head()).toEqual({ number: 1, hash })
    expect(store.genesisHash()).toBe(genesis)
    for (const at of [hash, 1, 'head'] as const) {
      expect(store.body(at)).toEqual(extrinsics)
      expect(store.blob(at, 'events')).toEqual(blobs.events)
      expect(store.blob(at, 'none')).toEqual(blobs.none)
      expect(store.blob(at, 'other')).toBeUndefined()
      expect(store.header(at)).toEqual(
        encodeTestHeader(genesis, 1, bytesToHex(trieRoot(changes({ a: '2', b: '3' }) as never))),
      )
    }
    expect(store.body(0)).toEqual([])
    expect([store.hashOf(0), store.hashOf(1), store.hashOf(2)]).toEqual([genesis, hash, undefined])
    expect([store.numberOf(genesis), store.numberOf(hash), store.numberOf(NO_PARENT)]).toEqual([0, 1, undefined])
    expect(store.meta('note')).toEqual(bytes('m'))
    await store.setMeta('note', undefined)
    expect(store.meta('note')).toBeUndefined()
    expect(store.stats().stateKeys).toBe(2)
  })

  test('behavior: a chain may start at any number', async () => {
    const store = open()
    const state = store.prepareRoot(changes({ a: '1' }))
    await store.commitBlock({ header: encodeTestHeader(NO_PARENT, 4_000_000, state.root), extrinsics: [], state })
    await appendBlock(store, changes({ a: '2' }))
    expect(store.head()?.number).toBe(4_000_001)
    expect(store.stateAt(4_000_000).get('a')).toEqual(bytes('1'))
    expect(() => store.stateAt(3_999_999)).toThrow('Block `3999999` is unknown.')
  })

  test('behavior: a reader stays at its block when the head moves on, in the middle of a walk too', async () => {
    const store = open()
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${100 + index}`, '1']))
    await appendBlock(store, changes(many))
    const reader = store.stateAt('head')
    const seen: string[] = []
    for (const key of reader.keys('k')) {
      seen.push(key)
      if (seen.length % 10 !== 0) continue
      const next = String(seen.length / 10)
      await appendBlock(
        store,
        changes({ [`k${100 + seen.length}`]: undefined, k100: undefined, [`k1${next}!`]: 'new', k199: next }),
      )
    }
    expect(seen).toEqual(Object.keys(many))
    expect(reader.get('k199')).toEqual(bytes('1'))
    expect(reader.get('k100')).toEqual(bytes('1'))
    expect(store.stateAt('head').get('k100')).toBeUndefined()
  })

  test('behavior: keys are those with the prefix, above `after`, in byte order', async () => {
    const store = open()
    const keys = ['', '\0', '\0\0', 'a', 'a\0', 'ab', 'a\xff', 'b', '\xff', '\xff\xff', '\xff\xff\x01']
    await appendBlock(store, new Map(keys.map((key) => [key, bytes('x')])))
    await appendBlock(store, changes({ a: undefined, c: 'new' }))
    const old = store.stateAt(0)
    expect([...old.keys('')]).toEqual(keys)
    expect([...old.keys('a')]).toEqual(['a', 'a\0', 'ab', 'a\xff'])
    expect([...old.keys('a', 'a')]).toEqual(['a\0', 'ab', 'a\xff'])
    expect([...old.keys('a', 'b')]).toEqual([])
    expect([...old.keys('b', 'a')]).toEqual(['b'])
    expect([...old.keys('\xff')]).toEqual(['\xff', '\xff\xff', '\xff\xff\x01'])
    expect([...store.stateAt('head').keys('a')]).toEqual(['a\0', 'ab', 'a\xff'])
  })

  test('behavior: long keys are kept apart and in order', async () => {
    const store = open()
    const stem = 'p'.repeat(1899)
    const keys = [stem, `${stem}a`, `${stem}a\0`, `${stem}aa`, `${stem}ab${'c'.repeat(5000)}`, `${stem}b`, 'q']
    await appendBlock(store, new Map(keys.map((key, index) => [key, Uint8Array.of(index)])))
    await appendBlock(
      store,
      new Map([
        [keys[3]!, undefined],
        [keys[4]!, bytes('new')],
      ]),
    )
    for (const [index, key] of keys.entries()) expect(store.stateAt(0).get(key)).toEqual(Uint8Array.of(index))
    expect([...store.stateAt(0).keys('p')]).toEqual(keys.slice(0, -1))
    expect([...store.stateAt(0).keys(`${stem}a`, `${stem}a`)]).toEqual(keys.slice(2, 5))
    expect([...store.stateAt('head').keys(`${stem}aa`)]).toEqual([])
    expect([...store.stateAt('head').keys('')]).toEqual(keys.filter((_, index) => index !== 3))
    expect(store.stateAt('head').get(keys[4]!)).toEqual(bytes('new'))
    expect(store.recomputeRoot()).toBe(bytesToHex(trieRoot(contents(store.stateAt('head')))))
    for (const key of keys) {
      const proof = store.readProof(0, [key])
      expect(verifyProof(hexToBytes(rootOf(store, 0)), proof, [key]).get(key)).toEqual(store.stateAt(0).get(key))
    }
    await appendBlock(store, new Map(keys.map((key) => [key, undefined])))
    expect([...store.stateAt('head').keys('')]).toEqual([])
  })

  test('behavior: many keys just below the limit for long ones are kept whole', async () => {
    const store = open()
    const keys = Array.from({ length: 300 }, (_, index) => `${'s'.repeat(1790 + (index % 110))}${1000 + index}`)
    await appendBlock(store, new Map(keys.map((key, index) => [key, Uint8Array.of(index)])))
    await appendBlock(store, new Map(keys.map((key) => [key, undefined])))
    expect([...store.stateAt(0).keys('s')]).toEqual(keys.toSorted((a, b) => (a < b ? -1 : 1)))
    for (const [index, key] of keys.entries()) expect(store.stateAt(0).get(key)).toEqual(Uint8Array.of(index))
    expect([...store.stateAt('head').keys('')]).toEqual([])
  })

  test('property: every kept state, its root and its proofs are as if each block had been kept whole', async () => {
    const key = fc.array(fc.constantFrom(0, 1, 16, 255), { maxLength: 4 }).map((codes) => String.fromCharCode(...codes))
    const value = fc.constantFrom(0, 1, 32, 33, 70).map((length) => new Uint8Array(length).fill(length))
    const block = fc.array(fc.tuple(key, fc.option(value, { nil: undefined })), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        async (blocks, kept) => {
          const store = openStore({ statePruning: kept })
          const states: Map<ByteString, Uint8Array>[] = []
          for (const entries of blocks) {
            const state = new Map(states.at(-1))
            for (const [k, v] of new Map(entries)) {
              if (v === undefined) state.delete(k)
              else state.set(k, v)
            }
            states.push(state)
            await appendBlock(store, new Map(entries))
            if (states.length % 3 > 0) await store.settle()
          }
          const top = states.length - 1
          expect(store.oldestState()).toBe(Math.max(0, top - kept))
          for (let number = 0; number <= top; number++) {
            if (number < top - kept) {
              expect(() => store.stateAt(number)).toThrow(`The state of block ${number} has been discarded.`)
              continue
            }
            const expected = new Map([...states[number]!].sort(([a], [b]) => (a < b ? -1 : 1)))
            const root = trieRoot(expected)
            expect([...contents(store.stateAt(number))]).toEqual([...expected])
            expect(rootOf(store, number)).toBe(bytesToHex(root))
            const asked = [...expected.keys(), 'no such key']
            const shown = verifyProof(root, store.readProof(number, asked), asked)
            for (const k of asked) expect(shown.get(k)).toEqual(expected.get(k))
          }
          const target = Math.max(0, top - kept)
          await store.revertTo(target)
          expect(store.head()?.number).toBe(target)
          expect(contents(store.stateAt('head'))).toEqual(states[target])
          expect(store.recomputeRoot()).toBe(bytesToHex(trieRoot(states[target]!)))
          await appendBlock(store, changes({ after: 'revert' }))
          expect(rootOf(store, target + 1)).toBe(store.recomputeRoot())
          await store.close()
        },
      ),
      { numRuns: 60 },
    )
  })

  test('behavior: states across many segments, with commits not waited for', async () => {
    const store = open({ statePruning: 40 })
    const states: Map<ByteString, Uint8Array>[] = []
    const commits: Promise<unknown>[] = []
    for (let number = 0; number < 100; number++) {
      const block = new Map<ByteString, Uint8Array | undefined>()
      for (let index = 0; index < 6; index++) {
        const place = (number * 7 + index * index * 31) % 60
        block.set(`k\0${place}`, (number + index) % 5 === 0 ? undefined : Uint8Array.of(number))
      }
      const state = new Map(states.at(-1))
      for (const [k, v] of block) {
        if (v === undefined) state.delete(k)
        else state.set(k, v)
      }
      states.push(state)
      commits.push(appendBlock(store, block))
      if (number % 4 === 0) commits.push(store.settle())
      if (number % 9 === 0) expect(contents(store.stateAt('head'))).toEqual(state)
      if (number % 30 === 29) await Promise.all(commits)
    }
    await Promise.all(commits)
    for (let number = 59; number < 100; number++) expect(contents(store.stateAt(number))).toEqual(states[number])
    expect(() => store.stateAt(58)).toThrow('The state of block 58 has been discarded.')
    await store.revertTo(59)
    expect(contents(store.stateAt('head'))).toEqual(states[59])
    expect(store.oldestState()).toBe(59)
    await appendBlock(store, new Map([['k', undefined]]))
    expect(store.recomputeRoot()).toBe(rootOf(store, 60))
  })

  test('behavior: a walk over thousands of keys sees all of them, now and at an old block', async () => {
    const store = open()
    const all = Array.from({ length: 3000 }, (_, index) => `n${10_000 + index}`)
    await appendBlock(store, new Map(all.map((key) => [key, bytes('1')])))
    // Whole pages vanish, some keys come between others, some only change.
    const next = new Map<ByteString, Uint8Array | undefined>(all.slice(100, 2500).map((key) => [key, undefined]))
    for (let index = 0; index < 3000; index += 7) next.set(`n${10_000 + index}+`, bytes('2'))
    for (let index = 2600; index < 2700; index++) next.set(all[index]!, bytes('2'))
    const committed = appendBlock(store, next)
    const expected = [
      ...all.slice(0, 100),
      ...all.slice(2500),
      ...all.filter((_, i) => i % 7 === 0).map((k) => `${k}+`),
    ]
    for (const when of ['before the disk', 'after']) {
      expect([...store.stateAt(0).keys('n')], when).toEqual(all)
      expect([...store.stateAt(0).keys('n', all[1234]!)], when).toEqual(all.slice(1235))
      expect([...store.stateAt(1).keys('n')], when).toEqual(expected.sort())
      await committed
    }
    expect(rootOf(store, 1)).toBe(store.recomputeRoot())
  })

  test('behavior: an archive keeps every state', async () => {
    const store = open({ statePruning: 'archive' })
    for (let number = 0; number < 40; number++) await appendBlock(store, changes({ a: String(number) }))
    expect(store.oldestState()).toBe(0)
    for (let number = 0; number < 40; number++) expect(store.stateAt(number).get('a')).toEqual(bytes(String(number)))
  })

  test('behavior: keys that come, change in every block, and go are found at every block of an archive', async () => {
    const store = open({ statePruning: 'archive' })
    const isThere = (number: number) => number % 40 >= 7
    for (let number = 0; number < 300; number++) {
      await appendBlock(
        store,
        changes({ hot: String(number), once: number === 3 ? 'x' : '0', some: isThere(number) ? 'y' : undefined }),
      )
    }
    for (let number = 0; number < 300; number++) {
      const state = store.stateAt(number)
      expect(state.get('hot')).toEqual(bytes(String(number)))
      expect(state.get('once')).toEqual(bytes(number === 3 ? 'x' : '0'))
      expect(state.get('some')).toEqual(isThere(number) ? bytes('y') : undefined)
      expect([...state.keys('')]).toEqual(isThere(number) ? ['hot', 'once', 'some'] : ['hot', 'once'])
    }
  })

  test('behavior: bodies and blobs beyond the limit go, headers stay', async () => {
    const store = open({ blocksPruning: 2 })
    for (let number = 0; number < 6; number++) {
      await appendBlock(store, changes({ a: String(number) }), {
        extrinsics: [bytes('x')],
        blobs: { events: bytes('e') },
      })
    }
    expect([0, 1, 2, 3, 4, 5].map((number) => store.body(number)?.length)).toEqual([
      undefined,
      undefined,
      undefined,
      1,
      1,
      1,
    ])
    expect([2, 3].map((number) => store.blob(number, 'events'))).toEqual([undefined, bytes('e')])
    expect(store.header(0)).toBeDefined()
    expect(store.numberOf(store.hashOf(0)!)).toBe(0)
  })

  test('behavior: candidates on one head do not see each other; only one of them can be committed', async () => {
    const store = open()
    await appendBlock(store, changes({ a: '1' }))
    const head = store.head()!
    const first = store.prepareRoot(changes({ a: '2' }))
    const second = store.prepareRoot(changes({ b: '2' }))
    expect(first.root).toBe(bytesToHex(trieRoot([['a', bytes('2')]])))
    await store.commitBlock({ header: encodeTestHeader(head.hash, 1, second.root), extrinsics: [], state: second })
    const late = { header: encodeTestHeader(store.head()!.hash, 2, first.root), extrinsics: [], state: first }
    await expect(store.commitBlock(late)).rejects.toMatchObject({ code: 'StalePreparation' })
    expect(store.head()?.number).toBe(1)
  })

  test('behavior: a block that does not fit is refused and changes nothing', async () => {
    const store = open()
    await appendBlock(store, changes({ a: '1' }))
    const { hash } = store.head()!
    const state = store.prepareRoot(changes({ a: '2' }))
    const cases: [string, Hash, number, Hash][] = [
      ['BlockOutOfOrder', hash, 2, state.root],
      ['BlockOutOfOrder', NO_PARENT, 1, state.root],
      ['StateRootMismatch', hash, 1, NO_PARENT],
    ]
    for (const [code, parent, number, root] of cases) {
      const header = encodeTestHeader(parent, number, root)
      await expect(store.commitBlock({ header, extrinsics: [], state })).rejects.toMatchObject({ code })
    }
    await expect(store.commitBlock({ header: new Uint8Array(20), extrinsics: [], state })).rejects.toMatchObject({
      code: 'MalformedHeader',
    })
    expect(store.head()).toEqual({ number: 0, hash })
    expect(store.stateAt('head').get('a')).toEqual(bytes('1'))
  })

  test('behavior: a reader of a reverted block says so, also when another block took its number', async () => {
    const store = open()
    await appendBlock(store, changes({ a: '1' }))
    await appendBlock(store, changes({ a: '2' }))
    const reader = store.stateAt(1)
    await store.revertTo(0)
    expect(() => reader.get('a')).toThrow('has been reverted')
    await appendBlock(store, changes({ a: '3' }))
    expect(() => reader.get('a')).toThrow('has been reverted')
    expect(store.stateAt(0).get('a')).toEqual(bytes('1'))
    expect(() => store.revertTo(2)).toThrow('Block `2` is unknown.')
  })
})

function rootOf(store: ChainStore, number: number): Hash {
  return bytesToHex(store.header(number)!.subarray(36, 68))
}
