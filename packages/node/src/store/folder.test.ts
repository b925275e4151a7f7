import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isNeuriteError, type NeuriteError } from '@neurite/primitives/errors'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appendBlock } from './header.fixture.ts'
import { openLmdbStore, type StoreOptions } from './index.ts'

let base: string
let folder: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'neurite-folder-'))
  folder = join(base, 'chain')
})
afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})

const open = (options?: StoreOptions) => openLmdbStore(folder, { fsync: false, ...options })
const put = (index: number) => new Map([[`key ${index % 50}`, Uint8Array.of(index)]])

function errorOf(run: () => unknown): NeuriteError {
  try {
    run()
  } catch (error) {
    if (isNeuriteError(error)) return error
    throw error
  }
  throw new Error('expected an error')
}

/** Message with the folder's name, which differs from run to run, taken out. */
const messageOf = (error: NeuriteError) => error.message.replaceAll(folder, '<folder>')

test('default: closed and opened again, everything is there', async () => {
  const first = open()
  for (let index = 0; index < 20; index++) await appendBlock(first, put(index))
  const head = first.head()
  await first.close()
  const again = open()
  expect(again.head()).toEqual(head)
  expect(again.stateAt(10).get('key 10')).toEqual(Uint8Array.of(10))
  await appendBlock(again, put(20))
  expect(again.recomputeRoot()).toBe(again.prepareRoot(new Map()).root)
  await again.close()
})

test('property: opened again after any block, the store goes on as if it had stayed open', async () => {
  const place = fc.integer({ min: 0, max: 40 })
  const change = fc.tuple(place, fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }))
  const step = fc.record({
    changes: fc.array(change, { maxLength: 8 }),
    settle: fc.boolean(),
    reopen: fc.boolean(),
    back: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }) }),
  })
  // Prefixed like storage entries, so that the keys have their turns in different blocks.
  const keyOf = (index: number) => `${'p'.repeat(32)}${String.fromCharCode(index * 6)}`
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 70 }), fc.boolean(), async (steps, overlap) => {
      const options = { statePruning: 10, overlap }
      let store = open(options)
      const states: Map<string, Uint8Array>[] = []
      try {
        for (const { changes, settle, reopen, back } of steps) {
          const block = new Map(
            changes.map(([index, value]) => [keyOf(index), value === undefined ? undefined : Uint8Array.of(value)]),
          )
          const state = new Map(states.at(-1))
          for (const [key, value] of block) {
            if (value === undefined) state.delete(key)
            else state.set(key, value)
          }
          states.push(state)
          await appendBlock(store, block)
          if (settle) await store.settle()
          if (reopen) {
            await store.close()
            store = open(options)
          }
          if (back > 0) {
            const target = Math.max(store.oldestState(), states.length - 1 - back)
            await store.revertTo(target)
            states.length = target + 1
          }
          expect(store.head()?.number).toBe(states.length - 1)
          expect(store.recomputeRoot()).toBe(store.prepareRoot(new Map()).root)
          expect(store.stats().stateKeys).toBe(states.at(-1)!.size)
          for (const number of [store.oldestState(), states.length - 1]) {
            const expected = [...states[number]!].sort(([a], [b]) => (a < b ? -1 : 1))
            const reader = store.stateAt(number)
            expect([...reader.keys('')].map((key) => [key, reader.get(key)])).toEqual(expected)
          }
        }
      } finally {
        await store.close()
        rmSync(folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 40 },
  )
})

test('behavior: a block with very many changes comes between others, and all are kept', async () => {
  const options = { statePruning: 4 }
  const store = open(options)
  for (let index = 0; index < 20; index++) await appendBlock(store, put(index))
  const many = new Map(Array.from({ length: 40_000 }, (_, index) => [`key ${index}`, Uint8Array.of(1)]))
  await appendBlock(store, many)
  for (let index = 20; index < 24; index++) await appendBlock(store, put(index))
  await store.close()
  const again = open(options)
  expect(again.stats().stateKeys).toBe(40_000)
  expect(again.recomputeRoot()).toBe(again.prepareRoot(new Map()).root)
  expect(again.stateAt(20).get('key 22')).toEqual(Uint8Array.of(1))
  expect(again.stateAt('head').get('key 22')).toEqual(Uint8Array.of(22))
  await again.revertTo(20)
  expect(again.recomputeRoot()).toBe(again.prepareRoot(new Map()).root)
  await again.close()
})

