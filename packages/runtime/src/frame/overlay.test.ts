import { u32 } from '@neurite/primitives/scale'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryState } from '../testing/memoryState.ts'
import { CellCache } from './cellCache.ts'
import { Overlay } from './overlay.ts'

const ITEM = 'i'.repeat(32)
const keyOf = (n: number): string => ITEM + String.fromCharCode(n)
const bytesOf = (n: number): Uint8Array => new Uint8Array([n, 0, 0, 0])

function memoryState(entries: ReadonlyMap<string, Uint8Array> = new Map()): MemoryState {
  const state = new MemoryState()
  state.apply(entries)
  return state
}

type Step =
  | { readonly do: 'set'; readonly key: number; readonly value: number }
  | { readonly do: 'raw'; readonly key: number; readonly value: number }
  | { readonly do: 'remove'; readonly key: number }
  | { readonly do: 'begin' | 'commit' | 'rollback' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key: fc.nat(9), value: fc.nat(255) }),
  fc.record({ do: fc.constant('raw' as const), key: fc.nat(9), value: fc.nat(255) }),
  fc.record({ do: fc.constant('remove' as const), key: fc.nat(9) }),
  fc.constantFrom({ do: 'begin' as const }, { do: 'commit' as const }, { do: 'rollback' as const }),
)

/** The plain meaning of the overlay: a stack of whole states. */
class Model {
  readonly stack: Map<number, number>[]
  constructor(base: ReadonlyMap<number, number>) {
    this.stack = [new Map(base)]
  }
  get top(): Map<number, number> {
    return this.stack.at(-1)!
  }
  apply(action: Step): boolean {
    if (action.do === 'set' || action.do === 'raw') this.top.set(action.key, action.value)
    else if (action.do === 'remove') this.top.delete(action.key)
    else if (action.do === 'begin') this.stack.push(new Map(this.top))
    else if (this.stack.length === 1) return false
    else if (action.do === 'rollback') this.stack.pop()
    else this.stack.splice(-2, 1)
    return true
  }
}

function applyTo(overlay: Overlay, action: Step): void {
  if (action.do === 'set') overlay.set(keyOf(action.key), u32, action.value)
  else if (action.do === 'raw') overlay.setRaw(keyOf(action.key), bytesOf(action.value))
  else if (action.do === 'remove') overlay.remove(keyOf(action.key))
  else overlay[action.do]()
}

describe('the overlay', () => {
  test('property: is a stack of states, whatever is written, committed and rolled back', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...'0123456789'), fc.nat(255)),
        fc.array(step, { maxLength: 60 }),
        fc.boolean(),
        (base, steps, cached) => {
          const start = new Map(Object.entries(base).map(([key, value]) => [Number(key), value]))
          const reader = memoryState(new Map([...start].map(([key, value]) => [keyOf(key), bytesOf(value)])))
          const overlay = new Overlay(reader, cached ? new CellCache() : undefined)
          const model = new Model(start)
          for (const action of steps) {
            if (!model.apply(action)) continue
            applyTo(overlay, action)
            const expected = [...model.top].sort(([a], [b]) => a - b)
            expect(overlay.keys(ITEM)).toEqual(expected.map(([key]) => keyOf(key)))
            for (let key = 0; key < 10; key++) {
              expect(overlay.get(keyOf(key), u32)).toBe(model.top.get(key))
              expect(overlay.getRaw(keyOf(key))).toEqual(model.top.has(key) ? bytesOf(model.top.get(key)!) : undefined)
            }
          }
          while (overlay.depth > 0) {
            overlay.commit()
            model.stack.splice(-2, 1)
          }
          const after = new Map(start)
          for (const [key, bytes] of overlay.changes()) {
            if (bytes === undefined) after.delete(key.charCodeAt(32))
            else after.set(key.charCodeAt(32), bytes[0]!)
          }
          expect([...after].sort(([a], [b]) => a - b)).toEqual([...model.top].sort(([a], [b]) => a - b))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('behavior: a cache filled by one block serves the next one the new values', () => {
    const cache = new CellCache()
    const reader = memoryState(new Map([[keyOf(1), bytesOf(1)]]))
    const first = new Overlay(reader, cache)
    expect(first.get(keyOf(1), u32)).toBe(1)
    first.set(keyOf(1), u32, 2)
    first.promoteToCache()
    expect(new Overlay(reader, cache).get(keyOf(1), u32)).toBe(2)
  })

  test('behavior: a commit without a transaction says so', () => {
    expect(() => new Overlay(memoryState()).commit()).toThrowErrorMatchingInlineSnapshot(`
      [NeuriteError: No storage transaction is open.
      Every commit or rollback needs a begin of its own.]
    `)
  })

  test('behavior: raw bytes after the value are ignored, as the reference does', () => {
    const overlay = new Overlay(memoryState())
    overlay.setRaw(keyOf(3), new Uint8Array([5, 0, 0, 0, 99]))
    expect(overlay.get(keyOf(3), u32)).toBe(5)
  })
})
