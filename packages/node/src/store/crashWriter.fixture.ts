/**
 * A process to be killed: commits random blocks without end and prints the number of each once it is durable.
 * Arguments: folder, seed, `overlap` to start a block before the last one is durable.
 */
import type { ByteString } from '@neurite/primitives/bytes'
import { appendBlock } from './header.fixture.ts'
import { openLmdbStore } from './lmdb.ts'

const [folder, seed, mode] = process.argv.slice(2)
let x = (Number(seed) * 2654435761 + 1) >>> 0

/** xorshift32: the same blocks for the same seed. */
function random(below: number): number {
  x ^= x << 13
  x ^= x >>> 17
  x ^= x << 5
  return (x >>> 0) % below
}

const store = openLmdbStore(folder!, { statePruning: 8, blocksPruning: 8, overlap: mode === 'overlap' })
let before: Promise<unknown> = Promise.resolve()
for (;;) {
  const changes = new Map<ByteString, Uint8Array | undefined>()
  for (let index = 0; index < 300; index++) {
    const key = `pallet ${random(8)} ${String.fromCharCode(random(256), random(16))}${'k'.repeat(random(40))}`
    changes.set(key, random(4) === 0 ? undefined : new Uint8Array(random(60)).fill(random(256)))
  }
  const committed = appendBlock(store, changes, { extrinsics: [new Uint8Array(random(2000)).fill(1)] })
  const { number } = store.head()!
  // Killed before it, in the middle, or after it.
  if (random(3) > 0) void store.settle()
  const announced = committed.then(() => process.stdout.write(`${number}\n`))
  // Two blocks at most on their way.
  await (mode === 'overlap' ? before : announced)
  before = announced
}
