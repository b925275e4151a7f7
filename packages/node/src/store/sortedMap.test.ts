import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedMap } from './sortedMap.ts'

test('property: a sorted map behaves like a map sorted at each read', () => {
  const key = fc.integer({ min: 0, max: 3000 }).map((number) => number.toString(7))
  const steps = fc.array(fc.tuple(key, fc.boolean(), fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(steps, (list) => {
      const sorted = new SortedMap<number>()
      const plain = new Map<string, number>()
      for (const [start, remove, count] of list) {
        // Runs of keys, so that chunks fill, split and empty.
        for (let index = 0; index < count; index++) {
          const each = (Number.parseInt(start, 7) + index).toString(7)
          if (remove) {
            sorted.delete(each)
            plain.delete(each)
          } else {
            sorted.set(each, index)
            plain.set(each, index)
          }
        }
        const expected = [...plain.keys()].sort().filter((each) => each >= start)
        expect(sorted.keys(start, undefined, 1e9)).toEqual(expected)
        expect(sorted.keys(start, '5', 10)).toEqual(expected.filter((each) => each < '5').slice(0, 10))
        expect(sorted.size).toBe(plain.size)
        expect(sorted.get(start)).toBe(plain.get(start))
      }
    }),
    { numRuns: 60 },
  )
})

test('property: keys of one group are told apart', () => {
  const group = fc.constantFrom('a'.repeat(34), `${'a'.repeat(32)}ba`, 'b'.repeat(34), '')
  const key = fc.tuple(group, fc.constantFrom('', 'c', 'd')).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.boolean())), key, (steps, asked) => {
      const sorted = new SortedMap<number>()
      const plain = new Map<string, number>()
      for (const [index, [each, remove]] of steps.entries()) {
        for (const map of [sorted, plain]) {
          if (remove) map.delete(each)
          else map.set(each, index)
        }
        expect(sorted.get(asked)).toBe(plain.get(asked))
      }
    }),
  )
})