test('behavior: a large state is read with word of how far it has come', async () => {
  const store = open()
  await appendBlock(store, new Map(Array.from({ length: 250_000 }, (_, index) => [`key ${index}`, Uint8Array.of(1)])))
  await store.close()
  const told: [number, number][] = []
  const again = open({ onProgress: (entries, total) => told.push([entries, total]) })
  expect(told).toEqual([
    [100_000, 250_000],
    [200_000, 250_000],
  ])
  await again.close()
})

test('behavior: a lower limit on the next start prunes step by step', async () => {
  const archive = open({ statePruning: 'archive' })
  for (let index = 0; index < 60; index++) await appendBlock(archive, put(index))
  await archive.close()
  const pruned = open({ statePruning: 4 })
  await appendBlock(pruned, put(60))
  expect(pruned.oldestState()).toBe(16)
  for (let index = 61; index < 64; index++) await appendBlock(pruned, put(index))
  expect(pruned.oldestState()).toBe(59)
  expect(pruned.stateAt(60).get('key 9')).toEqual(Uint8Array.of(59))
  await pruned.close()
})

test('behavior: a store that is open cannot be opened again', async () => {
  const store = open()
  const error = errorOf(() => open())
  expect(error.code).toBe('StoreInUse')
  expect(error.shortMessage).toBe(`The chain store in \`${folder}\` is in use.`)
  expect(error.details[1]).toBe('Stop that node, or give this one another base path.')
  await store.close()
  await open().close()
})

test('behavior: another process gets a clear error, and the folder once the first is gone', async () => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url))
  expect(spawnSync(process.execPath, [join(root, 'scripts/build.mjs')]).status).toBe(0)
  const module = JSON.stringify(join(root, 'packages/node/dist/store/index.js'))
  const script = `const { openLmdbStore } = await import(${module})
    try { await openLmdbStore(${JSON.stringify(folder)}).close(); console.log('opened') } catch (error) { console.log(error.code) }`
  const other = () =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim()
  const store = open()
  expect(other()).toBe('StoreInUse')
  await store.close()
  expect(other()).toBe('opened')
})

test('behavior: a lock left by a process that is gone is taken over', async () => {
  await open().close()
  const owners = [
    { pid: 2 ** 22 + 1, started: '', host: 'gone' },
    // The number lives, but under another process than the one that wrote the lock.
    { pid: process.pid, started: 'another boot:1', host: 'gone' },
  ]
  for (const text of [...owners.map((owner) => JSON.stringify(owner)), '{"pid":']) {
    writeFileSync(join(folder, 'LOCK'), text)
    await open().close()
  }
})

test('behavior: a folder with other files is left alone', () => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'thesis.txt'), 'mine')
  const error = errorOf(() => open())
  expect(error.code).toBe('ForeignFolder')
  expect(messageOf(error)).toMatchInlineSnapshot(`
    "The folder \`<folder>\` holds other files than a chain store.
    Found \`thesis.txt\` but no \`store.json\`.
    Choose an empty folder as base path."
  `)
  expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('mine')
})

test('behavior: a store of another format is refused', async () => {
  await open().close()
  writeFileSync(join(folder, 'store.json'), '{"format":"neurite-chain-store","version":1}')
  const error = errorOf(() => open())
  expect(error.code).toBe('ForeignFolder')
  expect(error.details[0]).toBe('Found `neurite-chain-store 1`, expected `neurite-chain-store 3`.')
  writeFileSync(join(folder, 'store.json'), '{"form')
  expect(errorOf(() => open()).code).toBe('CorruptStore')
})

test('behavior: a damaged data file is reported, and can be opened once it is restored', async () => {
  const store = open()
  for (let index = 0; index < 20; index++) {
    await appendBlock(store, put(index), { extrinsics: [new Uint8Array(300_000).fill(index)] })
  }
  await store.close()
  const file = join(folder, 'data.mdb')
  const whole = readFileSync(file)
  writeFileSync(file, Buffer.alloc(whole.length, 'garbage'))
  expect(errorOf(() => open()).code).toBe('CorruptStore')
  writeFileSync(file, whole)
  truncateSync(file, Math.floor(statSync(file).size / 2))
  const error = errorOf(() => open())
  expect(error.code).toBe('CorruptStore')
  expect(error.shortMessage).toBe(`The chain store in \`${folder}\` cannot be read.`)
  writeFileSync(file, whole)
  const again = open()
  expect(again.head()?.number).toBe(19)
  await again.close()
})
