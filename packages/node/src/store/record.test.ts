import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeAfter, heldBy, isAbsent, madeBy, NEVER, nextRecord, type StateRecord, viewOf } from './record.ts'

/** Records of a key that changed in `blocks`, each with its block as value, by the block that replaced them. */
function replacedBy(blocks: readonly number[], oldest: number) {
  const replaced = new Map<number, StateRecord>()
  let record = NEVER
  for (const block of blocks) {
    replaced.set(block, record)
    record = nextRecord(record, block, oldest, new TextEncoder().encode(String(block)))
  }
  return { record, replaced }
}

/** The record at `block`, and the steps to it. */
function walk(blocks: readonly number[], block: number, oldest = 0): { record: StateRecord; steps: number } {
  let { record, replaced } = replacedBy(blocks, oldest)
  for (let steps = 0; ; steps++) {
    const change = changeAfter(record, block)
    if (change === undefined) return { record, steps }
    record = replaced.get(change)!
  }
}

const textOf = (record: StateRecord): string | undefined => {
  const value = heldBy(record)
  expect(viewOf(record)).toEqual(value)
  return value && new TextDecoder().decode(value)
}

describe('a record', () => {
  test('default: holds the value, even an empty one, and the block that made it', () => {
    const empty = nextRecord(NEVER, 7, 0, new Uint8Array(0))
    expect([isAbsent(empty), heldBy(empty), madeBy(empty)]).toEqual([false, new Uint8Array(0), 7])
    const removed = nextRecord(empty, 2 ** 32 - 1, 0, undefined)
    expect([isAbsent(removed), heldBy(removed), madeBy(removed)]).toEqual([true, undefined, 2 ** 32 - 1])
    expect([isAbsent(NEVER), heldBy(NEVER), madeBy(NEVER)]).toEqual([true, undefined, undefined])
  })

  test('property: leads to what the key held at every block that is kept', () => {
    const gaps = fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5000 })), {
      minLength: 1,
      maxLength: 60,
    })
    fc.assert(
      fc.property(gaps, fc.nat(4_000_000_000), fc.nat(20_000), fc.nat(30_000), (steps, first, kept, back) => {
        const blocks: number[] = []
        for (const step of steps) blocks.push((blocks.at(-1) ?? first) + step)
        const head = blocks.at(-1)!
        const oldest = Math.max(0, head - kept)
        const block = Math.max(oldest, head - back)
        const expected = blocks.findLast((change) => change <= block)
        expect(textOf(walk(blocks, block, oldest).record)).toBe(expected?.toString())
      }),
      { numRuns: 1000 },
    )
  })

  test('behavior: a key that changes in every block is found in few steps, however old the state', () => {
    const blocks = Array.from({ length: 5000 }, (_, index) => index + 1)
    for (const block of [0, 1, 15, 16, 17, 255, 256, 904, 2048, 4095, 4096, 4990, 4999, 5000]) {
      const { record, steps } = walk(blocks, block)
      expect(textOf(record)).toBe(block === 0 ? undefined : String(block))
      // At most 15 steps of each size: 1, 16, 256, 4096.
      expect(steps).toBeLessThanOrEqual(60)
    }
  })

  test('limit: does not grow with the number of changes', () => {
    const blocks = Array.from({ length: 70_000 }, (_, index) => index + 1)
    expect(replacedBy(blocks, 0).record.length).toBeLessThan(25)
    expect(nextRecord(replacedBy(blocks, 0).record, 70_001, 69_745, new Uint8Array(8)).length).toBeLessThan(17)
  })
})
