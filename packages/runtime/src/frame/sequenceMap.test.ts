import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SequenceMap } from './sequenceMap.ts'

test('property: it holds what a map holds, in whatever order it is asked', () => {
  const step = fc.record({
    key: fc.nat(150),
    kind: fc.oneof(
      { arbitrary: fc.constantFrom('set', 'get', 'run', 'delete'), weight: 40 },
      { arbitrary: fc.constant('clear'), weight: 1 },
    ),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const map = new SequenceMap<string, { readonly n: number }>()
      const plain = new Map<string, { readonly n: number }>()
      const same = (key: number) => expect(map.get(`${key}`)).toBe(plain.get(`${key}`))
      for (const [n, { key, kind }] of steps.entries()) {
        const value = { n }
        if (kind === 'set') {
          // Many at once, so that there is something to follow and something to move together.
          for (let k = key; k < key + 20; k++) {
            map.set(`${k}`, value)
            plain.set(`${k}`, value)
          }
        } else if (kind === 'delete') {
          for (let k = key; k < key + 15; k++) expect(map.delete(`${k}`)).toBe(plain.delete(`${k}`))
        } else if (kind === 'clear') {
          map.clear()
          plain.clear()
        } else if (kind === 'get') same(key)
        else for (let k = key; k < key + 20; k++) for (const each of [k, 300 - k]) same(each)
        expect(map.size).toBe(plain.size)
      }
      for (let key = 0; key < 170; key++) same(key)
    }),
    { numRuns: 200 },
  )
})

test('behavior: keys that come in their order, and two orders that take turns, are found without a look into the index', () => {
  const keys = Array.from({ length: 100 }, (_, i) => ({ i }))
  const map = new SequenceMap<object, object>()
  for (const key of keys) map.add(key, key)
  const index = (map as unknown as { index: Map<object, number> }).index
  const get = index.get.bind(index)
  let looks = 0
  index.get = (key) => {
    looks++
    return get(key)
  }
  for (const key of keys) expect(map.get(key)).toBe(key)
  for (let i = 0; i < 50; i++) for (const key of [keys[i]!, keys[50 + i]!]) expect(map.get(key)).toBe(key)
  expect(looks).toBeLessThanOrEqual(3)
})
